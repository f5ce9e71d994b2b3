"""The database itself: opening, transactions, and bringing it to the version of this netmod."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, inspect, text
from sqlalchemy.engine import ExceptionContext

from netmod.errors import HistoryError, OutputError
from netmod.history._lock import held

HEAD = "0002"
"""The newest migration."""

_BUSY_SECONDS = 120
_WRITES = "netmod_writes"
_BUGS = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.NotSupportedError)


def open_engine(path: Path) -> Engine:
    """The database at `path`, made or migrated where it has to be.

    Raises `HistoryError` with code `newer` where a newer netmod made it, `damaged` where it is no
    database of ours, `OutputError` where it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise OutputError(
            f"{path}: {error.strerror or 'cannot be made'}", hint="check the folder's permissions"
        ) from None
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _translate)
    if _version(engine) != HEAD:
        with held(path.with_name(f"{path.name}.lock")):
            _upgrade(engine)
    return engine


def writing(engine: Engine) -> Engine:
    """The same database, whose transactions take their turn at the start."""
    return engine.execution_options(**{_WRITES: True})


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # its driver's own transactions leave out DDL and reads
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _translate(context: ExceptionContext) -> None:
    """What the database itself refuses becomes an error of ours; wrong statements stay bugs."""
    error, engine = context.original_exception, context.engine
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, _BUGS):
        raise _refused(error, engine.url.database if engine else "the history")


def _refused(error: sqlite3.Error, path: str | None) -> HistoryError:
    if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        hint, code = "another process writes for long; try again when it is done", "locked"
    elif error.sqlite_errorname.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        hint, code = "put it aside and restore it from its copy", "damaged"
    else:
        hint, code = "check free space and permissions", "unwritable"
    return HistoryError(f"{path}: {error}", hint=hint, code=code)


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(engine: Engine) -> None:
    """Bring the database to `HEAD`, in one transaction."""
    # Alembic costs 0.2 s, and only a new or older database needs it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    except sqlite3.DatabaseError as error:
        raise _refused(error, engine.url.database) from None
    finally:
        raw.close()
    config = Config()
    config.set_main_option("script_location", "netmod.history:migrations")
    config.set_main_option("path_separator", "os")
    try:
        with writing(engine).begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, HEAD)
    except CommandError:
        raise HistoryError(
            "the history was written by a newer netmod",
            hint="use that version, or put the database aside",
            code="newer",
        ) from None
