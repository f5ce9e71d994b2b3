"""Which network OS wrote a text, by what only that OS prints and what only it is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from netmod.platforms._observations import Platform

_ENOUGH = 200_000
# What LLDP and CDP quote of a neighbour's software.
_OF_NEIGHBOUR = re.compile(
    r"^[ \t]*(?:System Description|Version)[ \t]*:[ \t]*\n(?:[ \t]*\S[^\n]*\n)*", re.MULTILINE
)
_BLANK_LINES = re.compile(r"\n[ \t]{0,200}(?=\n)")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


def _head(text: str) -> str:
    """The beginning of a text, without what it says of others, and without blank lines: many of
    them make `^\\s*` quadratic."""
    head = text[:_ENOUGH]
    if "System Description" in head or "Version :" in head or "Version:" in head:
        head = _OF_NEIGHBOUR.sub("", head)
    return _BLANK_LINES.sub("", head)


def _score(platform: Platform, heads: Sequence[str], commands: Sequence[str]) -> int:
    """Sum of the weights of the platform's signatures that occur in any of `heads`, and of its
    commands that begin any of `commands`."""
    printed = sum(
        weight
        for pattern, weight in platform.signatures
        if any(_compiled(pattern).search(head) for head in heads)
    )
    asked = sum(
        weight
        for pattern, weight in platform.commands
        if any(_compiled(pattern).match(command) for command in commands)
    )
    return printed + asked


def detect(
    platforms: Sequence[Platform], texts: Sequence[str], commands: Sequence[str] = ()
) -> tuple[Platform | None, str]:
    """The platform with the highest score and how it was found; None where nothing matches.

    Of equal scores the first in `platforms` wins, and the explanation says so.
    """
    heads = [_head(text) for text in texts]
    scored = [(_score(platform, heads, commands), platform) for platform in platforms]
    best = max(points for points, _ in scored)
    if best <= 0:
        return None, "no text of a known platform"
    winners = [platform for points, platform in scored if points == best]
    others = ", ".join(platform.id for platform in winners[1:])
    tie = f"; {others} would fit as well" if others else ""
    return winners[0], f"detected from content{tie}"


def is_error(platform: Platform, lines: Sequence[str]) -> bool:
    """Whether an output is nothing but the device's refusal of the command."""
    content = [line.strip() for line in lines if line.strip() and line.strip() != "^"]
    return (
        bool(content)
        and len(content) <= 3
        and any(_compiled(pattern).match(line) for pattern in platform.errors for line in content)
    )
