"""Bundles of Junos: `show lacp interfaces`, `show interfaces terse`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netmod.platforms._observations import Block, LagMember, Observation
from netmod.platforms.junos._names import is_interface, physical

_BUNDLE = re.compile(r"\s*Aggregated interface:\s+(\S+)")
_MEMBER = re.compile(r"\s+(\S+)\s+(?:\(\w+\)\s+)?Actor\s")
_TERSE = re.compile(r"(?P<member>\S+)\s+(?:up|down)\s+(?:up|down)\s+aenet\s+-->\s+(?P<bundle>\S+)")


def read_lacp(block: Block) -> Iterator[Observation]:
    """`show lacp interfaces [X]`: the members that LACP knows."""
    bundle: str | None = None
    for index, line in enumerate(block.lines):
        if len(line) > 200:
            continue
        head = _BUNDLE.match(line)
        member = _MEMBER.match(line)
        if head:
            bundle = head[1]
        elif member and bundle is not None and is_interface(member[1]):
            yield LagMember(block.source(index), bundle, member[1])


def read_terse(block: Block) -> Iterator[Observation]:
    """`show interfaces terse`: units that belong to a bundle (`aenet --> ae0.0`).

    Whether a port is up says nothing about encryption, and is not read.
    """
    known = set[tuple[str, str]]()
    for index, line in enumerate(block.lines):
        match = _TERSE.match(line) if len(line) < 200 else None
        if match is None:
            continue
        pair = physical(match["bundle"]), physical(match["member"])
        if pair not in known:
            known.add(pair)
            yield LagMember(block.source(index), *pair)
