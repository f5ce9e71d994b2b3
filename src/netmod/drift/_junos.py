"""Remediation of Junos: `set`, `delete`, `activate` and `insert` lines from the differences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from netmod.drift._simulation import Refused
from netmod.drift._statements import quoted
from netmod.drift.compare import is_ordered
from netmod.drift.model import Difference
from netmod.platforms import ConfigLanguage, Statement

_INACTIVE = "inactive: "
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


def junos_lines(
    differences: Iterable[Difference], wanted: Statement, language: ConfigLanguage
) -> Iterator[tuple[Difference, str]]:
    """Each line with the difference that it is for: what is set first, then what is deleted, then
    the order of lists. All of it is one commit.

    Another value takes the place of the old one by a deletion too, as it may be one of several.
    """
    found = list(differences)
    for one in found:
        if one.change == "extra" and (word := _inactive(one, wanted)) is not None:
            yield one, _line("activate", one.section, quoted(word))
        elif one.change == "changed":
            yield from ((one, _line("delete", one.section, leaf)) for leaf in one.running)
        if one.change in ("missing", "changed"):
            yield from ((one, _line("set", one.section, leaf)) for leaf in one.intended)
    for one in found:
        if one.change == "extra" and _inactive(one, wanted) is None:
            yield from ((one, _line("delete", one.section, head)) for head in _heads(one.running))
    for one in found:
        if one.change == "reordered":
            yield from ((one, line) for line in _inserts(one, wanted))
        elif one.change == "missing" and is_ordered(language, one.section, ""):
            yield from ((one, line) for line in _placed(one, wanted))


def not_typed(one: Difference, wanted: Statement, language: ConfigLanguage) -> bool:
    """Whether no line can be given: what is intended to be inactive, the order of plain values,
    and lines of the running config that are no statements."""
    if any(word.startswith(_INACTIVE) for word in one.section):
        return True
    if any(_INACTIVE in leaf for leaf in one.intended):
        return True
    if not one.section and any(" " in _words(leaf)[0] for leaf in one.running):
        return True
    if one.change in ("reordered", "missing") and is_ordered(language, one.section, ""):
        return all(not child.children for child in _at(wanted, one.section).children)
    return False


def apply_junos(running: Statement, lines: Iterable[str]) -> None:
    """Change the tree `running` as a candidate would be. Raises `Refused`."""
    for line in lines:
        command, *path = _words(line)
        if command == "set":
            node = running
            for word in path:
                node = _child(node, word) or _added(node, word)
        elif command == "insert":
            *above, name, place, _, other = path
            _move(_at(running, above), name, place, other)
        else:
            _take(running, path, line, keep=command == "activate")


def _take(root: Statement, path: Sequence[str], line: str, *, keep: bool) -> None:
    """Delete a statement, and what is empty without it; or activate one (`keep`)."""
    *above, last = path
    owners = [root]
    for word in above:
        owners.append(_child(owners[-1], word) or _refuse(line))
    marked = _child(owners[-1], _INACTIVE + last)
    node = marked if keep else _child(owners[-1], last) or marked
    if node is None:
        raise Refused(line)
    if keep:
        node.text = last
        return
    while owners:
        owner = owners.pop()
        owner.children.remove(node)
        if owner.children:
            return
        node = owner


def _refuse(line: str) -> Statement:
    raise Refused(line)


def _move(owner: Statement, name: str, place: str, other: str) -> None:
    moved, fixed = _child(owner, name), _child(owner, other)
    if moved is None or fixed is None:
        raise Refused(f"insert {name}")
    owner.children.remove(moved)
    owner.children.insert(owner.children.index(fixed) + (place == "after"), moved)


def _added(owner: Statement, word: str) -> Statement:
    owner.children.append(Statement(word, 0))
    return owner.children[-1]


def _child(owner: Statement, word: str) -> Statement | None:
    return next((one for one in owner.children if one.text == word), None)


def _at(root: Statement, path: Iterable[str]) -> Statement:
    node = root
    for word in path:
        node = _child(node, word) or _refuse(word)
    return node


def _line(command: str, section: Iterable[str], rest: str) -> str:
    return " ".join((command, *map(quoted, section), rest))


def _words(text: str) -> list[str]:
    """The words of a line as it is typed."""
    return [plain or inner for inner, plain in _WORD.findall(text)] or [""]


def _inactive(one: Difference, wanted: Statement) -> str | None:
    """The word of an inactive statement of the running config that is intended to be active."""
    if not all(leaf.startswith(_INACTIVE) for leaf in one.running):
        return None
    word = _words(one.running[0].removeprefix(_INACTIVE))[0]
    return word if _child(_at(wanted, one.section), word) is not None else None


def _heads(leaves: Iterable[str]) -> Iterator[str]:
    """What all leaves of one statement begin with: deleting it deletes them."""
    return iter(dict.fromkeys(quoted(_words(leaf.removeprefix(_INACTIVE))[0]) for leaf in leaves))


def _inserts(one: Difference, wanted: Statement) -> Iterator[str]:
    names = [quoted(child.text) for child in _at(wanted, one.section).children]
    for before, name in pairwise(names):
        yield _insert(one.section, name, "after", before)


def _placed(one: Difference, wanted: Statement) -> Iterator[str]:
    """Where a statement belongs that was set, and so stands last."""
    names = [child.text for child in _at(wanted, one.section).children]
    place = names.index(_words(one.intended[0])[0])
    if place:
        yield _insert(one.section, quoted(names[place]), "after", quoted(names[place - 1]))
    elif len(names) > 1:
        yield _insert(one.section, quoted(names[0]), "before", quoted(names[1]))


def _insert(section: Sequence[str], name: str, place: str, other: str) -> str:
    *above, kind = map(quoted, section)
    return " ".join(("insert", *above, kind, name, place, kind, other))
