"""Netmiko's own Junos driver and our collection, against the lab's Junos over real SSH."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from netmiko import ConnectHandler

from netmod.credentials import Login, Secret
from netmod.devices import Target, collect
from netmod.evidence import Capture, HostCaptures
from netmod.intent import render
from netmod.inventory import load_inventory
from netmod.lab import Lab, ManualClock
from netmod.platforms import platform, read_host
from netmod.settings import CollectSettings
from tests.unit.lab_pair import NOON

pytestmark = pytest.mark.network

ROOT = Path(__file__).parents[2]
LINKS = ("ic-drm-ton-1", "ic-ski-krs-1", "sn-nes-dcb-1")


@pytest.fixture(scope="module")
def region():
    return load_inventory(ROOT / "inventory")


@pytest.fixture
def clock():
    return ManualClock(NOON)


@pytest.fixture
def lab(region, clock):
    names = {end.device for link in LINKS for end in region.links[link].managed_ends}
    chosen = [region.devices[name] for name in sorted(names)]
    configs = {one.host: one.text for one in render(region, ROOT / "templates", chosen)}
    with Lab(region, configs, clock=clock, network=87, station="") as running:
        assert running.rejected == {}
        yield running


def connect(lab, name):
    endpoint = lab.endpoints[name]
    return ConnectHandler(
        device_type="juniper_junos",
        host=endpoint.address,
        port=endpoint.port,
        username=lab.login.username,
        password=lab.login.password,
        conn_timeout=60,
        banner_timeout=60,
        auth_timeout=60,
    )


def test_netmiko_shows_and_commits(lab):
    with connect(lab, "nes-we1") as connection:
        assert connection.find_prompt() == f"{lab.login.username}@nes-we1>"
        connection.send_config_set(["set interfaces xe-0/1/0 mtu 9000"])
        assert "configuration check succeeds" in connection.commit(check=True)
        assert "commit complete" in connection.commit(comment="smaller frames", and_quit=True)
        shown = connection.send_command("show configuration interfaces xe-0/1/0 mtu")
        assert shown.strip() == "mtu 9000;"


def test_netmiko_commits_for_a_time(lab, clock):
    with connect(lab, "nes-we1") as connection:
        connection.send_config_set(["delete security macsec interfaces xe-0/1/0"])
        connection.commit(confirm=True, confirm_delay=5)
        connection.exit_config_mode()
        device = lab.devices["nes-we1"]
        assert lab.fabric.port(device, "xe-0/1/0").traffic == "blocked"
        clock.advance(timedelta(minutes=5))
        assert "Status: inuse" in connection.send_command("show security macsec connections")


def link_ends(output):
    """The link ends that the readers find in what was collected, by interface."""
    name = output.status.host
    captures = tuple(
        Capture(
            host=name, command=one.command, text=one.text, sha256="",
            file=f"{name}/{one.command.replace(' ', '_')}.txt", exact=True, captured_at=NOON,
        )
        for one in output.outputs
    )  # fmt: skip
    host = HostCaptures(host=name, captures=captures, platform="juniper_junos")
    return {end.interface: end for end in read_host(host, at=NOON).link_ends}


def test_collection_reads_the_links_as_the_fabric_has_them(lab, region, tmp_path):
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(lab.known_hosts)
    commands = platform("juniper_junos").collect
    names = [name for name in lab.devices if region.devices[name].platform == "juniper_junos"]
    targets = [
        Target(
            name, lab.endpoints[name].address, lab.endpoints[name].port, "juniper_junos",
            region.devices[name].site, commands,
        )
        for name in names
    ]  # fmt: skip
    got = {}
    done = collect(
        targets,
        Login(lab.login.username, Secret(lab.login.password)),
        known_hosts,
        lambda output: got.update({output.status.host: output}),
        settings=CollectSettings(connect_attempts=1),
    )
    assert not done.failed
    for link in LINKS:
        for end in region.links[link].managed_ends:
            if end.device not in names:
                continue
            state = lab.fabric.port(lab.devices[end.device], end.interface)
            assert state.traffic == "encrypted"
            seen = link_ends(got[end.device])[end.interface]
            assert (seen.state, seen.cipher) == ("secured", state.active.cipher)
            assert seen.ckn.lower() == state.active.key.name
            assert [sci.lower() for sci in seen.peer_scis] == [state.active.peer.sci]
