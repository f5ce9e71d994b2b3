"""A change that stops half-way: the first lines of it are in force, the others are not."""

from __future__ import annotations

import math
from collections.abc import Iterator

from netmod.lab.statements import Path, Statement


def partly(old: Statement, new: Statement, share: float) -> Statement:
    """`old` with the first `share` of the lines by which `new` differs.

    What goes counts before what comes, as in a device that replaces its configuration; a
    statement that goes takes what stands below it along, as one line.
    """
    gone, come = list(_gone((), old, new)), list(_come((), old, new))
    taken = math.floor((len(gone) + len(come)) * share)
    result = old.copy()
    for path, statement in gone[:taken]:
        del _at(result, path).children[statement.text]
    for path, statement in come[: max(0, taken - len(gone))]:
        _at(result, path).children[statement.text] = Statement(statement.text, statement.mode)
    return result


def _gone(path: Path, old: Statement, new: Statement) -> Iterator[tuple[Path, Statement]]:
    """The outermost statements of `old` that are not in `new`, with the paths of their parents."""
    for text, child in old.children.items():
        if text in new.children:
            yield from _gone((*path, text), child, new.children[text])
        else:
            yield path, child


def _come(path: Path, old: Statement | None, new: Statement) -> Iterator[tuple[Path, Statement]]:
    """Every statement of `new` that is not in `old`, those above before those below."""
    for text, child in new.children.items():
        before = old.children.get(text) if old else None
        if before is None:
            yield path, child
        yield from _come((*path, text), before, child)


def _at(root: Statement, path: Path) -> Statement:
    node = root
    for text in path:
        node = node.children[text]
    return node
