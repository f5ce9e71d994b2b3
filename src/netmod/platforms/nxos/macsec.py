"""MACsec sessions and policies of NX-OS: `show macsec mka …` and `show macsec policy`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from netmod.facts import Enforcement, PolicyFact
from netmod.platforms._observations import (
    Block,
    Fact,
    MacsecSession,
    MacsecShutdown,
    Observation,
    Remark,
)
from netmod.platforms._tables import Row, tables
from netmod.platforms.nxos._names import cipher, ciphers, command_interface, full_name, number

Status = Literal["secured", "fallback-ready", "pending", "down", "not-secured"]

_SHUTDOWN = re.compile(r"\s*macsec is shutdown\s*$", re.IGNORECASE)
_DISABLED = re.compile(r"\s*macsec (?:feature )?is (?:disabled|not enabled)", re.IGNORECASE)
_FIELD = re.compile(r"\s*([A-Za-z][\w -]*?(?:\([A-Za-z ]+\))?)\s*:\s*(\S.*)?$")
_STATUSES: dict[str, Status] = {
    "secured": "secured",
    "init": "pending",
    "initializing": "pending",
    "pending": "pending",
    "negotiating": "pending",
    "authenticating": "pending",
    "down": "down",
    "unsecured": "not-secured",
    "not-secured": "not-secured",
}


def shutdown(block: Block) -> Iterator[Observation]:
    """The banner "Macsec is shutdown", for the device and for the interface of the command.

    JSON is told apart as well: its keys are not documented, and it is not read.
    """
    if block.text.lstrip()[:1] == "{":
        yield Remark(block.source(), f"{block.file}: JSON of {block.command!r} is not read")
        return
    for index, line in enumerate(block.lines):
        if _SHUTDOWN.match(line):
            yield MacsecShutdown(block.source(index))
            interface = command_interface(block)
            if interface is not None:
                yield MacsecShutdown(block.source(index), interface)
            yield Remark(block.source(index), "macsec globally shutdown", finding=True)
            return
        if _DISABLED.match(line):
            yield Remark(block.source(index), "macsec feature is not enabled", finding=True)
            return


def session_status(text: str | None) -> Status | None:
    """`SECURED - Secured MKA Session with MACsec`, `Init`, `Pending`, … as a status."""
    words = re.match(r"\s*([A-Za-z-]+)", text or "")
    if words is None or words[1].strip("-") == "":
        return None
    return _STATUSES.get(words[1].lower(), "not-secured")


def _yes(text: str | None) -> bool | None:
    word = (text or "").strip().lower()
    return {"yes": True, "true": True, "no": False, "false": False}.get(word)


def _key_source(auth_mode: str | None) -> Literal["primary", "fallback"] | None:
    word = (auth_mode or "").lower()
    if word.startswith("primary"):
        return "primary"
    return "fallback" if word.startswith("fallback") else None


def read_sessions(block: Block) -> Iterator[Observation]:
    """`show macsec mka session [interface X] [details]`, brief or detailed, of any release."""
    yield from shutdown(block)
    if any("interface name" in line.lower() for line in block.lines):
        yield from _one_in_use(list(_details(block)))
        return
    yield from _one_in_use(
        [session for rows in tables(block.lines) for session in _brief(block, rows)]
    )


def _brief(block: Block, rows: list[Row]) -> Iterator[MacsecSession]:
    for row in rows:
        interface = row.get("interface")
        if interface is None or not re.match(r"[A-Za-z-]+\d", interface):
            continue
        key_server = _yes(row.get("key-server", "key server"))
        yield MacsecSession(
            block.source(row.index),
            full_name(interface),
            status=session_status(row.get("status")),
            prints_peers=True,
            live_peers=number(row.get("# peers", "#peers", "peers")),
            local_sci=_printed(row.get("local-txsci", "local txsci", "local-tx-sci")),
            key_server=key_server,
            key_source=_key_source(row.get("auth mode", "auth-mode")),
        )


def _printed(text: str | None) -> str | None:
    return None if text is None or not text.strip("-") else text


@dataclass(slots=True)
class _Detail:
    """The lines of one detailed session, by lower-case label."""

    interface: str
    first: int
    last: int
    values: dict[str, str] = field(default_factory=dict)
    peer_scis: list[str] = field(default_factory=list)


def _details(block: Block) -> Iterator[MacsecSession]:
    current: _Detail | None = None
    for index, line in enumerate(block.lines):
        match = _FIELD.match(line) if len(line) < 300 else None
        if match is None:
            continue
        label = " ".join(match[1].lower().split())
        value = (match[2] or "").strip()
        if label == "interface name":
            if current is not None:
                yield _detailed(block, current)
            current = _Detail(full_name(value), index, index)
        elif current is not None:
            current.last = index
            if label in ("rxsci", "rx-sci", "rx sci"):
                current.peer_scis.append(value)
            else:
                current.values.setdefault(label, value)
    if current is not None:
        yield _detailed(block, current)


def _detailed(block: Block, detail: _Detail) -> MacsecSession:
    values = detail.values
    sak = values.get("latest sak status", "").lower()
    operational = values.get("sak cipher suite (operational)")
    without_key = _is_no_cipher(operational)
    offset = values.get("confidentiality offset (operational)") or values.get(
        "confidentiality offset (configured)", values.get("confidentiality offset")
    )
    digits = re.search(r"(\d+)\s*$", offset or "")
    return MacsecSession(
        block.source(detail.first, detail.last),
        detail.interface,
        status=session_status(values.get("session status")),
        prints_peers=True,
        live_peers=number(values.get("ca peer count")),
        prints_sas=True,
        tx_sa_in_use=False if without_key else _direction(sak, "tx"),
        rx_sa_in_use=False if without_key else _direction(sak, "rx"),
        cipher=cipher(operational),
        confidentiality_offset=int(digits[1]) if digits else None,
        replay_window=number(values.get("replay window size")),
        policy=values.get("mka policy name") or None,
        ckn=values.get("cak name (ckn)") or None,
        key_source=_key_source(values.get("ca authentication mode")),
        key_server=_yes(values.get("key server")),
        local_sci=values.get("local tx-sci") or None,
        peer_scis=tuple(detail.peer_scis),
    )


def _is_no_cipher(text: str | None) -> bool:
    return (text or "").strip().lower().startswith("no cipher")


def _with_cipher(status: str | None, suite: str | None) -> Status | None:
    """A session's status; one without a cipher in use waits for its key, whatever it says."""
    stated = session_status(status)
    return "pending" if stated == "secured" and _is_no_cipher(suite) else stated


def _direction(sak: str, name: str) -> bool | None:
    """Whether `Latest SAK Status` ("Rx & Tx", "No Rx, No Tx", "Rx") names a direction as in use."""
    if not re.search(r"\b[rt]x\b", sak):
        return None
    return re.search(rf"(?<!no )\b{name}\b", sak) is not None


def _one_in_use(sessions: list[MacsecSession]) -> Iterator[MacsecSession]:
    """The sessions, with `fallback-ready` for those beside the one that carries the traffic.

    An interface with a fallback key chain has a session per key; the primary one is preferred
    wherever it is secured.
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
                and session is not in_use
                and None not in (session.key_source, in_use.key_source)
                and session.key_source != in_use.key_source
            )
            yield replace(session, status="fallback-ready") if standby else session


def read_summary(block: Block) -> Iterator[Observation]:
    """`show macsec mka summary`; releases before 9.x print policy and key chain only."""
    yield from shutdown(block)
    for rows in tables(block.lines):
        for row in rows:
            interface = row.get("interface")
            if interface is None or not re.match(r"[A-Za-z-]+\d", interface):
                continue
            yield MacsecSession(
                block.source(row.index),
                full_name(interface),
                status=_with_cipher(row.get("status"), row.get("cipher (operational)", "cipher")),
                cipher=cipher(row.get("cipher (operational)", "cipher")),
                key_server=_yes(row.get("key-server", "key server")),
                policy=_printed(row.get("macsec-policy", "macsec policy")),
                key_chain=_chain(row.get("keychain", "key-chain")),
            )


def _chain(text: str | None) -> str | None:
    """The chain of `KC1` or of `KC1/1000` (chain and key, as older releases print it)."""
    if text is None or text.lower().startswith("no keychain") or not text.strip("-"):
        return None
    return text.split("/")[0]


def read_policies(block: Block) -> Iterator[Observation]:
    """`show macsec policy`: the policies, the ciphers accepted from peers, and PPK profiles."""
    yield from shutdown(block)
    policies: dict[str, PolicyFact] = {}
    indexes: dict[str, list[int]] = {}
    for rows in tables(block.lines):
        for row in rows:
            name = row.get("macsec policy", "policy")
            if name is None:
                continue
            indexes.setdefault(name, []).append(row.index)
            policies[name] = _with_row(policies.get(name, PolicyFact(name=name)), row)
    for name, policy in policies.items():
        yield Fact(block.source(*indexes[name]), policy)


def _with_row(policy: PolicyFact, row: Row) -> PolicyFact:
    accepted = next((cell for title, cell in row.cells.items() if "enforce-peer" in title), None)
    if accepted is not None:
        return policy.model_copy(update={"ciphers": ciphers(accepted)})
    profile = next((cell for title, cell in row.cells.items() if title.startswith("ppk")), None)
    if profile is not None:
        return policy.model_copy(update={"ppk_profile": profile or None})
    own = cipher(row.get("cipher", "cipher suite", "cipher-suite"))
    rekey = row.get("sak rekey time", "sak rekey", "rekey time")
    offset = number(row.get("offset", "conf-offset"))
    return policy.model_copy(
        update={
            "cipher": own,
            "ciphers": (own,) if own else policy.ciphers,
            "security": enforcement(row.get("security")),
            "offset": offset,
            "confidentiality_offset": offset,
            "replay_window": number(row.get("window")),
            "key_server_priority": number(row.get("pri", "priority")),
            "sak_rekey": rekey_seconds(rekey),
        }
    )


def enforcement(text: str | None) -> Enforcement | None:
    """`must-secure` or `should-secure`; None for anything else."""
    word = (text or "").strip().lower()
    if word == "must-secure":
        return "must-secure"
    return "should-secure" if word == "should-secure" else None


def rekey_seconds(text: str | None) -> int | None:
    """Seconds between timed rekeys; 0 for `pn-rollover`, which has no timer."""
    if text is not None and text.strip().lower() == "pn-rollover":
        return 0
    return number(text)
