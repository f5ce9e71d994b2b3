"""Times as IOS prints and configures them, with the zones that a device's config defines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from netmod.platforms._observations import Block, Clock, Observation, Reader
from netmod.platforms._zones import fixed, zone_of

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEARS = range(1970, 2200)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WIDEST = 15 * 60
_TIME = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?(?:\s+([A-Za-z]{1,5}))?(?:\s+[A-Z][a-z]{2})?"
    r"\s+([A-Z][a-z]{2,8}|\d{1,2})\s+([A-Z][a-z]{2,8}|\d{1,2})\s+(\d{4})"
)
_DAYLIGHT = re.compile(
    r"(?P<name>\S+) recurring(?: (?P<week>last|first|\d) (?P<day>\w{3})\w* (?P<month>\w{3})\w*"
    r" (?P<time>\d{1,2}:\d{2}) (?P<week2>last|first|\d) (?P<day2>\w{3})\w* (?P<month2>\w{3})\w*"
    r" (?P<time2>\d{1,2}:\d{2})(?: (?P<offset>\d{1,3}))?)?$"
)


def printed_time(text: str) -> datetime | None:
    """`12:40:00 UTC Jun 1 2023` or `00:00:00 Jan 1 2024`; without zone where it is ambiguous."""
    match = _TIME.search(text)
    if match is None:
        return None
    first, second = match[5], match[6]
    month, day = (second, first) if first.isdigit() else (first, second)
    name = month[:3].lower()
    if name not in _MONTHS or not day.isdigit() or int(match[7]) not in _YEARS:
        return None
    try:
        moment = datetime(  # noqa: DTZ001 the zone is added below where the text has one
            int(match[7]), _MONTHS.index(name) + 1, int(day),
            int(match[1]), int(match[2]), int(match[3] or 0),
        )  # fmt: skip
    except ValueError:
        return None
    return moment.replace(tzinfo=zone_of(match[4] or ""))


@dataclass(frozen=True, slots=True)
class LocalClock:
    """The zone of a device: `minutes` east of UTC (None: not known), and its summer time."""

    minutes: int | None
    daylight: str | None = None

    def localise(self, moment: datetime) -> datetime:
        """A local time with its zone; unchanged where zone or summer time are not known."""
        if moment.tzinfo is not None or self.minutes is None:
            return moment
        shift = 0 if self.daylight is None else _daylight_shift(self.daylight, moment)
        if shift is None or abs(self.minutes + shift) > _WIDEST:
            return moment
        return moment.replace(tzinfo=fixed(self.minutes + shift))


def _daylight_shift(rule: str, moment: datetime) -> int | None:
    """Minutes that summer time adds; None where the rule is by date or unreadable."""
    match = _DAYLIGHT.match(rule)
    if match is None:
        return None
    start = (match["week"] or "2", match["day"] or "sun", match["month"] or "mar")
    end = (match["week2"] or "1", match["day2"] or "sun", match["month2"] or "nov")
    begins = _nth(moment.year, *start, match["time"] or "2:00")
    ends = _nth(moment.year, *end, match["time2"] or "2:00")
    if begins is None or ends is None:
        return None
    summer = begins <= moment < ends if begins < ends else not ends <= moment < begins
    return int(match["offset"] or 60) if summer else 0


def _nth(year: int, week: str, day: str, month: str, time: str) -> datetime | None:
    """The nth weekday of a month, as a local time."""
    name, weekday = month.lower(), day.lower()
    if name not in _MONTHS or weekday not in _DAYS:
        return None
    number = _MONTHS.index(name) + 1
    hours, minutes = (int(part) for part in time.split(":"))
    first = datetime(year, number, 1)  # noqa: DTZ001 a local time by definition
    ahead = (_DAYS.index(weekday) - first.weekday()) % 7
    dates = [first + timedelta(days=ahead + 7 * index) for index in range(5)]
    dates = [date for date in dates if date.month == number]
    position = -1 if week == "last" else 0 if week == "first" else int(week) - 1
    if position >= len(dates):
        return None
    return dates[position] + timedelta(hours=hours, minutes=minutes)


_STAMP = "Time source is "
_HEAD = 8


def stamped(reader: Reader) -> Reader:
    """`reader`, and the clock that `terminal exec prompt timestamp` prints above an output."""

    def read(block: Block) -> Iterator[Observation]:
        for index, line in enumerate(block.lines[:_HEAD]):
            moment = printed_time(line) if line.strip().startswith(_STAMP) else None
            if moment is not None and moment.tzinfo is not None:
                yield Clock(block.source(index), moment)
        yield from reader(block)

    return read


def read_clock(block: Block) -> Iterator[Observation]:
    """`show clock [detail]`; a time with an ambiguous zone is none."""
    for index, line in enumerate(block.lines):
        moment = printed_time(line)
        if moment is not None and moment.tzinfo is not None:
            yield Clock(block.source(index), moment)
            return
