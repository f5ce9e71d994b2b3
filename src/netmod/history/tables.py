"""The tables. What changes here needs a migration in `migrations/versions`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
)


class UtcTime(TypeDecorator[datetime]):
    """Times with zone, stored in UTC: SQLite keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 SQLAlchemy's
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 SQLAlchemy's
        if value is None or value.tzinfo is not None:
            return value  # type: ignore[no-any-return] # what a driver gives is Any
        return value.replace(tzinfo=UTC)  # type: ignore[no-any-return] # the same


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_RUN = String(32)

runs = Table(
    "runs",
    metadata,
    Column("id", _RUN, primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("observed_at", UtcTime),
    Column("status", String(16), nullable=False),
    Column("tool_version", String(64), nullable=False),
    Column("operator", JSON, nullable=False),
    Column("reason", String, nullable=False),
    Column("hashes", JSON, nullable=False),
    Column("figures", JSON, nullable=False),
)

transitions = Table(
    "transitions",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("run", _RUN, ForeignKey("runs.id"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("item", String(64), nullable=False),
    Column("before", String(32), nullable=False),
    Column("after", String(32), nullable=False),
    Column("reason", String(255), nullable=False),
    Column("details", JSON, nullable=False),
    Index("ix_transitions_subject", "kind", "subject", "item"),
)
"""Append-only: rows are added and pruned, never changed."""

standing = Table(
    "standing",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("item", String(64), primary_key=True),
    Column("state", String(32), nullable=False),
    Column("reason", String(255), nullable=False),
    Column("details", JSON, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("since_run", _RUN, ForeignKey("runs.id"), nullable=False),
    Column("last_seen", UtcTime, nullable=False),
    Column("last_run", _RUN, ForeignKey("runs.id"), nullable=False),
)
"""What holds now; it follows from the transitions, but for `last_seen`."""

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""Contents, compressed with zstandard; `sha256` and `size` are over what they hold."""

captures = Table(
    "captures",
    metadata,
    Column("run", _RUN, ForeignKey("runs.id"), primary_key=True),
    Column("host", String(255), nullable=False, index=True),
    Column("file", String(512), primary_key=True),
    Column("command", String(512)),
    Column("captured_at", UtcTime),
    Column("source_sha256", String(64), nullable=False),
    Column("sha256", String(64), ForeignKey("blobs.sha256"), nullable=False, index=True),
)
"""Which output of which run is which blob; `source_sha256` is the capture's own, as sealed."""
