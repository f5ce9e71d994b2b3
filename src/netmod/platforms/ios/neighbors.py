"""CDP and LLDP neighbours, as tables and in detail."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from netmod.facts import NeighborFact
from netmod.platforms._observations import Block, Fact, Hardening, Observation
from netmod.platforms.ios.names import interface_name, is_interface, unless_none

Protocol = Literal["cdp", "lldp"]
_LOCAL = re.compile(r"([A-Z][A-Za-z-]{1,25} ?\d[\d/.:]*)\s+(\d{1,5})(?=\s|$)")
_GLUED = re.compile(r"(\S*?[^\s])((?:Gi|Te|Fa|Hu|Fo|Tw|Twe|Fi|Fif|Eth?|Po|Ap|mgmt)\d[\d/.]*)\s+\d")
_CDP_PORT = re.compile(r"(\S+ \d[\w/.:]*)$")
_CAPABILITIES = re.compile(r"(?:[A-Za-z]\s{1,3}){1,12}")


def read_cdp(block: Block) -> Iterator[Observation]:
    """`show cdp neighbors [detail]` and `show cdp entry *`."""
    yield from _switched_off(block, "cdp")
    if any(line.strip().startswith("Device ID:") for line in block.lines):
        yield from _details(block, "cdp")
    else:
        yield from _table(block, "cdp")


def read_lldp(block: Block) -> Iterator[Observation]:
    """`show lldp neighbors [detail]` and `show lldp entry *`."""
    yield from _switched_off(block, "lldp")
    if any(line.strip().lower().startswith("chassis id:") for line in block.lines):
        yield from _details(block, "lldp")
    else:
        yield from _table(block, "lldp")


def _switched_off(block: Block, protocol: Protocol) -> Iterator[Hardening]:
    """`% LLDP is not enabled` instead of any neighbour."""
    for index, line in enumerate(block.lines[:5]):
        if line.strip(" %").startswith(f"{protocol.upper()} is not enabled"):
            yield Hardening(block.source(index), protocol, False, operational=True)


def _table(block: Block, protocol: Protocol) -> Iterator[Fact]:
    """Rows below the heading; a device name that fills its column may stand on its own line."""
    header: str | None = None
    waiting = ""
    for index, line in enumerate(block.lines):
        if re.match(r"\s*Device\s?-?ID\s+Local", line, re.IGNORECASE):
            header, waiting = line, ""
            continue
        text = line.rstrip()
        if header is None or not text.strip() or text.lower().startswith("total "):
            waiting = ""
            continue
        row = _row(text, header, protocol)
        if row is None:
            waiting = text.strip() if len(text.split()) == 1 else ""
            continue
        device, local, port = row
        name = device or waiting
        waiting = ""
        if name:
            yield Fact(
                block.source(index),
                NeighborFact(
                    local_interface=interface_name(local),
                    neighbor=name,
                    neighbor_interface=port,
                    protocol=protocol,
                ),
            )


def _row(text: str, header: str, protocol: Protocol) -> tuple[str, str, str | None] | None:
    """Device, local interface and port of one line; None where it is no whole row."""
    column = header.lower().find("local")
    match = _LOCAL.match(text, column) if 0 < column < len(text) else None
    device = text[:column].strip()
    if match is None or not is_interface(match[1]):
        match = _LOCAL.search(text[:200])
        if match and is_interface(match[1]):
            device = text[: match.start()].strip()
        else:
            glued = _GLUED.match(text[:200])
            match = _LOCAL.match(text, glued.start(2)) if glued else None
            device = glued[1] if glued else ""
    if match is None or not is_interface(match[1]):
        return None
    port = _port(text, match.end(), header, protocol)
    return device, match[1], port


def _port(text: str, after: int, header: str, protocol: Protocol) -> str | None:
    """The port column: where the heading says, unless the row is shifted."""
    column = header.find("Port ID")
    if after < column < len(text) and text[column] != " ":
        before = text[column - 1]
        if before == " " or protocol == "cdp":
            return text[column:].strip()
    rest = text[after:].strip()
    if protocol == "lldp":
        words = rest.split()
        capability = len(words) > 1 and re.fullmatch(r"[A-Za-z](?:,[A-Za-z])*", words[0])
        return " ".join(words[1:] if capability else words) or None
    words = rest.split()
    port = _CDP_PORT.search(rest)
    if port and port[1].split(" ")[0].isalpha() and len(words) > 2:
        return port[1]
    return words[-1] if words else None


def _details(block: Block, protocol: Protocol) -> Iterator[Fact]:
    opening = "device id:" if protocol == "cdp" else ("chassis id:", "local intf:")
    values: dict[str, str] = {}
    start = 0
    for index, line in enumerate(block.lines):
        text = line.strip()
        if text.startswith("-----") or _begins_entry(text, opening, values):
            if values:
                yield from _detail(block, start, values, protocol)
            values, start = {}, index
        for part in _labels(text, protocol):
            name, _, value = part.partition(":")
            values.setdefault(name.strip().lower(), value.strip())
    if values:
        yield from _detail(block, start, values, protocol)


def _begins_entry(text: str, opening: str | tuple[str, ...], values: dict[str, str]) -> bool:
    """Whether a line opens the next entry where no rule separates them."""
    label = text.partition(":")[0].lower()
    return text.lower().startswith(opening) and label in values


def _labels(text: str, protocol: Protocol) -> Sequence[str]:
    """`name: value` parts of a line; CDP prints two of them in one."""
    if ":" not in text:
        return ()
    if protocol == "cdp" and text.startswith("Interface:"):
        return re.split(r",\s{0,4}(?=Port ID)", text)
    return (text,)


def _detail(block: Block, start: int, values: dict[str, str], protocol: Protocol) -> Iterator[Fact]:
    if protocol == "cdp":
        names = ("device id", "interface", "port id (outgoing port)")
    else:
        names = ("system name", "local intf", "port id")
    if not any(name in values for name in names):
        return
    neighbor, local, port = (unless_none(values.get(name)) for name in names)
    yield Fact(
        block.source(start),
        NeighborFact(
            local_interface=interface_name(local) if local else None,
            neighbor=neighbor,
            neighbor_interface=port,
            protocol=protocol,
        ),
    )
