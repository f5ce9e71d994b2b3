"""The running config of IOS-XR: identity, interfaces, key chains, MACsec and hardening."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from netmod.platforms._config import Line, parse
from netmod.platforms._observations import (
    Block,
    Identity,
    InterfaceSeen,
    IpsecConfig,
    Observation,
)
from netmod.platforms.iosxr._formal import is_formal, parse_formal
from netmod.platforms.iosxr._names import carries_no_link, full_name, is_interface
from netmod.platforms.iosxr.config_macsec import config_macsec
from netmod.platforms.iosxr.hardening import config_hardening
from netmod.platforms.iosxr.headers import read_headers
from netmod.platforms.iosxr.keychains import config_key_chains

_SECTIONS = re.compile(
    r"(?:interface|key chain|macsec-policy|username|usergroup|taskgroup|vrf|line|router|ntp|lldp"
    r"|cdp|ipv4 access-list|ipv6 access-list|class-map|policy-map|control-plane|aaa group server"
    r"|route-policy|prefix-set|community-set|as-path-set|l2vpn|mpls|call-home|telemetry|grpc"
    r"|netconf-yang agent|snmp-server view|vty-pool|dot1x profile|hw-module|controller)(?: \S|$)"
)
_BANNER = re.compile(
    r"banner (?:motd|exec|login|incoming|prompt-timeout|slip-ppp) (?P<delimiter>\^C|\S)"
)
_HEADER = re.compile(r"\s*!!? ?IOS XR (?:Admin )?Configuration (?:version = )?(\d[\w.]*)")
_PARTIAL = re.compile(r"show running-config\s+(?!formal\b|all\b|$)\S")
_ELISION = re.compile(r"\s*(?:\(\.\.\.\)|\.\.\.|<(?:snip|(?:output )?omitted)>)\s*$", re.IGNORECASE)
_INTERFACE = re.compile(
    r"interface (?:preconfigure )?(?P<name>[A-Za-z][\w-]*\s?\d\S*)(?P<mode> l2transport)?$"
)


def is_unfiltered(block: Block, config: Line) -> bool:
    """Whether the config stands here from its start, if perhaps not to its end.

    What such a text refers to and does not define is undefined: where it was cut that errs
    towards the worse state.
    """
    if not block.complete or "|" in block.command or _PARTIAL.match(block.command):
        return False
    if any(len(line) < 40 and _ELISION.match(line) for line in block.lines):
        return False
    return bool(config.find(r"hostname \S"))


def is_whole(block: Block, config: Line) -> bool:
    """Whether everything that is configured is in the block, so that what is absent is off.

    IOS-XR prints `end` below its last line: a text without it was cut.
    """
    return is_unfiltered(block, config) and bool(config.find(r"end$"))


def read_config(block: Block) -> Iterator[Observation]:
    """`show running-config`, and what backup tools keep of it."""
    yield from read_headers(block)
    if is_formal(block.lines):
        config = parse_formal(block.lines)
    else:
        config = parse(block.lines, sections=_SECTIONS, banner=_BANNER)
    whole = is_whole(block, config)
    yield from _identity(block, config)
    chains = list(config_key_chains(block, config, whole=whole))
    yield from chains
    interfaces = [
        (section, full_name(match["name"]))
        for section, match in config.matches(_INTERFACE)
        if is_interface(match["name"].replace(" ", ""))
    ]
    for section, interface in interfaces:
        if not carries_no_link(interface):
            yield _seen(block, section, interface)
    yield from _tunnels(block, interfaces)
    unfiltered = is_unfiltered(block, config)
    yield from config_macsec(block, config, interfaces, chains, unfiltered=unfiltered)
    yield from config_hardening(block, config, whole=whole)


def _tunnels(block: Block, interfaces: Iterable[tuple[Line, str]]) -> Iterator[IpsecConfig]:
    """Tunnels with an IPsec profile. What the profile offers is not resolved."""
    for section, interface in interfaces:
        profile = section.find(r"(?:tunnel protection ipsec )?profile (\S+)$")
        if not interface.lower().startswith("tunnel-ip") or profile is None:
            continue
        peer = section.find(r"tunnel destination (?:ipv[46] )?(\S+)")
        source = section.find(r"tunnel source ([\d.]+|[0-9A-Fa-f:]*:[0-9A-Fa-f:]+)$")
        yield IpsecConfig(
            block.source(section.index),
            interface,
            policy=profile[1],
            peer=peer[1] if peer else None,
            local=source[1] if source else None,
            shutdown=section.find(r"shutdown$") is not None,
        )


def _identity(block: Block, config: Line) -> Iterator[Identity]:
    name = next(config.matches(r"hostname (\S+)"), None)
    version = next(
        (
            (index, match)
            for index, line in enumerate(block.lines)
            if (match := _HEADER.match(line))
        ),
        None,
    )
    if name is None and version is None:
        return
    lines = [name[0].index] if name else []
    lines += [version[0]] if version else []
    yield Identity(
        block.source(*sorted(lines)),
        rank=0,
        hostname=name[1][1].strip('"') if name else None,
        os="IOS XR",
        version=version[1][1] if version else None,
    )


def _seen(block: Block, section: Line, interface: str) -> InterfaceSeen:
    bundle = section.find(r"bundle id (\d+)")
    vrf = section.find(r"vrf (\S+)")
    shut = section.find(r"(no )?shutdown$")
    parent = re.match(r"(\S+?)\.\d+$", interface)
    return InterfaceSeen(
        block.source(section.index),
        interface,
        shutdown=None if shut is None else shut[1] is None,
        lag=f"Bundle-Ether{bundle[1]}" if bundle else None,
        vrf=vrf[1] if vrf else None,
        parent=parent[1] if parent else None,
    )
