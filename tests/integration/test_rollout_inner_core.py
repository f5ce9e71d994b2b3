"""The inner core of the sample, from the planted faults to must-secure on every link of ours."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from netmod.jobs import keys
from netmod.jobs import lab as lab_job
from netmod.jobs.changes import write
from netmod.jobs.check import check
from netmod.jobs.collect import collect_project
from netmod.jobs.rollout import start
from netmod.jobs.rollout_plan import Running, plan_rollout

pytestmark = [pytest.mark.network, pytest.mark.soak]
ROOT = Path(__file__).parents[2]
NAME, NEW = "inner-core", "ic-kal-krs-1"
"""The lab, and the one link of the inner core that the sample leaves in clear."""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """The sample with a lab of its own, in which the demo's faults are planted."""
    root = tmp_path / "p"
    for part in ("inventory", "templates", "compliance", "tasks"):
        shutil.copytree(ROOT / part, root / part)
    shutil.copy(ROOT / "netmod.toml", root / "netmod.toml")
    lab_job.up(root, NAME, faults=True)
    try:
        yield root
    finally:
        lab_job.down(root, NAME)


def runbook(root: Path, dark: str) -> str:
    """The shipped runbook at once: no approval, no window, short soaks; the dark site left out."""
    path = root / "tasks" / "inner-core-macsec.yaml"
    book = yaml.safe_load(path.read_text(encoding="utf-8"))
    del book["windows"]
    book |= {
        "approval": {"needed": False},
        "soak": {"change": "3s"},
        "exclude": {dark: "The site is dark; it is encrypted when it is back."},
    }
    path.write_text(yaml.safe_dump(book, sort_keys=False), encoding="utf-8")
    return path.stem


def verdicts(root: Path, folder: Path) -> dict[str, tuple[str, str]]:
    """Who encrypts each active link of the inner core, and its verdict."""
    collect_project(root, [], folder, access=lab_job.access(root, NAME))
    judged = check(root, folder)
    return {
        one.id: (one.encrypted_by, one.word)
        for one in judged.assessment.links
        if one.layer == "inner-core"
    }


def test_every_link_of_ours_becomes_encrypted_and_nobody_is_cut_off(project: Path) -> None:
    before = verdicts(project, project / "before")
    assert {word for by, word in before.values() if by == "own"} > {"encrypted"}
    cut_off = lab_job.reachability(project, NAME, None)
    made = keys.new_keys(project, [NEW], None)
    keys.store_keys(made)
    write(made.change)

    stored = plan_rollout(project, runbook(project, "tyn-we1"), [], Running(lab=NAME))
    assert ("tyn-we1", "by-name") in [(one.subject, one.reason) for one in stored.plan.excluded]
    done = start(project, stored.plan.id, lab=NAME)
    units = {name: (one.state, one.cause) for name, one in done.units.items()}
    assert (done.state, units) == ("succeeded", dict.fromkeys(units, ("passed", "")))
    assert NEW in units

    after = verdicts(project, project / "after")
    assert after.keys() == before.keys()
    assert {word for by, word in after.values() if by == "own"} == {"encrypted"}
    again = plan_rollout(project, "inner-core-macsec", [], Running(lab=NAME))
    assert [unit for wave in again.plan.waves for unit in wave.units] == []
    assert lab_job.reachability(project, NAME, None) == cut_off
