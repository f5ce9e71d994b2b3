"""Names as IOS prints them: interfaces, secure channels, MACsec ciphers."""

from __future__ import annotations

import re

from netmod.platforms._interfaces import expand

# In order of preference: the first type that an abbreviation fits is meant.
_TYPES = (
    "GigabitEthernet", "TenGigabitEthernet", "TwoGigabitEthernet", "TwentyFiveGigE",
    "TwoHundredGigE", "FastEthernet", "FiveGigabitEthernet", "FiftyGigE",
    "FortyGigabitEthernet", "FourHundredGigE", "HundredGigE", "EightHundredGigE", "Ethernet",
    "Port-channel", "Tunnel", "Vlan", "Loopback", "Serial", "BDI", "Dialer", "Cellular",
    "Virtual-Access", "Virtual-Template", "VirtualPortGroup", "AppGigabitEthernet", "Multilink",
    "POS", "ATM", "Null", "nve", "pseudowire", "Async", "Embedded-Service-Engine", "Group-Async",
    "LISP", "Overlay", "Wlan-GigabitEthernet", "Bluetooth", "Service-Engine", "FortyGigE",
    "TenGigE", "TwentyFiveGigabitEthernet", "HundredGigabitEthernet", "mgmt", "NVI",
)  # fmt: skip
_ALIASES = {"vt": "Virtual-Template", "vp": "VirtualPortGroup", "fh": "FourHundredGigE"}
_SCI = re.compile(r"[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}/[0-9A-Fa-f]{1,4}$")
_CIPHER = re.compile(r"GCM-AES-(?:XPN-)?(?:128|256)", re.IGNORECASE)
_INTERFACE = re.compile(r"[A-Za-z][A-Za-z-]{1,28} ?\d{1,5}(?:[/.:]\d{1,7}){0,5}$")
_UNROUTED = ("Loopback", "Null", "NVI")


def interface_name(name: str) -> str:
    """The full name of an interface: `Te1/0/1` and `Ten 1/0/1` are `TenGigabitEthernet1/0/1`."""
    text = name.strip().rstrip(",:")
    alias = re.match(r"([A-Za-z]{2})\s?(\d\S*)$", text)
    if alias and alias[1].lower() in _ALIASES:
        return _ALIASES[alias[1].lower()] + alias[2]
    return expand(text, _TYPES)


def is_interface(word: str) -> bool:
    """Whether a word can be an interface: a type that IOS knows, then a number."""
    return bool(_INTERFACE.match(word)) and interface_name(word).startswith(_TYPES)


def carries_no_link(interface: str) -> bool:
    """Loopbacks and null interfaces."""
    return interface.startswith(_UNROUTED)


def parent_of(interface: str) -> str | None:
    """The interface that a sub-interface belongs to."""
    return interface.rsplit(".", 1)[0] if "." in interface else None


def is_sci(word: str) -> bool:
    """Whether a word is a secure channel identifier: MAC address, slash, port."""
    return _SCI.match(word) is not None


def sci(text: str) -> str | None:
    """A secure channel identifier as 16 upper-case hex digits; None for none (all zero)."""
    address, _, port = text.strip().partition("/")
    digits = re.sub(r"[^0-9A-Fa-f]", "", address) + (port.rjust(4, "0") if port else "")
    if len(digits) != 16 or not digits.strip("0"):
        return None
    return digits.upper()


def macsec_cipher(text: str) -> str | None:
    """The IEEE name of the first MACsec cipher suite in `text`."""
    match = _CIPHER.search(text)
    return match.group().upper() if match else None


def macsec_ciphers(text: str) -> tuple[str, ...]:
    """All MACsec cipher suites in `text`, in order."""
    return tuple(dict.fromkeys(name.upper() for name in _CIPHER.findall(text)))


def whole_number(text: str | None) -> int | None:
    """The number that a text starts with; None without one, or beyond what any counter holds."""
    match = re.match(r"[0-9]{1,20}(?![0-9])", text or "")
    return int(match.group()) if match else None


def is_number(word: str) -> bool:
    """Whether a word is nothing but such a number."""
    return word.isascii() and word.isdigit() and whole_number(word) is not None


def unless_none(text: str | None) -> str | None:
    """A value, or None for the ways in which IOS prints that there is none."""
    value = (text or "").strip().strip(",")
    absent = (
        "",
        "(none)",
        "none",
        "unknown",
        "n/a",
        "na",
        "not set",
        "-",
        "--",
        "---",
        "- not advertised",
    )
    return None if value.lower() in absent else value
