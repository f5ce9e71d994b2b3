"""What two configs have in common word for word, taken out before they are compared.

Most of a config is as intended, so that most of the work would be to find equal what is equal.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from netmod.drift._identity import identity
from netmod.platforms import ConfigLanguage, Statement

_ROOT_LINE = re.compile(r"^(?=[^\s!])", re.MULTILINE)


def without_common(intended: str, running: str, language: ConfigLanguage) -> tuple[str, str]:
    """Both texts with blank lines for the sections that stand in both, so that lines keep their
    numbers.

    A section is taken out only where its first line is given once on each side, and where it is
    part of no sequence and of no banner.
    """
    sides = [_sections(text, language) for text in (intended, running)]
    counts = [Counter(one.head for one in side) for side in sides]
    free = [{one.core for one in side if one.free} for side in sides]
    common = free[0] & free[1]
    once = {head for head in counts[0] if counts[0][head] == counts[1][head] == 1}
    return tuple(  # type: ignore[return-value] # of two sides come two texts
        "".join(
            "\n" * one.text.count("\n")
            if one.free and one.head in once and one.core in common
            else one.text
            for one in side
        )
        for side in sides
    )


class _Section(NamedTuple):
    """A line of the root and what is below it. `core` is it without comments at its end, and
    `head` the first line, or what it sets."""

    text: str
    head: str
    core: str
    free: bool


def _sections(text: str, language: ConfigLanguage) -> list[_Section]:
    rules = [rule.line for rule in language.ordered if rule.under.match("")]
    found = []
    delimiter = ""  # of the banner that we are in
    for part in _ROOT_LINE.split(text.replace("\r\n", "\n")):
        head, _, body = part.partition("\n")
        free = not delimiter and not any(rule.match(head) for rule in rules)
        free = free and not (language.spread and language.spread.match(head))
        if delimiter:
            delimiter = "" if delimiter in part else delimiter
        elif head.startswith("banner "):
            free = False
            delimiter = _delimiter(head)
            delimiter = "" if delimiter in body else delimiter
        core = part.rstrip()
        while core.endswith("\n!"):
            core = core[:-2].rstrip()
        head = head.rstrip()
        head = identity(language, "", Statement(head, 0)) or head
        found.append(_Section(part, head, core, free))
    return found


def _delimiter(head: str) -> str:
    """What ends a banner; "" where it is on one line."""
    words = head.split(None, 2)
    if len(words) < 3:
        return "EOF"
    mark = "^C" if words[2].startswith("^C") else words[2][0]
    return "" if mark in words[2][len(mark) :] else mark
