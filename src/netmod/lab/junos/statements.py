"""Junos statements: from words to the path of a statement, and the words of a text in braces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from netmod.lab.junos.schema import SCHEMA, Kind, Layout, Node

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]]|[^\s\[\]"]+')
_BRACES = re.compile(r'/\*.*?\*/|#[^\n]*|"(?:[^"\\]|\\.)*"|\n|[{};\[\]]|[^\s{};\[\]"#]+', re.DOTALL)
_VALUED = ("value", "entry", "list")
_LEAVES = ("value", "flag", "list")
_PLAIN = re.compile(r"[\w./:@+,%*-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class StatementError(Exception):
    """A statement that Junos does not take; `index` counts its words from 0."""

    kind: Literal["syntax", "missing"]
    index: int


@dataclass(frozen=True, slots=True)
class Step:
    """One statement on a path: its text as it is printed. `partial` names all of its kind."""

    text: str
    kind: Kind
    layout: Layout
    partial: bool = False


def tokens(line: str) -> list[tuple[int, str]]:
    """The words of a line with their columns, quoted ones whole."""
    return [(match.start(), match[0]) for match in _TOKEN.finditer(line)]


def quoted(word: str) -> str:
    """A word as Junos prints it: in quotes where it holds more than plain characters."""
    bare = unquoted(word)
    return bare if _PLAIN.fullmatch(bare) else f'"{bare}"'


def unquoted(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] == '"' else word


def paths(words: list[str], *, partial: bool = False) -> Iterator[list[Step]]:
    """The paths of the statements that the words behind `set` stand for.

    `partial` allows the words to end anywhere, as behind `delete` and `show`. Raises
    `StatementError`.
    """
    node, path, index = SCHEMA, list[Step](), 0
    line: tuple[Node, list[Step]] | None = None
    while index < len(words):
        name, below = _chosen(node, words, index)
        index += bool(name)
        if below.kind in _VALUED and index == len(words):
            if not partial:
                raise StatementError("missing", index)
            yield [*path, Step(name, below.kind, below.layout, partial=below.kind != "list")]
            return
        steps, index = _steps(name, below, words, index)
        if below.kind not in _LEAVES:
            path = [*path, *steps[0]]
            node = below
            line = (below, path) if below.layout == "line" else line
            continue
        yield from ([*path, *one] for one in steps)
        if index == len(words):
            return
        if line is None:
            raise StatementError("syntax", index)
        node, path = line
    if not path or (path[-1].kind == "container" and not partial):
        raise StatementError("missing", index)
    yield path


def _chosen(node: Node, words: list[str], index: int) -> tuple[str, Node]:
    """The statement that a word begins; its name is "" for one of a list without a name."""
    chosen = node.choose(words[index])
    if chosen is None and node.anonymous is None:
        raise StatementError("syntax", index)
    return chosen or ("", node.anonymous or node)


def _steps(name: str, node: Node, words: list[str], index: int) -> tuple[list[list[Step]], int]:
    """The ends of the paths that one statement makes, and the index behind its words."""
    if node.kind not in _VALUED:
        return [[Step(name, node.kind, node.layout)]], index
    values, index = _values(words, index, node)
    if node.kind == "list":
        head = Step(name, "list", node.layout)
        return [[head, Step(value, "flag", "block")] for value in values], index
    return [[Step(f"{name} {values[0]}".strip(), node.kind, node.layout)]], index


def _values(words: list[str], index: int, node: Node) -> tuple[list[str], int]:
    """The values from `index` on: one, or several in brackets; and the index behind them."""
    first, end = index, index + 1
    if words[index] == "[" and node.kind == "list":
        if "]" not in words[index:]:
            raise StatementError("missing", len(words))
        end = words.index("]", index) + 1
        first, found = index + 1, words[index + 1 : end - 1]
    else:
        found = [words[index]]
    if not found:
        raise StatementError("missing", first)
    for offset, value in enumerate(found):
        if value in "[]" or not node.takes(unquoted(value)):
            raise StatementError("syntax", first + offset)
    return [quoted(value) for value in found], end


def statements(text: str) -> Iterator[tuple[int, list[str]]]:
    """The statements of a whole configuration with their line numbers, as words behind `set`.

    Both forms are understood: `set` lines and braces.
    """
    if re.search(r"^\s*set\s", text, re.MULTILINE):
        for number, line in enumerate(text.splitlines(), start=1):
            words = [word for _, word in tokens(line)]
            if words and not line.lstrip().startswith("#"):
                yield number, words[1:] if words[0] == "set" else words
        return
    for number, levels in blocks(text):
        if levels is not None:
            yield number, [word for level in levels for word in level]


def blocks(text: str) -> Iterator[tuple[int, list[list[str]] | None]]:
    """The statements of a text in braces: line number, and the words of each level.

    None in place of the levels says that braces do not match, or that the last `;` is missing.
    """
    number, stack, words = 1, list[list[str]](), list[str]()
    for match in _BRACES.finditer(text):
        piece = match[0]
        if piece == "{":
            stack.append(words)
            words = []
        elif piece in ";}":
            if words:
                yield number, [*stack, words]
            words = []
            if piece == "}":
                if not stack:
                    yield number, None
                del stack[-1:]
        elif not piece.startswith(("#", "/*", "\n")):
            words.append(piece)
        number += piece.count("\n")
    if words or stack:
        yield number, None
