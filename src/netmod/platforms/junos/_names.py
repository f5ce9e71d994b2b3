"""Names as Junos prints them: interfaces, secure channels, MACsec ciphers."""

from __future__ import annotations

import re

from netmod.platforms._observations import Block

UNKNOWN_INTERFACE = "unknown"
INTERFACE = (
    r"(?:(?:[a-z]{2,3}-\d+/\d+/\d+(?::\d+)?|(?:ae|reth|st|irb|vlan|fxp|em|me|vme|re0:mgmt-|lo|fab"
    r"|bme|gr|ip|lt|xe|et|ge)\d*)(?:\.\d+)?)"
)
_INTERFACE = re.compile(rf"{INTERFACE}$")
_NO_LINK = re.compile(
    r"(?:lo\d|dsc|tap|pip0|pimd|pime|ipip|mtun|lsi|cbp|demux|esi|fti|jsrv|vtep|gre|pp0|interface-range)"
)
_CIPHER = re.compile(r"gcm-aes-(?:xpn-)?(?:128|256)", re.IGNORECASE)


def is_interface(word: str) -> bool:
    """Whether a word is an interface name, with or without a unit."""
    return _INTERFACE.match(word) is not None


def carries_no_link(interface: str) -> bool:
    """Loopbacks, discard and other pseudo interfaces."""
    return _NO_LINK.match(interface) is not None


def physical(interface: str) -> str:
    """An interface without its unit."""
    return interface.split(".", maxsplit=1)[0]


def interface_of(block: Block) -> str:
    """The interface that the command names; `unknown` where it names none."""
    named = block.argument("interface")
    return named if named is not None and is_interface(named) else UNKNOWN_INTERFACE


def sci(text: str | None) -> str | None:
    """A secure channel identifier as 16 upper-case hex digits; None for none (all zero)."""
    address, _, port = (text or "").strip().partition("/")
    digits = re.sub(r"[^0-9A-Fa-f]", "", address)
    number = port.split()[0] if port.split() else "0"
    if len(digits) != 12 or not number.isdigit() or int(number) > 0xFFFF or not digits.strip("0"):
        return None
    return f"{digits.upper()}{int(number):04X}"


def cipher(text: str | None) -> str | None:
    """The IEEE name of the first MACsec cipher suite in `text`."""
    match = _CIPHER.search(text or "")
    return match.group().upper() if match else None


def number(text: str | None) -> int | None:
    """The number at the start of `text`: `2000(ms)` is 2000."""
    match = re.match(r"\s*(\d{1,18})(?!\d)", text or "")
    return int(match[1]) if match else None
