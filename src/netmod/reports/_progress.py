"""Sections on what moves: progress with its forecast, milestones, and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from netmod.compliance import (
    SOON,
    LinkChange,
    Milestone,
    MilestoneColour,
    MilestoneResult,
    Past,
    colour_of,
    forecast,
)
from netmod.reports._sections import Basis, verdict_cell
from netmod.reports.parts import Cell, Chart, Grid, Mark, Section, Tone, plain
from netmod.reports.texts import Texts

_COLOUR_TONES: dict[MilestoneColour, Tone] = {
    "green": "good", "yellow": "warn", "red": "bad", "grey": "quiet",
}  # fmt: skip
_MARKS_BACK = timedelta(days=365)
_FARTHEST = timedelta(days=5 * 365)
_STEPS = 4


def milestones(basis: Basis) -> Section:
    """Every milestone with its dates and the status colour of the rule that is printed."""
    texts, head = basis.texts, basis.texts.headings
    columns = ("milestone", "colour", "first-date", "date-now", "moved", "reached")
    rows = [_milestone(one, basis) for one in basis.checked.milestones]
    grid = Grid(
        caption=head["milestones"],
        columns=tuple(head[name] for name in columns),
        rows=tuple(rows),
        note=texts.say("milestone-rule", days=SOON),
    )
    if not rows:
        return Section(title=head["milestones"], paragraphs=(texts.say("milestone-none"),))
    return Section(title=head["milestones"], grids=(grid,))


def _milestone(result: MilestoneResult, basis: Basis) -> tuple[Cell, ...]:
    texts = basis.texts
    milestone = basis.catalogue.milestones[result.milestone]
    colour = colour_of(result.state, result.due, result.moves, basis.today)
    reasons = "; ".join(getattr(one.reason, basis.language) for one in milestone.moved)
    moved = texts.say("moved-times", count=result.moves, reason=reasons) if result.moves else ""
    reached = texts.day(result.reached) if result.reached else texts.say("not-registered")
    return (
        Cell(text=getattr(milestone.title, basis.language)),
        Cell(text=texts.colours[colour], tone=_COLOUR_TONES[colour]),
        *plain(texts.day(result.planned), texts.day(result.due), moved, reached),
    )


def progress(past: Past | None, basis: Basis) -> Section:
    """The trend over runs with the dates that are to be met, and a plain forecast."""
    texts, title = basis.texts, basis.texts.headings["progress"]
    if past is None or not past.points:
        return Section(title=title, paragraphs=(texts.say("no-history"),))
    expected = forecast(past.points)
    deadline = basis.catalogue.order.extended_to or basis.catalogue.order.deadline
    told = {
        "gained": texts.number(expected.gained),
        "left": texts.number(expected.left),
        "days": expected.days,
        "since": texts.day(expected.since) if expected.since else "",
        "day": texts.day(expected.day) if expected.day else "",
    }
    paragraphs = [texts.say(f"forecast-{expected.kind}", **told)]
    if expected.day is not None and deadline is not None:
        late = (expected.day - deadline).days
        code = "forecast-late" if late > 0 else "forecast-in-time"
        paragraphs.append(texts.say(code, days=late, deadline=texts.day(deadline)))
    return Section(
        title=title,
        paragraphs=(" ".join(paragraphs),),
        chart=_picture(past, expected.day, deadline, basis),
    )


def _picture(past: Past, expected: date | None, deadline: date | None, basis: Basis) -> Chart:
    texts, points = basis.texts, past.points
    first, last = points[0], points[-1]
    earliest = first.day - _MARKS_BACK
    marks = [
        Mark(day=one.due, label=_short(basis.catalogue.milestones[one.milestone], basis.language))
        for one in basis.checked.milestones
        if one.due >= earliest
    ]
    if deadline is not None and deadline >= earliest:
        marks.append(Mark(day=deadline, label=texts.headings["deadline"], deadline=True))
    shown = expected if expected and expected - last.day <= _FARTHEST else None
    days = [first.day, last.day, *(mark.day for mark in marks), *([shown] if shown else [])]
    most = max(one.total for one in points)
    steps = sorted({round(most * step / _STEPS) for step in range(_STEPS + 1)})
    title = texts.say(
        "chart-title",
        first=texts.day(first.day), last=texts.day(last.day),
        encrypted_first=first.encrypted, total_first=first.total,
        encrypted_last=last.encrypted, total_last=last.total,
    )  # fmt: skip
    return Chart(
        title=title,
        points=points,
        marks=tuple(marks),
        expected=shown,
        scale=tuple((one, texts.number(one)) for one in steps),
        names=(texts.verdicts["encrypted"], texts.headings["in-scope"]),
        ends=(texts.day(min(days)), texts.day(max(days))),
    )


def _short(milestone: Milestone, language: str) -> str:
    """What stands before the colon of a title: `MP7`."""
    title: str = getattr(milestone.title, language)
    return title.partition(":")[0]


def changes(past: Past | None, basis: Basis) -> Section | None:
    """What is not as it was: links that entered or left the scope, and verdicts."""
    if past is None:
        return None
    texts = basis.texts
    since = texts.day(past.since)
    title = texts.say("changes-title", day=since)
    found = past.changes
    if found is None:
        return Section(title=title, paragraphs=(texts.say("changes-unknown", since=since),))
    parts = {"entered": found.entered, "left": found.left, "better": found.better,
             "worse": found.worse}  # fmt: skip
    if not any(parts.values()):
        return Section(title=title, paragraphs=(texts.say("changes-none"),))
    counts = {name: len(some) for name, some in parts.items()}
    return Section(
        title=title,
        paragraphs=(texts.say("changes-count", **counts),),
        grids=tuple(_changed(name, some, texts) for name, some in parts.items() if some),
    )


def _changed(name: str, some: Sequence[LinkChange], texts: Texts) -> Grid:
    head = texts.headings
    return Grid(
        caption=head[name],
        columns=(head["link"], head["before"], head["after"]),
        rows=tuple(
            (Cell(text=one.link), verdict_cell(one.before, texts), verdict_cell(one.after, texts))
            for one in some
        ),
    )
