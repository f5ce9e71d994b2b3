"""Executions of plans on devices that are no more than lines, with a clock that tests move."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from netmod.rollout.execute import Execution, Means
from netmod.rollout.journal import Journal, Record
from netmod.rollout.looking import Scope
from netmod.rollout.model import GateOutcome, GateResult, Plan
from netmod.rollout.standing import Rollout
from tests.unit.lab_pair import NOON
from tests.unit.rollout_bed import FakeDevice, FakeWay, text_of

PATIENCE = 120.0
"""Seconds that a test waits for an act, at most."""


class HandClock:
    """A clock that stands still while acts are under way, and jumps to what is waited for."""

    def __init__(self, start: datetime = NOON) -> None:
        self._start, self._passed, self.skew = start, timedelta(), timedelta()

    def now(self) -> datetime:
        return self._start + self._passed + self.skew

    def true(self) -> datetime:
        """The time of the devices, which have clocks of their own."""
        return self._start + self._passed

    def ticks(self) -> float:
        return self._passed.total_seconds()

    def pass_by(self, seconds: float) -> None:
        self._passed += timedelta(seconds=seconds)

    def wait(self, changed: threading.Event, seconds: float, *, idle: bool) -> None:
        if changed.is_set():
            return  # an act has ended since: there is more to decide
        if idle:
            self.pass_by(seconds)
        elif not changed.wait(PATIENCE):
            raise AssertionError("an act never ended")


class FakeLooks:
    """Gates that say what a test tells them to, by the id of the unit or wave."""

    def __init__(self, says: Mapping[str, GateOutcome] | None = None) -> None:
        self.says: dict[str, GateOutcome] = dict(says or {})
        self.before: list[str] = []
        self.looked: list[str] = []

    def baseline(self, scope: Scope, gates: Collection[str]) -> None:
        self.before.append(scope.id)

    def look(self, scope: Scope, gates: Collection[str]) -> Mapping[str, GateResult]:
        self.looked.append(scope.id)
        outcome = self.says.get(scope.id, "pass")
        return {name: GateResult(outcome=outcome, code="told") for name in gates}


class Bench:
    """A plan's devices, journal and clock; each `execution` is a process of its own."""

    def __init__(self, folder: Path, devices: Collection[str]) -> None:
        self.folder = folder
        self.clock = HandClock()
        self.devices = {name: FakeDevice(name, self.clock.true) for name in devices}
        self.looks = FakeLooks()
        self.path = folder / "journal.db"

    def journal(self, kind: type[Journal] = Journal) -> Journal:
        """An own connection; not synced, as no test cuts the power."""
        journal = kind(self.path)
        with journal.reading() as connection:
            connection.execute("PRAGMA synchronous=OFF")
        return journal

    def execution(
        self,
        plan: Plan,
        journal: Journal,
        told: Callable[[Record, Rollout], None] = lambda record, rollout: None,
        owner: str = "olav",
    ) -> Execution:
        means = Means(
            ways={name: FakeWay(one) for name, one in self.devices.items()},
            text=text_of,
            resolve=lambda _: None,
            looks=self.looks,
            clock=self.clock,
            folder=self.folder / plan.id,
            owner=owner,
            told=told,
        )
        return Execution(plan, journal, means)

    def run(self, plan: Plan, ask: str = "", **more: Any) -> Rollout:
        """Take a plan up, ask for something, and go on until it rests."""
        with self.journal() as journal:
            execution = self.execution(plan, journal, **more)
            execution.take_over({"by": "olav"})
            if ask:
                execution.ask(ask, {"by": "olav"})
            return execution.run()

    def lines(self) -> dict[str, set[str]]:
        return {name: set(one.running) for name, one in self.devices.items()}

    def acts(self, plan: Plan) -> list[tuple[str, str]]:
        with self.journal() as journal:
            return [(one.act, one.subject) for one in journal.records(plan.id)]
