"""`show running-config formal`: every line names its whole section, and none is indented."""

from __future__ import annotations

import re

from netmod.platforms._config import Line

_SECTION = re.compile(
    r"(?P<head>interface (?:preconfigure )?[A-Za-z][\w/.:-]*\d(?: l2transport)?"
    r"|line (?:default|console|template \S+)|username \S+|aaa group server \S+ \S+"
    r"|netconf-yang agent|macsec-policy \S+|lldp|grpc)(?: (?P<rest>\S.*))?$"
)
_FORMAL = re.compile(
    r"interface (?:preconfigure )?\S+ (?:l2transport )?"
    r"(?:bundle|cdp|description|encapsulation|ipv[46]|lldp|load-interval|macsec|mtu|service-policy"
    r"|shutdown|speed|vrf)\b"
)


def is_formal(lines: tuple[str, ...]) -> bool:
    """Whether lines of interfaces name their interface."""
    return any(_FORMAL.match(line) for line in lines)


def parse_formal(lines: tuple[str, ...]) -> Line:
    """The tree that the same config gives when it is indented, as far as sections matter here."""
    root = Line("", -1)
    sections: dict[str, Line] = {}
    for index, line in enumerate(lines):
        text = line.strip()
        if not text or text[0] in "!#":
            continue
        match = _SECTION.match(text)
        if match is None:
            root.children.append(Line(text, index))
            continue
        section = sections.get(match["head"])
        if section is None:
            section = sections[match["head"]] = Line(match["head"], index)
            root.children.append(section)
        if match["rest"]:
            section.children.append(Line(match["rest"], index))
    return root
