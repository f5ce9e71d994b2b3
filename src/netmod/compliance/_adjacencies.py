"""Adjacencies between sites that LLDP, CDP or routing shows and that no active link declares.

They count as `unknown` links, so that a link which was never declared, or was taken out of the
declaration, cannot be missing from the denominator.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from netmod.compliance.ends import CapturedEnds
from netmod.inventory import (
    HostNames,
    Inventory,
    Link,
    ManagedEnd,
    interface_key,
    parent_of,
    same_interface,
)


class Adjacency(NamedTuple):
    """Two devices of different sites that see each other; `far_interface` as the near one prints
    it. `inactive_link` is the id of a planned or decommissioned link that declares it."""

    device: str
    interface: str
    far_device: str
    far_interface: str | None
    protocol: str
    inactive_link: str | None


class Seen(NamedTuple):
    """What neighbour tables show beyond the declared links; `strangers` counts, by device, lines
    that name none of ours."""

    adjacencies: tuple[Adjacency, ...]
    strangers: dict[str, int]


class _Port(NamedTuple):
    """One end of a declared link: the names it can be printed as, and who is at the other end."""

    link: str
    names: frozenset[str]
    far_device: str | None


def undeclared(
    inventory: Inventory, captured: CapturedEnds, active: Iterable[Link], others: Iterable[Link]
) -> Seen:
    """Compare neighbour tables with the `active` links; `others` are planned or gone."""
    names = HostNames(inventory.devices)
    declared, inactive = _ports(active), _ports(others)
    found: dict[frozenset[str], list[Adjacency]] = defaultdict(list)
    strangers: Counter[str] = Counter()
    for device in sorted(inventory.devices):
        facts = captured.host(device)
        for neighbor in facts.neighbors if facts is not None else ():
            local = neighbor.local_interface or ""
            printed = _names_of_port(local, captured.lag_of(device, local) if local else None)
            far = names.find(neighbor.neighbor)
            if far is None:
                if not any(port.names & printed for port in declared.get(device, ())):
                    strangers[device] += 1
                continue
            if inventory.devices[device].site == inventory.devices[far].site:
                continue
            if _match(declared, device, printed, far) is not None:
                continue
            adjacency = Adjacency(
                device, local, far, neighbor.neighbor_interface, neighbor.protocol,
                _match(inactive, device, printed, far),
            )  # fmt: skip
            between = found[frozenset((device, far))]
            if not any(_same(adjacency, other) for other in between):
                between.append(adjacency)
    return Seen(tuple(one for between in found.values() for one in between), dict(strangers))


def _ports(links: Iterable[Link]) -> Mapping[str, list[_Port]]:
    ports: dict[str, list[_Port]] = defaultdict(list)
    for link in links:
        for end, other, members in (
            (link.a, link.b, [member.a for member in link.members]),
            (link.b, link.a, [member.b for member in link.members]),
        ):
            if isinstance(end, ManagedEnd):
                names = frozenset(_all_names([end.interface, *members]))
                far = other.device if isinstance(other, ManagedEnd) else None
                ports[end.device].append(_Port(link.id, names, far))
    return ports


def _all_names(interfaces: Iterable[str | None]) -> Iterator[str]:
    for interface in interfaces:
        if interface is not None:
            yield from _names_of_port(interface, None)


def _names_of_port(interface: str, lag: str | None) -> frozenset[str]:
    """An interface, the port of a sub-interface, and the bundle of a member."""
    names = (interface, parent_of(interface), lag)
    return frozenset(interface_key(name) for name in names if name)


def _match(
    ports: Mapping[str, list[_Port]], device: str, printed: frozenset[str], far: str
) -> str | None:
    """The id of the link that declares this adjacency. What is behind a supplier's end may be
    any device of ours."""
    for port in ports.get(device, ()):
        if port.names & printed and port.far_device in (far, None):
            return port.link
    return None


def _same(one: Adjacency, other: Adjacency) -> bool:
    """Whether two lines of the same two devices show the same cable, from either end."""
    if one.device == other.device:
        return interface_key(one.interface) == interface_key(other.interface)
    return _compatible(one.interface, other.far_interface) and _compatible(
        one.far_interface, other.interface
    )


def _compatible(one: str | None, other: str | None) -> bool:
    return not one or not other or same_interface(one, other)
