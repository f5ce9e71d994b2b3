"""Neighbours that NX-OS sees by CDP and LLDP: brief, detailed and JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from netmod.facts import NeighborFact
from netmod.platforms._observations import Block, Fact, Observation
from netmod.platforms.nxos._names import full_name, json_document, json_rows, text_of

Protocol = Literal["lldp", "cdp"]

_LOCAL = (
    r"(?P<local>(?:mgmt|Eth|Ethernet|Gig|Ten|Po|port-channel|Vlan|fc|Fas|control)[ ]?\d[\d/.]*)"
)
_ROW = re.compile(rf"(?P<device>\S.*?\s+|\s*){_LOCAL}\s+(?P<hold>\d{{1,5}})(?:\s+(?P<rest>\S.*))?$")
_GLUED = re.compile(rf"(?P<device>\S+?){_LOCAL}\s+(?P<hold>\d{{1,5}})(?:\s+(?P<rest>\S.*))?$")
_END = re.compile(r"\s*Total (?:cdp )?entries displayed", re.IGNORECASE)
_HEAD = re.compile(r"\s*Device[- ]ID\b", re.IGNORECASE)
_SPLIT_PORT = re.compile(r".*?\b([A-Za-z]{2,12} \d[\d/.]*)$")
_CAPABILITIES = re.compile(r"[BRTCWPSO]{1,8}(?:(?:,\s?|\s)[BRTCWPSO]{1,8}){0,8}(?=\s|$)")
_NOT_ADVERTISED = {"", "null", "not advertised", "- not advertised", "n/a"}


@dataclass(slots=True)
class _Entry:
    """A row of a brief table; `tail` is what follows the hold time."""

    device: str | None
    local: str
    tail: str
    port_column: str | None
    lines: list[int]


def _neighbor(
    block: Block,
    lines: Sequence[int],
    protocol: Protocol,
    local: str | None,
    device: str | None,
    port: str | None,
) -> Fact:
    fact = NeighborFact(
        local_interface=full_name(local) if local else None,
        neighbor=_advertised(device),
        neighbor_interface=_advertised(port),
        protocol=protocol,
    )
    return Fact(block.source(*lines), fact)


def _advertised(text: str | None) -> str | None:
    value = (text or "").strip()
    return None if value.lower() in _NOT_ADVERTISED else value


def read_cdp(block: Block) -> Iterator[Observation]:
    """`show cdp neighbors [interface X] [detail]`."""
    document = json_document(block)
    if document is not None:
        for table in ("cdp_neighbor_detail_info", "cdp_neighbor_brief_info"):
            yield from _json(block, document, table, "cdp")
    elif any(line.startswith(("Device ID:", "Device-ID:")) for line in block.lines):
        yield from _cdp_detail(block)
    else:
        for entry in _entries(block):
            port = entry.port_column or _last_port(entry.tail)
            yield _neighbor(block, entry.lines, "cdp", entry.local, entry.device, port)


def read_lldp(block: Block) -> Iterator[Observation]:
    """`show lldp neighbors [interface X] [detail]`."""
    document = json_document(block)
    if document is not None:
        for table in ("nbor_detail", "nbor"):
            yield from _json(block, document, table, "lldp")
    elif any(re.match(r"\s*Chassis id:", line, re.IGNORECASE) for line in block.lines):
        yield from _lldp_detail(block)
    else:
        for entry in _entries(block):
            capabilities = _CAPABILITIES.match(entry.tail)
            port = entry.tail[capabilities.end() :] if capabilities else entry.tail
            yield _neighbor(block, entry.lines, "lldp", entry.local, entry.device, port)


def _json(block: Block, document: Any, table: str, protocol: Protocol) -> Iterator[Observation]:
    for row in json_rows(document, table):
        local = text_of(row, "l_port_id", "intf_id")
        device = text_of(row, "sys_name", "device_id", "chassis_id")
        if local is not None:
            yield _neighbor(block, (0,), protocol, local, device, text_of(row, "port_id"))


def _entries(block: Block) -> Iterator[_Entry]:
    """Rows of a brief table, with device ids and port ids that were wrapped put back."""
    device: str | None = None
    entry: _Entry | None = None
    column: int | None = None
    for index, raw in enumerate(block.lines):
        line = raw.rstrip()
        if _HEAD.match(line):
            column = line.lower().find("port id")
            device = None
            continue
        if _END.match(line) or not line.strip() or len(line) > 300:
            continue
        found = _ROW.match(line) or _GLUED.match(line)
        if found:
            if entry is not None:
                yield entry
            named = found["device"].strip() or device
            entry = _entry(found, named, line, column, index)
            device = None
        elif " " not in line.strip():
            if entry is not None and _is_port(block.lines, index, line):
                entry.port_column = line.strip()
                entry.lines.append(index)
            else:
                device = line.strip()
    if entry is not None:
        yield entry


def _entry(
    found: re.Match[str], device: str | None, line: str, column: int | None, index: int
) -> _Entry:
    tail = (found["rest"] or "").strip()
    in_column = None
    if column is not None and 0 < column < len(line) and line[column - 1] == " " != line[column]:
        in_column = line[column:].strip()
    return _Entry(device, found["local"], tail, in_column, [index])


def _is_port(lines: Sequence[str], index: int, line: str) -> bool:
    """Whether a lone word is the port id of the row above: no row without a name follows it."""
    below = range(index + 1, len(lines))
    following = next((lines[at] for at in below if lines[at].strip()), "")
    row = _ROW.match(following) if len(following) < 300 else None
    continues = row is not None and not row["device"].strip()
    return not continues and re.search(r"\d", line) is not None


def _last_port(tail: str) -> str | None:
    split = _SPLIT_PORT.match(tail)
    if split and len(tail.split()) > 2:
        return split[1]
    return tail.rsplit(maxsplit=1)[-1] if tail.split() else None


def _cdp_detail(block: Block) -> Iterator[Observation]:
    device: str | None = None
    first = 0
    for index, line in enumerate(block.lines):
        named = re.match(r"Device[- ]ID:\s*(.*)$", line)
        if named:
            device, first = named[1], index
        ports = re.match(r"\s*Interface:\s*([^,]+),\s*Port ID \(outgoing port\):\s*(.*)$", line)
        if ports and device is not None:
            yield _neighbor(block, (first, index), "cdp", ports[1], device, ports[2])
            device = None


def _lldp_detail(block: Block) -> Iterator[Observation]:
    """Entries begin at `Chassis id`; the system description is free text and is skipped."""
    values: dict[str, str] = {}
    lines: list[int] = []
    free_text = False
    for index, line in enumerate(block.lines):
        match = re.match(r"\s*([A-Za-z][A-Za-z ]{0,30}?):(?:\s+(.*))?$", line)
        label = match[1].lower() if match else ""
        if label == "chassis id":
            yield from _lldp_entry(block, values, lines)
            values, lines, free_text = {}, [], False
        if label == "time remaining":
            free_text = False
        if match and not free_text and label in ("local port id", "port id", "system name"):
            values.setdefault(label, match[2] or "")
            lines.append(index)
        free_text = free_text or label == "system description"
    yield from _lldp_entry(block, values, lines)


def _lldp_entry(block: Block, values: dict[str, str], lines: list[int]) -> Iterator[Observation]:
    if values:
        yield _neighbor(
            block,
            lines,
            "lldp",
            values.get("local port id"),
            values.get("system name"),
            values.get("port id"),
        )
