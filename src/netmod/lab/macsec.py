"""MACsec as it is configured, in words that no vendor owns: what the fabric compares.

A persona reads its own configuration into these values; the fabric never sees a config line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from netmod.lab.ipsec import Vpn

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_TIME = r"(\d\d:\d\d:\d\d) (?:([a-z]+) (\d{1,2})|(\d{1,2}) ([a-z]+)) (\d{4})"
_LIFETIME = re.compile(rf"(local )?{_TIME} (?:infinite|duration (\d+)|{_TIME})", re.IGNORECASE)

CIPHERS = {
    "GCM-AES-128": "0080C20001000001",
    "GCM-AES-256": "0080C20001000002",
    "GCM-AES-XPN-128": "0080C20001000003",
    "GCM-AES-XPN-256": "0080C20001000004",
}
"""Cipher suites and their identifiers (IEEE 802.1AE, table 14-1)."""


@dataclass(frozen=True, slots=True)
class Key:
    """A connectivity association key: `name` is the CKN in hex, `secret` any text.

    Equal texts are equal keys, so placeholders serve as well as keys. None in `start` or `end`
    has no limit.
    """

    name: str
    secret: str = field(repr=False)
    algorithm: str = "AES-128-CMAC"
    start: datetime | None = None
    end: datetime | None = None

    def valid_at(self, moment: datetime) -> bool:
        return (self.start is None or self.start <= moment) and (
            self.end is None or moment < self.end
        )

    def matches(self, other: Key) -> bool:
        """Whether two ends that use these keys find each other."""
        mine, theirs = (self.name.lower(), self.algorithm), (other.name.lower(), other.algorithm)
        return mine == theirs and self.secret == other.secret


@dataclass(frozen=True, slots=True)
class KeyChain:
    """A MACsec key chain."""

    name: str
    keys: tuple[Key, ...] = ()

    def active(self, moment: datetime) -> Key | None:
        """The valid key that began last; the first one of several that began together."""
        beginning = datetime.min.replace(tzinfo=UTC)
        valid = [key for key in self.keys if key.secret and key.valid_at(moment)]
        return max(valid, key=lambda key: key.start or beginning, default=None)


@dataclass(frozen=True, slots=True)
class Policy:
    """An MKA policy. `sak_rekey_interval` in seconds, 0 is never; `ciphers` in order of choice.

    Without `encrypts` frames are authenticated only, in clear text.
    """

    name: str
    ciphers: tuple[str, ...]
    key_server_priority: int
    confidentiality_offset: int = 0
    must_secure: bool = True
    replay_window: int = 0
    sak_rekey_interval: int = 0
    delay_protection: bool = False
    include_icv: bool = True
    tags_in_clear: int = 0
    encrypts: bool = True
    replay_protect: bool = True


@dataclass(frozen=True, slots=True)
class PortMacsec:
    """MACsec on one port; `policy` has the port's own settings merged in.

    A chain that is referred to and not defined has no keys.
    """

    policy: Policy
    key_chain: KeyChain
    fallback_key_chain: KeyChain | None = None


@dataclass(frozen=True, slots=True)
class Port:
    """One interface as configured. `bundle` is the LAG it belongs to, by the OS's full name."""

    name: str
    description: str = ""
    shutdown: bool = False
    bundle: str | None = None
    macsec: PortMacsec | None = None
    lldp: bool = True
    cdp: bool = True
    mtu: int | None = None
    vpn: Vpn | None = None


LldpName = Literal["full", "short"]


@dataclass(frozen=True)
class DeviceView:
    """Everything that the fabric and the show commands need of one device's configuration."""

    hostname: str
    ports: Mapping[str, Port]
    key_chains: Mapping[str, KeyChain]
    policies: Mapping[str, Policy]
    default_policy: Policy
    lldp: bool
    cdp: bool
    time_zone: tzinfo
    zone_name: str


def number(text: str | None, default: int = 0) -> int:
    """A value of a statement; `default` where it is none, or nothing that a device would take."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else default


def lifetime_of(text: str, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """`parse_lifetime`; a key whose dates do not exist is over for good."""
    try:
        return parse_lifetime(text, zone)
    except (ValueError, OverflowError):
        never = datetime.min.replace(tzinfo=UTC)
        return never, never


def parse_lifetime(text: str, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """Start and end of `00:00:00 1 January 2026 infinite` and its kin, day or month first.

    Raises `ValueError` for a date that does not exist, `OverflowError` for one that is too far.
    """
    match = _LIFETIME.fullmatch(text.strip())
    if not match:
        raise ValueError(f"no lifetime: {text}")
    start = _moment(match.groups()[1:7], zone)
    if match[8]:
        return start, start + timedelta(seconds=int(match[8]))
    end_parts = match.groups()[8:14]
    return start, _moment(end_parts, zone) if end_parts[0] else None


def _moment(parts: tuple[str | None, ...], zone: tzinfo) -> datetime:
    clock, month_first, day_second, day_first, month_second, year = parts
    month = (month_first or month_second or "")[:3].lower()
    day = int(day_second or day_first or 0)
    hour, minute, second = (int(part) for part in str(clock).split(":"))
    number = _MONTHS.index(month) + 1
    local = datetime(int(year or 0), number, day, hour, minute, second, tzinfo=zone)
    return local.astimezone(UTC)
