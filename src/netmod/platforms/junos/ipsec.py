"""IPsec of Junos (SRX): `show security ike …` and `show security ipsec security-associations`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from netmod.facts import IkeSaFact
from netmod.platforms._observations import Block, Fact, IpsecFlow, Observation
from netmod.platforms.junos._names import UNKNOWN_INTERFACE, is_interface

_IKE_HEAD = re.compile(r"\s*IKE peer ([^\s,]+)(?:, Index (\d+))?", re.IGNORECASE)
_IKE_ROW = re.compile(
    r"\s*\d{1,12}\s+(?P<state>UP|DOWN|MATURE|NOT MATURE)\s+[0-9A-Fa-f]{16}\s+[0-9A-Fa-f]{16}\s+"
    r"(?P<mode>\w+)\s+(?P<remote>\S+)\s*$"
)
_ROLE = re.compile(r"\s*Role:\s*\w+,\s*State:\s*(\w+)")
_EXCHANGE = re.compile(r"\s*Exchange type:\s*(\w+)(?:,\s*Authentication method:\s*(\S+))?")
_ENDS = re.compile(r"\s*Local:\s*(\S+?)(?::(\d+))?,\s*Remote:\s*(\S+?)(?::(\d+))?\s*$")
_FIELD = re.compile(r"\s*([A-Z][\w -]{0,40}?)\s*:\s*(\S.*?)?\s*$")
_TUNNEL = re.compile(
    r"\s*(?:node\d:\s*)?ID:\s*(\d+)(?:\s+Virtual-system:\s*(\S+?),)?.*?(?:VPN Name:\s*(\S+))?\s*$"
)
_GATEWAYS = re.compile(r"\s*Local Gateway:\s*([^\s,]+),\s*Remote Gateway:\s*(\S+)")
_BOUND = re.compile(r".{0,200}?Bind-interface:\s*(\S+)")
_DIRECTION = re.compile(r"\s*Direction:\s*(inbound|outbound)\s*,\s*SPI:\s*(\w+)", re.IGNORECASE)
_PROTOCOL = re.compile(
    r"\s*Protocol:\s*(?P<protocol>\w+),\s*Authentication:\s*(?P<integrity>[^,]+?),"
    r"\s*Encryption:\s*(?P<encryption>\S.*?)\s*$"
)
_REPLAY = re.compile(
    r"\s*Anti-replay service:\s*(?:counter-based )?(enabled|disabled)"
    r"(?:,\s*Replay window size:\s*(\d+))?",
    re.IGNORECASE,
)
_SHORT_ROW = re.compile(
    r"\s*(?P<way>[<>])(?P<id>\d+)\s+(?P<protocol>\w+):(?P<transform>\S+)\s+(?P<spi>[0-9A-Fa-f]{1,8})"
    r"\s+(?P<life>\S+)\s*(?:unlim|\d+)?\s.*?(?P<gateway>[0-9A-Fa-f.:]{3,45})\s*$"
)
_GROUP = re.compile(r"(?:DH-)?group-?(\d+)", re.IGNORECASE)
_LEFT = re.compile(r"[Ee]xpires in (\d{1,9}) seconds?")
_LONG = 400


def _lines(block: Block) -> Iterator[tuple[int, str]]:
    return ((index, line) for index, line in enumerate(block.lines) if len(line) < _LONG)


def read_ike(block: Block) -> Iterator[Observation]:
    """`show security ike security-associations [detail]`: phase 1, and no statement about ESP."""
    fact: dict[str, object] = {}
    indexes: list[int] = []
    for index, line in _lines(block):
        row = _IKE_ROW.match(line)
        head = _IKE_HEAD.match(line)
        if row:
            version = 2 if row["mode"].lower() == "ikev2" else 1
            one = IkeSaFact(remote=row["remote"], state=row["state"], version=version)
            yield Fact(block.source(index), one)
        elif head:
            if fact:
                yield Fact(block.source(*indexes), IkeSaFact.model_validate(fact))
            fact, indexes = {"remote": head[1]}, [index]
        elif fact and (stated := _ike_detail(line)):
            fact.update(stated)
            indexes.append(index)
    if fact:
        yield Fact(block.source(*indexes), IkeSaFact.model_validate(fact))


def _ike_detail(line: str) -> dict[str, object]:
    """What one line of a detailed IKE SA says, as fields of the fact."""
    role, exchange, ends = _ROLE.match(line), _EXCHANGE.match(line), _ENDS.match(line)
    if role:
        return {"state": role[1]}
    if exchange:
        version = 2 if exchange[1].lower() == "ikev2" else 1
        return {"version": version, "auth": exchange[2]}
    if ends:
        port = int(ends[2]) if ends[2] and int(ends[2]) < 65536 else None
        return {"local": ends[1], "remote": ends[3], "port": port, "nat": port == 4500}
    labelled = _FIELD.match(line)
    name, value = (labelled[1].lower(), labelled[2]) if labelled else ("", None)
    if value is None:
        return {}
    if name == "diffie-hellman group":
        group = _GROUP.search(value)
        return {"dh": int(group[1])} if group else {}
    keys = {
        "authentication": "integrity",
        "encryption": "encr",
        "pseudo random function": "prf",
        "peer ike-id": "peer_id",
    }
    return {keys[name]: value} if name in keys else {}


@dataclass(slots=True)
class _Tunnel:
    """The lines of one tunnel."""

    first: int
    last: int
    name: str | None = None
    interface: str | None = None
    local: str | None = None
    peer: str | None = None
    version: str | None = None
    pfs: str | None = None
    identity: dict[str, str] = field(default_factory=dict)
    spis: dict[str, list[str]] = field(default_factory=dict)
    transforms: dict[str, str] = field(default_factory=dict)
    ah: str | None = None
    direction: str = ""
    replay: bool | None = None
    window: int | None = None
    esn: bool | None = None
    mode: str | None = None
    lifetime: int | None = None


def read_ipsec(block: Block) -> Iterator[Observation]:
    """`show security ipsec security-associations [detail]`: pages of `detail`, or the table.

    The table names no interface, so that its flows belong to none.
    """
    tunnel: _Tunnel | None = None
    short: dict[str, _Tunnel] = {}
    for index, line in _lines(block):
        head = _TUNNEL.match(line)
        row = _SHORT_ROW.match(line)
        if head:
            if tunnel is not None:
                yield _flow(block, tunnel)
            tunnel = _Tunnel(index, index, name=head[3])
        elif row:
            _take_row(short, index, row)
        elif tunnel is not None and line.strip():
            tunnel.last = index
            _take(tunnel, line)
    if tunnel is not None:
        yield _flow(block, tunnel)
    for one in short.values():
        yield _flow(block, one)


def _take_row(short: dict[str, _Tunnel], index: int, row: re.Match[str]) -> None:
    tunnel = short.setdefault(row["id"], _Tunnel(index, index, peer=row["gateway"]))
    tunnel.last = index
    way = "inbound" if row["way"] == "<" else "outbound"
    tunnel.spis.setdefault(way, []).append(row["spi"])
    if row["protocol"].upper() == "AH":
        tunnel.ah = f"ah-{row['transform']}"
    else:
        tunnel.transforms.setdefault(way, _shown(row["transform"], ""))


def _shown(encryption: str, integrity: str) -> str:
    """A transform as printed; no encryption at all is spelt `esp-null`."""
    name = encryption.strip()
    if name.lower().split("/")[0] in ("none", "null", ""):
        name = f"esp-null {name.partition('/')[2]}".strip()
    combined = "gcm" in name.lower() or integrity.lower() in ("", "none")
    return name if combined else f"{name} {integrity}"


def _take(tunnel: _Tunnel, line: str) -> None:
    gateways, bound, way = _GATEWAYS.match(line), _BOUND.match(line), _DIRECTION.match(line)
    protocol, replay = _PROTOCOL.match(line), _REPLAY.match(line)
    if gateways:
        tunnel.local, tunnel.peer = gateways[1], gateways[2]
    elif way:
        tunnel.direction = way[1].lower()
        tunnel.spis.setdefault(tunnel.direction, []).append(way[2].removeprefix("0x"))
    elif protocol and tunnel.direction:
        _take_protocol(tunnel, protocol)
    elif replay:
        tunnel.replay = replay[1].lower() == "enabled"
        tunnel.window = int(replay[2]) if replay[2] else None
    elif bound:
        tunnel.interface = bound[1].rstrip(",")
    else:
        _take_field(tunnel, line)


def _take_protocol(tunnel: _Tunnel, protocol: re.Match[str]) -> None:
    if protocol["protocol"].upper() == "AH":
        tunnel.ah = f"ah-{protocol['integrity']}"
    else:
        tunnel.transforms[tunnel.direction] = _shown(protocol["encryption"], protocol["integrity"])


def _take_field(tunnel: _Tunnel, line: str) -> None:
    match = _FIELD.match(line)
    if match is None or match[2] is None:
        return
    label, value = match[1].lower(), match[2]
    if label in ("local identity", "remote identity"):
        tunnel.identity[label] = value
    elif label == "version":
        tunnel.version = value.split(",")[0]
    elif label == "pfs group" and (group := _GROUP.search(value)):
        tunnel.pfs = f"group{group[1]}"
    elif label == "hard lifetime" and (left := _LEFT.search(value)):
        tunnel.lifetime = int(left[1]) if tunnel.lifetime is None else tunnel.lifetime
    elif label == "extended-sequence-number":
        tunnel.esn = value.lower() == "enabled"
    elif label == "mode":
        tunnel.mode = value.split("(")[0].split(",")[0].lower()


def _flow(block: Block, tunnel: _Tunnel) -> IpsecFlow:
    interface = tunnel.interface or ""
    ident = " ".join(tunnel.identity.values()) or None
    return IpsecFlow(
        block.source(tunnel.first, tunnel.last),
        interface if is_interface(interface) else UNKNOWN_INTERFACE,
        peer=tunnel.peer,
        local=tunnel.local,
        ident=ident,
        policy=tunnel.name,
        inbound=tunnel.transforms.get("inbound"),
        outbound=tunnel.transforms.get("outbound"),
        inbound_spis=tuple(tunnel.spis.get("inbound", ())),
        outbound_spis=tuple(tunnel.spis.get("outbound", ())),
        ah=tunnel.ah,
        ike=tunnel.version,
        pfs=tunnel.pfs,
        replay_protect=tunnel.replay,
        replay_window=tunnel.window,
        esn=tunnel.esn,
        mode=tunnel.mode,
        lifetime_sec=tunnel.lifetime,
        cut=not tunnel.spis,
    )
