"""Facts from other outputs of IOS-XR: bundles, `show ntp associations`, `show ssh`, SNMP users."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netmod.platforms._observations import Block, Hardening, LagMember, Observation
from netmod.platforms.iosxr._names import full_name, is_interface

_BUNDLE = re.compile(r"(Bundle-Ether\d+|BE\d+)\s*$")
_MEMBER = re.compile(r"\s+([A-Z][A-Za-z]*\d+(?:/\w+)+)\s+(?:Local|\d\S*|[0-9.]+)\s+[A-Z][a-z]+\s")
_ASSOCIATION = re.compile(
    r"\s{0,4}[*#+\-x.o]?~(?P<server>\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]+)(?:\s|$)"
)
_SSH = re.compile(r"\s*SSH version\s*:\s*Cisco-(\d\.\d+)")
_SNMP_USER = re.compile(r"\s*User name\s*:\s*\S")


def read_bundles(block: Block) -> Iterator[Observation]:
    """`show bundle [brief]`: the members of every bundle."""
    bundle: str | None = None
    for index, line in enumerate(block.lines):
        if len(line) > 200:
            continue
        head, member = _BUNDLE.match(line), _MEMBER.match(line)
        if head:
            bundle = full_name(head[1])
        elif member and bundle is not None and is_interface(member[1]):
            yield LagMember(block.source(index), bundle, full_name(member[1]))


def read_ntp(block: Block) -> Iterator[Observation]:
    """`show ntp associations`: what is configured (`~`), whether it answers or not."""
    servers: dict[str, int] = {}
    for index, line in enumerate(block.lines):
        match = _ASSOCIATION.match(line) if len(line) < 200 else None
        if match:
            servers.setdefault(match["server"], index)
    if servers:
        yield Hardening(
            block.source(*servers.values()), "ntp_servers", tuple(servers), operational=True
        )


def read_ssh(block: Block) -> Iterator[Observation]:
    """`show ssh`: 1.99 means that version 1 is accepted as well."""
    for index, line in enumerate(block.lines):
        match = _SSH.match(line) if len(line) < 200 else None
        if match:
            source = block.source(index)
            yield Hardening(source, "ssh_enabled", True, operational=True)
            yield Hardening(source, "ssh_v2", match[1] == "2.0", operational=True)
            return


def read_snmp_users(block: Block) -> Iterator[Observation]:
    """`show snmp users`: it prints no algorithms."""
    users = [i for i, line in enumerate(block.lines) if len(line) < 200 and _SNMP_USER.match(line)]
    if users:
        yield Hardening(block.source(*users), "snmp_v3", True, operational=True)
