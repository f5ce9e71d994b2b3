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
from collections.abc import Iterable

from netmod.evidence import _json, _rules, _sections, _snmp, _text
from netmod.evidence._values import REDACTED

__all__ = ["REDACTED", "RedactingFilter", "Redactor", "redact"]

_PLACEHOLDER = re.compile(r"<community-(\d{1,9})>")
_LINE_HINTS = tuple(sorted({*_rules.HINTS, *_snmp.HINTS}))
_HINTS = tuple(sorted({*_LINE_HINTS, *_sections.HINTS, "{", "["}))
_TERMINAL_WIDTHS = frozenset((79, 80, 131, 132))
_NO_REMAINDER = frozenset(("ipv4", "ipv6", "dot1x", "l2vpn", "l2tp", "l2", "802.1x", "e1", "t1"))
_REMAINDER = re.compile(r"(?=[^\s]*[0-9$/+=.])[A-Za-z0-9$/+=._]{1,200}\"?;?(?=\s|$)|[^\s\"]*\";?")


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
        return separator.join(self._lines(text.split(separator)))

    def _lines(self, raw: list[str]) -> list[str]:
        sections = _sections.Sections(self._community)
        document = _json.JsonLines(self._text, self._community)
        plain = all(_text.is_plain(line.rstrip("\r")) for line in raw)
        result = list(raw)
        for index, line in enumerate(raw):
            lowered = line.lower()
            if not (
                sections.open
                or document.open
                or not plain
                or any(hint in lowered for hint in _HINTS)
            ):
                continue
            following = raw[index + 1] if index + 1 < len(raw) else ""
            result[index] = self._in_context(line, following, sections, document)
            if len(line.rstrip("\r")) in _TERMINAL_WIDTHS and following[:1].strip():
                raw[index + 1] = self._without_remainder(line, following)
                result[index + 1] = raw[index + 1]
        return result

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
        if _json.looks_like(shown) or (document.open and shown.strip()[:1] in ("}", "]", "{", "[")):
            redacted = document.line(shown)
        else:
            document.reset()
            redacted = self._line(sections.line(shown, _text.shown_line(following)))
        if redacted != shown:
            return redacted + ending
        if shown != line and any(
            self._line(part) != part for part in _text.overwritten_parts(line)
        ):
            return shown + ending
        return raw

    def _text(self, text: str) -> str:
        """A text of several lines inside a document."""
        return "\n".join(self._line(line) for line in text.split("\n"))

    def _line(self, line: str) -> str:
        lowered = line.lower()
        if not any(hint in lowered for hint in _LINE_HINTS):
            return line
        if any(hint in lowered for hint in _snmp.HINTS):
            line = _snmp.apply(line, lowered, self._community, self._communities.__contains__)
        return _rules.apply(line, lowered)

    def _without_remainder(self, line: str, following: str) -> str:
        """`following` without the rest of a secret that a terminal broke at its width."""
        found = _REMAINDER.match(following)
        if not found or found[0] in _NO_REMAINDER:
            return following
        joined = line.rstrip("\r") + following
        kept = _common_suffix(joined, self._line(joined))
        cut = len(following) - kept
        if 0 < cut <= found.end() and len(self._line(following)) - kept != 0:
            return REDACTED + following[cut:]
        return following

    def _community(self, name: str) -> str:
        if _PLACEHOLDER.fullmatch(name) or name in ("<removed>", REDACTED, "SCRUBBED"):
            return name
        if name not in self._communities:
            self._last += 1
            self._communities[name] = f"<community-{self._last}>"
        return self._communities[name]


def _common_suffix(one: str, other: str) -> int:
    length = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        length += 1
    return length


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
