"""Devices that links join to each other, and how a large region is parted for several processes."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping

from netmod.inventory import Inventory
from netmod.inventory.standard import HostData

DEVICES_PER_PROCESS = 1000


def islands(inventory: Inventory, names: Collection[str]) -> list[list[str]]:
    """The devices of `names` in groups that active links join, each in the order of `names`.

    A supplier's network joins nobody here: what passes it is not emulated.
    """
    leader = {name: name for name in names}

    def find(name: str) -> str:
        while leader[name] != name:
            leader[name] = name = leader[leader[name]]
        return name

    for link in inventory.links.values():
        ends = [end.device for end in link.managed_ends if end.device in leader]
        if link.status == "active" and len(ends) == 2:
            leader[find(ends[1])] = find(ends[0])
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(find(name), []).append(name)
    return list(groups.values())


def parts(
    inventory: Inventory, names: Collection[str], most: int = DEVICES_PER_PROCESS
) -> list[list[str]]:
    """The devices in parts of at most `most`, each for a process of its own.

    No link has its ends in two parts: the fabric of each is whole. An island that is larger than
    `most` is a part by itself.
    """
    found: list[list[str]] = []
    for island in islands(inventory, names):
        if found and len(found[-1]) + len(island) <= most:
            found[-1] += island
        else:
            found.append(list(island))
    return found


def part_of(inventory: Inventory, names: Iterable[str]) -> Inventory:
    """What a lab needs of the inventory for some devices: they, and the links that end on one."""
    devices: Mapping[str, object] = dict.fromkeys(names)
    links = {
        name: link
        for name, link in inventory.links.items()
        if any(end.device in devices for end in link.managed_ends)
    }
    wanted = {end.device for link in links.values() for end in link.managed_ends} | set(devices)
    kept = {
        name: dataclasses.replace(one, data=_chassis(one.data))
        for name, one in inventory.devices.items()
        if name in wanted
    }
    return dataclasses.replace(inventory, devices=kept, links=links, policies={}, key_chains={})


def _chassis(data: HostData) -> HostData:
    kept = HostData()
    if "model" in data:
        kept["model"] = data["model"]
    if "serial" in data:
        kept["serial"] = data["serial"]
    return kept


def stations(inventory: Inventory, names: Collection[str]) -> frozenset[str]:
    """For each island the data centre at which most of its devices are; islands without, none."""
    found = set()
    for island in islands(inventory, names):
        counts: dict[str, int] = {}
        for name in island:
            site = inventory.sites[inventory.devices[name].site]
            if site.kind == "data-centre":
                counts[site.id] = counts.get(site.id, 0) + 1
        found |= set(sorted(counts, key=lambda site: (-counts[site], site))[:1])
    return frozenset(found)
