"""Which devices the management station reaches over the fabric as it is, and a log of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from netmod.errors import LabError
from netmod.lab.device import Device
from netmod.lab.fabric import Fabric, Wire

_REASONS_SHOWN = 3
Stamp = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """A device became reachable or ceased to be; `at` by the lab's clock.

    `reason` says why it is not: a shut port, a link that MACsec blocks, power, a fault. It is ""
    where the device is reachable again.
    """

    device: str
    at: datetime
    reachable: bool
    reason: str


@dataclass(slots=True)
class _Known:
    """What was found out about a wire, for which states of its ends, and until when it holds."""

    stamps: tuple[Stamp, ...]
    until: datetime | None
    reason: str | None


class Reachability:
    """The paths from the stations' sites to the devices, over links that pass traffic.

    A station reaches the devices of its own site over the site's own network. A device that no
    link of the inventory joins to that site, not even with everything up, is reached by a way that
    the lab does not know: the fabric cuts off only what it connects. A supplier's network joins
    all links that end in it. Without a station every device is reached.

    A link passes traffic until the configuration of both ends was read, or one of them changed:
    a lab of many devices reads them in the time after its start.
    """

    def __init__(
        self,
        fabric: Fabric,
        devices: Mapping[str, Device],
        sites: Mapping[str, str],
        stations: frozenset[str],
    ) -> None:
        self._fabric = fabric
        self._devices = devices
        self._stamps: dict[str, Stamp] = {}
        self._known: dict[Wire, _Known] = {}
        self._roots = [name for name in devices if sites[name] in stations]
        for station in sorted(stations - {sites[name] for name in devices}):
            raise LabError(
                f"no device of the lab is at site {station}",
                hint="choose a site of the inventory at which a device is emulated",
            )
        every = {name: list[str]() for name in (*devices, *_outsides(fabric.wires))}
        for wire in fabric.wires:
            _join(every, wire)
        self._governed = _reached(every, self._roots)
        self.forced: dict[str, str] = {}
        """Devices that do not answer whatever the fabric says, and why."""
        self.unreachable: dict[str, str] = {}
        """The devices that are not reached at this moment, and why."""
        self.log: list[Reached] = []
        self.stations = stations

    def stale(self, device: Device) -> bool:
        """Whether a device has changed since the last update."""
        return self._stamps.get(device.name) != _stamp(device)

    def update(self, now: datetime) -> list[Reached]:
        """Find out what is reached now; what changed since the last time, which the log keeps."""
        found = self._look(now)
        changes = [
            Reached(name, now, reachable=False, reason=reason)
            for name, reason in found.items()
            if name not in self.unreachable
        ]
        changes += [
            Reached(name, now, reachable=True, reason="")
            for name in self.unreachable
            if name not in found
        ]
        self.unreachable = found
        self.log += changes
        return changes

    def _look(self, now: datetime) -> dict[str, str]:
        found = {
            name: self.forced.get(name, "no power")
            for name, device in self._devices.items()
            if name in self.forced or not device.powered
        }
        self._stamps = stamps = {name: _stamp(one) for name, one in self._devices.items()}
        if not self._governed:
            return found
        blocked = {}
        passing = {name: list[str]() for name in (*self._devices, *_outsides(self._fabric.wires))}
        for wire in self._fabric.wires:
            reason = self._reason(wire, stamps, now)
            if reason is None:
                _join(passing, wire)
            else:
                blocked[wire] = reason
        reached = _reached(passing, self._roots)
        for name in self._devices:
            if name in self._governed and name not in reached and name not in found:
                found[name] = _cut(name, passing, blocked)
        return found

    def _reason(self, wire: Wire, stamps: Mapping[str, Stamp], now: datetime) -> str | None:
        if not self._worth_a_look(wire):
            return None
        mine = tuple(stamps[end[0]] for end in wire.ends if end)
        known = self._known.get(wire)
        if known and known.stamps == mine and (known.until is None or now < known.until):
            return known.reason
        reason = self._fabric.obstacle(wire)
        self._known[wire] = _Known(mine, self._fabric.holds_until(wire, now), reason)
        return reason

    def _worth_a_look(self, wire: Wire) -> bool:
        """Whether the ends are known, or one of them is not what it was at the start."""
        ends = [self._devices[end[0]] for end in wire.ends if end]
        return all(one.known for one in ends) or not all(one.pristine for one in ends)


def _stamp(device: Device) -> Stamp:
    """Changes with everything of a device that a link's state may follow from, but the time."""
    if device.pristine:
        return ()
    _ = device.view  # what was to happen by itself has happened
    return id(device.running), device.running.version, device.powered, device.skew


def _outsides(wires: Iterable[Wire]) -> set[str]:
    return {wire.outside for wire in wires if wire.outside}


def _join(graph: dict[str, list[str]], wire: Wire) -> None:
    one, other = wire.nodes
    if one and other:
        graph[one].append(other)
        graph[other].append(one)


def _reached(graph: Mapping[str, list[str]], roots: Iterable[str]) -> set[str]:
    reached = set(roots)
    pending = deque(reached)
    while pending:
        for node in graph[pending.popleft()]:
            if node not in reached:
                reached.add(node)
                pending.append(node)
    return reached


def _cut(device: str, passing: Mapping[str, list[str]], blocked: Mapping[Wire, str]) -> str:
    """Why nothing comes through: the obstacles around what the device is still joined to."""
    island = _reached(passing, [device])
    reasons = sorted(
        {
            reason
            for wire, reason in blocked.items()
            if sum(node in island for node in wire.nodes if node) == 1
        }
    )
    more = len(reasons) - _REASONS_SHOWN
    return "; ".join(reasons[:_REASONS_SHOWN]) + (f"; and {more} more" if more > 0 else "")
