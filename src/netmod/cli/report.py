"""`netmod report`: one report of a snapshot, of one kind and in one form."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from netmod.cli._options import LanguageOption, ReportFormat, ReportKind, SnapshotOption


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(report)


def report(
    context: typer.Context,
    kind: Annotated[ReportKind, typer.Argument(metavar="KIND", help="What it is about.")],
    *,
    snapshot: SnapshotOption,
    out: Annotated[Path, typer.Option("--out", help="File to write.", metavar="FILE")],
    format_: Annotated[
        ReportFormat | None, typer.Option("--format", help="Which form; default: by --out.")
    ] = None,
    language: LanguageOption = None,
    trust: Annotated[str | None, typer.Option(help="For the kind trust.", metavar="ID")] = None,
    site: Annotated[
        str | None, typer.Option(help="For the kinds as-built and sat.", metavar="ID")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Tell what changed since this day."
        ),
    ] = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Without names of sites, addresses and map.")
    ] = False,
) -> int:
    """Judge a snapshot and write a report: coverage, requirements, tertial, trust, as-built or sat.

    What programs read (json, junit, sarif, oscal) is in English. Exits as check does; sat with 1
    where a point failed, and 3 where one is not known.
    """
    from netmod.jobs.report import Wanted, form_of, write_report

    wanted = Wanted(kind, language, trust, site, since.date() if since else None, anonymous)
    made = write_report(context.obj, snapshot, format_ or form_of(out), out, wanted)
    typer.echo(f"wrote {out}", err=True)
    return made.exit_code
