"""Full interface names per platform, as devices print them and `links.yaml` has to write them."""

from __future__ import annotations

import difflib
import re

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
    spelled = {one.lower(): one for one in types}
    near = [one for one in types if one.lower().startswith(kind.lower()) and kind]
    near = near or [spelled[one] for one in difflib.get_close_matches(kind.lower(), spelled, n=1)]
    return message, f"did you mean {near[0] + number.group()!r}?" if near else f"use one of {types}"
