"""The configuration of Junos as a tree of words, whether it is written with braces or with `set`.

`unit 0 { family inet; }` and `set … unit 0 family inet` give the same tree: every word is a node,
so that a statement's value is the child of its keyword. What is inactive is not in the tree.
Inherited configuration groups are merged in behind what is configured in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|/\*|#.*|[{};\[\]]|[^\s{};\[\]"]+')
_SET = re.compile(r"\s*(set|deactivate|activate|delete|protect|unprotect|annotate) (\S.*)$")
_INACTIVE = "inactive:"
_MARKS = (_INACTIVE, "protect:", "replace:", "delete:", "unprotect:")
_GLOB = frozenset("*?[")
_DEEPEST = 60
_MOST_INHERITED = 200_000


@dataclass(slots=True)
class Node:
    """One word and what stands behind it; `index` is the line in the block's `lines`."""

    word: str
    index: int
    children: dict[str, Node] = field(default_factory=dict)

    def at(self, *words: str) -> Node | None:
        """The node at a path of words below this one."""
        node: Node | None = self
        for word in words:
            node = node.children.get(word) if node is not None else None
        return node

    def below(self, *words: str) -> list[Node]:
        """The children of the node at a path; none where there is no such node."""
        node = self.at(*words)
        return list(node.children.values()) if node is not None else []

    def value(self, *words: str) -> str | None:
        """The first word behind a path: the value of a statement."""
        return next((node.word for node in self.below(*words)), None)

    def walk(self) -> Iterator[tuple[tuple[str, ...], Node]]:
        """Every node below with its path, depth first."""
        stack: list[tuple[tuple[str, ...], Node]] = [
            ((child.word,), child) for child in reversed(self.children.values())
        ]
        while stack:
            path, node = stack.pop()
            yield path, node
            stack.extend(((*path, child.word), child) for child in reversed(node.children.values()))

    def add(self, words: Sequence[str], index: int) -> Node:
        """The node at a path, made where it is missing."""
        node = self
        for word in words:
            node = node.children.setdefault(word, Node(word, index))
        return node

    def remove(self, words: Sequence[str]) -> None:
        """Take away what stands at a path and all below it."""
        owner = self.at(*words[:-1]) if words else None
        if owner is not None:
            owner.children.pop(words[-1], None)


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed configuration. `balanced` is False where braces are left open: the text was cut."""

    root: Node
    balanced: bool = True
    is_set: bool = False


def parse(lines: Sequence[str], *, base: Sequence[str] = ()) -> Tree:
    """The tree of `lines`; `base` is the path of a part of the hierarchy (`show configuration X`).

    Groups are inherited. Text that is no configuration gives a tree without meaning, never an
    error.
    """
    tree = _parse_set(lines) if _is_set(lines) else _parse_braces(lines, base)
    _inherit(tree.root)
    return tree


def literal(lines: Sequence[str]) -> Tree:
    """The tree of what is written, with what is inactive and without what groups would bring.

    The first word of an inactive statement has `inactive: ` in front.
    """
    if _is_set(lines):
        return _parse_set(lines, keep_inactive=True)
    return _parse_braces(lines, (), keep_inactive=True)


def _is_set(lines: Sequence[str]) -> bool:
    sets = sum(line.lstrip().startswith(("set ", "deactivate ")) for line in lines)
    braces = sum(line.rstrip().endswith("{") for line in lines)
    return sets > braces


def words_of(text: str) -> list[str]:
    """The words of one line, quoted ones without their quotes; a comment ends them."""
    words = []
    for token in _TOKEN.findall(text):
        if token.startswith("#"):
            break
        words.append(_unquoted(token))
    return words


def _unquoted(token: str) -> str:
    return token.strip('"') if token.startswith('"') else token


def _parse_set(lines: Sequence[str], *, keep_inactive: bool = False) -> Tree:
    root = Node("", -1)
    gone: list[list[str]] = []
    inactive: list[list[str]] = []
    for index, line in enumerate(lines):
        match = _SET.match(line) if len(line) < 20_000 else None
        if match is None:
            continue
        words = [word for word in words_of(match[2]) if word not in "{};"]
        if match[1] == "set":
            _add_with_lists(root, words, index)
        elif match[1] in ("deactivate", "delete"):
            kept = keep_inactive and match[1] == "deactivate"
            (inactive if kept else gone).append(words)
    for words in gone:
        root.remove(words)
    for words in inactive:
        _mark_inactive(root, words)
    return Tree(root, is_set=True)


def _mark_inactive(root: Node, words: Sequence[str]) -> None:
    owner = root.at(*words[:-1]) if words else None
    node = owner.children.pop(words[-1], None) if owner is not None else None
    if owner is not None and node is not None:
        node.word = f"{_INACTIVE} {node.word}"
        owner.children[node.word] = node


def _add_with_lists(owner: Node, words: Sequence[str], index: int) -> Node:
    """Add a statement; each word of a `[ list ]` is a child of the word in front of it."""
    node = owner
    listing: Node | None = None
    for word in words[:_DEEPEST] if "[" not in words else words:
        if word == "[":
            listing = node
        elif word == "]":
            listing = None
        elif listing is not None:
            node = listing.add([word], index)
        else:
            node = node.add([word], index)
    return node


def _parse_braces(
    lines: Sequence[str], base: Sequence[str], *, keep_inactive: bool = False
) -> Tree:
    root = Node("", -1)
    top = root.add(base, 0) if base else root
    stack: list[Node] = [top]
    statement: list[str] = []
    first = 0
    commented = False
    closed_too_often = False
    for index, line in enumerate(lines):
        text = line
        if commented:
            _, ended, text = line.partition("*/")
            if not ended:
                continue
            commented = False
        for token in _TOKEN.finditer(text):
            word = token.group()
            if word == "/*":
                after = text.find("*/", token.end())
                commented = after < 0
                if not commented:
                    text_after = text[after + 2 :]
                    _feed(text_after, index, stack, statement, keep=keep_inactive)
                break
            if word.startswith("#"):
                break
            if not statement:
                first = index
            closed_too_often |= not _step(word, first, stack, statement, keep=keep_inactive)
    return Tree(root, balanced=len(stack) == 1 and not statement and not closed_too_often)


def _feed(text: str, index: int, stack: list[Node], statement: list[str], *, keep: bool) -> None:
    for word in words_of(text):
        _step(word, index, stack, statement, keep=keep)


def _step(word: str, index: int, stack: list[Node], statement: list[str], *, keep: bool) -> bool:
    """Take one token; False for a brace that closes nothing."""
    if word == "{":
        owner = _owner(stack[-1], statement, index, keep=keep)
        stack.append(owner)
        statement.clear()
    elif word == ";":
        _owner(stack[-1], statement, index, keep=keep)
        statement.clear()
    elif word == "}":
        statement.clear()
        if len(stack) == 1:
            return False
        stack.pop()
    else:
        statement.append(_unquoted(word))
    return True


def _owner(parent: Node, statement: Sequence[str], index: int, *, keep: bool) -> Node:
    """The node of a statement; one outside the tree where it is deleted or inactive."""
    words = list(statement)
    marks = set()
    while words and words[0] in _MARKS:
        marks.add(words.pop(0))
    if keep and _INACTIVE in marks and words:
        words[0] = f"{_INACTIVE} {words[0]}"
        marks.remove(_INACTIVE)
    gone = marks & {_INACTIVE, "delete:"}
    return _add_with_lists(Node("", index) if gone else parent, words, index)


def _inherit(root: Node) -> None:
    """Merge every group into the places where `apply-groups` names it."""
    groups = root.children.get("groups")
    if groups is None:
        return
    budget = [_MOST_INHERITED]
    pending: list[tuple[Node, tuple[str, ...]]] = [(root, ())]
    while pending:
        node, path = pending.pop()
        for name in [one.word for one in node.below("apply-groups")]:
            group = groups.children.get("node0" if name == "${node}" else name)
            source = _counterpart(group, path) if group is not None else None
            if source is not None:
                _merge(node, source, budget)
        pending.extend(
            (child, (*path, child.word))
            for child in node.children.values()
            if child.word != "groups" and len(path) < _DEEPEST
        )


def _counterpart(group: Node, path: tuple[str, ...]) -> Node | None:
    node: Node | None = group
    for word in path:
        if node is None:
            return None
        node = node.children.get(word) or next(
            (one for one in node.children.values() if _matches(one.word, word)), None
        )
    return node


def _is_pattern(word: str) -> bool:
    """Whether a word of a group stands for several: `<xe-*>`, and no placeholder of a secret."""
    return word[:1] == "<" and word[-1:] == ">" and not _GLOB.isdisjoint(word)


def _matches(pattern: str, word: str) -> bool:
    return _is_pattern(pattern) and fnmatchcase(word, pattern[1:-1])


def _merge(target: Node, source: Node, budget: list[int]) -> None:
    pairs = [(target, source)]
    while pairs and budget[0] > 0:
        into, group = pairs.pop()
        for child in group.children.values():
            budget[0] -= 1
            if _is_pattern(child.word):
                pairs.extend(
                    (one, child) for one in into.children.values() if _matches(child.word, one.word)
                )
                continue
            pairs.append(
                (into.children.setdefault(child.word, Node(child.word, child.index)), child)
            )
