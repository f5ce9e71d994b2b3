"""What a plan takes for running is what a change finds running, on each platform.

A plan has the hash of a capture, redacted and normalised by the snapshot; a change has the hash of
what its own session reads. Were they not the same, every device would look as if somebody had
changed it in between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from netmod.credentials import Secret, fill_in
from netmod.evidence import read_snapshot
from netmod.intent import render
from netmod.inventory import Device, Inventory, load_inventory
from netmod.jobs.collect import Access, collect_to
from netmod.jobs.demo import LOOPBACK
from netmod.lab import Lab, ManualClock
from netmod.platforms import platform
from netmod.platforms._change import running_hash
from tests.integration.change_bed import Bed
from tests.unit.lab_pair import NOON

pytestmark = pytest.mark.network

ROOT = Path(__file__).parents[2]
LINES = {
    "cisco_iosxe": "logging host 192.0.2.77 vrf MGMT\n",
    "cisco_nxos": "logging server 192.0.2.77 6 use-vrf management\n",
    "cisco_iosxr": "logging 192.0.2.77 vrf MGMT severity info\n",
    "juniper_junos": "set system syslog host 192.0.2.77 any info\n",
    "arista_eos": "logging vrf MGMT host 192.0.2.77\n",
}
TIMERS = {"cisco_nxos": None}
"""Seconds by platform; a merge on NX-OS has no timer."""


def resolve(name: str) -> Secret:
    return Secret(hashlib.sha256(name.encode()).hexdigest())


class Region:
    """A lab of one device of each platform, and what a collection captured of them."""

    def __init__(self, lab: Lab, devices: dict[str, Device], clock: ManualClock, folder: Path):
        self.lab, self.devices, self.clock, self.folder = lab, devices, clock, folder
        (folder / "known_hosts").write_text(lab.known_hosts, encoding="utf-8")
        bed = self.bed("cisco_iosxe")
        access = Access(
            login=bed.means.access.login,
            known_hosts=folder / "known_hosts",
            settings=LOOPBACK.model_copy(update={"connect_timeout": 60.0}),
            endpoints={name: (one.address, one.port) for name, one in lab.endpoints.items()},
        )
        collected = collect_to(folder / "snapshot", list(devices.values()), access)
        assert not collected.failed

    def bed(self, os: str) -> Bed:
        return Bed(self.lab, self.devices[os].name, self.clock, self.folder)

    def captured(self, os: str) -> str:
        known = platform(os)
        assert known is not None
        hosts = {one.host: one for one in read_snapshot(self.folder / "snapshot").hosts}
        captures = hosts[self.devices[os].name].captures
        return next(one.text for one in captures if one.command == known.config_command)


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    inventory: Inventory = load_inventory(ROOT / "inventory")
    devices = {
        os: next(one for one in inventory.devices.values() if one.platform == os) for os in LINES
    }
    configs = {
        one.host: fill_in(one.text, resolve).reveal()
        for one in render(inventory, ROOT / "templates", devices.values())
    }
    clock = ManualClock(NOON)
    with Lab(inventory, configs, clock=clock, station="") as lab:
        yield Region(lab, devices, clock, tmp_path_factory.mktemp("region"))


@pytest.mark.parametrize("os", LINES)
def test_a_capture_has_the_hash_that_a_change_records(region: Region, os: str) -> None:
    bed = region.bed(os)
    planned = running_hash(region.captured(os))
    with bed.open(f"hash-{os}") as session:
        assert running_hash(session.running()) == planned
        session.load(LINES[os], resolve)
        record = session.intent(TIMERS.get(os, 300), region.clock.now())
        session.discard(record)
    assert record.before == planned


XR = "Sat Nov 28 {}:22:35.280 UTC\nBuilding configuration...\nhostname a\nbanner motd x\nend\n"


def test_the_time_at_which_a_device_printed_does_not_count() -> None:
    assert running_hash(XR.format("11")) == running_hash(XR.format("12"))
    assert running_hash(XR) != running_hash(XR.replace("hostname a", "hostname b"))


def test_what_else_was_captured_of_a_host_does_not_count() -> None:
    text = "snmp-server community {} RO\nsnmp-server community {} RW\nend\n"
    plain = running_hash(text.format("alpha", "beta"))
    assert running_hash(text.format("<community-3>", "<community-1>")) == plain
    assert running_hash(text.format("<community-3>", "<community-3>")) != plain


@pytest.mark.parametrize("os", LINES)
def test_another_config_has_another_hash(region: Region, os: str) -> None:
    captured = region.captured(os)
    lines = captured.splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if "192" in line or "10." in line)
    without = "".join(lines[:place] + lines[place + 1 :])
    assert running_hash(without) != running_hash(captured)
