"""Windows and freezes, also where the clock is put forward or back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from netmod.rollout.windows import DAYS, Freeze, Opening, Openings, Window, Windows, opening

OSLO = ZoneInfo("Europe/Oslo")
NIGHT = Window(days=("mon", "tue", "wed", "thu"), begin="22:00", until="05:00")
NIGHTS = Windows(open=(NIGHT,))


def oslo(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OSLO, fold=fold)


def at(windows: Windows, moment: datetime, trust: str = "ous", site: str = "oslo") -> Opening:
    return opening(windows, trust, site, moment)


@pytest.mark.parametrize(
    ("moment", "open_", "edge"),
    [
        ("2026-11-30T21:59", False, "2026-11-30T22:00"),
        ("2026-11-30T22:00", True, "2026-12-01T05:00"),  # Monday evening
        ("2026-12-01T04:59", True, "2026-12-01T05:00"),
        ("2026-12-01T05:00", False, "2026-12-01T22:00"),
        ("2026-12-04T01:00", True, "2026-12-04T05:00"),  # Friday, of Thursday's window
        ("2026-12-04T22:30", False, "2026-12-07T22:00"),  # Friday evening: until Monday
    ],
)
def test_a_window_goes_over_midnight(moment: str, open_: bool, edge: str) -> None:
    found = at(NIGHTS, oslo(moment))
    assert found.open == open_
    assert (found.until if open_ else found.next) == oslo(edge)
    assert found.reason == ("" if open_ else "window")


def test_without_windows_it_is_always_open() -> None:
    assert at(Windows(), oslo("2026-11-30T12:00")) == Opening(True)


def test_windows_that_touch_are_one() -> None:
    weekend = Windows(open=(Window(days=("sat", "sun"), begin="00:00", until="24:00"),))
    found = at(weekend, oslo("2026-12-05T10:00"))
    assert found.until == oslo("2026-12-07T00:00")


def test_a_site_wins_over_its_trust_and_that_over_all() -> None:
    day = Openings(open=(Window(begin="08:00", until="16:00"),))
    bergen = Openings(time_zone="UTC", open=(Window(begin="01:00", until="02:00"),))
    windows = Windows(open=(NIGHT,), trusts={"ous": day}, sites={"oslo": bergen})
    noon = oslo("2026-12-01T12:00")
    assert not at(windows, noon).open
    assert at(windows, noon, site="other").open
    assert not at(windows, noon, trust="ahus", site="other").open
    assert at(windows, datetime(2026, 12, 1, 1, 30, tzinfo=UTC)).open


def test_in_spring_a_window_that_does_not_exist_is_none() -> None:
    # 29 March 2026: 02:00 becomes 03:00
    gap = Windows(open=(Window(begin="02:10", until="02:50"),))
    found = at(gap, oslo("2026-03-29T00:30"))
    assert found.next == oslo("2026-03-30T02:10")


@pytest.mark.parametrize(
    ("begin", "until", "first", "last"),
    [
        # 25 October 2026: 02:00 to 03:00 comes twice, first in summer time (UTC+2)
        ("02:30", "05:00", "2026-10-25T01:30+00:00", "2026-10-25T04:00+00:00"),
        ("01:00", "02:30", "2026-10-24T23:00+00:00", "2026-10-25T00:30+00:00"),
        ("22:00", "06:00", "2026-10-24T20:00+00:00", "2026-10-25T05:00+00:00"),
    ],
)
def test_in_autumn_the_shorter_reading_of_a_window_holds(
    begin: str, until: str, first: str, last: str
) -> None:
    windows = Windows(open=(Window(begin=begin, until=until),))
    before = datetime.fromisoformat(first) - timedelta(minutes=1)
    assert at(windows, before).next == datetime.fromisoformat(first)
    assert at(windows, datetime.fromisoformat(first)).until == datetime.fromisoformat(last)


def test_a_freeze_of_days_is_of_the_sites_own_days() -> None:
    christmas = Freeze(name="Jul", begin=date(2026, 12, 18), end=date(2027, 1, 3))
    windows = Windows(freezes=(christmas,), sites={"utc": Openings(
        time_zone="UTC", open=(Window(begin="00:00", until="24:00"),))})  # fmt: skip
    assert at(windows, oslo("2026-12-17T23:59")).until == oslo("2026-12-18T00:00")
    frozen = at(windows, oslo("2026-12-18T00:00"))
    assert frozen == Opening(False, None, oslo("2027-01-04T00:00"), "freeze", "Jul")
    assert at(windows, oslo("2026-12-18T00:30"), site="utc").open
    assert not at(windows, oslo("2027-01-04T00:30"), site="utc").open


def test_a_freeze_of_a_trust_leaves_others_alone() -> None:
    freeze = Freeze(name="x", begin=oslo("2026-12-01T00:00"), end=oslo("2026-12-02T00:00"),
                    trusts=("ahus",), sites=("moss",))  # fmt: skip
    windows = Windows(freezes=(freeze,))
    noon = oslo("2026-12-01T12:00")
    assert at(windows, noon).open
    assert not at(windows, noon, trust="ahus").open
    assert not at(windows, noon, site="moss").open


def test_the_next_opening_is_behind_the_freeze_in_a_window() -> None:
    freeze = Freeze(name="x", begin=oslo("2026-12-01T23:00"), end=oslo("2026-12-03T02:00"))
    windows = Windows(open=(NIGHT,), freezes=(freeze,))
    assert at(windows, oslo("2026-12-01T22:30")).until == oslo("2026-12-01T23:00")
    assert at(windows, oslo("2026-12-02T12:00")).next == oslo("2026-12-03T02:00")


def test_of_what_no_calendar_was_read_for_nothing_is_open() -> None:
    windows = Windows(known_until=oslo("2026-12-10T00:00"))
    assert at(windows, oslo("2026-12-09T00:00")).until == oslo("2026-12-10T00:00")
    assert at(windows, oslo("2026-12-10T00:00")) == Opening(False, reason="unknown")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"from": "22:00", "until": "22:00"}, "is none"),
        ({"from": "24:00", "until": "02:00"}, "is none"),
        ({"from": "9:00", "until": "12:00"}, "no time of day"),
        ({"from": "25:00", "until": "12:00"}, "no time of day"),
        ({"from": "09:00", "until": "12:00", "days": ["man"]}, "mon"),
    ],
)
def test_windows_that_mean_nothing_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Window.model_validate(values)


@pytest.mark.parametrize(
    ("begin", "end", "message"),
    [
        ("2026-12-18", "2026-12-17", "ends before it begins"),
        ("2026-12-18T22:00:00", "2026-12-19", "from"),  # whose clock?
        (20261218, "2026-12-19", "no day and no moment"),
    ],
)
def test_freezes_that_mean_nothing_are_refused(begin: object, end: object, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Freeze.model_validate({"name": "x", "from": begin, "until": end})


def test_a_time_zone_must_exist() -> None:
    with pytest.raises(ValidationError, match="no time zone"):
        Windows(time_zone="Europe/Olso")


CLOCK = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
ZONE = st.sampled_from(["Europe/Oslo", "UTC", "Australia/Lord_Howe", "America/St_Johns"])
MOMENT = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@st.composite
def some_windows(draw: st.DrawFn) -> Windows:
    pairs = draw(st.lists(st.tuples(CLOCK, CLOCK).filter(lambda one: one[0] != one[1]), max_size=3))
    days = st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True)
    freezes = draw(st.lists(st.tuples(MOMENT, st.integers(1, 20_000)), max_size=3))
    return Windows(
        time_zone=draw(ZONE),
        open=tuple(Window(days=tuple(draw(days)), begin=one, until=two) for one, two in pairs),
        freezes=tuple(
            Freeze(name=f"{number}", begin=begin, end=begin + timedelta(minutes=minutes))
            for number, (begin, minutes) in enumerate(freezes)
        ),
    )


@given(some_windows(), MOMENT)
def test_what_is_said_of_a_moment_agrees_with_what_is_said_of_its_edges(
    windows: Windows, moment: datetime
) -> None:
    found = at(windows, moment)
    second = timedelta(seconds=1)
    if found.open:
        assert found.next is None
        if found.until is not None:
            assert moment < found.until
            assert at(windows, found.until - second).open
            assert not at(windows, found.until).open
    elif found.next is not None:
        assert moment < found.next
        assert at(windows, found.next).open
        assert not at(windows, found.next - second).open


@given(some_windows(), MOMENT)
def test_what_is_open_is_open_by_the_clock_on_the_wall(windows: Windows, moment: datetime) -> None:
    if not at(windows, moment).open:
        return
    assert not any(
        isinstance(one.begin, datetime) and isinstance(one.end, datetime)
        and one.begin <= moment < one.end
        for one in windows.freezes
    )  # fmt: skip
    wall = moment.astimezone(ZoneInfo(windows.time_zone))
    clock = f"{wall:%H:%M}"
    today, yesterday = DAYS[wall.weekday()], DAYS[wall.weekday() - 1]

    def holds(one: Window) -> bool:
        if one.begin < one.until:
            return today in one.days and one.begin <= clock < one.until
        evening = today in one.days and clock >= one.begin
        return evening or (yesterday in one.days and clock < one.until)

    assert not windows.open or any(holds(one) for one in windows.open)


@given(some_windows())
def test_windows_survive_being_written_down(windows: Windows) -> None:
    assert Windows.model_validate_json(windows.model_dump_json()) == windows
