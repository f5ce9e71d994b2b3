"""MACsec key agreement on IOS-XR: `show macsec mka session [detail]` and `… summary`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from netmod.facts import Enforcement
from netmod.platforms._observations import Block, MacsecSession, MacsecShutdown, Observation
from netmod.platforms.iosxr._names import (
    cipher,
    full_name,
    interface_of,
    is_interface,
    known,
    number,
    sci,
)

Status = Literal["secured", "fallback-ready", "pending", "down", "not-secured"]
DEFAULT_POLICY = "*DEFAULT POLICY*"
_PENDING = ("init", "pending", "active", "negotiat", "authent", "search", "wait", "start")
_DOWN = ("down", "delet", "terminat", "fail", "shut")
_ROW = re.compile(
    r"\s*(?P<interface>[A-Za-z][\w/.:-]{1,60})\s+(?P<sci>[0-9A-Fa-f.:]{12,17}/[0-9A-Fa-f]{1,4})"
    r"\s+(?P<peers>\d+)\s+(?P<status>[A-Za-z][\w-]{0,20}(?: [A-Za-z-]{1,20}){0,2}?)"
    r"\s+(?P<server>YES|NO)(?:\s+(?P<source>[A-Za-z][\w-]*))?(?:\s+(?P<ckn>[0-9A-Fa-f]+))?\s*$"
)
_FIELD = re.compile(r"\s*(#? ?[A-Za-z][A-Za-z0-9 ()/&.-]{0,60}?)\s*:(?:\s+(\S.*))?$")
_PEER = re.compile(r"\s*[0-9A-Fa-f]{24}\s+\d+\s+([0-9A-Fa-f.:]{12,17}/[0-9A-Fa-f]{1,4})(?:\s|$)")
_REST_OF_CKN = re.compile(r"\s+([0-9A-Fa-f]{2,62})\s*$")
_SHUTDOWN = re.compile(
    r"[\W]{0,20}(?:note:?\s+)?(?:global )?macsec[ -](?:is )?(?:globally )?shutdown"
    r"(?:\s*(?:is )?(?:enabled|configured))?[\W]{0,20}$",
    re.IGNORECASE,
)


def session_status(text: str | None) -> Status | None:
    """The session's own word for its state; `Active` means a live peer and no key in use yet."""
    word = (text or "").strip().lower()
    if not word:
        return None
    if word.startswith("secured"):
        return "secured"
    if word.startswith(_PENDING):
        return "pending"
    return "down" if word.startswith(_DOWN) else "not-secured"


def key_source(text: str | None) -> Literal["primary", "fallback"] | None:
    """Which key a session runs on, from `PRIMARY`, `FALLBACK-PSK` and the like."""
    word = (text or "").strip().lower()
    if word.startswith("fallback"):
        return "fallback"
    return "primary" if word.startswith("primary") else None


def default_enforcement(policy: str | None) -> Enforcement:
    """The built-in policy is must-secure, as Cisco documents it; no other name says anything."""
    return "must-secure" if policy == DEFAULT_POLICY else "unknown"


def shutdown(block: Block) -> Iterator[MacsecShutdown]:
    """The note that all sessions are down because MACsec is shut down on the whole device."""
    for index, line in enumerate(block.lines):
        if len(line) < 200 and _SHUTDOWN.match(line):
            yield MacsecShutdown(block.source(index))


def read_sessions(block: Block) -> Iterator[Observation]:
    """`show macsec mka session [interface X] [detail]`: the table, and the pages of `detail`."""
    yield from shutdown(block)
    yield from one_in_use([*_table(block), *_details(block)])


def _table(block: Block) -> Iterator[MacsecSession]:
    row: MacsecSession | None = None
    for index, line in enumerate(block.lines):
        match = _ROW.match(line) if len(line) < 400 else None
        if match and is_interface(match["interface"]):
            if row is not None:
                yield row
            row = MacsecSession(
                block.source(index),
                full_name(match["interface"]),
                status=session_status(match["status"]),
                prints_peers=True,
                live_peers=int(match["peers"]),
                ckn=match["ckn"],
                key_source=key_source(match["source"]),
                key_server=match["server"] == "YES",
                local_sci=sci(match["sci"]),
            )
        elif row is not None:
            rest = _REST_OF_CKN.match(line)
            if rest and row.ckn and len(row.ckn) + len(rest[1]) <= 64:
                row = replace(row, ckn=row.ckn + rest[1])
            elif line.strip():
                yield row
                row = None
    if row is not None:
        yield row


@dataclass(slots=True)
class _Page:
    """The lines of one detailed session, by lower-case label."""

    first: int
    last: int
    values: dict[str, str] = field(default_factory=dict)
    live: list[str] = field(default_factory=list)
    list_name: str = ""


def _details(block: Block) -> Iterator[MacsecSession]:
    page: _Page | None = None
    for index, line in enumerate(block.lines):
        if len(line) > 400:
            continue
        match = _FIELD.match(line)
        label = " ".join(match[1].lower().split()) if match else ""
        if label == "status" or (label == "local tx-sci" and (not page or label in page.values)):
            if page is not None:
                yield _detail(block, page)
            page = _Page(index, index)
        if page is None:
            continue
        _take(page, index, line, label, (match[2] or "").strip() if match else "")
    if page is not None:
        yield _detail(block, page)


def _take(page: _Page, index: int, line: str, label: str, value: str) -> None:
    if label.endswith(("peer list", "peers list", "peers status")):
        page.list_name = label
    elif label:
        page.values.setdefault(label, value)
        page.last = index
    elif page.list_name.startswith("live"):
        peer = _PEER.match(line)
        if peer:
            page.live.append(peer[1])
            page.last = index


def _detail(block: Block, page: _Page) -> MacsecSession:
    values = page.values
    name = values.get("interface name", "")
    sak = values.get("latest sak status", "").lower()
    without_key = "sak cipher suite" in values and known(values["sak cipher suite"]) is None
    policy = known(values.get("mka policy name"))
    return MacsecSession(
        block.source(page.first, page.last),
        full_name(name) if is_interface(name) else interface_of(block),
        status=session_status(values.get("status")),
        prints_peers=True,
        live_peers=number(values.get("# of macsec capable live peers")),
        peers_responded=number(values.get("# of macsec capable live peers responded")),
        tx_sa_in_use=False if without_key else _in_use(sak, "tx"),
        rx_sa_in_use=False if without_key else _in_use(sak, "rx"),
        cipher=cipher(values.get("sak cipher suite")),
        confidentiality=False if number(values.get("macsec capability")) in (0, 1) else None,
        confidentiality_offset=number(values.get("confidentiality offset")),
        replay_window=number(values.get("replay window size")),
        enforcement=default_enforcement(policy),
        policy=policy,
        key_chain=known(values.get("keychain", values.get("key chain"))),
        ckn=known(values.get("cak name (ckn)")),
        key_source=key_source(values.get("ca authentication mode")),
        key_server={"YES": True, "NO": False}.get(values.get("key server", "").upper()),
        local_sci=sci(values.get("local tx-sci")),
        peer_scis=tuple(one for one in map(sci, dict.fromkeys(page.live)) if one),
    )


def _in_use(sak: str, direction: str) -> bool | None:
    """Whether `Latest SAK Status` ("Rx & Tx", "No Rx, No Tx", "Rx") names a direction as in use."""
    if not re.search(r"\b[rt]x\b", sak):
        return None
    return re.search(rf"(?<!no )\b{direction}\b", sak) is not None


def one_in_use(sessions: list[MacsecSession]) -> Iterator[MacsecSession]:
    """The sessions, with `fallback-ready` for those beside the one that carries the traffic.

    An interface with a fallback key chain has a session per key. The primary one is preferred
    wherever it is secured; the other waits with a live peer (`Active`) or secured as well.
    """
    by_interface: dict[str, list[MacsecSession]] = {}
    for session in sessions:
        by_interface.setdefault(session.interface, []).append(session)
    for group in by_interface.values():
        secured = [one for one in group if one.status == "secured" and one.live_peers != 0]
        in_use = min(secured, key=lambda one: one.key_source == "fallback", default=None)
        for session in group:
            standby = (
                in_use is not None
                and None not in (session.key_source, in_use.key_source)
                and session.key_source != in_use.key_source
            )
            yield replace(session, status="fallback-ready") if standby else session


def read_summary(block: Block) -> Iterator[Observation]:
    """`show macsec mka summary`: status, cipher, key chain, and in later releases key and CKN."""
    yield from shutdown(block)
    rows = []
    for index, line in enumerate(block.lines):
        words = line.split() if len(line) < 400 else []
        if len(words) >= 3 and is_interface(words[0]) and session_status(words[1]):
            rows.append(_summary_row(block, index, words))
    yield from one_in_use(rows)


def _summary_row(block: Block, index: int, words: list[str]) -> MacsecSession:
    rest = words[2:]
    suite = rest.pop(0) if cipher(rest[0]) or known(rest[0]) is None else None
    chain = known(rest.pop(0)) if rest else None
    kind = rest.pop(0) if rest else None
    return MacsecSession(
        block.source(index),
        full_name(words[0]),
        status=session_status(words[1]),
        cipher=cipher(suite),
        key_chain=chain,
        key_source=key_source(kind),
        ckn="".join(rest) or None,
    )
