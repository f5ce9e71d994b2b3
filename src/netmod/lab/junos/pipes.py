"""The filters of Junos: `| match`, `except`, `find`, `count`, `last`, `no-more`, `trim`."""

from __future__ import annotations

import re

from netmod.lab.junos.statements import unquoted

_BAR = re.compile(r'"(?:[^"\\]|\\.)*"|(\|)')
_NAMES = ("match", "except", "find", "count", "last", "no-more", "trim", "display", "compare")


class FilterError(Exception):
    """A filter that Junos does not know, or that lacks its pattern."""


def split(line: str) -> tuple[str, list[list[str]]]:
    """A command line as command and filters, each a name and its words."""
    pieces, last = [], 0
    for match in _BAR.finditer(line):
        if match[1]:
            pieces.append(line[last : match.start()])
            last = match.end()
    pieces.append(line[last:])
    command, *filters = pieces
    return command.strip(), [_named(text.split()) for text in filters]


def _named(words: list[str]) -> list[str]:
    found = [name for name in _NAMES if words and name.startswith(words[0])]
    if words and words[0] in _NAMES:
        found = [words[0]]
    if len(found) != 1:
        raise FilterError
    return [found[0], *words[1:]]


def apply(lines: list[str], filters: list[list[str]]) -> list[str]:
    """Lines through filters, in order. Raises `FilterError`."""
    for name, *words in filters:
        lines = _apply(lines, name, unquoted(" ".join(words)))
    return lines


def _apply(lines: list[str], name: str, text: str) -> list[str]:
    if name == "no-more":
        return lines
    if name == "count":
        return [f"Count: {len(lines)} lines"]
    if name in ("last", "trim"):
        if text and not text.isdigit():
            raise FilterError
        if name == "trim":
            return [line[int(text or 0) :] for line in lines]
        return lines[-int(text) :] if int(text or 0) else lines
    if name not in ("match", "except", "find") or not text:
        raise FilterError
    try:
        pattern = re.compile(text, re.IGNORECASE)
    except re.error:
        raise FilterError from None
    if name == "find":
        first = next((i for i, line in enumerate(lines) if pattern.search(line)), None)
        return ["", "Pattern not found"] if first is None else lines[first:]
    return [line for line in lines if bool(pattern.search(line)) is (name == "match")]
