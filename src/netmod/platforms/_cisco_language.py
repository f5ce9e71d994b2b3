"""What the configuration languages that descend from IOS have in common."""

from __future__ import annotations

import re

from netmod.platforms._language import Ordered, Scoped, Topic, anywhere, below, ordered

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
        r"(?:\d+ )?(?:permit|deny|remark)\b",
    ),
    ordered(r"policy-map [^\n]+", r"class "),
    ordered(r"aaa group server [^\n]+", r"server"),
)
SINGLE: tuple[Scoped, ...] = (
    below(
        "",
        r"hostname|switchname|enable (?:secret|password)|ip domain[ -]name|domain name|banner \S+"
        r"|clock timezone|logging (?:buffered|trap|console|monitor|facility|source-interface)"
        r"|ntp source(?:-interface)?|snmp-server (?:location|contact)|spanning-tree mode"
        r"|ip ssh (?:version|time-out|authentication-retries)",
    ),
    below(
        r"(?:interface|vlan|router|vrf|key chain|class)[^\n]*(?:\n.*)?",
        r"description|name|mtu|bandwidth|ip mtu|ip(?:v4)? address(?! .* secondary)|speed|duplex"
        r"|(?:ip )?vrf(?: forwarding| member)?(?! \S+ \S)|switchport (?:mode|access vlan|voice vlan"
        r"|trunk native vlan|trunk allowed vlan(?! add))|encapsulation|load-interval|router-id"
        r"|service-policy (?:input|output)|mka policy|channel-group|storm-control \S+ level",
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
        r"|vrf (?:definition|context|instance) (?:Mgmt|MGMT|management)"
        r"|interface (?:mgmt|Mgmt|MgmtEth|Management|GigabitEthernet0(?:/0)?(?:\n|\Z)))(?![\w-])"
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
