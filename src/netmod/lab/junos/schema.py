"""Which configuration statements Junos knows: the tree of what `schema_text` writes down."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from netmod.lab.junos.schema_text import TEXT

Kind = Literal["container", "presence", "entry", "value", "list", "flag"]
Layout = Literal["block", "line", "short"]

INTERFACE = re.compile(
    r"(?:(?:et|xe|ge|mge|fe|gr|ip|lt|sp)-\d+/\d+/\d+(?::\d+)?"
    r"|(?:ae|fxp|em|me|lo|st|irb|vme|gre|reth)\d*|re\d:mgmt-\d)(?:\.\d+)?|all"
)

_LINE = re.compile(r"( *)(?:(<\w*>)|([\w.|-]+)(?: ([+*!~]|<\w*>|=.*))?)(?: (-))?", flags=re.ASCII)


@dataclass
class Node:
    """What may stand below a statement of one kind."""

    kind: Kind
    layout: Layout = "block"
    pattern: re.Pattern[str] | None = None
    words: dict[str, Node] = field(default_factory=dict)
    anonymous: Node | None = None

    def takes(self, value: str) -> bool:
        """Whether a name or a value is one that this statement takes."""
        return self.pattern is None or self.pattern.fullmatch(value) is not None

    def choose(self, word: str) -> tuple[str, Node] | None:
        """The statement of a word that may be abbreviated; None where there is no such one."""
        if word in self.words:
            return word, self.words[word]
        found = [name for name in self.words if name.startswith(word)]
        return (found[0], self.words[found[0]]) if len(found) == 1 else None


_KINDS: dict[str, Kind] = {"+": "presence", "*": "list", "!": "flag", "<": "entry", "=": "value"}


def _compile(text: str) -> Node:
    root = Node("container")
    stack = [root]
    for line in text.strip("\n").split("\n"):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"no line of a schema: {line!r}")
        margin, anonymous, names, mark, one_line = match.groups()
        del stack[len(margin) + 1 :]
        mark = anonymous or mark or ""
        layout: Layout = "line" if one_line else "short" if mark == "~" else "block"
        node = Node(_KINDS.get(mark[:1], "container"), layout, _pattern(mark))
        if anonymous:
            stack[-1].anonymous = node
        for name in (names or "").split("|") if names else ():
            stack[-1].words[name] = node
        stack.append(node)
    return root


def _pattern(mark: str) -> re.Pattern[str] | None:
    if mark == "<interface>":
        return INTERFACE
    return re.compile(mark[1:]) if mark.startswith("=") and len(mark) > 1 else None


SCHEMA = _compile(TEXT)
