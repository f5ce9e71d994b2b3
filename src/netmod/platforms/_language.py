"""A platform's configuration language, as far as a comparison of two configs has to know it.

The texts become trees of statements; what order, defaults and repetition mean is data here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

Topic = Literal[
    "management", "encryption", "routing", "security", "qos", "access", "cosmetic", "other"
]
"""What a statement touches, the most harmful first."""


@dataclass(slots=True)
class Statement:
    """One statement, and those below it. `number` is its line in the text, from 1.

    `joined` is True where the text is no line of the config but what several lines, or a part of
    one, say; it holds no secret.
    """

    text: str
    number: int
    children: list[Statement] = field(default_factory=list)
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Ordered:
    """Statements whose order is their meaning.

    `under` matches the path of their parent (texts joined by newlines, "" for the root) and `line`
    the statements; those with an equal group `list` form one sequence.
    """

    under: re.Pattern[str]
    line: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Scoped:
    """Statements by pattern, below parents whose path `under` matches.

    `beside` is searched in the intended statements of the same parent, a line each; `{name}` in it
    stands for the group `name` of `line`.
    """

    under: re.Pattern[str]
    line: re.Pattern[str]
    beside: str = ""

    def covers(self, scope: str, text: str, beside: Callable[[], Iterable[str]]) -> bool:
        """Whether a statement below the path `scope` is one of these.

        `beside` gives the intended statements of its parent, and is asked only where they matter.
        """
        match = self.line.match(text) if self.under.match(scope) else None
        if match is None or not self.beside:
            return match is not None
        groups = {name: re.escape(value or "") for name, value in match.groupdict().items()}
        return re.search(self.beside.format(**groups), "\n".join(beside())) is not None


@dataclass(frozen=True)
class ConfigLanguage:
    """What a comparison asks of a platform.

    `read` makes the tree of a text. `whole` tells whether a text reaches to its end. `single`
    matches statements of which the last one given holds; what it matches is what they set, so
    that another value is a change. `keyed` matches what names a thing that several statements may
    be about. `defaults` are statements that ask for what holds without them and that the device
    need not show. `generated` are those that the device writes by itself. `spelling` rewrites
    what means the same. `topics` say what a statement touches: pattern over the path with the
    statement; the first that is found counts.
    """

    hier: str
    """The platform's name in hier_config."""
    read: Callable[[str], Statement]
    whole: Callable[[str], bool]
    ordered: tuple[Ordered, ...] = ()
    single: tuple[Scoped, ...] = ()
    keyed: tuple[Scoped, ...] = ()
    defaults: tuple[Scoped, ...] = ()
    generated: tuple[Scoped, ...] = ()
    spelling: tuple[tuple[re.Pattern[str], str], ...] = ()
    topics: tuple[tuple[Topic, re.Pattern[str]], ...] = ()
    spread: re.Pattern[str] | None = None
    """Root sections that are read together with others: one line may open several (`vlan 10,20`),
    or they stand `beside` what a rule is about."""
    words: bool = False
    """Each level is one word (Junos): a statement is a path down to a leaf."""
    changed: re.Pattern[str] | None = None
    """What the device says of its last change, with groups `who` and `when`."""

    def last_change(self, running: str) -> tuple[str | None, str | None]:
        """Who changed the running config last, and when, as the device prints it."""
        match = self.changed.search(running[:4096]) if self.changed else None
        return (match["who"], match["when"].strip()) if match else (None, None)


_PRINTED_AT = re.compile(
    r"!Time: .*|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} +\d+ [\d:.]+ [\w+-]+", re.ASCII
)
_HEAD = 20


def without_times(text: str) -> str:
    """A config with blank lines for the times of printing in its head: nobody configured them,
    and without them a config that did not change is the same text every night."""
    lines = text.split("\n", _HEAD)
    for place, line in enumerate(lines[:_HEAD]):
        if _PRINTED_AT.fullmatch(line.rstrip()):
            lines[place] = ""
    return "\n".join(lines)


_PREAMBLE = re.compile(
    rf"{_PRINTED_AT.pattern}|Building configuration.*|Current configuration ?:.*"
    r"|Using \d+ out of .*",
    re.ASCII,
)


def without_preamble(text: str) -> str:
    """A config from its first statement on: without what a device prints in front of it."""
    lines = text.replace("\r\n", "\n").split("\n")
    for place, line in enumerate(lines):
        if line.strip() and line[0] != "!" and not _PREAMBLE.fullmatch(line.rstrip()):
            return "\n".join(lines[place:])
    return ""


def anywhere(line: str) -> Scoped:
    """Statements that `line` matches from their start, wherever they stand."""
    return Scoped(re.compile(""), re.compile(line))


def below(under: str, line: str, *, beside: str = "") -> Scoped:
    """Statements below a parent; `under` matches its whole path."""
    return Scoped(re.compile(rf"(?:{under})\Z"), re.compile(line), beside)


def ordered(under: str, line: str) -> Ordered:
    """`Ordered` with the parent's whole path."""
    return Ordered(re.compile(rf"(?:{under})\Z"), re.compile(line))


def read_indented(
    text: str, *, closers: re.Pattern[str], banner: re.Pattern[str], end_word: bool = False
) -> Statement:
    """The tree of an indented config; comments (`!`) and closing words say nothing.

    `banner` matches the first line of a banner. Its group `delimiter` ends it; with `end_word`
    a line `EOF` does. The banner's lines stand below it as they are.
    """
    root = Statement("", 0)
    stack: list[tuple[int, Statement]] = [(-1, root)]
    lines = text.replace("\r\n", "\n").split("\n")
    index, count = 0, len(lines)
    while index < count:
        raw = lines[index]
        index += 1
        stripped = raw.strip()
        if not stripped or stripped[0] == "!":
            continue
        if "\t" in raw:
            raw = raw.expandtabs(8)
        indent = len(raw) - len(raw.lstrip())
        while stack[-1][0] >= indent:
            stack.pop()
        if stripped[0] in "eqr" and closers.fullmatch(stripped):
            continue
        parent = stack[-1][1]
        if stripped.startswith("banner") and (opening := banner.match(stripped)):
            statement = Statement(" ".join(stripped.split()[:2]), index)
            parent.children.append(statement)
            index = _banner(lines, index, opening, statement, end_word=end_word)
            continue
        statement = Statement(stripped, index)
        parent.children.append(statement)
        stack.append((indent, statement))
    return root


def _banner(
    lines: list[str], index: int, opening: re.Match[str], owner: Statement, *, end_word: bool
) -> int:
    """Hang a banner's lines below `owner`; the index behind the banner."""
    delimiter = "EOF" if end_word else opening["delimiter"]
    rest = "" if end_word else opening.string[opening.end("delimiter") :]
    if delimiter in rest:
        owner.children.append(Statement(rest.partition(delimiter)[0].strip(), index))
        return index
    if rest.strip():
        owner.children.append(Statement(rest.strip(), index))
    for end in range(index, len(lines)):
        line = lines[end]
        if line.strip() == delimiter if end_word else delimiter in line:
            if last := line.partition(delimiter)[0].rstrip():
                owner.children.append(Statement(last, end + 1))
            return end + 1
        if line.strip():
            owner.children.append(Statement(line.rstrip(), end + 1))
    return len(lines)
