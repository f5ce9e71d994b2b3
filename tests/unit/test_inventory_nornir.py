"""The inventory in Nornir: our plug-in, and Nornir's own loader on each domain alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nornir import InitNornir
from nornir.core.inventory import Group, Host, Inventory, ParentGroups
from nornir.plugins.inventory import SimpleInventory

from netmod.errors import InventoryError
from netmod.inventory import NetmodInventory, load_inventory
from netmod.inventory._devices import extended_groups
from netmod.inventory._sources import HostEntry

SAMPLE = Path(__file__).parents[2] / "inventory"
DOMAINS = ("lan", "dc-lan", "core")
NETMIKO = {
    "cisco_iosxe": "cisco_xe",
    "cisco_nxos": "cisco_nxos",
    "cisco_iosxr": "cisco_xr",
    "juniper_junos": "juniper_junos",
    "arista_eos": "arista_eos",
}
NAPALM = {
    "cisco_iosxe": "ios",
    "cisco_nxos": "nxos_ssh",
    "cisco_iosxr": "iosxr_netconf",
    "juniper_junos": "junos",
    "arista_eos": "eos",
}


def simple(domain: str) -> Inventory:
    folder = SAMPLE / domain
    return SimpleInventory(
        host_file=str(folder / "hosts.yaml"),
        group_file=str(folder / "groups.yaml"),
        defaults_file=str(folder / "defaults.yaml"),
    ).load()


@pytest.fixture(scope="module")
def merged() -> Inventory:
    return NetmodInventory(inventory_dir=str(SAMPLE)).load()


def test_nornir_finds_the_plugin_by_its_name() -> None:
    nornir = InitNornir(
        inventory={"plugin": "netmod", "options": {"inventory_dir": str(SAMPLE)}},
        runner={"plugin": "serial"},
        logging={"enabled": False},
    )
    assert set(nornir.inventory.hosts) == set(load_inventory(SAMPLE).devices)


@pytest.mark.parametrize("domain", DOMAINS)
def test_values_resolve_as_in_nornirs_own_loader(merged: Inventory, domain: str) -> None:
    ours = load_inventory(SAMPLE)
    alone = simple(domain)
    assert alone.hosts
    region = merged.defaults.data
    assert region
    for name, host in alone.hosts.items():
        other, device = merged.hosts[name], ours.devices[name]
        assert dict(other.items()) == {**region, **dict(host.items())}
        assert device.data.keys() == dict(other.items()).keys()
        for key in ("role", "site", "model", "loopback", "mtu", "management_interface"):
            assert device.data.get(key) == other.get(key), (name, key)
        assert other.hostname == host.hostname == device.address
        assert other.platform == host.platform == device.platform
        assert tuple(group.name for group in host.groups) == device.groups
        for library in ("netmiko", "napalm"):
            assert (
                other.get_connection_parameters(library).dict()
                == host.get_connection_parameters(library).dict()
            )


@pytest.mark.parametrize("domain", DOMAINS)
def test_each_library_gets_its_own_platform(domain: str) -> None:
    for host in simple(domain).hosts.values():
        assert host.platform in NETMIKO
        assert host.get_connection_parameters("netmiko").platform == NETMIKO[host.platform]
        assert host.get_connection_parameters("napalm").platform == NAPALM[host.platform]


def test_the_domain_is_a_group_and_defaults_reach_every_host(merged: Inventory) -> None:
    assert merged.hosts["dca-br1"].has_parent_group("dc-lan")
    assert merged.hosts["dca-br1"].has_parent_group("cisco_nxos")
    merged.defaults.username = "somebody"
    try:
        assert {host.username for host in merged.hosts.values()} == {"somebody"}
    finally:
        merged.defaults.username = None


def test_the_plugin_refuses_what_the_loader_refuses(tmp_path: Path) -> None:
    with pytest.raises(InventoryError):
        NetmodInventory(inventory_dir=str(tmp_path)).load()


@given(
    parents=st.lists(st.lists(st.integers(0, 6), max_size=3, unique=True), min_size=7, max_size=7),
    chosen=st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True),
)
def test_groups_are_asked_in_nornirs_order(parents: list[list[int]], chosen: list[int]) -> None:
    """Any acyclic graph of groups: a group inherits from groups with a higher number only."""
    entries = {
        f"g{number}": HostEntry(groups=tuple(f"g{one}" for one in above if one > number))
        for number, above in enumerate(parents)
    }
    groups = {name: Group(name=name) for name in entries}
    for name, entry in entries.items():
        groups[name].groups = ParentGroups([groups[one] for one in entry.groups])
    names = [f"g{one}" for one in chosen]
    host = Host(name="h", groups=ParentGroups([groups[one] for one in names]))
    expected = [group.name for group in host.extended_groups()]
    assert extended_groups(names, entries) == expected


def test_importing_the_room_does_not_import_nornir() -> None:
    code = "import sys, netmod.inventory; sys.exit('nornir' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
