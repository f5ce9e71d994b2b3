"""Remediation of Junos: `set`, `delete` and `insert` lines from the differences themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from netmod.drift.compare import quoted
from netmod.drift.model import Difference
from netmod.platforms import Statement


def junos_lines(
    differences: Iterable[Difference], wanted: Statement
) -> Iterator[tuple[Difference, str]]:
    """Each line with the difference that it is for: what is set first, then what is deleted."""
    found = list(differences)
    for one in found:
        above = " ".join(("set", *map(quoted, one.section)))
        if one.change in ("missing", "changed"):
            yield from ((one, f"{above} {leaf}") for leaf in one.intended)
        elif one.change == "reordered":
            yield from ((one, line) for line in _inserts(one, wanted))
    for one in found:
        if one.change == "extra":
            above = " ".join(("delete", *map(quoted, one.section)))
            yield from ((one, f"{above} {leaf}") for leaf in _heads(one.running))


def _heads(leaves: Iterable[str]) -> Iterator[str]:
    """What all leaves of one statement begin with: deleting it deletes them."""
    return iter(dict.fromkeys(leaf.split(" ", 1)[0] for leaf in leaves))


def _inserts(one: Difference, wanted: Statement) -> Iterator[str]:
    node = wanted
    for word in one.section:
        node = next(child for child in node.children if child.text == word)
    *above, kind = map(quoted, one.section)
    names = [quoted(child.text) for child in node.children]
    for before, name in pairwise(names):
        yield " ".join(("insert", *above, kind, name, "after", kind, before))
