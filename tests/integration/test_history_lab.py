"""From the lab's devices into the archive and under seal: whole, and in clear nowhere."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from netmod.credentials import Login, Secret, fill_in
from netmod.evidence import Operator, read_snapshot
from netmod.history import Archive, Backup, Occasion, SealedConfigs
from netmod.intent import render
from netmod.inventory import load_inventory
from netmod.jobs.collect import Access, collect_to
from netmod.jobs.demo import LOOPBACK
from netmod.jobs.history import sealing
from netmod.jobs.inventory import part_of
from netmod.lab import Lab
from netmod.platforms import platform
from netmod.settings import ArchiveSettings, Project, Settings

pytestmark = pytest.mark.network

ROOT = Path(__file__).parents[2]
PLATFORMS = ("cisco_iosxe", "cisco_nxos", "cisco_iosxr", "juniper_junos", "arista_eos")
RUN = "20261128T040000Z-00000001"
OPERATOR = Operator(account="netmod", uid=990, host="mgmt1", netmod="0.2.0")


class Canaries:
    """A secret of its own for each reference: hex, so that it is a key where one is asked for."""

    def __init__(self) -> None:
        self.values: set[str] = set()

    def __call__(self, name: str) -> Secret:
        value = hashlib.sha256(name.encode()).hexdigest()
        self.values.add(value)
        return Secret(value)


def test_a_config_is_archived_without_secrets_and_sealed_with_them(tmp_path: Path) -> None:
    whole = load_inventory(ROOT / "inventory")
    names = [
        next(one.name for one in whole.devices.values() if one.platform == system)
        for system in PLATFORMS
    ]
    region, canaries = part_of(whole, names), Canaries()
    devices = list(region.devices.values())
    rendered = render(region, ROOT / "templates", devices)
    configs = {one.host: fill_in(one.text, canaries).reveal() for one in rendered}
    owner = pyrage.x25519.Identity.generate()
    settings = Settings(archive=ArchiveSettings(recipients=(str(owner.to_public()),)))
    project = Project(root=tmp_path, settings=settings)
    with Lab(region, configs) as lab:
        (tmp_path / "known_hosts").write_text(lab.known_hosts, encoding="utf-8")
        access = Access(
            login=Login(lab.login.username, Secret(lab.login.password)),
            known_hosts=tmp_path / "known_hosts",
            settings=LOOPBACK.model_copy(update={"connect_timeout": 120.0}),
            endpoints={name: (one.address, one.port) for name, one in lab.endpoints.items()},
        )
        seal = sealing(project, devices, RUN)
        assert not collect_to(tmp_path / "snapshot", devices, access, seal=seal).failed
    texts = {}
    for host in read_snapshot(tmp_path / "snapshot").hosts:
        known = platform(region.devices[host.host].platform)
        assert known is not None
        text = next(one.text for one in host.captures if one.command == known.config_command)
        texts[host.host] = Backup(host.host, text, known.language.whole)
    archive = Archive(project.archive)
    occasion = Occasion(RUN, datetime(2026, 11, 28, 4, tzinfo=UTC), OPERATOR, "nightly")
    for domain in {one.domain for one in devices}:
        members = [one.name for one in devices if one.domain == domain]
        stored = archive.store(domain, [texts[name] for name in members], occasion)
        assert (sorted(stored.changed), stored.rejected) == (sorted(members), ())
    store = SealedConfigs(project.sealed)
    for device in devices:
        kept = archive.config(device.domain, device.name)
        full = store.restore(device.domain, device.name, [Secret(str(owner))]).reveal()
        held = {one for one in canaries.values if one in configs[device.name]}
        assert held, device.name
        assert {one for one in held if one in full} == held, device.name
        assert not any(one in kept for one in canaries.values), device.name
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > len(devices)
    contents = [path.read_bytes() for path in files]
    assert not any(one.encode() in content for one in canaries.values for content in contents)


def test_without_recipients_nothing_is_sealed(tmp_path: Path) -> None:
    assert sealing(Project(root=tmp_path, settings=Settings()), [], RUN) is None
