"""Load an inventory of many hosts, and select some of them by three terms."""

# ruff: noqa: PLC0415 - a side is imported only in the process that measures it

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.paired import Pair, Sample, Side, timed

_SITES, _ROUNDS = 400, 20

_GROUPS = """\
access:
  data: {role: access}
distribution:
  data: {role: distribution}
cisco_iosxe:
  platform: cisco_iosxe
  connection_options:
    netmiko: {platform: cisco_xe}
"""

_LINK = f"""\
uplink-1:
  layer: campus
  a: {{device: sw-00000, interface: TenGigabitEthernet1/1/1}}
  b: {{device: sw-{_SITES:05}, interface: TenGigabitEthernet1/1/1}}
  capacity: 10G
"""


def prepare(folder: Path, hosts: int) -> None:
    """Write a project's inventory with `hosts` hosts in one domain and the one link it needs."""
    domain = folder / "inventory" / "lan"
    domain.mkdir(parents=True, exist_ok=True)
    site = (
        "  site-{n}: {{name: Site {n}, trust: t, class: C, kind: clinic,"
        " latitude: 59, longitude: 10}}\n"
    )
    sites = "trusts:\n  t: {name: Trust}\nsites:\n"
    sites += "".join(site.format(n=n) for n in range(_SITES))
    (folder / "inventory" / "sites.yaml").write_text(sites)
    (folder / "inventory" / "links.yaml").write_text(_LINK)
    (domain / "groups.yaml").write_text(_GROUPS)
    (domain / "defaults.yaml").write_text("data:\n  mtu: 9198\n")
    (domain / "hosts.yaml").write_text("".join(_host(n) for n in range(hosts)))


def _host(n: int) -> str:
    return (
        f"sw-{n:05}:\n"
        f"  hostname: 10.{n >> 16}.{n >> 8 & 255}.{n & 255}\n"
        f"  groups: [{'distribution' if n % 20 == 0 else 'access'}, cisco_iosxe]\n"
        f"  data:\n"
        f"    site: site-{n % _SITES}\n"
        f"    model: C9300-48UXM\n"
        f"    serial: FOC{n:08}\n"
        f"    management_gateway: 10.{n >> 16}.{n >> 8 & 255}.1\n"
    )


def load_netmod(folder: Path) -> Sample:
    """Ours, with all cross-checks."""
    from netmod.inventory import load_inventory

    return timed(lambda: len(load_inventory(folder / "inventory").devices))


def load_nornir(folder: Path) -> Sample:
    """Nornir's own inventory plug-in, on one domain."""
    from nornir.plugins.inventory import SimpleInventory

    return timed(lambda: len(_simple(SimpleInventory, folder).hosts))


def filter_netmod(folder: Path) -> Sample:
    """Ours, with three terms."""
    from netmod.inventory import load_inventory, select

    inventory = load_inventory(folder / "inventory")
    terms = ["role=distribution", "site=site-1*", "platform=cisco_iosxe"]
    select(inventory, terms)  # the index is made once
    return timed(lambda: len(select(inventory, terms)), _ROUNDS)


def filter_nornir(folder: Path) -> Sample:
    """Nornir's filter objects, with the same three terms."""
    from nornir.core.filter import F
    from nornir.plugins.inventory import SimpleInventory

    inventory = _simple(SimpleInventory, folder)
    terms = F(role="distribution") & F(site__startswith="site-1") & F(platform="cisco_iosxe")
    return timed(lambda: len(inventory.filter(filter_obj=terms).hosts))


def _simple(plugin: Any, folder: Path) -> Any:
    domain = folder / "inventory" / "lan"
    files = [str(domain / name) for name in ("hosts.yaml", "groups.yaml", "defaults.yaml")]
    return plugin(*files).load()


def pairs(hosts: int, rounds: int) -> list[Pair]:
    """The pairs of this module."""
    return [
        Pair(
            f"load {hosts:,} hosts".replace(",", " "),
            Side("netmod", "bench.inventories:load_netmod"),
            Side("Nornir SimpleInventory", "bench.inventories:load_nornir"),
            rounds=rounds,
            budget=10,
            note="ours cross-checks every file as well",
        ),
        Pair(
            f"select among {hosts:,} hosts by three terms".replace(",", " "),
            Side("netmod", "bench.inventories:filter_netmod"),
            Side("Nornir filter objects", "bench.inventories:filter_nornir"),
            rounds=rounds,
        ),
    ]
