"""Indented configurations (IOS, IOS-XE, NX-OS, IOS-XR, EOS) as trees of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Line:
    """One line of a config without its indentation, and the lines below it.

    `index` is the line's place in the block's `lines`.
    """

    text: str
    index: int
    children: list[Line] = field(default_factory=list)

    def find(self, pattern: str | re.Pattern[str]) -> re.Match[str] | None:
        """The first direct child that `pattern` matches from its start."""
        return next(self.matches(pattern), (None, None))[1]

    def matches(self, pattern: str | re.Pattern[str]) -> Iterator[tuple[Line, re.Match[str]]]:
        """Every direct child that `pattern` matches from its start, with the match."""
        compiled = re.compile(pattern) if isinstance(pattern, str) else pattern
        for child in self.children:
            match = compiled.match(child.text)
            if match:
                yield child, match

    def walk(self) -> Iterator[Line]:
        """All lines below, depth first, in file order."""
        stack = list(reversed(self.children))
        while stack:
            line = stack.pop()
            yield line
            stack.extend(reversed(line.children))


def parse(
    lines: tuple[str, ...],
    *,
    sections: re.Pattern[str] | None = None,
    banner: re.Pattern[str] | None = None,
) -> Line:
    """The tree of a config; the root is a `Line` with an empty text and index -1.

    Comment lines (`!`, `#`) and blank lines hold nothing and are left out. `banner` matches the
    first line of a banner and has a group `delimiter`: the lines up to the delimiter become
    children without meaning (texts prefixed by `| `), so that a banner that quotes commands
    configures nothing. Where not one line is indented (stripped captures), the lines behind one
    that `sections` matches belong to it, up to the next `!`, `exit` or section.
    """
    root = Line("", -1)
    if sections is not None and not any(line[:1] in " \t" for line in lines if line.strip()):
        return _parse_flat(lines, sections, banner, root)
    stack: list[tuple[int, Line]] = [(-1, root)]
    index = 0
    while index < len(lines):
        raw = lines[index]
        if "\t" in raw:
            raw = raw.expandtabs(8)
        text = raw.strip()
        if text and text[0] not in "!#":
            indent = len(raw) - len(raw.lstrip())
            while stack[-1][0] >= indent:
                stack.pop()
            line = Line(text, index)
            stack[-1][1].children.append(line)
            stack.append((indent, line))
            opening = banner.match(text) if banner else None
            if opening:
                index = _skip_banner(lines, index, opening, line)
        index += 1
    return root


def banner_end(lines: tuple[str, ...], index: int, opening: re.Match[str]) -> int:
    """Index of the last line of the banner that `lines[index]` opens.

    `opening` is the match of its first line. A banner that is never closed (a cut text) reaches
    to the next lone `!`, else to the end: what it quotes must configure nothing.
    """
    delimiter = opening.group("delimiter")
    if delimiter and delimiter in opening.string[opening.end("delimiter") :]:
        return index
    separator = len(lines)
    for end in range(index + 1, len(lines)):
        text = lines[end]
        closing = (
            text.strip() == delimiter
            if len(delimiter) > 1 and delimiter[0] != "^"
            else delimiter in text
        )
        if closing:
            return end
        if separator == len(lines) and text.strip() == "!":
            separator = end
    return separator - 1


def _skip_banner(lines: tuple[str, ...], index: int, opening: re.Match[str], owner: Line) -> int:
    """Index of the banner's last line; its text hangs below `owner` without meaning."""
    end = banner_end(lines, index, opening)
    owner.children = [Line(f"| {lines[i]}", i) for i in range(index + 1, end)]
    return end


_NEVER_NESTED = re.compile(
    r"(?:no )?(?:hostname|switchname|feature|username|snmp-server|tacacs-server|radius-server"
    r"|ntp (?:server|peer|auth|trusted|source)|enable (?:secret|password)|clock|copp|end$"
    r"|password strength-check"
    r"|aaa (?:new-model|auth|accounting)|ip (?:domain|name-server|http|ssh|scp)|service "
    r"|logging (?:server|host|buffered|console|monitor|source|trap|\d))"
)
"""Lines that no section of an indented platform holds: they end one in a text that lost its
indentation, so that what follows an interface is not hidden in it."""


def _parse_flat(
    lines: tuple[str, ...],
    sections: re.Pattern[str],
    banner: re.Pattern[str] | None,
    root: Line,
) -> Line:
    owner = root
    index = -1
    while (index := index + 1) < len(lines):
        text = lines[index].strip()
        if not text or text[0] in "!#" or text == "exit":
            owner = root
            continue
        if _NEVER_NESTED.match(text):
            owner = root
        line = Line(text, index)
        opening = banner.match(text) if banner else None
        if opening or sections.match(text):
            root.children.append(line)
            owner = root if opening else line
        else:
            owner.children.append(line)
        if opening:
            index = _skip_banner(lines, index, opening, line)
    return root
