"""Hardware parts: `show inventory`, `show module`, `show diag`, `show switch`-like stacks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netmod.facts import InventoryItem
from netmod.platforms._observations import Block, Fact, Identity, Observation
from netmod.platforms.ios.names import unless_none

_NAME = re.compile(
    r'(?:NAME|Name): ?(?:"(?P<name>[^"]*)"?|(?P<bare>[^",]+))(?:,\s*DESCR: ?"?(?P<descr>[^"]*)"?)?'
)
_PID = re.compile(r"PID: ?(?P<pid>[^,]*),")
_SERIAL = re.compile(r"SN: ?(?P<sn>\S*)")
_MEMBER = re.compile(
    r"(?:(?:switch|chassis) ?)?\d{1,2}$|.{0,20}\bstack$|switch system$", re.IGNORECASE
)
_PARTS = re.compile(
    r"power|fan|slot|module|supply|clock|plane|processor|port|temp|sensor|bay|tray|transceiver",
    re.IGNORECASE,
)


def read_inventory(block: Block) -> Iterator[Observation]:
    """`show inventory [raw|oid]`; the chassis, or the members of a stack, give the serials."""
    items: list[tuple[int, InventoryItem]] = []
    name = description = pid = None
    for index, line in enumerate(block.lines):
        text = line.strip().lstrip("!").strip()
        named = _NAME.match(text)
        part = _PID.match(text)
        if named:
            name, pid = (named["name"] or named["bare"] or "").strip(), None
            description = unless_none(named["descr"])
        if part:
            pid = unless_none(part["pid"])
        serial = _SERIAL.search(text) if part or text.startswith("SN:") else None
        if serial and name is not None:
            item = InventoryItem(
                name=name, pid=pid, serial=unless_none(serial["sn"]), description=description
            )
            items.append((index, item))
            name = None
    yield from (Fact(block.source(index), item) for index, item in items)
    yield from _chassis(block, [item for _, item in items], rank=2)


def _chassis(block: Block, items: list[InventoryItem], *, rank: int) -> Iterator[Identity]:
    found = [item for item in items if item.serial and _is_chassis(item)]
    found = found or [item for item in items[:1] if item.serial]
    if found:
        yield Identity(
            source=block.source(0),
            rank=rank,
            model=found[0].pid,
            serials=tuple(dict.fromkeys(item.serial for item in found if item.serial)),
        )


def _is_chassis(item: InventoryItem) -> bool:
    """Named as one, or as a member of a stack; its parts name it as well."""
    about = f"{item.name} {item.description or ''}".lower()
    named = "chassis" in about and not _PARTS.search(item.name)
    return named or _MEMBER.match(item.name) is not None


_MODULE_HEADER = re.compile(
    r"\s*(?:Mod|Mod/Slot|Chassis Slot)\s+Ports\s+Card Type\s+Model", re.IGNORECASE
)
_MODULE_ROW = re.compile(r"\s*(\d{1,2})\s+(?:(\d{1,3})\s+)?(\S.*)$")
_STACK_HEADER = re.compile(r"\s*Switch\s+Ports\s+Model\s+Serial No", re.IGNORECASE)
_STACK_ROW = re.compile(r"\s*\*?\s*(\d{1,2})\s+(\d{1,3})\s+(\S+)\s+(\w+)\s")
_RULE = re.compile(r"[\s+-]+$")


def read_module(block: Block) -> Iterator[Observation]:
    """`show module` of chassis switches and of stacks: one row per card or member."""
    table: str | None = None
    members: list[str] = []
    for index, line in enumerate(block.lines):
        if _STACK_HEADER.match(line):
            table = "stack"
        elif _MODULE_HEADER.match(line):
            table = "cards"
        elif not line.strip():
            table = table if table == "stack" else None
        elif table == "stack" and (row := _STACK_ROW.match(line)):
            members.append(row[4])
            item = InventoryItem(name=f"Switch {row[1]}", pid=row[3], serial=row[4])
            yield Fact(block.source(index), item)
        elif table == "cards" and not _RULE.match(line) and (row := _MODULE_ROW.match(line)):
            yield Fact(block.source(index), _card(row[1], row[3]))
    if members:
        yield Identity(
            block.source(0), rank=2, serials=tuple(dict.fromkeys(members)), members=len(members)
        )


def _card(slot: str, text: str) -> InventoryItem:
    """Card type, model and serial number; the last two are missing for an empty or faulty slot."""
    words = text.split()
    if len(words) >= 3 and re.fullmatch(r"[A-Z]{2,4}[0-9A-Z]{6,10}", words[-1]):
        description = " ".join(words[:-2])
        return InventoryItem(name=slot, pid=words[-2], serial=words[-1], description=description)
    return InventoryItem(name=slot, description=text.strip())


_SLOT_HEADER = re.compile(r"\s*Slot\s+Type\s+State\s+Insert time", re.IGNORECASE)
_SLOT_ROW = re.compile(r"\s*([A-Z]?\d[\d/]*)\s+(\S+)\s+\S")
_CHASSIS_TYPE = re.compile(r"\s*Chassis type:\s*(\S+)")


def read_platform(block: Block) -> Iterator[Observation]:
    """`show platform`: a router's chassis and what is in its slots, or the members of a stack."""
    yield from read_module(block)
    below = False
    for index, line in enumerate(block.lines):
        chassis, row = _CHASSIS_TYPE.match(line), _SLOT_ROW.match(line) if below else None
        if chassis:
            yield Identity(block.source(index), rank=2, model=chassis[1])
        elif _SLOT_HEADER.match(line):
            below = True
        elif not line.strip():
            below = False
        elif row and row[2].lower() != "unknown":
            yield Fact(block.source(index), InventoryItem(name=row[1], pid=row[2]))


_DIAG_SLOT = re.compile(r"\s*(?:Slot|slot|WIC Slot|NM slot|PVDM Slot)\s+(\d+)\s*:?\s*(.*)$")
_DIAG_PID = re.compile(r"\s*Product (?:\(FRU\) Number|Number|Identifier \(PID\))\s*:\s*(\S+)")
_DIAG_SN = re.compile(r"\s*(Chassis|PCB) Serial (?:Number|No\.)\s*:\s*(\S+)")


def read_diag(block: Block) -> Iterator[Observation]:
    """`show diag`: the chassis's serial number, and the boards' with their product numbers."""
    slot, pid = "chassis", None
    for index, line in enumerate(block.lines):
        heading, product = _DIAG_SLOT.match(line), _DIAG_PID.match(line)
        serial = _DIAG_SN.match(line)
        if heading:
            slot, pid = f"Slot {heading[1]}", None
        elif product:
            pid = product[1]
        elif serial and serial[1] == "Chassis":
            yield Identity(block.source(index), rank=2, serials=(serial[2],))
        elif serial:
            item = InventoryItem(name=slot, pid=pid, serial=serial[2])
            yield Fact(block.source(index), item)
