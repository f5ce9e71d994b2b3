"""Hardware of IOS-XR: `show inventory`, `admin show inventory`, `show platform`, `show diag`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netmod.facts import InventoryItem
from netmod.platforms._observations import Block, Fact, Identity, Observation
from netmod.platforms.iosxr._names import known

_NAME = re.compile(
    r'\s*NAME:\s+(?:"(?P<quoted>[^"]*)"|(?P<bare>\S.*?))\s*(?:,\s*|\s{2,})'
    r'DESCR:\s*(?:"(?P<text>[^"]*)"?|(?P<plain>.*?))\s*$',
    re.IGNORECASE,
)
_PID = re.compile(
    r"\s*PID:\s*(?P<pid>[^,]*?)\s*,?\s*VID:\s*[^,]*?\s*,?\s*SN:\s*(?P<serial>[^,\s]*)"
)
_CHASSIS = re.compile(r"(?:chassis\b|rack \d+(?:\W{1,5}chassis)?$)", re.IGNORECASE)
_NODE = re.compile(r"\s*(?P<node>\d+/[\w/-]+)\s{2,}(?P<type>\S+(?: \S+)*?)\s{2,}(?P<state>\S.*)$")
_ROLE = re.compile(r"\((?:Active|Standby)\)$")
_DIAG_HEAD = re.compile(
    r"\s*(?:NODE )?(?P<name>(?:Rack \d+[\w /-]*|(?:module )?\d+/[\w/]+))\s*(?::|-.*)?\s*$"
)
_DIAG_FIELD = re.compile(
    r"\s*(?P<label>PID|Product Identifier(?: \(PID\))?|S/N|(?:PCB |Chassis )?Serial Number"
    r"|Description|Top Assy\.? Part Number)\s*:\s*(?P<value>\S.*?)\s*$",
    re.IGNORECASE,
)


def read_inventory(block: Block) -> Iterator[Observation]:
    """`show inventory [all|raw|chassis]`: two lines for each part; `N/A` is no serial."""
    items = list(_items(block))
    for indexes, item in items:
        yield Fact(block.source(*indexes), item)
    for indexes, item in items:
        if _CHASSIS.match(item.name):
            yield Identity(
                block.source(*indexes),
                rank=2,
                model=item.pid,
                serials=(item.serial,) if item.serial else (),
            )
            return


def _items(block: Block) -> Iterator[tuple[tuple[int, ...], InventoryItem]]:
    head: tuple[int, re.Match[str]] | None = None
    for index, line in enumerate(block.lines):
        if len(line) > 500:
            continue
        name = _NAME.match(line)
        if name:
            head = index, name
            continue
        row = _PID.match(line)
        if row and head is not None:
            first, match = head
            yield (
                (first, index),
                InventoryItem(
                    name=(match["quoted"] or match["bare"] or "").strip(),
                    pid=known(row["pid"]),
                    serial=known(row["serial"]),
                    description=known(match["text"] or match["plain"]),
                ),
            )
            head = None


def read_platform(block: Block) -> Iterator[Observation]:
    """`show platform`: nodes and their card types; it prints no serial numbers."""
    for index, line in enumerate(block.lines):
        match = _NODE.match(line) if len(line) < 200 else None
        if match and known(match["type"]):
            item = InventoryItem(
                name=match["node"],
                pid=_ROLE.sub("", match["type"].strip()),
                description=match["state"].strip(),
            )
            yield Fact(block.source(index), item)


def read_diag(block: Block) -> Iterator[Observation]:
    """`show diag [detail]`: part and serial number of each node."""
    name, first = "", 0
    values: dict[str, str] = {}
    for index, line in enumerate([*block.lines, "module 0/end"]):
        if len(line) > 300:
            continue
        head = _DIAG_HEAD.match(line)
        if head:
            yield from _diag_item(block, name, first, values)
            name, first, values = head["name"].removeprefix("module ").strip(), index, {}
            continue
        field = _DIAG_FIELD.match(line) if name else None
        if field:
            values.setdefault(_diag_label(field["label"]), field["value"])


def _diag_label(label: str) -> str:
    word = label.lower()
    if word.startswith(("pid", "product")):
        return "pid"
    return "serial" if "serial" in word or word == "s/n" else word


def _diag_item(
    block: Block, name: str, index: int, values: dict[str, str]
) -> Iterator[Observation]:
    if not name or not ("pid" in values or "serial" in values):
        return
    item = InventoryItem(
        name=name,
        pid=known(values.get("pid")),
        serial=known(values.get("serial")),
        description=known(values.get("description")),
    )
    yield Fact(block.source(index), item)
