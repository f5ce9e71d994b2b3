"""MACsec key agreement: `show mka sessions [detail]`, `show mka summary`, `statistics`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from netmod.platforms._observations import (
    Block,
    MacsecSession,
    Observation,
    Remark,
)
from netmod.platforms.ios.names import (
    interface_name,
    is_interface,
    is_number,
    is_sci,
    macsec_cipher,
    sci,
    unless_none,
    whole_number,
)
from netmod.platforms.ios.secy import UNKNOWN_INTERFACE, interface_of

Status = Literal["secured", "fallback-ready", "pending", "down", "not-secured"]
HEX = re.compile(r"[0-9A-Fa-f]+$")
_PENDING = ("init", "pending", "negotiat", "authent", "search", "wait", "start", "not ready")
_DOWN = ("down", "delet", "terminat", "fail")
DOTTED = re.compile(r"([^.]+)(?:\.{2,}\s*|\.\s+|\.$)(.*)$")
YES_NO = {"YES": True, "NO": False, "TRUE": True, "FALSE": False}


def session_status(text: str) -> Status:
    """The session's own word for its state, mapped; what is not known is not secured."""
    word = text.strip().lower()
    if ("fallback" in word and "ready" in word) or word.startswith("ready"):
        return "fallback-ready"
    if word.startswith(("secured", "fallback secured")):
        return "secured"
    if word.startswith(_PENDING):
        return "pending"
    return "down" if word.startswith(_DOWN) else "not-secured"


def read_sessions(block: Block) -> Iterator[Observation]:
    """`show mka sessions`, `show mka summary` and their detail: tables and pages alike."""
    if any(line.strip().startswith("Local Tx-SCI..") for line in block.lines):
        yield from _details(block)
    elif any("Audit-Session-ID" in line for line in block.lines):
        yield from _table(block, _OldRow)
    else:
        yield from _table(block, _Row)


def _details(block: Block) -> Iterator[MacsecSession]:
    starts = [i for i, line in enumerate(block.lines) if line.strip().startswith("Status:")]
    if not starts:
        starts = [0]
    for position, start in enumerate(starts):
        end = starts[position + 1] if position + 1 < len(starts) else len(block.lines)
        yield _detail(block, start, end)


def _detail(block: Block, start: int, end: int) -> MacsecSession:
    status: Status | None = None
    values: dict[str, str] = {}
    peers: list[str] = []
    live_list = False
    for line in block.lines[start:end]:
        text = line.strip()
        if text.startswith("Status:"):
            status = session_status(text.removeprefix("Status:"))
            if "fallback" in text.lower():
                values["fallback"] = "yes"
        elif text.endswith("Peers List:"):
            live_list = text.startswith("Live")
        else:
            match = DOTTED.match(text)
            if match:
                values.setdefault(match[1].strip().lower(), match[2].strip())
            elif live_list:
                peers += [word for word in text.split() if is_sci(word)]
    name = values.get("interface name", "")
    latest = values.get("latest sak status", "").lower()
    without_key = values.get("sak cipher suite", "").upper() == "(NONE)"
    return MacsecSession(
        source=block.source(start),
        interface=interface_name(name) if name else interface_of(block),
        status=status,
        prints_peers=True,
        live_peers=whole_number(values.get("# of macsec capable live peers")),
        peers_responded=whole_number(values.get("# of macsec capable live peers responded")),
        tx_sa_in_use=False if without_key else _in_sak(latest, "tx"),
        rx_sa_in_use=False if without_key else _in_sak(latest, "rx"),
        cipher=macsec_cipher(values.get("sak cipher suite", "")),
        confidentiality=_confidentiality(values.get("macsec capability")),
        confidentiality_offset=whole_number(values.get("confidentiality offset")),
        sak_rekey_interval=_rekey(values),
        policy=unless_none(values.get("mka policy name")),
        ckn=unless_none(values.get("cak name (ckn)")),
        key_source="fallback" if "fallback" in values else None,
        key_server=YES_NO.get(values.get("key server", "").upper()),
        local_sci=sci(values.get("local tx-sci", "")),
        peer_scis=tuple(one for one in map(sci, dict.fromkeys(peers)) if one),
    )


def _confidentiality(capability: str | None) -> bool | None:
    """False where the port can authenticate frames at most: `0` (nothing) and `1` (integrity)."""
    return False if whole_number(capability) in (0, 1) else None


def _in_sak(status: str, direction: str) -> bool | None:
    """Whether the latest SAK is used in a direction: "Rx & Tx", "No Rx, No Tx", "Rx Only"."""
    if direction not in status:
        return False if "only" in status else None
    return f"no {direction}" not in status


def _rekey(values: dict[str, str]) -> int | None:
    """Seconds between timed rekeys; only the key server's own value says that there are none."""
    text = values.get("sak rekey time", "")
    seconds = whole_number(text)
    if seconds == 0 and values.get("key server", "").upper() != "YES":
        return None
    return None if "remaining" in text.lower() else seconds


def _table(block: Block, row: type[_Row]) -> Iterator[MacsecSession]:
    """Two printed lines a session, each with a secure channel as its second word."""
    first: tuple[int, list[str]] | None = None
    session: _Row | None = None
    for index, line in enumerate(block.lines):
        words = line.split()
        if len(words) >= 2 and is_sci(words[1]):
            if is_interface(words[0]):
                if session:
                    yield session.observation(block)
                elif first is not None:
                    yield _cut_row(block, *first)
                first, session = (index, words), None
            elif first is not None and is_number(words[0]):
                session = row(first, words)
                first = None
            continue
        if first is not None and words and not line.startswith(("=", "-")):
            first[1].extend(words)
        elif session and len(words) == 1 and HEX.match(words[0]) and session.ckn:
            session.ckn += words[0]
    if session:
        yield session.observation(block)
    elif first is not None:
        yield _cut_row(block, *first)


def _cut_row(block: Block, index: int, words: Sequence[str]) -> MacsecSession:
    """A session whose second line is missing: nothing is known of it."""
    return MacsecSession(
        source=block.source(index), interface=interface_name(words[0]), prints_peers=True
    )


class _Row:
    """One session of the table: columns of both lines, newer dialect."""

    prints_peers = True

    def __init__(self, first: tuple[int, list[str]], second: Sequence[str]) -> None:
        self.index, columns = first
        self.interface = interface_name(columns[0])
        self.live_peers: int | None = None
        self.key_server: bool | None = None
        self.local: str | None = None
        self.peer: str | None = None
        self.status: Status | None = None
        self.fallback = False
        self.ckn: str | None = None
        self.policy: str | None = None
        self.fill(columns, second)

    def fill(self, columns: Sequence[str], second: Sequence[str]) -> None:
        """Interface, local SCI, policy, inherited, key server; port, peer SCI, peers, status."""
        flags = [word.upper() in YES_NO for word in columns]
        if len(columns) >= 4 and flags[-1]:
            self.key_server = YES_NO[columns[-1].upper()]
            columns = columns[:-2] if flags[-2] else columns[:-1]
        self.policy = unless_none(" ".join(columns[2:]))
        self.local, self.peer = sci(columns[1]), sci(second[1])
        rest = list(second[2:])
        if rest and is_number(rest[0]):
            self.live_peers = int(rest.pop(0))
        self.take_status(rest)

    def take_status(self, words: list[str]) -> None:
        """Status words, then the CKN."""
        if len(words) >= 2 and HEX.match(words[-1]):
            self.ckn = words.pop()
        status = " ".join(words)
        self.status = session_status(status) if words else None
        self.fallback = "fallback" in status.lower()

    def observation(self, block: Block) -> MacsecSession:
        """What the row says."""
        return MacsecSession(
            source=block.source(self.index, self.index + 1),
            interface=self.interface,
            status=self.status,
            prints_peers=self.prints_peers,
            live_peers=self.live_peers,
            policy=self.policy,
            ckn=self.ckn,
            key_source="fallback" if self.fallback else None,
            key_server=self.key_server,
            local_sci=self.local,
            peer_scis=(self.peer,) if self.peer else (),
        )


class _OldRow(_Row):
    """The dialect of IOS 12.2 and 15: peer first, no number of peers."""

    prints_peers = False

    def fill(self, columns: Sequence[str], second: Sequence[str]) -> None:
        """Interface, peer SCI, policy, audit session; port, local SCI, key server, status."""
        named = columns[2:]
        if len(named) > 1 and len(named[-1]) >= 20 and HEX.match(named[-1]):
            named = named[:-1]
        self.policy = unless_none(" ".join(named))
        self.peer, self.local = sci(columns[1]), sci(second[1])
        rest = list(second[2:])
        if rest and rest[0].upper() in YES_NO:
            self.key_server = YES_NO[rest.pop(0).upper()]
        self.take_status(rest)


_ICV_FAILURES = re.compile(r"MKPDU Rx (?:Fallback )?ICV Verification\.+\s*(\d{1,20})")


def read_statistics(block: Block) -> Iterator[Observation]:
    """`show mka statistics [interface X]`: no state; failures of the keys' check are a finding."""
    interface = interface_of(block)
    if interface != UNKNOWN_INTERFACE:
        yield MacsecSession(source=block.source(0), interface=interface)
    for index, line in enumerate(block.lines):
        match = _ICV_FAILURES.match(line.strip())
        if match and int(match[1]):
            text = f"{match[1]} MKA frames failed the ICV check (keys of the two ends differ)"
            yield Remark(block.source(index), text, finding=True)
