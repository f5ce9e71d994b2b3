"""`netmod rollout` in processes of its own: killed, interrupted, asked; on a running lab."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from netmod import lab
from netmod.errors import CredentialsError, RolloutError
from netmod.inventory import load_inventory
from netmod.jobs.change import change_ways
from netmod.jobs.clock import now
from netmod.jobs.demo import emulated_part, intended_configs
from netmod.jobs.inventory import folder_digest, project_at
from netmod.jobs.rollout import dry_run, resume, roll_back, start, stop
from netmod.jobs.rollout_plan import ROLLOUTS
from netmod.jobs.rollout_status import rollout_report
from netmod.platforms._change import running_hash
from netmod.reports.rollout import markdown
from netmod.rollout.model import Plan, Stage, Undo, Unit
from netmod.rollout.report import RolloutReport
from netmod.rollout.store import save_plan
from tests.integration.test_jobs_change import HOST, project
from tests.unit.rollout_bed import TEXTS, change, plan
from tests.unit.test_rollout_execute import on

pytestmark = pytest.mark.network

XE = "ull-ds1"
LAB = "one"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project with a running lab of one EOS and one IOS-XE device."""
    root = project(tmp_path_factory.mktemp("project"))
    opened = project_at(root)
    region = emulated_part(load_inventory(opened.inventory))
    configs = intended_configs(opened, region)
    lab.start(opened.state / "lab", LAB, region, {name: configs[name] for name in (HOST, XE)})
    yield root
    lab.stop(opened.state / "lab", LAB)


def planned(
    root: Path, name: str, size: int, back: str = "no logging buffered\n", **more: Any
) -> Plan:
    """A plan of two waves, one device each, that changes the size of the log's buffer; `back` is
    what takes it back."""
    opened = project_at(root)
    units = []
    with change_ways(root, (), LAB) as ways:
        for host in (XE, HOST):
            with ways[host].open(f"look-{name}") as session:
                before = running_hash(session.running())
            values = {"platform": ways[host].target.platform}
            do = change(f"{host}.do", host, f"logging buffered {size}\n", before=before, **values)
            undone = change(f"{host}.undo", host, back, before=None, **values)
            stage = Stage(purpose="config", changes=(do,))
            undo = Undo(undoes=(0,), stage=Stage(purpose="restore", changes=(undone,)))
            units.append(
                Unit(id=host, trust="t", site=host, devices=(host,), stages=(stage,), undo=(undo,))
            )
    waves = {f"wave-{unit.id}": [unit] for unit in units}
    values = {
        "id": name,
        "approval": {"needed": False},
        "inventory": folder_digest(opened.inventory),
        "made_at": now(),
        "expires_at": now() + timedelta(days=1),
        "gates": {},
    }
    made = plan(waves).model_copy(update={**values, **more})
    save_plan(opened.state / ROLLOUTS, made, TEXTS)
    return made


def started(root: Path, name: str) -> subprocess.Popen[str]:
    """`netmod rollout start` with a line of JSON for each event."""
    command = [sys.executable, "-c", "from netmod.cli import main; main()", "--project", str(root)]
    return subprocess.Popen(
        [*command, "rollout", "start", name, "--lab", LAB, "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def until(process: subprocess.Popen[str], event: str, device: str) -> None:
    """Read what it prints up to an event on a device."""
    assert process.stdout is not None
    for line in process.stdout:
        found = json.loads(line)
        if (found["event"], found.get("device")) == (event, device):
            return
    raise AssertionError(process.stderr.read() if process.stderr else "")


def ended(process: subprocess.Popen[str]) -> int:
    process.communicate()
    return process.returncode


def states(found: RolloutReport) -> dict[str, str]:
    return {
        one.id: one.state for wave in found.waves for unit in wave.units for one in unit.changes
    }


@pytest.mark.parametrize(
    ("event", "size"),
    [
        ("pending", 70001),
        *(
            pytest.param(event, 70010 + number, marks=pytest.mark.soak)
            for number, event in enumerate(
                ["check", "prepare", "loaded", "commit", "probe", "reconnected", "confirm",
                 "confirmed", "save", "saved", "verify", "verified"]
            )
        ),
    ],
)  # fmt: skip
def test_killed_with_signal_9_another_process_goes_on(root: Path, event: str, size: int) -> None:
    made = planned(root, f"killed-{event}", size)
    process = started(root, made.id)
    until(process, event, XE)
    process.kill()
    assert ended(process) == -signal.SIGKILL
    assert rollout_report(root, made.id).state == "needs-reconcile"
    state = resume(root, made.id, lab=LAB).state
    found = rollout_report(root, made.id)
    interrupted = found.waves[0].units[0].cause == "interrupted"
    assert state == ("succeeded-with-exceptions" if interrupted else "succeeded")
    wanted = "reverted" if interrupted else "verified"
    assert states(found)[f"{XE}.do"] == wanted
    with change_ways(root, (), LAB) as ways, ways[XE].open("look") as session:
        assert (f"logging buffered {size}" in session.running()) == (not interrupted)


def test_an_interrupted_one_pauses_and_is_resumed_and_taken_back(root: Path) -> None:
    made = planned(root, "interrupted", 70002)
    process = started(root, made.id)
    until(process, "pending", XE)
    process.send_signal(signal.SIGINT)
    assert ended(process) == 130
    found = rollout_report(root, made.id)
    assert found.state == "paused"
    assert states(found)[f"{XE}.do"] == "verified"
    assert states(found)[f"{HOST}.do"] in ("queued", "checked")
    with pytest.raises(RolloutError, match="was started before"):
        start(root, made.id, lab=LAB)
    assert resume(root, made.id, lab=LAB).state == "succeeded"
    done = roll_back(root, made.id, why="a test", lab=LAB)
    assert done is not None
    assert done.state == "rolled-back"
    found = rollout_report(root, made.id)
    text = markdown(found)
    for part in (found.chain, "a test", "logging buffered 70002", "was taken back"):
        assert part in text
    with change_ways(root, (), LAB) as ways, ways[XE].open("look") as session:
        assert "logging buffered" not in session.running()


def test_a_second_operator_asks_the_first(root: Path) -> None:
    made = planned(root, "two", 70003)

    def second() -> None:
        with pytest.raises(RolloutError) as caught:
            resume(root, made.id, lab=LAB)
        assert caught.value.code == "locked"
        assert stop(root, made.id, why="enough") is None

    done = start(root, made.id, lab=LAB, told=on("check", f"change:{XE}.do", second))
    assert done.state == "halted"
    assert done.changes[f"{XE}.do"].state == "checked"
    found = rollout_report(root, made.id)
    assert found.locks == ()
    assert [one.details["why"] for one in found.entries if one.act == "request"] == ["enough"]
    with pytest.raises(RolloutError, match="is halted and cannot go on"):
        resume(root, made.id, lab=LAB)


def test_a_dry_run_only_looks(root: Path) -> None:
    made = planned(root, "dry", 70004)
    found = dry_run(root, made.id, lab=LAB)
    assert {one.device: one.event for one in found} == {XE: "checked", HOST: "checked"}
    with pytest.raises(RolloutError, match="was not started"):
        rollout_report(root, made.id)


@pytest.mark.parametrize(
    ("change_of", "why"),
    [
        ({"approval": {"needed": True}}, "0 of 1 approvals"),
        ({"inventory": hashlib.sha256(b"other").hexdigest()}, "the inventory is not the one"),
        ({"expires_at": now() - timedelta(hours=1)}, "expired"),
    ],
)
def test_what_is_not_approved_is_not_started(root: Path, change_of: Any, why: str) -> None:
    name = f"refused-{hashlib.sha256(why.encode()).hexdigest()[:8]}"
    made = planned(root, name, 70005, **change_of)
    with pytest.raises(RolloutError, match=why) as caught:
        start(root, made.id, lab=LAB)
    assert caught.value.code == "not-approved"


@pytest.mark.parametrize("begin", [start, dry_run])
def test_a_secret_that_is_missing_is_told_before_anything_is_begun(root: Path, begin: Any) -> None:
    made = planned(root, f"secret-{len(begin.__name__)}", 70006, "key <secret:no/such>\n")
    with pytest.raises(CredentialsError, match="unknown secret: 'no/such'"):
        begin(root, made.id)
    with pytest.raises(RolloutError, match="was not started"):
        rollout_report(root, made.id)
