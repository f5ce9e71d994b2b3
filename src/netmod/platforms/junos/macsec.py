"""MACsec of Junos: `show security macsec connections` and `show security macsec statistics`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from netmod.platforms._observations import Block, MacsecCounters, MacsecSession, Observation
from netmod.platforms.junos._names import cipher, number, sci

_INTERFACE = re.compile(r"\s*Interface name:\s+(\S+)\s*$", re.IGNORECASE)
_PAIR = re.compile(
    r"\s*([A-Za-z][\w /-]{0,40}?):\s{0,40}(\S.*?)?(?=\s{2,}[A-Z][\w /-]{0,40}?:|\s*$)"
)
_ASSOCIATION = re.compile(r"\s*AN:\s*(\d+),?\s+Status:\s*([\w -]+?)(?:\s+Create time:.*)?\s*$")
_CUTS = re.compile(r"(?<=\S)\s{1,40}(?=(?:Encryption|Include SCI|Replay window|Key number):)")


@dataclass(slots=True)
class _Connection:
    """The lines of one interface."""

    name: str
    first: int
    last: int
    values: dict[str, str] = field(default_factory=dict)
    direction: str = ""
    associations: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)
    channels: dict[str, list[str]] = field(default_factory=dict)
    closed: bool = False


def pairs(line: str) -> Iterator[tuple[str, str]]:
    """`label: value` pairs of a line that may hold two, labels in lower case."""
    for part in _CUTS.split(line):
        for match in _PAIR.finditer(part):
            yield " ".join(match[1].lower().split()), (match[2] or "").strip()


def read_connections(block: Block) -> Iterator[Observation]:
    """`show security macsec connections [interface X]`, whole or filtered with `| match`.

    A filter may have taken the headings of the channels: then the same association number twice
    is the outbound and the inbound one, which are printed in this order.
    """
    connections = list(_connections(block))
    headed = any(connection.channels or connection.direction for connection in connections)
    for connection in connections:
        yield _session(block, connection, headed=headed)


def _connections(block: Block) -> Iterator[_Connection]:
    current: _Connection | None = None
    for index, line in enumerate(block.lines):
        if len(line) > 300:
            continue
        head = _INTERFACE.match(line)
        if head:
            if current is not None:
                current.closed = True
                yield current
            current = _Connection(head[1], index, index)
        elif current is not None and line.strip():
            current.last = index
            _take(current, line)
    if current is not None:
        yield current


def _take(connection: _Connection, line: str) -> None:
    text = line.strip().lower()
    if text.startswith(("outbound secure channel", "inbound secure channel")):
        connection.direction = "tx" if text.startswith("out") else "rx"
        return
    association = _ASSOCIATION.match(line)
    if association:
        state = association[2].strip().lower().replace(" ", "").replace("-", "")
        connection.associations.setdefault(connection.direction, []).append(
            (association[1], state == "inuse")
        )
        return
    for label, value in pairs(line):
        if label == "sc id":
            connection.channels.setdefault(connection.direction, []).append(value)
        else:
            connection.values.setdefault(label, value)


def _session(block: Block, connection: _Connection, *, headed: bool) -> MacsecSession:
    values = connection.values
    transmit, receive = _directions(connection, headed=headed)
    received = connection.channels.get("rx", [])
    own = connection.channels.get("tx", [])
    return MacsecSession(
        block.source(connection.first, connection.last),
        connection.name,
        prints_sas=True,
        tx_sa_in_use=transmit,
        rx_sa_in_use=receive,
        rx_channels=len(received) or None,
        cipher=cipher(values.get("cipher suite")),
        confidentiality=_on(values.get("encryption")),
        confidentiality_offset=number(values.get("key server offset")),
        replay_protect=_on(values.get("replay protect")),
        replay_window=number(values.get("replay window")),
        policy=values.get("ca name") or None,
        local_sci=sci(own[0]) if own else None,
        peer_scis=tuple(one for one in map(sci, dict.fromkeys(received)) if one),
    )


def _directions(connection: _Connection, *, headed: bool) -> tuple[bool | None, bool | None]:
    """Whether a transmit and a receive association are in use; None where it is not printed.

    A heading without an association below it says that there is none, where it is not the end of
    the text.
    """
    if "encryption" not in connection.values:
        return None, None  # a filter took the line that says what the associations do
    if headed:
        transmit, receive = (_in_use(connection, name) for name in ("tx", "rx"))
        return transmit, receive
    rows = connection.associations.get("", [])
    numbers = [name for name, in_use in rows if in_use]
    both = any(numbers.count(name) > 1 for name in numbers)
    if both:
        return True, True
    return (True, None) if numbers else (None, None) if not rows else (False, False)


def _in_use(connection: _Connection, direction: str) -> bool | None:
    rows = connection.associations.get(direction)
    if rows:
        return any(in_use for _, in_use in rows)
    return False if connection.closed and connection.direction == "rx" else None


def _on(text: str | None) -> bool | None:
    word = (text or "").strip().lower()
    return {"on": True, "off": False, "enabled": True, "disabled": False}.get(word)


_BAD = (
    "not valid packets",
    "invalid packets",
    "late packets",
    "bad tag packets",
    "not using sa packets",
)


def read_statistics(block: Block) -> Iterator[Observation]:
    """`show security macsec statistics [interface X] [detail]`: the first counter of each name.

    The channels' counters stand before those of their associations, which start again with every
    key.
    """
    name: str | None = None
    first = last = 0
    counted: dict[str, int] = {}
    for index, line in enumerate(block.lines):
        if len(line) > 300:
            continue
        head = _INTERFACE.match(line)
        if head:
            if name is not None:
                yield _counters(block, name, (first, last), counted)
            name, first, last, counted = head[1], index, index, {}
            continue
        for label, value in pairs(line) if name is not None else ():
            amount = number(value)
            if amount is not None:
                counted.setdefault(label, amount)
                last = index
    if name is not None:
        yield _counters(block, name, (first, last), counted)


def _counters(
    block: Block, name: str, lines: tuple[int, int], counted: dict[str, int]
) -> MacsecCounters:
    bad = [counted[label] for label in _BAD if label in counted]
    return MacsecCounters(
        block.source(*lines),
        name,
        tx_encrypted=counted.get("encrypted packets"),
        tx_protected=counted.get("protected packets"),
        rx_ok=counted.get("accepted packets", counted.get("ok packets")),
        rx_bad=sum(bad) if bad else None,
    )
