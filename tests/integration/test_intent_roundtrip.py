"""Rendered configs, read back: our own readers must see what the inventory asked for.

And two that know nothing of our readers must take every line: the lab's grammar and hier_config.
"""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hier_config import Platform, WorkflowRemediation, get_hconfig

from netmod.credentials import find_references
from netmod.evidence import Capture, HostCaptures
from netmod.facts import HostFacts
from netmod.intent import Rendered, render
from netmod.intent.context import Contexts
from netmod.intent.rendering import render_template
from netmod.inventory import Device, Inventory, Link, load_inventory
from netmod.lab import PERSONAS
from netmod.lab.editor import Editor
from netmod.platforms import read_host
from netmod.platforms.iosxr.change import lines as xr_lines

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 6, 1, tzinfo=UTC)
HIER_CONFIG = {
    "cisco_iosxe": Platform.CISCO_IOS,
    "cisco_iosxr": Platform.CISCO_XR,
    "cisco_nxos": Platform.CISCO_NXOS,
    "arista_eos": Platform.ARISTA_EOS,
    "juniper_junos": Platform.JUNIPER_JUNOS,
}
READ_BACK = tuple(HIER_CONFIG)
PROFILES = ("arista_eos", "juniper_junos")
"""A profile or association holds a link's key and has its name; it has no chain of keys."""
NOT_PRINTED = {
    "arista_eos": {"lldp run"},
    "cisco_nxos": {"password strength-check"},
}
"""What a device does by itself and so does not print."""


@pytest.fixture(scope="module", params=["inventory", "nonprod/inventory"])
def sample(request: pytest.FixtureRequest) -> Inventory:
    return load_inventory(ROOT / request.param)


@pytest.fixture(scope="module")
def configs(sample: Inventory) -> dict[str, Rendered]:
    return {one.host: one for one in render(sample, ROOT / "templates", sample.devices.values())}


@pytest.fixture(scope="module")
def seen(configs: dict[str, Rendered]) -> dict[str, HostFacts]:
    return {host: facts(one) for host, one in configs.items()}


def facts(one: Rendered) -> HostFacts:
    junos = one.platform == "juniper_junos"
    command = "show configuration | display set" if junos else "show running-config"
    capture = Capture(host=one.host, command=command, text=one.text, file="running.txt", sha256="")
    return read_host(HostCaptures(one.host, (capture,), platform=one.platform), at=NOW)


def devices(sample: Inventory, platform: str) -> list[Device]:
    found = [device for device in sample.devices.values() if device.platform == platform]
    assert found
    return found


def ends(sample: Inventory, platform: str) -> list[tuple[str, Link, str]]:
    """Host, link and physical port of every end of every link that is configured."""
    found = []
    for link in sample.links.values():
        for number, end in enumerate(link.managed_ends):
            ports = [one.a if number == 0 else str(one.b) for one in link.members]
            if sample.devices[end.device].platform == platform and link.status != "decommissioned":
                found += [(end.device, link, port) for port in ports or [end.interface]]
    assert found
    return found


@pytest.mark.parametrize("platform", READ_BACK)
def test_link_ends_read_back_as_declared(
    sample: Inventory, seen: dict[str, HostFacts], platform: str
) -> None:
    for host, link, port in ends(sample, platform):
        end = next(one for one in seen[host].link_ends if one.interface == port)
        place = (host, link.id, port)
        if link.encryption is None:
            assert (end.technology, end.state) == ("none", "unsecured"), place
            continue
        policy = sample.policies[link.encryption.policy]
        planned = link.status == "planned"
        assert end.state == ("unsecured" if planned else "configured"), place
        expected = {"M02": planned, "M11": link.encryption.clear_tag}
        assert end.weaknesses == tuple(code for code, holds in expected.items() if holds), place
        assert (end.cipher, end.enforcement) == (policy.cipher, policy.enforcement), place
        assert end.sak_rekey_interval == policy.sak_rekey_interval, place
        name = end.policy if platform in PROFILES else end.key_chain
        assert name == link.encryption.key_chain, place


@pytest.mark.parametrize("platform", [one for one in READ_BACK if one not in PROFILES])
def test_key_chains_read_back_as_declared(
    sample: Inventory, seen: dict[str, HostFacts], platform: str
) -> None:
    for host, link, _ in ends(sample, platform):
        if link.encryption is None:
            continue
        chain = sample.key_chains[link.encryption.key_chain]
        read = next(one for one in seen[host].key_chains if one.name == chain.id)
        assert [key.id.lower() for key in read.keys] == [key.ckn for key in chain.keys]
        assert [key.start.date() if key.start else None for key in read.keys] == [
            key.start for key in chain.keys
        ]
        assert [key.end.date() if key.end else None for key in read.keys] == [
            key.end for key in chain.keys
        ]
        assert [key.valid for key in read.keys] == [True, False]


@pytest.mark.parametrize("platform", READ_BACK)
def test_hardening_reads_back_as_the_standard_says(
    sample: Inventory, seen: dict[str, HostFacts], platform: str
) -> None:
    for device in devices(sample, platform):
        read, data = seen[device.name].hardening, device.data
        assert read.hostname == device.name
        assert read.telnet_enabled is False
        assert read.ssh_v2 is True
        assert read.http_server is False
        assert (read.snmp_v3, read.snmp_v1v2_communities) == (True, 0)
        assert read.tacacs_servers == len(data["aaa"].tacacs_servers)
        assert read.ntp_servers == data["ntp"].servers
        assert read.ntp_auth is True
        assert read.logging_hosts == data["logging"].servers
        assert read.plaintext_passwords == 0
        assert read.exec_timeout_disabled is False
        assert read.lldp is True
        assert read.banner_login or read.banner_motd
        if platform == "juniper_junos":
            assert (read.copp, read.login_block, read.root_login_ssh) == (True, True, False)
        else:
            assert read.vty_acl is True
        if platform in ("cisco_iosxe", "cisco_nxos"):
            assert read.copp in (True, "strict")
            assert read.source_route is False


def test_every_placeholder_is_one_that_a_change_can_fill_in(
    configs: dict[str, Rendered],
) -> None:
    for one in configs.values():
        assert find_references(one.text), one.host


def _longest_by_template(
    sample: Inventory, configs: dict[str, Rendered], platform: str
) -> dict[str, str]:
    """One config of every template of a platform: the longest."""
    found: dict[str, str] = {}
    for device in devices(sample, platform):
        one = configs[device.name]
        found[one.template] = max(found.get(one.template, ""), one.text, key=len)
    return found


@pytest.mark.parametrize("platform", READ_BACK)
def test_the_lab_takes_every_line(
    sample: Inventory, configs: dict[str, Rendered], platform: str
) -> None:
    persona = PERSONAS[platform]
    for device in devices(sample, platform):
        text = configs[device.name].text
        tree = persona.tree(persona.grammar)
        rejected = tree.load(text)
        lines = text.splitlines()
        assert [lines[number - 1] for number, _ in rejected] == [], device.name
        if platform != "juniper_junos":  # the lines of Junos are printed as blocks
            kept = {line.strip() for line in tree.render(block_end=persona.block_end)}
            wanted = {line.strip() for line in lines if not line.strip().startswith(("no ", "!"))}
            assert wanted - kept - {"", "end"} <= NOT_PRINTED.get(platform, set()), device.name


@pytest.mark.parametrize("platform", ["cisco_iosxr", "arista_eos"])
def test_typed_line_by_line_a_config_is_what_it_is_when_loaded(
    sample: Inventory, configs: dict[str, Rendered], platform: str
) -> None:
    """Changes type it on these: no line may end up in another mode than the one it stands in."""
    persona = PERSONAS[platform]
    for device in devices(sample, platform):
        text = configs[device.name].text
        loaded, typed = (persona.tree(persona.grammar) for _ in range(2))
        loaded.load(text)
        editor = Editor(typed)
        lines = xr_lines(text) if platform == "cisco_iosxr" else text.splitlines()
        for line in (one for piece in lines for one in piece.split("\n")):
            if line == "root":
                editor.path = ()
            elif editor.in_banner or line.strip() not in ("exit", "end"):
                editor.enter(line)
            elif line == "exit":
                assert editor.leave(), device.name
        assert typed.render(block_end=False) == loaded.render(block_end=False), device.name


@pytest.mark.parametrize("platform", READ_BACK)
def test_hier_config_takes_every_template_and_finds_nothing_to_remedy(
    sample: Inventory, configs: dict[str, Rendered], platform: str
) -> None:
    for template, text in _longest_by_template(sample, configs, platform).items():
        running, intended = (get_hconfig(HIER_CONFIG[platform], text) for _ in range(2))
        assert list(running.all_children()), template
        remediation = WorkflowRemediation(running, intended).remediation_config
        assert [str(child) for child in remediation.all_children()] == [], template


@pytest.mark.parametrize("platform", READ_BACK)
def test_no_section_stands_twice(
    sample: Inventory, configs: dict[str, Rendered], platform: str
) -> None:
    """A section in two pieces is legal, and hides half of itself from who reads the config."""
    for template, text in _longest_by_template(sample, configs, platform).items():
        lines = text.splitlines()
        heads = [
            line
            for line, below in pairwise(lines)
            if below.startswith(" ") and not line.startswith((" ", "!"))
        ]
        assert sorted({head for head in heads if heads.count(head) > 1}) == [], template


def test_the_lab_takes_a_supplier_of_junos() -> None:
    """The sample has none on Junos."""
    inventory = load_inventory(ROOT / "inventory")
    wan_edges = (one for one in inventory.devices.values() if one.role == "wan-edge")
    device = next(one for one in wan_edges if one.platform == "juniper_junos")
    networks = {"from_suppliers": ("198.51.100.0/24", "203.0.113.0/25")}
    bgp = device.data["bgp"].model_copy(update=networks)
    context = Contexts(inventory).of(device)
    ports = tuple(dataclasses.replace(port, trusted=False) for port in context["ports"])
    changed = {**context, "data": {**device.data, "bgp": bgp}, "ports": ports}
    text = render_template(ROOT / "templates", "juniper_junos/wan-edge.j2", changed)
    assert isinstance(text, str)
    assert "LEVERANDOR-INN term KJENTE from route-filter 203.0.113.0/25 exact\n" in text
    assert " import LEVERANDOR-INN\n" in text
    persona = PERSONAS["juniper_junos"]
    assert persona.tree(persona.grammar).load(text) == []
