"""What a network OS accepts as configuration, as data: its modes and the statements in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


InterfaceTypes = Mapping[str, str]
"""Full interface type → the short form that the OS prints, longest names first where it matters."""


@dataclass(frozen=True, slots=True)
class Mode:
    """One configuration mode.

    `prompt` is what the OS shows in brackets. `opens` are statements that lead into a mode below,
    `words` the first words of the other statements, None where any statement is taken. `checked`
    are patterns that a whole statement must match, by first word. `single` matches the part of a
    statement that exists once: a new value replaces the old one. `negated` are statements that are
    kept as `no …`, because the OS does them by default. `closes` is the statement that ends the
    mode and is kept in it.
    """

    prompt: str
    opens: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[str] | None = frozenset()
    checked: Mapping[str, str] = field(default_factory=dict)
    single: str = r"(?!)"
    negated: str = r"(?!)"
    closes: str | None = None

    def opened_by(self, text: str) -> str | None:
        """The mode that a statement leads into."""
        for pattern, mode in self.opens.items():
            if re.fullmatch(pattern, text, re.IGNORECASE):
                return mode
        return None

    def first_words(self) -> frozenset[str]:
        """Every word that a statement of this mode can begin with."""
        openers = {re.split(r"[^a-z0-9-]", pattern, maxsplit=1)[0] for pattern in self.opens}
        return (self.words or frozenset()) | openers | frozenset(self.checked) - {""}


@dataclass(frozen=True, slots=True)
class Grammar:
    """The modes of one OS; `root` is the name of the global one."""

    modes: Mapping[str, Mode]
    interface_types: InterfaceTypes
    comment: str = "!"
    root: str = "global"

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
