"""Alembic's entry: the connection, and its transaction, come from the caller."""

from __future__ import annotations

from alembic import context

from netmod.history.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
