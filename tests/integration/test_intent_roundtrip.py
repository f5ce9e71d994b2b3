"""Rendered configs, read back: our own readers must see what the inventory asked for.

And the lab's grammar, which knows nothing of our readers and templates, must take every line.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from netmod.evidence import Capture, HostCaptures
from netmod.facts import HostFacts
from netmod.intent import Rendered, render
from netmod.inventory import Inventory, Link, load_inventory
from netmod.lab.config_tree import ConfigTree
from netmod.lab.grammar import Grammar
from netmod.lab.iosxe.grammar import GRAMMAR as IOSXE
from netmod.lab.iosxr.grammar import GRAMMAR as IOSXR
from netmod.platforms import read_host

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 6, 1, tzinfo=UTC)
READ_BACK = ("cisco_iosxe", "cisco_iosxr", "cisco_nxos", "arista_eos")


@pytest.fixture(scope="module")
def sample() -> Inventory:
    return load_inventory(ROOT / "inventory")


@pytest.fixture(scope="module")
def configs(sample: Inventory) -> dict[str, Rendered]:
    return {one.host: one for one in render(sample, ROOT / "templates", sample.devices.values())}


def facts(one: Rendered) -> HostFacts:
    capture = Capture(
        host=one.host, command="show running-config", text=one.text, file="running.txt", sha256=""
    )
    return read_host(HostCaptures(one.host, (capture,), platform=one.platform), at=NOW)


def ends(sample: Inventory, platform: str) -> list[tuple[str, Link, str]]:
    """Host, link and physical port of every end of every link that is configured."""
    found = []
    for link in sample.links.values():
        for number, end in enumerate(link.managed_ends):
            ports = [one.a if number == 0 else str(one.b) for one in link.members]
            if sample.devices[end.device].platform == platform and link.status != "decommissioned":
                found += [(end.device, link, port) for port in ports or [end.interface]]
    return found


@pytest.mark.parametrize("platform", READ_BACK)
def test_link_ends_read_back_as_declared(
    sample: Inventory, configs: dict[str, Rendered], platform: str
) -> None:
    wanted = ends(sample, platform)
    assert wanted
    seen = {host: facts(configs[host]) for host, _, _ in wanted}
    for host, link, port in wanted:
        end = next(one for one in seen[host].link_ends if one.interface == port)
        place = (host, link.id, port)
        if link.encryption is None:
            assert (end.technology, end.state) == ("none", "unsecured"), place
            continue
        policy = sample.policies[link.encryption.policy]
        planned = link.status == "planned"
        assert end.state == ("unsecured" if planned else "configured"), place
        assert end.weaknesses == (("M02",) if planned else ()), place
        assert (end.cipher, end.enforcement) == (policy.cipher, policy.enforcement), place
        assert end.sak_rekey_interval == policy.sak_rekey_interval, place
        name = end.policy if platform == "arista_eos" else end.key_chain
        assert name == link.encryption.key_chain, place


@pytest.mark.parametrize("platform", [one for one in READ_BACK if one != "arista_eos"])
def test_key_chains_read_back_as_declared(
    sample: Inventory, configs: dict[str, Rendered], platform: str
) -> None:
    for host, link, _ in ends(sample, platform):
        if link.encryption is None:
            continue
        chain = sample.key_chains[link.encryption.key_chain]
        seen = next(one for one in facts(configs[host]).key_chains if one.name == chain.id)
        assert [key.id.lower() for key in seen.keys] == [key.ckn for key in chain.keys]
        assert [key.start.date() if key.start else None for key in seen.keys] == [
            key.start for key in chain.keys
        ]
        assert [key.end.date() if key.end else None for key in seen.keys] == [
            key.end for key in chain.keys
        ]
        assert [key.valid for key in seen.keys] == [True, False]


@pytest.mark.parametrize("platform", READ_BACK)
def test_hardening_reads_back_as_the_standard_says(
    sample: Inventory, configs: dict[str, Rendered], platform: str
) -> None:
    for device in sample.devices.values():
        if device.platform != platform:
            continue
        seen = facts(configs[device.name]).hardening
        assert seen.hostname == device.name
        assert seen.telnet_enabled is False
        assert seen.ssh_v2 is True
        assert seen.http_server is False
        assert (seen.snmp_v3, seen.snmp_v1v2_communities) == (True, 0)
        assert seen.tacacs_servers == len(device.data["tacacs_servers"])
        assert seen.ntp_servers == tuple(device.data["ntp_servers"])
        assert seen.ntp_auth is True
        assert seen.logging_hosts == tuple(device.data["syslog_servers"])
        assert seen.plaintext_passwords == 0
        assert seen.vty_acl is True
        assert seen.exec_timeout_disabled is False
        assert seen.lldp is True
        assert seen.banner_login or seen.banner_motd


@pytest.mark.parametrize(("platform", "grammar"), [("cisco_iosxe", IOSXE), ("cisco_iosxr", IOSXR)])
def test_the_lab_takes_every_line(
    sample: Inventory, configs: dict[str, Rendered], platform: str, grammar: Grammar
) -> None:
    for device in sample.devices.values():
        if device.platform == platform:
            rejected = ConfigTree(grammar).load(configs[device.name].text)
            lines = configs[device.name].text.splitlines()
            assert [lines[number - 1] for number, _ in rejected] == [], device.name
