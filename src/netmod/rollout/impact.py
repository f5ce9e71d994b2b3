"""What is cut off where a device does not come back, or a link goes down. Pure, and linear.

Devices and suppliers' networks are the vertices, active links the edges. What matters is the way
to a data centre: there are the services, and from there devices are managed. One depth-first search
from a root that all data centres' devices hang from (Hopcroft and Tarjan 1973) finds whatever lies
behind a single device or link; what lies behind it is a run of the order in which it was visited.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from netmod.inventory import Inventory, Link, ManagedEnd

_ANCHOR = "data-centre"
_ROOT = 0


@dataclass(frozen=True)
class Impact:
    """The topology, searched once. Names of devices are in the order of their names."""

    order: tuple[str, ...]
    """Devices and suppliers' networks as they were visited; the first is the root."""
    behind_device: Mapping[str, tuple[tuple[int, int], ...]]
    """Runs of `order` that have no other way to a data centre than over the device."""
    behind_link: Mapping[str, tuple[int, int]]
    devices: frozenset[str]
    apart: frozenset[str]
    """Devices that no active link joins to a data centre."""
    single: frozenset[str] = field(default_factory=frozenset)
    """Devices that lose their way to a data centre with a single link."""

    def cut_off_by_device(self, device: str) -> tuple[str, ...]:
        """The other devices that reach no data centre while this one is down."""
        runs = self.behind_device.get(device, ())
        return self._devices(place for run in runs for place in range(*run))

    def cut_off_by_link(self, link: str) -> tuple[str, ...]:
        """The devices that reach no data centre while this link is down."""
        return self._devices(iter(range(*self.behind_link.get(link, (0, 0)))))

    def second_path(self, device: str) -> bool:
        """Whether a device still reaches a data centre after the loss of any one link.

        Those of a data centre itself have the network of the site.
        """
        return device in self.devices and device not in self.apart and device not in self.single

    def _devices(self, places: Iterator[int]) -> tuple[str, ...]:
        names = (self.order[place] for place in places)
        return tuple(sorted(name for name in names if name in self.devices))


def impact_of(inventory: Inventory, today: date) -> Impact:
    """Search the topology as it is declared to be today."""
    anchors = [
        device.name
        for device in inventory.devices.values()
        if inventory.sites[device.site].kind == _ANCHOR
    ]
    graph = _Graph()
    for anchor in anchors:
        graph.join(_ROOT, graph.vertex(anchor), None)
    for link in inventory.links.values():
        if _is_up(link, today):
            one, other = (graph.vertex(_vertex_name(end)) for end in link.ends)
            graph.join(one, other, link.id)
    return _searched(graph, inventory)


def _is_up(link: Link, today: date) -> bool:
    """Whether it carries what devices are managed over; storage has networks of its own."""
    begun = link.active_from is None or link.active_from <= today
    return link.status == "active" and begun and link.layer != "storage"


def _vertex_name(end: object) -> str:
    """A supplier's network joins all links that end in it; its name is no device's."""
    if isinstance(end, ManagedEnd):
        return end.device
    return f"supplier {getattr(end, 'supplier', '')}"


class _Graph:
    """Vertices by number; parallel edges are edges of their own."""

    def __init__(self) -> None:
        self.names = [""]
        self.links: list[str | None] = []
        self.neighbors: list[list[tuple[int, int]]] = [[]]
        self._numbers: dict[str, int] = {}

    def vertex(self, name: str) -> int:
        if name not in self._numbers:
            self._numbers[name] = len(self.names)
            self.names.append(name)
            self.neighbors.append([])
        return self._numbers[name]

    def join(self, one: int, other: int, link: str | None) -> None:
        if one != other:
            self.neighbors[one].append((other, len(self.links)))
            self.neighbors[other].append((one, len(self.links)))
        self.links.append(link)


def _searched(graph: _Graph, inventory: Inventory) -> Impact:
    count = len(graph.names)
    order, low, end = [-1] * count, [0] * count, [0] * count
    visited: list[int] = []
    behind_device: dict[str, list[tuple[int, int]]] = {}
    behind_link: dict[str, tuple[int, int]] = {}
    order[_ROOT] = 0
    visited.append(_ROOT)
    trail = [(_ROOT, -1, iter(graph.neighbors[_ROOT]))]
    while trail:
        vertex, arrived_by, rest = trail[-1]
        for other, edge in rest:
            if order[other] == -1:
                order[other] = low[other] = len(visited)
                visited.append(other)
                trail.append((other, edge, iter(graph.neighbors[other])))
                break
            if edge != arrived_by:
                low[vertex] = min(low[vertex], order[other])
        else:
            trail.pop()
            end[vertex] = len(visited)
            if not trail:
                continue
            above = trail[-1][0]
            low[above] = min(low[above], low[vertex])
            run = (order[vertex], end[vertex])
            if low[vertex] >= order[above] and above != _ROOT:
                behind_device.setdefault(graph.names[above], []).append(run)
            link = graph.links[arrived_by]
            if low[vertex] > order[above] and link is not None:
                behind_link[link] = run
    names = tuple(graph.names[vertex] for vertex in visited)
    devices = frozenset(inventory.devices)
    return Impact(
        order=names,
        behind_device={name: tuple(runs) for name, runs in behind_device.items()},
        behind_link=behind_link,
        devices=devices,
        apart=devices - set(names),
        single=frozenset(_covered(names, behind_link)),
    )


def _covered(names: tuple[str, ...], runs: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    """What lies in one of the runs, each of which lies within another or apart from it."""
    depth = [0] * (len(names) + 1)
    for begin, end in runs.values():
        depth[begin] += 1
        depth[end] -= 1
    current = 0
    for place, name in enumerate(names):
        current += depth[place]
        if current:
            yield name
