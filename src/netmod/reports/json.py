"""The report as one JSON document: `netmod.report/1`, or `netmod.document/1`."""

from __future__ import annotations

from pathlib import Path

from netmod.reports._files import write_text
from netmod.reports.document import Document
from netmod.reports.model import Report


def write(report: Report | Document, target: Path) -> None:
    """Write the document to `target`. Raises `OutputError`."""
    write_text(target, report.model_dump_json(indent=2) + "\n")
