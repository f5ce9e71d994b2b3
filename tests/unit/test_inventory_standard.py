"""Typed data: what may stand below `data`, and how mistakes in it are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from netmod.errors import InventoryError
from netmod.inventory import load_inventory
from netmod.inventory.standard import HostData

SITES = """\
trusts:
  t: {name: T}
sites:
  s: {name: S, trust: t, class: C, kind: clinic, latitude: 60, longitude: 10}
"""
HOSTS = """\
sw1:
  hostname: 10.0.0.1
  platform: cisco_iosxe
  groups: [access]
  data: {site: s, gateways: [{vlan: KLINISK, address: 10.1.0.1/24}]}
sw2:
  hostname: 10.0.0.2
  platform: cisco_iosxe
  groups: [access]
  data: {site: s}
"""
GROUPS = """\
access:
  data:
    role: access
    ports:
      - {ports: GigabitEthernet1/0/1-2, profile: pc}
"""
DEFAULTS = """\
data:
  port_profiles:
    pc: {description: PC, vlan: KLINISK, authentication: dot1x}
"""
REGION = """\
data:
  zones:
    route_target_asn: 64512
    vrfs: [{name: KLINISK, id: 100}]
    zones:
      - {name: KLINISK, description: d, vrf: KLINISK, services: [10.2.0.0/24]}
      - {name: DOD, description: d}
    vlans:
      - {id: 110, name: KLINISK, zone: KLINISK}
      - {id: 999, name: UBRUKT, zone: DOD}
"""
LINKS = """\
l:
  layer: campus
  a: {device: sw1, interface: TenGigabitEthernet1/1/1}
  b: {device: sw2, interface: TenGigabitEthernet1/1/1}
  capacity: 10G
"""
FILES = {
    "sites.yaml": SITES,
    "links.yaml": LINKS,
    "defaults.yaml": REGION,
    "lan/hosts.yaml": HOSTS,
    "lan/groups.yaml": GROUPS,
    "lan/defaults.yaml": DEFAULTS,
}


def folder(root: Path, changed: dict[str, tuple[str, str]]) -> Path:
    """An inventory in which texts of some files are replaced."""
    for name, text in FILES.items():
        path = root / "inventory" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        old, new = changed.get(name, ("", ""))
        assert old in text
        path.write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return root / "inventory"


def test_every_level_hands_its_values_down(tmp_path: Path) -> None:
    devices = load_inventory(folder(tmp_path, {})).devices
    assert devices["sw2"].data["zones"].route_target_asn == 64512  # of the region
    assert devices["sw2"].data["port_profiles"]["pc"].vlan == "KLINISK"  # of the domain
    assert devices["sw2"].data["role"] == "access"  # of a group
    assert devices["sw1"].data["gateways"][0].address == "10.1.0.1/24"  # of the host


def test_the_nearest_level_wins(tmp_path: Path) -> None:
    changed = {
        "defaults.yaml": ("data:\n", "data:\n  mtu: 1500\n"),
        "lan/defaults.yaml": ("data:\n", "data:\n  mtu: 9000\n"),
        "lan/hosts.yaml": ("data: {site: s}", "data: {site: s, mtu: 9100}"),
    }
    devices = load_inventory(folder(tmp_path, changed)).devices
    assert (devices["sw1"].data["mtu"], devices["sw2"].data["mtu"]) == (9000, 9100)


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "message", "hint"),
    [
        ("defaults.yaml", "vrfs:", "vrfz:", 4, "data.zones.vrfz: unknown key", "'vrf'"),
        ("lan/hosts.yaml", "gateways:", "gatewys:", 5, "sw1.data.gatewys: unknown key",
         "'gateways'"),
        ("lan/hosts.yaml", "vlan: KLINISK", "vlan: KLINISKE", 5,
         "sw1.data.gateways: unknown VLAN 'KLINISKE'", "'KLINISK'"),
        ("lan/hosts.yaml", "vlan: KLINISK", "vlan: UBRUKT", 5, "has no VRF, so no gateway", "VRF"),
        ("lan/groups.yaml", "profile: pc", "profile: pcc", 4,
         "access.data.ports: unknown port profile 'pcc'", "'pc'"),
        ("lan/groups.yaml", "1-2, profile: pc}",
         "1-2, profile: pc}\n      - {ports: GigabitEthernet1/0/2, profile: pc}", 4,
         "GigabitEthernet1/0/2 stands twice", "one profile"),
        ("lan/groups.yaml", "1/0/1-2", "1/0/9-2", 5, "ends before it begins", "exchange"),
        ("lan/defaults.yaml", "vlan: KLINISK", "vlan: KLINIK", 2,
         "pc: unknown VLAN 'KLINIK'", "'KLINISK'"),
        ("lan/defaults.yaml", "authentication: dot1x", "authentication: none", 3,
         "needs a reason", "reason"),
        ("defaults.yaml", "vrf: KLINISK,", "vrf: KLINIKK,", 2, "unknown VRF 'KLINIKK'", "KLINISK"),
        ("defaults.yaml", "    vrfs:", "    dhcp: {vrf: FELES, servers: [10.0.0.1]}\n    vrfs:", 2,
         "dhcp: unknown VRF 'FELES'", "KLINISK"),
        ("defaults.yaml", "id: 999", "id: 110", 2, "VLAN id 110 stands twice", "another"),
    ],
)  # fmt: skip
def test_a_mistake_has_file_line_and_hint(
    tmp_path: Path, file: str, old: str, new: str, line: int, message: str, hint: str
) -> None:
    with pytest.raises(InventoryError) as caught:
        load_inventory(folder(tmp_path, {file: (old, new)}))
    (problem,) = caught.value.problems
    assert (problem.file, message in problem.message, hint in problem.hint) == (
        f"inventory/{file}", True, True,
    ), problem  # fmt: skip
    assert problem.line == line, problem


QOS_CLASS = {"description": "d", "percent": 10, "experimental": 1}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"logging": {"servers": ["10.0.0.1"]}}, "at least 2"),
        ({"snmp": {"community": "public"}}, "Extra inputs"),
        ({"banner": ["line\nbreak"]}, "match pattern"),
        ({"banner": ["ends ^ here"]}, "match pattern"),
        ({"ntp": {"servers": ["10.0.0.1", "ntp.example"], "key": {"id": 1, "secret": "n"}}},
         "no IPv4 address"),
        ({"aaa": {"local_user": {"name": "x", "secret": "Not A Reference"}}}, "match pattern"),
        ({"management": {"jump_hosts": ["10.0.0.1/24"], "ssh": {}}}, "has host bits set"),
        ({"management": {"ssh": {"ciphers": ["aes128-cbc"]}}}, "Input should be"),
        ({"pki": {"trustpoint": "x", "enrollment_url": "http://a b"}}, "match pattern"),
        ({"qos": {"classes": [{**QOS_CLASS, "name": "A", "dscp": ["ef"]},
                              {**QOS_CLASS, "name": "B", "dscp": ["cs1"], "experimental": 0}]}}, "unmarked traffic"),
        ({"qos": {"classes": [{**QOS_CLASS, "name": "A", "dscp": ["ef"]},
                              {**QOS_CLASS, "name": "B", "dscp": ["default"], "experimental": 0, "priority": 1}]}},
         "priority 1 and 2 are the first"),
        ({"qos": {"classes": [{**QOS_CLASS, "name": "A", "dscp": ["ef"], "percent": 95},
                              {**QOS_CLASS, "name": "B", "dscp": ["default"], "experimental": 0}]}}, "more than 100"),
        ({"fabric": {"gateway_mac": "0200.0000.0001",
                     "tenants": [{"vrf": "A", "vlan": 10, "vni": 1}],
                     "segments": [{"vlan": 10, "name": "S", "vni": 2, "tenant": "A"}]}},
         "VLAN 10 stands twice"),
        ({"fabric": {"gateway_mac": "0200.0000.0001",
                     "tenants": [{"vrf": "A", "vlan": 10, "vni": 1}],
                     "segments": [{"vlan": 11, "name": "S", "vni": 2, "tenant": "B"}]}},
         "unknown tenant 'B'"),
    ],
)  # fmt: skip
def test_what_no_template_shall_get(data: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(HostData).validate_python(data)
    assert message in str(caught.value)


def test_a_flow_leads_to_servers_and_has_ports_only_where_there_are_some() -> None:
    zones: dict[str, Any] = {
        "route_target_asn": 1,
        "zones": [{"name": "A", "description": "d"}, {"name": "B", "description": "d"}],
        "flows": [{"source": "A", "destination": "B", "protocol": "tcp", "reason": "r"}],
    }
    with pytest.raises(ValidationError, match="zone B has no services"):
        TypeAdapter(HostData).validate_python({"zones": zones})
    zones["flows"][0] |= {"protocol": "icmp", "ports": [1]}
    with pytest.raises(ValidationError, match="icmp has no ports"):
        TypeAdapter(HostData).validate_python({"zones": zones})


def test_a_schema_for_editors_can_be_made() -> None:
    schema = TypeAdapter(HostData).json_schema()
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == HostData.__optional_keys__
