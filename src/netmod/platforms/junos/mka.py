"""MACsec key agreement of Junos: `show security mka sessions [summary|detail]`, `… statistics`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from netmod.platforms._observations import Block, MacsecCounters, MacsecSession, Observation
from netmod.platforms.junos._names import is_interface, number, sci

Status = Literal["secured", "fallback-ready", "pending", "down", "not-secured"]
_INTERFACE = re.compile(r"\s*Interface name:\s+(\S+)\s*$", re.IGNORECASE)
_PAIR = re.compile(
    r"\s{0,60}([A-Za-z][\w /-]{0,40}?):[ \t]{0,40}([^:\s](?:[^\s]|[ \t](?![ \t]))*)?"
)
_PEER = re.compile(r"\s*(?:\d+\.\s+)?Member identifier:\s*(\S+)\s+\((\w+)\)")
_CAK = re.compile(r"\s*\d+\.\s+CAK name:\s*(\S+)\s*$")
_OWN_CAK = re.compile(r"\s*CAK name:\s*\S")
_ICV = re.compile(
    r"\s*(?:ICV mismatch packets|ICV verification failures?)\s*:\s*(\d+)", re.IGNORECASE
)
_MEMBER_ID = 24
_NEWER = ("security mode", "mka suspended", "ether-type profile")


@dataclass(slots=True)
class _Cak:
    """One CAK of a session with its peers."""

    name: str | None = None
    kind: str | None = None
    status: str | None = None
    peer_list: bool = False
    live: int = 0
    scis: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Session:
    """The lines of one session."""

    interface: str
    first: int
    last: int
    values: dict[str, str] = field(default_factory=dict)
    caks: list[_Cak] = field(default_factory=lambda: [_Cak()])
    live_peer: bool = False


def read_sessions(block: Block) -> Iterator[Observation]:
    """`show security mka sessions [interface X] [summary|detail]`.

    An interface with a fallback or a preceding key has a session for each: only the one that the
    interface's state names carries traffic.
    """
    if not any(_INTERFACE.match(line) for line in block.lines if len(line) < 200):
        yield from _summary(block)
        return
    for session in _sessions(block):
        yield from _observations(block, session)


def _sessions(block: Block) -> Iterator[_Session]:
    current: _Session | None = None
    for index, line in enumerate(block.lines):
        if len(line) > 300:
            continue
        head = _INTERFACE.match(line)
        if head:
            if current is not None:
                yield current
            current = _Session(head[1], index, index)
        elif current is not None and line.strip():
            if _OWN_CAK.match(line) and current.caks[-1].peer_list:
                yield current
                current = _next(current, index)
            current.last = index
            _take(current, line)
    if current is not None:
        yield current


def _next(session: _Session, index: int) -> _Session:
    """Another session of the same interface, printed below the first without a head of its own."""
    shared = {"interface state": session.values.get("interface state", "")}
    return _Session(session.interface, index, index, values=shared)


def _take(session: _Session, line: str) -> None:
    listed, peer = _CAK.match(line), _PEER.match(line)
    cak = session.caks[-1]
    if listed:
        session.caks.append(_Cak(name=listed[1]))
    elif line.strip().lower().startswith("peer list"):
        cak.peer_list = True
    elif peer:
        cak.peer_list = True
        session.live_peer = peer[2].lower() == "live"
        cak.live += session.live_peer
    else:
        for match in _PAIR.finditer(line):
            label, value = " ".join(match[1].lower().split()), (match[2] or "").strip()
            _take_pair(session, cak, label, value)


def _take_pair(session: _Session, cak: _Cak, label: str, value: str) -> None:
    if label == "sci" and cak.peer_list:
        if session.live_peer:
            cak.scis.append(value)
    elif label in ("cak type", "status") and len(session.caks) > 1:
        if label == "status":
            cak.status = value.lower()
        else:
            cak.kind = value.lower()
    elif not cak.peer_list:
        session.values.setdefault(label, value)


def _status(text: str | None) -> Status | None:
    """The state of the interface: `Secured - Primary`, `Secured - Fallback`, `Unsecured`, …"""
    word = (text or "").strip().lower()
    if not word:
        return None
    if word.startswith("secured"):
        return "secured"
    if word.startswith(("pending", "init", "in-progress", "in progress", "negotiat")):
        return "pending"
    return "down" if word.startswith("down") else "not-secured"


def _kind(text: str | None) -> Literal["primary", "fallback"] | None:
    word = (text or "").lower()
    if "fallback" in word:
        return "fallback"
    return "primary" if "primary" in word else None


def _observations(block: Block, session: _Session) -> Iterator[MacsecSession]:
    values = session.values
    name = values.get("cak name") or None
    listed = session.caks[1:]
    own = next((cak for cak in listed if cak.name == name), None) if listed else session.caks[0]
    state = _status(values.get("interface state"))
    running = _kind(values.get("interface state"))
    kind = _kind((own.kind if own else None) or values.get("cak type")) or running
    if state == "secured" and None not in (running, kind) and running != kind:
        state = "fallback-ready"
    if state is None and not any(label in values for label in _NEWER):
        state = _derived(values, own)
    yield _session(block, session, own, state, kind)
    for cak in listed:
        if cak is not own and state == "secured" and cak.status in ("live", "active"):
            yield _standby(block, session, cak)


def _derived(values: dict[str, str], own: _Cak | None) -> Status | None:
    """Releases that print no state: a live peer and a SAK that was distributed."""
    identifier = values.get("latest sak ki", "")
    if own is None or not own.peer_list or not identifier:
        return None
    return "secured" if own.live and identifier.strip("0/") else "pending"


def _session(
    block: Block,
    session: _Session,
    own: _Cak | None,
    state: Status | None,
    kind: Literal["primary", "fallback"] | None,
) -> MacsecSession:
    values = session.values
    printed = own is not None and own.peer_list
    return MacsecSession(
        block.source(session.first, session.last),
        session.interface,
        status=state,
        prints_peers=True,
        live_peers=own.live if own is not None and printed else None,
        sak_rekey_interval=number(values.get("sak rekey interval")),
        ckn=values.get("cak name") or None,
        key_source=kind,
        key_server={"yes": True, "no": False}.get(values.get("key server", "").lower()),
        local_sci=sci(values.get("outbound sci")),
        peer_scis=tuple(one for one in map(sci, own.scis) if one) if own else (),
    )


def _standby(block: Block, session: _Session, cak: _Cak) -> MacsecSession:
    return MacsecSession(
        block.source(session.first, session.last),
        session.interface,
        status="fallback-ready",
        prints_peers=True,
        live_peers=cak.live,
        ckn=cak.name,
        key_source=_kind(cak.kind),
    )


def _summary(block: Block) -> Iterator[MacsecSession]:
    """`show security mka sessions summary`: a row for each interface; it prints no peers."""
    titled = False
    for index, line in enumerate(block.lines):
        words = line.split() if len(line) < 300 else []
        if words[:1] == ["Interface"] and "CAK" in line:
            titled = True
        elif titled and len(words) >= 2 and is_interface(words[0]):
            yield _summary_row(block, index, words)


def _summary_row(block: Block, index: int, words: list[str]) -> MacsecSession:
    """A CAK that is `live` has peers, and nothing here says that frames are encrypted with it."""
    rest = " ".join(words[1:]).lower()
    kind = re.search(r"\b(primary|fallback|preceding)\b", rest)
    pending = re.search(r"\b(?:in-progress|pending|init)\b", rest) is not None
    standby = re.search(r"\bactive\b", rest) is not None
    named = re.fullmatch(r"[0-9A-Fa-f]{2,64}", words[-1])
    return MacsecSession(
        block.source(index),
        words[0],
        status="pending" if pending else "fallback-ready" if standby else None,
        ckn=words[-1] if named and len(words[-1]) != _MEMBER_ID else None,
        key_source=_kind(kind[1]) if kind else None,
    )


def read_statistics(block: Block) -> Iterator[Observation]:
    """`show security mka statistics [interface X]`: frames whose integrity check failed."""
    interface: str | None = None
    for index, line in enumerate(block.lines):
        if len(line) > 300:
            continue
        head = _INTERFACE.match(line)
        failed = _ICV.match(line)
        if head:
            interface = head[1]
        elif failed and interface is not None:
            yield MacsecCounters(block.source(index), interface, rx_bad=int(failed[1]))
