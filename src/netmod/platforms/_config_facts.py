"""Hardening facts of a config, with the lines that they stand on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from netmod.platforms._config import Line
from netmod.platforms._observations import Block, Hardening

_NO_HARDENING = (
    "interface ", "vlan ", "vrf ", "ip route ", "ip prefix-list ", "ip access-list ", "route-map ",
    "class-map ", "policy-map ", "router ", "snmp-server enable traps ", "rmon ",
)  # fmt: skip


class ConfigFacts:
    """Makes facts of one config. `whole` says that what it does not mention is not configured."""

    def __init__(self, block: Block, config: Line, *, whole: bool) -> None:
        self.block = block
        self.config = config
        self.whole = whole
        self._statements = Line(
            "",
            -1,
            [line for line in config.children if not line.text.startswith(_NO_HARDENING)],
        )

    def fact(self, name: str, value: Any, *lines: Line) -> Hardening:
        """The fact `name`, read from `lines`."""
        return Hardening(self.block.source(*(line.index for line in lines)), name, value)

    def lines(self, pattern: str) -> list[tuple[Line, re.Match[str]]]:
        """Top-level lines that `pattern` matches from their start.

        Interfaces, routing and the like say nothing about hardening, are most of a config and are
        left out.
        """
        return list(self._statements.matches(pattern))

    def switch(self, name: str, pattern: str, *, default: bool | None) -> Iterator[Hardening]:
        """True for `pattern`, False for `no pattern`, `default` in a whole config without both."""
        found = self.lines(rf"(no )?(?:{pattern})\s*$")
        if found:
            line, match = found[-1]
            yield self.fact(name, match[1] is None, line)
        elif self.whole and default is not None:
            yield self.fact(name, default)

    def present(self, name: str, pattern: str) -> Iterator[Hardening]:
        """True where a line matches, False in a whole config without one."""
        found = self.lines(pattern)
        if found or self.whole:
            yield self.fact(name, bool(found), *(line for line, _ in found))

    def first(self, name: str, pattern: str) -> Iterator[Hardening]:
        """The first group of the first line that matches."""
        for line, match in self.lines(pattern)[:1]:
            yield self.fact(name, match[1], line)
