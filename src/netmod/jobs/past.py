"""What the history knows of earlier runs, as the values that reports are made of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time

from netmod.compliance import (
    Assessment,
    Known,
    Past,
    Point,
    TrustScope,
    changes_since,
    daily,
)
from netmod.history import History, Transition
from netmod.settings import Project

_PREFIX = "links."


def begin_of_tertial(day: date) -> date:
    """The first day of a day's tertial: January, May or September."""
    return date(day.year, (day.month - 1) // 4 * 4 + 1, 1)


def past_of(
    project: Project,
    assessment: Assessment,
    since: date,
    scope: TrustScope | None = None,
    declared: Collection[str] = (),
) -> Past:
    """The trend over runs, and what changed since the first moment of a day (UTC).

    With `scope` only what concerns a trust is compared, and there is no trend: runs count the
    region as a whole. A link that none is `declared` for any more concerns whom it did; where
    that was not recorded, every trust. Nothing where nothing is recorded.
    """
    if not project.history.is_file():
        return Past(since=since)
    moment = datetime.combine(since, time(), UTC)
    with History.open(project.history) as history:
        runs = history.runs() if scope is None else ()
        before = history.states_at("link", moment)
    points = [
        Point(
            day=run.observed_at.date(),
            encrypted=run.figures.get(f"{_PREFIX}encrypted", 0),
            total=sum(n for name, n in run.figures.items() if name.startswith(_PREFIX)),
        )
        for run in reversed(runs)
        if run.observed_at is not None and f"{_PREFIX}unknown" in run.figures
    ]
    if scope is None:
        total = assessment.coverage.total.links
        day = (assessment.captured_at or assessment.at).date()
        points = [one for one in points if one.day <= day]
        points.append(Point(day=day, encrypted=total.encrypted, total=total.total))
    known = {
        name: Known(state=one.after, in_scope=_in_scope(one.after, one.details.get("in_scope")))
        for name, one in before.items()
        if scope is None or _concerns(scope, one, declared)
    }
    changes = changes_since(since, known, assessment) if before else None
    return Past(points=daily(points) if len(points) > 1 else (), since=since, changes=changes)


def _concerns(scope: TrustScope, one: Transition, declared: Collection[str]) -> bool:
    if one.subject in scope.links or one.subject in declared:
        return one.subject in scope.links
    trusts = one.details.get("trusts")
    return trusts is None or scope.trust in trusts


def _in_scope(state: str, told: object) -> bool:
    return bool(told) and state not in ("withdrawn", "planned", "decommissioned")
