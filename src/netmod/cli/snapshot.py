"""Commands on snapshots: `facts`."""

from __future__ import annotations

from typing import Annotated

import typer

from netmod.cli._options import Format, SnapshotOption


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(facts)


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
