"""Path groups of `router path-selection`: which local interfaces carry traffic under IPsec."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netmod.platforms._config import Line
from netmod.platforms._observations import Block, InterfaceSeen, IpsecConfig, Observation
from netmod.platforms.eos._names import full_name
from netmod.platforms.eos.ipsec import IpSecurity, protected


@dataclass(frozen=True, slots=True)
class PathGroup:
    """One path group. `profile` None: its paths are not encrypted."""

    line: Line
    name: str
    profile: str | None
    clear_peers: bool
    interfaces: tuple[str, ...]
    addresses: tuple[str, ...]


def path_groups(config: Line) -> list[PathGroup]:
    """All path groups of a config."""
    sections = [line for line, _ in config.matches(r"router path-selection$")]
    lines = [found for section in (config, *sections) for found in section.matches(_GROUP)]
    return [_group(line, match[1]) for line, match in lines]


_GROUP = re.compile(r"path-group (\S+)")


def _group(line: Line, name: str) -> PathGroup:
    texts = [child.text for child in line.walk()]
    profile = line.find(r"ipsec profile (\S+)")
    locals_ = [match[1] for _, match in line.matches(r"local interface (\S+)")]
    addresses = [match[1] for _, match in line.matches(r"local ip (\S+)")]
    return PathGroup(
        line,
        name,
        profile[1] if profile else None,
        clear_peers="ipsec disabled" in texts,
        interfaces=tuple(full_name(one) for one in locals_),
        addresses=tuple(addresses),
    )


def path_observations(
    block: Block,
    groups: Sequence[PathGroup],
    sections: Sequence[tuple[str, Line]],
    security: IpSecurity,
    *,
    whole: bool,
) -> Iterator[Observation]:
    """IPsec on the local interfaces of each group; a group without it is a way around the others.

    The interface of a `local ip` is the one that has this address.
    """
    a_clear_way = any(group.profile is None or group.clear_peers for group in groups)
    known = {interface for interface, _ in sections}
    for group in groups:
        for interface in _interfaces(group, sections):
            if group.profile is not None:
                yield _protected(block, group, interface, security, whole, a_clear_way)
            elif interface not in known and interface != "unknown":
                yield InterfaceSeen(block.source(group.line.index), interface)


def _protected(
    block: Block,
    group: PathGroup,
    interface: str,
    security: IpSecurity,
    whole: bool,
    a_clear_way: bool,
) -> IpsecConfig:
    return protected(
        block,
        group.line,
        interface,
        group.profile or "",
        security,
        whole=whole,
        fail_open=a_clear_way,
    )


def _interfaces(group: PathGroup, sections: Sequence[tuple[str, Line]]) -> tuple[str, ...]:
    owners = [
        interface
        for address in group.addresses
        for interface, section in sections
        if section.find(rf"ip address {re.escape(address)}(?:/|\s|$)")
    ]
    missing = ("unknown",) if len(owners) < len(group.addresses) else ()
    return tuple(dict.fromkeys((*group.interfaces, *owners, *missing)))
