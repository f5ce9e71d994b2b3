"""The configuration of one device: a tree of statements that lines edit, as on the device."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from netmod.lab.editor import Editor
from netmod.lab.grammar import Grammar, Mode
from netmod.lab.repeated import Repeated
from netmod.lab.statements import LineRejected, Path, Statement

_HEADER = re.compile(r"(Building configuration|Current configuration|Using \d+ out of)")


@dataclass(frozen=True, slots=True)
class Block:
    """What a block of the first level makes where nothing of its name stands yet.

    `rejected` are the lines that the OS does not take, by their numbers in the block from 0.
    """

    statement: Statement
    rejected: list[tuple[int, str]]


class ConfigTree:
    """The statements of one device. `version` grows with every change."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.root = Statement("", grammar.root)
        self.version = 0

    def settle(self, now: datetime) -> datetime | None:
        """Do what was to happen by itself until `now`, and say when it did; None for nothing."""
        del now
        return None

    @property
    def at_rest(self) -> bool:
        """Whether it is nothing but its statements: nothing waits, and nothing was kept."""
        return True

    def boot(self) -> None:
        """Forget what does not outlive a loss of power, beside what runs."""

    def copy(self) -> ConfigTree:
        """An independent copy."""
        other = type(self)(self.grammar)
        other.root = self.root.copy()
        other.version = self.version
        return other

    def replace(self, root: Statement) -> None:
        """Put other statements in the place of all; the same ones in the same order change nothing.

        What `root` does not have is gone afterwards.
        """
        before, self.root = self.render(block_end=False), root.copy()
        self.version += before != self.render(block_end=False)

    def load(self, text: str) -> list[tuple[int, str]]:
        """Take a whole configuration; the lines that the OS rejects, with their numbers from 1.

        Indentation decides below which statement a line stands, as in what the OS itself prints.
        """
        rejected: list[tuple[int, str]] = []
        blocks: Repeated[Block] = self.grammar.blocks
        for first, lines in _blocks(text.splitlines(), self.grammar.banner):
            known = blocks.find(lines, self._alone)
            if known is None or not self._attach(known.statement):
                found = self._take(lines)
            else:
                found = known.rejected
            rejected += [(first + number, line) for number, line in found]
        return rejected

    def _alone(self, lines: tuple[str, ...]) -> Block | None:
        """What a block is by itself; None for one that is not a single statement."""
        tree = ConfigTree(self.grammar)
        rejected = tree._take(lines)
        statements = list(tree.root.children.values())
        if len(statements) != 1 or statements[0].text.startswith("no "):
            return None
        return Block(statements[0], rejected)

    def _attach(self, statement: Statement) -> bool:
        """Put a block below the root; False where it meets a statement of the same name."""
        above = self.root.children
        if statement.text in above or f"no {statement.text}" in above:
            return False
        self.store((), statement.text, statement.mode)
        above[statement.text] = statement.copy()
        return True

    def _take(self, lines: Sequence[str]) -> list[tuple[int, str]]:
        """Take lines one by one; those that are rejected, with their numbers from 0."""
        editor = Editor(self)
        rejected: list[tuple[int, str]] = []
        stack: list[tuple[int, Path | None]] = []
        for number, raw in enumerate(lines):
            if editor.in_banner:
                editor.enter(raw.rstrip())
                continue
            line = raw.strip()
            if not line or line[0] in "!#" or line == "end" or _HEADER.match(line):
                continue
            indent = _indent(raw)
            while stack and stack[-1][0] >= indent:
                stack.pop()
            parent = stack[-1][1] if stack else ()
            opened: Path | None = None
            if parent is None:  # what stands below a line that leads nowhere is not taken either
                rejected.append((number, line))
            else:
                editor.path = parent
                try:
                    opened = editor.enter(line, climb=False)
                except LineRejected:
                    rejected.append((number, line))
                else:
                    deeper = number + 1 < len(lines) and _indent(lines[number + 1]) > indent
                    if deeper and opened == parent and not editor.in_banner:
                        opened = self._free_mode(parent, line)
            stack.append((indent, opened))
        return rejected

    def _free_mode(self, parent: Path, line: str) -> Path | None:
        """The path below a statement that has lines below it in a mode that takes any."""
        node = self.node(parent)
        if self._mode(node).words is not None or line not in node.children:
            return None
        node.children[line] = Statement(line, "any")
        return (*parent, line)

    def node(self, path: Path) -> Statement:
        """The statement at `path`. Raises `KeyError` where it was removed."""
        node = self.root
        for text in path:
            node = node.children[text]
        return node

    def render(self, *, block_end: bool) -> list[str]:
        """The lines as the OS prints them.

        Blocks of the first level are followed by the grammar's separator; with `block_end`
        (IOS-XR) every block is closed by `!` at its own indentation instead.
        """
        lines: list[str] = []
        for statement in self.root.children.values():
            _render(statement, 0, lines, self.grammar, block_end=block_end)
            if statement.mode is not None and not block_end:
                lines.append(self.grammar.separator)
        return lines

    def store(self, path: Path, text: str, mode: str | None) -> None:
        """Put a statement below `path`; a single-valued one takes the place of the one of its kind,
        as a device prints its statements in an order of its own."""
        parent = self.node(path)
        if text in parent.children:
            return
        kind = self._kind(parent, text)
        old = self._of_kind(parent, kind) if kind is not None else []
        new = Statement(text, mode)
        if old:
            known = parent.children
            kept = {
                (text if one == old[0] else one): (new if one == old[0] else below)
                for one, below in known.items()
                if one not in old[1:]
            }
            known.clear()
            known.update(kept)
        else:
            parent.children[text] = new
        self.version += 1

    def remove(self, path: Path, text: str) -> None:
        """`no <text>`: the statement, or those of which `text` names the beginning."""
        parent = self.node(path)
        doomed = [one for one in parent.children if one == text]
        doomed = doomed or [one for one in parent.children if one.startswith(text + " ")]
        kind = self._kind(parent, text)
        if not doomed and kind is not None:
            doomed = self._of_kind(parent, kind)
        for one in doomed:
            del parent.children[one]
        self.version += bool(doomed)

    def _of_kind(self, parent: Statement, kind: str) -> list[str]:
        near = [one for one in parent.children if one.startswith(kind)]
        return [one for one in near if self._kind(parent, one) == kind]

    def _kind(self, parent: Statement, text: str) -> str | None:
        match = re.match(self._mode(parent).single, text)
        return match[0] if match else None

    def _mode(self, node: Statement) -> Mode:
        return self.grammar.modes[node.mode or self.grammar.root]


def _blocks(lines: list[str], banner: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The blocks of the first level, with the numbers of their first lines from 1."""
    start, end = 0, ""
    for number, line in enumerate(lines):
        if end:
            end = "" if end in line else end
            continue
        if number > start and line[:1] not in (" ", "\t", ""):
            yield start + 1, tuple(lines[start:number])
            start = number
        match = re.match(banner, line) if line.startswith("banner ") else None
        if match and (match[1] or "EOF") not in line[match.end() :]:
            end = match[1] or "EOF"
    yield start + 1, tuple(lines[start:])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _render(
    statement: Statement, depth: int, lines: list[str], grammar: Grammar, *, block_end: bool
) -> None:
    first, *rest = statement.text.split("\n")
    margin = " " * (depth * grammar.indent)
    lines.append(margin + first)
    lines.extend(rest)
    for child in statement.children.values():
        _render(child, depth + 1, lines, grammar, block_end=block_end)
    closes = grammar.modes[statement.mode].closes if statement.mode else None
    if closes:
        lines.append(margin + closes)
    if statement.mode is not None and block_end:
        lines.append(margin + "!")
