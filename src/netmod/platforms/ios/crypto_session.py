"""`show crypto session` and `show crypto gdoi`: sessions per interface, with counts of SAs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from netmod.platforms._observations import Block, IpsecFlow, Observation
from netmod.platforms.ios.names import interface_name, is_interface, unless_none
from netmod.platforms.ios.secy import UNKNOWN_INTERFACE, interface_of

Status = Literal["up-active", "up-idle", "up-no-ike", "down", "negotiating"]
_PEER = re.compile(r"Peer: (\S+)(?: port (\d+))?(?:\s+fvrf: (\S+))?(?:\s+ivrf: (\S+))?")
_IKE = re.compile(r"(IKE|IKEv1|IKEv2) SA: local (\S+)/\d+(?:\s+remote \S+/\d+)?\s*(\w*)")
_ACTIVE = re.compile(r"Active SAs: (\d{1,9})\b")
_LIFE = re.compile(r"(?:Inbound|Outbound):\s+#pkts (dec|enc)'ed (\d{1,20}) .{0,60}?/(\d{1,9})$")


def session_status(text: str) -> Status | None:
    """`UP-ACTIVE`, `DOWN-NEGOTIATING` and the rest, mapped; None for anything else."""
    word = text.strip().upper()
    if "NEGOTIATING" in word:
        return "negotiating"
    for name in ("up-active", "up-idle", "up-no-ike", "down"):
        if word.startswith(name.upper()):
            return name
    return None


@dataclass(slots=True)
class _Session:
    """What stands above the flows of one peer."""

    index: int
    interface: str = UNKNOWN_INTERFACE
    profile: str | None = None
    status: Status | None = None
    peer: str | None = None
    fvrf: str | None = None
    ivrf: str | None = None
    local: str | None = None
    ike: str | None = None
    flows: list[_Flow] = field(default_factory=list)


@dataclass(slots=True)
class _Flow:
    """One protected flow of a session."""

    index: int
    ident: str
    active_sas: int | None = None
    lifetime: int | None = None
    counters: dict[str, int] = field(default_factory=dict)


def read_session(block: Block) -> Iterator[Observation]:
    """`show crypto session [detail]`, for all or one interface, peer or VRF; and `brief`."""
    if any(re.match(r"\s*Peer\s+I/F\s", line) for line in block.lines):
        yield from _brief(block)
        return
    for session in _sessions(block):
        yield from _observations(block, session)


def _sessions(block: Block) -> Iterator[_Session]:
    session: _Session | None = None
    for index, line in enumerate(block.lines):
        text = line.strip()
        name, colon, value = text.partition(":")
        if name == "Interface" and colon:
            if session:
                yield session
            session = _Session(index)
            word = value.split()[0] if value.split() else ""
            if is_interface(word):
                session.interface = interface_name(word)
        elif session is None and text.startswith(("Session status:", "Peer:")):
            session = _Session(index, interface=interface_of(block))
        elif session is not None and _opens_next(text, session):
            yield session
            status = session.status if text.startswith("Peer:") else None
            session = _Session(index, session.interface, session.profile, status)
        if session is not None:
            _read_line(index, text, session)
    if session:
        yield session


def _opens_next(text: str, session: _Session) -> bool:
    """Whether a line begins the next session of the same interface."""
    if text.startswith("Session status:"):
        return session.status is not None
    return text.startswith("Peer:") and session.peer is not None


def _read_line(index: int, text: str, session: _Session) -> None:
    ike = _IKE.match(text)
    if text.startswith("Session status:"):
        session.status = session_status(text.partition(":")[2])
    elif text.startswith("Profile:"):
        session.profile = unless_none(text.partition(":")[2])
    elif text.startswith("Peer:"):
        match = _PEER.match(text)
        if match and session.peer is None:
            session.peer = match[1]
            session.fvrf, session.ivrf = unless_none(match[3]), unless_none(match[4])
    elif ike:
        session.ike = session.ike or ("IKEv2" if ike[1] == "IKEv2" else "IKEv1")
        session.local = session.local or ike[2]
    elif text.startswith("IPSEC FLOW:"):
        ident = " ".join(text.removeprefix("IPSEC FLOW:").split())
        session.flows.append(_Flow(index, ident))
    elif session.flows:
        _read_flow(text, session.flows[-1])


def _read_flow(text: str, flow: _Flow) -> None:
    active = _ACTIVE.match(text)
    life = _LIFE.match(text)
    if active:
        flow.active_sas = int(active[1])
    elif life:
        flow.counters[life[1]] = int(life[2])
        flow.lifetime = flow.lifetime if flow.lifetime is not None else int(life[3])


def _observations(block: Block, session: _Session) -> Iterator[IpsecFlow]:
    flows = session.flows or [_Flow(session.index, "")]
    without_sas = session.status in ("down", "negotiating", "up-idle")
    for flow in flows:
        yield IpsecFlow(
            source=block.source(session.index, flow.index),
            interface=session.interface,
            prints_sas=False,
            peer=session.peer,
            local=session.local,
            vrf=session.ivrf,
            fvrf=session.fvrf,
            ivrf=session.ivrf,
            ident=flow.ident or None,
            active_sas=flow.active_sas,
            status=session.status,
            ike=session.ike,
            lifetime_sec=flow.lifetime,
            encaps=flow.counters.get("enc"),
            decaps=flow.counters.get("dec"),
            cut=session.status is None or (flow.active_sas is None and not without_sas),
        )


_CODES: dict[str, Status] = {
    "UA": "up-active", "UI": "up-idle", "UK": "up-no-ike", "D": "down", "DN": "negotiating",
}  # fmt: skip


def _brief(block: Block) -> Iterator[IpsecFlow]:
    ivrf = None
    for index, line in enumerate(block.lines):
        words = line.split()
        if line.strip().startswith("ivrf"):
            ivrf = unless_none(line.partition("=")[2])
        elif len(words) >= 3 and is_interface(words[1]) and words[-1] in _CODES:
            yield IpsecFlow(
                source=block.source(index),
                interface=interface_name(words[1]),
                prints_sas=False,
                peer=words[0],
                vrf=ivrf,
                ivrf=ivrf,
                status=_CODES[words[-1]],
            )


_GROUP = re.compile(r"Group Name\s*:\s*(\S+)")
_GDOI_VALUE = re.compile(r"([A-Z][\w /()-]{2,40}?)\s*:\s*(\S.*)$")
_GDOI_LEFT = re.compile(r"sa timing:\s*remaining key lifetime \(sec\): \(?(\d{1,9})\b")
_GDOI_INTERFACE = re.compile(r"([A-Za-z][\w./-]*\d):$")


def read_gdoi(block: Block) -> Iterator[Observation]:
    """`show crypto gdoi`: a group's SA serves both directions of the interface it stands under."""
    values: dict[str, str] = {}
    interface: str | None = None
    spi: str | None = None
    flows: list[IpsecFlow] = []
    for index, line in enumerate(block.lines):
        text = line.strip()
        group = _GROUP.match(text)
        left = _GDOI_LEFT.match(text)
        heading = _GDOI_INTERFACE.match(text)
        if group:
            values, interface = {"group": group[1]}, None
        elif heading and is_interface(heading[1]):
            interface = interface_name(heading[1])
        elif text.startswith("spi: 0x"):
            spi = text.split()[1].partition("(")[0]
        elif text.startswith("transform:") and interface and spi:
            transform = " ".join(text.removeprefix("transform:").replace(",", " ").split())
            flows.append(_gdoi_flow(block, index, interface, (spi, transform), values))
            spi = None
        elif left and flows and flows[-1].lifetime_sec is None:
            flows[-1] = replace(flows[-1], lifetime_sec=int(left[1]))
        else:
            match = _GDOI_VALUE.match(text)
            if match:
                values.setdefault(match[1].lower(), match[2].strip())
    yield from flows


def _gdoi_flow(
    block: Block, index: int, interface: str, sa: tuple[str, str], values: dict[str, str]
) -> IpsecFlow:
    spi, transform = sa
    receive_only = values.get("ipsec sa direction", "both").lower().startswith("inbound")
    key_system = values.get("group type", "GDOI").split(" ")[0]
    return IpsecFlow(
        source=block.source(index),
        interface=interface,
        peer=values.get("registered with"),
        local=values.get("local addr/port", "").partition("/")[0] or None,
        policy=values.get("group"),
        ident=spi,
        inbound=transform,
        outbound=None if receive_only else transform,
        inbound_spis=(spi,),
        outbound_spis=() if receive_only else (spi,),
        ike=key_system,
    )
