"""Full interface names per platform, as devices print them and `links.yaml` has to write them."""

from __future__ import annotations

import re
from itertools import takewhile

_IOS = (
    "FastEthernet", "GigabitEthernet", "TwoGigabitEthernet", "FiveGigabitEthernet",
    "TenGigabitEthernet", "TwentyFiveGigE", "FortyGigabitEthernet", "FiftyGigE", "HundredGigE",
    "TwoHundredGigE", "FourHundredGigE", "Ethernet", "Serial", "Port-channel", "Tunnel", "Vlan",
    "BDI",
)  # fmt: skip
_TYPES: dict[str, tuple[str, ...]] = {
    "cisco_ios": _IOS,
    "cisco_iosxe": _IOS,
    "cisco_nxos": ("Ethernet", "port-channel", "Vlan"),
    "cisco_iosxr": (
        "GigabitEthernet", "TenGigE", "TwentyFiveGigE", "FortyGigE", "FiftyGigE", "HundredGigE",
        "TwoHundredGigE", "FourHundredGigE", "EightHundredGigE", "Bundle-Ether", "tunnel-ip",
        "BVI",
    ),
    "juniper_junos": ("ge-", "xe-", "et-", "ae", "reth", "irb", "st"),
    "arista_eos": ("Ethernet", "Port-Channel", "Tunnel", "Vlan"),
}  # fmt: skip
_NUMBER = re.compile(r"\d+(?:[/:]\d+)*(?:\.\d+)?$")


def complaint(interface: str, platform: str) -> tuple[str, str] | None:
    """What is wrong with an interface's name and a hint, or None where it is a full name."""
    types = _TYPES.get(platform)
    if types is None:
        return None
    number = _NUMBER.search(interface)
    kind = interface[: number.start()] if number else interface
    if number and kind in types:
        return None
    message = f"{interface!r} is no full interface name of {platform}"
    if not number:
        return message, "write type and number, like " + types[0] + "0/0/0"
    likest = max(types, key=lambda one: _common(one, kind))
    if not kind or _common(likest, kind) < min(2, len(kind)):
        return message, f"use one of {', '.join(types)}"
    return message, f"did you mean {likest + number.group()!r}?"


def _common(one: str, other: str) -> int:
    """How many letters two names have in common at their beginning."""
    pairs = zip(one.lower(), other.lower(), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
