"""Secrets that only the lines around them give away: sections, tables and key files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from netmod.evidence import _snmp
from netmod.evidence._values import REDACTED, TYPES, VALUE, end_of_value, mask

_FLAGS = re.IGNORECASE | re.VERBOSE
_SERVER = re.compile(
    r"""^(?P<indent>\s*)(?:(?:tacacs|radius|ldap)\ server\b|(?:tacacs|radius)-server\ host\b
    |aaa\ group\ server\b|aaa\ server\ radius\b|crypto\ isakmp\ client\ configuration\ group\b)""",
    _FLAGS,
)
_REDUNDANCY = re.compile(r"^(?P<indent>\s*)(?:hsrp|vrrp|glbp)\ (?:version\ \d\ )?\d", _FLAGS)
_KEY = re.compile(rf"^\s*key\s+(?!chain\b){TYPES}{VALUE}", _FLAGS)
_AUTHENTICATION = re.compile(
    rf"^\s*authentication\s+(?!md5\b|mode\b|key-chain\b){TYPES}{VALUE}", _FLAGS
)
_SECTIONS = ((_SERVER, _KEY), (_REDUNDANCY, _AUTHENTICATION))
_CHILD = re.compile(
    r"""^\s*(?:address|auth-port|acct-port|authentication|automate-tester|backoff|client|deadtime
    |description|dns|domain|host|ip|ipv[46]|key|load-balance|pac|pool|port|preempt|priority
    |retransmit|server|server-private|single-connection|timeout|timers|track|use-vrf|vrf)\b""",
    _FLAGS,
)

_KEY_FILE = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}?(?:PRIVATE KEY|PKCS\w{0,4})(?: BLOCK)?-----")
_KEY_FILE_BODY = re.compile(r"[A-Za-z0-9+/=\s:,.-]*\\?\"?;?\s*(?:##.*)?$")
_KEY_FILE_END = re.compile(r"-----END [A-Z0-9 ]{0,60}-----")
_EXPORT = re.compile(r"(?i)pkcs12 (?:file )?follows")
_BASE64 = re.compile(r"\s*[A-Za-z0-9+/=]*\s*$")

_PSK_TABLE = re.compile(r"(?i)(?:keyring|hostname/address).{0,80}preshared key\s*$")
_COMMUNITY_TABLE = re.compile(r"(?i)^\s*community\s+group\s*/\s*access\b")
_SNMP_BLOCK = re.compile(r"^\s*(?:(?:inactive|protect|replace|delete):\s*)*snmp\s*\{\s*(?:#.*)?$")
_COMMUNITY = re.compile(
    rf"^\s*(?:(?:inactive|protect|replace|delete):\s*)*community\s+{VALUE}", _FLAGS
)
_COMMUNITY_BODY = re.compile(
    r"^\s*(?:authorization|clients|client-list|client-list-name|view|routing-instance)\b"
)
_XML_NAME = re.compile(r"<name>(?P<v>[^<\n]+)</name>")

HINTS = (
    "tacacs", "radius", "ldap server", "aaa group", "isakmp client", "hsrp", "vrrp", "glbp",
    "-----begin", "pkcs12", "preshared key", "group / access", "group/access", "snmp",
    "community",
)  # fmt: skip
"""A lower-cased line with none of these opens nothing."""


@dataclass(slots=True)
class Sections:
    """Where in a text the next line stands. `line` must be called for every line while `open`."""

    substitute: Callable[[str], str]
    _child: re.Pattern[str] | None = None
    _indent: int = 0
    _flat: bool = False
    _key_file: re.Pattern[str] | None = None
    _table: str | None = None
    _rows: bool = False
    _depth: int = 0
    _xml: bool = False
    _xml_community: bool = False

    @property
    def open(self) -> bool:
        """Whether the next line may mean something because of earlier ones."""
        return bool(self._child or self._key_file or self._table or self._depth or self._xml)

    def line(self, line: str, following: str) -> str:
        """`line` without the secrets that its surroundings give away; `following` is the next."""
        if self._key_file:
            return self._in_key_file(line)
        opening = _KEY_FILE.search(line)
        if opening:
            return self._open_key_file(line, opening)
        if _EXPORT.search(line):
            self._key_file = _BASE64
            return line
        if self._table:
            line = self._in_table(line)
        elif _PSK_TABLE.search(line):
            self._table = "psk"
        elif _COMMUNITY_TABLE.match(line):
            self._table = "community"
        line = self._in_section(line, following)
        return self._in_snmp(line, following)

    def _open_key_file(self, line: str, opening: re.Match[str]) -> str:
        closing = _KEY_FILE_END.search(line, opening.end())
        if closing:
            return f"{line[: opening.end()]}{REDACTED}{line[closing.start() :]}"
        self._key_file = _KEY_FILE_BODY
        rest = line[opening.end() :]
        return line[: opening.end()] + (REDACTED if rest.strip() else rest)

    def _in_key_file(self, line: str) -> str:
        closing = _KEY_FILE_END.search(line)
        if closing:
            self._key_file = None
            before = line[: closing.start()]
            return (REDACTED if before.strip() else before) + line[closing.start() :]
        if self._key_file and not self._key_file.match(line):
            self._key_file = None
            return line
        return REDACTED if line.strip() else line

    def _in_table(self, line: str) -> str:
        words = line.split()
        if not words and not self._rows:
            return line
        if not words or "#" in words[0] or words[0].endswith(">"):
            self._table, self._rows = None, False
            return line
        if not words[0].strip("-=+"):
            return line
        self._rows = True
        if self._table == "psk":
            head, _, secret = line.rstrip().rpartition(" ")
            return f"{head} {mask(secret)}" if head.strip() else line
        start = line.index(words[0])
        return line[:start] + self.substitute(words[0]) + line[start + len(words[0]) :]

    def _in_section(self, line: str, following: str) -> str:
        for opener, child in _SECTIONS:
            opening = opener.match(line)
            if opening:
                self._child, self._indent = child, len(opening["indent"])
                self._flat = _indent(following) <= self._indent
                return line
        if self._child is None or not line.strip():
            return line
        inside = _CHILD.match(line) if self._flat else _indent(line) > self._indent
        if not inside:
            self._child = None
            return line
        found = self._child.match(line)
        if not found:
            return line
        end = end_of_value(line, found)
        return line[: found.start("v")] + mask(found["v"]) + line[end:]

    def _in_snmp(self, line: str, following: str) -> str:
        text = line.strip()
        if self._xml or text == "<snmp>":
            return self._in_xml(line, text)
        if self._depth:
            self._depth += text.endswith("{") - text.startswith("}")
        elif _SNMP_BLOCK.match(line):
            self._depth = 1
            return line
        elif not (text.endswith("{") and _COMMUNITY_BODY.match(following)):
            return line
        found = _COMMUNITY.match(line)
        if not found:
            return line
        start, end = found.span("v")
        return line[:start] + self.substitute(_snmp.bare(found["v"])) + line[end:]

    def _in_xml(self, line: str, text: str) -> str:
        """The name of a community stands on a line of its own in Junos' XML."""
        self._xml = text != "</snmp>"
        found = _XML_NAME.search(line) if self._xml_community else None
        self._xml_community = text == "<community>"
        if not found:
            return line
        start, end = found.span("v")
        return line[:start] + self.substitute(found["v"]) + line[end:]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
