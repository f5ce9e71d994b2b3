"""SNMP communities: the name is the secret, and it is the same one in several statements."""

from __future__ import annotations

import re
from collections.abc import Callable

from netmod.evidence._values import VALUE

Substitute = Callable[[str], str]

_SIMPLE = tuple(
    (word, re.compile(pattern, re.IGNORECASE | re.VERBOSE))
    for word, pattern in (
        (
            "snmp-server community",
            rf"""\bsnmp-server\s+community\s+
            (?:(?:encrypted|clear|[07])\s+(?!(?:ro|rw|view|group|use-acl|use-ipv4acl|sdrowner
            |systemowner|ipv[46])\b)(?=\S))?{VALUE}""",
        ),
        ("community-map", rf"\bcommunity-map\s+{VALUE}"),
        ("community-name", rf"\bcommunity-name\s+{VALUE}"),
        ("community", rf"\bsnmp\s+(?:\{{\s*)?(?:rmon\s.{{0,80}}?)?community\s+{VALUE}"),
        (
            "community",
            rf"^\s*(?:snmp\s)?community(?:[\s_-]?(?:name|index|securityname|string))?\s*[:=]\s*{VALUE}",
        ),
        ("groupname", rf"\bgroupname:\s*{VALUE}\s+security\s+model:\s?v(?:1|2c)\b"),
        ("security model", rf"\buser:\s*{VALUE}\s+security\s+model:\s?v(?:1|2c)\b"),
        ("noauth", rf"\bv(?:1|2c)\s+noauth\s+(?:trap|inform)s?\s+{VALUE}"),
        ("rmon", rf"\brmon\s+event\s+\d{{1,10}}\s+(?:log\s+)?trap\s+{VALUE}"),
        ("<community>", r"<community>(?:\s*<name>)?(?P<v>[^<\s][^<\n]*)</"),
    )
)
_HOST = re.compile(r"(?i)\bsnmp-server\s+host\s+")
_WORD = re.compile(r'"[^"]*"?|\S+')
_TRAP_GROUP = re.compile(rf"(?x)\btrap-group\s+{VALUE}")
HINTS = ("snmp", "community", "groupname", "noauth", "rmon", "trap-group", "security model")

_ROUTING = re.compile(r"(?i)\d+:\d+.*|target:.*|origin:.*|no-export.*|no-advertise|\[|local-as")


def apply(line: str, lowered: str, substitute: Substitute, known: Callable[[str], bool]) -> str:
    """`line` with every community name replaced by `substitute(name)`.

    `known` tells whether a name was seen as a community before: Junos sends traps with the name
    of the trap group as community, which is secret only where it is one.
    """
    for word, pattern in _SIMPLE:
        if word in lowered:
            line = pattern.sub(lambda found: _put(found, substitute), line)
    if "snmp-server host" in lowered or ("snmp-server" in lowered and "host" in lowered):
        line = _host(line, substitute)
    if "trap-group" in lowered:
        line = _TRAP_GROUP.sub(
            lambda found: _put(found, substitute) if known(bare(found["v"])) else found[0], line
        )
    return line


def bare(value: str) -> str:
    """A name without its quotes."""
    return value[1:].removesuffix(value[0]) if value[:1] in ('"', "'") else value


def _put(found: re.Match[str], substitute: Substitute) -> str:
    if _ROUTING.fullmatch(found["v"]):
        return found[0]
    start, end = found.start("v") - found.start(), found.end("v") - found.start()
    return found[0][:start] + substitute(bare(found["v"])) + found[0][end:]


def _host(line: str, substitute: Substitute) -> str:
    """The community of a `snmp-server host` statement, where it names one and no user."""
    opening = _HOST.search(line)
    if not opening:
        return line
    words = list(_WORD.finditer(line, opening.end()))
    index = 1
    while index < len(words):
        word = words[index][0].lower()
        if word in ("use-vrf", "source-interface", "filter-vrf", "use_vrf"):
            return line
        if word == "version":
            if index + 1 < len(words) and words[index + 1][0] == "3":
                return line
            index += 2
        elif word in ("vrf", "udp-port", "port"):
            index += 2
        elif word in ("traps", "informs", "trap", "inform") or (
            word in ("encrypted", "clear", "0", "7") and index + 1 < len(words)
        ):
            index += 1
        else:
            start, end = words[index].span()
            return line[:start] + substitute(bare(words[index][0])) + line[end:]
    return line
