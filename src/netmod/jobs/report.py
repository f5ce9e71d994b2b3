"""A snapshot → one report in the form that its reader or program takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Literal, get_args

from netmod.errors import OutputError
from netmod.jobs.check import check
from netmod.reports import Language, Report, csv, html, json, junit, oscal, pdf, sarif, xlsx

ReportFormat = Literal["html", "pdf", "json", "csv", "xlsx", "junit", "sarif", "oscal"]
FORMATS: tuple[ReportFormat, ...] = get_args(ReportFormat)
READ_BY_PROGRAMS = ("json", "junit", "sarif", "oscal")
"""Formats in English always."""

_WRITERS: Mapping[ReportFormat, ModuleType] = {
    "html": html, "pdf": pdf, "json": json, "csv": csv, "xlsx": xlsx,
    "junit": junit, "sarif": sarif, "oscal": oscal,
}  # fmt: skip


def write_report(
    root: Path | None,
    folder: Path,
    format_: ReportFormat,
    target: Path,
    language: Language | None = None,
) -> Report:
    """Judge the snapshot in `folder`, and write the report to `target`. Raises `OutputError`."""
    judged = check(root, folder)
    report = judged.report("en" if format_ in READ_BY_PROGRAMS else language)
    write: Callable[[Report, Path], None] = _WRITERS[format_].write
    try:
        write(report, target)
    except ImportError as error:
        raise OutputError(
            f"{format_} needs {error.name}, which is not installed",
            hint="install netmod with its extra: pip install 'netmod[reports]'",
        ) from None
    return report
