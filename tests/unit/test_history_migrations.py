"""A database of any earlier version becomes one of this version, with what it holds."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from netmod.errors import HistoryError
from netmod.history import History
from netmod.history._engine import HEAD
from netmod.history.tables import metadata
from tests.unit.history_region import host, item, night, report, run

VERSION_1 = Path(__file__).parent / "history_version_1.sql"


def test_head_is_the_newest_migration() -> None:
    folder = Path(sys.modules[History.__module__].__file__ or "").parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [HEAD]


def _from_version_1(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(VERSION_1.read_text(encoding="utf-8"))


@pytest.mark.parametrize("dump", [False, True], ids=["empty", "version 1"])
def test_migrated_is_what_the_tables_say(tmp_path: Path, dump: bool) -> None:
    path = tmp_path / "history.db"
    if dump:
        _from_version_1(path)
    with History.open(path) as history, history._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, metadata) == []


def test_version_1_keeps_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    _from_version_1(path)
    with History.open(path) as history:
        (known,) = history.runs()
        assert known == run(1, observed_at=night(1), figures=known.figures)
        assert [one.item for one in history.open_items()] == ["a"]
        history.begin(run(2))
        history.record(run(2).id, at=night(2), drift=report(host("n1")))
        assert history.open_items() == ()


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    History.open(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    with pytest.raises(HistoryError) as caught:
        History.open(path)
    assert caught.value.code == "newer"


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 500])
def test_what_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(content)
    with pytest.raises(HistoryError) as caught:
        History.open(path)
    assert caught.value.code == "damaged"
    assert path.read_bytes() == content


def test_one_drift_of_version_1_is_what_today_records(tmp_path: Path) -> None:
    """The dump was written by a netmod of version 1 with exactly this record."""
    _from_version_1(tmp_path / "old.db")
    with History.open(tmp_path / "old.db") as old, History.open(tmp_path / "new.db") as new:
        new.begin(run(1))
        new.record(run(1).id, at=night(1), drift=report(host("n1", item("a"))))
        assert old.of_device("n1") == new.of_device("n1")
