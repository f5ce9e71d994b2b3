"""The report as one HTML file that works offline: no external resource, a strict policy, and
readable without its script."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from netmod.reports import _chart
from netmod.reports._files import write_text
from netmod.reports._map import draw
from netmod.reports.document import Document
from netmod.reports.model import CoverageRow, Report
from netmod.reports.parts import Chart
from netmod.reports.texts import texts_of

_BAR_WIDTH = 1000.0


def write(report: Report | Document, target: Path) -> None:
    """Write the page to `target`. Raises `OutputError`."""
    write_text(target, render(report))


def render(report: Report | Document) -> str:
    """The page. Every value of the report is escaped; style and script are allowed by hash."""
    return _document(report) if isinstance(report, Document) else _report(report)


def _document(document: Document) -> str:
    style = _resource("report.css")
    return (
        _environment()
        .get_template("document.html.j2")
        .render(
            document=document,
            head=texts_of(document.language).headings,
            style=Markup(style),  # noqa: S704 our own file
            policy=(
                f"default-src 'none'; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
            ),
        )
    )


def _report(report: Report) -> str:
    texts = texts_of(report.language)
    style, script = _resource("report.css"), _resource("report.js")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            texts=texts,
            head=texts.headings,
            map=draw(report.map_sites, report.map_links),
            bar=_bar(report.total),
            style=Markup(style),  # noqa: S704 our own file
            script=Markup(script),  # noqa: S704 our own file
            policy=(
                f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
                "base-uri 'none'; form-action 'none'"
            ),
        )
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("netmod.reports", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["picture"] = _picture
    return made


def _picture(chart: Chart) -> Markup:
    """A chart as SVG: every text in it is escaped where it is drawn."""
    return Markup(_chart.draw(chart))  # noqa: S704


@cache
def _resource(name: str) -> str:
    return resources.files("netmod.reports").joinpath("page", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@dataclass(frozen=True, slots=True)
class _Segment:
    verdict: str
    count: int
    x: float
    width: float


def _bar(row: CoverageRow) -> tuple[_Segment, ...]:
    """The verdicts of all links as lengths of one bar."""
    total, x, segments = row.links.total, 0.0, []
    for verdict, count in row.verdicts.items():
        width = count * _BAR_WIDTH / total if total else 0.0
        if count:
            segments.append(_Segment(verdict, count, round(x, 2), round(width, 2)))
        x += width
    return tuple(segments)
