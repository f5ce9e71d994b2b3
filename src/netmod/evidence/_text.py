"""Bytes of a capture → text, and text → the normalised lines that readers see.

Normalising works line by line: it blanks lines out and never adds, joins or removes one, so that
line N of the result is line N of the file. Lines that a terminal wrapped are left as they are:
only a reader who knows the command can tell a wrapped line from two lines.
"""

from __future__ import annotations

import re
from itertools import islice

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SAMPLE = 65_536
_OF_NO_TERMINAL = bytes(set(range(32)) - set(b"\x00\x03\x07\x08\t\n\r\x1b"))
_AT_THE_MARGIN = re.compile(r"^\S", re.MULTILINE)
_OF_NO_COMMAND = 6
"""A margin that is this wide under a line without one is no indentation of any command."""

# What only a terminal understands, or what looks like a space and is none.
_UNUSUAL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00a0\u00ad\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]"
)
_MORE = re.compile(
    r"""(?ix)
    <?-{2,3}\s?\(?more(?:\s\d{1,3}%)?\)?\s?-{2,3}>?(?:\(\d{1,3}%\))?
    (?:\ {40}|\ {0,9})
    """
)
_ESCAPE = re.compile(
    r"""(?x)
    \x1b (?: \[ (?P<parameters>[0-?]{0,32}) [ -/]{0,4} (?P<final>[@-~])
           | \] [^\x07\x1b]{0,1024} (?:\x07|\x1b\\)?
           | [()*+\-./] [ -~]
           | [ -/]{0,4} [0-~] )?
    """
)
_SPACES = dict.fromkeys([0x0B, 0x0C, 0x85, 0xA0, *range(0x2000, 0x200B), 0x2028, 0x2029], " ")
_SPACES |= dict.fromkeys([0x202F, 0x205F, 0x3000], " ")
_CLEAN: dict[int, str | None] = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0xAD, *range(0x200B, 0x2010)]),
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF]),
    **_SPACES,
    0x09: "\t",
    # Saved configs hold the banner delimiter as one character that the device prints as two.
    0x03: "^C",
}


def decode(data: bytes) -> str | None:
    """The text of a file's bytes; None where they are no text.

    UTF-8 and UTF-16 by their byte order marks, UTF-16 without one by its NULs, else UTF-8, else
    Latin-1, which knows every byte.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    sample = data[:_SAMPLE]
    if sample.count(0) * 4 > len(sample):
        return _utf16(data, sample)
    if _is_binary(sample):
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _utf16(data: bytes, sample: bytes) -> str | None:
    """Text of which every other byte is mostly 0; None where the NULs lie otherwise."""
    evens, odds = sample[::2].count(0), sample[1::2].count(0)
    if max(evens, odds) * 5 < len(sample) * 2 or min(evens, odds) * 20 > len(sample):
        return None
    try:
        return data.decode("utf-16-be" if evens > odds else "utf-16-le")
    except UnicodeDecodeError:
        return None


def _is_binary(sample: bytes) -> bool:
    """Terminals send a few control characters; a program or an archive consists of them."""
    control = len(sample) - len(sample.translate(None, _OF_NO_TERMINAL))
    return control * 20 > len(sample) or sample.count(0) * 10 > len(sample)


def normalise(text: str) -> str:
    """`text` as readers expect it: plain lines, plain spaces, no traces of the terminal.

    Overwritten text (carriage returns, backspaces, erasing) gives what the screen showed last.
    """
    if "\r" in text:
        text = re.sub("\r{1,8}\n", "\n", text)
        if "\n" not in text:
            text = text.replace("\r", "\n")
    has_more = "more" in text or "More" in text or "MORE" in text
    if has_more or _UNUSUAL.search(text):
        lines = text.split("\n")
        for index, raw in enumerate(lines):
            if has_more or _UNUSUAL.search(raw):
                lines[index] = shown_line(raw)
        text = "\n".join(lines)
    return _flush_left(text)


def _flush_left(text: str) -> str:
    """`text` without the blanks in front of every line, which a document or a script put there.

    The first line may have lost them and the last be a prompt: then only a margin that no
    command prints below a heading is taken for one.
    """
    # the first and the last line may stand there
    if next(islice(_AT_THE_MARGIN.finditer(text), 2, None), None):
        return text
    lines = text.split("\n")
    filled = (line for line in lines if line.strip())
    first = next(filled, "")
    margin: str | None = None
    last = ""
    for line in filled:
        if last and not (margin := _shared(margin, last)):
            return text
        last = line
    edges = [line for line in (first, last) if line[:1] in (" ", "\t")]
    if not last or (
        len(edges) < len((first, last)) and len((margin or "").expandtabs()) < _OF_NO_COMMAND
    ):
        return text
    for line in edges:
        margin = _shared(margin, line)
    if not margin:
        return text
    width = len(margin)
    return "\n".join(line[width:] if line[:1] in " \t" else line for line in lines)


def _shared(margin: str | None, line: str) -> str:
    """The blanks that `line` begins with, as far as they are the same as `margin`."""
    blanks = line[: len(line) - len(line.lstrip(" \t"))]
    if margin is None or blanks.startswith(margin):
        return blanks if margin is None else margin
    same = next(
        (at for at, pair in enumerate(zip(margin, blanks, strict=False)) if pair[0] != pair[1]),
        None,
    )
    return blanks if same is None else blanks[:same]


def is_plain(text: str) -> bool:
    """Whether `text` holds nothing that `plain_line` would change."""
    return _UNUSUAL.search(text) is None


def shown_line(line: str) -> str:
    """`plain_line` without what a pager printed."""
    if _UNUSUAL.search(line):
        line = plain_line(line)
    return without_pager(line) if "-" in line and "ore" in line.lower() else line


def plain_line(line: str) -> str:
    """One line without control characters: what a screen would show of it."""
    if "\r" in line or "\b" in line or "\x1b" in line or "\x7f" in line:
        line = _screen(line)
    return line.translate(_CLEAN)


def without_pager(line: str) -> str:
    """`line` without the prompt of a pager at its start."""
    return _MORE.sub("", line) if _MORE.match(line.lstrip()) else line


def _screen(line: str) -> str:
    """What stands on the screen after a terminal got `line`: cursor moves and erasing applied."""
    shown: list[str] = []
    cursor = position = 0
    overwritten = False
    while position < len(line):
        character = line[position]
        position += 1
        if character == "\r":
            cursor, overwritten = 0, True
        elif character in "\b\x7f":
            cursor, overwritten = max(cursor - 1, 0), True
        elif character == "\x1b":
            found = _ESCAPE.match(line, position - 1)
            if found:
                position = found.end()
                cursor = _escape(found, shown, cursor)
        elif character not in "\x00\x07":
            shown[cursor : cursor + 1] = [character]
            cursor += 1
    text = "".join(shown)
    return text.rstrip(" ") if overwritten else text


def _escape(found: re.Match[str], shown: list[str], cursor: int) -> int:
    """Apply one escape sequence to `shown`; the new place of the cursor."""
    first = (found["parameters"] or "").split(";")[0]
    count = min(int(first), 500) if first.isdecimal() else 0
    if found["final"] == "K":
        if count == 2:
            shown[:] = [" "] * cursor
        elif count == 0:
            del shown[cursor:]
        return cursor
    if found["final"] == "D":
        return max(cursor - max(count, 1), 0)
    if found["final"] == "C":
        end = cursor + max(count, 1)
        shown += [" "] * (end - len(shown))
        return end
    return cursor
