"""Sections that a report has beside its links: progress, changes, by trust and layer, measures."""

from __future__ import annotations

from netmod.compliance import Past
from netmod.reports import _progress as moving
from netmod.reports import _sections as sections
from netmod.reports._sections import Basis
from netmod.reports.model import Report
from netmod.reports.parts import Section


def with_sections(report: Report, basis: Basis, past: Past | None) -> Report:
    """The report of the whole region, with what its readers ask next."""
    found = [
        moving.progress(past, basis) if past is not None else None,
        moving.changes(past, basis),
        _more_coverage(basis),
        sections.deviations(basis),
    ]
    return report.model_copy(update={"sections": tuple(one for one in found if one is not None)})


def for_trust(report: Report, basis: Basis, past: Past | None, trust: str) -> Report:
    """The report of one trust's part: what its data controller needs from its processor."""
    texts = basis.texts
    found = [
        moving.changes(past, basis),
        sections.deviations(basis),
        _devices(basis),
    ]
    return report.model_copy(
        update={
            "title": texts.say("trust-title", trust=basis.items.trust(trust)),
            "basis": texts.say("trust-basis", trust=basis.items.trust(trust)),
            "sections": tuple(one for one in found if one is not None),
        }
    )


def _more_coverage(basis: Basis) -> Section | None:
    by_class = sections.coverage(basis)[2:]
    grids = [*by_class, sections.heat(basis), sections.gains(basis)]
    shown = tuple(one for one in grids if one is not None)
    return Section(title=basis.texts.headings["where-to-act"], grids=shown) if shown else None


def _devices(basis: Basis) -> Section | None:
    found = sections.device_findings(basis)
    return None if found is None else Section(title=found.caption, grids=(found,))
