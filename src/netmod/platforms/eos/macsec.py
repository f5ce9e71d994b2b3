"""MACsec of EOS: `show mac security …` as text and JSON.

EOS shows the secure channel and the key agreement in two commands: `interface` tells whether the
controlled port is open and which key is in use, `participants` tells the MKA actors and peers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from netmod.platforms._observations import Block, MacsecSession, Observation, Remark
from netmod.platforms._tables import tables
from netmod.platforms.eos._names import (
    cipher,
    command_interface,
    fold,
    folded,
    full_name,
    json_document,
    number,
    truth,
)

Status = Literal["secured", "fallback-ready", "pending", "down", "not-secured"]

_INTERFACE_LINE = re.compile(r"\s*Interface:?\s+([A-Z][A-Za-z-]*\d\S*?):?\s*$")
_FIELD = re.compile(r"\s*([A-Za-z][\w /-]{0,60}?)\s*:\s*(.*?)\s*$")
_UNLICENSED = re.compile(
    r".{0,80}licen[cs]e(?: is)?\s*:?\s*(?:not (?:installed|present|valid|enabled)|invalid|disabled)"
    r"|.{0,80}not licen[cs]ed",
    re.IGNORECASE,
)
_NOTHING = {"", "none", "-", "--", "n/a", "[]", "null", "0"}


@dataclass(slots=True)
class Entry:
    """Labelled values below one interface or one participant, by folded label."""

    interface: str
    lines: list[int] = field(default_factory=list)
    ckn: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


def unlicensed(block: Block) -> int | None:
    """The line that says that no licence for MACsec is installed."""
    lines = enumerate(block.lines)
    return next((at for at, line in lines if len(line) < 300 and _UNLICENSED.match(line)), None)


def read_status(block: Block) -> Iterator[Observation]:
    """`show mac security status`: only its licence line says something about links."""
    document = json_document(block)
    line = unlicensed(block)
    if document is not None:
        values = folded(document)
        state = values.get("licenseenabled", values.get("licenseinstalled"))
        if truth(state) is False:
            line = 0
    if line is not None:
        yield Remark(block.source(line), "no license for MACsec is installed", finding=True)


def _licence_remark(block: Block, line: int | None, *, seen: bool) -> Iterator[Observation]:
    """What a licence message says where no interface is printed beside it."""
    if line is None:
        return
    yield Remark(block.source(line), "no license for MACsec is installed", finding=True)
    named = command_interface(block)
    if named is not None and not seen:
        yield MacsecSession(block.source(line), named, unlicensed=True)


def read_interfaces(block: Block) -> Iterator[Observation]:
    """`show mac security interface [X] [detail]`."""
    licence = unlicensed(block)
    document = json_document(block)
    if document is not None:
        entries = list(json_interfaces(document))
    else:
        entries = [*_interface_rows(block), *labelled(block)]
    yield from _licence_remark(block, licence, seen=bool(entries))
    for entry in entries:
        yield _channel(block, entry, unlicensed=licence is not None)


def _interface_rows(block: Block) -> Iterator[Entry]:
    """The brief table, of which releases print the title line with or without dashes below."""
    titled = [row for table in tables(block.lines) for row in table]
    if titled:
        for row in titled:
            interface = row.get("interface")
            if interface and re.match(r"[A-Z][A-Za-z-]*\d", interface):
                values = {fold(title): cell for title, cell in row.cells.items()}
                yield Entry(full_name(interface), [row.index], values=values)
        return
    for index, line in enumerate(block.lines):
        match = re.match(
            r"\s*([A-Z][A-Za-z-]*\d\S*)\s+(\S+)\s+(True|False|Yes|No)(?:\s+(\S+))?", line
        )
        if match:
            values = {"sci": match[2], "controlledport": match[3], "keyinuse": match[4] or ""}
            yield Entry(full_name(match[1]), [index], values=values)


def labelled(block: Block) -> Iterator[Entry]:
    """`Interface: X` and the labelled lines below it, up to the next."""
    entry: Entry | None = None
    for index, line in enumerate(block.lines):
        if len(line) > 400:
            continue
        head = _INTERFACE_LINE.match(line)
        if head:
            if entry is not None:
                yield entry
            entry = Entry(full_name(head[1]), [index])
            continue
        match = _FIELD.match(line)
        if match and entry is not None:
            entry.values.setdefault(fold(match[1]), match[2])
            entry.lines.append(index)
    if entry is not None:
        yield entry


def json_interfaces(document: Any) -> Iterator[Entry]:
    interfaces = folded(document).get("interfaces")
    for name, value in interfaces.items() if isinstance(interfaces, dict) else ():
        yield Entry(full_name(name), [0], values=folded(value))


def _printed(value: Any) -> str | None:
    """A value as text, of an object the first that says something; None for nothing."""
    if isinstance(value, dict):
        return next((text for text in map(_printed, value.values()) if text), None)
    text = str(value).strip() if isinstance(value, (str, int)) else ""
    return None if text.lower() in _NOTHING else text


def _channel(block: Block, entry: Entry, *, unlicensed: bool) -> MacsecSession:
    """A controlled port that is open without a key passes clear frames, and is no proof."""
    values = entry.values
    port = truth(values.get("controlledport"))
    prints_key = "keyinuse" in values
    key = _printed(values.get("keyinuse")) if prints_key else None
    traffic = str(values.get("traffic", "")).lower()
    in_use = (key is not None and port is not False) if prints_key else None
    return MacsecSession(
        block.source(*entry.lines),
        entry.interface,
        status=_channel_status(port, traffic, in_use),
        prints_sas=True,
        tx_sa_in_use=in_use,
        rx_sa_in_use=in_use,
        cipher=cipher(_printed(values.get("ciphersuite", values.get("cipher")))),
        policy=_printed(values.get("profilename", values.get("profile"))),
        sak_rekey_interval=number(values.get("sessionrekeyperiod")),
        replay_window=number(values.get("replayprotectionwindow")),
        local_sci=_printed(values.get("sci")),
        unlicensed=unlicensed,
    )


def _channel_status(port: bool | None, traffic: str, in_use: bool | None) -> Status | None:
    if port is False or traffic.startswith(("unprotected", "blocked", "dropped")):
        return "not-secured"
    return "secured" if port and in_use else None


def read_participants(block: Block) -> Iterator[Observation]:
    """`show mac security participants [X] [detail]`: one MKA actor per connectivity key."""
    licence = unlicensed(block)
    document = json_document(block)
    entries = list(_json_participants(document) if document is not None else _actors(block))
    yield from _licence_remark(block, licence, seen=bool(entries))
    prints_peers = "detail" in block.command or any("livepeer" in _keys(one) for one in entries)
    led = {one.interface for one in entries if truth(one.values.get("principal"))}
    for entry in entries:
        yield _actor(
            block,
            entry,
            led=entry.interface in led,
            prints_peers=prints_peers,
            unlicensed=licence is not None,
        )


def _keys(entry: Entry) -> str:
    return " ".join(entry.values)


def _actors(block: Block) -> Iterator[Entry]:
    interface: str | None = None
    entry: Entry | None = None
    for index, line in enumerate(block.lines):
        if len(line) > 1000:
            continue
        head, match = _INTERFACE_LINE.match(line), _FIELD.match(line)
        if head:
            interface = full_name(head[1])
            continue
        if match is None or interface is None:
            continue
        label = fold(match[1])
        if label == "ckn":
            if entry is not None:
                yield entry
            entry = Entry(interface, [index], ckn=match[2] or None)
        elif entry is not None and entry.interface == interface:
            entry.values.setdefault(label, match[2])
            entry.lines.append(index)
    if entry is not None:
        yield entry


def _json_participants(document: Any) -> Iterator[Entry]:
    interfaces = folded(document).get("interfaces")
    for name, value in interfaces.items() if isinstance(interfaces, dict) else ():
        actors = folded(value).get("participants", value)
        for ckn, actor in actors.items() if isinstance(actors, dict) else ():
            if isinstance(actor, dict):
                yield Entry(full_name(name), [0], ckn=ckn, values=folded(actor))


def _peers(entry: Entry) -> int | None:
    """How many live peers are listed; None where the list is not printed."""
    value = next((item for key, item in entry.values.items() if key.startswith("livepeer")), None)
    if isinstance(value, (list, dict)):
        return len(value)
    if not isinstance(value, str):
        return number(value)
    members = [part.strip(" []{}'\"") for part in value.split(",")]
    return sum(part.lower() not in _NOTHING for part in members)


def _actor(
    block: Block,
    entry: Entry,
    *,
    led: bool,
    prints_peers: bool,
    unlicensed: bool,
) -> MacsecSession:
    values = entry.values
    sak = values.get("distributedkeyidentifier")
    key_server = truth(values.get("electedself"))
    no_key = key_server is True and sak is not None and _printed(sak) is None
    in_use = False if no_key else None
    server = _printed(values.get("keyserversci"))
    default = truth(values.get("default", values.get("defaultactor")))
    return MacsecSession(
        block.source(*entry.lines),
        entry.interface,
        status=_actor_status(values, led=led),
        prints_peers=prints_peers,
        live_peers=_peers(entry),
        tx_sa_in_use=in_use,
        rx_sa_in_use=in_use,
        ckn=entry.ckn,
        key_source=None if default is None else "fallback" if default else "primary",
        key_server=key_server,
        local_sci=server if key_server else None,
        peer_scis=(server,) if server and key_server is False else (),
        unlicensed=unlicensed,
    )


def _actor_status(values: dict[str, Any], *, led: bool) -> Status | None:
    """The principal actor carries the traffic; another one beside it (`led`) is a standby."""
    success, principal = truth(values.get("success")), truth(values.get("principal"))
    if success is None or principal is None:
        return None
    if principal:
        return "secured" if success else "pending"
    return "fallback-ready" if led else "pending"
