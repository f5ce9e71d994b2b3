"""What the configuration languages that descend from IOS have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netmod.platforms._language import (
    Ordered,
    Scoped,
    Statement,
    Topic,
    anywhere,
    below,
    ordered,
    read_indented,
)

CLOSERS = re.compile(
    r"exit|end|quit|root|exit-[a-z0-9-]+|end-(?:policy|set|policy-map|class-map|template)"
)
"""Words that close a block. `exit-address-family` and its like name what they close."""

ORDERED: tuple[Ordered, ...] = (
    ordered("", r"access-list (?P<list>\d+) "),
    ordered("", r"(?P<list>ip(?:v6)? prefix-list \S+) (?!seq |description )"),
    ordered("", r"(?P<list>(?:tacacs|radius)-server host) "),
    ordered(
        r"(?:(?:ip|ipv4|ipv6|mac) access-list|ipv6 access-list) [^\n]+",
        r"(?:\d+ )?(?:permit|deny|remark|evaluate)\b",
    ),
    ordered(r"policy-map [^\n]+", r"class "),
    ordered(r"aaa group server [^\n]+", r"server"),
    ordered(r"crypto ikev2 policy [^\n]+", r"proposal "),
)
SINGLE: tuple[Scoped, ...] = (
    below(
        "",
        r"hostname|switchname|enable (?:secret|password)|ip domain[ -]name(?! vrf )|domain name"
        r"|banner \S+|clock timezone|logging (?:trap|console|monitor|facility)"
        r"|logging (?:buffered(?! [a-z])|source-interface(?! \S+ vrf ))"
        r"|ntp source(?:-interface)?|snmp-server (?:location|contact)|spanning-tree mode"
        r"|ip ssh (?:version|time-out|authentication-retries)",
    ),
    below(
        r"(?:interface|vlan|router|vrf|key chain|class)[^\n]*(?:\n.*)?",
        r"description|name|mtu|bandwidth|ip mtu|ip(?:v4)? address(?! .* secondary)|speed|duplex"
        r"|(?:ip )?vrf(?: forwarding| member)?(?! \S+ \S)|switchport (?:mode|access vlan|voice vlan"
        r"|trunk native vlan|trunk allowed vlan(?! add))|encapsulation|load-interval(?! counter)"
        r"|router-id|service-policy (?:input|output)|mka policy|channel-group"
        r"|storm-control \S+ level",
    ),
    below(r"(?:[^\n]+\n)*key chain [^\n]+\nkey [^\n]+", r"key-string|(?:accept|send)-lifetime"
          r"|cryptographic-algorithm|lifetime"),
)  # fmt: skip
KEYED: tuple[Scoped, ...] = (
    below("", r"username \S+"),
    anywhere(r"(?:seq )?\d+(?= )"),
    below("", r"ip(?:v6)? prefix-list \S+ seq \d+"),
    below("", r"snmp-server (?:user|group|view|community) \S+"),
    below("", r"ntp (?:server|peer|authentication-key) (?:vrf \S+ )?\S+"),
    below("", r"logging (?:server|host) \S+"),
    below("", r"(?:tacacs|radius)-server host \S+"),
    below("", r"aaa (?:authentication|authorization|accounting) \S+(?: \d+)? \S+"),
    below(r"router bgp [^\n]+(?:\n.*)?", r"neighbor \S+ (?:remote-as|description|update-source"
          r"|route-map \S+ (?:in|out)|password|peer-group)"),
)  # fmt: skip
"""Statements that a number or a name in them identifies, and that may be given in several parts."""

TOPICS: tuple[tuple[Topic, re.Pattern[str]], ...] = (
    ("cosmetic", re.compile(
        r"(?:\A|\n)(?:no )?(?:description|remark|banner|snmp-server (?:location|contact)|alias|name"
        r"|\d+ remark|exec banner)\b[^\n]*(?:\n[^\n]*)?\Z")),
    ("encryption", re.compile(
        r"\b(?:macsec|mka|key[ -]chain|crypto|ipsec|ikev2|cts|keyring|mac security)"
        r"(?![\w-])")),
    ("management", re.compile(
        r"(?:\A|\n)(?:no )?(?:aaa|tacacs|radius|username|enable|line|vty-pool|ssh|ip ssh|ip scp"
        r"|ip http|telnet|snmp-server|management|hostname|switchname|netconf|restconf|grpc"
        r"|feature (?:ssh|telnet|tacacs|nxapi|netconf|grpc|scp-server)|control-plane|logging|ntp"
        r"|login|service(?!-policy)|transport|access-class|usergroup|taskgroup"
        r"|vrf (?:definition|context|instance) (?:(?i:mgmt|management)[^\n]*)"
        r"|interface (?:(?i:mgmt|management)[^\n]*|GigabitEthernet0(?:/0)?(?=\n|\Z)))(?![\w-])"
        r"|access-list [^\n]*(?:VTY|SSH|MGMT|MGT|SNMP|DRIFT)")),
    ("security", re.compile(
        r"\b(?:access-list|access-group|dot1x|mab|authentication|port-security|dhcp snooping"
        r"|arp inspection|verify|bpduguard|storm-control|zone|policy-map type control)(?![\w-])")),
    ("qos", re.compile(
        r"\b(?:policy-map|class-map|service-policy|qos|priority-queue|wrr|mls)(?![\w-])")),
    ("routing", re.compile(
        r"(?:\A|\n)(?:no )?(?:router|route-map|route-policy|prefix-set|community-set|ip route"
        r"|ipv6 route|ip prefix-list|mpls|bgp|evpn|vrf|l2vpn|segment-routing|ip routing|ip address"
        r"|ipv4 address|ip router|isis|ip ospf|ospf|bfd)(?![\w-])")),
    ("access", re.compile(
        r"(?:\A|\n)(?:no )?(?:interface|vlan|spanning-tree|switchport|vtp|port-channel|lacp"
        r"|channel-group|lldp|cdp|power inline)(?![\w-])")),
)  # fmt: skip

SPREAD = re.compile(r"vlan \d|username ")
_VLANS = re.compile(r"vlan (\d[\d,-]*[,-]\d+)")
_ALLOWED = re.compile(r"switchport trunk allowed vlan (?:add )?(\d[\d,-]*)")


def read_cisco(
    text: str, *, closers: re.Pattern[str], banner: re.Pattern[str], end_word: bool = False
) -> Statement:
    """`read_indented`, with the lists of VLANs that a device breaks or joins read as sets."""
    root = read_indented(text, closers=closers, banner=banner, end_word=end_word)
    if "vlan " in text:
        root.children = list(_vlans_apart(root.children))
    if "allowed vlan" in text:
        for section in root.children:
            if section.text.startswith("interface "):
                section.children = _allowed_together(section.children)
    return root


def _vlans_apart(statements: list[Statement]) -> Iterator[Statement]:
    for one in statements:
        match = _VLANS.fullmatch(one.text)
        numbers = _numbers(match[1]) if match else None
        if numbers is None:
            yield one
            continue
        for number in numbers:
            yield Statement(f"vlan {number}", one.number, list(one.children), joined=True)


def _allowed_together(statements: list[Statement]) -> list[Statement]:
    found: set[int] = set()
    place = -1
    kept: list[Statement] = []
    for one in statements:
        match = _ALLOWED.fullmatch(one.text)
        numbers = _numbers(match[1]) if match else None
        if numbers is None:
            kept.append(one)
            continue
        if " add " not in one.text:
            found.clear()
        found.update(numbers)
        if place < 0:
            place = len(kept)
            kept.append(one)
        text = f"switchport trunk allowed vlan {_ranges(sorted(found))}"
        kept[place] = Statement(text, kept[place].number, [], joined=True)
    return kept


def _numbers(text: str) -> list[int] | None:
    """The numbers of a list of VLANs; None for what is none."""
    numbers: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if not first.isdigit() or not (last or first).isdigit() or int(last or first) > _HIGHEST:
            return None
        numbers.extend(range(int(first), int(last or first) + 1))
    return numbers


_HIGHEST = 4094


def _ranges(numbers: list[int]) -> str:
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][-1] == number - 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ",".join(
        f"{part[0]}-{part[-1]}" if len(part) > 2 else ",".join(map(str, part)) for part in parts
    )
