"""Counters of EOS MACsec: `show mac security counters` and `show mac security mka counters`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from netmod.platforms._observations import Block, MacsecCounters, Observation
from netmod.platforms._tables import tables
from netmod.platforms.eos._names import fold, folded, full_name, json_document, number
from netmod.platforms.eos.macsec import Entry, json_interfaces, labelled

_TX_ENCRYPTED = {"outpktsencrypted", "encryptedpackets", "packetsencrypted", "txpktsencrypted"}
_TX_PROTECTED = {"outpktsprotected", "protectedpackets", "packetsprotected", "txpktsprotected"}
_RX_OK = {"inpktsok", "okpackets", "packetsok", "rxpktsok", "inpktsdecrypted", "decryptedpackets"}
_RX_BAD = {
    "inpktsuntagged",
    "inpktsnotag",
    "inpktsbadtag",
    "inpktsunknownsci",
    "inpktsnosci",
    "inpktsnotvalid",
    "inpktsinvalid",
    "inpktslate",
    "inpktsdelayed",
}


def read_mka_counters(block: Block) -> Iterator[Observation]:
    """`show mac security mka counters`: interfaces with MKA. Its frames are no traffic."""
    document = json_document(block)
    if document is not None:
        entries = list(json_interfaces(document))
    else:
        entries = [*labelled(block), *_counter_rows(block)]
    for entry in entries:
        yield MacsecCounters(block.source(*entry.lines[:1]), entry.interface)


def _counter_rows(block: Block) -> Iterator[Entry]:
    """Rows of a table with or without dashes; titles above a gap of two blanks or the dashes."""
    titled = [row for table in tables(block.lines) for row in table]
    for row in titled:
        interface = row.get("interface", "port")
        if interface and re.match(r"[A-Z][A-Za-z-]*\d", interface):
            values = {fold(title): cell for title, cell in row.cells.items()}
            yield Entry(full_name(interface), [row.index], values=values)
    titles: list[str] = []
    for index, line in enumerate(block.lines if not titled else ()):
        words = line.split()
        if words[:1] in (["Interface"], ["Port"]):
            titles = [fold(title) for title in re.split(r"\s{2,}", line.strip())]
        elif titles and re.match(r"\s*[A-Z][A-Za-z-]*\d\S*\s+\d", line):
            cells = words if len(words) == len(titles) else words[:1]
            values = dict(zip(titles, cells, strict=False))
            yield Entry(full_name(words[0]), [index], values=values)


def read_counters(block: Block) -> Iterator[Observation]:
    """`show mac security counters [interface X] [detail]`: frames of the secure channel."""
    document = json_document(block)
    if document is not None:
        entries = list(json_interfaces(document))
    else:
        entries = [*labelled(block), *_counter_rows(block)]
    for entry in entries:
        flat = dict(_leaves(entry.values))
        yield MacsecCounters(
            block.source(*entry.lines),
            entry.interface,
            tx_encrypted=_sum(flat, _TX_ENCRYPTED),
            tx_protected=_sum(flat, _TX_PROTECTED),
            rx_ok=_sum(flat, _RX_OK),
            rx_bad=_sum(flat, _RX_BAD),
        )


def _leaves(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _leaves(folded(value))
        else:
            yield key, value


def _sum(values: dict[str, Any], names: set[str]) -> int | None:
    counted = [number(values[name]) for name in sorted(names) if name in values]
    known = [value for value in counted if value is not None]
    return sum(known) if known else None
