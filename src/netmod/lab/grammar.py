"""What a network OS accepts as configuration, as data: its modes and the statements in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from netmod.lab.repeated import Repeated


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def no_objection(_: str) -> str | None:
    """Of an OS that takes whatever it understands."""
    return None


def beginning(text: str) -> str:
    """A pattern for statements that begin with one of the words of a text."""
    return rf"({'|'.join(text.split())})( .*)?"


def typed(text: str, *patterns: str) -> str:
    """A pattern for what a mode that takes any statement takes of typed lines.

    The words of a text, numbers (entries of lists), and patterns for words that the global mode
    has as well.
    """
    return "|".join([beginning(text), r"\d+( .*)?", *patterns])


def elsewhere(text: str) -> str:
    """A pattern for statements that begin with none of the words of a text."""
    return rf"(?!({'|'.join(text.split())})( |$)).*"


OF_INTERFACES = (
    r"(?!(ip|ipv4|ipv6|mac) (access-list|community-list|domain|domain-name|host|http|icmp"
    r"|name-server|prefix-list|radius|route|routing|scp|sla|ssh|tacacs)( |$)).*"
)
"""What of an interface's words is one of the interface, and no statement of the global mode."""
InterfaceTypes = Mapping[str, str]
"""Full interface type → the short form that the OS prints, longest names first where it matters."""


@dataclass(frozen=True)
class Mode:
    """One configuration mode.

    `prompt` is what the OS shows in brackets, with `{name}` for the short name of what the mode
    edits. `opens` are statements that lead into a mode below,
    `words` the first words of the other statements, None where any statement is taken. `checked`
    are patterns that a whole statement must match, by first word. `single` matches the part of a
    statement that exists once: a new value replaces the old one. `negated` are statements that are
    kept as `no …`, because the OS does them by default; of `explicit` ones the OS keeps either
    form. `own` matches what is taken here when it is typed, where a mode above has statements of
    the same words; None is all that the global mode does not open a mode with. `closes` is the
    word that ends the mode, and that the OS prints behind it, with a blank ahead where it is
    printed one level deeper.
    """

    prompt: str
    opens: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[str] | None = frozenset()
    checked: Mapping[str, str] = field(default_factory=dict)
    single: str = r"(?!)"
    negated: str = r"(?!)"
    explicit: str = r"(?!)"
    own: str | None = None
    closes: str | None = None

    def opened_by(self, text: str) -> str | None:
        """The mode that a statement leads into."""
        word = text.partition(" ")[0].lower()
        for pattern, mode in self._openers.get(word, []) + self._openers.get("", []):
            if pattern.fullmatch(text):
                return mode
        return None

    @cached_property
    def _openers(self) -> dict[str, list[tuple[re.Pattern[str], str]]]:
        """The patterns of `opens` by their first word, "" where that is itself a pattern."""
        openers: dict[str, list[tuple[re.Pattern[str], str]]] = {}
        for text, mode in self.opens.items():
            literal = re.match(r"([a-z0-9-]+)(?: |$)", text)
            word = literal[1] if literal else ""
            openers.setdefault(word, []).append((re.compile(text, re.IGNORECASE), mode))
        return openers

    @cached_property
    def first_words(self) -> frozenset[str]:
        """Every word that a statement of this mode can begin with."""
        openers = frozenset(self._openers) - {""}
        return (self.words or frozenset()) | openers | frozenset(self.checked)


@dataclass(frozen=True)
class Grammar:
    """The modes of one OS; `root` is the name of the global one.

    `indent` is how many blanks a level takes in what the OS prints, and `separator` the line
    behind each block of the first level. `banner` matches the statement that begins a banner; its
    group is the delimiter, and where that is empty the banner ends with `EOF`. `objection` gives
    the words in which the OS refuses a statement of which it understands every word, None where it
    takes it.
    """

    modes: Mapping[str, Mode]
    interface_types: InterfaceTypes
    comment: str = "!"
    root: str = "global"
    indent: int = 1
    separator: str = "!"
    banner: str = r"banner \S+ (\^C|\S)"
    objection: Callable[[str], str | None] = no_objection

    @cached_property
    def closing_words(self) -> frozenset[str]:
        """The words that end a mode."""
        return frozenset(mode.closes.strip() for mode in self.modes.values() if mode.closes)

    @cached_property
    def blocks(self) -> Repeated[Any]:
        """What blocks of configurations make that several devices have."""
        return Repeated()

    def full_interface(self, name: str) -> str | None:
        """`te1/0/1` or `TenGigabitEthernet 1/0/1` as the OS's full name, None if it is none."""
        match = re.fullmatch(r"([A-Za-z-]+)\s*(\d[\w/.:]*)", name.strip())
        if not match:
            return None
        word, number = match[1].lower(), match[2]
        for full, short in self.interface_types.items():
            if word in (full.lower(), short.lower()):
                return full + number
        found = [full for full in self.interface_types if full.lower().startswith(word)]
        return found[0] + number if len(found) == 1 else None

    def short_interface(self, name: str) -> str:
        """`TenGigabitEthernet1/0/1` as the OS abbreviates it in tables."""
        match = re.fullmatch(r"([A-Za-z-]+)(\d.*)", name)
        if not match:
            return name
        return self.interface_types.get(match[1], match[1]) + match[2]

    def spaced_interface(self, name: str) -> str:
        """`TenGigabitEthernet1/0/1` as CDP's table has it: `Ten 1/0/1`."""
        match = re.fullmatch(r"([A-Za-z-]+)(\d.*)", name)
        return f"{match[1][:3]} {match[2]}" if match else name
