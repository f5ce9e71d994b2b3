"""Captures by content, and what retention takes away."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from netmod.errors import HistoryError
from netmod.evidence import Capture, redact
from netmod.history import History, Pruned
from tests.unit.history_region import assessment, host, item, night, report, run


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.open(tmp_path / "history.db") as opened:
        yield opened


def capture(host: str, text: str, file: str = "show_version.txt") -> Capture:
    digest = hashlib.sha256(b"as sealed").hexdigest()
    return Capture(host, "show version", text, f"{host}/{file}", digest, captured_at=night(1))


def test_a_content_is_stored_once(history: History) -> None:
    for number in (1, 2):
        history.begin(run(number))
    one, two = capture("n1", "same\n" * 50), capture("n2", "same\n" * 50)
    assert history.keep_captures(run(1).id, [one, two]) == 1
    assert history.keep_captures(run(2).id, [one, capture("n2", "other\n")]) == 1
    assert history.captures(run(1).id, "n2") == (two,)
    assert history.captures(run(2).id, "n2")[0].text == "other\n"
    assert history.captures(run(2).id, "n3") == ()


def test_keeping_again_adds_what_is_missing(history: History) -> None:
    history.begin(run(1))
    many = [capture("n1", f"{number}\n", f"{number:04}.txt") for number in range(600)]
    assert history.keep_captures(run(1).id, many[:300]) == 300
    assert history.keep_captures(run(1).id, many) == 300
    assert history.captures(run(1).id, "n1") == tuple(many)


def test_a_damaged_content_is_told(history: History) -> None:
    history.begin(run(1))
    history.keep_captures(run(1).id, [capture("n1", "good\n"), capture("n2", "also\n")])
    with history._writer.begin() as connection:
        connection.execute(text("UPDATE blobs SET content = x'00' WHERE size = 5"))
    with pytest.raises(HistoryError) as caught:
        history.captures(run(1).id, "n1")
    assert caught.value.code == "damaged"


def test_captures_belong_to_a_run(history: History) -> None:
    with pytest.raises(HistoryError, match="no run"):
        history.keep_captures("nothing", [])


def test_no_secret_in_the_database(history: History, tmp_path: Path) -> None:
    history.begin(run(1))
    config = redact("username kari secret 0 C4n4ry\nsnmp-server community C4n4ry RO\n")
    history.keep_captures(run(1).id, [capture("n1", config)])
    drift = report(host("n1", item("a", running=tuple(config.splitlines()))))
    history.record(run(1).id, at=night(1), drift=drift)
    assert "<redacted>" in history.captures(run(1).id, "n1")[0].text
    assert all(b"C4n4ry" not in path.read_bytes() for path in tmp_path.iterdir())
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())


def test_retention_takes_what_is_old_and_nothing_that_stands(history: History) -> None:
    nights = [["a", "b"], ["b"], ["b"], ["b", "c"]]
    for number, items in enumerate(nights, 1):
        history.begin(run(number))
        seen = report(host("n1", *map(item, items)))
        history.record(
            run(number).id, at=night(number), drift=seen, assessment=assessment("unknown")
        )
        history.finish(run(number).id, "complete", at=night(number))
        history.keep_captures(run(number).id, [capture("n1", f"night {number // 2}\n")])
    before = history.open_items()
    pruned = history.prune(before=night(4), captures_before=night(4) - timedelta(hours=1))
    assert pruned == Pruned(transitions=2, captures=3, blobs=2, runs=2)
    assert history.open_items() == before
    assert history.open_items()[0].opened_at == night(1)
    words = [(one.item, one.after) for one in history.of_device("n1").transitions]
    assert words == [("", "drift"), ("b", "open"), ("c", "open")]
    assert [one.id for one in history.runs()] == [run(4).id, run(1).id]
    assert history.captures(run(4).id, "n1")
    assert history.captures(run(1).id, "n1") == ()


def test_a_run_that_is_going_on_is_not_taken_away(history: History) -> None:
    history.begin(run(1))
    history.prune(before=night(9), captures_before=night(9))
    assert len(history.runs()) == 1
