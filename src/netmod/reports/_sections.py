"""Sections that reports and documents have in common: progress, changes, deviations, coverage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from netmod.compliance import (
    SOON,
    Assessment,
    Catalogue,
    Checked,
    Cross,
    Figure,
    Finding,
    LinkChange,
    Milestone,
    MilestoneColour,
    MilestoneResult,
    Past,
    Row,
    colour_of,
    forecast,
)
from netmod.inventory import Inventory
from netmod.reports._items import Items, share
from netmod.reports.parts import Cell, Chart, Grid, Mark, Section, Tone, plain
from netmod.reports.texts import Texts, named

_COLOUR_TONES: dict[MilestoneColour, Tone] = {
    "green": "good", "yellow": "warn", "red": "bad", "grey": "quiet",
}  # fmt: skip
_OUTCOME_TONES: dict[str, Tone] = {
    "pass": "good", "fail": "bad", "unknown": "quiet", "error": "warn", "not-applicable": "quiet",
}  # fmt: skip
_VERDICT_TONES: dict[str, Tone] = {
    "encrypted": "good", "attested": "quiet", "unknown": "quiet", "configured": "warn",
    "weak": "warn", "one-sided": "bad", "unencrypted": "bad",
}  # fmt: skip
_MARKS_BACK = timedelta(days=365)
_FARTHEST = timedelta(days=5 * 365)
_STEPS = 4


@dataclass(frozen=True, slots=True)
class Basis:
    """What sections are made of."""

    assessment: Assessment
    checked: Checked
    catalogue: Catalogue
    inventory: Inventory
    texts: Texts

    @property
    def items(self) -> Items:
        return Items(self.assessment, self.inventory, {}, self.texts)

    @property
    def language(self) -> str:
        return self.texts.language

    @property
    def today(self) -> date:
        return self.assessment.at.date()


def verdict_cell(word: str, texts: Texts) -> Cell:
    """A verdict, or why a link does not count."""
    return Cell(text=texts.verdict_or_state(word), tone=_VERDICT_TONES.get(word, ""))


def outcome_cell(outcome: str, texts: Texts) -> Cell:
    """The outcome of a requirement or check."""
    return Cell(text=texts.outcomes[outcome], tone=_OUTCOME_TONES[outcome])


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


def coverage(basis: Basis) -> tuple[Grid, ...]:
    """Coverage by layer, trust and class of site: each figure with its denominator."""
    head, found = basis.texts.headings, basis.assessment.coverage
    items, layers = basis.items, basis.texts.layers
    total = (basis.texts.say("all-in-scope"), found.total)
    return tuple(
        _coverage(head[caption], head[first], [total, *rows], basis.texts)
        for caption, first, rows in (
            ("by-layer", "layer", [(named(layers, row.key), row) for row in found.by_layer]),
            ("by-trust", "trust", [(items.trust(row.key), row) for row in found.by_trust]),
            ("by-class", "site-class", [(row.key, row) for row in found.by_site_class]),
        )
        if rows
    )


def _coverage(caption: str, first: str, rows: Iterable[tuple[str, Row]], texts: Texts) -> Grid:
    head = texts.headings
    return Grid(
        caption=caption,
        columns=(first, head["links"], head["locations"], head["capacity"]),
        rows=tuple(
            (Cell(text=label), _figure(row.links, texts), _figure(row.locations, texts),
             _figure(row.capacity, texts, capacity=True))
            for label, row in rows
        ),
        note=texts.say("rounding"),
    )  # fmt: skip


def _figure(figure: Figure, texts: Texts, *, capacity: bool = False) -> Cell:
    shown = share(figure, texts, capacity=capacity)
    beside = f", {shown.beside}" if shown.beside else ""
    return Cell(text=f"{shown.percent} ({shown.detail}{beside})")


def heat(basis: Basis) -> Grid | None:
    """Trust × layer; the colour is that of the share. None without two trusts."""
    found = basis.assessment.coverage.by_trust_and_layer
    trusts = list(dict.fromkeys(one.trust for one in found))
    layers = list(dict.fromkeys(row.key for row in basis.assessment.coverage.by_layer))
    if len(trusts) < 2:
        return None
    by_place = {(one.trust, one.layer): one for one in found}
    head, texts = basis.texts.headings, basis.texts
    return Grid(
        caption=head["heat"],
        columns=(head["trust"], *(named(texts.layers, one) for one in layers)),
        rows=tuple(
            (Cell(text=basis.items.trust(trust)),
             *(_heat(by_place.get((trust, layer)), texts) for layer in layers))
            for trust in trusts
        ),
        note=texts.say("heat-note"),
    )  # fmt: skip


def _heat(one: Cross | None, texts: Texts) -> Cell:
    if one is None:
        return Cell(text="–", tone="quiet")
    share_of = one.links.permille or 0
    tone: Tone = "good" if share_of == 1000 else "warn" if share_of >= 500 else "bad"
    counts = f"{texts.number(one.links.encrypted)}/{texts.number(one.links.total)}"
    return Cell(text=f"{texts.percent(one.links)} ({counts})", tone=tone)


def gains(basis: Basis) -> Grid | None:
    """The links that would raise coverage most."""
    found = basis.assessment.coverage.gains
    head, texts, items = basis.texts.headings, basis.texts, basis.items
    if not found:
        return None
    return Grid(
        caption=head["gains"],
        columns=(head["link"], head["verdict"], head["capacity"], head["completes"]),
        rows=tuple(
            (Cell(text=one.link), verdict_cell(one.verdict, texts),
             *plain(texts.capacity(one.capacity), ", ".join(map(items.site, one.locations))))
            for one in found
        ),
        note=texts.say("gains-note"),
    )  # fmt: skip


def deviations(basis: Basis) -> Section:
    """Requirements that are not met or not known, each with its measures; waivers; and what is
    wrong in the catalogue itself."""
    head, texts = basis.texts.headings, basis.texts
    open_ = [one for one in basis.checked.tallies if one.outcome in ("fail", "error", "unknown")]
    grids: list[Grid] = []
    if open_:
        columns = ("requirement", "result", "deviation", "measure", "deadline", "owner")
        grids.append(
            Grid(
                caption=head["deviations"],
                columns=tuple(head[name] for name in columns),
                rows=tuple(_deviation(one.requirement, basis) for one in open_),
            )
        )
    grids += _waivers(basis)
    if basis.checked.catalogue:
        rows = tuple(
            plain(one.subject, texts.finding(one.reason, one.parameters, one.why))
            for one in basis.checked.catalogue
        )
        grids.append(
            Grid(
                caption=head["catalogue-findings"],
                columns=(head["about"], head["why"]),
                rows=rows,
            )
        )
    paragraphs = [] if open_ else [texts.say("deviations-none")]
    return Section(title=head["deviations"], paragraphs=tuple(paragraphs), grids=tuple(grids))


def _deviation(name: str, basis: Basis) -> tuple[Cell, ...]:
    texts, requirement = basis.texts, basis.catalogue.requirements[name]
    tally = next(one for one in basis.checked.tallies if one.requirement == name)
    counts = texts.say(
        "deviation-counts",
        failed=tally.counts["fail"], unknown=tally.counts["unknown"] + tally.counts["error"],
        waived=tally.waived, total=tally.total,
    )  # fmt: skip
    measures = [
        f"{one.reason} ({one.ticket}, {texts.say('until-day', day=texts.day(one.expires))})"
        for one in basis.catalogue.waivers.values()
        if one.requirement == name and one.holds(basis.today)
    ]
    deadline = texts.day(requirement.deadline) if requirement.deadline else ""
    return (
        Cell(text=getattr(requirement.title, basis.language)),
        outcome_cell(tally.outcome, texts),
        *plain(counts, "; ".join(measures) or texts.say("no-measure"), deadline,
               requirement.owner or texts.say("not-registered")),
    )  # fmt: skip


def _waivers(basis: Basis) -> Iterator[Grid]:
    head, texts = basis.texts.headings, basis.texts
    known = basis.catalogue.waivers
    if not known:
        return
    columns = ("waiver", "about", "reason", "owner", "ticket", "approver", "expires")
    yield Grid(
        caption=head["waivers"],
        columns=tuple(head[name] for name in columns),
        rows=tuple(
            (*plain(name, ", ".join(one.subjects), one.reason, one.owner, one.ticket, one.approver),
             Cell(text=texts.day(one.expires), tone="" if one.holds(basis.today) else "bad"))
            for name, one in known.items()
        ),
        note=texts.say("waiver-note"),
    )  # fmt: skip


def requirements(basis: Basis) -> Section:
    """Every requirement with its result, and on what ground it is asked; the order's fields."""
    head, texts, language = basis.texts.headings, basis.texts, basis.language
    rows = []
    for tally in basis.checked.tallies:
        requirement = basis.catalogue.requirements[tally.requirement]
        sources = (basis.catalogue.sources[name] for name in requirement.sources)
        passed = texts.say("of", part=tally.counts["pass"], total=tally.total)
        title = getattr(requirement.title, language)
        if requirement.partly:
            title += f" ({texts.say('partly')})"
        rows.append(
            (
                Cell(text=title),
                outcome_cell(tally.outcome, texts),
                *plain(
                    passed,
                    "; ".join(
                        f"{one.name}, {one.reference} ({texts.source_marks[one.mark]})"
                        for one in sources
                    ),
                ),
            )
        )
    columns = (head["requirement"], head["result"], texts.outcomes["pass"], head["sources"])
    grid = Grid(caption=head["requirements"], columns=columns, rows=tuple(rows))
    return Section(title=head["requirements"], grids=(grid,))


def device_findings(basis: Basis) -> Grid | None:
    """What devices do not meet, check by check."""
    head = basis.texts.headings
    links = {one.id for one in basis.assessment.links}
    found = [
        one
        for one in basis.checked.findings
        if one.outcome in ("fail", "error") and one.subject not in links
    ]
    if not found:
        return None
    return Grid(
        caption=head["device-findings"],
        columns=(head["device"], head["requirement"], head["check"], head["why"]),
        rows=tuple(_device_finding(one, basis) for one in found),
    )


def _device_finding(one: Finding, basis: Basis) -> tuple[Cell, ...]:
    title = getattr(basis.catalogue.requirements[one.requirement].title, basis.language)
    why = basis.texts.finding(one.reason, one.parameters, one.why)
    return plain(one.subject, title, one.check, why)
