"""Captures: what devices said, each content once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
    )
    op.create_table(
        "captures",
        sa.Column("run", sa.String(32), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("file", sa.String(512), nullable=False),
        sa.Column("command", sa.String(512)),
        sa.Column("captured_at", sa.DateTime(timezone=True)),
        sa.Column("source_sha256", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("run", "file", name="pk_captures"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_captures_run_runs"),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_captures_sha256_blobs"),
    )
    op.create_index("ix_captures_host", "captures", ["host"])
    op.create_index("ix_captures_sha256", "captures", ["sha256"])
