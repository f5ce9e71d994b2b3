"""MKA on one cable: the sessions that two ports' configurations, keys and clocks bring about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from netmod.lab.device import Device, digest
from netmod.lab.macsec import Key, Policy, Port, PortMacsec

SessionStatus = Literal["secured", "standby", "incompatible", "no-peer"]
Source = Literal["primary", "fallback"]

_BRING_UP = timedelta(seconds=40)
_HELLO_SECONDS = 2
_NEVER_KEY_SERVER = 255


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
    `encrypts` is False where an end asks for integrity alone. `rekey_interval` is the key server's
    and `elapsed` the session's age, both in seconds.
    """

    key: Key
    key_chain: str
    source: Source
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
    encrypts: bool = True

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


def sessions(device: Device, port: Port, far: tuple[Device, Port] | None) -> tuple[MkaSession, ...]:
    """The sessions of a port with MACsec, one for each key in use, in order of preference.

    `far` is the port at the other end of the cable, None where nobody answers there.
    """
    keys = _keys_in_use(device, port)
    common = _common_keys((device, port), far) if far else {}
    found: list[MkaSession] = []
    for source, chain, key in keys:
        session = _alone(device, port, source, chain, key)
        if far and key in common:
            session = _joined(device, session, far, common[key])
        if session.status == "secured" and key != next(iter(common)):
            session = replace(session, status="standby")
        found.append(session)
    return tuple(found)


def _alone(
    device: Device,
    port: Port,
    source: Source,
    chain: str,
    key: Key,
) -> MkaSession:
    """The session of one key while nobody else is found."""
    policy = _macsec(port).policy
    since = _began(device, port, key)
    return MkaSession(
        key=key,
        key_chain=chain,
        source=source,
        status="no-peer",
        local=_participant(device, port, key),
        peer=None,
        key_server=True,
        cipher=None,
        offset=policy.confidentiality_offset,
        since=since,
        message_number=_hellos(device, since),
        key_number=0,
        rekey_interval=0,
        elapsed=0,
        policy=policy,
    )


def _joined(
    device: Device, alone: MkaSession, far: tuple[Device, Port], far_key: Key
) -> MkaSession:
    """The session once both ends have found each other."""
    peer = _participant(*far, far_key)
    since = max(alone.since, _began(*far, far_key))
    is_server = _is_key_server(alone.local, peer)
    server, client = alone.policy, _macsec(far[1]).policy
    if not is_server:
        server, client = client, server
    cipher = next((one for one in server.ciphers if one in client.ciphers), None)
    if _NEVER_KEY_SERVER == alone.local.priority == peer.priority:
        cipher = None
    elapsed = max(0, int((device.lab_now() - since).total_seconds()))
    interval = server.sak_rekey_interval
    # IEEE 802.1AE: the extended cipher suites know no confidentiality offset
    offset = 0 if "XPN" in (cipher or "") else server.confidentiality_offset
    return replace(
        alone,
        status="secured" if cipher else "incompatible",
        peer=peer,
        key_server=is_server,
        cipher=cipher,
        offset=offset,
        since=since,
        message_number=_hellos(device, since),
        key_number=(1 + (elapsed // interval if interval else 0)) if cipher else 0,
        rekey_interval=interval,
        elapsed=elapsed,
        encrypts=server.encrypts and client.encrypts,
    )


def _participant(device: Device, port: Port, key: Key) -> Participant:
    number = device.port_number(port.name)
    sci = f"{device.mac(port.name)}{number:04x}"
    member = digest("mka", sci, key.name.lower(), device.changed_at(port.name).isoformat())[:12]
    priority = _macsec(port).policy.key_server_priority
    return Participant(sci, number, priority, member.hex().upper())


def _hellos(device: Device, since: datetime) -> int:
    return 1 + max(0, int((device.lab_now() - since).total_seconds())) // _HELLO_SECONDS


def _began(device: Device, port: Port, key: Key) -> datetime:
    """The earliest moment at which one end can take part in a session of `key`."""
    ready = max(device.booted + _BRING_UP, device.changed_at(port.name))
    return max(ready, key.start) if key.start else ready


def _macsec(port: Port) -> PortMacsec:
    if port.macsec is None:
        raise ValueError(f"{port.name} has no MACsec")
    return port.macsec


def _keys_in_use(device: Device, port: Port) -> list[tuple[Source, str, Key]]:
    """The keys that a port uses now by its own device's clock, the preferred one first."""
    found: list[tuple[Source, str, Key]] = []
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


def _common_keys(one: tuple[Device, Port], other: tuple[Device, Port]) -> dict[Key, Key]:
    """The keys of `one` that `other` has as well → its own, in an order on which both ends agree.

    That is the order of preference of one of them; which one does not depend on who asks.
    """
    mine = [key for _, _, key in _keys_in_use(*one)]
    theirs = [key for _, _, key in _keys_in_use(*other)]
    if (one[0].name, one[1].name) < (other[0].name, other[1].name):
        return {key: their for key in mine for their in theirs if key.matches(their)}
    return {key: their for their in theirs for key in mine if key.matches(their)}


def _is_key_server(local: Participant, peer: Participant) -> bool:
    """The rule of IEEE 802.1X: the lowest priority value, then the lowest SCI."""
    return (local.priority, local.sci) < (peer.priority, peer.sci)
