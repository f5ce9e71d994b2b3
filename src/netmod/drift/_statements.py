"""Statements as lines and as paths, and the numbers of their entries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from operator import attrgetter

from netmod.platforms import Statement

_SPECIAL = re.compile(r"[\s;{}\[\]#|?]|\A\Z")
NUMBER = re.compile(r"(?:seq )?(\d+) ")


def unnumbered(statements: Sequence[Statement]) -> list[Statement]:
    """Entries in the order of their numbers, and without them."""
    matches = [NUMBER.match(one.text) for one in statements]
    numbers = accumulate((int(match[1]) if match else None for match in matches), _or_before)
    ranks = [-1 if number is None else number for number in numbers]
    found = sorted(zip(ranks, matches, statements, strict=True), key=lambda entry: entry[0])
    return [
        Statement(one.text[match.end() :] if match else one.text, one.number, one.children)
        for _, match, one in found
    ]


def _or_before(before: int | None, number: int | None) -> int | None:
    """What has no number (a remark) stays behind the entry that it was printed behind."""
    return before if number is None else number


def alone(statement: Statement) -> Statement:
    """The statement without those below it."""
    return Statement(statement.text, statement.number)


def only_of_its_word(*sides: Mapping[str, Statement]) -> Callable[[Statement], str]:
    """The first word of a statement, where each side has no more than one leaf of that word."""
    counts = [Counter(one.text.partition(" ")[0] for one in side.values()) for side in sides]

    def subject(statement: Statement) -> str:
        word = statement.text.partition(" ")[0]
        alone = not statement.children and all(count[word] <= 1 for count in counts)
        return word if alone else statement.text

    return subject


def lines_of(
    statements: Iterable[Statement],
    depth: int = 0,
    *,
    text: Callable[[Statement], str] = attrgetter("text"),
) -> tuple[str, ...]:
    """Statements and those below them, indented; `text` gives each one's line."""
    lines: list[str] = []
    for one in statements:
        lines.append(" " * depth + text(one))
        lines.extend(lines_of(one.children, depth + 1, text=text))
    return tuple(lines)


def leaves(statement: Statement) -> Iterable[str]:
    """The statement as paths down to its leaves, as they are typed."""
    if not statement.children:
        yield quoted(statement.text)
    for child in statement.children:
        for leaf in leaves(child):
            yield f"{quoted(statement.text)} {leaf}"


def quoted(word: str) -> str:
    """A word of Junos as it is typed."""
    special = _SPECIAL.search(word) is not None and not word.startswith("inactive: ")
    return f'"{word}"' if special else word
