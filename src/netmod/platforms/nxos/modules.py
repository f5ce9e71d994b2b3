"""Modules and chassis of NX-OS: `show module` and `show hardware`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from netmod.facts import InventoryItem
from netmod.platforms._observations import Block, Fact, Identity, Observation
from netmod.platforms.nxos._names import json_document, json_rows, text_of
from netmod.platforms.nxos.version import read_version

_HEAD = re.compile(r"\s*(Mod|Xbar|Lem|LFM|SAM)\b", re.IGNORECASE)
_TYPE_ROW = re.compile(
    r"\s*(?P<slot>\d{1,3})\s+\d+\s+(?P<type>\S.*?)\s+(?P<model>[A-Z][A-Z0-9]+-[A-Z0-9+-]+)?\s+"
    r"(?:active|ok|standby|ha-standby|present|testing|initializing|powered|pwr-denied|failure)"
)
_SERIAL_ROW = re.compile(
    r"\s*(?P<slot>\d{1,3})\s+(?:NA|[0-9a-f]{2}(?:-[0-9a-f]{2}){5}(?:\s+to\s+[0-9a-f-]{17})?)"
    r"\s+(?P<serial>[A-Z0-9]{6,})",
    re.IGNORECASE,
)
_PART = re.compile(r"\s*(?:Model number|Serial number) is\s+(\S+)", re.IGNORECASE)
_SLOT = re.compile(
    r"\s*(Switch hardware ID information|(?:Module|PS|Fan|Xbar) ?\d+)\b", re.IGNORECASE
)


def read_modules(block: Block) -> Iterator[Observation]:
    """`show module`: the tables of types, releases and serial numbers, joined by slot."""
    document = json_document(block)
    if document is not None:
        yield from _json_modules(block, document)
        return
    found: dict[tuple[str, str], dict[str, Any]] = {}
    kind = "Mod"
    for index, line in enumerate(block.lines):
        if len(line) > 300:
            continue
        head = _HEAD.match(line)
        if head:
            kind = head[1].capitalize()
            continue
        typed, serial = _TYPE_ROW.match(line), _SERIAL_ROW.match(line)
        row = typed or serial
        if row is None:
            continue
        values = found.setdefault((kind, row["slot"]), {"lines": []})
        values["lines"].append(index)
        if typed:
            values["description"], values["pid"] = typed["type"].strip(), typed["model"]
        elif serial:
            values["serial"] = serial["serial"]
    for (kind, slot), values in found.items():
        lines = values.pop("lines")
        name = f"{'Module' if kind == 'Mod' else kind} {slot}"
        yield Fact(block.source(*lines), InventoryItem(name=name, **values))


def _json_modules(block: Block, document: Any) -> Iterator[Observation]:
    serials = {
        text_of(row, "modmac"): text_of(row, "serialnum")
        for row in json_rows(document, "modmacinfo")
    }
    for row in json_rows(document, "modinfo"):
        slot = text_of(row, "modinf", "mod")
        if slot is not None:
            item = InventoryItem(
                name=f"Module {slot}",
                pid=text_of(row, "model"),
                serial=serials.get(slot),
                description=text_of(row, "modtype"),
            )
            yield Fact(block.source(0), item)


def read_hardware(block: Block) -> Iterator[Observation]:
    """`show hardware`: a `show version`, then chassis and modules with their serial numbers."""
    yield from read_version(block)
    place: str | None = None
    values: dict[str, str] = {}
    lines: list[int] = []
    for index, line in enumerate(block.lines):
        head, part = _SLOT.match(line), _PART.match(line)
        if head:
            yield from _hardware_item(block, place, values, lines)
            place, values, lines = head[1], {}, []
        elif part and place is not None:
            key = "pid" if line.strip().lower().startswith("model") else "serial"
            values.setdefault(key, part[1])
            lines.append(index)
    yield from _hardware_item(block, place, values, lines)


def _hardware_item(
    block: Block, place: str | None, values: dict[str, str], lines: list[int]
) -> Iterator[Observation]:
    if place is None or not values:
        return
    if not place.lower().startswith("switch"):
        slot = re.sub(r"(?<=[a-z])(?=\d)", " ", place)
        yield Fact(block.source(*lines), InventoryItem(name=slot, **values))
        return
    yield Fact(block.source(*lines), InventoryItem(name="Chassis", **values))
    serial = values.get("serial")
    yield Identity(
        block.source(*lines),
        rank=2,
        model=values.get("pid"),
        serials=(serial,) if serial else (),
    )
