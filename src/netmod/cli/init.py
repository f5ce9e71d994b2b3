"""`netmod init`: a project of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(init)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder, or an empty one.")],
    empty: Annotated[
        bool,
        typer.Option("--empty", help="The standard alone: no sites, devices, links and keys."),
    ] = False,
) -> None:
    """Make a project folder from the sample region."""
    from netmod.jobs.new_project import new_project

    made = new_project(folder, empty=empty)
    typer.echo(f"made a project in {made}")
    if empty:
        typer.echo("declare a trust and a first hub in inventory/, then: netmod site new")
    else:
        typer.echo(f"look around: cd {made} && netmod inventory check && netmod render --check")
