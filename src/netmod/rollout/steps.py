"""How one stage goes forward, and how it is taken back. Pure: from where it stands to next acts.

Forward, for all changes of a stage: all are looked at, then committed in their order, reached anew,
judged together, confirmed in the same order, saved and verified. Nothing of a stage is confirmed
before all of it is committed and has passed. Back, in the opposite order: what is not confirmed is
reverted now, and where that cannot be told, it is asked until its timer is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from netmod.rollout.model import Stage
from netmod.rollout.standing import ChangeStanding, Rollout, UnitStanding
from netmod.rollout.states import CRASH, HELPLESS, STAYS, WENT_WRONG

AGAIN = timedelta(seconds=10)
"""Between two tries to reach a device, or two looks of a gate that was inconclusive."""
GRACE = timedelta(seconds=60)
"""How long after its deadline a device may be silent before it is called lost."""
PATIENCE = timedelta(seconds=300)
"""How long a device without a timer may be silent before it is called lost."""
MARGIN = timedelta(seconds=15)
"""What a confirmation takes, at most; what ends sooner than that is not begun to be confirmed."""
_LOOKS = 3
"""How often gates may be inconclusive where no timer says how long there is time."""
_REVERTS = 2
_KEEPS = {"confirmed": "save", "saving": "save", "saved": "verify"}

Outcome = Literal["", "done", "failed", "hold", "settled"]


@dataclass(frozen=True, slots=True)
class Note:
    """A decision: a record that is written and needs nobody to do anything."""

    act: str
    subject: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """Work on a device, or a look at some; the record of its beginning is written first."""

    name: str
    subject: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Step:
    """What comes next of something: notes and acts, or when to ask again, or how it ended."""

    notes: list[Note] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    wake: datetime | None = None
    outcome: Outcome = ""
    code: str = ""

    def at(self, moment: datetime) -> None:
        """Ask again then, or earlier."""
        self.wake = moment if self.wake is None else min(self.wake, moment)

    def add(self, other: Step) -> None:
        """What `other` wants, too."""
        self.notes += other.notes
        self.acts += other.acts
        if other.wake is not None:
            self.at(other.wake)


@dataclass(frozen=True, slots=True)
class View:
    """A stage that is under way. `place` names it among those of its unit: `stage-0`, `undo-1`."""

    rollout: Rollout
    unit: UnitStanding
    place: str
    stage: Stage
    now: datetime

    @property
    def changes(self) -> list[ChangeStanding]:
        return self.rollout.of_stage(self.stage)

    def busy(self, one: ChangeStanding) -> bool:
        """Whether an act of this process on it is under way."""
        return self.rollout.is_busy(one)


def advance(view: View) -> Step:
    """What takes a stage forward. Ends as `done`, `failed` with a code, or `hold` where gates
    behind the confirmation stay inconclusive."""
    for part in (_wrong, _look_first, _commit, _reconnect, _judge, _confirm, _keep, _soak):
        step = part(view)
        if step is not None:
            return step
    return Step(outcome="done")


def is_begun(changes: Iterable[ChangeStanding]) -> bool:
    """Whether anything of a stage was told to a device."""
    return any(one.state not in ("queued", "checking", "checked") for one in changes)


def withdraw(rollout: Rollout, changes: Sequence[ChangeStanding], now: datetime) -> Step:
    """What takes back all that is not confirmed, and saves what is. Ends as `settled`."""
    step, waiting = Step(), False
    for one in reversed(changes):
        if rollout.is_busy(one):
            waiting = True
            break
        match one.state:
            case "pending" | "in-force" | "reconnected":
                waiting = True
                _take_back(one, now, step)
            case "committing" | "confirming" | "reverting" | "unknown":
                waiting = True
                _ask(one, now, step)
            case "preparing" | "loaded":
                waiting = True
                step.acts.append(Act("discard", one.subject))
            case "confirmed" | "saving" | "saved":
                waiting = True  # it stays: the device must not lose it when it boots
                _ask(one, now, step, _KEEPS[one.state])
        if any(act.name == "revert" for act in step.acts):
            break
    if not waiting:
        step.outcome = "settled"
    return step


def ask_again(rollout: Rollout, changes: Iterable[ChangeStanding]) -> Step:
    """A look at each of the changes of which a process that is gone did not know enough."""
    step = Step()
    for one in changes:
        doubtful = one.state in CRASH and CRASH[one.state].act == "probe"
        if doubtful and rollout.is_stale(one):
            step.acts.append(Act("probe", one.subject))
    return step


def _take_back(one: ChangeStanding, now: datetime, step: Step) -> None:
    if one.tries["revert"] < _REVERTS:
        step.acts.append(Act("revert", one.subject))
    elif one.deadline is None:
        step.notes.append(Note("failed", one.subject, {"code": "not-reverted"}))
    elif one.last is not None and _is_soon(one.last, now):
        step.at(one.last + AGAIN)
    else:
        _ask(one, now, step)  # its timer does it


def _ask(one: ChangeStanding, now: datetime, step: Step, act: str = "probe") -> None:
    """Ask a device, not too often; call it lost where it has been silent for too long."""
    if _is_silent(one, now):
        step.notes.append(Note("lost", one.subject, {"code": "silent", "message": one.message}))
    elif one.unseen_since is None or one.last is None or not _is_soon(one.last, now):
        step.acts.append(Act(act, one.subject))
    else:
        step.at(one.last + AGAIN)


def _is_soon(last: datetime, now: datetime) -> bool:
    """Whether it was too short a time ago; a clock that was put back makes nobody wait."""
    return timedelta() <= now - last < AGAIN


def _is_silent(one: ChangeStanding, now: datetime) -> bool:
    if one.unseen_since is None or one.tries["unseen"] < 2:
        return False
    ends = one.unseen_since + PATIENCE
    if one.record is not None and one.record.deadline is not None:
        timer = one.record.deadline + GRACE
        ends = max(ends, timer) if one.state in STAYS else timer
    # By tries as well: a clock that was put back must not make it go on for days.
    patience = timedelta(seconds=one.record.seconds or 0) if one.record else timedelta()
    return now > ends or AGAIN * one.tries["unseen"] > patience + PATIENCE


def _failed(code: str) -> Step:
    return Step(outcome="failed", code=code)


# --- the parts of going forward; each returns None where it has nothing to do


def _wrong(view: View) -> Step | None:
    for one in view.changes:
        if one.state == "unknown" and one.intent == "confirm":
            continue  # asked once more: nothing of what runs is in doubt
        if one.state in WENT_WRONG | HELPLESS:
            return _failed(one.state)
        if one.state in ("pending", "in-force", "reconnected") and one.record is not None:
            if not one.record.after:
                return _failed("interrupted")  # nobody saw how the device took it
            if one.record.missing:
                return _failed("missing")
    return None


def _look_first(view: View) -> Step | None:
    todo = [one for one in view.changes if one.state in ("queued", "checking")]
    if not todo:
        return None
    return Step(acts=[Act("check", one.subject) for one in todo if not view.busy(one)])


def _commit(view: View) -> Step | None:
    for one in view.changes:
        if one.state not in ("checked", "preparing", "loaded", "committing"):
            continue
        step = Step()
        if view.busy(one):
            pass
        elif one.state == "committing":
            _ask(one, view.now, step)
        elif one.state == "checked":
            step.acts.append(Act("commit", one.subject))
        else:
            step.acts.append(Act("discard", one.subject))
        return step
    return None


def _reconnect(view: View) -> Step | None:
    step, missing = Step(), False
    deadline = _deadline(view.changes)
    for one in view.changes:
        if one.state == "reconnected" and _is_reached(view, one):
            continue
        if one.state not in ("pending", "in-force", "reconnected", "confirming", "unknown"):
            continue
        if one.state == "confirming" and view.busy(one):
            continue
        missing = True
        if view.busy(one):
            continue
        gone = one.state in ("pending", "in-force", "reconnected") and one.unseen_since is not None
        if gone and deadline is not None and view.now > deadline:
            return _failed("unreachable")
        _ask(one, view.now, step)
    return step if missing else None


def _is_reached(view: View, one: ChangeStanding) -> bool:
    """Whether this process has seen it wait, and has not asked again in vain since."""
    return not (view.busy(one) or view.rollout.is_stale(one) or one.unseen_since is not None)


def _judge(view: View) -> Step | None:
    waiting = [one for one in view.changes if one.state == "reconnected"]
    place = f"{view.place}/middle"
    seen = view.unit.seen.get(place)
    if not waiting and (seen is not None or any(one.state in STAYS for one in view.changes)):
        return None
    deadline = _deadline(waiting)
    if deadline is not None and view.now > deadline:
        return _failed("deadline" if seen is None else _why(seen.outcome))
    valid = (
        seen is not None
        and all(seen.seq > one.seq for one in waiting)
        and (not waiting or seen.seq > view.rollout.taken_over_at)
    )
    if not view.stage.gates or (seen is not None and valid and seen.outcome == "pass"):
        return None
    if seen is not None and valid:
        if seen.outcome == "fail":
            return _failed("gate")
        if deadline is None and seen.tries >= _LOOKS:
            return _failed("inconclusive")
    return _look(view, place, seen.at if seen and valid else None)


def _why(outcome: str) -> str:
    return "deadline" if outcome == "pass" else "inconclusive" if outcome != "fail" else "gate"


def _look(view: View, place: str, last: datetime | None) -> Step:
    if view.rollout.is_busy(view.unit):
        return Step()
    if last is not None and _is_soon(last, view.now):
        return Step(wake=last + AGAIN)
    payload = {"place": place, "gates": list(view.stage.gates)}
    return Step(acts=[Act("look", view.unit.subject, payload)])


def _confirm(view: View) -> Step | None:
    if any(one.state == "confirming" for one in view.changes):
        return Step()
    for one in view.changes:
        if one.state == "reconnected":
            return Step(acts=[Act("confirm", one.subject)])
    return None


def _keep(view: View) -> Step | None:
    step, missing = Step(), False
    for one in view.changes:
        if one.state in _KEEPS:
            missing = True
            if not view.busy(one):
                _ask(one, view.now, step, _KEEPS[one.state])
    return step if missing else None


def _soak(view: View) -> Step | None:
    if not view.stage.soak:
        return None
    place = f"{view.place}/after"
    seen = view.unit.seen.get(place)
    if seen is None:
        begun = max((one.since for one in view.changes if one.since), default=view.now)
        end = view.rollout.not_before(begun, max(one.seq for one in view.changes))
        end += timedelta(seconds=view.stage.soak)
        if view.now < end:
            return Step(wake=end)
        return _look(view, place, None) if view.stage.gates else None
    if seen.outcome == "pass":
        return None
    if seen.outcome == "fail":
        return _failed("gate")
    if seen.tries % _LOOKS == 0 and seen.seq > view.rollout.resumed_at:
        return Step(outcome="hold", code="inconclusive")
    return _look(view, place, seen.at)


def _deadline(changes: Iterable[ChangeStanding]) -> datetime | None:
    """Until when a confirmation may begin, so that the last one still comes in time."""
    ends = list(_ends(changes))
    return min(ends) - MARGIN * len(ends) if ends else None


def _ends(changes: Iterable[ChangeStanding]) -> Iterator[datetime]:
    for one in changes:
        if one.state in ("pending", "reconnected") and one.deadline is not None:
            yield one.deadline
