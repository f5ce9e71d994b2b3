"""Rollouts over the real drivers, against the lab's devices: one of each platform, and a pair."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from netmod.jobs.change import Way
from netmod.lab import Lab, ManualClock
from netmod.platforms._change import running_hash
from netmod.rollout.execute import Execution, Means
from netmod.rollout.journal import Journal, Record
from netmod.rollout.model import Plan, Stage, Undo, Unit
from netmod.rollout.standing import Rollout
from tests.integration import test_change_ios
from tests.integration.change_bed import CANARY, Bed, resolve
from tests.integration.test_change_crash import COMMITS, LABS
from tests.unit.lab_pair import NOON, XE_PORT, XR, XR_PORT, inventory
from tests.unit.rollout_bed import change, plan, text_of
from tests.unit.rollout_run import PATIENCE, FakeLooks
from tests.unit.test_rollout_execute import Killed, Mortal, on

pytestmark = [
    pytest.mark.network,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ncclient"),
    pytest.mark.filterwarnings("ignore::FutureWarning:jnpr"),
]


class LabClock:
    """The lab's clock, which goes on by what the rollout waits for."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock

    def now(self) -> Any:
        return self._clock.now()

    def ticks(self) -> float:
        return (self._clock.now() - NOON).total_seconds()

    def wait(self, changed: threading.Event, seconds: float, *, idle: bool) -> None:
        if changed.is_set():
            return  # an act has ended since: there is more to decide
        if idle:
            self._clock.advance(timedelta(seconds=seconds))
        elif not changed.wait(PATIENCE):
            raise AssertionError("an act never ended")


class LabBench:
    """Devices of a running lab, and rollouts on them."""

    def __init__(self, lab: Lab, clock: ManualClock, folder: Path, names: list[str]) -> None:
        self.lab, self.clock, self.folder = lab, clock, folder
        self.beds = {name: Bed(lab, name, clock, folder) for name in names}
        self.looks = FakeLooks()

    def journal(self, kind: type[Journal] = Journal) -> Journal:
        return kind(self.folder / "journal.db")

    def hash(self, name: str) -> str:
        with self.beds[name].open("look") as session:
            return running_hash(session.running())

    def execution(
        self,
        plan: Plan,
        journal: Journal,
        told: Callable[[Record, Rollout], None] = lambda record, rollout: None,
    ) -> Execution:
        means = Means(
            ways={name: Way(bed.target, bed.means) for name, bed in self.beds.items()},
            text=text_of,
            resolve=resolve,
            looks=self.looks,
            clock=LabClock(self.clock),
            folder=self.folder / plan.id,
            owner="olav",
            told=told,
        )
        execution = Execution(plan, journal, means)
        execution.take_over({"by": "olav"})
        return execution

    def run(self, plan: Plan, ask: str = "", **more: Any) -> Rollout:
        with self.journal() as journal:
            execution = self.execution(plan, journal, **more)
            if ask:
                execution.ask(ask, {})
            return execution.run()

    def acts(self, plan: Plan, subject: str) -> list[str]:
        with self.journal() as journal:
            return [one.act for one in journal.records(plan.id) if one.subject == subject]

    def unit(self, name: str, device: str, text: str, undo: str = "", **more: Any) -> Unit:
        """A merge of a text on a device, and what takes it back."""
        bed = self.beds[device]
        safety = "B" if bed.target.platform == "cisco_nxos" else "A"
        values = {"safety_class": safety, "platform": bed.target.platform}
        do = change(f"{name}.do", device, text, before=self.hash(device), **values)
        stage = Stage(purpose="config", changes=(do,), gates=("secured",))
        back = ()
        if undo:
            taken = change(f"{name}.undo", device, undo, before=None, **values)
            back = (Undo(undoes=(0,), stage=Stage(purpose="restore", changes=(taken,))),)
        return Unit(
            id=name, trust="trust", site=f"site-{device}", devices=(device,), stages=(stage,),
            undo=back, **more,
        )  # fmt: skip


Begin = Callable[[str], tuple[LabBench, str, str]]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts the lab of an OS: a device of it, and a change for that."""
    with ExitStack() as stack:

        def start(os: str) -> tuple[LabBench, str, str]:
            make, name, text = LABS[os]
            clock = ManualClock(NOON)
            lab = stack.enter_context(make(clock))
            return LabBench(lab, clock, tmp_path, [name]), name, text

        yield start


@pytest.mark.parametrize("os", LABS)
def test_a_change_is_committed_confirmed_saved_and_verified(begin: Begin, os: str) -> None:
    bench, name, text = begin(os)
    before = bench.beds[name].running
    wanted = plan({"one": [bench.unit("u", name, text)]})
    done = bench.run(wanted)
    one = done.changes["u.do"]
    assert (done.state, one.state, one.message) == ("succeeded", "verified", "")
    after = bench.beds[name].running
    assert after != before
    bench.clock.advance(timedelta(days=1))
    assert bench.beds[name].running == after
    with bench.journal() as journal:
        (loaded,) = [record for record in journal.records("r1") if record.act == "loaded"]
        assert loaded.payload["diff"].strip()
        discarded = [record for record in journal.records("r1") if record.act == "saved"]
        assert [record.payload["left"] for record in discarded] == [False]


@pytest.mark.parametrize("os", LABS)
def test_a_session_that_drops_in_the_commit_leaves_what_ran_before(begin: Begin, os: str) -> None:
    bench, name, text = begin(os)
    before = bench.beds[name].running
    wanted = plan({"one": [bench.unit("u", name, text)]})

    def drop() -> None:
        bench.lab.faults.drop_session(name, COMMITS[os])

    def mend() -> None:
        bench.lab.faults.clear(name)

    def told(record: Record, rollout: Rollout) -> None:
        dropping(record, rollout)
        mending(record, rollout)

    dropping, mending = on("commit", "change:u.do", drop), on("doubt", "change:u.do", mend)
    done = bench.run(wanted, told=told)
    assert done.state == "halted"
    assert done.changes["u.do"].state == "reverted"
    acts = bench.acts(wanted, "change:u.do")
    assert acts.count("commit") == 1
    assert acts[acts.index("commit") + 1 :][:2] == ["doubt", "probe"]
    bench.clock.advance(timedelta(hours=1))
    assert bench.beds[name].running == before


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabBench]:
    """An IOS-XE and an IOS-XR device; each test leaves them as it found them."""
    clock = ManualClock(NOON)
    with Lab(inventory(), {"xe": test_change_ios.READY, "xr": XR}, clock=clock) as lab:
        yield LabBench(lab, clock, tmp_path_factory.mktemp("pair"), ["xe", "xr"])


@pytest.fixture
def bench(pair: LabBench, tmp_path: Path) -> LabBench:
    pair.folder = tmp_path
    pair.looks.says.clear()
    return pair


def on_both(bench: LabBench) -> Plan:
    """The far end first, as a link is; and back."""
    texts = {
        "xr": f"interface {XR_PORT}\n description changed\n",
        "xe": test_change_ios.CHANGE,
    }
    back = {
        "xr": f"interface {XR_PORT}\n description to xe\n",
        "xe": f"interface {XE_PORT}\n description to xr\n",
    }
    do = []
    undo = []
    for name in ("xr", "xe"):
        platform = bench.beds[name].target.platform
        do.append(
            change(f"l.{name}", name, texts[name], before=bench.hash(name), platform=platform)
        )
        undo.append(change(f"l.no.{name}", name, back[name], before=None, platform=platform))
    stage = Stage(purpose="should-secure", changes=tuple(do), gates=("secured",))
    taken = Undo(undoes=(0,), stage=Stage(purpose="remove", changes=tuple(undo)))
    unit = Unit(
        id="l", trust="trust", site="site", devices=("xe", "xr"), links=("link",),
        stages=(stage,), undo=(taken,),
    )  # fmt: skip
    return plan({"one": [unit]}, id=bench.folder.name)  # a label of IOS-XR is never used twice


def ran(bench: LabBench) -> dict[str, str]:
    return {name: bed.running for name, bed in bench.beds.items()}


def test_both_ends_are_changed_together_and_taken_back(bench: LabBench) -> None:
    before = ran(bench)
    wanted = on_both(bench)
    done = bench.run(wanted)
    assert done.state == "succeeded"
    assert all("description changed" in text for text in ran(bench).values())
    with bench.journal() as journal:
        kept = ("commit", "look", "confirm", "save")
        acts = [(one.act, one.subject) for one in journal.records(wanted.id) if one.act in kept]
    assert acts[:5] == [
        ("commit", "change:l.xr"),
        ("commit", "change:l.xe"),
        ("look", "unit:l"),
        ("confirm", "change:l.xr"),
        ("confirm", "change:l.xe"),
    ]
    assert bench.run(wanted, ask="roll-back").state == "rolled-back"
    assert ran(bench) == before


def test_gates_that_fail_take_both_ends_back(bench: LabBench) -> None:
    before = ran(bench)
    bench.looks.says["l"] = "fail"
    done = bench.run(on_both(bench))
    assert (done.state, done.units["l"].state) == ("halted", "reverted")
    assert ran(bench) == before


def test_a_device_that_boots_before_it_is_confirmed_has_what_it_had(bench: LabBench) -> None:
    before = ran(bench)

    def reboot() -> None:
        bench.lab.faults.reboot("xe")

    done = bench.run(on_both(bench), told=on("pending", "change:l.xe", reboot))
    assert done.changes["l.xe"].state == "reverted-by-timer"
    assert done.changes["l.xr"].state in ("reverted", "reverted-by-timer")
    assert (done.state, done.units["l"].state) == ("halted", "reverted")
    assert ran(bench) == before


def test_both_ends_lost_go_back_by_themselves(bench: LabBench) -> None:
    before = ran(bench)

    def lose() -> None:
        for name in bench.beds:
            bench.lab.faults.unreachable(name)

    wanted = on_both(bench)
    done = bench.run(wanted, told=on("pending", "change:l.xe", lose))
    assert (done.state, done.units["l"].state) == ("halted", "quarantined")
    assert {one.state for one in done.changes.values()} == {"lost", "queued"}
    assert ran(bench) == before
    for name in bench.beds:
        bench.lab.faults.clear(name)
    done = bench.run(wanted, ask="roll-back")
    assert done.state == "rolled-back"
    assert {done.changes[f"l.{name}"].state for name in bench.beds} == {"reverted-by-timer"}


def killed_at(bench: LabBench, wanted: Plan, after: int) -> bool:
    """Carry out until that many records were written; whether it was killed."""
    with bench.journal(Mortal) as journal:
        assert isinstance(journal, Mortal)
        execution = bench.execution(wanted, journal)
        journal.left = after
        with suppress(Killed):
            execution.run()
            return False
        return True


EVERY = [
    pytest.param(number, marks=[] if number in (17, 27) else pytest.mark.soak)
    for number in range(40)
]


@pytest.mark.parametrize("after", EVERY)
def test_killed_at_a_record_it_resumes(bench: LabBench, after: int) -> None:
    before = ran(bench)
    wanted = on_both(bench)
    if not killed_at(bench, wanted, after):
        pytest.skip("it writes no more records than that")
    done = bench.run(wanted)
    interrupted = done.units["l"].cause == "interrupted"  # between a commit and its answer
    assert done.state == ("succeeded-with-exceptions" if interrupted else "succeeded")
    for name in bench.beds:
        runs = "description changed" in bench.beds[name].running
        assert runs == (done.changes[f"l.{name}"].state == "verified")
        assert bench.acts(wanted, f"change:l.{name}").count("confirm") <= 2
    with bench.journal() as journal:
        journal.verify()
    if done.state == "succeeded":
        assert bench.run(wanted, ask="roll-back").state == "rolled-back"
    bench.clock.advance(timedelta(hours=1))
    assert ran(bench) == before


def test_a_secret_is_in_no_record(bench: LabBench) -> None:
    platform = bench.beds["xe"].target.platform
    text = test_change_ios.SECRET_CHANGE
    do = change("s.do", "xe", text, before=bench.hash("xe"), platform=platform)
    taken = f"interface {XE_PORT}\n description to xr\nno snmp-server community <secret:canary>\n"
    back = change("s.undo", "xe", taken, before=None, platform=platform)
    unit = Unit(
        id="s",
        trust="trust",
        site="site",
        devices=("xe",),
        stages=(Stage(purpose="config", changes=(do,)),),
        undo=(Undo(undoes=(0,), stage=Stage(purpose="restore", changes=(back,))),),
    )
    wanted = plan({"one": [unit]}, id=bench.folder.name)
    assert bench.run(wanted).state == "succeeded"
    assert CANARY in bench.beds["xe"].running
    bench.run(wanted, ask="roll-back")
    for path in bench.folder.iterdir():
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes()
    with bench.journal() as journal:
        (loaded, *_) = [one for one in journal.records(wanted.id) if one.act == "loaded"]
    assert "<secret:canary>" in loaded.payload["diff"]
