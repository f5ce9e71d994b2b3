"""What is known of rollouts: where they stand, and what the ticket of a change needs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from netmod.errors import RolloutError
from netmod.jobs.clock import now
from netmod.jobs.inventory import project_at
from netmod.jobs.rollout import open_journal
from netmod.jobs.rollout_approval import standing_of
from netmod.jobs.rollout_plan import stored_plan
from netmod.rollout.execute import RUNNING
from netmod.rollout.journal import Journal, Record
from netmod.rollout.locks import is_carried_out, locks
from netmod.rollout.report import Approvals, RolloutReport, report
from netmod.rollout.standing import Rollout, fold
from netmod.rollout.store import StoredPlan

_POLL = 1.0


def rollout_report(root: Path | None, name: str) -> RolloutReport:
    """Where a rollout stands and how it came there, every hash of the journal verified.

    Raises `RolloutError` where there is none, it was not started, or the journal cannot be trusted.
    """
    project, stored = project_at(root), stored_plan(root, name)
    with open_journal(project) as journal:
        records = journal.records(stored.plan.id)
        if not records:
            raise RolloutError(
                f"{stored.plan.id} was not started",
                hint=f"see it with netmod rollout show {stored.plan.id}",
                code="state",
            )
        approved = standing_of(project, stored, now())
        by = tuple(one.statement.approver for one in approved.counted if one.statement)
        return report(
            fold(stored.plan, records),
            records,
            Approvals(by=_approved_by(records) or by, needed=approved.needed),
            locks(journal),
            at_work=_is_at_work(stored),
            chain=journal.verify(),
        )


def last_rollout(root: Path | None) -> str:
    """The rollout that was begun last. Raises `RolloutError` where none was."""
    with open_journal(project_at(root)) as journal:
        known = journal.rollouts()
    if not known:
        raise RolloutError(
            "no rollout was started yet", hint="make a plan: netmod rollout plan", code="unknown"
        )
    return known[-1]


def follow(root: Path | None, name: str) -> Iterator[tuple[Record, Rollout]]:
    """Each record of a rollout as it is written, with where it leaves the rollout; ends when no
    process carries it out any more."""
    project, stored = project_at(root), stored_plan(root, name)
    with open_journal(project) as journal:
        rollout, seen = Rollout(stored.plan), 0
        while True:
            working = _is_at_work(stored)
            for record in _more(journal, stored, seen):
                rollout.apply(record)
                seen = record.seq
                yield record, rollout
            if not working:
                return
            time.sleep(_POLL)


def _more(journal: Journal, stored: StoredPlan, seen: int) -> list[Record]:
    return journal.records(stored.plan.id, after=seen)


def _approved_by(records: list[Record]) -> tuple[str, ...]:
    """Whose approvals counted when it was started: they may have expired since."""
    return tuple(records[0].payload.get("approved_by", ())) if records else ()


def _is_at_work(stored: StoredPlan) -> bool:
    return is_carried_out(stored.folder / RUNNING)
