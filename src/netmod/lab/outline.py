"""Configuration texts as nested lines, and the differences of two: nothing is understood in them.

A device compares files before it knows whether it would take their lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from netmod.lab.grammar import Grammar

Outline = dict[str, "Outline"]
"""Lines without their indentation, in order, and what stands below each."""

_NO_LINE = re.compile(r"(Building configuration|Current configuration|Using \d+ out of|end$)")


def outline(lines: Iterable[str], grammar: Grammar) -> Outline:
    """The lines by their indentation; a banner is one line with line feeds in it."""
    root: Outline = {}
    stack: list[tuple[int, Outline]] = [(-1, root)]
    rest = iter(lines)
    for raw in rest:
        line = raw.strip()
        if not line or line.startswith(grammar.comment) or _NO_LINE.match(line):
            continue
        banner = re.match(grammar.banner, line)
        if banner and (banner[1] or "EOF") not in line[banner.end() :]:
            line = "\n".join([line, *_until(rest, banner[1] or "EOF")])
        indent = len(raw) - len(raw.lstrip())
        while stack[-1][0] >= indent:
            stack.pop()
        below: Outline = stack[-1][1].setdefault(line, {})
        stack.append((indent, below))
    return root


def _until(lines: Iterator[str], delimiter: str) -> Iterator[str]:
    for line in lines:
        yield line
        if delimiter in line:
            return


def missing(
    here: Outline, there: Outline, *, sign: str = "", step: str = " ", ignore_case: bool = False
) -> list[str]:
    """The lines of `here` that are not `there`, each with `sign` and below the lines above it."""
    lines: list[str] = []
    known = {_folded(line, ignore_case=ignore_case): below for line, below in there.items()}
    for line, below in here.items():
        other = known.get(_folded(line, ignore_case=ignore_case))
        deeper = missing(below, other or {}, sign=sign, step=step, ignore_case=ignore_case)
        if other is None or deeper:
            lines.append((sign if other is None else "") + line)
            lines += [step + one for one in deeper]
    return lines


def _folded(line: str, *, ignore_case: bool) -> str:
    return line.lower() if ignore_case else line


def patch(old: Outline, new: Outline, *, step: str) -> list[str]:
    """The lines that make `old` into `new`: what goes, then what comes, level by level."""
    lines = [
        line[3:] if line.startswith("no ") else f"no {line}" for line in old if line not in new
    ]
    for line, below in new.items():
        deeper = patch(old.get(line, {}), below, step=step)
        if line not in old or deeper:
            lines.append(line)
            lines += [step + one for one in deeper]
    return lines
