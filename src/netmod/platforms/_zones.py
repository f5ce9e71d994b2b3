"""Time zones by the names that devices print."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

# Only abbreviations with one meaning: IST, CST, BST and the like stay without a zone.
_MINUTES = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "MET": 60,
    "MEST": 120, "EET": 120, "EEST": 180, "MSK": 180, "EST": -300, "EDT": -240, "CDT": -300,
    "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "AKST": -540, "HST": -600, "JST": 540,
    "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780, "SGT": 480, "HKT": 480,
}  # fmt: skip


def fixed(minutes: int) -> timezone:
    """A zone `minutes` east of UTC."""
    return UTC if minutes == 0 else timezone(timedelta(minutes=minutes))


@cache
def zone_of(name: str) -> tzinfo | None:
    """The zone of `CET` or of `Europe/Oslo`; None for a name with several meanings or none."""
    minutes = _MINUTES.get(name.upper())
    if minutes is not None:
        return fixed(minutes)
    if "/" not in name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
