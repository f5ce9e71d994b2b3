"""Secrets in JSON output: in texts that are configuration lines, and behind telling keys."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable

from netmod.evidence._values import mask

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_SECRET_KEY = re.compile(
    r"(?:.*(?:password|passwd|passphrase|secret|keystring|sharedkey|authenticationkey|privacykey"
    r"|authkey|privkey|privatekey|asciitext|hexadecimal|apikey|authtoken)|key|psk|cak|pmk)(?:value)?"
)
_COMMUNITY_KEY = re.compile(r"(?:snmp)?communit(?:y|ies)")
_COMMUNITY_NAME = re.compile(r"(?:snmp)?community(?:name|string)")
# Communities of BGP, which stand behind the same key.
_NO_NAME = re.compile(r"(?i)\d+(?::\d+)*|(?:target|origin|[a-z-]*bandwidth):.*|no-.*|local-as|")
_FALSE_SECRETS = re.compile(r"(?i)true|false|enabled|disabled|none|null|")


_OPENING = re.compile(r'[ \t]*[\[{]+\s*(?:"|$|[\[{])')
_PURE = re.compile(
    r'(?:"(?:[^"\\]|\\.)*+"|[\s{}\[\]:,]|true|false|null|-?\d[\d.eE+-]*+)*+', re.DOTALL
)


def openings(lines: Iterable[str]) -> set[int]:
    """Indexes of the lines that may open a document."""
    return {index for index, line in enumerate(lines) if _OPENING.match(line)}


class JsonLines:
    """Walks the lines of a document; `redact` is for a text that may be a line of configuration.

    `substitute` gives the placeholder of a community.
    """

    def __init__(self, redact: Callable[[str], str], substitute: Callable[[str], str]) -> None:
        self._redact = redact
        self._substitute = substitute
        self._stack: list[str] = []
        self._key = ""

    @property
    def open(self) -> bool:
        """Whether a document began and has not ended."""
        return bool(self._stack)

    def takes(self, line: str) -> bool:
        """Whether `line` belongs to a document; where it does not, the document has ended."""
        begins = line.lstrip()[:1] == '"' or _OPENING.match(line)
        if (begins or self.open) and _PURE.fullmatch(line):
            return True
        self._stack, self._key = [], ""
        return False

    def line(self, line: str) -> str:
        """`line` of a JSON document without secrets."""
        parts, done = [], 0
        pieces = list(_TOKEN.finditer(line))
        for index, found in enumerate(pieces):
            piece = found[0]
            if piece in "{[":
                self._stack.append(self._key)
                self._key = ""
            elif piece in "}]":
                self._stack = self._stack[:-1]
                self._key = ""
            elif piece[0] == '"':
                is_key = index + 1 < len(pieces) and pieces[index + 1][0] == ":"
                replaced = self._as_key(piece) if is_key else self._as_value(piece)
                parts += [line[done : found.start()], replaced]
                done = found.end()
            elif piece.isdecimal() and _SECRET_KEY.fullmatch(self._key) and self._key != "key":
                parts += [line[done : found.start()], f'"{mask(piece)}"']
                done = found.end()
        return "".join([*parts, line[done:]])

    def _as_key(self, piece: str) -> str:
        text = _text(piece)
        in_communities = self._stack and self._stack[-1] in ("communities", "community")
        if in_communities and not _is_schema(text):
            self._key = ""
            return _quoted(self._substitute(text))
        self._key = re.sub(r"[-_\s]", "", text.lower())
        return self._lines(piece, text)

    def _as_value(self, piece: str) -> str:
        text = _text(piece)
        inside = self._key or (self._stack[-1] if self._stack else "")
        if _SECRET_KEY.fullmatch(inside) and not _FALSE_SECRETS.fullmatch(text):
            return _quoted(mask(text))
        named = self._key == "name" and "snmp" in self._stack and "community" in self._stack[-2:]
        if _COMMUNITY_NAME.fullmatch(inside) or (
            (_COMMUNITY_KEY.fullmatch(inside) or named) and not _NO_NAME.fullmatch(text)
        ):
            return _quoted(self._substitute(text))
        return self._lines(piece, text)

    def _lines(self, piece: str, text: str) -> str:
        redacted = self._redact(text)
        return piece if redacted == text else _quoted(redacted)


def _is_schema(text: str) -> bool:
    return text in ("name", "access", "authorization", "acl", "view", "group", "community", "data")


def _text(piece: str) -> str:
    try:
        text = json.loads(piece, strict=False)
    except json.JSONDecodeError:
        return piece[1:-1]
    return str(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
