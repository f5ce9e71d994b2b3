"""Outputs whose lines a terminal of 80 columns broke or a tool ended twice, as they were.

A terminal breaks a long line wherever it is full, in the middle of a word or of a column, and
marks nothing. A line of just that width may as well be whole: so lines are joined only in a table
whose rule was broken too, and where what follows is the rest of a word and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from netmod.facts import Source
from netmod.platforms._observations import Block

_WIDTH = 80
_MOST_PIECES = 4
_FEWEST_LINES = 4
_RULE = re.compile(r"[ \t]*[-=_][-=_ \t]*$")
_ENDS_IN_WORD = re.compile(r"[A-Za-z0-9]$")
_REST_OF_WORD = re.compile(r"[A-Za-z0-9./:)][\w./:()-]*\s*$")


@dataclass(frozen=True, slots=True)
class UnwrappedBlock(Block):
    """A block of which `lines[i]` begins in line `numbers[i]` of the file."""

    numbers: tuple[int, ...] = ()

    def source(self, *indexes: int) -> Source:
        """The source of a statement read from `lines[i]` for each of `indexes`."""
        lines = tuple(self.numbers[index] for index in indexes)
        return Source(command=self.command, file=self.file, lines=lines)


def unwrapped(block: Block) -> Block:
    """`block` with the lines that were broken in one, and without a blank line behind every line;
    as it is where that is not certain."""
    start = next((index for index, line in enumerate(block.lines) if line.strip()), 0)
    if _is_double_spaced(block.lines[start:]):
        return _of_groups(block, [[index] for index in range(start, len(block.lines), 2)])
    if max(map(len, block.lines), default=0) != _WIDTH:
        return block
    groups = list(_groups(block.lines, table=_has_broken_rule(block.lines)))
    longest = max(len(group) for group in groups)
    return block if longest == 1 or longest > _MOST_PIECES else _of_groups(block, groups)


def _of_groups(block: Block, groups: Sequence[Sequence[int]]) -> Block:
    return UnwrappedBlock(
        command=block.command,
        lines=tuple("".join(block.lines[index] for index in group) for group in groups),
        file=block.file,
        first_line=block.first_line,
        complete=block.complete,
        hostname=block.hostname,
        numbers=tuple(block.first_line + group[0] for group in groups),
    )


def _is_double_spaced(lines: Sequence[str]) -> bool:
    """Whether every second line is blank, and enough are not: line ends were written twice."""
    if any(line.strip() for line in lines[1::2]):
        return False
    return sum(bool(line.strip()) for line in lines[::2]) >= _FEWEST_LINES


def _has_broken_rule(lines: Sequence[str]) -> bool:
    """Whether a rule of the terminal's width goes on as a rule."""
    return any(
        len(line) == _WIDTH and _RULE.match(line) and _RULE.match(following)
        for line, following in pairwise(lines)
    )


def _groups(lines: Sequence[str], *, table: bool) -> Iterator[list[int]]:
    """The pieces of each line: those that fill the terminal, and the one behind them."""
    group: list[int] = []
    for index, line in enumerate(lines):
        if group and not _goes_on(lines[group[-1]], line, table=table):
            yield group
            group = []
        group.append(index)
    if group:
        yield group


def _goes_on(line: str, following: str, *, table: bool) -> bool:
    """Whether a line that fills the terminal was broken in front of the next."""
    if len(line) != _WIDTH or not following:
        return False
    if _RULE.match(line) or _RULE.match(following):
        return table and bool(_RULE.match(line) and _RULE.match(following))
    rest = _ENDS_IN_WORD.search(line) and _REST_OF_WORD.match(following)
    return table or bool(rest)
