"""Runs, transitions, and what stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TIME = sa.DateTime(timezone=True)
_RUN = sa.String(32)


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("id", _RUN, nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME),
        sa.Column("observed_at", _TIME),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("tool_version", sa.String(64), nullable=False),
        sa.Column("operator", sa.JSON, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("hashes", sa.JSON, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_table(
        "transitions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("run", _RUN, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("before", sa.String(32), nullable=False),
        sa.Column("after", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(255), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transitions"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_transitions_run_runs"),
    )
    op.create_index("ix_transitions_run", "transitions", ["run"])
    op.create_index("ix_transitions_at", "transitions", ["at"])
    op.create_index("ix_transitions_subject", "transitions", ["kind", "subject", "item"])
    op.create_table(
        "standing",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(255), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("since_run", _RUN, nullable=False),
        sa.Column("last_seen", _TIME, nullable=False),
        sa.Column("last_run", _RUN, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", "item", name="pk_standing"),
        sa.ForeignKeyConstraint(["since_run"], ["runs.id"], name="fk_standing_since_run_runs"),
        sa.ForeignKeyConstraint(["last_run"], ["runs.id"], name="fk_standing_last_run_runs"),
    )
