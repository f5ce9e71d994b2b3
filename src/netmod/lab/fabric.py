"""The emulated region between the devices: what both ends of each cable bring about.

Everything is derived on demand from the two configurations, the inventory's links and the time;
nothing is stored, so that a changed line shows in the next command, as on devices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from netmod.inventory import Inventory, Link, ManagedEnd, SupplierEnd
from netmod.lab import mka
from netmod.lab.device import Device, digest
from netmod.lab.macsec import Port
from netmod.lab.mka import MkaSession
from netmod.lab.vpn import Association, associate

Traffic = Literal["encrypted", "clear", "blocked", "none"]

_FRAME_BYTES = 714
_ALWAYS_UP = ("Loopback", "lo0", "fxp", "loopback", "MgmtEth", "mgmt", "Management")
_MANAGEMENT = ("GigabitEthernet0", "GigabitEthernet0/0")


@dataclass(frozen=True, slots=True)
class Cable:
    """What is plugged into a port. `far` is None where the far end is not emulated.

    `rate` is the capacity in bits per second.
    """

    link: str
    far: tuple[str, str] | None
    rate: int


@dataclass(frozen=True, slots=True)
class Wire:
    """One pair of ports of a link, by device and port; None for an end that is not emulated.

    `outside` is the supplier's network in which the link ends, "" where it does not.
    """

    link: str
    ends: tuple[tuple[str, str] | None, tuple[str, str] | None]
    outside: str = ""

    @property
    def nodes(self) -> tuple[str, str]:
        """What the wire joins: devices, or a supplier's network; "" where nobody is there."""
        one, other = (end[0] if end else self.outside for end in self.ends)
        return one, other


@dataclass(frozen=True, slots=True)
class Counters:
    """Frames of one port since its session began, and those under the present SAK alone."""

    tx: int = 0
    rx: int = 0
    tx_sak: int = 0
    rx_sak: int = 0

    @staticmethod
    def octets(frames: int) -> int:
        return frames * _FRAME_BYTES


@dataclass(frozen=True, slots=True)
class PortState:
    """One port: configuration and what follows from the far end. `sessions` in order of use."""

    port: Port
    up: bool
    sessions: tuple[MkaSession, ...]
    traffic: Traffic
    counters: Counters

    @property
    def active(self) -> MkaSession | None:
        """The session whose SAK is in use."""
        return next((one for one in self.sessions if one.status == "secured"), None)


@dataclass(frozen=True, slots=True)
class Neighbor:
    """What LLDP or CDP says about the far end."""

    local_port: str
    device: Device
    port: str

    @property
    def announced_port(self) -> str:
        """The port's name as the far end's OS announces it by LLDP."""
        persona = self.device.persona
        return persona.grammar.short_interface(self.port) if persona.lldp_short else self.port

    @property
    def description(self) -> str:
        """The port description that the far end announces: its name where none is configured."""
        return self.device.view.ports[self.port].description or self.port


class Fabric:
    """The cables of an inventory between emulated devices."""

    def __init__(self, inventory: Inventory, devices: Mapping[str, Device]) -> None:
        self._devices = devices
        self._cables: dict[tuple[str, str], Cable] = {}
        self.wires: list[Wire] = []
        for link in inventory.links.values():
            if link.status == "active":
                self._plug(link)

    def _plug(self, link: Link) -> None:
        pairs = [(member.a, member.b) for member in link.members]
        if not pairs:
            names = [end.interface if isinstance(end, ManagedEnd) else None for end in link.ends]
            pairs = [(names[0] or "", names[1])]
        suppliers = [end.supplier for end in link.ends if isinstance(end, SupplierEnd)]
        outside = f"network of {suppliers[0]}" if suppliers else ""
        for name_a, name_b in pairs:
            near = self._port_key(link.a, name_a)
            far = self._port_key(link.b, name_b)
            self.wires.append(Wire(link.id, (near, far), outside))
            rate = link.capacity // len(pairs)
            self._connect(Cable(link.id, far, rate), near)
            self._connect(Cable(link.id, near, rate), far)

    def _connect(self, cable: Cable, port: tuple[str, str] | None) -> None:
        """Plug a cable in. A link of sub-interfaces is a cable between their ports, too."""
        if port is None:
            return
        self._cables[port] = cable
        base, far = _physical(port), cable.far and _physical(cable.far)
        self._cables.setdefault(base, replace(cable, far=far))

    def _port_key(self, end: object, name: str | None) -> tuple[str, str] | None:
        if not isinstance(end, ManagedEnd) or not name or end.device not in self._devices:
            return None
        grammar = self._devices[end.device].persona.grammar
        return end.device, grammar.full_interface(name) or name

    def port(self, device: Device, name: str) -> PortState | None:
        """The state of a configured port; None where the device has none of that name."""
        port = device.view.ports.get(name)
        if port is None:
            return None
        up = self._up(device, port)
        sessions: tuple[MkaSession, ...] = ()
        if port.macsec and not port.shutdown:
            sessions = mka.sessions(device, port, self._answering(device, name) if up else None)
        traffic = self._traffic(device, port, sessions, up=up)
        return PortState(port, up, sessions, traffic, self._counters(device, port, sessions))

    def association(self, device: Device, port: Port) -> Association | None:
        """What protects a tunnel; None without, while an outer port is down, or no agreement."""
        far = self._far(device, port.name)
        if port.vpn is None or far is None or far[1].vpn is None:
            return None
        ends = ((device, port, port.vpn), (*far, far[1].vpn))
        for one, tunnel, vpn in ends:
            outer = one.view.ports.get(vpn.source)
            if tunnel.shutdown or outer is None or not self._up(one, outer):
                return None
        return associate(device, port, *far)

    def ports(self, device: Device) -> list[PortState]:
        """The state of every configured port, in the order of the configuration."""
        return [state for name in device.view.ports if (state := self.port(device, name))]

    def rate(self, device: Device, name: str) -> int | None:
        """The capacity of what is plugged into a port, in bits per second; None for nothing."""
        cable = self._cables.get((device.name, name))
        return cable.rate if cable else None

    def neighbors(self, device: Device, protocol: Literal["lldp", "cdp"]) -> list[Neighbor]:
        """Devices at the far ends that announce themselves as this one listens."""
        found = []
        for name, port in device.view.ports.items():
            far = self._far(device, name)
            if far is None or "." in name or not self._up(device, port):
                continue
            other, other_port = far
            if protocol == "lldp":
                heard = device.view.lldp and other.view.lldp and port.lldp and other_port.lldp
            else:
                heard = device.view.cdp and other.view.cdp and port.cdp and other_port.cdp
            if heard:
                found.append(Neighbor(name, other, other_port.name))
        return found

    def obstacle(self, wire: Wire) -> str | None:
        """Why a wire passes no traffic now, None where it does."""
        ends = [(self._devices[end[0]], end[1]) for end in wire.ends if end]
        for device, _ in ends:
            if not device.powered:
                return f"{wire.link}: {device.name} has no power"
        for device, name in ends:
            port = device.view.ports.get(name)
            closed = port and self._closed(device, port)
            if port is None or closed:
                what = f"{closed} is shut" if closed else f"{name} is not configured"
                return f"{wire.link}: {device.name} {what}"
        for device, name in ends:
            state = self.port(device, name)
            if state is None or state.traffic in ("blocked", "none"):
                what = "is down" if state is None or not state.up else "is blocked by MACsec"
                return f"{wire.link}: {device.name} {name} {what}"
        return None

    def holds_until(self, wire: Wire, now: datetime) -> datetime | None:
        """When time alone may change the state of a wire next: a key begins or ends."""
        moments = []
        for end in wire.ends:
            device = self._devices[end[0]] if end else None
            port = device.view.ports.get(end[1]) if device and end else None
            if device is None or port is None or port.macsec is None:
                continue
            for chain in (port.macsec.key_chain, port.macsec.fallback_key_chain):
                for key in chain.keys if chain else ():
                    moments += [one - device.skew for one in (key.start, key.end) if one]
        return min((one for one in moments if one > now), default=None)

    def _closed(self, device: Device, port: Port) -> str:
        """The port, its bundle or the port below it, whichever is shut; "" where none is."""
        ports = device.view.ports
        above = ports.get(port.bundle) if port.bundle else None
        below = ports.get(port.name.partition(".")[0])
        return next((one.name for one in (port, above, below) if one and one.shutdown), "")

    def _far(self, device: Device, name: str) -> tuple[Device, Port] | None:
        cable = self._cables.get((device.name, name))
        if cable is None or cable.far is None:
            return None
        other = self._devices[cable.far[0]]
        port = other.view.ports.get(cable.far[1])
        return (other, port) if port is not None and other.powered else None

    def _answering(self, device: Device, name: str) -> tuple[Device, Port] | None:
        far = self._far(device, name)
        return None if far is None or far[1].shutdown else far

    def _up(self, device: Device, port: Port) -> bool:
        if port.shutdown or not device.powered:
            return False
        if port.vpn is not None:
            return self.association(device, port) is not None
        members = [one for one in device.view.ports.values() if one.bundle == port.name]
        if members:
            return any(self._up(device, member) for member in members)
        base, dot, _ = port.name.partition(".")
        if dot and base in device.view.ports:
            return self._up(device, device.view.ports[base])
        cable = self._cables.get((device.name, port.name))
        if cable is None:
            return port.name.startswith(_ALWAYS_UP) or port.name in _MANAGEMENT
        if cable.far is None:
            return True
        far = self._far(device, port.name)
        return far is not None and not far[1].shutdown

    def _traffic(
        self, device: Device, port: Port, sessions: tuple[MkaSession, ...], *, up: bool
    ) -> Traffic:
        if not up:
            return "none"
        if port.vpn is not None:
            tunnel = self.association(device, port)
            return "encrypted" if tunnel and tunnel.agreement.encrypts else "clear"
        active = next((one for one in sessions if one.status == "secured"), None)
        if active is not None:
            return "encrypted" if active.encrypts else "clear"
        far = self._far(device, port.name)
        ends = [port, *([far[1]] if far else [])]
        blocked = any(end.macsec and end.macsec.policy.must_secure for end in ends)
        return "blocked" if blocked else "clear"

    def _counters(self, device: Device, port: Port, sessions: tuple[MkaSession, ...]) -> Counters:
        active = next((one for one in sessions if one.status == "secured"), None)
        cable = self._cables.get((device.name, port.name))
        if active is None or cable is None or cable.far is None:
            return Counters()
        elapsed = max(0.0, (device.lab_now() - active.since).total_seconds())
        interval = active.rekey_interval
        under_sak = elapsed % interval if interval else elapsed
        tx = _frames_per_second(cable, device.name)
        rx = _frames_per_second(cable, cable.far[0])
        return Counters(
            int(tx * elapsed), int(rx * elapsed), int(tx * under_sak), int(rx * under_sak)
        )


def _physical(port: tuple[str, str]) -> tuple[str, str]:
    return port[0], port[1].partition(".")[0]


def _frames_per_second(cable: Cable, sender: str) -> float:
    """Between 2 % and 14 % of the capacity, the same at both ends of one direction."""
    share = 0.02 + digest("load", cable.link, sender)[0] / 2125
    return cable.rate * share / 8 / _FRAME_BYTES
