"""Counters of NX-OS MACsec: `show macsec secy statistics` and `show macsec mka statistics`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from netmod.platforms._observations import Block, MacsecCounters, Observation
from netmod.platforms.nxos._names import command_interface, full_name, number
from netmod.platforms.nxos.macsec import shutdown

_SECY_HEAD = re.compile(r"\s*Interface\s+(\S+)\s+MACSEC\s+SecY\s+Statistics", re.IGNORECASE)
_MKA_HEAD = re.compile(
    r".{0,60}MKA Statistics for Session on interface \(([^)\s]+)\)", re.IGNORECASE
)
_SECTION = re.compile(r"\s*(SAK|SECY|Interface)\s+(Rx|Tx)\s+Statistics", re.IGNORECASE)
_COUNTER = re.compile(r"\s*([A-Z][\w -]*?)\s*:\s*(\S.*)$")
_BAD = {
    ("secy rx", "untagged pkts"),
    ("secy rx", "no tag pkts"),
    ("secy rx", "bad tag pkts"),
    ("secy rx", "no sci pkts"),
    ("secy rx", "unknown sci pkts"),
    ("sak rx", "late pkts"),
    ("sak rx", "invalid pkts"),
    ("sak rx", "not valid pkts"),
}


@dataclass(slots=True)
class _Counted:
    """Sums over all association numbers of one interface; a counter that is N/A stays out."""

    interface: str
    lines: list[int] = field(default_factory=list)
    sums: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, value: int | None, index: int) -> None:
        if value is not None:
            self.sums[name] = self.sums.get(name, 0) + value
            self.lines.append(index)


def read_secy_statistics(block: Block) -> Iterator[Observation]:
    """Frames per interface. `| begin …` leaves out the head: the command names the interface."""
    yield from shutdown(block)
    counted: list[_Counted] = []
    section = ""
    for index, line in enumerate(block.lines):
        head = _SECY_HEAD.match(line)
        part = _SECTION.match(line)
        if head:
            counted.append(_Counted(full_name(head[1]), [index]))
            section = ""
        elif part:
            section = f"{part[1]} {part[2]}".lower()
            if not counted:
                counted.append(_Counted(command_interface(block) or "unknown"))
        elif counted and len(line) < 300:
            _count(counted[-1], section, line, index)
    for one in counted:
        yield _as_counters(block, one)


def _count(counted: _Counted, section: str, line: str, index: int) -> None:
    match = _COUNTER.match(line)
    if match is None:
        return
    label, value = match[1].lower(), number(match[2])
    if (section, label) == ("sak tx", "encrypted protected pkts"):
        counted.add("tx_encrypted", value, index)
    elif (section, label) == ("sak rx", "ok pkts"):
        counted.add("rx_ok", value, index)
    elif (section, label) in _BAD:
        counted.add("rx_bad", value, index)


def _as_counters(block: Block, counted: _Counted) -> MacsecCounters:
    return MacsecCounters(
        block.source(*counted.lines),
        counted.interface,
        tx_encrypted=counted.sums.get("tx_encrypted"),
        rx_ok=counted.sums.get("rx_ok"),
        rx_bad=counted.sums.get("rx_bad"),
    )


def read_mka_statistics(block: Block) -> Iterator[Observation]:
    """Interfaces that have an MKA session. Its counters are of key agreement, not of traffic."""
    yield from shutdown(block)
    seen = set[str]()
    for index, line in enumerate(block.lines):
        match = _MKA_HEAD.match(line)
        if match and full_name(match[1]) not in seen:
            seen.add(full_name(match[1]))
            yield MacsecCounters(block.source(index), full_name(match[1]))
