"""Commands on snapshots: `facts`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

SnapshotOption = Annotated[
    Path, typer.Option("--snapshot", help="Folder with captures.", metavar="DIR")
]
Format = Annotated[Literal["table", "json"], typer.Option("--format", help="Form of the output.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(facts)


def facts(snapshot: SnapshotOption, format_: Format = "table") -> None:
    """Print what the captures of a snapshot state about each host."""
    from netmod.jobs.facts import facts_of

    document = facts_of(snapshot)
    if format_ == "json":
        typer.echo(document.model_dump_json(indent=2))
        return
