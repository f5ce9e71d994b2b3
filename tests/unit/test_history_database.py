"""The database of runs: which transitions which nights make, and what is never concluded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmod.drift import DriftReport
from netmod.errors import HistoryError
from netmod.history import History, Transition, new_run_id
from tests.unit.history_region import (
    BACKBONE,
    CORE,
    FIRST,
    assessment,
    host,
    item,
    night,
    report,
    run,
)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.open(tmp_path / "history.db") as opened:
        yield opened


def record(history: History, number: int, drift: DriftReport, **values: object) -> list[str]:
    """A night of drift; what changed, as `subject item before → after`."""
    history.begin(run(number))
    found = history.record(run(number).id, at=night(number), drift=drift, **values)  # type: ignore[arg-type]
    return told(found)


def told(transitions: tuple[Transition, ...]) -> list[str]:
    return [f"{one.subject} {one.item} {one.before}>{one.after}" for one in transitions]


def test_three_nights_give_the_right_transitions(history: History) -> None:
    assert record(history, 1, report(host("n1", item("a"), item("b")), host("s1"))) == [
        "n1  >drift",
        "n1 a >open",
        "n1 b >open",
        "s1  >clean",
    ]
    assert record(history, 2, report(host("n1", item("b")), host("s1", item("c")))) == [
        "s1  clean>drift",
        "s1 c >open",
        "n1 a open>fixed",
    ]
    assert record(history, 3, report(host("n1", item("b")), host("s1", item("c")))) == []
    (b, c) = history.open_items()
    assert (b.item, b.opened_at, b.last_seen, b.age(night(3))) == (
        "b", night(1), night(3), timedelta(days=2),
    )  # fmt: skip
    assert (c.item, c.opened_at, c.last_run) == ("c", night(2), run(3).id)
    assert b.details["running"] == ["ip route b"]


def test_what_comes_back_is_a_new_drift(history: History) -> None:
    for number, items in ((1, ["a"]), (2, []), (3, ["a"])):
        record(history, number, report(host("n1", *map(item, items))))
    (again,) = history.open_items()
    assert again.opened_at == night(3)
    words = [one.after for one in history.of_device("n1").transitions if one.item]
    assert words == ["open", "fixed", "open"]


def test_acceptance_is_a_state_and_keeps_the_age(history: History) -> None:
    record(history, 1, report(host("n1", item("a"))))
    accepted = report(host("n1", item("a", accepted_by="DEV-1")))
    assert record(history, 2, accepted) == ["n1  drift>clean", "n1 a open>accepted"]
    (standing,) = history.open_items()
    assert (standing.state, standing.reason) == ("accepted", "DEV-1")
    assert (standing.opened_at, standing.since) == (night(1), night(2))


@pytest.mark.parametrize(
    ("seen", "left"),
    [
        (host("n1"), []),
        (host("n1", status="unknown", reason="unreachable"), ["a", "b"]),
        (host("n1", status="unknown", reason="config-cut"), ["a", "b"]),
        (host("n1", compared=("config",)), ["b"]),
        (host("s1"), ["a", "b"]),
    ],
    ids=["clean", "unreachable", "cut", "a part of it", "not asked"],
)
def test_only_what_was_looked_at_is_fixed(history: History, seen: object, left: list[str]) -> None:
    record(history, 1, report(host("n1", item("a"), item("b", kind="startup"))))
    record(history, 2, report(seen))  # type: ignore[arg-type]
    assert [one.item for one in history.open_items()] == left


def test_an_unreachable_device_has_not_been_seen(history: History) -> None:
    record(history, 1, report(host("n1", item("a"))))
    record(history, 2, report(host("n1", status="unknown", reason="unreachable")))
    (standing,) = history.open_items()
    assert (standing.last_seen, standing.last_run) == (night(1), run(1).id)
    (device, _) = history.of_device("n1").standing
    assert (device.state, device.reason, device.since) == ("unknown", "unreachable", night(2))


def test_a_device_that_left_the_inventory_takes_its_drifts_along(history: History) -> None:
    record(history, 1, report(host("n1", item("a")), host("s1")), devices={"n1", "s1"})
    assert record(history, 2, report(host("s1")), devices={"s1"}) == [
        "n1  drift>withdrawn",
        "n1 a open>withdrawn",
    ]
    assert history.open_items() == ()


def test_verdicts_and_requirements(history: History) -> None:
    words = ("unknown", "unsecured", "unsecured", "encrypted")
    for number, word in enumerate(words, 1):
        history.begin(run(number))
        history.record(run(number).id, at=night(number), assessment=assessment(word))
    link = history.of_link(BACKBONE.id)
    assert [(one.before, one.after, one.at) for one in link.transitions] == [
        ("", "unknown", night(1)),
        ("unknown", "unencrypted", night(2)),
        ("unencrypted", "encrypted", night(4)),
    ]
    (standing,) = link.standing
    assert (standing.state, standing.since, standing.opened_at) == (
        "encrypted", night(4), night(1),
    )  # fmt: skip
    outcomes = [one.after for one in history.of_requirement("backbone").transitions]
    assert outcomes == ["unknown", "fail", "pass"]
    assert [one.figures["links.unknown"] for one in history.runs()] == [0, 0, 0, 1]


def test_a_link_that_nothing_declares_is_withdrawn(history: History) -> None:
    history.begin(run(1))
    history.record(run(1).id, at=night(1), assessment=assessment("unknown", BACKBONE, CORE))
    history.begin(run(2))
    found = history.record(run(2).id, at=night(2), assessment=assessment("unknown", BACKBONE))
    assert told(found) == ["l-ne  unknown>withdrawn"]


def test_recording_twice_changes_nothing(history: History) -> None:
    seen = report(host("n1", item("a"), item("a"), item("b")))
    first = record(history, 1, seen)
    assert record(history, 1, seen) == first
    assert len(history.of_device("n1").transitions) == 3


def test_old_evidence_does_not_end_what_newer_evidence_opened(history: History) -> None:
    record(history, 2, report(host("n1", item("a"))))
    history.begin(run(1))
    with pytest.raises(HistoryError) as caught:
        history.record(run(1).id, at=night(1), drift=report(host("n1")))
    assert caught.value.code == "out-of-order"
    assert len(history.open_items()) == 1


def test_runs(history: History) -> None:
    history.begin(run(1, reason="nightly", hashes={"inventory": "ab"}))
    history.begin(run(1, reason="again"))
    history.begin(run(2))
    history.finish(run(1).id, "complete", at=night(1) + timedelta(hours=1))
    newest, first = history.runs()
    assert (newest.status, newest.finished_at) == ("running", None)
    assert first == run(
        1, reason="nightly", hashes={"inventory": "ab"}, status="complete",
        finished_at=night(1) + timedelta(hours=1),
    )  # fmt: skip
    assert history.runs(limit=1) == (newest,)


@pytest.mark.parametrize("ask", ["of_device", "of_link", "of_requirement", "of_run"])
def test_what_nothing_is_known_of(history: History, ask: str) -> None:
    with pytest.raises(HistoryError) as caught:
        getattr(history, ask)("stranger")
    assert caught.value.code == "unknown"
    assert caught.value.hint


def test_a_run_has_to_begin(history: History) -> None:
    with pytest.raises(HistoryError, match="no run"):
        history.record("nothing", at=FIRST, drift=report())
    with pytest.raises(HistoryError, match="no run"):
        history.finish("nothing", "complete", at=FIRST)


def test_what_the_database_refuses_is_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netmod.history._engine._BUSY_SECONDS", 0)
    path = tmp_path / "history.db"
    with History.open(path) as one, History.open(path) as other:
        with one._writer.begin(), pytest.raises(HistoryError) as caught:
            other.begin(run(1))
        assert (caught.value.code, caught.value.message) == (
            "locked", f"{path}: database is locked",
        )  # fmt: skip
        other.begin(run(1))
        with one._writer.begin() as connection:
            connection.exec_driver_sql("PRAGMA query_only = ON")
            with pytest.raises(HistoryError) as caught:
                connection.exec_driver_sql("DELETE FROM runs")
        assert caught.value.code == "unwritable"


def test_ids_of_runs_sort_by_time() -> None:
    assert new_run_id(night(1)) < new_run_id(night(2))
    assert new_run_id(night(1)).startswith("20261101T020000Z-")
    assert new_run_id(night(1)) != new_run_id(night(1))


@settings(deadline=None, max_examples=15)  # each makes a database
@given(nights=st.lists(st.sets(st.sampled_from("abcd")), min_size=1, max_size=6))
def test_transitions_add_up_to_what_stands(
    tmp_path_factory: pytest.TempPathFactory, nights: list[set[str]]
) -> None:
    """Replaying the transitions gives exactly the items of the last night."""
    with History.open(tmp_path_factory.mktemp("h") / "history.db") as history:
        for number, items in enumerate(nights, 1):
            record(history, number, report(host("n1", *map(item, sorted(items)))))
        replayed = {}
        for one in history.of_device("n1").transitions:
            assert replayed.get(one.item, "") in (one.before, "fixed")
            replayed[one.item] = one.after
        standing = {name for name, word in replayed.items() if name and word == "open"}
        assert standing == {one.item for one in history.open_items()} == nights[-1]
