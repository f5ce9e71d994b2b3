"""Cabling drift: what LLDP and CDP show against the declared links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from netmod.drift.model import StateDifference
from netmod.facts import FactsDocument, HostFacts, NeighborFact
from netmod.inventory import HostNames, Inventory, Link, ManagedEnd, interface_key, same_interface


def cabling_drift(
    inventory: Inventory, document: FactsDocument, devices: Iterable[str]
) -> Mapping[str, tuple[StateDifference, ...]]:
    """Where a device sees another neighbour on a port than its active link declares.

    A port on which nobody is seen is drift only where the device sees somebody on another port:
    a device whose neighbour tables are empty may not run LLDP at all.
    """
    names = HostNames(inventory.devices)
    return {
        device: tuple(_of_device(inventory, names, device, document.hosts[device]))
        for device in devices
        if device in document.hosts
    }


def _of_device(
    inventory: Inventory, names: HostNames, device: str, facts: HostFacts
) -> Iterator[StateDifference]:
    tables = [one for one in facts.neighbors if one.protocol in ("lldp", "cdp")]
    if not tables:
        return
    seen: dict[str, list[NeighborFact]] = {}
    for neighbor in tables:
        seen.setdefault(interface_key(neighbor.local_interface or ""), []).append(neighbor)
    for link in inventory.links_of(device):
        if link.status == "active":
            yield from _of_link(link, device, names, seen)


def _of_link(
    link: Link, device: str, names: HostNames, seen: Mapping[str, list[NeighborFact]]
) -> Iterator[StateDifference]:
    for port, far, far_port in _cables(link, device):
        wanted = f"{far} {far_port}" if far_port else far
        found = seen.get(interface_key(port))
        if not found:
            yield StateDifference("cabling", f"{link.id}: {port}", wanted, "")
        elif not any(_is(one, far, far_port, names) for one in found):
            one = found[0]
            shown = " ".join(part for part in (one.neighbor, one.neighbor_interface) if part)
            yield StateDifference("cabling", f"{link.id}: {port}", wanted, shown)


def _cables(link: Link, device: str) -> Iterator[tuple[str, str, str | None]]:
    """Own port, far device and far port of each cable whose far end is ours."""
    for near, far, first in ((link.a, link.b, True), (link.b, link.a, False)):
        if not isinstance(near, ManagedEnd) or near.device != device:
            continue
        if not isinstance(far, ManagedEnd):
            continue
        pairs = [(one.a, one.b) if first else (one.b, one.a) for one in link.members]
        for own, other in pairs or [(near.interface, far.interface)]:
            if own is not None:
                yield own.partition(".")[0], far.device, other and other.partition(".")[0]


def _is(neighbor: NeighborFact, far: str, far_port: str | None, names: HostNames) -> bool:
    if names.find(neighbor.neighbor) != far:
        return False
    shown = neighbor.neighbor_interface
    return far_port is None or not shown or same_interface(shown, far_port)
