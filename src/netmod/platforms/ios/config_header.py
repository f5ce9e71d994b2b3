"""What a backup tool writes above a config: version, chassis and parts as comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netmod.platforms._observations import Block, Identity, Observation
from netmod.platforms.ios.inventory import read_inventory
from netmod.platforms.ios.version import is_iosxe, software_version, without_encryption

_LONGEST_HEADER = 600
_SOFTWARE = re.compile(r"Image: Software: \S+, ([^,\s]+)")
_CHASSIS = re.compile(r"Chassis type: ?([^\s,]+)")
_PROCESSOR = re.compile(r"(?:Processor ID|Chassis serial|Serial)\s*: ?(\S+)", re.IGNORECASE)
_IMAGE = re.compile(r"Image: (\w+:\S+)")


def read_header(block: Block) -> Iterator[Observation]:
    """Identity and parts from the comments; nothing where there are none of that kind."""
    comments = {
        index: line.lstrip("! ").rstrip()
        for index, line in enumerate(block.lines[:_LONGEST_HEADER])
        if line.startswith("!") and len(line) > 2
    }
    texts = list(comments.values())
    software = _first(_SOFTWARE, texts)
    version = software or software_version(texts)[0]
    model, serial = _first(_CHASSIS, texts), _first(_PROCESSOR, texts)
    if version or model or serial:
        os = "IOS-XE" if is_iosxe("\n".join(texts[:40])) else "IOS"
        yield Identity(
            source=block.source(next(iter(comments))),
            rank=1,
            os=os if version else None,
            version=version,
            model=model,
            serials=(serial,) if serial else (),
            image=_first(_IMAGE, texts),
        )
        yield from without_encryption(block, block.lines[:_LONGEST_HEADER])
    parts = Block(
        command=block.command,
        lines=tuple(comments.get(index, "") for index in range(len(block.lines[:_LONGEST_HEADER]))),
        file=block.file,
        first_line=block.first_line,
    )
    for observation in read_inventory(parts):
        if isinstance(observation, Identity):
            yield Identity(observation.source, rank=1, serials=observation.serials)
        else:
            yield observation


def _first(pattern: re.Pattern[str], texts: list[str]) -> str | None:
    return next((match[1] for text in texts if (match := pattern.match(text))), None)
