"""iCalendar files: events that recur, that are moved, that last whole days."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from netmod.errors import InputError, PluginError
from netmod.rollout.calendars import calendar_freezes
from netmod.rollout.runbook import CalendarFile
from netmod.rollout.windows import Freeze, Windows, opening

AVAILABLE = find_spec("icalendar") and find_spec("recurring_ical_events")
needs_reader = pytest.mark.skipif(
    not AVAILABLE and not os.environ.get("NETMOD_REQUIRE_ALL"), reason="icalendar is not installed"
)
OSLO = ZoneInfo("Europe/Oslo")
BEGIN, END = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)
PAYROLL = """\
UID:1@nett.example
SUMMARY:Lønnskjøring
DTSTART;TZID=Europe/Oslo:20260112T200000
DTEND;TZID=Europe/Oslo:20260113T060000
RRULE:FREQ=MONTHLY;BYMONTHDAY=12
EXDATE;TZID=Europe/Oslo:20261212T200000
"""
MOVED = """\
UID:1@nett.example
SUMMARY:Lønnskjøring
RECURRENCE-ID;TZID=Europe/Oslo:20270112T200000
DTSTART;TZID=Europe/Oslo:20270114T200000
DTEND;TZID=Europe/Oslo:20270115T060000
"""
CHRISTMAS = """\
UID:2@nett.example
SUMMARY:Jul
DTSTART;VALUE=DATE:20241218
DTEND;VALUE=DATE:20250104
RRULE:FREQ=YEARLY
"""
GONE = """\
UID:3@nett.example
SUMMARY:Avlyst
STATUS:CANCELLED
DTSTART:20261202T200000Z
DTEND:20261202T210000Z
"""
FLOATING = """\
UID:4@nett.example
SUMMARY:Flytting
DTSTART:20261203T200000
DURATION:PT2H
"""


def calendar(tmp_path: Path, *events: str) -> tuple[Freeze, ...]:
    body = "".join(f"BEGIN:VEVENT\n{one}END:VEVENT\n" for one in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//nett.example//EN\n{body}END:VCALENDAR\n"
    (tmp_path / "freezes.ics").write_text(text, encoding="utf-8")
    file = CalendarFile(file="freezes.ics", trusts=("ous",))
    return calendar_freezes(tmp_path, file, BEGIN, END, "Europe/Oslo")


def times(found: tuple[Freeze, ...]) -> list[tuple[str, str]]:
    return sorted((f"{one.begin}", f"{one.end}") for one in found)


@needs_reader
def test_an_event_that_recurs_freezes_each_time(tmp_path: Path) -> None:
    assert times(calendar(tmp_path, PAYROLL)) == [
        ("2027-01-12 20:00:00+01:00", "2027-01-13 06:00:00+01:00"),
        ("2027-02-12 20:00:00+01:00", "2027-02-13 06:00:00+01:00"),
    ]


@needs_reader
def test_an_occurrence_that_was_moved_freezes_where_it_is_now(tmp_path: Path) -> None:
    assert times(calendar(tmp_path, PAYROLL, MOVED))[0] == (
        "2027-01-14 20:00:00+01:00", "2027-01-15 06:00:00+01:00",
    )  # fmt: skip


@needs_reader
def test_whole_days_are_frozen_up_to_the_last(tmp_path: Path) -> None:
    (found,) = calendar(tmp_path, CHRISTMAS)
    assert (found.begin, found.end) == (date(2026, 12, 18), date(2027, 1, 3))
    assert found.trusts == ("ous",)
    windows = Windows(freezes=(found,))
    last = datetime(2027, 1, 3, 23, 59, tzinfo=OSLO)
    assert opening(windows, "ous", "oslo", last).freeze == "Jul"
    assert opening(windows, "ahus", "moss", last).open


@needs_reader
def test_what_began_before_is_frozen_still(tmp_path: Path) -> None:
    long = GONE.replace("STATUS:CANCELLED\n", "").replace("20261202T20", "20261101T20")
    assert len(calendar(tmp_path, long)) == 1


@needs_reader
def test_cancelled_events_are_none(tmp_path: Path) -> None:
    assert calendar(tmp_path, GONE) == ()


@needs_reader
def test_a_time_without_a_zone_is_the_runbooks(tmp_path: Path) -> None:
    assert times(calendar(tmp_path, FLOATING)) == [
        ("2026-12-03 20:00:00+01:00", "2026-12-03 22:00:00+01:00")
    ]


@needs_reader
@pytest.mark.parametrize("content", [b"", b"nothing of the kind", b"BEGIN:VCALENDAR\nBEGIN:VEVENT"])
def test_what_is_no_calendar_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.ics").write_bytes(content)
    with pytest.raises(InputError, match=r"x\.ics"):
        calendar_freezes(tmp_path, CalendarFile(file="x.ics"), BEGIN, END, "UTC")


@needs_reader
def test_a_calendar_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        calendar_freezes(tmp_path, CalendarFile(file="x.ics"), BEGIN, END, "UTC")


def test_without_the_extra_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(PluginError) as caught:
        calendar_freezes(tmp_path, CalendarFile(file="x.ics"), BEGIN, END, "UTC")
    assert "netmod[calendar]" in caught.value.hint
