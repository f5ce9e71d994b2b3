"""Devices that are no more than a set of lines and a timer, and plans for them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, Literal, Self

from netmod.devices.change import PendingChange, Probe, marker_of
from netmod.errors import ChangeFailed, ConnectionFailed
from netmod.platforms._change import running_hash
from netmod.rollout.model import Change, Plan, Stage, Undo, Unit, Wave
from tests.unit.lab_pair import NOON

TIMER = 300
PLATFORMS = {"A": "cisco_iosxe", "B": "cisco_nxos"}
When = Literal["before", "after"]


@dataclass
class Waiting:
    """A commit that waits; what runs again when its timer is over."""

    marker: str
    until: datetime
    before: frozenset[str]


@dataclass
class FakeDevice:
    """A device. `faults` are writes (`commit`, `confirm`, `revert`, `save`) at which the session
    drops, once: before the device took them, or after. `compares_late` is a device that notices at
    its commit, and not before, that nothing changes."""

    name: str
    clock: Callable[[], datetime]
    lines: frozenset[str] = frozenset()
    saved: frozenset[str] = frozenset()
    reachable: bool = True
    faults: dict[str, When] = field(default_factory=dict)
    refuses: bool = False
    takes_half: bool = False
    compares_late: bool = False
    waiting: Waiting | None = None
    checkpoints: dict[str, frozenset[str]] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)
    confirms: list[str] = field(default_factory=list)
    on_confirm: Callable[[str], None] = lambda marker: None

    @property
    def running(self) -> frozenset[str]:
        """What runs, after what the timer did until now."""
        if self.waiting is not None and self.clock() >= self.waiting.until:
            self.lines, self.waiting = self.waiting.before, None
        return self.lines

    @property
    def hash(self) -> str:
        return running_hash("\n".join(sorted(self.running)))

    def reboot(self) -> None:
        self.lines, self.waiting = self.saved, None
        self.checkpoints.clear()

    def answer(self) -> None:
        if not self.reachable:
            raise ConnectionFailed(f"{self.name} does not answer", hint="", code="unreachable")

    def write(self, what: str, work: Callable[[], None]) -> None:
        """Do a write, or lose the session before or after it."""
        self.answer()
        fault = self.faults.pop(what, None)
        if fault != "before":
            work()
        if fault is not None:
            raise ChangeFailed(f"{self.name} ended the session", hint="", code="unknown")


class FakeSession:
    """The interface of a change session, for such a device."""

    means = SimpleNamespace(access=SimpleNamespace(login=SimpleNamespace(username="netmod")))

    def __init__(self, device: FakeDevice, marker: str) -> None:
        self.device, self.marker = device, marker
        self._asked: list[str] = []
        self._before = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        pass

    def files(self) -> tuple[str, ...]:
        return ()

    def check_hostname(self) -> None:
        self.device.answer()

    def running(self) -> str:
        self.device.answer()
        return "\n".join(sorted(self.device.running))

    def load(self, text: str, resolve: object, *, kind: str) -> None:
        self.device.answer()
        self._asked = text.split("\n")
        self._before = self.device.hash

    def _after(self) -> frozenset[str]:
        lines = set(self.device.running)
        for line in self._asked:
            if line.startswith("no "):
                lines.discard(line[3:])
            else:
                lines.add(line)
        return frozenset(lines)

    def diff(self) -> str:
        changed = self._after() ^ self.device.running
        return "\n".join(self._asked if self.device.compares_late else sorted(changed))

    def intent(self, seconds: int | None, now: datetime) -> PendingChange:
        return PendingChange(
            host=self.device.name,
            platform=PLATFORMS["A" if seconds else "B"],
            marker=self.marker,
            kind="merge",
            safety_class="A" if seconds else "B",
            user="netmod",
            seconds=seconds,
            deadline=now + timedelta(seconds=seconds) if seconds else None,
            before=self._before,
        )

    def commit(self, record: PendingChange) -> PendingChange:
        device = self.device
        device.answer()
        _ = device.running
        if device.waiting is not None:
            raise ChangeFailed("another waits", code="pending-other")
        if device.hash != record.before:
            raise ChangeFailed("changed since", code="drifted")
        if device.refuses:
            raise ChangeFailed("refused", code="refused")
        if device.compares_late and self._after() == device.running:
            raise ChangeFailed("nothing to commit", code="nothing")
        assert self.marker not in device.commits, "two writes for one commit intent"
        device.commits.append(self.marker)

        def work() -> None:
            before = device.running
            if record.seconds is None:
                device.checkpoints[self.marker] = before
            else:
                until = device.clock() + timedelta(seconds=record.seconds)
                device.waiting = Waiting(self.marker, until, before)
            device.lines = device.running if device.takes_half else self._after()

        device.write("commit", work)
        return record.model_copy(
            update={
                "token": "t" if record.seconds else "",
                "after": device.hash,
                "missing": tuple(
                    one for one in self._asked if one not in device.lines | {"no " + one[3:]}
                ),
            }
        )

    def _ours(self, record: PendingChange) -> bool:
        _ = self.device.running
        waiting = self.device.waiting
        return waiting is not None and waiting.marker == record.marker

    def probe(self, record: PendingChange) -> Probe:
        self.device.answer()
        found = self.device.hash
        ours = self._ours(record)
        matches: Any = "neither"
        if found == record.before:
            matches = "both" if found == record.after else "before"
        elif found == record.after:
            matches = "after"
        pending: Any = "ours" if ours else "another" if self.device.waiting else "none"
        return Probe(
            host=record.host,
            pending=pending,
            left=None,
            marker_found=ours or record.marker in self.device.checkpoints,
            running=found,
            matches=matches,
        )

    def confirm(self, record: PendingChange) -> None:
        self.device.answer()
        if record.seconds is not None:
            if not self._ours(record):
                raise ChangeFailed("nothing waits", code="not-pending")

            def work() -> None:
                self.device.waiting = None

            self.device.confirms.append(record.marker)
            self.device.on_confirm(record.marker)
            self.device.write("confirm", work)
        if record.after and self.device.hash != record.after:
            raise ChangeFailed("it does not run", code="unknown")

    def revert(self, record: PendingChange) -> None:
        device = self.device
        device.answer()
        if record.seconds is None:
            if device.hash == record.before and record.marker not in device.checkpoints:
                return
            if record.after and device.hash not in (record.before, record.after):
                raise ChangeFailed("changed by somebody else", code="drifted")
            if record.marker not in device.checkpoints:
                raise ChangeFailed("no checkpoint", code="refused")
        elif not self._ours(record):
            if device.hash == record.before:
                return
            raise ChangeFailed("nothing waits", code="not-pending")

        def work() -> None:
            if device.waiting is not None:
                device.lines, device.waiting = device.waiting.before, None
            else:
                device.lines = device.checkpoints[record.marker]

        device.write("revert", work)

    def save(self, record: PendingChange) -> None:
        device = self.device
        device.answer()
        if device.hash != record.after:
            raise ChangeFailed("changed by somebody else", code="drifted")

        def work() -> None:
            device.saved = device.running

        device.write("save", work)

    def abandon(self) -> None:
        self.device.answer()
        if self.marker in self.device.commits:
            raise ChangeFailed("a commit was begun", code="pending")

    def discard(self, record: PendingChange) -> None:
        self.device.answer()
        self.device.checkpoints.pop(record.marker, None)


@dataclass
class FakeWay:
    """The way to such a device."""

    device: FakeDevice

    def open(self, change: str) -> Any:
        self.device.answer()
        return FakeSession(self.device, marker_of(change, self.device.name))

    def resume(self, record: PendingChange) -> Any:
        self.device.answer()
        return FakeSession(self.device, record.marker)

    def probe(self, record: PendingChange) -> Probe:
        return FakeSession(self.device, record.marker).probe(record)


TEXTS: dict[str, str] = {}
"""The texts of changes, by their hash."""


def text_of(digest: str) -> str:
    return TEXTS[digest]


def change(name: str, device: str, text: str, **more: Any) -> Change:
    """A merge of lines; `no LINE` removes one. `safety_class` B has no timer."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    TEXTS[digest] = text
    safety = more.pop("safety_class", "A")
    values: dict[str, Any] = {
        "platform": PLATFORMS[safety],
        "seconds": TIMER if safety == "A" else None,
        "before": running_hash(""),
        **more,
    }
    return Change(
        id=name,
        device=device,
        kind="merge",
        safety_class=safety,
        text=digest,
        diff=digest,
        **values,
    )


def single(name: str, device: str, **more: Any) -> Unit:
    """A unit of one device and one stage, with its opposite."""
    safety = more.pop("safety_class", "A")
    gates = more.pop("gates", ())
    before = more.pop("before", running_hash(""))
    do = change(f"{name}.do", device, f"line {name}", safety_class=safety, before=before)
    stage = Stage(
        purpose="config",
        changes=(do,),
        gates=gates,
        soak=more.pop("soak", 0),
    )
    back = Stage(
        purpose="restore",
        changes=(
            change(f"{name}.undo", device, f"no line {name}", before=None, safety_class=safety),
        ),
    )
    undo = (Undo(undoes=(0,), stage=back),) if more.pop("undo", True) else ()
    values: dict[str, Any] = {"trust": "trust", "site": f"site-{device}", **more}
    return Unit(id=name, devices=(device,), stages=(stage,), undo=undo, **values)


def link(name: str, far: str, near: str, **more: Any) -> Unit:
    """A unit of a link: keys, should-secure, must-secure at both ends, far end first."""
    purposes: tuple[Any, ...] = ("keys", "should-secure", "must-secure")
    stages, undo = [], []
    for number, purpose in enumerate(purposes):
        stages.append(
            Stage(
                purpose=purpose,
                changes=tuple(
                    change(
                        f"{name}.{purpose}.{end}",
                        end,
                        f"{purpose} {name}",
                        before=running_hash("") if number == 0 else None,
                    )
                    for end in (far, near)
                ),
                gates=("secured",) if number else (),
                soak=60 if number == 2 else 0,
            )
        )
        back = tuple(
            change(f"{name}.no-{purpose}.{end}", end, f"no {purpose} {name}", before=None)
            for end in (far, near)
        )
        undo.append(Undo(undoes=(number,), stage=Stage(purpose="remove", changes=back)))
    values: dict[str, Any] = {"trust": "trust", "site": f"site-{far}", **more}
    return Unit(
        id=name,
        devices=(far, near),
        links=(name,),
        stages=tuple(stages),
        undo=tuple(reversed(undo)),
        **values,
    )


def plan(waves: Mapping[str, Iterable[Unit]], canary: str = "", **more: Any) -> Plan:
    """A plan of these waves."""
    values: dict[str, Any] = {
        "id": "r1",
        "gates": {"secured": {"kind": "secured"}},
        "budget": {"overall": {"failures": 0}},
        "limits": {"at_once": 3, "per_site": 1},
        **more,
    }
    return Plan(
        runbook="test",
        author="olav",
        host="here",
        made_at=NOON,
        expires_at=NOON + timedelta(days=3),
        tool_version="1",
        inventory="0" * 64,
        waves=tuple(
            Wave(name=name, units=tuple(units), canary=name == canary)
            for name, units in waves.items()
        ),
        **values,
    )
