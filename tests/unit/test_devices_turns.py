"""The cap on logins per second, by a clock of our own."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.devices.turns import Turns


class Clock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_turns_are_spaced_and_a_pause_is_no_credit() -> None:
    clock = Clock()
    turns = Turns(4, clock)
    assert [turns.reserve() for _ in range(3)] == [0.0, 0.25, 0.5]
    clock.now += 0.5
    assert turns.reserve() == 0.25
    clock.now += 60
    assert [turns.reserve() for _ in range(3)] == [0.0, 0.25, 0.5]


@given(
    per_second=st.floats(0.01, 1000),
    gaps=st.lists(st.floats(0, 10), min_size=2, max_size=50),
)
def test_no_two_logins_are_closer_than_the_cap(per_second: float, gaps: list[float]) -> None:
    clock = Clock()
    turns = Turns(per_second, clock)
    begun = []
    for gap in gaps:
        clock.now += gap
        begun.append(clock.now + turns.reserve())
    assert all(later - one >= 1 / per_second - 1e-6 for one, later in pairwise(begun))


def test_threads_share_one_row_of_turns() -> None:
    turns, got = Turns(2, Clock()), list[float]()
    threads = [threading.Thread(target=lambda: got.append(turns.reserve())) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(got) == [number / 2 for number in range(8)]


@pytest.mark.parametrize("pause", [0.0, 1000.0])
def test_the_end_is_not_waited_for(pause: float) -> None:
    turns = Turns(0.001, Clock())
    assert turns.wait()
    waiting = threading.Thread(target=turns.wait, args=(pause,))
    waiting.start()
    turns.end()
    waiting.join(10)
    assert not waiting.is_alive()
    assert not turns.wait(pause)
