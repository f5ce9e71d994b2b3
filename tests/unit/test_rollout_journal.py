"""The journal keeps what it was told, in order, and says when it cannot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netmod.errors import RolloutError
from netmod.rollout.journal import REQUEST, Journal
from netmod.rollout.locks import carrying_out, is_carried_out, locks, release, take

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rollout" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal(path) as opened:
        yield opened


def fill(journal: Journal, number: int = 3) -> int:
    token = journal.take_over("r1", {"by": "olav"}, NOON).token
    for step in range(number):
        journal.append("r1", token, "commit", f"change:c{step}", {"n": step, "å": "ø"}, NOON)
    return token


def test_what_was_written_is_read_by_another_process(path: Path) -> None:
    with Journal(path) as one:
        fill(one)
    with Journal(path) as other:
        records = other.records("r1")
        assert [(one.seq, one.act, one.subject) for one in records] == [
            (1, "take-over", ""),
            (2, "commit", "change:c0"),
            (3, "commit", "change:c1"),
            (4, "commit", "change:c2"),
        ]
        assert records[1].payload == {"n": 0, "å": "ø"}
        assert records[1].time == NOON
        assert [one.previous for one in records[1:]] == [one.hash for one in records[:-1]]
        assert other.verify() == records[-1].hash
        assert other.rollouts() == ["r1"]
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("statement", ["UPDATE record SET act = 'x'", "DELETE FROM record"])
def test_records_are_only_added(journal: Journal, path: Path, statement: str) -> None:
    fill(journal)
    other = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="never"):
        other.execute(statement)
    other.close()


TAMPERED = {
    "act": "UPDATE record SET act = 'confirm' WHERE seq = 3",
    "subject": "UPDATE record SET subject = 'change:other' WHERE seq = 3",
    "payload": "UPDATE record SET payload = '{}' WHERE seq = 3",
    "time": "UPDATE record SET time = '2026-06-15T13:00:00.000000+00:00' WHERE seq = 3",
    "token": "UPDATE record SET token = 9 WHERE seq = 3",
    "removed": "DELETE FROM record WHERE seq = 3",
    "first removed": "DELETE FROM record WHERE seq = 1",
    "renumbered": "UPDATE record SET seq = 30 WHERE seq = 4",
}


@pytest.mark.parametrize("how", TAMPERED)
def test_tampering_shows(path: Path, how: str) -> None:
    with Journal(path) as journal:
        fill(journal)
    raw = sqlite3.connect(path, isolation_level=None)
    for trigger in ("record_stays", "record_remains"):
        raw.execute(f"DROP TRIGGER {trigger}")
    raw.execute(TAMPERED[how])
    raw.close()
    with pytest.raises(RolloutError, match="cannot be trusted") as caught:
        Journal(path)
    assert caught.value.code == "damaged"


def test_an_older_process_is_fenced_off(journal: Journal) -> None:
    old = fill(journal)
    new = journal.take_over("r1", {}, NOON).token
    assert new == old + 1
    with pytest.raises(RolloutError) as caught:
        journal.append("r1", old, "confirm", "change:c0", {}, NOON)
    assert caught.value.code == "fenced"
    journal.append("r1", 0, REQUEST, "", {"kind": "pause"}, NOON)
    journal.append("r1", new, "confirm", "change:c0", {}, NOON)
    assert journal.take_over("r2", {}, NOON).token == 1
    journal.verify()


def test_a_full_disk_is_said_and_leaves_what_was_written(path: Path) -> None:
    with Journal(path) as journal:
        token = fill(journal)
        with journal.reading() as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(RolloutError, match="cannot be written") as caught:
            journal.append("r1", token, "commit", "change:c9", {"text": "x" * 100_000}, NOON)
        assert caught.value.code == "full"
        assert len(journal.records("r1")) == 4
    with Journal(path) as journal:
        assert len(journal.records("r1")) == 4


@pytest.mark.parametrize("cut", [10, 4096, 9000])
def test_a_torn_file_is_not_gone_on_with(path: Path, cut: int) -> None:
    with Journal(path) as journal:
        fill(journal, 60)
    whole = path.read_bytes()
    path.write_bytes(whole[:cut])
    with pytest.raises(RolloutError) as caught:
        Journal(path)
    assert caught.value.code == "damaged"


def test_garbage_is_no_journal(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database at all" * 500)
    with pytest.raises(RolloutError) as caught:
        Journal(path)
    assert caught.value.code == "damaged"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RolloutError) as caught:
        Journal(tmp_path / "file" / "journal.db")
    assert caught.value.code == "full"


HOUR = timedelta(hours=1)


def test_a_device_is_locked_for_one_rollout_at_a_time(journal: Journal) -> None:
    def nobody(rollout: str) -> bool:
        return False

    pair = ["device:a", "link:l"]
    assert take(journal, pair, ("r1", "olav"), (NOON, NOON + HOUR), nobody) == []
    against = take(journal, ["device:b", "link:l"], ("r2", "kari"), (NOON, NOON + HOUR), nobody)
    assert [(one.subject, one.rollout, one.owner) for one in against] == [("link:l", "r1", "olav")]
    assert [one.subject for one in locks(journal)] == pair
    later = NOON + 2 * HOUR
    assert take(journal, pair, ("r1", "olav"), (later, later + HOUR), nobody) == []
    assert {one.expires for one in locks(journal)} == {later + HOUR}
    release(journal, "r2", pair)
    assert len(locks(journal)) == 2
    release(journal, "r1", pair)
    assert locks(journal) == []


def test_an_expired_lock_holds_while_its_process_lives(journal: Journal) -> None:
    take(journal, ["device:a"], ("r1", "olav"), (NOON, NOON + HOUR), lambda _: False)
    later = (NOON + 2 * HOUR, NOON + 3 * HOUR)
    assert take(journal, ["device:a"], ("r2", "kari"), later, lambda name: name == "r1")
    assert not take(journal, ["device:a"], ("r2", "kari"), later, lambda _: False)


def test_one_process_carries_a_rollout_out(tmp_path: Path) -> None:
    file = tmp_path / "r1" / "running.lock"
    assert not is_carried_out(file)
    with carrying_out(file, "r1"):
        assert is_carried_out(file)
        with pytest.raises(RolloutError) as caught, carrying_out(file, "r1"):
            pass
        assert caught.value.code == "locked"
    assert not is_carried_out(file)
