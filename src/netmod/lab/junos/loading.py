"""Loading a configuration into a Junos candidate: `set` lines, braces, XML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from netmod.lab.junos.schema import SCHEMA, Node
from netmod.lab.junos.statements import StatementError, blocks, quoted, tokens
from netmod.lab.junos.tree import delete_statement, set_statement
from netmod.lab.netconf_xml import Element, child, children, local, text_of
from netmod.lab.statements import Statement

Action = Literal["merge", "replace"]

_TAGS = ("replace:", "delete:")
_MISSING = "statement not found"


@dataclass(frozen=True, slots=True)
class LoadProblem:
    """A statement that was not loaded; `line` counts from 1, 0 where it is not known."""

    line: int
    message: str
    element: str
    severity: Literal["error", "warning"] = "error"


def load_set(root: Statement, text: str) -> list[LoadProblem]:
    """`set`, `delete`, `edit`, `up` and `top` lines; those that are wrong are left out."""
    problems: list[LoadProblem] = []
    level: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = [word for _, word in tokens(line)]
        if not words or words[0].startswith(("#", "/*")):
            continue
        name, *rest = words
        if name == "top":
            level = []
            name, *rest = rest or [name]
        if name == "edit":
            level = [*level, *rest]
        elif name == "up":
            level = level[:-1]
        elif name in ("set", "delete"):
            problems += _do(root, name, [*level, *rest], number)
        elif name != "top":
            problems.append(LoadProblem(number, "unknown command", name))
    return problems


def load_text(root: Statement, text: str, action: Action) -> list[LoadProblem]:
    """A configuration in braces; `replace:` tags count where the action is `replace`."""
    problems: list[LoadProblem] = []
    replaced: set[tuple[str, ...]] = set()
    for number, levels in blocks(text):
        if levels is None:
            problems.append(LoadProblem(number, "syntax error", "missing brace or semicolon"))
            continue
        words: list[str] = []
        deleted = False
        for level in levels:
            tag = level[0] if level and level[0] in _TAGS else ""
            words += level[1:] if tag else level
            key = tuple(words)
            if tag == "delete:" or (tag and action == "replace" and key not in replaced):
                replaced.add(key)
                gone = _do(root, "delete", words, number)
                deleted = tag == "delete:"
                problems += gone if deleted else []
        if not deleted:
            problems += _do(root, "set", words, number)
    return problems


def load_xml(root: Statement, configuration: Element, action: Action) -> list[LoadProblem]:
    """A `configuration` element; `operation`, `delete` and `replace` attributes are followed."""
    problems: list[LoadProblem] = []
    for words, doing in _statements(configuration, SCHEMA, []):
        if not words:
            problems.append(LoadProblem(0, "syntax error", doing))
        elif doing == "replace":
            if action == "replace":
                _do(root, "delete", words, 0)
        else:
            problems += _do(root, doing, words, 0)
    return problems


def _do(root: Statement, name: str, words: list[str], line: int) -> list[LoadProblem]:
    shown = " ".join(words)
    try:
        if name == "set":
            set_statement(root, words)
        elif not words:
            return [LoadProblem(line, "missing argument", shown)]
        elif not delete_statement(root, words):
            return [LoadProblem(line, _MISSING, shown, "warning")]
    except StatementError as error:
        message = "missing argument" if error.kind == "missing" else "syntax error"
        bad = words[error.index] if error.index < len(words) else shown
        return [LoadProblem(line, message, bad)]
    return []


def _statements(parent: Element, node: Node, above: list[str]) -> Iterator[tuple[list[str], str]]:
    """Words of each statement and what is to be done; no words and the name of what is unknown."""
    for one in children(parent):
        name = local(one)
        if name == "name" and node is not SCHEMA:
            continue
        words, below = _named(one, name, node)
        if below is None:
            yield [], name
            continue
        path = [*above, *words]
        doing = one.get("operation") or one.get("delete") or one.get("replace") or ""
        if doing in ("delete", "remove"):
            yield path, "delete"
            continue
        if doing == "replace":
            yield path, "replace"
        if below.kind in ("value", "list"):
            yield [*path, quoted(text_of(one))], "set"
            continue
        inner = list(_statements(one, below, path))
        yield from inner
        if not inner and (below.kind != "container" or not children(one)):
            yield path, "set"


def _named(one: Element, name: str, node: Node) -> tuple[list[str], Node | None]:
    """The words that an element stands for, and what may stand below it."""
    below = node.words.get(name)
    key = child(one, "name")
    entry = [] if key is None else [quoted(text_of(key))]
    if below is None:
        return entry, node.anonymous if entry else None
    if entry and below.anonymous is not None and below.kind != "entry":
        return [name, *entry], below.anonymous
    return [name, *(entry if below.kind == "entry" else [])], below
