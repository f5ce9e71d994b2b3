"""Times as IOS-XR prints and configures them, and the zone that a config defines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from netmod.platforms._config import Line
from netmod.platforms._observations import Block, Clock, Observation, Reader
from netmod.platforms._zones import zone_of

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME_LINE = re.compile(
    r"\s*(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s+([A-Z][a-z]{2})\s+(\d{1,2})\s+"
    r"(\d{1,2}:\d{2}:\d{2})(?:\.\d+)?\s+([A-Z][A-Za-z]{1,5})\s*$"
)
_CLOCK_LINE = re.compile(
    r"\s*[*.]?(\d{1,2}:\d{2}:\d{2})(?:\.\d+)?\s+([A-Z][A-Za-z]{1,5})\s+\w{3}\s+([A-Z][a-z]{2})\s+"
    r"(\d{1,2})\s+(\d{4})\s*$"
)
_MOMENT = re.compile(
    r"(\d{1,2}):(\d{2}):(\d{2}),?\s+(?:([A-Za-z]{3})[a-z]*\s+(\d{1,2})|(\d{1,2})\s+([A-Za-z]{3})[a-z]*)"
    r",?\s+(\d{4})"
)
_HEAD = 6


def moment(text: str, zone: tzinfo | None) -> datetime | None:
    """`00:00:00 january 01 2020`, in either order of month and day; None where there is none."""
    match = _MOMENT.search(text)
    if match is None:
        return None
    name, day = (match[4] or match[7]).lower(), int(match[5] or match[6])
    if name not in _MONTHS:
        return None
    try:
        return datetime(
            int(match[8]), _MONTHS.index(name) + 1, day,
            int(match[1]), int(match[2]), int(match[3]), tzinfo=zone,
        )  # fmt: skip
    except ValueError:
        return None


def moments(text: str, zone: tzinfo | None) -> list[tuple[datetime | None, int]]:
    """Every time in `text`, with the place where it ends."""
    return [(moment(match.group(), zone), match.end()) for match in _MOMENT.finditer(text)]


def read_clock(block: Block) -> Iterator[Observation]:
    """`show clock`; a time with an ambiguous zone is none."""
    for index, line in enumerate(block.lines):
        match = _CLOCK_LINE.match(line) if len(line) < 100 else None
        zone = zone_of(match[2]) if match else None
        time = moment(f"{match[1]} {match[3]} {match[4]} {match[5]}", zone) if match else None
        if time is not None and zone is not None:
            yield Clock(block.source(index), time)
            return


def timed(reader: Callable[[Block], Iterator[Observation]]) -> Reader:
    """`reader` without the line with the time that IOS-XR prints first.

    That line has no year, and none is guessed: only `show clock` tells the device's clock.
    """

    def read(block: Block) -> Iterator[Observation]:
        lines = list(block.lines)
        for index in range(min(_HEAD, len(lines))):
            if _TIME_LINE.match(lines[index]):
                lines[index] = ""
        yield from reader(replace(block, lines=tuple(lines)))

    return read


def device_zone(config: Line, *, whole: bool) -> tzinfo | None:
    """The zone of configured lifetimes; None where the config does not settle it."""
    match = config.find(r"clock timezone (\S+)(?: (\S+))?(?: (\d+))?")
    if config.find(r"clock summer-time "):
        return None
    if match is None:
        return UTC if whole else None
    if match[2] and re.match(r"-?\d{1,2}$", match[2]):
        hours, minutes = int(match[2]), int(match[3] or 0)
        offset = timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes)
        return timezone(offset) if abs(offset) < timedelta(hours=24) else None
    name = match[2] or match[1]
    return zone_of(name) if "/" in name or name.upper() in ("UTC", "GMT") else None
