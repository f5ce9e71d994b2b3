"""NX-OS: names of files on the bootflash."""

from __future__ import annotations

from netmod.lab.flash import parse_url

SYSTEM = "bootflash:"
NO_SPACE = "No space left on device"


def name_of(word: str) -> str | None:
    """The name of a file on the bootflash, None where a path is on something else."""
    url = parse_url(word)
    if url.system not in ("", SYSTEM):
        return None
    return url.name.removeprefix("sup-local/").removeprefix("sup-1/")
