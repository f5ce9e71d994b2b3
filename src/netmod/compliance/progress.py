"""How coverage moves: from what was known earlier and what is known now. Pure.

`history` keeps what was known; jobs hand it in as the values of this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

from netmod.compliance._model import Model
from netmod.compliance.assessment import Assessment
from netmod.compliance.table import VERDICTS

FORECAST_DAYS = 180
"""A forecast looks at the pace of no more than so many days."""
_LEAST_DAYS = 28
_NEVER = 20 * 365


class Point(Model):
    """Links in scope on one day, and how many of them were encrypted."""

    day: date
    encrypted: int
    total: int


ForecastKind = Literal["reached", "too-little-history", "no-progress", "expected"]


class Forecast(Model):
    """When all links would be encrypted at the pace of the days from `since`.

    `gained` is how many more are encrypted since then. `day` only where the kind is `expected`;
    it is no promise: the links that are left may be the hard ones.
    """

    kind: ForecastKind
    since: date | None = None
    days: int = 0
    gained: int = 0
    left: int = 0
    day: date | None = None


def forecast(points: Sequence[Point]) -> Forecast:
    """A straight line through the oldest point of the last half year and the newest one.

    `too-little-history` where these lie less than four weeks apart; `no-progress` where nothing
    was gained, or where the line would take more than twenty years.
    """
    if not points:
        return Forecast(kind="too-little-history")
    newest = points[-1]
    left = newest.total - newest.encrypted
    if newest.total and not left:
        return Forecast(kind="reached")
    oldest = next(one for one in points if one.day >= newest.day - timedelta(days=FORECAST_DAYS))
    days = (newest.day - oldest.day).days
    if days < _LEAST_DAYS or not newest.total:
        return Forecast(kind="too-little-history", left=left)
    gained = newest.encrypted - oldest.encrypted
    told = {"since": oldest.day, "days": days, "gained": gained, "left": left}
    needed = -(-left * days // gained) if gained > 0 else _NEVER
    if needed >= _NEVER:
        return Forecast(kind="no-progress", **told)
    return Forecast(kind="expected", day=newest.day + timedelta(days=needed), **told)


class Known(Model):
    """What was known of a link: its verdict or status, and whether it was in scope."""

    state: str
    in_scope: bool


class LinkChange(Model):
    """A link whose state is another one than it was. "" where it was not there then; a status
    (`planned`, `decommissioned`), `withdrawn` or `out-of-scope` where it does not count now."""

    link: str
    before: str
    after: str


class Changes(Model):
    """What is not as it was on a day.

    `entered` and `left` are the links that came into the denominator or went out of it, and the
    others those that stayed and have a better or a worse verdict.
    """

    since: date
    entered: tuple[LinkChange, ...] = ()
    left: tuple[LinkChange, ...] = ()
    better: tuple[LinkChange, ...] = ()
    worse: tuple[LinkChange, ...] = ()


class Past(Model):
    """What is known of earlier runs: the points of the trend, oldest first and the newest now, and
    what changed since a day; None where nothing is known from before that."""

    points: tuple[Point, ...] = ()
    since: date
    changes: Changes | None = None


def changes_since(since: date, before: Mapping[str, Known], assessment: Assessment) -> Changes:
    """Compare the links of an assessment with what was known of them, by link id."""
    now = {link.id: link.word for link in assessment.links if link.in_scope}
    elsewhere = {link.id: "out-of-scope" for link in assessment.links if not link.in_scope}
    elsewhere |= {link.id: link.status for link in assessment.inactive}
    counted = {name: one.state for name, one in before.items() if one.in_scope}
    entered = [
        LinkChange(link=name, before=before[name].state if name in before else "", after=word)
        for name, word in sorted(now.items())
        if name not in counted
    ]
    left = [
        LinkChange(link=name, before=state, after=elsewhere.get(name, "withdrawn"))
        for name, state in sorted(counted.items())
        if name not in now
    ]
    moved = [
        LinkChange(link=name, before=counted[name], after=word)
        for name, word in sorted(now.items())
        if name in counted and counted[name] != word
    ]
    return Changes(
        since=since,
        entered=tuple(entered),
        left=tuple(left),
        better=tuple(one for one in moved if _rank(one.after) > _rank(one.before)),
        worse=tuple(one for one in moved if _rank(one.after) <= _rank(one.before)),
    )


_RANKS: Mapping[str, int] = {name: rank for rank, name in enumerate(VERDICTS)}


def _rank(state: str) -> int:
    """0 is the worst verdict."""
    return _RANKS.get(state, -1)


MilestoneColour = Literal["green", "yellow", "red", "grey"]
SOON = 90
"""Days before its date in which a milestone that is not reached is yellow."""


def colour_of(
    state: Literal["reached", "reached-late", "due", "not-registered"],
    due: date,
    moves: int,
    today: date,
) -> MilestoneColour:
    """The status colour of a milestone, by a rule that reports print.

    Green: registered as reached, by the date that counts. Yellow: reached later than that, or
    moved, or due within 90 days. Red: its date has passed, and nobody has registered it as
    reached. Grey: due later.
    """
    if state == "reached":
        return "green"
    if state == "not-registered":
        return "red"
    if state == "reached-late" or moves or (due - today).days <= SOON:
        return "yellow"
    return "grey"


def daily(points: Iterable[Point], keep: int = 60) -> tuple[Point, ...]:
    """The last point of each day, oldest first; thinned to about `keep`, first and last among
    them."""
    by_day = {one.day: one for one in points}
    ordered = [by_day[day] for day in sorted(by_day)]
    if len(ordered) <= keep:
        return tuple(ordered)
    step = (len(ordered) - 1) / (keep - 1)
    chosen = sorted({round(number * step) for number in range(keep)})
    return tuple(ordered[at] for at in chosen)
