"""What the standard promises, looked for in the configs of the sample region."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from netmod.intent import Rendered, render
from netmod.intent.context import Contexts
from netmod.inventory import Device, Inventory, load_inventory

ROOT = Path(__file__).parents[2]
PRIVATE = [ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]


@pytest.fixture(scope="module")
def sample() -> Inventory:
    return load_inventory(ROOT / "inventory")


@pytest.fixture(scope="module")
def configs(sample: Inventory) -> dict[str, Rendered]:
    found: Iterator[Rendered] = render(sample, ROOT / "templates", sample.devices.values())
    return {one.host: one for one in found}


@pytest.fixture(scope="module")
def contexts(sample: Inventory) -> dict[str, dict[str, Any]]:
    made = Contexts(sample)
    return {name: made.of(device) for name, device in sample.devices.items()}


def block(text: str, header: str) -> list[str]:
    """The lines below a line, as far as they are indented."""
    lines = text.split("\n")
    start = lines.index(header) + 1
    stop = next(n for n in range(start, len(lines)) if not lines[n].startswith(" "))
    return [line.strip() for line in lines[start:stop]]


def with_key(sample: Inventory, key: str) -> list[Device]:
    found = [device for device in sample.devices.values() if key in device.data]
    assert found
    return found


def test_every_access_port_is_what_its_profile_says(
    sample: Inventory, configs: dict[str, Rendered]
) -> None:
    for device in with_key(sample, "ports"):
        vlans = {one.name: one.id for one in device.data["zones"].vlans}
        for ports in device.data["ports"]:
            profile = device.data["port_profiles"][ports.profile]
            for interface in ports.interfaces:
                lines = block(configs[device.name].text, f"interface {interface}")
                place = (device.name, interface)
                assert ("shutdown" in lines) == profile.shutdown, place
                if profile.tagged:
                    assert f"switchport trunk native vlan {vlans[profile.vlan]}" in lines, place
                else:
                    assert f"switchport access vlan {vlans[profile.vlan]}" in lines, place
                closed = "authentication port-control auto" in lines
                assert closed == (profile.authentication != "none"), place
                assert ("mab" in lines) == ("mab" in profile.authentication), place
                dot1x = "dot1x pae authenticator" in lines
                assert dot1x == ("dot1x" in profile.authentication), place
                assert "spanning-tree bpduguard enable" in lines, place
                assert [line for line in lines if line.startswith("storm-control broadcast")], place
                if profile.voice_vlan:
                    voice = f"switchport voice vlan {vlans[profile.voice_vlan]}"
                    assert voice in lines, place


def test_a_zone_reaches_itself_its_flows_and_nothing_else(
    sample: Inventory, configs: dict[str, Rendered]
) -> None:
    for device in with_key(sample, "gateways"):
        zones = device.data["zones"]
        for gateway in device.data["gateways"]:
            vlan = next(one for one in zones.vlans if one.name == gateway.vlan)
            zone = zones.zone(vlan.zone)
            lines = block(
                configs[device.name].text, f"ip access-list extended SONE-{vlan.name}-INN"
            )
            assert lines[-1] == "deny ip any any log", (device.name, vlan.name)
            wanted = {*zone.networks, *zone.services}
            for flow in zones.flows:
                if flow.source == zone.name:
                    wanted |= set(zones.zone(flow.destination).services)
            reached = set()
            for line in lines:
                match = re.match(r"permit \w+ \S+ \S+ (\S+) (\d\S+)", line)
                if match:
                    reached.add(str(ip_network(f"{match[1]}/{match[2]}")))
            assert reached == wanted, (device.name, vlan.name)
            svi = block(configs[device.name].text, f"interface Vlan{vlan.id}")
            assert f"ip access-group SONE-{vlan.name}-INN in" in svi
            assert f"vrf forwarding {zone.vrf}" in svi


def test_guests_reach_the_internet_past_no_private_address(
    sample: Inventory, configs: dict[str, Rendered]
) -> None:
    for device in with_key(sample, "gateways"):
        lines = block(configs[device.name].text, "ip access-list extended SONE-GJEST-INN")
        everywhere = next(n for n, line in enumerate(lines) if re.match(r"permit ip .* any$", line))
        for network in PRIVATE:
            denied = f"deny ip any {network.network_address} {network.hostmask} log"
            assert lines.index(denied) < everywhere
        for name in ("KLINISK", "MEDTEK", "BYGG"):
            inner = block(configs[device.name].text, f"ip access-list extended SONE-{name}-INN")
            assert not [line for line in inner if re.match(r"permit ip .* any$", line)]


def test_both_ends_of_a_link_agree_on_what_crosses_it(
    sample: Inventory, contexts: dict[str, dict[str, Any]]
) -> None:
    kinds = set()
    for link in sample.links.values():
        if len(link.managed_ends) < 2 or link.status == "decommissioned":
            continue
        a, b = (
            next(port for port in contexts[end.device]["ports"] if port.link == link.id)
            for end in link.managed_ends
        )
        assert (a.handoff, a.labelled, a.trusted) == (b.handoff, b.labelled, b.trusted), link.id
        for own, other, far in ((a, b, link.managed_ends[1]), (b, a, link.managed_ends[0])):
            assert own.peer_asn == sample.devices[far.device].data.get("asn"), link.id
            assert other.address is None or own.peer_address == other.address.split("/")[0]
        kinds.add((a.handoff, a.labelled))
    assert kinds == {(False, False), (True, False), (False, True)}


@pytest.mark.parametrize("kind", ["ibgp_peers", "overlay_peers"])
def test_neighbours_between_loopbacks_name_each_other(
    contexts: dict[str, dict[str, Any]], kind: str
) -> None:
    pairs = {
        (name, peer.name, peer.client)
        for name, context in contexts.items()
        for peer in context[kind]
    }
    assert pairs
    ends = {(one, other) for one, other, _ in pairs}
    assert {(other, one) for one, other in ends} == ends
    if kind == "overlay_peers":
        assert not [pair for pair in pairs if pair[2]]


def test_every_speaker_of_ibgp_reaches_both_reflectors(
    sample: Inventory, contexts: dict[str, dict[str, Any]]
) -> None:
    reflectors = {one.name for one in with_key(sample, "ibgp") if one.data["ibgp"] == "reflector"}
    assert len(reflectors) == 2
    for device in with_key(sample, "ibgp"):
        peers = {peer.name for peer in contexts[device.name]["ibgp_peers"]}
        assert reflectors - {device.name} <= peers


def test_every_bgp_session_of_ours_is_authenticated(configs: dict[str, Rendered]) -> None:
    for one in configs.values():
        if one.platform in ("cisco_iosxe", "arista_eos"):
            peers = set(
                re.findall(r"^ +neighbor (\S+) remote-as (?!64496)", one.text, re.MULTILINE)
            )
            closed = set(re.findall(r"^ +neighbor (\S+) password <", one.text, re.MULTILINE))
            assert peers <= closed, one.host


def test_every_platform_knows_every_class_of_the_region(
    sample: Inventory, configs: dict[str, Rendered]
) -> None:
    seen = set()
    for device in sample.devices.values():
        text = configs[device.name].text
        for number, one in enumerate(device.data["qos"].classes[:-1]):
            queue = 7 - number
            for name, code in zip(one.dscp, one.code_points, strict=True):
                wanted = {
                    "cisco_iosxe": rf"class-map match-any QOS-{one.name}\n(?: match .*\n)* match dscp {name}\n",
                    "cisco_iosxr": rf"class-map match-any QOS-{one.name}\n match dscp .*\b{name}\b",
                    "cisco_nxos": rf"match-any QOS-{one.name}\n  match dscp (?:.*,)?{code}\b",
                    "arista_eos": rf"qos map dscp {code} to traffic-class {queue}\n",
                    "juniper_junos": rf"forwarding-class {one.name} .* {code:06b}\n",
                }[device.platform]  # fmt: skip
                assert re.search(wanted, text), (device.name, one.name, name)
        seen.add(device.platform)
    assert len(seen) == 5


def test_a_device_logs_in_by_tacacs_first_and_locally_last(
    sample: Inventory, configs: dict[str, Rendered]
) -> None:
    for device in sample.devices.values():
        text = configs[device.name].text
        order = {
            "cisco_nxos": "aaa authentication login default fallback error local\n",
            "juniper_junos": "set system authentication-order [ tacplus password ]\n",
        }.get(device.platform, "aaa authentication login default group NETT local\n")
        assert order in text, device.name
        for server in device.data["aaa"].tacacs_servers:
            assert server.address in text, device.name


def test_nothing_changes_its_zone_while_no_radius_server_answers(
    sample: Inventory, configs: dict[str, Rendered]
) -> None:
    moved = 0
    for device in with_key(sample, "ports"):
        zones = {one.name: one.zone for one in device.data["zones"].vlans}
        names = {one.id: one.name for one in device.data["zones"].vlans}
        for ports in device.data["ports"]:
            own = device.data["port_profiles"][ports.profile].vlan
            for interface in ports.interfaces:
                for line in block(configs[device.name].text, f"interface {interface}"):
                    found = re.fullmatch(r"authentication event .* authorize vlan (\d+)", line)
                    if found:
                        moved += 1
                        assert zones[names[int(found[1])]] == zones[own], (device.name, interface)
    assert moved


def test_policing_the_processor_never_drops_what_is_not_ip(configs: dict[str, Rendered]) -> None:
    """IS-IS, ARP, LACP and MKA match no list of IP addresses, so they fall to the last class."""
    policed = [one.text for one in configs.values() if "policy-map COPP" in one.text]
    assert policed
    for text in policed:
        lines = block(text, "policy-map COPP")
        assert "class COPP-RESTEN" in lines
        assert "class class-default" not in lines
        assert lines[lines.index("class COPP-RUTING") + 1] == "class COPP-STYRING"


def test_ssh_of_junos_cannot_be_reached_from_the_port_of_a_routing_protocol(
    configs: dict[str, Rendered],
) -> None:
    junos = [one.text for one in configs.values() if one.platform == "juniper_junos"]
    assert junos
    for text in junos:
        terms = list(dict.fromkeys(re.findall(r"filter VERN-RE term (\S+) from", text)))
        assert terms[:5] == ["SSH", "SSH-ANDRE", "SNMP", "SNMP-ANDRE", "RUTING"]


def test_a_jump_host_reaches_netconf_of_iosxr(
    sample: Inventory, configs: dict[str, Rendered]
) -> None:
    for one in configs.values():
        if one.platform == "cisco_iosxr":
            lines = block(one.text, "ipv4 access-list VTY-INN")
            hosts = sample.devices[one.host].data["management"].jump_hosts
            assert sum(line.endswith("any eq 830") for line in lines) == len(hosts)
            assert sum(line.endswith("any eq ssh") for line in lines) == len(hosts)


def test_the_members_of_a_bundle_of_nxos_have_no_policy_of_their_own(
    configs: dict[str, Rendered],
) -> None:
    bundles = 0
    for one in configs.values():
        if one.platform != "cisco_nxos":
            continue
        for header in re.findall(r"^interface \S+$", one.text, re.MULTILINE):
            lines = block(one.text, header)
            has = "service-policy type qos input QOS-INN" in lines
            if any(line.startswith("channel-group") for line in lines):
                assert not has, (one.host, header)
            elif header.startswith("interface port-channel"):
                bundles += 1
                assert has, (one.host, header)
    assert bundles


def test_junos_is_the_next_hop_of_what_it_learned_outside(configs: dict[str, Rendered]) -> None:
    speakers = [one for one in configs.values() if " bgp group REFLEKTORER type" in one.text]
    assert {one.platform for one in speakers} == {"juniper_junos"}
    for one in speakers:
        assert "bgp group REFLEKTORER export NESTE-HOPP" in one.text
        assert "NESTE-HOPP term EKSTERN then next-hop self" in one.text


def test_the_export_of_junos_holds_back_no_vpn_routes(configs: dict[str, Rendered]) -> None:
    for one in configs.values():
        if "policy-statement EGNE" in one.text:
            assert "policy-statement EGNE term RESTEN from family inet\n" in one.text, one.host


def test_a_supplier_learns_and_announces_what_the_standard_lists_alone(
    configs: dict[str, Rendered], contexts: dict[str, dict[str, Any]]
) -> None:
    filters = {
        "cisco_iosxe": "  neighbor {} prefix-list LEVERANDOR-{} {}\n",
        "cisco_iosxr": " neighbor {}\n(?:  .*\n)*?   route-policy LEVERANDOR-{} {}\n",
    }
    seen = set()
    for one in configs.values():
        for port in contexts[one.host]["ports"]:
            if port.trusted or not port.peer_asn:
                continue
            seen.add(one.platform)
            for name, direction in (("INN", "in"), ("UT", "out")):
                wanted = filters[one.platform].format(port.peer_address, name, direction)
                assert re.search(wanted, one.text), (one.host, wanted)
    assert seen == filters.keys()
