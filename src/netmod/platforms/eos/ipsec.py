"""IPsec of EOS: `show ip security connection`, and the `ip security` section of a config."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from netmod.facts import PolicyFact
from netmod.platforms._config import Line
from netmod.platforms._ipsec import encrypts, is_weak
from netmod.platforms._observations import Block, Fact, IpsecConfig, IpsecFlow, Observation
from netmod.platforms.eos._names import folded, full_name, json_document, number

_ADDRESS = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)"
_ROW = re.compile(
    rf"\s*(?P<tunnel>\S+)\s+(?P<source>{_ADDRESS})\s+(?P<dest>{_ADDRESS})\s+"
    r"(?P<status>[A-Za-z]+)(?P<rest>.*)$"
)
_PAIR = re.compile(rf".{{0,60}}source address ({_ADDRESS}),? dest(?:ination)? address ({_ADDRESS})")
_TUNNEL_LINE = re.compile(r"\s*(?:Interface:?\s+|Connection:?\s+)?(Tunnel\d+\S*?):?\s*$")
_SPI = re.compile(r"\s*(Inbound|Outbound) SPI:?\s+(?:0x)?([0-9A-Fa-f]+)", re.IGNORECASE)
_UNITS = {"hours": 3600, "hour": 3600, "minutes": 60, "seconds": 1}


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


@dataclass(frozen=True, slots=True)
class SaPolicy:
    """`sa policy X`: what protects the packets. `transform` None where the defaults apply."""

    line: Line
    name: str
    encryption: str | None
    integrity: str | None
    pfs: str | None
    lifetime: int | None
    replay_off: bool

    @property
    def transform(self) -> str | None:
        """Encryption and integrity as one transform; `esp-null` where nothing is encrypted."""
        if self.encryption is None:
            return None
        cipher = "esp-null" if self.encryption == "null" else self.encryption
        integrity = None if self.integrity == "null" else self.integrity
        return f"{cipher} {integrity}" if integrity else cipher


@dataclass(frozen=True, slots=True)
class IkePolicy:
    """`ike policy X`."""

    line: Line
    name: str
    encryption: str | None
    integrity: str | None
    group: int | None


@dataclass(frozen=True, slots=True)
class Profile:
    """`profile X` below `ip security`."""

    line: Line
    name: str
    ike: str | None
    sa: str | None
    mode: str | None

    @property
    def is_empty(self) -> bool:
        return not self.line.children


@dataclass(frozen=True, slots=True)
class IpSecurity:
    """The `ip security` section."""

    sa_policies: dict[str, SaPolicy]
    ike_policies: dict[str, IkePolicy]
    profiles: dict[str, Profile]


def ip_security(config: Line) -> IpSecurity:
    """Everything below `ip security`, also where a capture has lost its indentation."""
    sections = [section for section, _ in config.matches(r"ip security$")]
    nested = [line for section in sections for line in section.children]
    lines = [*config.children, *nested]
    ours = [*nested, *(line for line in config.children if line.find(_PROFILE_LINE))]
    return IpSecurity(
        {name: _sa_policy(line, name) for line, name in _named(lines, r"sa policy (\S+)")},
        {name: _ike_policy(line, name) for line, name in _named(lines, r"ike policy (\S+)")},
        {name: _profile(line, name) for line, name in _named(ours, r"profile (\S+)")},
    )


_PROFILE_LINE = re.compile(
    r"ike-policy|sa-policy|shared-key|connection (?:add|start|route)|dpd |mode (?:tunnel|transport)"
)


def _named(lines: Sequence[Line], pattern: str) -> Iterator[tuple[Line, str]]:
    for line in lines:
        match = re.match(rf"{pattern}$", line.text)
        if match:
            yield line, match[1]


def _word(line: Line, pattern: str) -> str | None:
    match = line.find(pattern)
    return match[1] if match else None


def _esp(line: Line, what: str) -> str | None:
    """`esp encryption X`; older releases write `disabled` for `null`."""
    word = _word(line, rf"esp {what} (\S+)")
    return "null" if word == "disabled" else word


def _sa_policy(line: Line, name: str) -> SaPolicy:
    group = _word(line, r"pfs dh-group (\d+)")
    lifetime = line.find(r"sa lifetime (\d+) (\w+)$")
    unit = _UNITS.get(lifetime[2]) if lifetime else None
    return SaPolicy(
        line,
        name,
        encryption=_esp(line, "encryption"),
        integrity=_esp(line, "integrity"),
        pfs=f"group{group}" if group else None,
        lifetime=int(lifetime[1]) * unit if lifetime and unit else None,
        replay_off=line.find(r"anti-replay (?:disabled|window size 0)") is not None,
    )


def _ike_policy(line: Line, name: str) -> IkePolicy:
    group = _word(line, r"dh-group (\d+)")
    return IkePolicy(
        line,
        name,
        encryption=_word(line, r"encryption (\S+)"),
        integrity=_word(line, r"integrity (\S+)"),
        group=int(group) if group else None,
    )


def _profile(line: Line, name: str) -> Profile:
    return Profile(
        line,
        name,
        ike=_word(line, r"ike-policy (\S+)"),
        sa=_word(line, r"sa-policy (\S+)"),
        mode=_word(line, r"mode (tunnel|transport)"),
    )


def policy_facts(block: Block, security: IpSecurity, used: dict[str, list[str]]) -> Iterator[Fact]:
    """SA policies as transform sets, and profiles with the interfaces that name them."""
    for policy in security.sa_policies.values():
        fact = PolicyFact(
            name=policy.name,
            kind="transform-set",
            esp=policy.encryption,
            integrity=policy.integrity,
            transform=policy.transform,
            pfs=policy.pfs,
            confidentiality=encrypts(policy.transform) if policy.encryption else None,
            weak=is_weak(policy.transform) if policy.encryption else None,
        )
        yield Fact(block.source(policy.line.index), fact)
    for profile in security.profiles.values():
        policy_of = security.sa_policies.get(profile.sa or "")
        interfaces = tuple(used.get(profile.name, ()))
        fact = PolicyFact(
            name=profile.name,
            kind="ipsec-profile",
            transform=policy_of.transform if policy_of else None,
            pfs=policy_of.pfs if policy_of else None,
            mode=profile.mode,
            ikev2_profile=profile.ike,
            interfaces=interfaces,
            applied=bool(interfaces),
        )
        yield Fact(block.source(profile.line.index), fact)


def protected(
    block: Block,
    line: Line,
    interface: str,
    profile_name: str,
    security: IpSecurity,
    *,
    whole: bool,
    **values: Any,
) -> IpsecConfig:
    """IPsec on one interface with all that its profile resolves to."""
    profile = security.profiles.get(profile_name)
    sa = security.sa_policies.get(profile.sa or "") if profile else None
    ike = security.ike_policies.get(profile.ike or "") if profile else None
    undefined = []
    if whole and profile is None:
        undefined.append(f"profile {profile_name}")
    if whole and profile is not None and profile.sa and sa is None:
        undefined.append(f"sa policy {profile.sa}")
    if whole and profile is not None and profile.ike and ike is None:
        undefined.append(f"ike policy {profile.ike}")
    return IpsecConfig(
        block.source(line.index),
        interface,
        policy=profile_name,
        transforms=(sa.transform,) if sa and sa.transform else (),
        pfs=sa.pfs if sa else None,
        ike_dh=(ike.group,) if ike and ike.group else (),
        mode=profile.mode if profile else None,
        lifetime_sec=sa.lifetime if sa else None,
        replay_protect=False if sa and sa.replay_off else None,
        undefined=tuple(undefined),
        incomplete=f"profile {profile_name} is empty" if profile and profile.is_empty else None,
        **values,
    )
