"""Names as IOS-XR prints them: interfaces, secure channels, MACsec ciphers."""

from __future__ import annotations

import re

from netmod.platforms._interfaces import expand
from netmod.platforms._observations import Block

UNKNOWN_INTERFACE = "unknown"
# In order of preference: the first type that an abbreviation fits is meant.
_TYPES = (
    "GigabitEthernet", "TenGigE", "HundredGigE", "FortyGigE", "TwentyFiveGigE", "FiftyGigE",
    "FourHundredGigE", "TwoHundredGigE", "EightHundredGigE", "FastEthernet", "Bundle-Ether",
    "Bundle-POS", "MgmtEth", "POS", "Serial", "Loopback", "Null", "BVI", "PW-Ether", "PW-IW",
    "tunnel-ip", "tunnel-te", "tunnel-mte", "tunnel-tp", "tunnel-ipsec", "nVFabric-GigE",
    "nVFabric-TenGigE", "Multilink", "OTU4", "ODU4", "Optics", "Coherent",
    "CoherentDSP", "SonetSONET", "ServiceApp", "ServiceInfra", "nve", "PTP",
)  # fmt: skip
_ALIASES = {
    "tf": "TwentyFiveGigE", "th": "TwoHundredGigE", "fh": "FourHundredGigE",
    "eh": "EightHundredGigE", "be": "Bundle-Ether", "bp": "Bundle-POS", "mg": "MgmtEth",
    "tt": "tunnel-te", "ti": "tunnel-ip", "pe": "PW-Ether", "bv": "BVI", "lo": "Loopback",
    "nu": "Null",
}  # fmt: skip
_ALIAS = re.compile(r"([A-Za-z]{2})\s?(\d\S*)$")
_INTERFACE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,28}\d[\w/.:]{0,60}$")
_MANAGEMENT = re.compile(r"([A-Za-z]+)/(0/\S+)$")
_CIPHER = re.compile(r"GCM-AES-(?:XPN-)?(?:128|256)", re.IGNORECASE)
_UNROUTED = re.compile(r"(?i)(?:Loopback|Null|nve|tunnel-te|tunnel-mte|tunnel-tp|PTP)")
_ABSENT = ("", "n/a", "na", "-", "--", "none", "(none)", "not set", "-na-", "- na -", "<none>")


def full_name(name: str) -> str:
    """An interface name as the running config writes it: `Hu0/0/0/1` is `HundredGigE0/0/0/1`."""
    text = name.strip().rstrip(",:")
    alias = _ALIAS.match(text)
    if alias and alias[1].lower() in _ALIASES:
        return _ALIASES[alias[1].lower()] + alias[2]
    management = _MANAGEMENT.match(text)
    if management and "mgmteth".startswith(management[1].lower()):
        return f"MgmtEth{management[2]}"
    return expand(text, _TYPES)


def is_interface(word: str) -> bool:
    """Whether a word can be an interface: a type that IOS-XR knows, then a number."""
    return bool(_INTERFACE.match(word)) and full_name(word).startswith(_TYPES)


def carries_no_link(interface: str) -> bool:
    """Loopbacks, null interfaces and traffic engineering tunnels."""
    return _UNROUTED.match(interface) is not None


def interface_of(block: Block) -> str:
    """The interface that the command names, written out; `unknown` where it names none."""
    match = re.search(r"\binterface\s+([A-Za-z-]+)\s*(\d\S*)", block.command)
    if match and is_interface(match[1] + match[2]):
        return full_name(match[1] + match[2])
    return UNKNOWN_INTERFACE


def sci(text: str | None) -> str | None:
    """A secure channel identifier as 16 upper-case hex digits; None for none (all zero)."""
    address, _, port = (text or "").strip().partition("/")
    digits = re.sub(r"[^0-9A-Fa-f]", "", address) + (port.rjust(4, "0") if port else "")
    if len(digits) != 16 or not digits.strip("0"):
        return None
    return digits.upper()


def cipher(text: str | None) -> str | None:
    """The IEEE name of the first MACsec cipher in `text`; None for `(NONE)` and the like."""
    match = _CIPHER.search(text or "")
    return match.group().upper() if match else None


def known(text: str | None) -> str | None:
    """A value, or None for the ways in which IOS-XR prints that there is none."""
    value = (text or "").strip().strip('"').strip()
    return None if value.lower() in _ABSENT else value


def number(text: str | None) -> int | None:
    """A counter at the start of `text`."""
    match = re.match(r"\s*(\d[\d,]*)(?![\w.])", text or "")
    return int(match[1].replace(",", "")) if match else None
