"""IPsec connections of EOS: `show ip security connection [detail]`, text and JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from netmod.platforms._observations import Block, IpsecFlow, Observation
from netmod.platforms.eos._names import folded, full_name, json_document, number

_ADDRESS = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)"
_ROW = re.compile(
    rf"\s*(?P<tunnel>\S+)\s+(?P<source>{_ADDRESS})\s+(?P<dest>{_ADDRESS})\s+"
    r"(?P<status>[A-Za-z]+)(?P<rest>.*)$"
)
_PAIR = re.compile(rf".{{0,60}}source address ({_ADDRESS}),? dest(?:ination)? address ({_ADDRESS})")
_TUNNEL_LINE = re.compile(r"\s*(?:Interface:?\s+|Connection:?\s+)?(Tunnel\d+\S*?):?\s*$")
_SPI = re.compile(r"\s*(Inbound|Outbound) SPI:?\s+(?:0x)?([0-9A-Fa-f]+)", re.IGNORECASE)


def read_connections(block: Block) -> Iterator[Observation]:
    """`show ip security connection [detail]`, text and JSON."""
    document = json_document(block)
    if document is not None:
        yield from _json_connections(block, document)
    elif any(_SPI.match(line) for line in block.lines):
        yield from _detailed(block)
    else:
        yield from _brief(block)


def _flow(
    block: Block,
    lines: Sequence[int],
    tunnel: str | None,
    addresses: tuple[str | None, str | None],
    status: str,
    active: int | None,
    **values: Any,
) -> IpsecFlow:
    up = status.lower() in ("established", "connected", "up")
    return IpsecFlow(
        block.source(*lines),
        tunnel or "unknown",
        local=addresses[0],
        peer=addresses[1],
        prints_sas=False,
        active_sas=active if up else 0,
        status="up-active" if up else "negotiating" if "onnect" in status else "down",
        **values,
    )


def _brief(block: Block) -> Iterator[Observation]:
    """A row and the line of packets below it. Packets in both directions prove a pair of SAs."""
    for index, line in enumerate(block.lines):
        match = _ROW.match(line) if len(line) < 300 else None
        if match is None:
            continue
        below = block.lines[index + 1] if index + 1 < len(block.lines) else ""
        text = f"{match['rest']} {'' if _ROW.match(below) else below}"
        packets = [int(count) for count in re.findall(r"(\d+) (?:pkts|packets)", text)]
        both = len(packets) >= 2 and packets[0] > 0 and packets[1] > 0
        tunnel = full_name(match["tunnel"])
        addresses = (match["source"], match["dest"])
        yield _flow(block, [index], tunnel, addresses, match["status"], 2 if both else None)


@dataclass(slots=True)
class _Connection:
    """A connection that is still being read."""

    tunnel: str | None
    lines: list[int]
    addresses: tuple[str | None, str | None] = (None, None)
    status: str = ""
    inbound: list[str] = field(default_factory=list)
    outbound: list[str] = field(default_factory=list)
    mode: str | None = None
    window: int | None = None


def _detailed(block: Block) -> Iterator[Observation]:
    named = re.search(r"\b(?:interface )?(Tunnel ?\d+)", block.command, re.IGNORECASE)
    tunnel = full_name(named[1].replace(" ", "")) if named else None
    connection: _Connection | None = None
    for index, line in enumerate(block.lines):
        if len(line) > 300:
            continue
        head, pair, spi = _TUNNEL_LINE.match(line), _PAIR.match(line), _SPI.match(line)
        if head:
            tunnel = full_name(head[1])
        if pair:
            if connection is not None:
                yield _connected(block, connection)
            inline = re.match(r"\s*(Tunnel\d+\S*?)[:,]?\s", line)
            tunnel = full_name(inline[1]) if inline else tunnel
            connection = _Connection(tunnel, [index], (pair[1], pair[2]))
        if connection is None:
            continue
        if spi:
            connection.lines.append(index)
            directed = connection.inbound if spi[1].lower() == "inbound" else connection.outbound
            directed.append(spi[2].lower())
        _detail(connection, line)
    if connection is not None:
        yield _connected(block, connection)


def _detail(connection: _Connection, line: str) -> None:
    status = re.match(r"\s*(?:state|status):?\s+([A-Za-z]+)", line, re.IGNORECASE)
    if status:
        connection.status = status[1]
    modes = re.match(r".{0,60}\bmode (tunnel|transport)(?:,\s*replay-window (\d+))?", line)
    if modes:
        connection.mode = modes[1]
        connection.window = int(modes[2]) if modes[2] else connection.window


def _connected(block: Block, connection: _Connection) -> IpsecFlow:
    pair = min(len(connection.inbound), 1) + min(len(connection.outbound), 1)
    return _flow(
        block,
        connection.lines,
        connection.tunnel,
        connection.addresses,
        connection.status or ("Established" if pair else "down"),
        pair,
        inbound_spis=tuple(connection.inbound),
        outbound_spis=tuple(connection.outbound),
        mode=connection.mode,
        replay_window=connection.window,
    )


def _json_connections(block: Block, document: Any) -> Iterator[Observation]:
    connections = folded(document).get("connections")
    for one in connections.values() if isinstance(connections, dict) else ():
        values = folded(one)
        paths = values.get("pathdict")
        states = [str(state) for state in paths.values()] if isinstance(paths, dict) else []
        tunnels = values.get("tunneldict")
        names = list(tunnels) if isinstance(tunnels, dict) else []
        counters = folded(values.get("stats"))
        packets = (number(counters.get("inpkts")), number(counters.get("outpkts")))
        both = all(packets)
        up = bool(states) and all(state == "Established" for state in states)
        for name in names or [None]:
            yield _flow(
                block,
                [0],
                full_name(name) if name else None,
                (values.get("saddr"), values.get("daddr")),
                "Established" if up else (states or ["down"])[0].replace("Established", "Partly"),
                2 if both else None,
                vrf=values.get("tunnelns") if values.get("tunnelns") != "default" else None,
            )
