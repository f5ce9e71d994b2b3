"""iCalendar files → freezes: every event, each time that it recurs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from netmod.errors import InputError, PluginError, Problem
from netmod.rollout.runbook import CalendarFile
from netmod.rollout.windows import Freeze

_MOST = 10_000
"""Freezes of one file within the time that is looked at; more is a rule gone wrong."""


def calendar_freezes(
    folder: Path, calendar: CalendarFile, begin: datetime, end: datetime, zone: str
) -> tuple[Freeze, ...]:
    """The freezes of a file in `folder` that touch the time from `begin` to `end`.

    Exceptions and moved occurrences are honoured, cancelled events are none. A time without a zone
    is one of `zone`; an event of whole days is one of each site's own days. Raises `InputError`
    where the file cannot be used, `PluginError` where what reads it is not installed.
    """
    path = folder / calendar.file
    icalendar, recurring = _readers(path)
    try:
        parsed = icalendar.Calendar.from_ical(path.read_bytes())
        events = recurring.of(parsed).between(begin, end)
        found = tuple(_freezes(events, calendar, zone))
    except OSError as error:
        hint = "put it beside the runbook, or remove it from windows.calendars"
        raise InputError([Problem(str(path), 0, error.strerror or "unreadable", hint)]) from None
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        message = f"not a calendar that can be read: {type(error).__name__}: {error}"
        raise InputError([Problem(str(path), 0, message, "export it again")]) from None
    if len(found) > _MOST:
        message = f"has {len(found)} events in the time looked at"
        raise InputError([Problem(str(path), 0, message, "look for a rule that recurs too often")])
    return found


def _readers(path: Path) -> tuple[Any, Any]:
    """The two libraries, which only installations with calendars have."""
    try:
        return import_module("icalendar"), import_module("recurring_ical_events")
    except ModuleNotFoundError as error:
        if error.name not in ("icalendar", "recurring_ical_events"):
            raise
        raise PluginError(
            f"{path.name} is an iCalendar file, and what reads it is not installed",
            hint="install netmod with its extra: pip install 'netmod[calendar]'",
        ) from None


def _freezes(events: list[Any], calendar: CalendarFile, zone: str) -> Iterator[Freeze]:
    for event in events:
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        begin, end = event.start, event.end
        name = str(event.get("SUMMARY", "")) or calendar.file
        if not isinstance(begin, datetime):
            end = max(begin, _day(end) - timedelta(days=1))  # the day on which it ends is not in it
        else:
            begin, end = _zoned(begin, zone), _zoned(end, zone)
            if end <= begin:
                continue
        yield Freeze(name=name, begin=begin, end=end, trusts=calendar.trusts, sites=calendar.sites)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _zoned(value: datetime, zone: str) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))
