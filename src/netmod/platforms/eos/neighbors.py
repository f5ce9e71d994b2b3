"""Neighbours that EOS sees by LLDP: brief, detailed and JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from netmod.facts import NeighborFact
from netmod.platforms._observations import Block, Fact, Observation
from netmod.platforms.eos._names import folded, full_name, json_document

_ROW = re.compile(r"(?P<local>(?:Et|Ma|Management|Ethernet)\S*\d)\s+(?P<rest>\S.*?)(?:\s+\d+)?\s*$")
_INTERFACE = re.compile(r"\s*Interface\s+(\S+)\s+detected\s+(\d+)\s+LLDP neighbors?", re.IGNORECASE)
_NEIGHBOR = re.compile(r"\s*Neighbor\s+([^/\s]+)/(.*?),\s*age\s")
_PORT = re.compile(r'\s*Port ID\s*:\s*"?(.*?)"?\s*$')
_NOT_SENT = ("", "not received", "not advertised")
_SYSTEM = re.compile(r'\s*-?\s*System Name\s*:\s*"?(.*?)"?\s*$')


def _neighbor(block: Block, lines: Sequence[int], local: str, device: Any, port: Any) -> Fact:
    fact = NeighborFact(
        local_interface=full_name(local),
        neighbor=_text(device),
        neighbor_interface=_text(port),
        protocol="lldp",
    )
    return Fact(block.source(*lines), fact)


def _text(value: Any) -> str | None:
    text = value.strip().strip('"').strip() if isinstance(value, str) else ""
    return None if text.lower() in _NOT_SENT else text


def read_lldp(block: Block) -> Iterator[Observation]:
    """`show lldp neighbors [X] [detail]`."""
    document = json_document(block)
    if document is not None:
        yield from _json(block, document)
    elif any(_INTERFACE.match(line) for line in block.lines):
        yield from _detail(block)
    else:
        yield from _brief(block)


def _json(block: Block, document: Any) -> Iterator[Observation]:
    neighbors = folded(document).get("lldpneighbors")
    for row in neighbors if isinstance(neighbors, list) else ():
        values = folded(row)
        if isinstance(values.get("port"), str):
            device, port = values.get("neighbordevice"), values.get("neighborport")
            yield _neighbor(block, (0,), values["port"], device, port)
    for local, entry in neighbors.items() if isinstance(neighbors, dict) else ():
        rows = folded(entry).get("lldpneighborinfo")
        for row in rows if isinstance(rows, list) else ():
            values = folded(row)
            port = folded(values.get("neighborinterfaceinfo"))
            named = port.get("interfaceidv2") or port.get("interfaceid")
            yield _neighbor(block, (0,), local, values.get("systemname"), named)


def _brief(block: Block) -> Iterator[Observation]:
    """The table; a name or port that is wider than its column keeps two blanks around it."""
    for index, line in enumerate(block.lines):
        match = _ROW.match(line) if len(line) < 300 else None
        if match:
            cells = re.split(r"\s{2,}", match["rest"])
            words = cells if len(cells) == 2 else match["rest"].split(None, 1)
            port = words[1] if len(words) > 1 else None
            yield _neighbor(block, (index,), match["local"], words[0], port)


def _detail(block: Block) -> Iterator[Observation]:
    """A neighbour's head names chassis and port; its own port id and system name are below."""
    local: str | None = None
    lines: list[int] = []
    device: str | None = None
    port: str | None = None
    for index, line in enumerate(block.lines):
        interface, head = _INTERFACE.match(line), _NEIGHBOR.match(line)
        if (interface or head) and local is not None and lines:
            yield _neighbor(block, lines, local, device, port)
        if interface:
            local, lines, device, port = interface[1], [], None, None
        elif head:
            lines, device, port = [index], None, head[2]
        elif lines and device is None and (system := _SYSTEM.match(line)):
            device = system[1]
            lines.append(index)
        elif len(lines) == 1 and "Port ID type" in block.lines[index - 1]:
            named = _PORT.match(line)
            port = named[1] if named and named[1] else port
    if local is not None and lines:
        yield _neighbor(block, lines, local, device, port)
