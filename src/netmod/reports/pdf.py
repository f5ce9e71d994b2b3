"""The report as a PDF to archive: tagged (PDF/UA-1), with bookmarks, page numbers and a language.

Captured lines are left to the page and to JSON; every link is here with its verdict and why.
"""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

from netmod.reports import _chart
from netmod.reports._files import write_bytes
from netmod.reports._items import figures
from netmod.reports.document import Document
from netmod.reports.model import LinkItem, Report
from netmod.reports.parts import Grid, Section
from netmod.reports.texts import texts_of

_NOTES = ("location-rule", "rounding", "two-trusts")
_FRONT = {
    "language", "title", "classification", "generated", "captured", "tool_version", "status",
    "status_text", "headline",
}  # fmt: skip
_AS_IT_IS = {*_FRONT, "basis", "total", "by_layer", "by_trust", "limits", "warnings", "order"}
_NARROWEST, _WIDEST, _WIDEST_OF_MANY, _MANY = 9, 40, 26, 7
_ROOM = 5
"""Bold headings are wider than what stands below them."""


def write(report: Report | Document, target: Path) -> None:
    """Write the document to `target`. Raises `OutputError`."""
    write_bytes(target, render(report))


def render(report: Report | Document) -> bytes:
    """The document. No font of the system is used: the same report gives the same pages."""
    import typst  # noqa: PLC0415  an extra, and tens of megabytes

    if isinstance(report, Document):
        page, data = "document.typ", _document(report)
    else:
        page, data = "report.typ", _data(report)
    folder = resources.files("netmod.reports").joinpath("page")
    made = typst.compile(
        b"".join(folder.joinpath(name).read_bytes() for name in ("common.typ", page)),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=["ua-1"],
        timestamp=int(report.generated_at.timestamp()),
    )
    return bytes(made)


def _document(document: Document) -> dict[str, Any]:
    shown = document.model_dump(mode="json", include=_FRONT)
    shown |= {"basis": document.basis, "notice": document.notice, "figures": document.figures}
    shown["sections"] = [_section(one) for one in document.sections]
    return {"report": shown, "head": dict(texts_of(document.language).headings)}


def _section(section: Section) -> dict[str, Any]:
    chart = section.chart
    return {
        "title": section.title,
        "paragraphs": section.paragraphs,
        "bullets": section.bullets,
        "picture": None if chart is None else _chart.draw(chart),
        "alt": "" if chart is None else chart.title,
        "grids": [{**one.model_dump(mode="json"), "widths": _widths(one)} for one in section.grids],
    }


def _widths(grid: Grid) -> list[int]:
    """How wide columns are beside each other: as their longer texts ask for, within reason."""
    columns = zip(grid.columns, *([cell.text for cell in row] for row in grid.rows), strict=True)
    widest = _WIDEST if len(grid.columns) < _MANY else _WIDEST_OF_MANY
    return [
        min(max(*map(len, texts), len(heading) + _ROOM, _NARROWEST), widest)
        for heading, *texts in columns
    ]


def _data(report: Report) -> dict[str, Any]:
    texts = texts_of(report.language)
    shown = report.model_dump(mode="json", include=_AS_IT_IS)
    shown["notice"] = report.missing_text
    shown["figures"] = figures(report.total, texts) if report.links else ()
    shown["sections"] = [_section(one) for one in report.sections]
    shown["requirements"] = [
        {
            "title": one.title,
            "text": one.text,
            "outcome_label": one.outcome_label,
            "links": one.links.model_dump(mode="json"),
            "sources": [f"{s.name}, {s.reference} ({s.mark_label})" for s in one.sources],
        }
        for one in report.requirements
    ]
    shown["links"] = [_link(one) for one in report.links]
    shown["single_ends"] = [_link(one) for one in report.single_ends]
    shown["inactive"] = [
        [
            one.id,
            one.layer_label,
            one.status_label,
            ", ".join(f"{label} {texts.day(day)}" for label, day in one.dates),
        ]
        for one in report.inactive
    ]
    shown["missing_hosts"] = [
        [one.name, one.site, one.reason or texts.states["missing"]] for one in report.missing_hosts
    ]
    notes = {name: texts.sentences[name] for name in _NOTES}
    return {"report": shown, "head": dict(texts.headings), "notes": notes}


def _link(item: LinkItem) -> dict[str, Any]:
    weaknesses = (f"{one.code}: {one.text}" for one in item.weaknesses)
    return {
        "verdict": item.verdict,
        "label": item.verdict_label,
        "id": item.id,
        "layer": item.layer_label,
        "sites": " – ".join(item.sites),
        "ends": [end.label for end in item.ends],
        "why": item.why,
        "weaknesses": list(dict.fromkeys(weaknesses)),
    }
