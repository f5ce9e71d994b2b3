"""`netmod nightly`: the scheduled job, and its dead man's switch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netmod.cli._options import Filter
from netmod.cli._run import FAILED


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(nightly)


def nightly(
    context: typer.Context,
    terms: Filter = None,
    lab: Annotated[
        str | None, typer.Option(help="The devices of this running lab instead.", metavar="NAME")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for runs, history and archive; default: .netmod, with a lab "
            ".netmod/nights-of-NAME.",
            metavar="DIR",
        ),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Only see that the last complete run is not too old."),
    ] = False,
) -> int:
    """Collect, archive, compare, judge, remember, report and tell: in one unwatched run.

    Exits with 0 where all is well, 1 where something drifted or is not encrypted, 3 where
    something is unknown, 4 where a stage failed or another run goes on. With --check: 4 where no
    run was complete in time, and people were told.
    """
    from netmod.cli._progress import collection_progress
    from netmod.jobs.nightly import check_last
    from netmod.jobs.nightly import nightly as job
    from netmod.reports import message

    access = None
    if lab is not None:
        from netmod.jobs.inventory import project_at
        from netmod.jobs.lab import access as lab_access

        access = lab_access(context.obj, lab)
        out = out or project_at(context.obj).state / f"nights-of-{lab}"
    if check:
        last = check_last(context.obj, terms or (), out=out)
        when = f"{last:%Y-%m-%d %H:%M} UTC" if last else "not in time"
        typer.echo(f"last complete run: {when}", err=last is None)
        return 0 if last else FAILED
    with collection_progress() as progress:
        done = job(context.obj, terms or (), access=access, out=out, progress=progress)
    told = message.summary(done.report, "en")
    typer.echo(f"{told.title}\n\n{told.body}\n{done.folder}")
    return done.exit_code
