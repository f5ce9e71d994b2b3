"""The whole chain of a change, per platform, over the real drivers against the lab.

Collect, render with one value changed, load the whole config, diff, commit with a deadline that
passes, collect that the device is back; commit again, confirm from a new login, save, and collect
that nothing drifts. The changed config is the sample's own, of a device with all that it has.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from netmod.credentials import Secret, fill_in, find_references
from netmod.devices.change import PendingChange
from netmod.drift import Difference, compare
from netmod.errors import ChangeFailed
from netmod.evidence import read_snapshot
from netmod.intent import render
from netmod.inventory import Device, Inventory, load_inventory
from netmod.jobs.collect import Access, collect_to
from netmod.jobs.demo import LOOPBACK
from netmod.lab import Lab, ManualClock
from netmod.platforms import Platform, platform
from tests.integration.change_bed import Bed
from tests.unit.lab_pair import NOON

pytestmark = pytest.mark.network

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
DEADLINE = 300
ADDED = "192.0.2.77"
"""A log server that the changed inventory has beside the others."""
SHOWS = {
    "cisco_iosxe": [f"+logging host {ADDED} vrf MGMT"],
    "cisco_nxos": [f"logging server {ADDED} 6 use-vrf management"],
    "cisco_iosxr": [f"+logging {ADDED} vrf MGMT severity info"],
    "juniper_junos": [
        f"+host {ADDED} {{",
        "+any info;",
        "+interactive-commands any;",
        "+routing-instance mgmt_junos;",
        "+}",
    ],
    "arista_eos": [f"+logging vrf MGMT host {ADDED}"],
}
"""What the diff of that change shows, and nothing else."""


def resolve(name: str) -> Secret:
    """A secret of its own for each reference: hex, so that it is a key where one is asked for."""
    return Secret(hashlib.sha256(name.encode()).hexdigest())


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return load_inventory(ROOT / "inventory")


def with_a_log_server(inventory: Inventory, device: Device) -> tuple[Inventory, Device]:
    """The inventory in which `device` sends its log to one server more."""
    logging = device.data["logging"]
    more = logging.model_copy(update={"servers": (*logging.servers, ADDED)})
    changed = dataclasses.replace(device, data={**device.data, "logging": more})
    devices = {**inventory.devices, device.name: changed}
    return dataclasses.replace(inventory, devices=devices), changed


class Chain:
    """One device of a running lab, with its neighbours, from inventory to drift."""

    def __init__(self, lab: Lab, device: Device, clock: ManualClock, folder: Path) -> None:
        self.bed = Bed(lab, device.name, clock, folder)
        self.device, self.folder = device, folder
        self._snapshots = 0
        known = platform(device.platform)
        assert known is not None
        self.known: Platform = known
        (folder / "known_hosts").write_text(lab.known_hosts, encoding="utf-8")
        self._access = Access(
            login=self.bed.means.access.login,
            known_hosts=folder / "known_hosts",
            settings=LOOPBACK.model_copy(update={"connect_timeout": 60.0}),
            endpoints={name: (one.address, one.port) for name, one in lab.endpoints.items()},
        )

    def collected(self) -> str:
        """The running config, as a new collection has it."""
        self._snapshots += 1
        out = self.folder / f"snapshot-{self._snapshots}"
        assert not collect_to(out, [self.device], self._access).interrupted
        (host,) = read_snapshot(out).hosts
        assert host.failure is None
        return next(one.text for one in host.captures if one.command == self.known.config_command)

    def drift(self, intended: str, running: str) -> tuple[Difference, ...]:
        return compare(intended, running, self.known.language).differences


@pytest.fixture(params=SHOWS)
def chain(request: pytest.FixtureRequest, inventory: Inventory, tmp_path: Path) -> Iterator[Chain]:
    device = next(one for one in inventory.devices.values() if one.platform == request.param)
    linked = {
        end.device
        for link in inventory.links.values()
        if any(end.device == device.name for end in link.managed_ends)
        for end in link.managed_ends
    }
    devices = [one for one in inventory.devices.values() if one.name in linked | {device.name}]
    configs = {
        one.host: fill_in(one.text, resolve).reveal()
        for one in render(inventory, TEMPLATES, devices)
    }
    clock = ManualClock(NOON)
    with Lab(inventory, configs, clock=clock, station="") as lab:
        assert lab.rejected == {}
        yield Chain(lab, device, clock, tmp_path)


def committed(chain: Chain, change: str, text: str, shows: Sequence[str]) -> PendingChange:
    """Load, look at the diff, and commit for a time; through JSON, as another process has it."""
    with chain.bed.open(change) as session:
        session.load(text, resolve, kind="replace")
        diff = session.diff()
        assert changed_lines(diff) == list(shows)
        done = session.commit(session.intent(DEADLINE, chain.bed.clock.now()))
    assert (done.safety_class, done.seconds, done.missing) == ("A", DEADLINE, ())
    journal = done.model_dump_json()
    secrets = [resolve(one.name).reveal() for one in find_references(text)]
    assert secrets
    assert not [one for one in secrets if one in diff + journal]
    return PendingChange.model_validate_json(journal)


def changed_lines(diff: str) -> list[str]:
    """What a diff adds and removes; that of NX-OS is the commands, with a heading."""
    lines = [line.strip() for line in diff.splitlines()]
    signed = [line for line in lines if line[:1] in ("+", "-") and line[:3] not in ("+++", "---")]
    if signed:
        return [line[0] + line[1:].strip() for line in signed]
    heading = ("Collecting", "Generating", "!", "#")
    return [line for line in lines if line and not line.startswith(heading)]


def test_from_the_inventory_to_a_device_without_drift(chain: Chain, inventory: Inventory) -> None:
    bed, shows = chain.bed, SHOWS[chain.device.platform]
    (intended,) = render(inventory, TEMPLATES, [chain.device])
    changed, device = with_a_log_server(inventory, chain.device)
    (wanted,) = render(changed, TEMPLATES, [device])
    before = chain.collected()
    assert chain.drift(intended.text, before) == ()
    assert {ADDED in " ".join(one.intended) for one in chain.drift(wanted.text, before)} == {True}

    record = committed(chain, "chain-1", wanted.text, shows)
    assert (bed.probe(record).pending, bed.probe(record).matches) == ("ours", "after")
    assert chain.drift(wanted.text, chain.collected()) == ()
    bed.clock.advance(timedelta(seconds=DEADLINE + 1))
    assert chain.drift(intended.text, chain.collected()) == ()
    assert (bed.probe(record).pending, bed.probe(record).matches) == ("none", "before")
    with bed.resume(record) as session:
        with pytest.raises(ChangeFailed) as caught:
            session.confirm(record)
        assert caught.value.code == "not-pending"
        session.discard(record)

    again = committed(chain, "chain-2", wanted.text, shows)
    assert (bed.probe(again).pending, bed.probe(again).matches) == ("ours", "after")
    with bed.resume(again) as session:
        session.confirm(again)
        session.save(again)
        session.discard(again)
    bed.clock.advance(timedelta(hours=3))
    assert chain.drift(wanted.text, chain.collected()) == ()
    assert ADDED in bed.startup
    assert "netmod" not in " ".join(bed.device.flash.files)
