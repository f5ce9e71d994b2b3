"""Carries a rollout out: writes down what the engine decides, and does it, side by side.

One thread decides; acts run in others. Every record goes through `_write`, which holds it against
the tables, has it on the disk and takes it in before anything else happens. Where the journal takes
nothing more, nothing more is done: what waits for its confirmation goes back by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from netmod.devices.change import ChangeSession, Resolve
from netmod.errors import RolloutError
from netmod.rollout.acts import Way, Work, perform
from netmod.rollout.budget import subjects_of
from netmod.rollout.engine import World, decide
from netmod.rollout.journal import REQUEST, Journal, Record
from netmod.rollout.locks import Lock, is_carried_out, locks, release, take
from netmod.rollout.looking import Looks, judged, observe_before, outcome_of, scope_of
from netmod.rollout.model import Plan
from netmod.rollout.standing import (
    CLOCK_JUMP,
    ChangeStanding,
    Rollout,
    UnitStanding,
    WaveStanding,
    fold,
)
from netmod.rollout.states import UNIT_ENDED
from netmod.rollout.steps import Act, Note
from netmod.rollout.units import worst_case
from netmod.rollout.windows import Opening, Windows, opening

RUNNING = "running.lock"
_POLL = 1.0
"""Seconds between two looks for requests of other processes."""
_JUMP = timedelta(seconds=5)
_RENEW = timedelta(minutes=10)
_MOST_THREADS = 64
_BEGIN = {"commit": "prepare"}


class Clock(Protocol):
    """The time, and how to wait for it."""

    def now(self) -> datetime:
        """The time of the wall clock, aware."""

    def ticks(self) -> float:
        """Seconds of a clock that is never put forward or back."""

    def wait(self, changed: threading.Event, seconds: float, *, idle: bool) -> None:
        """Wait for the event, at most so long. `idle` says that no act is under way."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a rollout is carried out with: the ways to devices by name, the texts of changes by
    their hash, the secrets in them, and the eyes of the gates. `told` hears of every record."""

    ways: Mapping[str, Way]
    text: Callable[[str], str]
    resolve: Resolve
    looks: Looks
    clock: Clock
    folder: Path
    owner: str
    told: Callable[[Record, Rollout], None]


@dataclass(slots=True)
class _Now:
    """What changes while it is carried out."""

    wall: datetime
    ticks: float
    renewed: datetime
    futures: set[Future[None]] = field(default_factory=set)
    failure: BaseException | None = None


class Execution:
    """One process that carries a rollout out, from the take-over to where it rests."""

    def __init__(self, plan: Plan, journal: Journal, means: Means) -> None:
        self.plan, self.journal, self.means = plan, journal, means
        self.rollout = fold(plan, journal.records(plan.id))
        self._writing = threading.RLock()
        self._changed = threading.Event()
        self._pauses = 0
        self._kept: dict[str, ChangeSession] = {}
        self._windows = Windows.model_validate(plan.windows)
        clock = means.clock
        self._now = _Now(clock.now(), clock.ticks(), clock.now())
        self._token = 0
        self._listened = 0

    def take_over(self, payload: Mapping[str, Any]) -> None:
        """Be the process that carries it out; raises `RolloutError` where its devices are locked
        by others meanwhile."""
        record = self.journal.take_over(self.plan.id, payload, self.means.clock.now())
        self._token, self._listened = record.token, record.seq
        self.rollout.apply(record)
        self._tell(record)
        self._renew(self.means.clock.now())

    def ask(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Write a request down, as another process would."""
        now = self.means.clock.now()
        self.journal.append(self.plan.id, self._token, REQUEST, "", {"kind": kind, **payload}, now)

    def pause(self) -> None:
        """Ask for an orderly pause; any thread or signal handler may call it. Twice: begin nothing
        more at all, and end when the acts under way have."""
        self._pauses += 1
        self._changed.set()

    def run(self) -> Rollout:
        """Go on until the rollout rests. Raises `RolloutError` where the journal fails, and
        `KeyboardInterrupt` where it was interrupted twice."""
        try:
            with ThreadPoolExecutor(_MOST_THREADS, "rollout") as pool:
                return self._go_on(pool)
        finally:
            for session in self._kept.values():
                session.close()

    def _go_on(self, pool: ThreadPoolExecutor) -> Rollout:
        asked = False
        while True:
            self._changed.clear()
            if self._now.failure is not None:
                raise self._now.failure
            if self._pauses and not asked:
                self.ask("pause", {"by": self.means.owner, "why": "interrupted"})
                asked = True
            self._listen()
            if self._round(pool):
                return self.rollout

    # --- one round

    def _round(self, pool: ThreadPoolExecutor) -> bool:
        """Write decisions, begin acts, or wait; whether it is over."""
        clock = self.means.clock
        now = clock.now()
        self._notice_jump(now)
        if abs(now - self._now.renewed) > _RENEW:
            self._renew(now)
        with self._writing:
            decision = decide(self.rollout, World(now, self._opening, self._foreign(now)))
        if decision.notes:
            for note in decision.notes:
                if not self._note(note, now):
                    break
            return False
        acts = decision.acts if self._pauses < 2 else []
        for act in acts:
            self._begin(act, pool)
        idle = not self._under_way()
        if idle and self._pauses > 1:
            raise KeyboardInterrupt
        if idle and decision.over:
            return True
        seconds = _POLL if decision.wake is None else (decision.wake - now).total_seconds()
        clock.wait(self._changed, max(seconds, 0.001), idle=idle)
        return False

    def _note(self, note: Note, now: datetime) -> bool:
        """Write a decision; False where a lock that it needs went to somebody else."""
        unit = self._unit(note.subject)
        payload = dict(note.payload)
        if unit is not None and note.act in ("begin", "undo"):
            expires = now + 2 * worst_case(unit.plan) + _RENEW
            if self._lock(unit, now, expires):
                return False
            payload["locked_until"] = expires.isoformat()
        self._write(note.act, note.subject, payload)
        if unit is not None and unit.state in UNIT_ENDED:
            release(self.journal, self.plan.id, subjects_of(unit.plan))
        return True

    def _lock(self, unit: UnitStanding, now: datetime, expires: datetime) -> list[Lock]:
        holder = (self.plan.id, self.means.owner)
        return take(self.journal, subjects_of(unit.plan), holder, (now, expires), self._is_at_work)

    def _renew(self, now: datetime) -> None:
        for unit in self.rollout.units.values():
            if unit.state in ("running", "reverting", "undoing"):
                against = self._lock(unit, now, now + 2 * worst_case(unit.plan) + _RENEW)
                if against:
                    raise RolloutError(
                        f"{against[0].subject} is locked by {against[0].rollout} "
                        f"({against[0].owner}) meanwhile",
                        hint="let that rollout end; then resume this one",
                        code="locked",
                    )
        self._now.renewed = now

    def _foreign(self, now: datetime) -> frozenset[str]:
        return frozenset(
            one.subject
            for one in locks(self.journal)
            if one.rollout != self.plan.id and (one.expires > now or self._is_at_work(one.rollout))
        )

    def _is_at_work(self, rollout: str) -> bool:
        return is_carried_out(self.means.folder.parent / rollout / RUNNING)

    def _opening(self, trust: str, site: str, at: datetime) -> Opening:
        return opening(self._windows, trust, site, at)

    def _under_way(self) -> bool:
        self._now.futures = {one for one in self._now.futures if not one.done()}
        return bool(self._now.futures)

    def _listen(self) -> None:
        """Take in what was asked for, by this process or another one."""
        with self._writing:
            for record in self.journal.records(self.plan.id, after=self._listened):
                self._listened = record.seq
                if record.act == REQUEST:
                    self.rollout.apply(record)
                    self._tell(record)

    def _notice_jump(self, now: datetime) -> None:
        ticks = self.means.clock.ticks()
        passed = timedelta(seconds=ticks - self._now.ticks)
        jump = now - self._now.wall - passed
        self._now.wall, self._now.ticks = now, ticks
        if abs(jump) > _JUMP:
            self._write(CLOCK_JUMP, "", {"seconds": round(jump.total_seconds(), 3)})

    # --- what runs in other threads

    def _begin(self, act: Act, pool: ThreadPoolExecutor) -> None:
        event = _BEGIN.get(act.name, act.name)
        self._write(event, act.subject, act.payload)
        self._now.futures.add(pool.submit(self._do, act))

    def _do(self, act: Act) -> None:
        try:
            kind, _, name = act.subject.partition(":")
            if kind == "change":
                self._on_device(act, self.rollout.changes[name])
            else:
                self._look(
                    act, self.rollout.units[name] if kind == "unit" else self.rollout.waves[name]
                )
        except BaseException as error:  # noqa: BLE001 the thread that decides raises it
            self._now.failure = error
        finally:
            self._changed.set()

    def _on_device(self, act: Act, standing: ChangeStanding) -> None:
        change = standing.plan
        work = Work(
            name=f"{self.plan.id}/{change.id}/{standing.tries['prepare']}",
            change=change,
            expected=self.rollout.expected(standing),
            state=standing.state,
            intent=standing.intent,
            record=standing.record,
            text=lambda: self.means.text(change.text),
            resolve=self.means.resolve,
            now=self.means.clock.now,
            kept=self._kept,
        )

        def tell(event: str, payload: Mapping[str, Any]) -> None:
            self._write(event, standing.subject, payload)

        perform(act.name, work, self.means.ways[change.device], tell)

    def _look(self, act: Act, standing: UnitStanding | WaveStanding) -> None:
        scope = scope_of(standing)
        gates = [str(one) for one in act.payload["gates"]]
        if act.name == "baseline":
            self._write(
                "baselined", standing.subject, observe_before(self.means.looks, scope, gates)
            )
            return
        results = judged(self.means.looks, scope, gates)
        payload = {
            "place": act.payload["place"],
            "outcome": outcome_of(results),
            "results": {name: one.model_dump(mode="json") for name, one in results.items()},
        }
        self._write("seen", standing.subject, payload)

    # --- the journal

    def _unit(self, subject: str) -> UnitStanding | None:
        return self.rollout.units.get(subject.removeprefix("unit:"))

    def _write(self, act: str, subject: str, payload: Mapping[str, Any]) -> None:
        with self._writing:
            self.rollout.check(act, subject)
            now = self.means.clock.now()
            record = self.journal.append(self.plan.id, self._token, act, subject, payload, now)
            self.rollout.apply(record)
            self._tell(record)

    def _tell(self, record: Record) -> None:
        with suppress(OSError):  # nobody reads what is shown: the rollout goes on all the same
            self.means.told(record, self.rollout)
