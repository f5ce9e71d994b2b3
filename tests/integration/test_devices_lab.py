"""Collection from the emulated region: our connection against Netmiko's own, on its personas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import netmiko
import pytest

from netmod.credentials import Login, Secret
from netmod.devices import NETMIKO_TYPES, HostOutput, Target, collect, connection
from netmod.intent import render
from netmod.inventory import Inventory, load_inventory, select
from netmod.lab import PERSONAS, Lab, ManualClock
from netmod.platforms import platform
from netmod.settings import CollectSettings

pytestmark = pytest.mark.network

ROOT = Path(__file__).parents[2]
PER_PLATFORM = 2


@pytest.fixture(scope="module")
def region() -> Inventory:
    return load_inventory(ROOT / "inventory")


@pytest.fixture(scope="module")
def lab(region: Inventory) -> Iterator[Lab]:
    chosen = [
        device for one in PERSONAS for device in select(region, [f"platform={one}"])[:PER_PLATFORM]
    ]
    assert {device.platform for device in chosen} == set(PERSONAS)
    configs = {one.host: one.text for one in render(region, ROOT / "templates", chosen)}
    clock = ManualClock(datetime(2026, 3, 1, 2, 0, tzinfo=UTC))  # so that no counter moves
    with Lab(region, configs, clock=clock, network=83) as running:
        yield running


def test_the_whole_lab_is_collected_and_reads_as_with_standard_netmiko(
    region: Inventory, lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With every command that netmod collects, and on each device the quick way."""
    prepare = connection.StrictConnection.prepare
    quick: list[bool] = []

    def note(self: connection.StrictConnection) -> str:
        prompt = prepare(self)
        quick.append(self.types_ahead)
        return prompt

    monkeypatch.setattr(connection.StrictConnection, "prepare", note)
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(lab.known_hosts)
    targets = []
    for name, endpoint in lab.endpoints.items():
        device = region.devices[name]
        known = platform(device.platform)
        assert known
        commands = known.collect
        targets.append(
            Target(name, endpoint.address, endpoint.port, device.platform, device.site, commands)
        )
    login = Login(lab.login.username, Secret(lab.login.password))
    got: list[dict[str, HostOutput]] = []
    for way in (connection.inline_transport, lambda: None):  # with and without greenlets
        monkeypatch.setattr(connection, "inline_transport", way)
        outputs: dict[str, HostOutput] = {}
        done = collect(
            targets,
            login,
            known_hosts,
            lambda output, kept=outputs: kept.update({output.status.host: output}),
            settings=CollectSettings(connect_attempts=1),
        )
        assert not done.failed
        got.append(outputs)
    assert quick == [True] * len(targets) * 2
    for target in targets:
        with netmiko.ConnectHandler(
            device_type=NETMIKO_TYPES[target.platform],
            host=target.address,
            port=target.port,
            username=lab.login.username,
            password=lab.login.password,
            ssh_strict=True,
            alt_host_keys=True,
            alt_key_file=str(known_hosts),
        ) as standard_connection:
            standard = [str(standard_connection.send_command(one)) for one in target.commands]
        for outputs in got:
            ours = [one.text for one in outputs[target.name].outputs]
            assert ours == standard
            assert target.name in "".join(ours)
