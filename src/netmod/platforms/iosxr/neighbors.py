"""Neighbours that IOS-XR shows: LLDP and CDP, brief and detailed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from netmod.facts import NeighborFact
from netmod.platforms._observations import Block, Fact, Observation
from netmod.platforms.iosxr._names import full_name, is_interface

Protocol = Literal["lldp", "cdp"]
_RULE = re.compile(r"\s*-{10,}\s*$")
_LLDP_FIELD = re.compile(
    r"\s*(Local Interface|Port id|System Name|Parent Interface)\s*(?::|-)\s*(.*?)\s*$",
    re.IGNORECASE,
)
_CDP_FIELD = re.compile(
    r"\s*(Device ID|Interface|Port ID \(outgoing port\))\s*:\s*(.*?)\s*$", re.IGNORECASE
)
_CDP_ONE_LINE = re.compile(
    r"\s*Interface:\s*(\S+?),?\s+Port ID \(outgoing port\):\s*(\S.*?)\s*$", re.IGNORECASE
)
_NOT_SENT = re.compile(r"(?:not advertised|\[DISABLED\]|n/a|-|\s*)$", re.IGNORECASE)
_LLDP_ROW = re.compile(
    r"(?P<name>\S.{0,80}?)?\s+(?P<local>[A-Za-z][\w/.:-]*\d)(?:\[[\w-]+\])?"
    r"(?:\s+(?P<parent>[A-Z][\w/.-]*\d))?\s+(?P<hold>\d{1,5})"
    r"\s+(?:(?P<capability>(?:[A-Z]|N/A|-)(?:\s?,\s?[A-Z])*)\s+)?(?P<port>\S.*?)\s*$"
)
_CDP_ROW = re.compile(
    r"(?P<name>\S{1,80})?\s+(?P<local>[A-Z][a-z]\w*\s?\d[\w/.]*)\s+(?P<hold>\d{1,3})\s+"
    r"(?P<capability>(?:[A-Za-z] )*[A-Za-z]\b|-)?\s+(?P<platform>\S.*?)\s+"
    r"(?P<port>(?:[A-Z][A-Za-z]{1,3} (?=\d))?\S+)\s*$"
)


def _neighbor(
    block: Block, indexes: list[int], protocol: Protocol, values: dict[str, str | None]
) -> Iterator[Fact]:
    local, name, port = values.get("local"), values.get("name"), values.get("port")
    if local is None and name is None:
        return
    fact = NeighborFact(
        local_interface=full_name(local) if local else None,
        neighbor=name,
        neighbor_interface=port,
        protocol=protocol,
    )
    yield Fact(block.source(*indexes), fact)


def _sent(text: str | None) -> str | None:
    value = (text or "").strip()
    return None if _NOT_SENT.match(value) else value


def read_lldp(block: Block) -> Iterator[Observation]:
    """`show lldp neighbors [detail|INTERFACE]`: the table, or one page for each neighbour."""
    if any(re.match(r"\s*Local Interface\s*[:-]", line) for line in block.lines if len(line) < 200):
        yield from _pages(block, "lldp")
    else:
        yield from _rows(block, "lldp")


def read_cdp(block: Block) -> Iterator[Observation]:
    """`show cdp neighbors [detail]` and `show cdp entry`."""
    if any(re.match(r"\s*Port ID \(|\s*Interface:", line) for line in block.lines):
        yield from _pages(block, "cdp")
    else:
        yield from _rows(block, "cdp")


def _pages(block: Block, protocol: Protocol) -> Iterator[Fact]:
    values: dict[str, str | None] = {}
    indexes: list[int] = []
    opening = "local interface" if protocol == "lldp" else "device id"
    pattern = _LLDP_FIELD if protocol == "lldp" else _CDP_FIELD
    described = False
    for index, line in enumerate(block.lines):
        if len(line) > 500:
            continue
        both = _CDP_ONE_LINE.match(line) if protocol == "cdp" else None
        if both:
            values.setdefault("local", both[1])
            values.setdefault("port", both[2])
            indexes.append(index)
            continue
        described = described and bool(line.strip())
        if re.match(r"\s*(?:System Description|Version)\s*:", line):
            described = True
        match = None if described else pattern.match(line)
        if match is None:
            continue
        label = match[1].lower()
        if label == opening and values:
            yield from _neighbor(block, indexes, protocol, values)
            values, indexes = {}, []
        key = _KEYS[label]
        if key and key not in values:
            values[key] = _sent(match[2])
            indexes.append(index)
    yield from _neighbor(block, indexes, protocol, values)


_KEYS = {
    "local interface": "local",
    "interface": "local",
    "port id": "port",
    "port id (outgoing port)": "port",
    "system name": "name",
    "device id": "name",
    "parent interface": "",
}


def _rows(block: Block, protocol: Protocol) -> Iterator[Fact]:
    """Rows of the table; a long name stands alone above the rest of its row."""
    pattern = _LLDP_ROW if protocol == "lldp" else _CDP_ROW
    waiting: tuple[int, str] | None = None
    started = False
    for index, line in enumerate(block.lines):
        if re.match(r"\s*Device[ -]ID\b", line, re.IGNORECASE):
            started = True
            continue
        if not started or len(line) > 300:
            continue
        row = pattern.match(line)
        if row and is_interface(row["local"].replace(" ", "")):
            name = row["name"] or (waiting[1] if waiting else None)
            indexes = [index] if row["name"] or waiting is None else [waiting[0], index]
            values = {
                "local": row["local"].replace(" ", ""), "name": _sent(name), "port": row["port"],
            }  # fmt: skip
            yield from _neighbor(block, indexes, protocol, values)
            waiting = None
        elif re.match(r"\S+\s*$", line):
            waiting = index, line.strip()
        else:
            waiting = None
