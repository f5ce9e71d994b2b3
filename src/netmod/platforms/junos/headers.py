"""What backup tools write around a configuration of Junos: outputs as `#` comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from netmod.platforms._observations import Block, Fact, Identity, Observation
from netmod.platforms.junos.chassis import read_hardware, read_virtual_chassis
from netmod.platforms.junos.version import read_version

_COMMENT = re.compile(r"\s*#+ ?(.*)$")
_TELLING = re.compile(
    r"\s*#.{0,20}?(?:Hostname:|Model:|Junos:|Item {3}|JUNOS .*\[|Preprovisioned|Virtual Chassis)"
)


def read_headers(block: Block) -> Iterator[Observation]:
    """Version before hardware, so that its model counts; their rank is below that of a command."""
    if not any(len(line) < 300 and _TELLING.match(line) for line in block.lines):
        return
    comments = replace(block, lines=tuple(_uncommented(line) for line in block.lines))
    for reader in (read_version, read_virtual_chassis, read_hardware):
        for observation in reader(comments):
            if isinstance(observation, Identity):
                yield replace(observation, rank=1, hostname=None)
            elif isinstance(observation, Fact):
                yield observation


def _uncommented(line: str) -> str:
    match = _COMMENT.match(line)
    return match[1] if match else ""
