"""Documents about the whole region: the tertial report, and the one on requirements. Pure."""

from __future__ import annotations

from netmod.compliance import Past
from netmod.reports import _progress as moving
from netmod.reports import _sections as sections
from netmod.reports._items import figures
from netmod.reports._sections import Basis
from netmod.reports.build import Edition, headline, limits, order, status_of
from netmod.reports.document import Document, DocumentKind
from netmod.reports.parts import Grid, Section, plain


def build_tertial(
    basis: Basis, past: Past | None, *, tool_version: str, edition: Edition
) -> Document:
    """The tertial report of an assessment of the whole region."""
    found = [
        moving.progress(past, basis),
        moving.milestones(basis),
        moving.changes(past, basis),
        _coverage(basis),
        sections.deviations(basis),
        sections.requirements(basis),
        *_order(basis),
    ]
    return _document("tertial", basis, found, (tool_version, edition))


def build_requirements(basis: Basis, *, tool_version: str, edition: Edition) -> Document:
    """What is asked, on what ground, and what of it is met, by links and devices."""
    devices = sections.device_findings(basis)
    found = [
        sections.requirements(basis),
        sections.deviations(basis),
        Section(title=devices.caption, grids=(devices,)) if devices is not None else None,
        *_order(basis),
    ]
    return _document("requirements", basis, found, (tool_version, edition))


def _document(
    kind: DocumentKind,
    basis: Basis,
    found: list[Section | None],
    made: tuple[str, Edition],
) -> Document:
    assessment, texts = basis.assessment, basis.texts
    exit_code, status, told = status_of(assessment, basis.checked)
    missing = len(assessment.missing_hosts)
    last = Section(title=texts.headings["limits"], bullets=tuple(limits(assessment, texts)))
    return Document(
        kind=kind,
        language=texts.language,
        title=texts.say(f"{kind}-title"),
        headline=headline(assessment, texts),
        status=status,
        status_text=texts.say(f"status-{told}"),
        classification=made[1].classification or texts.say("classification"),
        generated_at=assessment.at,
        generated=texts.moment(assessment.at),
        captured=texts.moment(assessment.captured_at),
        tool_version=made[0],
        exit_code=exit_code,
        notice=texts.say("missing-hosts", count=missing, hosts=assessment.hosts) if missing else "",
        figures=figures(basis.items.row(assessment.coverage.total, ""), texts),
        sections=tuple(one for one in (*found, *_missing(basis), last) if one is not None),
    )


def _coverage(basis: Basis) -> Section:
    optional = (sections.heat(basis), sections.gains(basis))
    grids = (*sections.coverage(basis), *(one for one in optional if one is not None))
    return Section(
        title=basis.texts.headings["coverage"],
        paragraphs=(basis.texts.say("location-rule"),),
        grids=grids,
    )


def _order(basis: Basis) -> list[Section]:
    head = basis.texts.headings
    rows = tuple(plain(*one) for one in order(basis.catalogue, basis.texts))
    if not rows:
        return []
    grid = Grid(caption=head["order"], columns=(head["field"], head["value"]), rows=rows)
    return [Section(title=head["order"], grids=(grid,))]


def _missing(basis: Basis) -> list[Section]:
    head, texts = basis.texts.headings, basis.texts
    rows = tuple(
        plain(one.name, basis.items.site(one.site), one.reason or texts.states["missing"])
        for one in basis.assessment.missing_hosts
    )
    if not rows:
        return []
    columns = (head["device"], head["site"], head["reason"])
    return [
        Section(
            title=head["missing"],
            grids=(Grid(caption=head["missing"], columns=columns, rows=rows),),
        )
    ]
