"""Software and hardware of EOS: `show version`, `show inventory`, `show module`, text and JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from netmod.facts import InventoryItem
from netmod.platforms._observations import Block, Fact, Hardening, Identity, Observation
from netmod.platforms._tables import Row, tables
from netmod.platforms.eos._names import folded, json_document

_LABELS = {
    "version": re.compile(r"\s*Software image version:\s+(\S+)"),
    "build": re.compile(r"\s*Internal build version:\s+(\S+)"),
    "serial": re.compile(r"\s*Serial number:\s+(\S+)"),
    "model": re.compile(r"\s*(?:Arista\s+(?=\S+\s*$)|(?=[vc]EOS))(\S+)\s*$"),
}


def _known(value: Any) -> str | None:
    text = str(value).strip() if isinstance(value, (str, int)) else ""
    return None if text.upper() in ("", "N/A", "NONE", "-", "NOT PRESENT") else text


def read_version(block: Block) -> Iterator[Observation]:
    """`show version`, text and JSON. Virtual machines have no serial number."""
    document = json_document(block)
    found: dict[str, str | None] = {}
    lines: list[int] = []
    if document is not None:
        values = folded(document)
        names = {
            "version": "version",
            "build": "internalversion",
            "serial": "serialnumber",
            "model": "modelname",
        }
        found = {name: _known(values.get(key)) for name, key in names.items()}
        lines = [0]
    for index, line in enumerate(block.lines if document is None else ()):
        for name, pattern in _LABELS.items():
            match = pattern.match(line) if len(line) < 300 and name not in found else None
            if match:
                found[name] = _known(match[1])
                lines.append(index)
    version = found.get("version")
    if version is None and found.get("serial") is None:
        return
    serial = found.get("serial")
    yield Identity(
        block.source(*lines),
        rank=3,
        os="EOS",
        version=version,
        model=found.get("model"),
        serials=(serial,) if serial else (),
        build=found.get("build"),
    )
    if version is not None:
        yield Hardening(block.source(*lines), "version", version, operational=True)


def read_inventory(block: Block) -> Iterator[Observation]:
    """`show inventory`: system, cards, power supplies, fans and transceivers."""
    document = json_document(block)
    items = list(_json_items(document)) if document is not None else list(_text_items(block))
    for lines, item in items:
        yield Fact(block.source(*lines), item)
    for lines, item in items:
        if item.name == "Chassis":
            yield Identity(
                block.source(*lines),
                rank=2,
                os="EOS",
                model=item.pid,
                serials=(item.serial,) if item.serial else (),
            )
            return


Item = tuple[tuple[int, ...], InventoryItem]


def _text_items(block: Block) -> Iterator[Item]:
    system: Row | None = None
    for table in tables(block.lines):
        titles = table[0].cells
        if "model" in titles and "description" in titles:
            system = table[0]
        elif "hw version" in titles and "mfg date" in titles and "module" not in titles:
            yield _system(system, table[0]) if system else _stacked_system(block, table[0])
            system = None
        else:
            for row in table:
                item = _part(row)
                if item is not None:
                    yield (row.index,), item
    if system is not None:
        yield _system(system, None)


def _system(row: Row, serial: Row | None) -> Item:
    lines = (row.index,) if serial is None else (row.index, serial.index)
    return lines, InventoryItem(
        name="Chassis",
        pid=_known(row.get("model")),
        serial=_known(serial.get("serial number")) if serial else None,
        description=_known(row.get("description")),
    )


_STACKED = re.compile(r"\s+(?!-|Model\s*$|Description\s*$|HW Version)(\S.*?)\s*$")


def _stacked_system(block: Block, serial: Row) -> Item:
    """Model and description where they are too long to stand beside each other."""
    above = [
        match[1]
        for line in block.lines[: serial.index]
        if len(line) < 300 and (match := _STACKED.match(line))
    ]
    texts = [*above, None, None]
    return (serial.index,), InventoryItem(
        name="Chassis",
        pid=_known(texts[0]),
        serial=_known(serial.get("serial number")),
        description=_known(texts[1]),
    )


def _part(row: Row) -> InventoryItem | None:
    model = _known(row.get("model"))
    serial = _known(row.get("serial number", "serial no.", "serial"))
    titles = (("slot", "Power Supply"), ("port", "Transceiver"), ("module", "Module"))
    for title, kind in titles:
        place = row.get(title)
        if place is None or (model is None and serial is None):
            continue
        word = "Fan" if "number of fans" in row.cells else kind
        name = place if not place[0].isdigit() else f"{word} {place}"
        maker = _known(row.get("manufacturer", "card type"))
        return InventoryItem(name=name, pid=model, serial=serial, description=maker)
    return None


_JSON_PARTS = (
    ("cardslots", "Module"),
    ("powersupplyslots", "Power Supply"),
    ("fantrayslots", "Fan"),
    ("xcvrslots", "Transceiver"),
)


def _json_items(document: Any) -> Iterator[Item]:
    values = folded(document)
    system = folded(values.get("systeminformation"))
    if system:
        yield (
            (0,),
            InventoryItem(
                name="Chassis",
                pid=_known(system.get("name")),
                serial=_known(system.get("serialnum")),
                description=_known(system.get("description")),
            ),
        )
    for key, kind in _JSON_PARTS:
        slots = values.get(key)
        for place, part in slots.items() if isinstance(slots, dict) else ():
            item = folded(part)
            model = _known(item.get("modelname")) or _known(item.get("name"))
            serial = _known(item.get("serialnum"))
            if model is None and serial is None:
                continue
            name = place if not place[:1].isdigit() else f"{kind} {place}"
            maker = _known(item.get("mfgname"))
            yield (0,), InventoryItem(name=name, pid=model, serial=serial, description=maker)


def read_modules(block: Block) -> Iterator[Observation]:
    """`show module`: supervisors, line cards and fabrics of a chassis."""
    document = json_document(block)
    modules = folded(document).get("modules") if document is not None else None
    for place, part in modules.items() if isinstance(modules, dict) else ():
        item = folded(part)
        fact = InventoryItem(
            name=place if not place[:1].isdigit() else f"Module {place}",
            pid=_known(item.get("modelname")),
            serial=_known(item.get("serialnumber")),
            description=_known(item.get("typedescription")),
        )
        yield Fact(block.source(0), fact)
    for table in tables(block.lines if document is None else ()):
        for row in table:
            found = _part(row)
            if found is not None:
                yield Fact(block.source(row.index), found)
