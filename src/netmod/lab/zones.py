"""A device's time zone from its configuration."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_HOURS = re.compile(r"-?(1[0-9]|2[0-3]|[0-9])")
_MINUTES = re.compile(r"[0-5]?[0-9]")
_EU = {0: "Europe/London", 1: "Europe/Oslo", 2: "Europe/Helsinki"}


def device_zone(timezone_text: str | None, summer_time: str | None) -> tuple[tzinfo, str]:
    """The zone and its name from what follows `clock timezone` and `clock summer-time`.

    `CET 1 0`, `CET 1`, and `CET Europe/Oslo` (IOS-XR 7) are understood. Recurring summer time
    follows the rule of the European Union, whatever dates it is configured with.
    """
    words = (timezone_text or "").split()
    if not words:
        return UTC, "UTC"
    name, *offset = words
    if offset and "/" in offset[0]:
        try:
            return ZoneInfo(offset[0]), name
        except (ZoneInfoNotFoundError, ValueError):
            return UTC, name
    hours = int(offset[0]) if offset and _HOURS.fullmatch(offset[0]) else 0
    minutes = int(offset[1]) if len(offset) > 1 and _MINUTES.fullmatch(offset[1]) else 0
    if summer_time and "recurring" in summer_time and hours in _EU and not minutes:
        return ZoneInfo(_EU[hours]), name
    return timezone(timedelta(hours=hours, minutes=minutes)), name
