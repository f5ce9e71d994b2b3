"""Where the values of a host come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from netmod.inventory import Explained, explain, load_with_sources
from netmod.inventory._sources import DomainSource
from netmod.inventory.standard import HostData

SAMPLE = Path(__file__).parents[2] / "inventory"
FILES = {
    "sites.yaml": """\
trusts:
  east: {name: East HF}
sites:
  dc-a: {name: A, trust: east, class: A, kind: data-centre, latitude: 60, longitude: 10}
""",
    "links.yaml": """\
up:
  layer: stamnett
  a: {device: a-p1, interface: HundredGigE0/0/0/0}
  b: {supplier: NHN}
  encrypted_by: supplier
  capacity: 100G
""",
    "defaults.yaml": """\
data:
  mtu: 1500
  management:
    vrf: REGION
    jump_hosts: [10.0.0.0/28]
    idle_timeout: 10
    prefix_length: 24
    ssh: {ciphers: [aes256-ctr], macs: [hmac-sha2-512-etm@openssh.com], key_exchange: [curve25519-sha256]}
""",
    "core/defaults.yaml": "port: 2222\ndata:\n  mtu: 9000\n",
    "core/groups.yaml": """\
p:
  data:
    role: p
    mtu: 9100
site-a:
  groups: [trust]
  data: {site: dc-a}
trust:
  data:
    contact: {name: East}
xr:
  platform: cisco_iosxr
  connection_options:
    netmiko: {platform: cisco_xr}
""",
    "core/hosts.yaml": """\
a-p1:
  hostname: 10.0.0.1
  groups: [p, site-a, xr]
  data:
    mtu: 9216
""",
}


@pytest.fixture
def sources(tmp_path: Path) -> list[DomainSource]:
    folder = tmp_path / "inventory"
    (folder / "core").mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load_with_sources(folder)[1]


@pytest.mark.parametrize(
    ("key", "value", "level", "where", "hides"),
    [
        ("hostname", "10.0.0.1", "host", "core/hosts.yaml:2", ()),
        ("port", 2222, "core", "core/defaults.yaml:1", ()),
        ("platform", "cisco_iosxr", "group xr", "core/groups.yaml:12", ()),
        ("role", "p", "group p", "core/groups.yaml:3", ()),
        ("site", "dc-a", "group site-a", "core/groups.yaml:7", ()),
        ("contact.name", "East", "group trust", "core/groups.yaml:10", ()),
        ("management.vrf", "REGION", "region", "defaults.yaml:4", ()),
        ("management.ssh.ciphers", ["aes256-ctr"], "region", "defaults.yaml:8", ()),
        ("management.ssh.timeout", 60, "netmod", "", ()),
        ("connection_options.netmiko.platform", "cisco_xr", "group xr", "core/groups.yaml:14", ()),
        (
            "mtu",
            9216,
            "host",
            "core/hosts.yaml:5",
            ("core/groups.yaml:4", "core/defaults.yaml:3", "defaults.yaml:2"),
        ),
    ],
)  # fmt: skip
def test_a_value_names_its_place(
    sources: list[DomainSource],
    key: str,
    value: Any,
    level: str,
    where: str,
    hides: tuple[str, ...],
) -> None:
    found = {one.key: one for one in explain(sources, "a-p1")}[key]
    assert found.value == value
    assert found.level == level
    assert found.where == (f"inventory/{where}" if where else "")
    assert found.hides == tuple(f"inventory/{one}" for one in hides)


def test_a_port_that_no_file_says_is_netmods(sources: list[DomainSource]) -> None:
    source, values = load_with_sources(SAMPLE)[1], {}
    for one in explain(source, "mos-as1"):
        values[one.key] = one
    assert values["port"] == Explained("port", 22, "netmod", "", 0)


def test_an_unknown_host_is_a_key_error(sources: list[DomainSource]) -> None:
    with pytest.raises(KeyError, match="b-p1"):
        explain(sources, "b-p1")


def test_what_is_explained_is_what_devices_of_the_sample_have() -> None:
    """Put together again, the explained values are the data that templates get."""
    inventory, sources = load_with_sources(SAMPLE)
    adapter = TypeAdapter(HostData)
    for name in ("mos-as1", "mos-we1", "dca-p1", "dca-br1"):
        device = inventory.devices[name]
        built: dict[str, Any] = {}
        top = {"hostname", "port", "username", "platform"}
        for one in explain(sources, name):
            if one.key in top or one.key.startswith("connection_options."):
                continue
            *parents, last = one.key.split(".")
            at = built
            for step in parents:
                at = at.setdefault(step, {})
            at[last] = one.value
        assert adapter.validate_python(built) == device.data
        values = {one.key: one.value for one in explain(sources, name)}
        assert values["hostname"] == device.address
        assert values["platform"] == device.platform
