"""Sections that reports and documents have in common: coverage, deviations, requirements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from netmod.compliance import (
    Assessment,
    Catalogue,
    Checked,
    Cross,
    Figure,
    Finding,
    Row,
)
from netmod.inventory import Inventory
from netmod.reports._items import Items, share
from netmod.reports.parts import Cell, Grid, Section, Tone, plain
from netmod.reports.texts import Texts, named

_OUTCOME_TONES: dict[str, Tone] = {
    "pass": "good", "fail": "bad", "unknown": "quiet", "error": "warn", "not-applicable": "quiet",
}  # fmt: skip
_VERDICT_TONES: dict[str, Tone] = {
    "encrypted": "good", "attested": "quiet", "unknown": "quiet", "configured": "warn",
    "weak": "warn", "one-sided": "bad", "unencrypted": "bad",
}  # fmt: skip


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
