"""When a site is given up, by a clock of our own."""

from __future__ import annotations

import pytest

from netmod.devices.breaker import SiteBreaker


class Clock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def breaker(limit: int = 3) -> tuple[SiteBreaker, Clock]:
    clock = Clock()
    return SiteBreaker(limit, clock), clock


def test_a_site_is_given_up_after_so_many_in_a_row() -> None:
    one, _ = breaker()
    counts = []
    for _ in range(4):
        one.note("ahus", one.begin(), "unreachable")
        counts.append(one.missed("ahus"))
    assert counts == [0, 0, 3, 4]
    assert one.missed("ous") == 0


@pytest.mark.parametrize("failure", ["", "authentication", "no-ssh", "command-timeout"])
def test_whatever_answers_begins_the_count_anew(failure: str) -> None:
    one, clock = breaker()
    for told in ("unreachable", "unreachable", failure, "jump-host", "unreachable"):
        clock.now += 1
        one.note("ahus", one.begin(), told)
    assert one.missed("ahus") == 0


def test_dead_devices_whose_timeouts_end_together_are_no_dead_site() -> None:
    """They began before their neighbours answered: the way there is open."""
    one, clock = breaker()
    began = [one.begin() for _ in range(10)]
    clock.now += 5
    one.note("ahus", clock.now - 1, "")
    clock.now += 25
    for moment in began:
        one.note("ahus", moment, "unreachable")
    assert one.missed("ahus") == 0


def test_a_way_that_breaks_in_the_middle_is_noticed() -> None:
    one, clock = breaker()
    one.note("ahus", one.begin(), "")
    clock.now += 1
    began = one.begin()
    clock.now += 30
    for _ in range(3):
        one.note("ahus", began, "unreachable")
    assert one.missed("ahus") == 3


def test_what_is_in_flight_does_not_take_it_back() -> None:
    one, clock = breaker()
    for _ in range(3):
        one.note("ahus", one.begin(), "unreachable")
    clock.now += 1
    one.note("ahus", one.begin(), "")
    assert one.missed("ahus") == 3


def test_devices_without_a_site_are_tried_each() -> None:
    one, _ = breaker(1)
    one.note("", one.begin(), "unreachable")
    assert one.missed("") == 0
