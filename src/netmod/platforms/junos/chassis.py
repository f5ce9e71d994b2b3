"""Hardware of Junos: `show chassis hardware`, `show virtual-chassis`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netmod.facts import InventoryItem
from netmod.platforms._observations import Block, Fact, Identity, Observation

_TITLE = re.compile(r"\s*Item\s+Version\s+Part number\s+(?:Serial number|CLEI code)\s")
_TITLES = (
    "Item",
    "Version",
    "Part number",
    "Serial number",
    "CLEI code",
    "FRU model number",
    "Description",
)
_MEMBER = re.compile(r"\s*((?:fpc|node|member|localre)\d*):\s*$", re.IGNORECASE)
_REVISION = re.compile(r"(?:rev|REV|Rev)(?:\s+[\w.]+)?|\]|[A-Z]\d?|\d{1,3}")
_NO_SERIAL = ("BUILTIN", "N/A", "NA", "-", "")
_MEMBER_ROW = re.compile(
    r"\s*(?P<member>\d+) \(FPC \d+\)\s+(?P<status>\S+)\s+(?P<serial>[A-Z0-9]{6,})"
    r"\s+(?P<model>[a-z]\S*)"
)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns of a table start, by title."""

    starts: dict[str, int]

    def cells(self, line: str) -> dict[str, str]:
        """The cells of a row, cut where the titles stand."""
        titles = list(self.starts)
        ends = [*list(self.starts.values())[1:], len(line)]
        return {
            title: line[self.starts[title] : end].strip()
            for title, end in zip(titles, ends, strict=True)
        }


def _columns(line: str) -> _Columns:
    places = {title: line.find(title) for title in _TITLES}
    found = sorted((place, title) for title, place in places.items() if place >= 0)
    return _Columns({title: place for place, title in found})


def read_hardware(block: Block) -> Iterator[Observation]:
    """`show chassis hardware [detail|extensive|models|clei-models]`.

    Names are composed from the nesting (`FPC 1 MIC 0`). The part number is the pid, for the
    chassis its description; `BUILTIN` is no serial number.
    """
    columns: _Columns | None = None
    stack: list[tuple[int, str]] = []
    chassis: list[tuple[int, InventoryItem]] = []
    for index, line in enumerate(block.lines):
        if len(line) > 300:
            continue
        if _TITLE.match(line):
            columns, stack = _columns(line), []
            continue
        if _MEMBER.match(line):
            columns = None
            continue
        if columns is None or not line.strip():
            continue
        item = _item(columns, line, stack)
        if item is None:
            continue
        yield Fact(block.source(index), item)
        if item.name == "Chassis":
            chassis.append((index, item))
    if chassis:
        yield _identity(block, chassis)


def _identity(block: Block, chassis: Sequence[tuple[int, InventoryItem]]) -> Identity:
    model = next((item.pid for _, item in chassis if item.pid != "Virtual Chassis"), None)
    serials = dict.fromkeys(item.serial for _, item in chassis if item.serial)
    return Identity(
        block.source(*(index for index, _ in chassis)),
        rank=2,
        model=model,
        serials=tuple(serials),
        members=len(chassis) if len(chassis) > 1 else None,
    )


def _item(columns: _Columns, line: str, stack: list[tuple[int, str]]) -> InventoryItem | None:
    cells = _cells(columns, line)
    name = cells.get("Item", "")
    if not re.match(r"[A-Z][A-Za-z+ /-]*(?:\d+(?:/\d+)*)?$", name):
        return None
    indent = len(line) - len(line.lstrip())
    while stack and stack[-1][0] >= indent:
        stack.pop()
    full = " ".join([*(part for _, part in stack), name])
    stack.append((indent, name))
    serial = cells.get("Serial number", "")
    description = cells.get("Description") or cells.get("FRU model number") or None
    part = cells.get("Part number", "")
    chassis = name == "Chassis"
    model = cells.get("FRU model number") or description
    return InventoryItem(
        name=full,
        pid=(model if chassis and model else None if part in _NO_SERIAL else part) or None,
        serial=None if serial in _NO_SERIAL else serial,
        description=description,
    )


def _cells(columns: _Columns, line: str) -> dict[str, str]:
    """Cells by the titles' places; a row whose columns have moved is cut at its wide gaps."""
    starts = columns.starts
    fits = all(
        place == 0 or place >= len(line) or line[place - 1] == " " for place in starts.values()
    )
    cells = columns.cells(line)
    part = cells.get("Part number", "")
    if fits and " " not in part and " " not in cells.get("Serial number", ""):
        return cells
    return _moved(line)


def _moved(line: str) -> dict[str, str]:
    """A row without its column places: name, revision, part, serial number, description."""
    words = re.split(r"\s{2,}", line.strip())
    cells = {"Item": words.pop(0)}
    if words and _REVISION.fullmatch(words[0]):
        cells["Version"] = words.pop(0)
    if len(words) >= 3:
        cells["Part number"] = words.pop(0)
    if len(words) >= 2:
        cells["Serial number"] = words.pop(0)
    cells["Description"] = "  ".join(words)
    return cells


def read_virtual_chassis(block: Block) -> Iterator[Observation]:
    """`show virtual-chassis [status]`: members with serial numbers and models."""
    members = []
    for index, line in enumerate(block.lines):
        match = _MEMBER_ROW.match(line) if len(line) < 200 else None
        if match:
            members.append((index, match))
    for index, match in members:
        yield Fact(
            block.source(index),
            InventoryItem(
                name=f"FPC {match['member']}", pid=match["model"], serial=match["serial"]
            ),
        )
    if members:
        yield Identity(
            block.source(*(index for index, _ in members)),
            rank=2,
            model=members[0][1]["model"],
            serials=tuple(match["serial"] for _, match in members),
            members=len(members),
        )
