"""Trend, forecast, changes and status colours: one table each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.compliance import (
    Known,
    MilestoneColour,
    Point,
    changes_since,
    colour_of,
    daily,
    forecast,
)
from tests.unit.history_region import BACKBONE, CORE, assessment

DAY = date(2026, 11, 28)


def points(*counts: tuple[int, int, int]) -> list[Point]:
    """days ago, encrypted, total."""
    return [
        Point(day=DAY - timedelta(days=ago), encrypted=one, total=total)
        for ago, one, total in counts
    ]


@pytest.mark.parametrize(
    ("counts", "kind", "ahead"),
    [
        ((), "too-little-history", None),
        (((0, 3, 10),), "too-little-history", None),
        (((27, 1, 10), (0, 3, 10)), "too-little-history", None),
        (((28, 1, 10), (0, 3, 10)), "expected", 98),  # 7 left, 2 in 28 days
        (((100, 5, 10), (0, 9, 10)), "expected", 25),
        (((100, 5, 10), (0, 5, 10)), "no-progress", None),
        (((100, 6, 10), (0, 5, 10)), "no-progress", None),
        (((170, 0, 10**6), (0, 1, 10**6)), "no-progress", None),  # decades away
        (((100, 5, 10), (0, 10, 10)), "reached", None),
        (((0, 0, 0),), "too-little-history", None),
        (((181, 0, 10), (90, 5, 10), (0, 6, 10)), "expected", 360),  # the oldest is left out
        (((40, 5, 6), (0, 8, 12)), "expected", 54),  # the scope grew: 4 left, 3 in 40 days
    ],
)
def test_forecast(counts: tuple[tuple[int, int, int], ...], kind: str, ahead: int | None) -> None:
    found = forecast(points(*counts))
    assert found.kind == kind
    assert found.day == (None if ahead is None else DAY + timedelta(days=ahead))


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 50)), max_size=12))
def test_a_forecast_is_never_in_the_past(counts: list[tuple[int, int]]) -> None:
    ordered = sorted(dict(counts).items(), reverse=True)
    found = forecast(points(*((ago, one, 50) for ago, one in ordered)))
    if found.day is not None:
        assert found.day > DAY - timedelta(days=ordered[-1][0])
        assert found.gained > 0
        assert found.left > 0


@pytest.mark.parametrize(
    ("state", "due", "moves", "colour"),
    [
        ("reached", DAY, 3, "green"),
        ("reached-late", DAY, 0, "yellow"),
        ("due", DAY + timedelta(days=90), 0, "yellow"),
        ("due", DAY + timedelta(days=91), 0, "grey"),
        ("due", DAY + timedelta(days=400), 1, "yellow"),
        ("not-registered", DAY - timedelta(days=1), 0, "red"),
        ("not-registered", DAY - timedelta(days=1), 2, "red"),
    ],
)
def test_colours(state: str, due: date, moves: int, colour: MilestoneColour) -> None:
    assert colour_of(state, due, moves, DAY) == colour  # type: ignore[arg-type]  # parametrize gives str


def test_changes_tell_what_entered_and_left_the_scope() -> None:
    before = {
        "l-ns": Known(state="unencrypted", in_scope=True),
        "l-gone": Known(state="unencrypted", in_scope=True),
        "l-outside": Known(state="encrypted", in_scope=False),
    }
    found = changes_since(DAY, before, assessment("encrypted", BACKBONE, CORE))
    assert [(one.link, one.before, one.after) for one in found.entered] == [("l-ne", "", "unknown")]
    assert [(one.link, one.before, one.after) for one in found.left] == [
        ("l-gone", "unencrypted", "withdrawn")
    ]
    assert [(one.link, one.after) for one in found.better] == [("l-ns", "encrypted")]
    assert found.worse == ()


def test_a_link_that_comes_back_into_scope_entered_it() -> None:
    before = {"l-ns": Known(state="withdrawn", in_scope=False)}
    found = changes_since(DAY, before, assessment("unsecured"))
    assert [(one.before, one.after) for one in found.entered] == [("withdrawn", "unencrypted")]


def test_a_worse_verdict() -> None:
    before = {"l-ns": Known(state="encrypted", in_scope=True)}
    found = changes_since(DAY, before, assessment("unknown"))
    assert [(one.link, one.before, one.after) for one in found.worse] == [
        ("l-ns", "encrypted", "unknown")
    ]
    assert found.better == ()


def test_the_last_point_of_each_day_and_both_ends_stay() -> None:
    many = points(*((ago, 1, 10) for ago in range(200, -1, -1)))
    kept = daily([*many, Point(day=DAY, encrypted=9, total=10)])
    assert len(kept) <= 60
    assert (kept[0].day, kept[-1]) == (many[0].day, Point(day=DAY, encrypted=9, total=10))
    assert daily(many[:3]) == tuple(many[:3])
