"""Secrets out of text, before it is stored, logged, printed or read.

What replaces a secret is one word, so that a redacted line has the words of the original:

- `<redacted>` for passwords, keys, hashes; quotes stay around it, and a hash keeps the mark of
  its kind: `password 7 <redacted>`, `secret 5 $1$<redacted>`, `encrypted-password "$6$<redacted>"`.
- `<community-1>`, `<community-2>`, … for SNMP communities, numbered per host in the order in
  which they are met: equal names get equal numbers, so that communities can still be counted and
  statements about the same one still belong together.

Keyword, type, key ids, names (users, key chains, CKNs, policies, access lists), algorithms and
lifetimes stay. The number of lines stays. A mark that an anonymiser left (`<removed>`) stays.
Redacting twice changes nothing. docs/snapshot.md lists what is recognised.

Redaction knows no platform and is no parser: a value behind a telling keyword goes, whatever it
is. Where a value in clear is not quoted, the rest of the line goes with it, unless it is made of
options that the vendors allow there.
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from netmod.evidence import _json, _rules, _sections, _snmp, _text
from netmod.evidence._values import REDACTED

__all__ = ["REDACTED", "RedactingFilter", "Redactor", "redact"]

_PLACEHOLDER = re.compile(r"<community-(\d{1,9})>")
_HINTS = tuple(sorted({*_rules.HINTS, *_snmp.HINTS, *_sections.HINTS}))
_TERMINAL_WIDTHS = frozenset((79, 80, 131, 132))
_NO_REMAINDER = frozenset(("ipv4", "ipv6", "dot1x", "l2vpn", "l2tp", "l2", "802.1x", "e1", "t1"))
_REMAINDER = re.compile(r"(?=[^\s]*[0-9$/+=.\"])[A-Za-z0-9$/+=._]{0,200}\"?;?$")


def redact(text: str) -> str:
    """`text` without secrets and with the same number of lines; a host of its own."""
    return Redactor().redact(text)


class Redactor:
    """Redacts the texts of one host; equal communities get equal placeholders in all of them."""

    def __init__(self) -> None:
        self._communities: dict[str, str] = {}
        self._last = 0

    def redact(self, text: str) -> str:
        """`text` without secrets and with the same number of lines.

        Control characters cannot hide a secret: a line that holds some is judged by what a
        terminal would show of it, and is replaced by that where it holds a secret.
        """
        for found in _PLACEHOLDER.finditer(text):
            self._last = max(self._last, int(found[1]))
        separator = "\n" if "\n" in text or "\r" not in text else "\r"
        lines = text.split(separator)
        candidates = _lines_with(_HINTS, text.lower().split(separator), separator)
        candidates |= _json.openings(lines) if '"' in text else set()
        if not _text.is_plain(text.replace("\r\n", "\n")):
            unusual = (n for n, line in enumerate(lines) if not _text.is_plain(line.rstrip("\r")))
            candidates.update(unusual)
        return separator.join(self._lines(lines, candidates))

    @property
    def met_communities(self) -> bool:
        """Whether a text so far had a community in it, which is looked for in further ones."""
        return bool(self._communities)

    def _lines(self, lines: list[str], candidates: set[int]) -> list[str]:
        """`lines` redacted in place: `candidates`, and the lines that earlier ones give meaning."""
        sections = _sections.Sections(self._community)
        document = _json.JsonLines(self._text, self._community)
        waiting = iter([*sorted(candidates), len(lines)])
        candidate = next(waiting)
        index = candidate
        while index < len(lines):
            if candidate <= index:
                candidate = next(waiting)
            following = lines[index + 1] if index + 1 < len(lines) else ""
            line = lines[index]
            lines[index] = self._in_context(line, following, sections, document)
            if len(line.rstrip("\r")) in _TERMINAL_WIDTHS and following[:1].strip():
                lines[index + 1] = self._without_remainder(line, following)
            index = index + 1 if sections.open or document.open else max(candidate, index + 1)
        return lines

    def _in_context(
        self,
        raw: str,
        following: str,
        sections: _sections.Sections,
        document: _json.JsonLines,
    ) -> str:
        ending = "\r" if raw.endswith("\r") else ""
        line = raw.removesuffix(ending)
        shown = _text.shown_line(line)
        if document.takes(shown):
            redacted = document.line(shown)
        else:
            redacted = self._line(sections.line(shown, _text.shown_line(following)))
        if shown != line and self._hides_secret(line):
            return REDACTED + ending
        return raw if redacted == shown else redacted + ending

    def _hides_secret(self, line: str) -> bool:
        """Whether carriage returns keep a secret of `line` from being told by what is shown.

        Either text was overwritten that holds one, and its end may still show; or a keyword or
        the secret is broken by them. Such a line goes as a whole: no device prints one. What a
        pager printed and erased is not meant.
        """
        shown = (_text.plain_line(part) for part in line.split("\r"))
        parts = [part for part in shown if _text.without_pager(part).strip()]
        if len(parts) < 2:
            return False
        whole = _text.plain_line(line.replace("\r", ""))
        return self._line(whole) != whole or any(self._line(part) != part for part in parts[:-1])

    def _text(self, text: str) -> str:
        """A text of several lines inside a document."""
        return "\n".join(self._line(line) for line in text.split("\n"))

    def _line(self, line: str) -> str:
        lowered = line.lower()
        line = _snmp.apply(line, lowered, self._community, self._communities.__contains__)
        return _rules.apply(line, lowered)

    def _without_remainder(self, raw: str, following: str) -> str:
        """`following` without the rest of a statement that a terminal broke at its width.

        The two lines are redacted as one. Where the break lies inside a secret, the first word
        of `following` goes, unless it can only be a word: then `raw` was just as long as that.
        """
        line = raw.rstrip("\r")
        word = following.split(maxsplit=1)[0]
        rest = following[len(word) :]
        alone, joined = self._line(line), self._line(line + word)
        if joined not in (alone, alone + REDACTED):
            both = self._line(line + following)
            return both[len(alone) :] if both.startswith(alone) else following
        if joined == alone and (word in _NO_REMAINDER or not _REMAINDER.match(word)):
            return following
        both = self._line(line + rest)
        context = both.startswith(alone) and len(both) > len(alone)
        return REDACTED + (both[len(alone) :] if context else rest)

    def _community(self, name: str) -> str:
        if _PLACEHOLDER.fullmatch(name) or name in ("<removed>", REDACTED, "SCRUBBED"):
            return name
        if name not in self._communities:
            self._last += 1
            self._communities[name] = f"<community-{self._last}>"
        return self._communities[name]


def _lines_with(words: Iterable[str], lines: list[str], separator: str) -> set[int]:
    """Indexes of the lines that hold any of `words`; searched in the whole text, as that is what
    Python does fast."""
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    text = separator.join(lines)
    result = set[int]()
    for word in words:
        place = text.find(word)
        while place >= 0:
            index = bisect_right(starts, place) - 1
            result.add(index)
            place = text.find(word, starts[index + 1])
    return result


class RedactingFilter(logging.Filter):
    """Keeps secrets out of log records: in messages, arguments and tracebacks.

    `known` are values that no keyword gives away, such as the password of the session that a
    library logs as it sends it. Put the filter on handlers: a logger's own filters do not see the
    records of its children.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        super().__init__()
        self._known = sorted({value for value in known if value}, key=len, reverse=True)

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record in place; it always passes."""
        record.msg, record.args = self._clean(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._clean(record.exc_text)
        if record.stack_info:
            record.stack_info = self._clean(record.stack_info)
        return True

    def _clean(self, text: str) -> str:
        for value in self._known:
            text = text.replace(value, REDACTED)
        return redact(text)
