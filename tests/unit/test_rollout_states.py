"""The transition tables are whole, and say what the design says."""

from __future__ import annotations

import pytest

from netmod.errors import RolloutError
from netmod.rollout import states
from netmod.rollout.states import CHANGE, CRASH, FIRST, TABLES, Kind, follow

KINDS: tuple[Kind, ...] = ("rollout", "wave", "unit", "change")


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_is_reached_and_has_a_row(kind: Kind) -> None:
    table = TABLES[kind]
    reached, todo = set(), [FIRST[kind]]
    while todo:
        state = todo.pop()
        if state not in reached:
            reached.add(state)
            todo += table[state].values()
    assert reached == set(table)


def test_every_state_of_a_change_is_of_one_sort() -> None:
    sorts = (
        states.NOTHING_IN_FORCE,
        states.STAYS,
        states.OPEN,
        states.IN_DOUBT,
        states.HELPLESS,
    )
    assert sorted(state for sort in sorts for state in sort) == sorted(CHANGE)


def test_every_state_that_has_not_ended_is_in_the_crash_table() -> None:
    assert set(CRASH) == {state for state, events in CHANGE.items() if events}


def test_only_a_stated_intent_puts_something_in_force() -> None:
    """A commit, confirmation or revert is written before it is done."""
    before = {"queued", "checking", "checked", "preparing", "loaded"}
    for state in before:
        for event, after in CHANGE[state].items():
            assert event == "commit" or after not in states.OPEN | states.STAYS | states.IN_DOUBT
    for state in before | {"committing"}:
        assert not states.STAYS.intersection(CHANGE[state].values())


def test_what_went_wrong_never_becomes_well_by_itself() -> None:
    for state in states.WENT_WRONG & states.NOTHING_IN_FORCE:
        assert CHANGE[state] == {}


@pytest.mark.parametrize(
    ("kind", "state", "event"),
    [
        ("change", "pending", "confirm"),
        ("change", "committing", "commit"),
        ("change", "unknown", "commit"),
        ("change", "queued", "commit"),
        ("unit", "skipped", "begin"),
        ("rollout", "halted", "resume"),
        ("wave", "failed", "again"),
    ],
)
def test_what_does_not_stand_in_a_table_is_refused(kind: Kind, state: str, event: str) -> None:
    with pytest.raises(RolloutError) as caught:
        follow(kind, state, event)
    assert caught.value.code == "out-of-order"
