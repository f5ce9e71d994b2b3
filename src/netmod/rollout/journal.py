"""The journal: what was decided, told to a device and heard from it, each before the next is done.

One SQLite file for all rollouts of a project. Records are only ever added: triggers refuse anything
else, each record has the hash of the one before it, and `verify` recomputes them all. Each process
that takes a rollout up has a higher token than the one before; what an older one would still write
is refused. A record is on the disk when `append` returns.

The chain shows that nothing within it was altered. That records at its end were removed only shows
to somebody who kept a later hash: a report has the last one.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from netmod.errors import RolloutError

REQUEST = "request"
"""The one act that a process may add which does not carry the rollout out: it asks who does."""
TAKE_OVER = "take-over"
_GENESIS = "0" * 64
_VERSION = 1
_BUSY_SECONDS = 30.0
_SCHEMA = """
CREATE TABLE record (
    seq INTEGER PRIMARY KEY, rollout TEXT NOT NULL, token INTEGER NOT NULL, time TEXT NOT NULL,
    act TEXT NOT NULL, subject TEXT NOT NULL, payload TEXT NOT NULL, previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX record_of_rollout ON record (rollout, seq);
CREATE TRIGGER record_stays BEFORE UPDATE ON record
    BEGIN SELECT RAISE(ABORT, 'records are never altered'); END;
CREATE TRIGGER record_remains BEFORE DELETE ON record
    BEGIN SELECT RAISE(ABORT, 'records are never removed'); END;
CREATE TRIGGER record_is_fenced BEFORE INSERT ON record
    WHEN NEW.act <> 'request'
    AND NEW.token < (SELECT coalesce(max(token), 0) FROM record WHERE rollout = NEW.rollout)
    BEGIN SELECT RAISE(ABORT, 'fenced'); END;
CREATE TABLE lock (
    subject TEXT PRIMARY KEY, rollout TEXT NOT NULL, owner TEXT NOT NULL, taken TEXT NOT NULL,
    expires TEXT NOT NULL
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Record:
    """One entry. `subject` is `KIND:ID` of a wave, unit or change, and "" for the rollout."""

    seq: int
    rollout: str
    token: int
    time: datetime
    act: str
    subject: str
    payload: Mapping[str, Any]
    previous: str
    hash: str


class Journal:
    """An open journal; any thread may use it. Raises `RolloutError` with `full` where nothing can
    be written, `damaged` where it cannot be trusted, `fenced` where another process took over."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it; what is in it is verified."""
        self.path = path
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise self._unwritable(error.strerror or "it cannot be made") from None
        self._connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            with self._translated():
                self._prepare()
            self.verify()
        except BaseException:
            self._connection.close()
            raise

    def append(
        self,
        rollout: str,
        token: int,
        act: str,
        subject: str,
        payload: Mapping[str, Any],
        now: datetime,
    ) -> Record:
        """Add a record; `payload` is JSON and holds no secret. It is synced when this returns."""
        with self.writing():
            return self._insert(rollout, token, act, subject, payload, now)

    def take_over(self, rollout: str, payload: Mapping[str, Any], now: datetime) -> Record:
        """Take a rollout up: the record has the token for all that this process writes."""
        with self.writing():
            token = self._highest_token(rollout) + 1
            return self._insert(rollout, token, TAKE_OVER, "", payload, now)

    def records(self, rollout: str, *, after: int = 0) -> list[Record]:
        """The records of a rollout behind a sequence number, in order."""
        query = "SELECT * FROM record WHERE rollout = ? AND seq > ? ORDER BY seq"
        with self._lock, self._translated():
            return [_record(row) for row in self._connection.execute(query, (rollout, after))]

    def rollouts(self) -> list[str]:
        """Those that have a record, by their first one."""
        query = "SELECT rollout FROM record GROUP BY rollout ORDER BY min(seq)"
        with self._lock, self._translated():
            return [name for (name,) in self._connection.execute(query)]

    def verify(self) -> str:
        """Recompute every hash; the last one. Raises `RolloutError` at the first that is wrong."""
        previous = _GENESIS
        tokens: dict[str, int] = {}
        with self._lock, self._translated():
            rows = self._connection.execute("SELECT * FROM record ORDER BY seq")
            for number, row in enumerate(rows, start=1):
                record = _checked(row, number, previous)
                if record is None or (
                    record.act != REQUEST and record.token < tokens.get(record.rollout, 0)
                ):
                    raise self._damaged(f"record {number} is not what was written")
                if record.act != REQUEST:
                    tokens[record.rollout] = record.token
                previous = record.hash
        return previous

    def close(self) -> None:
        """Close the file; what was appended is safe already."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction of this file alone: all of it is synced at its end, or nothing of it."""
        with self._lock, self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection for a query."""
        with self._lock, self._translated():
            yield self._connection

    def _prepare(self) -> None:
        connection = self._connection
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        if [row[0] for row in connection.execute("PRAGMA quick_check")] != ["ok"]:
            raise self._damaged("SQLite finds it malformed")
        with self.writing():
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in _statements(_SCHEMA):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={_VERSION}")
            elif version != _VERSION:
                raise RolloutError(
                    f"{self.path} is of another release of netmod (version {version})",
                    hint="use the release that wrote it; nothing was done",
                    code="damaged",
                )

    def _highest_token(self, rollout: str) -> int:
        query = "SELECT coalesce(max(token), 0) FROM record WHERE rollout = ?"
        (token,) = self._connection.execute(query, (rollout,)).fetchone()
        return int(token)

    def _insert(
        self,
        rollout: str,
        token: int,
        act: str,
        subject: str,
        payload: Mapping[str, Any],
        now: datetime,
    ) -> Record:
        last = self._connection.execute(
            "SELECT seq, hash FROM record ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        seq, previous = (last[0] + 1, last[1]) if last else (1, _GENESIS)
        fields = (seq, rollout, token, _time(now), act, subject, _json(payload), previous)
        row = (*fields, _hash(fields))
        self._connection.execute("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        return _record(row)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._translation(error) from None

    def _translation(self, error: sqlite3.Error) -> RolloutError:
        primary = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if str(error) == "fenced":
            return RolloutError(
                "another process carries this rollout out now",
                hint="see netmod rollout status; this process does nothing more",
                code="fenced",
            )
        if primary == sqlite3.SQLITE_BUSY:
            return RolloutError(
                f"{self.path} is held by another process",
                hint="see who works with it; nothing was done",
                code="locked",
            )
        writing = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)
        if primary in (*writing, sqlite3.SQLITE_CANTOPEN):
            return self._unwritable(str(error))
        return self._damaged(str(error))

    def _unwritable(self, reason: str) -> RolloutError:
        return RolloutError(
            f"{self.path} cannot be written: {reason}",
            hint="make room or correct the permissions, then resume; without a journal nothing is "
            "done, and what waits for a confirmation goes back by itself",
            code="full",
        )

    def _damaged(self, reason: str) -> RolloutError:
        return RolloutError(
            f"{self.path} cannot be trusted: {reason}",
            hint="keep the file as it is and look at the devices by hand; nothing was done",
            code="damaged",
        )


def _checked(row: Sequence[Any], number: int, previous: str) -> Record | None:
    """The record, or None where it is not in its place or not what its hash says."""
    if row[0] != number or row[7] != previous or row[8] != _hash(row[:8]):
        return None
    try:
        return _record(row)
    except ValueError:
        return None


def _hash(fields: Sequence[Any]) -> str:
    return hashlib.sha256(_json(list(fields)).encode()).hexdigest()


def _json(value: Any) -> str:
    if isinstance(value, Mapping):
        value = dict(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _record(row: Sequence[Any]) -> Record:
    seq, rollout, token, time, act, subject, payload, previous, digest = row
    return Record(
        seq=seq,
        rollout=rollout,
        token=token,
        time=datetime.fromisoformat(time),
        act=act,
        subject=subject,
        payload=MappingProxyType(json.loads(payload)),
        previous=previous,
        hash=digest,
    )


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
