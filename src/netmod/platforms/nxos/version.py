"""Software and hardware of NX-OS: `show version` and `show inventory`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from netmod.facts import InventoryItem
from netmod.platforms._observations import Block, Fact, Hardening, Identity, Observation
from netmod.platforms.nxos._names import json_document, json_rows, text_of

_VERSION = re.compile(
    r"\s*(?P<what>NX-?OS|system|kickstart|Host NXOS|PE):\s+version\s+(?P<version>[^\s\[]+)"
    r"(?:\s+\[build\s+(?P<build>[^\]]+)\])?"
)
_IMAGE = re.compile(r"\s*(?:NX-?OS|system) image file is:\s+(\S+)")
_CHASSIS = re.compile(r"\s*cisco\s+(\S.*)$", re.IGNORECASE)
_MODEL_ENDS = re.compile(r"\s*(?:\(|\bchassis\b|,)", re.IGNORECASE)
_BOARD = re.compile(r"\s*Processor Board ID\s+(\S+)")
_DEVICE = re.compile(r"\s*Device name:\s+(\S+)")
_PREVIOUS = re.compile(r"\s*System version:\s+([^\s\[]+)")
_NAME_ROW = re.compile(r'\s*NAME:\s+"?([^",]+?)"?\s*,\s+DESCR:\s*"?(.*?)"?\s*$')
_PID_ROW = re.compile(
    r"\s*PID:\s*(?P<pid>[^,]*?)\s*,\s*VID:\s*(?P<vid>[^,]*?)\s*,\s*SN:\s*(?P<sn>\S*)"
)


def model_name(text: str) -> str | None:
    """The model in a hardware line: `Nexus9000 C9396PX Chassis` is a `C9396PX`."""
    name = text[: found.start()] if (found := _MODEL_ENDS.search(text)) else text
    name = name.strip()
    pair = re.match(r"(?:Nexus|MDS)\s?\d\w*\s+(\S+)$", name, re.IGNORECASE)
    if pair:
        return pair[1]
    lone = re.match(r"Nexus\s?(\d\w*)$|MDS\s?(\d\w*)", name, re.IGNORECASE)
    if lone:
        return lone[1] or lone[2]
    return name.split()[-1] if name else None


def read_version(block: Block) -> Iterator[Observation]:
    """`show version`: the running release, not the one before the last reset."""
    document = json_document(block)
    if document is not None:
        yield from _json_version(block, document)
        return
    found: dict[str, Any] = {}
    lines: list[int] = []
    for index, line in enumerate(block.lines):
        if len(line) < 300 and _take(found, line, hardware="hardware" in found):
            lines.append(index)
        if line.strip() == "Hardware":
            found["hardware"] = True
        if line.lstrip().startswith("Last reset"):
            found["reset"] = True
    running = found.get("nxos") or found.get("system")
    if not lines or (running is None and "model" not in found):
        return
    aci = "pe" in found or "/aci-" in found.get("image", "") or "aci-n9000" in found.get("boot", "")
    previous = found.get("previous")
    yield Identity(
        block.source(*lines),
        rank=3,
        hostname=found.get("name"),
        os="ACI (NX-OS)" if aci else "NX-OS",
        version=running,
        model=found.get("model"),
        previous_version=previous if previous != running else None,
        build=found.get("build"),
        image=found.get("image"),
    )
    if "serial" in found:
        yield _board(block, found["serial"], *lines)
    if running is not None:
        yield Hardening(block.source(*lines), "version", running, operational=True)


def _board(block: Block, serial: str, *lines: int) -> Identity:
    """The processor board's serial number: of a modular chassis it is the supervisor's, so that
    the chassis's own, from the inventory, comes first."""
    return Identity(block.source(*lines), rank=1, serials=(serial,))


def _take(found: dict[str, Any], line: str, *, hardware: bool) -> bool:
    """Take what a line says into `found`; whether it said anything."""
    version = _VERSION.match(line)
    if version:
        key = version["what"].lower().replace("-", "")
        found.setdefault(key, version["version"])
        if version["build"] and key in ("nxos", "system"):
            found.setdefault("build", version["build"])
        return True
    for key, pattern in (("image", _IMAGE), ("serial", _BOARD), ("name", _DEVICE)):
        match = pattern.match(line)
        if match:
            found.setdefault(key, match[1])
            return True
    if "kickstart image file is" in line:
        found["boot"] = line
    if "reset" in found:
        match = _PREVIOUS.match(line)
        if match:
            found.setdefault("previous", match[1])
            return True
    chassis = _CHASSIS.match(line) if hardware and "model" not in found else None
    if chassis and (name := model_name(chassis[1])):
        found["model"] = name
        return True
    return False


def _json_version(block: Block, document: Any) -> Iterator[Observation]:
    if not isinstance(document, dict):
        return
    version = text_of(document, "nxos_ver_str", "sys_ver_str", "kickstart_ver_str", "rr_sys_ver")
    chassis = text_of(document, "chassis_id")
    serial = text_of(document, "proc_board_id")
    previous = text_of(document, "rr_sys_ver")
    release = version.split()[0] if version else None
    yield Identity(
        block.source(0),
        rank=3,
        hostname=text_of(document, "host_name"),
        os="NX-OS",
        version=release,
        model=model_name(chassis) if chassis else None,
        previous_version=previous if previous != release else None,
        image=text_of(document, "nxos_file_name", "isan_file_name"),
    )
    if serial:
        yield _board(block, serial, 0)
    if release:
        yield Hardening(block.source(0), "version", release, operational=True)


def read_inventory(block: Block) -> Iterator[Observation]:
    """`show inventory`, text or JSON. Transceiver rows have no quotes; `N/A` is no serial."""
    document = json_document(block)
    items = list(_json_inventory(document)) if document is not None else list(_inventory(block))
    for index, item in items:
        yield Fact(block.source(*index), item)
    chassis = next((found for found in items if _is_chassis(found[1])), None)
    if chassis is not None:
        index, item = chassis
        yield Identity(
            block.source(*index),
            rank=2,
            model=item.pid,
            serials=(item.serial,) if item.serial else (),
        )


def _is_chassis(item: InventoryItem) -> bool:
    return re.match(r"chassis\b", item.name, re.IGNORECASE) is not None


def _known(text: str | None) -> str | None:
    value = (text or "").strip().strip('"').strip()
    return None if value.upper() in ("", "N/A", "NA", "-", "--") else value


def _inventory(block: Block) -> Iterator[tuple[tuple[int, ...], InventoryItem]]:
    name: re.Match[str] | None = None
    for index, line in enumerate(block.lines):
        if len(line) > 500:
            continue
        head = _NAME_ROW.match(line)
        if head:
            name = head
            continue
        row = _PID_ROW.match(line)
        if row and name is not None:
            yield (
                (index - 1, index),
                InventoryItem(
                    name=name[1].strip(),
                    pid=_known(row["pid"]),
                    serial=_known(row["sn"]),
                    description=_known(name[2]),
                ),
            )
            name = None


def _json_inventory(document: Any) -> Iterator[tuple[tuple[int, ...], InventoryItem]]:
    for row in json_rows(document, "inv"):
        name = text_of(row, "name")
        if name is not None:
            yield (
                (0,),
                InventoryItem(
                    name=name,
                    pid=_known(text_of(row, "productid")),
                    serial=_known(text_of(row, "serialnum")),
                    description=_known(text_of(row, "desc")),
                ),
            )
