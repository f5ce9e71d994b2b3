"""A night that dies at any point loses nothing, and the next run completes it without doubles."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from netmod.history import Archive, History
from netmod.inventory import Inventory
from netmod.lab import Lab, ManualClock

from .test_nightly_lab import few, night, region, running_lab, start_night  # noqa: F401 fixtures

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("night_crash.py")
STAGES = ("collect", "read", "archive", "compare", "judge", "record", "write", "tell", "measure", "beat")  # fmt: skip


def deaths(folder: Path, night: int, part: int, parts: int) -> list[dict[str, Any]]:
    """What the program printed: the whole night first, then each that died."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder), str(night), str(part), str(parts)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(whole: dict[str, Any], died: list[dict[str, Any]]) -> None:
    assert set(whole["codes"]) == {3}  # the links to devices that are not there are unknown
    assert died
    for one in died:
        where = f"before mark {one['mark']}, {one['name']}"
        assert one["codes"] == [137, 3], where
        assert one["state"] == whole["state"], where


def test_the_marks_are_where_something_is_left(tmp_path: Path) -> None:
    whole, *died = deaths(tmp_path, 1, 117, 150)
    kinds = Counter(name.partition(" ")[0] for name in whole["marks"])
    assert kinds["stage"] == len(STAGES)
    assert min(kinds[name] for name in ("os.rename", "open", "commit", "subprocess.Popen")) > 4
    assert {one[0] for one in whole["state"]["standing"]} == {"dca-sp1", "dca-sp2"}
    assert any("dca-sp2" in line for line in whole["state"]["told"])
    check(whole, died)


@pytest.mark.soak
@pytest.mark.parametrize("night", [0, 1])
@pytest.mark.parametrize("part", range(4))
def test_a_night_may_die_before_any_mark(tmp_path: Path, night: int, part: int) -> None:
    whole, *died = deaths(tmp_path, night, part, 4)
    check(whole, died)


@pytest.mark.soak
@pytest.mark.network
def test_one_night_may_be_killed_in_every_stage(
    few: Inventory,  # noqa: F811 a fixture
    tmp_path: Path,
) -> None:
    clock = ManualClock(datetime(2026, 3, 1, 1, 0, tzinfo=UTC))
    with running_lab(few, clock) as lab:
        killed_night(lab, few, clock, tmp_path)


def killed_night(lab: Lab, few: Inventory, clock: ManualClock, out: Path) -> None:  # noqa: F811
    for stage in STAGES:
        clock.advance(timedelta(minutes=1))
        with start_night(lab, out, clock.now(), stage) as child:
            assert child.stdout is not None
            asked = child.stdout.read().split()
        assert child.returncode == -signal.SIGKILL, stage
        assert sorted(asked) == (sorted(few.devices) if stage == "collect" else [])
    done = night(lab, out, clock)
    assert done.report.failures == ()
    assert done.report.devices == {"clean": len(few.devices), "drift": 0, "unknown": 0}
    (folder,) = [one for one in (out / "nightly").iterdir() if one.is_dir()]
    assert folder == done.folder
    with History.open(out / "history.db") as history:
        (run,) = history.runs()
        transitions = history.of_run(run.id)
    assert len({(one.kind, one.subject, one.item) for one in transitions}) == len(transitions)
    assert {one.subject for one in transitions if one.kind == "device"} == set(few.devices)
    archive = Archive(out / "archive.git")
    for device in few.devices.values():
        assert len(archive.revisions(device.domain, device.name)) == 1
