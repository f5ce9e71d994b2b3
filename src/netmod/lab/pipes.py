"""The filters behind a show command: `| include`, `exclude`, `begin`, `section`, `count`."""

from __future__ import annotations

import re
from collections.abc import Callable

from netmod.lab.commands import CommandError

Filter = Callable[[list[str], re.Pattern[str]], list[str]]


def _include(lines: list[str], pattern: re.Pattern[str]) -> list[str]:
    return [line for line in lines if pattern.search(line)]


def _exclude(lines: list[str], pattern: re.Pattern[str]) -> list[str]:
    return [line for line in lines if not pattern.search(line)]


def _begin(lines: list[str], pattern: re.Pattern[str]) -> list[str]:
    for index, line in enumerate(lines):
        if pattern.search(line):
            return lines[index:]
    return []


def _section(lines: list[str], pattern: re.Pattern[str]) -> list[str]:
    """Lines that match, each with the deeper lines below it."""
    kept: list[str] = []
    depth: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip())
        inside = depth is not None and indent > depth
        if not inside:
            depth = indent if pattern.search(line) else None
        if depth is not None:
            kept.append(line)
    return kept


def _count(lines: list[str], pattern: re.Pattern[str]) -> list[str]:
    return [f"Number of lines which match regexp = {len(_include(lines, pattern))}"]


_FILTERS: dict[str, Filter] = {
    "include": _include,
    "exclude": _exclude,
    "begin": _begin,
    "section": _section,
    "count": _count,
}


def split(line: str) -> tuple[str, str | None]:
    """A command line as command and filter; the filter's own pattern may hold bars."""
    command, bar, rest = line.partition("|")
    return command.rstrip(), rest.strip() if bar else None


def apply(lines: list[str], text: str, column: int) -> list[str]:
    """`lines` through the filter `text`; `column` is where it stands on the command line.

    Raises `CommandError` where it is none.
    """
    word, _, expression = text.partition(" ")
    found = [name for name in _FILTERS if name.startswith(word.lower())] if word else []
    if not found:
        raise CommandError("invalid" if word else "incomplete", column)
    if not expression.strip():
        raise CommandError("incomplete", column)
    try:
        pattern = re.compile(expression.strip())
    except re.error:
        raise CommandError("invalid", column + len(word) + 1) from None
    return _FILTERS[found[0]](lines, pattern)
