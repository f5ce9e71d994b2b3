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


def lowered(tree: Outline) -> Outline:
    """The same in lower case."""
    return {line.lower(): lowered(below) for line, below in tree.items()}


def missing(
    here: Outline, there: Outline, *, sign: str = "", step: str = " ", depth: int = 0
) -> Iterator[str]:
    """The lines of `here` that are not `there`, each with `sign` and below the lines above it."""
    for line, below in here.items():
        margin = step * depth
        if line not in there:
            yield margin + sign + line
            yield from missing(below, {}, sign=sign, step=step, depth=depth + 1)
            continue
        deeper = list(missing(below, there[line], sign=sign, step=step, depth=depth + 1))
        if deeper:
            yield margin + line
            yield from deeper


def patch(old: Outline, new: Outline, *, step: str, depth: int = 0) -> Iterator[str]:
    """The lines that make `old` into `new`: what goes, then what comes, level by level."""
    margin = step * depth
    for line in old:
        if line not in new:
            yield margin + (line[3:] if line.startswith("no ") else f"no {line}")
    for line, below in new.items():
        known = old.get(line)
        deeper = list(patch(known or {}, below, step=step, depth=depth + 1))
        if known is None or deeper:
            yield margin + line
            yield from deeper
