"""Secrets out of captured text; see docs/snapshot.md for what is replaced by what."""

from __future__ import annotations

import re

REDACTED = "<redacted>"
_FIRST = re.compile(
    r"(?i)((?:password|secret|key-string|key-octet-string)\s+(?:\d+a?\s+|sha512\s+)?)(?![<{\[])\S+"
)
_COMMUNITY = re.compile(r"(?i)(\bsnmp(?:-server)?\s+community\s+)(\S+)")


class Redactor:
    """Redacts the texts of one host; equal communities get equal placeholders in all of them."""

    def __init__(self) -> None:
        self._communities: dict[str, str] = {}

    def redact(self, text: str) -> str:
        """`text` without secrets, with the same number of lines."""
        text = _FIRST.sub(rf"\1{REDACTED}", text)
        return _COMMUNITY.sub(lambda m: m[1] + self._community(m[2]), text)

    def _community(self, name: str) -> str:
        if re.fullmatch(r"<community-\d+>", name):
            return name
        return self._communities.setdefault(name, f"<community-{len(self._communities) + 1}>")


def redact(text: str) -> str:
    """`text` without secrets, with the same number of lines."""
    return Redactor().redact(text)
