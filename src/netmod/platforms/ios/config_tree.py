"""A running config of IOS or IOS-XE: its tree, and how much of it was captured."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from netmod.facts import Source
from netmod.platforms._config import Line, parse
from netmod.platforms._observations import Block
from netmod.platforms.ios.config_flat import BANNER, indented, is_flat

_BACKUP = re.compile(
    r"!\s?(?:Chassis type|Image|Processor ID|PID|NAME|Memory|CPU|RANCID-CONTENT-TYPE)\b"
)


@dataclass(frozen=True, slots=True)
class RunningConfig:
    """The tree with its block.

    `headed`: it begins where a config begins (`version`, `hostname`), so that what its links
    refer to, and which stands before them, is in it or nowhere. `whole`: from the head to the
    lines, so that an absent feature is absent from the device. `ended`: up to its `end`, as some
    features stand behind the lines. `backup`: written by a backup tool, which leaves lines out.
    """

    block: Block
    root: Line
    headed: bool
    whole: bool
    ended: bool
    backup: bool
    by_word: dict[str, list[Line]]

    def lines(self, prefix: str) -> Iterator[Line]:
        """Top-level lines that start with the words of `prefix`."""
        for line in self.by_word.get(prefix.partition(" ")[0], ()):
            if line.text == prefix or line.text.startswith(prefix + " "):
                yield line

    def first(self, prefix: str) -> Line | None:
        """The first top-level line with these words."""
        return next(self.lines(prefix), None)

    def switch(self, words: str) -> tuple[Line, bool] | None:
        """Whether a command is given or negated; None where the config holds neither."""
        given, negated = self.first(words), self.first(f"no {words}")
        if negated is not None:
            return negated, False
        return None if given is None else (given, True)

    def source(self, *lines: Line) -> Source:
        """Where lines of the config stand."""
        return self.block.source(*(line.index for line in lines if line.index >= 0))

    @property
    def anywhere(self) -> Source:
        """The source of what the config as a whole says by holding no such line."""
        return self.block.source()


def read_tree(block: Block) -> RunningConfig:
    """The config of a block, whatever stands around it."""
    lines = indented(block.lines) if is_flat(block.lines) else block.lines
    root = parse(lines, banner=BANNER)
    by_word: dict[str, list[Line]] = defaultdict(list)
    for line in root.children:
        by_word[line.text.partition(" ")[0]].append(line)
    ended = any(line.text == "end" for line in by_word.get("end", ()))
    section_only = "|" in block.command or " interface" in block.command
    headed = not section_only and not by_word.keys().isdisjoint(("hostname", "version"))
    vty = any(line.text.startswith("line vty") for line in by_word.get("line", ()))
    whole = headed and (ended or vty)
    return RunningConfig(
        block=block,
        root=root,
        headed=headed,
        whole=whole,
        ended=whole and ended,
        backup=any(_BACKUP.match(line) for line in block.lines[:400]),
        by_word=dict(by_word),
    )
