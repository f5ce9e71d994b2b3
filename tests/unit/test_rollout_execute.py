"""Rollouts from start to rest: threads, journal and requests; the devices are simple ones."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from netmod.errors import RolloutError
from netmod.rollout.journal import REQUEST, Journal, Record
from netmod.rollout.locks import locks
from netmod.rollout.model import Plan
from netmod.rollout.preflight import check_plan
from netmod.rollout.standing import Rollout
from tests.unit.rollout_bed import TIMER, link, plan, single, text_of
from tests.unit.rollout_run import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, "abcde")


def states(rollout: Rollout) -> dict[str, str]:
    return {name: one.state for name, one in rollout.units.items()}


def three_waves(**more: Any) -> Plan:
    return plan(
        {
            "canary": [single("u0", "a", gates=("secured",))],
            "first": [single("u1", "b"), single("u2", "c", safety_class="B")],
            "rest": [single("u3", "d", soak=600)],
        },
        canary="canary",
        **more,
    )


def test_all_waves_pass(bench: Bench) -> None:
    done = bench.run(three_waves())
    assert done.state == "succeeded"
    assert set(states(done).values()) == {"passed"}
    assert bench.lines() == {
        "a": {"line u0"},
        "b": {"line u1"},
        "c": {"line u2"},
        "d": {"line u3"},
        "e": set(),
    }
    assert all(one.saved == one.running for one in bench.devices.values())
    assert bench.looks.before == ["u0"]
    assert bench.clock.ticks() >= 600
    with bench.journal() as journal:
        journal.verify()
        assert locks(journal) == []


def test_a_link_is_tightened_far_end_first_and_confirmed_together(bench: Bench) -> None:
    wanted = plan({"one": [link("l", "a", "b")]})
    assert bench.run(wanted).state == "succeeded"
    kept = ("commit", "look", "confirm")
    acts = [one for one in bench.acts(wanted) if one[0] in kept]
    stage = "change:l.should-secure"
    begin = acts.index(("commit", f"{stage}.a"))
    assert acts[begin : begin + 5] == [
        ("commit", f"{stage}.a"),
        ("commit", f"{stage}.b"),
        ("look", "unit:l"),
        ("confirm", f"{stage}.a"),
        ("confirm", f"{stage}.b"),
    ]
    assert acts.index(("commit", "change:l.must-secure.a")) > begin + 4


def test_a_failing_canary_stops_all_and_goes_back(bench: Bench) -> None:
    bench.looks.says["u0"] = "fail"
    done = bench.run(three_waves(budget={"overall": {"failures": 9}, "then": "roll-back"}))
    assert done.state == "rolled-back"
    assert done.reason == "canary"
    assert states(done) == {"u0": "reverted", "u1": "queued", "u2": "queued", "u3": "queued"}
    assert not any(bench.lines().values())


def test_what_earlier_waves_did_is_taken_back_the_last_first(bench: Bench) -> None:
    bench.devices["d"].refuses = True
    wanted = three_waves(budget={"overall": {"failures": 0}, "then": "roll-back"})
    done = bench.run(wanted)
    assert done.state == "rolled-back"
    assert states(done) == {"u0": "undone", "u1": "undone", "u2": "undone", "u3": "reverted"}
    assert not any(bench.lines().values())
    undone = [subject for act, subject in bench.acts(wanted) if act == "undone"]
    assert undone[-1] == "unit:u0"
    assert set(undone[:-1]) == {"unit:u1", "unit:u2"}


def test_a_halted_rollout_stays_and_can_be_taken_back_later(bench: Bench) -> None:
    bench.devices["d"].refuses = True
    wanted = three_waves()
    done = bench.run(wanted)
    assert (done.state, done.reason) == ("halted", "budget")
    assert bench.lines()["a"] == {"line u0"}
    assert bench.run(wanted, ask="roll-back").state == "rolled-back"
    assert not any(bench.lines().values())


def test_a_stop_at_one_trust_lets_others_go_on_where_the_budget_says_so(bench: Bench) -> None:
    bench.devices["a"].refuses = True
    budget = {"overall": {"failures": 5}, "trust": {"failures": 0}, "others": "go-on"}
    done = bench.run(
        plan(
            {
                "one": [single("u0", "a", trust="t1"), single("u1", "b", trust="t2")],
                "two": [single("u2", "c", trust="t1"), single("u3", "d", trust="t2")],
            },
            budget=budget,
        )
    )
    assert done.state == "succeeded-with-exceptions"
    assert states(done) == {"u0": "reverted", "u1": "passed", "u2": "skipped", "u3": "passed"}


def test_a_device_that_drifted_since_is_left_alone(bench: Bench) -> None:
    bench.devices["b"].lines = frozenset({"somebody was here"})
    done = bench.run(three_waves())
    assert done.state == "succeeded-with-exceptions"
    assert states(done)["u1"] == "left-alone"
    assert done.changes["u1.do"].state == "drifted"
    assert bench.devices["b"].commits == []


@pytest.mark.parametrize("late", [False, True])
def test_nothing_to_do_is_no_failure(bench: Bench, late: bool) -> None:
    bench.devices["a"].lines = frozenset({"line u"})
    bench.devices["a"].compares_late = late
    done = bench.run(plan({"one": [single("u", "a", before=None)]}))
    assert done.state == "succeeded"
    assert done.changes["u.do"].state == "noop"


def test_a_unit_waits_for_what_must_be_done_before_it(bench: Bench) -> None:
    wanted = plan({"one": [single("u1", "a", after=("u2",)), single("u2", "b")]})
    assert bench.run(wanted).state == "succeeded"
    acts = bench.acts(wanted)
    assert acts.index(("begin", "unit:u1")) > acts.index(("pass", "unit:u2"))


def test_gates_that_cannot_tell_never_pass(bench: Bench) -> None:
    bench.looks.says["u0"] = "inconclusive"
    done = bench.run(three_waves())
    assert (done.state, done.units["u0"].cause) == ("halted", "inconclusive")
    assert done.units["u0"].state == "reverted"
    assert not bench.lines()["a"]
    assert len(bench.looks.looked) > 3


def test_gates_of_a_wave_that_cannot_tell_pause(bench: Bench) -> None:
    wave = three_waves().waves[1].model_copy(update={"gates_after": ("secured",)})
    wanted = plan({}).model_copy(update={"waves": (wave,)})
    bench.looks.says["first"] = "inconclusive"
    done = bench.run(wanted)
    assert (done.state, done.reason) == ("paused", "inconclusive")
    bench.looks.says["first"] = "pass"
    assert bench.run(wanted, ask="resume").state == "succeeded"


@pytest.mark.parametrize("outcome", ["fail", "inconclusive"])
def test_a_gate_before_a_wave_lets_nothing_begin(bench: Bench, outcome: Any) -> None:
    wave = three_waves().waves[1].model_copy(update={"gates_before": ("secured",)})
    wanted = plan({}).model_copy(update={"waves": (wave,)})
    bench.looks.says["first"] = outcome
    done = bench.run(wanted)
    assert done.state == ("halted" if outcome == "fail" else "paused")
    assert set(states(done).values()) == {"queued"}


WINDOW = {"time_zone": "UTC", "open": [{"from": "11:00", "until": "13:00"}]}


def test_a_window_that_closes_in_mid_wave_pauses(bench: Bench) -> None:
    units = [single(f"u{n}", name, soak=1800) for n, name in enumerate("abcd")]
    wanted = plan({"one": units}, windows=WINDOW, limits={"at_once": 1, "per_site": 1})
    done = bench.run(wanted)
    assert (done.state, done.reason) == ("paused", "window")
    assert states(done) == {"u0": "passed", "u1": "queued", "u2": "queued", "u3": "queued"}
    assert bench.clock.now().hour < 13
    bench.clock.pass_by(86400 - bench.clock.ticks())
    done = bench.run(wanted, ask="resume")
    assert states(done)["u1"] == "passed"
    assert done.state == "paused"


def test_outside_the_window_nothing_begins(bench: Bench) -> None:
    bench.clock.pass_by(3 * 3600)
    done = bench.run(three_waves(windows=WINDOW))
    assert (done.state, done.reason) == ("paused", "window")
    assert bench.devices["a"].commits == []


def on(act: str, subject: str, work: Callable[[], None]) -> Callable[[Record, Rollout], None]:
    """Do something once, when a record is written."""
    done: list[bool] = []

    def told(record: Record, rollout: Rollout) -> None:
        if (record.act, record.subject) == (act, subject) and not done:
            done.append(True)
            work()

    return told


def test_a_device_that_takes_less_than_it_was_asked_is_not_confirmed(bench: Bench) -> None:
    bench.devices["a"].takes_half = True
    done = bench.run(three_waves())
    assert (done.state, done.units["u0"].cause) == ("halted", "missing")
    assert bench.devices["a"].confirms == []


def test_units_one_after_the_other_on_a_device_start_from_what_the_first_left(
    bench: Bench,
) -> None:
    wanted = plan({"one": [single("u1", "a"), single("u2", "a", undo=False)]})
    assert bench.run(wanted).state == "succeeded"
    assert bench.lines()["a"] == {"line u1", "line u2"}


def test_going_back_leaves_alone_what_somebody_changed_since(bench: Bench) -> None:
    wanted = plan({"one": [single("u", "a")]})
    bench.run(wanted)
    bench.devices["a"].lines |= {"somebody was here"}
    done = bench.run(wanted, ask="roll-back")
    assert (done.state, done.units["u"].state) == ("rollback-incomplete", "quarantined")
    assert bench.lines()["a"] == {"line u", "somebody was here"}


def test_a_session_that_drops_in_the_commit_is_asked_and_taken_back(bench: Bench) -> None:
    bench.devices["a"].faults["commit"] = "after"
    wanted = three_waves()
    done = bench.run(wanted)
    assert done.changes["u0.do"].state == "reverted"
    assert len(bench.devices["a"].commits) == 1
    assert not bench.lines()["a"]
    acts = [act for act, subject in bench.acts(wanted) if subject == "change:u0.do"]
    assert acts[acts.index("commit") :] == [
        "commit", "doubt", "probe", "pending", "revert", "reverted"
    ]  # fmt: skip


def test_a_commit_that_did_not_arrive_is_not_sent_again(bench: Bench) -> None:
    bench.devices["a"].faults["commit"] = "before"
    done = bench.run(three_waves())
    assert done.changes["u0.do"].state == "absent"
    assert (done.state, len(bench.devices["a"].commits)) == ("halted", 1)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_confirmation_in_doubt_is_asked_about(bench: Bench, when: Any) -> None:
    bench.devices["a"].faults["confirm"] = when
    done = bench.run(three_waves())
    assert done.state == "succeeded"
    assert len(bench.devices["a"].confirms) == (2 if when == "before" else 1)


def test_a_device_that_boots_before_it_is_confirmed_goes_back(bench: Bench) -> None:
    device = bench.devices["a"]
    done = bench.run(three_waves(), told=on("pending", "change:u0.do", device.reboot))
    assert done.changes["u0.do"].state == "reverted-by-timer"
    assert done.state == "halted"
    assert not bench.lines()["a"]


def test_a_site_that_is_lost_stops_and_goes_back_by_itself(bench: Bench) -> None:
    def lose() -> None:
        for name in "bc":
            bench.devices[name].reachable = False

    wanted = plan({"one": [link("l", "b", "c"), single("u", "a")]})
    done = bench.run(wanted, told=on("pending", "change:l.should-secure.c", lose))
    assert done.state == "halted"
    assert done.units["l"].state == "quarantined"
    assert {done.changes[f"l.should-secure.{end}"].state for end in "bc"} == {"lost"}
    assert bench.clock.ticks() > TIMER
    assert bench.lines()["b"] == {"keys l"} == bench.lines()["c"]
    for name in "bc":
        bench.devices[name].reachable = True
    done = bench.run(wanted, ask="roll-back")
    assert done.state == "rolled-back"
    assert {done.changes[f"l.should-secure.{end}"].state for end in "bc"} == {"reverted-by-timer"}
    assert not any(bench.lines().values())


def test_without_a_timer_a_silent_device_is_lost_and_named(bench: Bench) -> None:
    device = bench.devices["c"]

    def lose() -> None:
        device.reachable = False

    wanted = plan({"one": [single("u", "c", safety_class="B")]})
    done = bench.run(wanted, told=on("in-force", "change:u.do", lose))
    assert (done.state, done.units["u"].state) == ("halted", "quarantined")
    assert done.changes["u.do"].state == "lost"
    device.reachable = True
    assert bench.run(wanted, ask="roll-back").state == "rolled-back"
    assert not bench.lines()["c"]


def test_a_pause_ends_between_stages_and_resume_goes_on(bench: Bench) -> None:
    wanted = plan({"one": [link("l", "a", "b")]})
    with bench.journal() as journal:
        execution = bench.execution(wanted, journal)
        execution.take_over({})
        pause = on("commit", "change:l.should-secure.a", execution.pause)
        execution.means = _told(execution.means, pause)
        done = execution.run()
        assert done.state == "paused"
        assert done.units["l"].state == "running"
        assert done.changes["l.should-secure.b"].state == "verified"
        assert done.changes["l.must-secure.a"].state == "queued"
        assert {one.subject for one in locks(journal)} == {"device:a", "device:b", "link:l"}
    assert bench.lines()["a"] == {"keys l", "should-secure l"}
    assert bench.run(wanted, ask="resume").state == "succeeded"


def _told(means: Any, told: Callable[[Record, Rollout], None]) -> Any:
    return dataclasses.replace(means, told=told)


def test_another_process_asks_by_the_journal(bench: Bench) -> None:
    wanted = three_waves()

    def ask() -> None:
        with bench.journal() as other:
            other.append("r1", 0, REQUEST, "", {"kind": "stop", "by": "kari"}, bench.clock.now())

    done = bench.run(wanted, told=on("begin", "unit:u3", ask))
    assert (done.state, done.reason) == ("halted", "operator")
    assert states(done)["u3"] == "halted"
    assert not bench.lines()["d"]


def test_two_rollouts_do_not_share_a_device(bench: Bench, tmp_path: Path) -> None:
    first = plan({"one": [link("l", "a", "b")]})
    second = plan({"one": [single("u", "b")]}, id="r2")
    with bench.journal() as journal:
        execution = bench.execution(first, journal)
        execution.take_over({})
        execution.means = _told(execution.means, on("commit", "change:l.keys.a", execution.pause))
        assert execution.run().state == "paused"
        other = bench.execution(second, journal, owner="kari")
        other.take_over({})
        done = other.run()
    assert (done.state, done.reason) == ("paused", "locked")
    assert bench.devices["b"].running == {"keys l"}


def test_a_process_that_was_taken_over_does_nothing_more(bench: Bench) -> None:
    wanted = three_waves()
    with bench.journal() as journal, bench.journal() as another:
        old = bench.execution(wanted, journal)
        old.take_over({})
        new = bench.execution(wanted, another)
        new.take_over({})
        with pytest.raises(RolloutError) as caught:
            old.run()
        assert caught.value.code == "fenced"
        assert bench.devices["a"].commits == []
        assert new.run().state == "succeeded"


def test_a_full_disk_ends_it_and_what_waits_goes_back(bench: Bench) -> None:
    wanted = three_waves()
    with bench.journal() as journal:
        execution = bench.execution(wanted, journal)
        execution.take_over({})

        def fill() -> None:
            with journal.reading() as connection:
                (pages,) = connection.execute("PRAGMA page_count").fetchone()
                connection.execute(f"PRAGMA max_page_count={pages}")

        execution.means = _told(execution.means, on("pending", "change:u0.do", fill))
        with pytest.raises(RolloutError) as caught:
            execution.run()
        assert caught.value.code == "full"
    assert bench.lines()["a"] == {"line u0"}
    assert bench.devices["b"].commits == []
    bench.clock.pass_by(TIMER)
    assert not bench.lines()["a"]
    done = bench.run(wanted)
    assert done.changes["u0.do"].state == "reverted-by-timer"
    assert done.state == "halted"


def test_a_clock_that_jumps_begins_the_soak_anew(bench: Bench) -> None:
    def jump() -> None:
        bench.clock.skew = timedelta(hours=2)

    wanted = plan({"one": [single("u", "a", soak=600)]})
    done = bench.run(wanted, told=on("verified", "change:u.do", jump))
    assert done.state == "succeeded"
    assert bench.clock.ticks() >= 600
    assert [subject for act, subject in bench.acts(wanted) if act == "clock-jump"] == [""]


@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
def test_a_clock_that_jumps_while_a_commit_waits_confirms_nothing_wrong(
    bench: Bench, hours: int
) -> None:
    def jump() -> None:
        bench.clock.skew = timedelta(hours=hours)

    wanted = three_waves()
    done = bench.run(wanted, told=on("pending", "change:u0.do", jump))
    assert done.state in ("succeeded", "halted")
    assert bench.lines()["a"] == ({"line u0"} if done.state == "succeeded" else set())


def test_a_bug_in_a_gate_is_inconclusive(bench: Bench) -> None:
    class Broken:
        def baseline(self, scope: object, gates: object) -> None:
            raise KeyError("x")

        def look(self, scope: object, gates: object) -> Any:
            raise KeyError("x")

    bench.looks = Broken()  # type: ignore[assignment]
    done = bench.run(three_waves())
    assert (done.state, done.units["u0"].cause) == ("halted", "inconclusive")


def test_a_text_that_is_not_the_approved_one_is_not_sent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.unit.rollout_run.text_of", lambda digest: "line other")
    done = bench.run(three_waves())
    assert (done.changes["u0.do"].state, done.changes["u0.do"].code) == ("rejected", "text")
    assert bench.devices["a"].commits == []


def test_a_plan_that_cannot_be_carried_out_is_refused() -> None:
    wanted = plan({"one": [single("u", "a", gates=("nothing",))]})
    with pytest.raises(RolloutError, match="no gate nothing"):
        check_plan(wanted, ["a"], text_of)
    with pytest.raises(RolloutError, match="no way to a"):
        check_plan(plan({"one": [single("u", "a")]}), [], text_of)
    with pytest.raises(RolloutError, match="two units"):
        check_plan(plan({"one": [single("u", "a"), single("u", "b")]}), ["a", "b"], text_of)


class Killed(BaseException):
    """kill -9, as far as one process can play it."""


class Mortal(Journal):
    """A journal whose process dies when it wants to write one record more than `left`."""

    left = 0

    def append(self, *arguments: Any) -> Record:
        if self.left == 0:
            raise Killed
        self.left -= 1
        return super().append(*arguments)


@pytest.mark.parametrize("after", [*range(0, 40, 3)])
def test_killed_with_threads_under_way_it_resumes(bench: Bench, after: int) -> None:
    wanted = plan({"one": [single("u0", "a", gates=("secured",)), single("u1", "b")]})
    with bench.journal(Mortal) as journal:
        assert isinstance(journal, Mortal)
        execution = bench.execution(wanted, journal)
        execution.take_over({})
        journal.left = after
        with contextlib.suppress(Killed):
            execution.run()
    done = bench.run(wanted)
    for name, unit in (("a", "u0"), ("b", "u1")):
        state = done.changes[f"{unit}.do"].state
        assert state in ("verified", "reverted", "queued")
        assert bench.lines()[name] == ({f"line {unit}"} if state == "verified" else set())
        assert len(set(bench.devices[name].commits)) == len(bench.devices[name].commits)
    with bench.journal() as journal:
        journal.verify()
