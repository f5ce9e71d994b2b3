"""What backup tools write above an IOS-XR config: version and parts as `!` comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from netmod.platforms._observations import Block, Fact, Identity, Observation
from netmod.platforms.iosxr.inventory import read_inventory
from netmod.platforms.iosxr.version import read_version

_LONGEST_HEADER = 1500
_TELLING = re.compile(r"!.{0,40}?(?:\bNAME: |\bPID: |Cisco IOS XR Software|Version\s+: )")


def read_headers(block: Block) -> Iterator[Observation]:
    """Identity and parts from the comments; their rank is below that of a command."""
    head = block.lines[:_LONGEST_HEADER]
    if not any(line.lstrip()[:1] == "!" and _TELLING.match(line.lstrip()) for line in head):
        return
    lines = tuple(
        line.lstrip()[1:].removeprefix(" ") if line.lstrip()[:1] == "!" else "" for line in head
    )
    comments = replace(block, lines=lines)
    for observation in read_version(comments):
        if isinstance(observation, Identity):
            yield replace(observation, rank=min(observation.rank, 1), hostname=None)
    for observation in read_inventory(comments):
        if isinstance(observation, (Identity, Fact)):
            yield replace(observation, rank=1) if isinstance(observation, Identity) else observation
