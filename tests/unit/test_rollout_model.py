"""The engine, checked by a model: devices with timers, faults, crashes and clocks that jump.

Whatever happens in whatever order, no device ends in a state that the journal does not name, what
was not confirmed goes back, nothing is written twice or confirmed before its gates passed, and no
more is under way than allowed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from netmod.devices.change import marker_of
from netmod.errors import RolloutError
from netmod.rollout.acts import Work, perform
from netmod.rollout.engine import World, decide
from netmod.rollout.journal import REQUEST, TAKE_OVER, Record
from netmod.rollout.model import Plan
from netmod.rollout.standing import CLOCK_JUMP, Rollout, fold, stages_of
from netmod.rollout.states import (
    CRASH,
    HELPLESS,
    IN_DOUBT,
    NOTHING_IN_FORCE,
    OPEN,
    STAYS,
    UNIT_ENDED,
)
from netmod.rollout.steps import Act
from netmod.rollout.windows import Opening
from tests.unit.lab_pair import NOON
from tests.unit.rollout_bed import FakeDevice, FakeWay, link, plan, single, text_of

DEVICES = ("a", "b", "c", "d", "e")
WRITES = ("commit", "confirm", "revert", "save")
BEGIN = {"commit": "prepare"}
MOST_ROUNDS = 4000


class Died(BaseException):
    """netmod was killed at this record."""


def the_plan(budget: Mapping[str, Any]) -> Plan:
    return plan(
        {
            "canary": [single("u0", "a")],
            "rest": [
                link("l1", "b", "c"),
                single("u2", "d", safety_class="B", gates=("secured",), site="site-de"),
                single("u3", "b", after=("l1",), site="site-b", before=None),
                single("u4", "e", soak=120, gates=("secured",), undo=False, site="site-de"),
            ],
        },
        canary="canary",
        budget=budget,
    )


BUDGETS: list[dict[str, Any]] = [
    {"overall": {"failures": 0}},
    {"overall": {"failures": 0}, "then": "roll-back"},
    {"overall": {"failures": 9}},
    {"overall": {"failures": 9}, "site": {"failures": 0}, "others": "go-on"},
]


class Engine(RuleBasedStateMachine):
    """One rollout, its journal and its devices."""

    @initialize(budget=st.sampled_from(BUDGETS))
    def start(self, budget: Mapping[str, Any]) -> None:
        self.plan = the_plan(budget)
        self.time, self.skew = NOON, timedelta()
        self.devices = {name: FakeDevice(name, lambda: self.time) for name in DEVICES}
        for one in self.devices.values():
            one.on_confirm = self.confirmed
        self.ways = {name: FakeWay(one) for name, one in self.devices.items()}
        self.records: list[Record] = []
        self.kept: dict[str, Any] = {}
        self.under_way: list[Act] = []
        self.gates: dict[str, str] = {}
        self.open = True
        self.death: int | None = None
        self.at_rest = False
        self.take_over()

    # --- what the executor does

    @property
    def wall(self) -> datetime:
        return self.time + self.skew

    def take_over(self) -> None:
        self.rollout = fold(self.plan, self.records)
        self.write(TAKE_OVER, "", {}, token=self.rollout.token + 1)

    def write(self, act: str, subject: str, payload: Mapping[str, Any], token: int = 0) -> None:
        if self.death == 0:
            raise Died
        if self.death is not None:
            self.death -= 1
        self.rollout.check(act, subject)
        token = token or self.rollout.token
        seq = len(self.records) + 1
        record = Record(seq, "r1", token, self.wall, act, subject, dict(payload), "", "")
        self.records.append(record)
        self.rollout.apply(record)

    def opening(self, trust: str, site: str, at: datetime) -> Opening:
        return Opening(self.open, reason="" if self.open else "window")

    def round(self) -> bool:
        """Decide once; whether it is over."""
        decision = decide(self.rollout, World(self.wall, self.opening))
        for note in decision.notes:
            self.write(note.act, note.subject, note.payload)
        for act in decision.acts:
            assert act.subject not in {one.subject for one in self.under_way}, "an act twice"
            self.began(act)
            self.write(BEGIN.get(act.name, act.name), act.subject, act.payload)
            self.under_way.append(act)
        self.wake = decision.wake
        return decision.over

    def began(self, act: Act) -> None:
        """What must hold when an act begins."""
        if act.name != "commit":
            return
        change = self.rollout.changes[act.subject.removeprefix("change:")]
        unit = self.plan_of(change.unit)
        for number, stage in enumerate(unit.stages):
            if change.plan in stage.changes:
                for earlier in unit.stages[:number]:
                    for one in self.rollout.of_stage(earlier):
                        assert one.state in ("noop", "verified")
                        text = text_of(one.plan.text)
                        assert text in self.devices[one.plan.device].running
                        waiting = self.devices[one.plan.device].waiting
                        assert waiting is None or waiting.marker != one.record.marker

    def plan_of(self, name: str) -> Any:
        return self.rollout.units[name].plan

    def confirmed(self, marker: str) -> None:
        """Called by a device before it confirms: the stage's gates passed since all was reached."""
        for name, change in self.rollout.changes.items():
            if change.record is None or change.record.marker != marker:
                continue
            unit = self.rollout.units[change.unit]
            places = [f"stage-{n}" for n, _ in enumerate(unit.plan.stages)]
            places += [f"undo-{n}" for n, _ in enumerate(unit.plan.undo)]
            place, stage = next(
                (p, s)
                for p, s in zip(places, stages_of(unit.plan), strict=True)
                if any(one.id == name for one in s.changes)
            )
            changes = self.rollout.of_stage(stage)
            assert all(
                one.state in ("reconnected", "confirming", "noop", *STAYS) for one in changes
            )
            if stage.gates:
                seen = unit.seen[f"{place}/middle"]
                assert seen.outcome == "pass"
                reached = [
                    record.seq
                    for record in self.records
                    if record.act == "pending"
                    and record.subject in {one.subject for one in changes}
                ]
                assert seen.seq > max(reached)

    def do(self, act: Act) -> None:
        self.under_way.remove(act)
        kind, _, name = act.subject.partition(":")
        if kind != "change":
            if act.name == "baseline":
                self.write("baselined", act.subject, {})
            else:
                outcome = self.gates.get(name, "pass")
                self.write("seen", act.subject, {"place": act.payload["place"], "outcome": outcome})
            return
        one = self.rollout.changes[name]
        work = Work(
            name=f"r1/{name}/{one.tries['prepare']}",
            change=one.plan,
            expected=self.rollout.expected(one),
            state=one.state,
            intent=one.intent,
            record=one.record,
            text=lambda: text_of(one.plan.text),
            resolve=lambda _: None,
            now=lambda: self.wall,
            kept=self.kept,
        )
        perform(
            act.name,
            work,
            self.ways[one.plan.device],
            lambda event, payload: self.write(event, one.subject, payload),
        )

    def die(self) -> None:
        self.under_way.clear()
        self.kept.clear()
        self.death = None
        before = {name: one.state for name, one in self.rollout.changes.items()}
        self.take_over()
        assert before == {name: one.state for name, one in self.rollout.changes.items()}

    # --- what happens

    @rule(rounds=st.integers(1, 6))
    def go_on(self, rounds: int) -> None:
        for _ in range(rounds):
            if self.round():
                return
            for act in list(self.under_way):
                self.do(act)

    @rule(number=st.integers(0, 9))
    def decide_only(self, number: int) -> None:
        for _ in range(number):
            self.round()

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def finish_one(self, data: st.DataObject) -> None:
        self.do(data.draw(st.sampled_from(self.under_way)))

    @rule(after=st.integers(0, 8))
    def crash(self, after: int) -> None:
        """Killed when it wants to write so many records more."""
        self.death = after
        try:
            for _ in range(20):
                over = self.round()
                for act in list(self.under_way):
                    self.do(act)
                if over:
                    break
        except Died:
            pass
        self.die()

    @rule(seconds=st.sampled_from([1, 9, 30, 200, 290, 310, 700]))
    def time_passes(self, seconds: int) -> None:
        self.time += timedelta(seconds=seconds)

    @rule(seconds=st.sampled_from([-86400, -400, -20, 20, 400, 86400]))
    def clock_jumps(self, seconds: int) -> None:
        self.skew += timedelta(seconds=seconds)
        self.write(CLOCK_JUMP, "", {"seconds": seconds})

    @rule(name=st.sampled_from(DEVICES), reachable=st.booleans())
    def reach(self, name: str, reachable: bool) -> None:
        self.devices[name].reachable = reachable

    @rule(name=st.sampled_from(DEVICES), write=st.sampled_from(WRITES), after=st.booleans())
    def drop(self, name: str, write: str, after: bool) -> None:
        self.devices[name].faults[write] = "after" if after else "before"

    @rule(name=st.sampled_from(DEVICES), refuses=st.booleans())
    def refuse(self, name: str, refuses: bool) -> None:
        self.devices[name].refuses = refuses

    @rule(name=st.sampled_from(DEVICES))
    def reboot(self, name: str) -> None:
        self.devices[name].reboot()

    @rule(name=st.sampled_from(DEVICES))
    def somebody_changes(self, name: str) -> None:
        device = self.devices[name]
        if device.waiting is None:
            device.lines = device.running | {"foreign"}

    @rule(
        name=st.sampled_from(["u0", "l1", "u2", "u3", "u4"]),
        outcome=st.sampled_from(["pass", "fail", "inconclusive"]),
    )
    def gate(self, name: str, outcome: str) -> None:
        self.gates[name] = outcome

    @rule(kind=st.sampled_from(["pause", "resume", "stop", "roll-back"]))
    def request(self, kind: str) -> None:
        self.write(REQUEST, "", {"kind": kind})

    @rule(is_open=st.booleans())
    def window(self, is_open: bool) -> None:
        self.open = is_open

    # --- what always holds

    @invariant()
    def no_more_than_allowed(self) -> None:
        active = [
            one.plan
            for one in self.rollout.units.values()
            if one.state in ("running", "reverting", "undoing")
        ]
        assert len(active) <= 3
        sites = [one.site for one in active]
        assert len(sites) == len(set(sites))
        used = [name for one in active for name in (*one.devices, *one.links)]
        assert len(used) == len(set(used))

    @invariant()
    def the_same_when_folded_anew(self) -> None:
        again = fold(self.plan, self.records)
        assert {n: replace(o) for n, o in again.changes.items()} == self.rollout.changes
        assert again.state == self.rollout.state

    @invariant()
    def waiting_is_named(self) -> None:
        """A commit that waits on a device is one of which the journal says so, or cannot tell."""
        for device in self.devices.values():
            _ = device.running
            if device.waiting is not None:
                one = self.of_marker(device.waiting.marker)
                assert one.state in OPEN | IN_DOUBT | HELPLESS

    def of_marker(self, marker: str) -> Any:
        for name, one in self.rollout.changes.items():
            for number in range(one.tries["prepare"] + 1):
                if marker_of(f"r1/{name}/{number}", one.plan.device) == marker:
                    return one
        raise AssertionError("a commit that the journal does not know")

    def teardown(self) -> None:
        if not hasattr(self, "plan"):
            return
        for device in self.devices.values():
            device.reachable, device.faults, device.refuses = True, {}, False
        self.gates.clear()
        self.open, self.death = True, None
        for _ in range(MOST_ROUNDS):
            over = self.round()
            for act in list(self.under_way):
                self.do(act)
            if over and not self.under_way:
                break
            self.time += timedelta(seconds=5)
        else:
            raise AssertionError("it never comes to rest")
        assert self.rollout.state not in ("running", "pausing", "halting")
        self.time += timedelta(hours=1)
        self.nothing_is_unnamed()

    def nothing_is_unnamed(self) -> None:
        foreign = {"foreign"}
        helpless = set()
        for device in self.devices.values():
            expected: set[str] = set()
            for unit in self.rollout.units.values():
                if unit.state in UNIT_ENDED or unit.state in ("queued", "running"):
                    for stage in stages_of(unit.plan):
                        for one in self.rollout.of_stage(stage):
                            if one.plan.device == device.name:
                                if one.state in HELPLESS | IN_DOUBT:
                                    helpless.add(device.name)
                                assert one.state not in OPEN
                                self.take(one, expected)
            _ = device.running
            assert device.waiting is None
            if (
                device.name not in helpless
                and device.lines == device.saved | foreign & device.lines
            ):
                assert device.lines - foreign == expected, (device.name, device.lines, expected)

    def take(self, one: Any, lines: set[str]) -> None:
        if one.state in STAYS:
            text = text_of(one.plan.text)
            if text.startswith("no "):
                lines.discard(text[3:])
            else:
                lines.add(text)
        else:
            assert one.state in NOTHING_IN_FORCE | HELPLESS | IN_DOUBT


QUICK = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def test_the_engine_holds_what_it_promises() -> None:
    run_state_machine_as_test(Engine, settings=QUICK)


@pytest.mark.soak
def test_the_engine_holds_what_it_promises_for_long() -> None:
    number = int(os.environ.get("NETMOD_MODEL_EXAMPLES", "5000"))
    run_state_machine_as_test(
        Engine,
        settings=settings(
            QUICK,
            max_examples=number,
            stateful_step_count=60,
            derandomize=False,
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
        ),
    )


def test_nothing_is_confirmed_while_it_is_asked_about_after_a_crash() -> None:
    machine = Engine()
    machine.start(BUDGETS[0])
    change = machine.rollout.changes["u0.do"]
    while change.state != "reconnected":
        machine.round()
        for act in list(machine.under_way):
            machine.do(act)
    machine.die()
    for _ in range(3):
        machine.round()
    assert [(one.name, one.subject) for one in machine.under_way] == [("probe", "change:u0.do")]
    machine.devices["a"].reachable = False
    machine.do(machine.under_way[0])
    machine.round()
    assert machine.under_way == []
    machine.time += timedelta(seconds=15)
    machine.round()
    assert [one.name for one in machine.under_way] == ["probe"]


def test_every_state_after_a_crash_is_gone_on_with() -> None:
    """The crash table is what the engine does: none of its states is left alone."""
    assert set(CRASH) == {*OPEN, *IN_DOUBT, *(STAYS - {"verified", "unsaved"})} | {
        "queued",
        "checking",
        "checked",
        "preparing",
        "loaded",
    }


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.soak)])
def test_killed_before_any_record_it_resumes(step: int) -> None:
    """Systematically, at the records that the whole rollout writes."""
    whole = Engine()
    whole.start(BUDGETS[2])
    to_rest(whole)
    assert whole.rollout.state == "succeeded"
    for after in range(0, len(whole.records) - 1, step):
        machine = Engine()
        machine.start(BUDGETS[2])
        machine.death = after
        with pytest.raises(Died):
            to_rest(machine)
        machine.die()
        to_rest(machine)
        machine.time += timedelta(hours=1)
        machine.nothing_is_unnamed()
        failed = {name for name, one in machine.rollout.units.items() if one.state != "passed"}
        for name in failed:
            # only a commit whose answer was lost with the process ends a unit
            dead = [one for one in machine.rollout.changes.values() if one.unit == name]
            if machine.rollout.units[name].state not in ("queued", "skipped"):
                assert machine.rollout.units[name].cause in ("interrupted", "stopped")
                assert any(one.state in ("reverted", "queued") for one in dead)
        if not failed:
            assert machine.rollout.state == "succeeded"


def to_rest(machine: Engine) -> None:
    for _ in range(MOST_ROUNDS):
        over = machine.round()
        for act in list(machine.under_way):
            machine.do(act)
        if over and not machine.under_way:
            return
        machine.time += timedelta(seconds=5)
    raise AssertionError("it never comes to rest")


def test_a_record_that_cannot_follow_is_refused() -> None:
    rollout = Rollout(the_plan(BUDGETS[0]))
    with pytest.raises(RolloutError) as caught:
        rollout.check("confirm", "change:u0.do")
    assert caught.value.code == "out-of-order"
