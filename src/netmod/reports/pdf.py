"""The report as a PDF to archive: tagged (PDF/UA-1), with bookmarks, page numbers and a language.

Captured lines are left to the page and to JSON; every link is here with its verdict and why.
"""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

from netmod.reports._files import write_bytes
from netmod.reports.model import LinkItem, Report
from netmod.reports.texts import texts_of

_NOTES = ("location-rule", "rounding", "two-trusts")
_AS_IT_IS = {
    "language", "title", "classification", "generated", "captured", "tool_version", "status",
    "status_text", "headline", "missing_text", "total", "by_layer", "by_trust", "limits",
    "warnings", "order",
}  # fmt: skip


def write(report: Report, target: Path) -> None:
    """Write the document to `target`. Raises `OutputError`."""
    write_bytes(target, render(report))


def render(report: Report) -> bytes:
    """The document. No font of the system is used: the same report gives the same pages."""
    import typst  # noqa: PLC0415  an extra, and tens of megabytes

    source = resources.files("netmod.reports").joinpath("page", "report.typ").read_bytes()
    made = typst.compile(
        source,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(_data(report))},
        pdf_standards=["ua-1"],
        timestamp=int(report.generated_at.timestamp()),
    )
    return bytes(made)


def _data(report: Report) -> dict[str, Any]:
    texts = texts_of(report.language)
    shown = report.model_dump(mode="json", include=_AS_IT_IS)
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
