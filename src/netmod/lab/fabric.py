"""The emulated region between the devices: what both ends of each cable bring about.

Everything is derived on demand from the two configurations, the inventory's links and the time;
nothing is stored, so that a changed line shows in the next command, as on devices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from netmod.inventory import Inventory, Link, ManagedEnd
from netmod.lab.device import Device, digest
from netmod.lab.macsec import Key, Policy, Port, PortMacsec

SessionStatus = Literal["secured", "standby", "incompatible", "no-peer"]
Traffic = Literal["encrypted", "clear", "blocked", "none"]

_BRING_UP = timedelta(seconds=40)
_HELLO_SECONDS = 2
_FRAME_BYTES = 714
_NEVER_KEY_SERVER = 255


@dataclass(frozen=True, slots=True)
class Cable:
    """What is plugged into a port. `far` is None where the far end is not emulated.

    `rate` is the capacity in bits per second.
    """

    link: str
    far: tuple[str, str] | None
    rate: int


@dataclass(frozen=True, slots=True)
class Participant:
    """One end in an MKA session."""

    sci: str
    port_number: int
    priority: int
    member_id: str


@dataclass(frozen=True, slots=True)
class MkaSession:
    """One MKA session of one port.

    `message_number` and `key_number` count from 1. `cipher` is None until a SAK is in use.
    `rekey_interval` is the key server's and `elapsed` the session's age, both in seconds.
    """

    key: Key
    key_chain: str
    source: Literal["primary", "fallback"]
    status: SessionStatus
    local: Participant
    peer: Participant | None
    key_server: bool
    cipher: str | None
    offset: int
    since: datetime
    message_number: int
    key_number: int
    rekey_interval: int
    elapsed: int
    policy: Policy

    @property
    def rekey_in(self) -> int | None:
        """Seconds until the next SAK."""
        if not self.rekey_interval or self.cipher is None:
            return None
        return self.rekey_interval - self.elapsed % self.rekey_interval

    @property
    def association_number(self) -> int:
        return (self.key_number - 1) % 4

    @property
    def key_identifier(self) -> str:
        """The SAK's identifier: its key server's member identifier and its number, in hex."""
        server = self.local if self.key_server or self.peer is None else self.peer
        return f"{server.member_id}{self.key_number:08X}"


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
        for link in inventory.links.values():
            if link.status == "active":
                self._plug(link)

    def _plug(self, link: Link) -> None:
        pairs = [(member.a, member.b) for member in link.members]
        if not pairs:
            names = [end.interface if isinstance(end, ManagedEnd) else None for end in link.ends]
            pairs = [(names[0] or "", names[1])]
        for name_a, name_b in pairs:
            near = self._port_key(link.a, name_a)
            far = self._port_key(link.b, name_b)
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
        sessions = self._sessions(device, port) if port.macsec and up else ()
        if port.macsec and not up and not port.shutdown:
            sessions = self._searching(device, port)
        traffic = self._traffic(device, port, sessions, up=up)
        return PortState(port, up, sessions, traffic, self._counters(device, port, sessions))

    def ports(self, device: Device) -> list[PortState]:
        """The state of every configured port, in the order of the configuration."""
        return [state for name in device.view.ports if (state := self.port(device, name))]

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
                heard = device.view.cdp and other.view.cdp
            if heard:
                found.append(Neighbor(name, other, other_port.name))
        return found

    def _far(self, device: Device, name: str) -> tuple[Device, Port] | None:
        cable = self._cables.get((device.name, name))
        if cable is None or cable.far is None:
            return None
        other = self._devices[cable.far[0]]
        port = other.view.ports.get(cable.far[1])
        return (other, port) if port is not None and other.powered else None

    def _up(self, device: Device, port: Port) -> bool:
        if port.shutdown or not device.powered:
            return False
        members = [one for one in device.view.ports.values() if one.bundle == port.name]
        if members:
            return any(self._up(device, member) for member in members)
        base, dot, _ = port.name.partition(".")
        if dot and base in device.view.ports:
            return self._up(device, device.view.ports[base])
        cable = self._cables.get((device.name, port.name))
        if cable is None:
            return port.name.lower().startswith(("loopback", "mgmt", "gigabitethernet0/0"))
        if cable.far is None:
            return True
        far = self._far(device, port.name)
        return far is not None and not far[1].shutdown

    def _participant(self, device: Device, port: Port, key: Key, priority: int) -> Participant:
        number = device.port_number(port.name)
        sci = f"{device.mac(port.name)}{number:04x}"
        member = digest("mka", sci, key.name, device.changed_at(port.name).isoformat())[:12]
        return Participant(sci, number, priority, member.hex().upper())

    def _searching(self, device: Device, port: Port) -> tuple[MkaSession, ...]:
        return tuple(self._session(device, port, *one) for one in _keys_in_use(device, port))

    def _sessions(self, device: Device, port: Port) -> tuple[MkaSession, ...]:
        far = self._far(device, port.name)
        sessions: list[MkaSession] = []
        for source, chain, key in _keys_in_use(device, port):
            peer = None
            for _, _, other_key in _keys_in_use(*far) if far else ():
                if key.matches(other_key):
                    peer = far
            session = self._session(device, port, source, chain, key, far=peer)
            if session.status == "secured" and any(one.status == "secured" for one in sessions):
                session = replace(session, status="standby")
            sessions.append(session)
        return tuple(sessions)

    def _session(
        self,
        device: Device,
        port: Port,
        source: Literal["primary", "fallback"],
        chain: str,
        key: Key,
        *,
        far: tuple[Device, Port] | None = None,
    ) -> MkaSession:
        policy = _macsec(port).policy
        local = self._participant(device, port, key, policy.key_server_priority)
        began = (device.booted + _BRING_UP, device.changed_at(port.name), key.start)
        since = max(moment for moment in began if moment is not None)
        alone = MkaSession(
            key=key,
            key_chain=chain,
            source=source,
            status="no-peer",
            local=local,
            peer=None,
            key_server=True,
            cipher=None,
            offset=policy.confidentiality_offset,
            since=since,
            message_number=self._hellos(device, since),
            key_number=0,
            rekey_interval=0,
            elapsed=0,
            policy=policy,
        )
        if far is None:
            return alone
        other, other_port = far
        other_policy = _macsec(other_port).policy
        peer = self._participant(other, other_port, key, other_policy.key_server_priority)
        since = max(since, other.booted + _BRING_UP, other.changed_at(other_port.name))
        is_server = _is_key_server(local, peer)
        server_policy, client_policy = (
            (policy, other_policy) if is_server else (other_policy, policy)
        )
        cipher = next((one for one in server_policy.ciphers if one in client_policy.ciphers), None)
        if _NEVER_KEY_SERVER == local.priority == peer.priority:
            cipher = None
        elapsed = max(0, int((device.lab_now() - since).total_seconds()))
        interval = server_policy.sak_rekey_interval
        # IEEE 802.1AE, 14.7: the extended cipher suites know no confidentiality offset
        return replace(
            alone,
            status="secured" if cipher else "incompatible",
            peer=peer,
            key_server=is_server,
            cipher=cipher,
            offset=0 if "XPN" in (cipher or "") else server_policy.confidentiality_offset,
            since=since,
            message_number=self._hellos(device, since),
            key_number=(1 + (elapsed // interval if interval else 0)) if cipher else 0,
            rekey_interval=interval,
            elapsed=elapsed,
        )

    @staticmethod
    def _hellos(device: Device, since: datetime) -> int:
        return 1 + max(0, int((device.lab_now() - since).total_seconds())) // _HELLO_SECONDS

    def _traffic(
        self, device: Device, port: Port, sessions: tuple[MkaSession, ...], *, up: bool
    ) -> Traffic:
        if not up:
            return "none"
        if any(one.status == "secured" for one in sessions):
            return "encrypted"
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


def _macsec(port: Port) -> PortMacsec:
    if port.macsec is None:
        raise ValueError(f"{port.name} has no MACsec")
    return port.macsec


def _keys_in_use(
    device: Device, port: Port
) -> list[tuple[Literal["primary", "fallback"], str, Key]]:
    """The keys that a port uses now by its own device's clock, the preferred one first."""
    found: list[tuple[Literal["primary", "fallback"], str, Key]] = []
    if port.macsec is None:
        return found
    key = port.macsec.key_chain.active(device.now())
    if key is not None:
        found.append(("primary", port.macsec.key_chain.name, key))
    fallback = port.macsec.fallback_key_chain
    key = fallback.active(device.now()) if fallback else None
    if fallback and key is not None:
        found.append(("fallback", fallback.name, key))
    return found


def _is_key_server(local: Participant, peer: Participant) -> bool:
    """IEEE 802.1X-2020, 9.5: the lowest priority value, then the lowest SCI."""
    return (local.priority, local.sci) < (peer.priority, peer.sci)


def _frames_per_second(cable: Cable, sender: str) -> float:
    """Between 2 % and 14 % of the capacity, the same at both ends of one direction."""
    share = 0.02 + digest("load", cable.link, sender)[0] / 2125
    return cable.rate * share / 8 / _FRAME_BYTES
