"""Configs that lost their indentation on the way: which line belongs to which section."""

from __future__ import annotations

import re

from netmod.platforms._config import banner_end

BANNER = re.compile(
    r"banner (?:motd|login|exec|incoming|slip-ppp|prompt-timeout)\s+(?P<delimiter>\^C|\S)"
)
_SECTIONS = re.compile(
    r"(?:interface|router|line (?:con|aux|vty|tty|\d)|crypto|mka policy|key chain|vrf definition"
    r"|ip vrf \S+$|ip access-list|ipv6 access-list|route-map|class-map|policy-map|control-plane"
    r"|aaa|hostname|version|service|no service|ntp|snmp-server|logging|username|enable|banner"
    r"|tacacs|radius|ip ssh|ip scp|ip http|no ip http|ip route|ip domain|no ip domain|ip source"
    r"|no ip source|lldp run|no lldp run|cdp run|no cdp run|clock|login block-for|archive"
    r"|redundancy|license|spanning-tree|vlan \d|object-group|netconf|restconf|gnxi|gnmi"
    r"|event manager|telemetry|template|dot1x system|access-list|ip prefix-list|end$)\b"
)
# Lines of an interface that read like the start of a section.
_OF_INTERFACE = re.compile(
    r"(?:crypto map \S+(?: redundancy .*)?$|mka policy|logging event|ntp (?:disable|broadcast)"
    r"|spanning-tree (?!mode|extend|pathcost method|vlan)|ip (?:domain-|source)|service-policy"
    r"|service instance|redundancy (?:rii|group)|access-list)"
)
_OF_GROUP = re.compile(r"(?:service-policy|logging synchronous|enable\b|version \d+$)")


def is_flat(lines: tuple[str, ...]) -> bool:
    """Whether not one line of a text is indented."""
    return not any(line[:1] in " \t" for line in lines if line.strip())


def indented(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The same lines, those inside a section indented by one; banners stay as they are."""
    result: list[str] = []
    owner = ""
    banner = -1
    for index, line in enumerate(lines):
        text = line.strip()
        if index <= banner:
            result.append(line)
            continue
        if text.startswith("!") or text == "exit":
            owner = ""
        elif text and not _is_inside(text, owner):
            owner = text
            opening = BANNER.match(text)
            banner = banner_end(lines, index, opening) if opening else -1
        elif text:
            result.append(f" {text}")
            continue
        result.append(line)
    return tuple(result)


def _is_inside(text: str, owner: str) -> bool:
    if not owner:
        return False
    if owner.startswith("interface ") and _OF_INTERFACE.match(text):
        return True
    return bool(_OF_GROUP.match(text)) or not _SECTIONS.match(text)
