"""NX-OS and EOS of the lab: stock Netmiko, our collection, and the readers against the fabric."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from netmiko import ConnectHandler

from netmod.credentials import Login, Secret
from netmod.devices import HostOutput, Target, collect
from netmod.evidence import Capture, HostCaptures
from netmod.facts import HostFacts
from netmod.intent import render
from netmod.inventory import Inventory, load_inventory
from netmod.lab import PERSONAS, Lab, ManualClock
from netmod.lab.fabric import PortState
from netmod.platforms import platform, read_host
from netmod.settings import CollectSettings

pytestmark = pytest.mark.network

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
CHOSEN = ("cisco_nxos", "arista_eos")
FIRST = {"cisco_nxos": "dcb-br1", "arista_eos": "dcb-br2"}


@pytest.fixture(scope="module")
def region() -> Inventory:
    return load_inventory(ROOT / "inventory")


@pytest.fixture(scope="module")
def configs(region: Inventory) -> dict[str, str]:
    devices = [one for one in region.devices.values() if one.platform in PERSONAS]
    return {one.host: one.text for one in render(region, ROOT / "templates", devices)}


@pytest.fixture(scope="module")
def lab(region: Inventory, configs: dict[str, str]) -> Iterator[Lab]:
    with Lab(region, configs, clock=ManualClock(NOON), network=84) as running:
        yield running


def names(region: Inventory) -> list[str]:
    return [name for name, one in region.devices.items() if one.platform in CHOSEN]


def ports_with_macsec(lab: Lab, name: str) -> dict[str, PortState]:
    states = lab.fabric.ports(lab.devices[name])
    return {state.port.name: state for state in states if state.port.macsec}


@pytest.fixture(scope="module")
def facts(
    region: Inventory, lab: Lab, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, HostFacts]:
    """What the readers make of a collection from every NX-OS and EOS device of the region."""
    known_hosts = tmp_path_factory.mktemp("lab") / "known_hosts"
    known_hosts.write_text(lab.known_hosts)
    targets = []
    for name in names(region):
        device, endpoint = region.devices[name], lab.endpoints[name]
        commands = platform(device.platform).collect
        targets.append(
            Target(name, endpoint.address, endpoint.port, device.platform, device.site, commands)
        )
    got: dict[str, HostOutput] = {}
    done = collect(
        targets,
        Login(lab.login.username, Secret(lab.login.password)),
        known_hosts,
        lambda output: got.update({output.status.host: output}),
        settings=CollectSettings(connect_attempts=1),
    )
    assert not done.failed
    return {name: read(region, name, output) for name, output in got.items()}


def read(region: Inventory, name: str, output: HostOutput) -> HostFacts:
    captures = tuple(
        Capture(
            host=name,
            command=one.command,
            text=one.text,
            file=f"{name}/{one.command.replace(' ', '_')}.txt",
            sha256="",
            exact=True,
            captured_at=NOON,
        )
        for one in output.outputs
    )
    return read_host(
        HostCaptures(host=name, captures=captures, platform=region.devices[name].platform), at=NOON
    )


def test_every_line_is_taken(lab: Lab) -> None:
    assert lab.rejected == {}


def test_links_meant_to_be_encrypted_are(region: Inventory, lab: Lab) -> None:
    found = [state for name in names(region) for state in ports_with_macsec(lab, name).values()]
    assert found
    assert {state.traffic for state in found} == {"encrypted"}


def test_readers_see_the_link_ends_as_the_fabric_has_them(
    region: Inventory, lab: Lab, facts: dict[str, HostFacts]
) -> None:
    for name in names(region):
        ends = {end.interface: end for end in facts[name].link_ends if end.state is not None}
        for port, state in ports_with_macsec(lab, name).items():
            seen, active = ends[port], state.active
            assert active is not None
            assert active.peer is not None
            assert seen.state == "secured", (name, port)
            assert (seen.ckn or "").lower() == active.key.name
            assert seen.cipher == active.cipher
            assert seen.key_server == active.key_server
            assert seen.live_peers == 1
            assert seen.weaknesses == ()


def test_readers_know_who_it_is_and_who_is_beside_it(
    region: Inventory, lab: Lab, facts: dict[str, HostFacts]
) -> None:
    for name in names(region):
        device, seen = lab.devices[name], facts[name]
        assert seen.hostname == name
        assert seen.version is not None
        assert seen.version.version == device.persona.version
        assert seen.version.model is not None
        assert device.serial in seen.version.serials
        assert seen.device_clock == NOON
        neighbors = {
            (one.local_interface, one.neighbor, one.neighbor_interface)
            for one in seen.neighbors
            if one.protocol == "lldp"
        }
        assert neighbors == {
            (one.local_port, one.device.hostname, one.announced_port)
            for one in lab.fabric.neighbors(device, "lldp")
        }


def connect(lab: Lab, name: str) -> ConnectHandler:
    endpoint = lab.endpoints[name]
    return ConnectHandler(
        device_type=lab.devices[name].persona.platform,
        host=endpoint.address,
        port=endpoint.port,
        username=lab.login.username,
        password=lab.login.password,
        conn_timeout=60,
    )


@pytest.mark.parametrize("kind", CHOSEN)
def test_netmiko_logs_in_shows_and_saves(lab: Lab, kind: str) -> None:
    name = FIRST[kind]
    with connect(lab, name) as connection:
        assert connection.find_prompt() == f"{name}#"
        assert f"hostname {name}" in connection.send_command("show running-config")
        assert "Invalid" in connection.send_command("show nothing")
        seen = connection.send_config_set(["interface Ethernet1/1", "description other"])
        assert "(config-if" in seen
        assert not connection.check_config_mode()
        assert "description other" not in connection.send_command("show startup-config")
        assert "Copy complete" in connection.save_config()
        assert "description other" in connection.send_command("show startup-config")


def test_a_port_that_is_shut_is_not_secured(lab: Lab) -> None:
    with connect(lab, "dca-lf1") as connection:
        assert "Secured" in connection.send_command("show macsec mka session")
        connection.send_config_set(["interface ethernet 1/1", "shutdown"])
        assert "Secured  " not in connection.send_command("show macsec mka session")
    with connect(lab, "dcb-lf1") as connection:
        assert "Secured  " not in connection.send_command("show macsec mka session")
        connection.send_config_set(["macsec shutdown"])
        assert "Macsec is shutdown" in connection.send_command("show macsec mka session")
    with connect(lab, "dca-lf1") as connection:
        connection.send_config_set(["interface ethernet 1/1", "no shutdown"])
    with connect(lab, "dcb-lf1") as connection:
        connection.send_config_set(["no macsec shutdown"])
        assert "Secured  " in connection.send_command("show macsec mka session")
