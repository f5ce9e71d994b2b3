"""Version, model and serial numbers in the comment lines of a backed up NX-OS config."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from netmod.platforms._observations import Block, Fact, Identity, Observation
from netmod.platforms.nxos.version import read_inventory, read_version

_COMMENT = re.compile(r"\s*!+ ?(.*)$")
_TELLING = re.compile(
    r"!.*(?:NX-?OS: *version|system: +version|Processor Board ID|\bNAME: |\bPID: |cisco Nexus)"
)


def read_headers(block: Block) -> Iterator[Observation]:
    """What Oxidized, RANCID and the like put before the config, as `!` comments.

    Their host name is left to the config, and the rank of a header is below that of a command.
    """
    if not any(line.lstrip()[:1] == "!" and _TELLING.match(line.lstrip()) for line in block.lines):
        return
    lines = tuple(_uncommented(line) for line in block.lines)
    header = replace(block, lines=lines)
    for observation in read_version(header):
        if isinstance(observation, Identity):
            yield replace(observation, rank=1, hostname=None)
    for observation in read_inventory(header):
        if isinstance(observation, (Identity, Fact)):
            yield observation


def _uncommented(line: str) -> str:
    match = _COMMENT.match(line) if line.lstrip()[:1] == "!" else None
    return match[1] if match else ""
