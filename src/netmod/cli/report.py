"""`netmod report`: one report of a snapshot, in one format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netmod.cli._options import LanguageOption, ReportFormat, SnapshotOption


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(report)


def report(
    context: typer.Context,
    format_: Annotated[ReportFormat, typer.Argument(metavar="FORMAT", help="Which form.")],
    snapshot: SnapshotOption,
    out: Annotated[Path, typer.Option("--out", help="File to write.", metavar="FILE")],
    language: LanguageOption = None,
) -> int:
    """Judge a snapshot and write one report: html, pdf, json, csv, xlsx, junit, sarif or oscal.

    What programs read (json, junit, sarif, oscal) is in English. Exits as check does.
    """
    from netmod.jobs.report import write_report

    made = write_report(context.obj, snapshot, format_, out, language)
    typer.echo(f"wrote {out}", err=True)
    return made.exit_code
