"""Nights against a lab whose devices people type on, and whose sites go dark."""

from __future__ import annotations

import dataclasses
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netmod.credentials import Login, Secret
from netmod.drift import DriftReport
from netmod.errors import NightlyError
from netmod.evidence import read_snapshot
from netmod.history import Archive, History
from netmod.inventory import Inventory, load_inventory, select
from netmod.jobs.collect import Access
from netmod.jobs.demo import LOOPBACK, intended_configs
from netmod.jobs.inventory import part_of
from netmod.jobs.nightly import Done, check_last, nightly
from netmod.lab import Lab, ManualClock
from netmod.lab.fabric import Fabric
from netmod.settings import open_project

from .test_drift_lab import type_in

pytestmark = pytest.mark.network

ROOT = Path(__file__).parents[2]
DARK = "lillehammer"
START = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def region() -> Inventory:
    whole = load_inventory(ROOT / "inventory")
    return part_of(whole, [one.name for one in select(whole, [f"site=dc-a,{DARK}"])])


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture(scope="module")
def few(region: Inventory) -> Inventory:
    """Enough for nights of which only the end matters."""
    return part_of(region, ["dca-sp1", "dca-sp2", "dca-lf1", "dca-p1", "dca-pe1", "dca-ag1"])


@contextmanager
def running_lab(region: Inventory, clock: ManualClock) -> Iterator[Lab]:
    configs = intended_configs(open_project(ROOT, start=ROOT), region)
    with Lab(region, configs, clock=clock, network=94, station="") as running:
        yield running


@pytest.fixture
def lab(region: Inventory, clock: ManualClock) -> Iterator[Lab]:
    with running_lab(region, clock) as running:
        yield running


@pytest.fixture
def small_lab(few: Inventory, clock: ManualClock) -> Iterator[Lab]:
    with running_lab(few, clock) as running:
        yield running


def access(lab: Lab, folder: Path) -> Access:
    folder.mkdir(parents=True, exist_ok=True)
    known_hosts = folder / "known_hosts"
    known_hosts.write_text(lab.known_hosts)
    return Access(
        login=Login(lab.login.username, Secret(lab.login.password)),
        known_hosts=known_hosts,
        settings=LOOPBACK,
        endpoints={name: (one.address, one.port) for name, one in lab.endpoints.items()},
    )


def night(lab: Lab, out: Path, clock: ManualClock) -> Done:
    """A night, and then it is the next day."""
    done = nightly(ROOT, access=access(lab, out), out=out, clock=clock.now)
    clock.advance(timedelta(days=1))
    lab.refresh()
    return done


def drift(done: Done) -> DriftReport:
    return DriftReport.model_validate_json((done.folder / "drift.json").read_text())


def found(done: Done) -> set[tuple[str, str, str, str]]:
    """Every open drift: device, kind, change, and the line that it is about."""
    return {
        (host.host, item.kind, item.change, (item.running or item.intended)[0])
        for host in drift(done).hosts
        for item in host.open_items
    }


TELNET = {
    ("dca-sp1", "config", "changed", "feature telnet"),
    ("dca-sp1", "startup", "changed", "no feature telnet"),
}
INTRUDER = {
    ("dca-sp2", "config", "extra", "username intruder privilege 15 secret sha512 $6$<redacted>")
}
DOMAIN = {("dca-p1", "config", "changed", "domain name other.example")}
SWAPPED = {("dca-lf1", "hardware", "changed", "FDO99999999")}
SAVED_ALONE = {("dca-br1", "startup", "changed", "feature telnet")}
BOOTED = {("dca-br1", "config", "changed", "feature telnet")}
MOVED = {
    ("dca-sp1", "cabling", "changed", "dca-br1 Ethernet1/4"),
    ("dca-sp1", "cabling", "changed", "dca-lf1 Ethernet1/2"),
    ("dca-lf1", "cabling", "changed", "dca-sp1 Ethernet1/3"),
    ("dca-br1", "cabling", "changed", "dca-sp1 Ethernet1/1"),
}
NTP = {
    ("dca-ag1", "config", "missing", "ntp authenticate"),
    ("dca-ag1", "startup", "extra", "ntp authenticate"),
}


def exchange_cables(lab: Lab, region: Inventory, one: str, other: str) -> None:
    """Plug the far ends of two links into each other's ports."""
    first, second = region.links[one], region.links[other]
    links = {
        **region.links,
        one: first.model_copy(update={"b": second.b}),
        other: second.model_copy(update={"b": first.b}),
    }
    plugged = Fabric(dataclasses.replace(region, links=links), lab.devices)
    vars(lab.fabric).update(vars(plugged))


def test_three_nights_give_the_planted_drifts_and_no_false_one(
    lab: Lab, region: Inventory, clock: ManualClock, tmp_path: Path
) -> None:
    dark = {one.name for one in region.devices.values() if one.site == DARK}
    first = night(lab, tmp_path, clock)
    assert first.report.failures == ()
    assert found(first) == set()
    assert first.report.devices == {"clean": len(region.devices), "drift": 0, "unknown": 0}

    type_in(lab, "dca-sp1", "configure terminal", "feature telnet", "end")
    intruder = "username intruder privilege 15 secret sha512 $6$x$y"
    type_in(lab, "dca-sp2", "configure", intruder, "end", "write memory")
    type_in(lab, "dca-p1", "configure", "domain name other.example", "commit", "end")
    type_in(lab, "dca-br1", "configure terminal", "feature telnet", "end")
    type_in(lab, "dca-br1", "copy running-config startup-config")
    type_in(lab, "dca-br1", "configure terminal", "no feature telnet", "end")
    lab.devices["dca-lf1"].serial = "FDO99999999"
    lab.faults.dead_site(DARK)
    second = night(lab, tmp_path, clock)
    assert second.report.failures == ()
    assert found(second) == TELNET | INTRUDER | DOMAIN | SWAPPED | SAVED_ALONE
    assert second.report.devices["unknown"] == len(dark)
    assert second.report.results["unreachable"] == len(dark)
    assert second.report.dead_sites == ((DARK, len(dark)),)
    assert set(second.report.news.lost) == dark
    drifted = {"dca-sp1", "dca-sp2", "dca-p1", "dca-lf1", "dca-br1"}
    assert {one[0] for one in second.report.news.drifts} == drifted
    assert second.exit_code == 3

    lab.devices["dca-sp1"].reboot()  # what nobody saved is lost
    lab.devices["dca-br1"].reboot()  # and what was saved alone comes back
    exchange_cables(lab, region, "dl-dca-sp1-lf1", "dl-dca-sp1-br1")
    type_in(lab, "dca-ag1", "configure terminal", "no ntp authenticate", "end")
    lab.faults.clear_site(DARK)
    lab.faults.refuse_login("dca-lf2")
    third = night(lab, tmp_path, clock)
    assert third.report.failures == ()
    assert found(third) == INTRUDER | DOMAIN | NTP | SWAPPED | BOOTED | MOVED
    drifted = {"dca-ag1", "dca-br1", "dca-sp1", "dca-lf1"}
    assert {one[0] for one in third.report.news.drifts} == drifted
    assert {one[0] for one in third.report.news.drifts_fixed} == {"dca-sp1", "dca-br1"}
    assert set(third.report.news.found) == dark
    assert third.report.news.lost == ("dca-lf2",)
    assert third.report.results["error"] == 1
    assert third.report.dead_sites == ()

    with History.open(tmp_path / "history.db") as history:
        assert [one.id for one in history.runs()] == [
            one.report.run for one in (third, second, first)
        ]
        ages = {one.subject: (one.opened_at, one.last_seen) for one in history.open_items()}
    day = timedelta(days=1)
    assert ages["dca-sp2"] == (START + day, START + 2 * day)
    archive = Archive(tmp_path / "archive.git")
    assert len(archive.revisions("dc-lan", "dca-sp1")) == 3
    assert len(archive.revisions("core", "dca-pe1")) == 1
    assert "intruder" in archive.config("dc-lan", "dca-sp2")
    assert check_last(ROOT, out=tmp_path, clock=lambda: clock.now() - day) == START + 2 * day


CHILD = """
import json, os, signal, sys
from datetime import datetime
from pathlib import Path
from netmod.credentials import Login, Secret
from netmod.jobs import nightly
from netmod.jobs.collect import Access
from netmod.jobs.demo import LOOPBACK

told = json.load(sys.stdin)
stage = getattr(nightly._Job, told["die_after"], None)

def die(job):
    stage(job)
    os.kill(os.getpid(), signal.SIGKILL)

if stage:
    setattr(nightly._Job, told["die_after"], die)
access = Access(
    Login(told["username"], Secret(told["password"])), Path(told["known_hosts"]), LOOPBACK,
    {name: tuple(one) for name, one in told["endpoints"].items()},
)
nightly.nightly(
    Path(told["root"]), access=access, out=Path(told["out"]),
    progress=lambda status, total: print(status.host, flush=True),
    clock=lambda: datetime.fromisoformat(told["now"]),
)
"""


def start_night(lab: Lab, out: Path, at: datetime, die_after: str = "") -> subprocess.Popen[str]:
    """A night in a process of its own, which prints each host that is done."""
    way = access(lab, out)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    with child.stdin:
        json.dump(
            {
                "root": str(ROOT),
                "out": str(out),
                "now": at.isoformat(),
                "username": way.login.username,
                "password": way.login.password.reveal(),
                "known_hosts": str(way.known_hosts),
                "endpoints": dict(way.endpoints),
                "die_after": die_after,
            },
            child.stdin,
        )
    return child


def written(snapshot: Path) -> dict[str, int]:
    """When each file was written."""
    return {
        path.relative_to(snapshot).as_posix(): path.stat().st_mtime_ns
        for path in snapshot.glob("*/*.txt")
    }


def test_a_killed_night_loses_nothing_and_the_next_run_completes_it(
    small_lab: Lab, few: Inventory, clock: ManualClock, tmp_path: Path
) -> None:
    small_lab.faults.hang("dca-pe1", "^show inventory")
    with start_night(small_lab, tmp_path, clock.now()) as child:
        assert child.stdout is not None
        done = [child.stdout.readline().strip() for _ in range(4)]
        with pytest.raises(NightlyError, match=f"process {child.pid} of .* since 2026-03-01T01:00"):
            night(small_lab, tmp_path, clock)
        child.kill()
    assert all(done), "the child ended by itself"
    (folder,) = [one for one in (tmp_path / "nightly").iterdir() if one.is_dir()]
    snapshot = folder / "snapshot"
    before = {name: at for name, at in written(snapshot).items() if name.partition("/")[0] in done}
    assert {name.partition("/")[0] for name in before} == set(done)
    small_lab.faults.clear("dca-pe1")

    # behind this stage nearly all is done, and the next run does it once more
    clock.advance(timedelta(minutes=10))
    with start_night(small_lab, tmp_path, clock.now(), "record") as child:
        assert child.stdout is not None
        child.stdout.read()
    assert child.returncode == -signal.SIGKILL

    clock.advance(timedelta(minutes=10))
    last = night(small_lab, tmp_path, clock)
    assert last.folder == folder
    assert last.report.failures == ()
    assert last.report.devices == {"clean": len(few.devices), "drift": 0, "unknown": 0}
    after = written(snapshot)
    assert {name: after[name] for name in before} == before
    assert read_snapshot(snapshot).captured_at == START
    with History.open(tmp_path / "history.db") as history:
        (run,) = history.runs()
        transitions = history.of_run(run.id)
    assert len({(one.kind, one.subject, one.item) for one in transitions}) == len(transitions)
    assert {one.subject for one in transitions if one.kind == "device"} == set(few.devices)
    assert len(Archive(tmp_path / "archive.git").revisions("core", "dca-pe1")) == 1
    assert check_last(ROOT, out=tmp_path, clock=clock.now) is not None
