"""Version, model and serial number in the comment lines above an EOS config."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from netmod.platforms._observations import Block, Fact, Identity, Observation
from netmod.platforms.eos.version import read_inventory, read_version

_DEVICE = re.compile(
    r"[!#]+\s*device:\s+(\S+)\s+\(([^,()]+),\s*EOS-([^)\s]+)[^)]*\)", re.IGNORECASE
)
_TELLING = re.compile(r"[!#]+\s*(?:Arista \S|Software image version:|Serial number:|System inform)")


def read_headers(block: Block) -> Iterator[Observation]:
    """`! device: NAME (MODEL, EOS-VERSION)`, and what backup tools keep of `show version`.

    Their host name is left to the config, and the rank of a header is below that of a command.
    """
    for index, line in enumerate(block.lines):
        match = _DEVICE.match(line) if line[:1] in "!#" and len(line) < 300 else None
        if match:
            yield Identity(
                block.source(index), rank=1, os="EOS", version=match[3], model=match[2].strip()
            )
            break
    if not any(line[:1] in ("!", "#") and _TELLING.match(line) for line in block.lines):
        return
    lines = tuple(_uncommented(line) for line in block.lines)
    header = replace(block, lines=lines)
    for observation in read_version(header):
        if isinstance(observation, Identity):
            yield replace(observation, rank=1, hostname=None)
    for observation in read_inventory(header):
        if isinstance(observation, Fact):
            yield observation
        elif isinstance(observation, Identity):
            yield replace(observation, rank=0)


def _uncommented(line: str) -> str:
    return re.sub(r"^[!#]+ ?", "", line) if line[:1] in ("!", "#") else ""
