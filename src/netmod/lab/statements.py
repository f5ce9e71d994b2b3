"""Statements of a configuration, and what a device says of a line that it does not take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Path = tuple[str, ...]
Rejection = Literal["invalid", "incomplete", "ambiguous"]


class LineRejected(Exception):
    """A line that the device does not take; `kind` tells in which words it says so.

    `words` are the device's own where it understands the line and objects to what it says.
    """

    def __init__(self, line: str, kind: Rejection = "invalid", words: str | None = None) -> None:
        super().__init__(line)
        self.line = line
        self.kind = kind
        self.words = words


@dataclass(slots=True)
class Statement:
    """One statement; `mode` is the mode of the statements below it, None for a leaf."""

    text: str
    mode: str | None = None
    children: dict[str, Statement] = field(default_factory=dict)

    def copy(self) -> Statement:
        """An independent copy of the statement and all below it; leaves never change, and are
        shared."""
        if self.mode is None and not self.children:
            return self
        below = {text: child.copy() for text, child in self.children.items()}
        return Statement(self.text, self.mode, below)

    def find(self, prefix: str) -> str | None:
        """What follows `prefix` in the first child that begins with it; "" where nothing does."""
        return next(self.find_all(prefix), None)

    def find_all(self, prefix: str) -> Iterator[str]:
        """`find` for every child."""
        for text in self.children:
            if text == prefix:
                yield ""
            elif text.startswith(prefix + " "):
                yield text[len(prefix) + 1 :]

    def below(self, prefix: str) -> Iterator[tuple[str, Statement]]:
        """Children with a mode that begin with `prefix`: the rest of their text, and they."""
        for text, child in self.children.items():
            if child.mode is not None and text.startswith(prefix):
                yield text[len(prefix) :].strip(), child
