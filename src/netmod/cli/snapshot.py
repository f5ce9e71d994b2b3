"""Commands that make and read snapshots: `collect`, `facts`, `check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netmod.cli._options import Filter, Format, LanguageOption, SnapshotOption
from netmod.cli._run import INCOMPLETE, INTERRUPTED


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (collect, facts, check):
        app.command()(command)


def collect(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="New folder for the snapshot.", metavar="DIR")],
    terms: Filter = None,
    lab: Annotated[
        str | None, typer.Option(help="Collect from this running lab instead.", metavar="NAME")
    ] = None,
) -> int:
    """Ask devices for what proves link encryption. Sends show commands only."""
    from netmod.cli._progress import collection_progress
    from netmod.cli._show import print_failures
    from netmod.jobs.collect import collect_project

    access = None
    if lab is not None:
        from netmod.jobs.lab import access as lab_access

        access = lab_access(context.obj, lab)
    with collection_progress() as progress:
        collection = collect_project(context.obj, terms or (), out, progress, access)
    print_failures(collection)
    typer.echo(f"snapshot: {out}")
    if collection.interrupted:
        return INTERRUPTED
    return INCOMPLETE if collection.failed else 0


def facts(
    snapshot: SnapshotOption,
    format_: Format = "table",
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the lines that each link end rests on.")
    ] = False,
) -> None:
    """Print what the captures of a snapshot state about each host."""
    from netmod.cli._show import print_facts
    from netmod.jobs.facts import explained_facts_of

    document, lines = explained_facts_of(snapshot)
    if format_ == "json":
        typer.echo(document.model_dump_json(indent=2))
    else:
        print_facts(document, lines=lines if explain else None)


def check(
    context: typer.Context,
    snapshot: SnapshotOption,
    format_: Format = "table",
    language: LanguageOption = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for report.html and report.json.", metavar="DIR"),
    ] = None,
) -> int:
    """Judge every link from both its ends, and show coverage. JSON is in English always.

    Exits with 0 where every link in scope is encrypted, 1 where one is not or a requirement on
    devices is known not to be met, 3 where something about links is unknown.
    """
    from netmod.cli._show import console
    from netmod.jobs.check import check as job
    from netmod.jobs.check import write_report
    from netmod.reports import terminal

    judged = job(context.obj, snapshot)
    report = judged.report("en" if format_ == "json" else language)
    if format_ == "json":
        typer.echo(report.model_dump_json(indent=2))
    else:
        terminal.write(report, console())
    if out is not None:
        for path in write_report(judged, out, language):
            typer.echo(f"wrote {path}", err=True)
    return report.exit_code
