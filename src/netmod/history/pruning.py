"""Retention: what is older than its time goes, and what still stands never does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, func, or_, select, tuple_

from netmod.history import tables
from netmod.history.model import Pruned

_T, _S, _R = tables.transitions, tables.standing, tables.runs
_C, _B = tables.captures, tables.blobs


def prune(connection: Connection, *, before: datetime, captures_before: datetime) -> Pruned:
    """Take away what is older than the two moments.

    The last transition of what stands stays, whatever its age, and every run that a row refers to.
    """
    newest = (
        select(func.max(_T.c.id))
        .where(
            tuple_(_T.c.kind, _T.c.subject, _T.c.item).in_(
                select(_S.c.kind, _S.c.subject, _S.c.item)
            )
        )
        .group_by(_T.c.kind, _T.c.subject, _T.c.item)
    )
    transitions = delete(_T).where(_T.c.at < before, _T.c.id.not_in(newest))
    old_runs = select(_R.c.id).where(_R.c.started_at < captures_before)
    captures = delete(_C).where(_C.c.run.in_(old_runs))
    blobs = delete(_B).where(~exists().where(_C.c.sha256 == _B.c.sha256))
    referred = or_(
        exists().where(_T.c.run == _R.c.id),
        exists().where(_C.c.run == _R.c.id),
        exists().where(or_(_S.c.since_run == _R.c.id, _S.c.last_run == _R.c.id)),
    )
    runs = delete(_R).where(_R.c.started_at < before, _R.c.status != "running", ~referred)
    return Pruned(
        transitions=_count(connection, transitions),
        captures=_count(connection, captures),
        blobs=_count(connection, blobs),
        runs=_count(connection, runs),
    )


def _count(connection: Connection, statement: Any) -> int:
    return int(connection.execute(statement).rowcount)
