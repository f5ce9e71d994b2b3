"""Where a rollout stands: what its journal says, folded into one value. No I/O, no clock.

The fold knows nothing but the plan, the records and the tables of `states`: a record that no row
allows is refused, whoever wrote it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from netmod.devices.change import PendingChange
from netmod.errors import RolloutError
from netmod.rollout import states
from netmod.rollout.journal import REQUEST, TAKE_OVER, Record
from netmod.rollout.model import Change, Plan, Stage, Unit, Wave
from netmod.rollout.states import FIRST, Kind, follow

CLOCK_JUMP = "clock-jump"
"""The machine's clock was put forward or back while the rollout was carried out."""
_GOES_ON = frozenset(
    ["check", "prepare", "loaded", "commit", "probe", "confirm", "revert", "save", "verify"]
)
"""Events of a change behind which its act still goes on: a result follows."""
_INTENTS = frozenset(["commit", "confirm", "revert"])


@dataclass(slots=True)
class Standing:
    """What a wave, a unit and a change have in common.

    `since` is when the state was entered. `doing` is the act that was begun and has no result,
    `token` of the process that wrote the last record.
    """

    id: str
    kind: Kind
    state: str
    since: datetime | None = None
    doing: str = ""
    token: int = 0
    seq: int = 0

    @property
    def subject(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(slots=True)
class ChangeStanding(Standing):
    """A change. `record` is the newest one, `intent` the last write that was begun, after
    `intent_before`; `tries` is how often each event was. `unseen_since` is since when it was not
    reached, `last` the time of the last record. `code` and `message` say what went wrong."""

    plan: Change = field(kw_only=True)
    unit: str = field(kw_only=True)
    record: PendingChange | None = None
    intent: str = ""
    intent_before: str = ""
    tries: Counter[str] = field(default_factory=Counter)
    unseen_since: datetime | None = None
    last: datetime | None = None
    code: str = ""
    message: str = ""

    @property
    def deadline(self) -> datetime | None:
        """When the device goes back by itself, at the earliest; None where it does not."""
        waits = self.state in ("committing", "pending", "reconnected", "confirming", "reverting")
        waits = waits or self.state in states.IN_DOUBT
        return self.record.deadline if waits and self.record else None


@dataclass(slots=True)
class Seen:
    """What gates said last: of the stage or wave and phase that is the key."""

    outcome: str
    seq: int
    at: datetime
    tries: int


@dataclass(slots=True)
class LookedAt(Standing):
    """What gates are for. `seen` is by place (see `engine`), `baselined` whether it was observed
    before anything was changed."""

    seen: dict[str, Seen] = field(default_factory=dict)
    baselined: bool = False
    looking: str = ""


@dataclass(slots=True)
class UnitStanding(LookedAt):
    """A unit, at its stage of that number. `cause` is why it does not go on, `failed` whether that
    counts against the budget. `undoing` are the positions in `Unit.undo` that are to be run."""

    plan: Unit = field(kw_only=True)
    wave: str = field(kw_only=True)
    stage: int = 0
    cause: str = ""
    failed: bool = False
    undoing: tuple[int, ...] = ()
    undone_at: int = 0


@dataclass(slots=True)
class WaveStanding(LookedAt):
    """A wave. `cause` is why it did not pass."""

    plan: Wave = field(kw_only=True)
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks the process that carries the rollout out to do."""

    kind: str
    seq: int
    payload: Mapping[str, Any]


_WENT_BACK = ("reverted", "reverted-by-timer")


class Rollout:
    """Where one rollout stands. Grows by one record at a time; `fold` makes it of all."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.state = FIRST["rollout"]
        self.token = 0
        self.reason = ""
        self.parameters: Mapping[str, Any] = {}
        self.requests: list[Request] = []
        self.taken_over_at = 0
        self.resumed_at = 0
        self.rolled_back_at = 0
        self.jumped: tuple[int, datetime] | None = None
        self.last: Record | None = None
        self.waves = {
            one.name: WaveStanding(one.name, state="pending", kind="wave", plan=one)
            for one in plan.waves
        }
        self.units: dict[str, UnitStanding] = {}
        self.changes: dict[str, ChangeStanding] = {}
        for wave in plan.waves:
            for unit in wave.units:
                self._expect(unit, wave)

    def _expect(self, unit: Unit, wave: Wave) -> None:
        if unit.id in self.units:
            raise _twice("unit", unit.id)
        self.units[unit.id] = UnitStanding(
            unit.id, state="queued", kind="unit", plan=unit, wave=wave.name
        )
        for stage in stages_of(unit):
            for change in stage.changes:
                if change.id in self.changes:
                    raise _twice("change", change.id)
                self.changes[change.id] = ChangeStanding(
                    change.id, state="queued", kind="change", plan=change, unit=unit.id
                )

    def of_stage(self, stage: Stage) -> list[ChangeStanding]:
        """The changes of a stage, in its order."""
        return [self.changes[one.id] for one in stage.changes]

    def of_unit(self, unit: Unit) -> Iterator[ChangeStanding]:
        """The changes of a unit's stages, in their order; those of its undo are not among them."""
        for stage in unit.stages:
            yield from self.of_stage(stage)

    def expected(self, one: ChangeStanding) -> str | None:
        """The hash of what must run before a change: what the newest change of this rollout left on
        the device, else what the plan was made from; None where nobody knows."""
        left = [
            (other.seq, other.record.after)
            for other in self.changes.values()
            if other.plan.device == one.plan.device
            and other.state in states.STAYS
            and other.record is not None
        ]
        return max(left)[1] if left else one.plan.before

    def is_busy(self, one: Standing) -> bool:
        """Whether this process has an act on it under way."""
        return bool(one.doing) and one.token == self.token

    def is_stale(self, one: Standing) -> bool:
        """Whether what is known of it comes from a process that is gone."""
        return one.token != self.token

    def not_before(self, moment: datetime, seq: int) -> datetime:
        """From when a time is measured that began at `moment`, with the record `seq`: anew where
        the clock jumped since."""
        if self.jumped is not None and self.jumped[0] > seq:
            return self.jumped[1]
        return moment

    def check(self, act: str, subject: str) -> None:
        """Raise `RolloutError` where the tables do not let this follow; changes nothing."""
        if act in (REQUEST, TAKE_OVER, CLOCK_JUMP):
            return
        kind, standing = self._find(subject)
        follow(kind, standing.state if standing else self.state, act)

    def apply(self, record: Record) -> None:
        """Take in the next record. Raises `RolloutError` where it cannot follow."""
        self.check(record.act, record.subject)
        self.last = record
        if record.act == REQUEST:
            self.requests.append(
                Request(str(record.payload.get("kind")), record.seq, record.payload)
            )
        elif record.act == TAKE_OVER:
            self.token, self.taken_over_at = record.token, record.seq
            self.requests.clear()
        elif record.act == CLOCK_JUMP:
            self.jumped = (record.seq, record.time)
        else:
            self._happen(record)

    def _happen(self, record: Record) -> None:
        kind, standing = self._find(record.subject)
        if standing is None:
            self._rollout_event(record)
            return
        after = follow(kind, standing.state, record.act)
        if after != standing.state:
            standing.since = record.time
        standing.state, standing.token, standing.seq = after, record.token, record.seq
        if isinstance(standing, ChangeStanding):
            _change_event(standing, record)
        elif isinstance(standing, LookedAt):
            _looked_event(standing, record)
        if isinstance(standing, UnitStanding):
            _unit_event(standing, record)
        elif isinstance(standing, WaveStanding) and "cause" in record.payload:
            standing.cause = str(record.payload["cause"])

    def _rollout_event(self, record: Record) -> None:
        self.state = follow("rollout", self.state, record.act)
        self.reason = str(record.payload.get("reason", ""))
        self.parameters = record.payload
        heard = record.payload.get("request")
        if isinstance(heard, int):
            self.requests = [one for one in self.requests if one.seq > heard]
        if record.act == "pause":
            self.requests = [one for one in self.requests if one.kind != "resume"]
        elif record.act == "resume":
            self.resumed_at = record.seq
        elif record.act == "roll-back":
            self.rolled_back_at = record.seq

    def _find(self, subject: str) -> tuple[Kind, Standing | None]:
        kind, _, name = subject.partition(":")
        found: Mapping[str, Standing]
        match kind:
            case "":
                return "rollout", None
            case "wave":
                found = self.waves
            case "unit":
                found = self.units
            case "change":
                found = self.changes
            case _:
                found = {}
        if name not in found:
            raise RolloutError(
                f"the journal speaks of {subject}, which the plan does not have",
                hint="the plan or the journal is not the one that was started; nothing was done",
                code="damaged",
            )
        standing = found[name]
        return standing.kind, standing


def fold(plan: Plan, records: Iterable[Record]) -> Rollout:
    """Where a rollout stands after these records. Raises `RolloutError` where one cannot follow."""
    rollout = Rollout(plan)
    for record in records:
        rollout.apply(record)
    return rollout


def stages_of(unit: Unit) -> Iterator[Stage]:
    """All stages of a unit, those of its undo behind the others."""
    yield from unit.stages
    for undo in unit.undo:
        yield undo.stage


def _change_event(standing: ChangeStanding, record: Record) -> None:
    act, payload = record.act, record.payload
    if act == "unseen" and standing.doing in _INTENTS:
        standing.intent = standing.intent_before  # no login: nothing was sent
    standing.doing = (standing.doing if act == "loaded" else act) if act in _GOES_ON else ""
    if act == "discard":
        standing.doing = act
    standing.tries[act] += 1
    standing.last = record.time
    if act in _INTENTS:
        standing.intent_before, standing.intent = standing.intent, act
    if act == "unseen":
        standing.unseen_since = standing.unseen_since or record.time
    elif act not in _GOES_ON:
        standing.unseen_since = None
    if "record" in payload:
        standing.record = PendingChange.model_validate(payload["record"])
    if "code" in payload:
        standing.code, standing.message = str(payload["code"]), str(payload.get("message", ""))


def _looked_event(standing: LookedAt, record: Record) -> None:
    standing.doing = record.act if record.act in ("baseline", "look") else ""
    if record.act == "baselined":
        standing.baselined = True
    elif record.act == "seen":
        place = str(record.payload["place"])
        tries = standing.seen[place].tries if place in standing.seen else 0
        outcome = str(record.payload["outcome"])
        standing.seen[place] = Seen(outcome, record.seq, record.time, tries + 1)


def _unit_event(standing: UnitStanding, record: Record) -> None:
    payload = record.payload
    if "cause" in payload:
        standing.cause = str(payload["cause"])
    if record.act == "fail":
        standing.failed = bool(payload.get("counts", True))
    elif record.act == "stage":
        standing.stage = int(payload["stage"])
    elif record.act == "undo":
        standing.undoing = tuple(int(one) for one in payload["stages"])
        standing.undone_at = record.seq


def _twice(kind: str, name: str) -> RolloutError:
    return RolloutError(
        f"the plan has two {kind}s named {name!r}",
        hint="make the plan again; nothing was done",
        code="damaged",
    )
