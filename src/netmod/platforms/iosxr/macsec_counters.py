"""MACsec counters and hardware on IOS-XR: `show macsec secy stats`, `… mka statistics`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netmod.platforms._observations import Block, MacsecCounters, MacsecSession, Observation
from netmod.platforms.iosxr._names import (
    UNKNOWN_INTERFACE,
    cipher,
    full_name,
    interface_of,
    is_interface,
    number,
    sci,
)

_COUNTER = re.compile(r"\s*([A-Za-z]\w+)\s*[:.]+\s*(\d+)\s*$")
_FIELD = re.compile(r"\s*([A-Za-z][A-Za-z ]{0,40}?)\s*:\s*(\S.*?)\s*$")
_SUBJECT = re.compile(
    r"\s*(?:MKA Statistics for (?:Session|Interface) on interface \(|interface(?: name)?\s*:\s*)"
    r"([A-Za-z][\w/.:-]+)",
    re.IGNORECASE,
)
_ICV_FAILURE = re.compile(
    r"\s*(?:\S+ )?(?:ICV Verification|Validation) (?:Failures?)\.*\s*:?\s*(\d+)\s*$", re.IGNORECASE
)
_BAD = ("inpktsnotvalid", "inpktsinvalid", "inpktslate", "inpktsbadtag", "inpktsnotusingsa")


def read_secy_stats(block: Block) -> Iterator[Observation]:
    """`show macsec secy stats interface X {tx|rx} [sc|sa]`, for the interface of the command."""
    counted: dict[str, int] = {}
    indexes = []
    for index, line in enumerate(block.lines):
        match = _COUNTER.match(line) if len(line) < 200 else None
        if match:
            counted.setdefault(match[1].lower(), int(match[2]))
            indexes.append(index)
    interface = _subject(block)
    if not counted or interface == UNKNOWN_INTERFACE:
        return
    bad = [counted[name] for name in _BAD if name in counted]
    yield MacsecCounters(
        block.source(indexes[0], indexes[-1]),
        interface,
        tx_encrypted=counted.get("outpktsencrypted"),
        tx_protected=counted.get("outpktsprotected"),
        rx_ok=counted.get("inpktsok"),
        rx_bad=sum(bad) if bad else None,
    )


def _subject(block: Block) -> str:
    for line in block.lines:
        match = _SUBJECT.match(line) if len(line) < 200 else None
        if match and is_interface(match[1].rstrip(")")):
            return full_name(match[1].rstrip(")"))
    return interface_of(block)


def read_mka_statistics(block: Block) -> Iterator[Observation]:
    """`show macsec mka statistics [interface X]`: failed integrity checks, per interface."""
    interface = interface_of(block)
    failures: dict[str, list[tuple[int, int]]] = {}
    for index, line in enumerate(block.lines):
        if len(line) > 200:
            continue
        subject = _SUBJECT.match(line)
        if subject and is_interface(subject[1].rstrip(")")):
            interface = full_name(subject[1].rstrip(")"))
        failed = _ICV_FAILURE.match(line)
        if failed and interface != UNKNOWN_INTERFACE:
            failures.setdefault(interface, []).append((index, int(failed[1])))
    for name, found in failures.items():
        yield MacsecCounters(
            block.source(*(index for index, _ in found)),
            name,
            rx_bad=sum(count for _, count in found),
        )


def read_hardware_associations(block: Block) -> Iterator[Observation]:
    """`show macsec platform hardware sa interface X`: the associations that the chip holds."""
    interface = interface_of(block)
    if interface == UNKNOWN_INTERFACE:
        return
    channels: dict[str, list[tuple[int, str, str]]] = {"tx": [], "rx": []}
    section = ""
    for index, line in enumerate(block.lines):
        if len(line) > 200:
            continue
        heading = re.match(r"\s*(Tx|Rx) (?:SA|SC) Details", line)
        if heading:
            section = heading[1].lower()
        field = _FIELD.match(line) if section else None
        if field:
            channels[section].append((index, field[1].lower(), field[2]))
    suites = [value for rows in channels.values() for _, name, value in rows if "algo" in name]
    if not suites:
        return
    local = next((value for _, name, value in channels["tx"] if name == "sci"), None)
    peers = [value for _, name, value in channels["rx"] if name == "sci"]
    yield MacsecSession(
        block.source(*(index for rows in channels.values() for index, _, _ in rows[:1])),
        interface,
        prints_sas=True,
        tx_sa_in_use=_holds_key(channels["tx"]),
        rx_sa_in_use=_holds_key(channels["rx"]),
        cipher=cipher(suites[0]),
        local_sci=sci(local),
        peer_scis=tuple(one for one in map(sci, dict.fromkeys(peers)) if one),
        confidentiality_offset=_offset(channels["tx"]),
    )


def _holds_key(rows: list[tuple[int, str, str]]) -> bool | None:
    return True if any("algo" in name and cipher(value) for _, name, value in rows) else None


def _offset(rows: list[tuple[int, str, str]]) -> int | None:
    return next((number(value) for _, name, value in rows if name.startswith("conf")), None)
