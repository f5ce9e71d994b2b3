"""Neighbours that Junos shows: LLDP, brief and detailed, and IS-IS adjacencies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netmod.facts import NeighborFact
from netmod.platforms._observations import Block, Fact, Observation
from netmod.platforms.junos._names import is_interface

_FIELD = re.compile(
    r"\s*(Local Interface|Port type|Port ID|Port description|System name)\s*:\s*(.*?)\s*$",
    re.IGNORECASE,
)
_ROW = re.compile(
    r"(?P<local>\S+)\s+(?:(?P<parent>-|ae\d\S*|reth\d\S*)\s+)?"
    r"(?P<chassis>[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}|\d{1,3}(?:\.\d{1,3}){3}|\S+)\s+(?P<rest>\S.*)$"
)
_ADJACENCY = re.compile(
    r"(?P<interface>\S+)\s+(?P<system>\S+)\s+[123](?:,\s?\d)?\s+(?P<state>[A-Z]\w*)\s"
)


def read_lldp(block: Block) -> Iterator[Observation]:
    """`show lldp neighbors [detail | interface X]`."""
    if any(re.match(r"\s*Local Interface\s*:", line) for line in block.lines if len(line) < 200):
        yield from _pages(block)
    else:
        yield from _table(block)


def _pages(block: Block) -> Iterator[Fact]:
    values: dict[str, str] = {}
    indexes: list[int] = []
    for index, line in enumerate(block.lines):
        match = _FIELD.match(line) if len(line) < 400 else None
        if match is None:
            continue
        label = match[1].lower()
        if label == "local interface" and values:
            yield from _page(block, indexes, values)
            values, indexes = {}, []
        if (label not in values and values) or label == "local interface":
            values[label] = match[2]
            indexes.append(index)
    yield from _page(block, indexes, values)


def _page(block: Block, indexes: list[int], values: dict[str, str]) -> Iterator[Fact]:
    local = values.get("local interface")
    if not local:
        return
    fact = NeighborFact(
        local_interface=local,
        neighbor=values.get("system name") or None,
        neighbor_interface=_port(values),
    )
    yield Fact(block.source(*indexes), fact)


def _port(values: dict[str, str]) -> str | None:
    """The neighbour's port: its description where the id is only a number."""
    port, described = values.get("port id") or None, values.get("port description", "")
    if port is not None and port.isdigit() and is_interface(described):
        return described
    return port or described or None


def _table(block: Block) -> Iterator[Fact]:
    """The table; a port's description may hold blanks and may push the name out of its column."""
    name_column: int | None = None
    for index, line in enumerate(block.lines):
        if line.startswith("Local Interface"):
            name_column = line.find("System Name")
            continue
        row = _ROW.match(line) if name_column is not None and len(line) < 400 else None
        if row is None or not is_interface(row["local"]):
            continue
        port, name = _port_and_name(line, row, name_column or 0)
        fact = NeighborFact(local_interface=row["local"], neighbor=name, neighbor_interface=port)
        yield Fact(block.source(index), fact)


def _port_and_name(line: str, row: re.Match[str], column: int) -> tuple[str | None, str | None]:
    start = row.start("rest")
    rest = row["rest"].rstrip()
    if start < column < len(line) and line[column - 1] == " ":
        return line[start:column].strip() or None, line[column:].strip() or None
    parts = re.split(r"\s{2,}", rest)
    if len(parts) == 2:
        return parts[0], parts[1]
    port, _, name = rest.rpartition(" ")
    return (port.strip(), name) if port else (rest, None)


def read_isis(block: Block) -> Iterator[Observation]:
    """`show isis adjacency`: adjacencies that are up, with the unit that they stand on."""
    for index, line in enumerate(block.lines):
        match = _ADJACENCY.match(line) if len(line) < 200 else None
        if match and is_interface(match["interface"]) and match["state"] == "Up":
            fact = NeighborFact(
                local_interface=match["interface"], neighbor=match["system"], protocol="isis"
            )
            yield Fact(block.source(index), fact)
