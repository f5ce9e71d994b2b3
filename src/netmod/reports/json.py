"""The report as one JSON document, `netmod.report/1`."""

from __future__ import annotations

from pathlib import Path

from netmod.reports._files import write_text
from netmod.reports.model import Report


def write(report: Report, target: Path) -> None:
    """Write the document to `target`. Raises `OutputError`."""
    write_text(target, report.model_dump_json(indent=2) + "\n")
