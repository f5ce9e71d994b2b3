"""`netmod demo`: the main job on the embedded lab."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(demo)


def demo(
    context: typer.Context,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for reports and snapshot; default: .netmod/demo.", metavar="DIR"),
    ] = None,
) -> None:
    """Run the main job on an emulated region, with faults in it, and end with a report."""
    from netmod.cli._progress import collection_progress
    from netmod.cli._show import console
    from netmod.jobs.demo import Watcher, demonstrate
    from netmod.reports import terminal

    def step(text: str) -> None:
        typer.echo(f"· {text}", err=True)

    with collection_progress() as collected:
        made = demonstrate(context.obj, out, Watcher(step, collected))
    terminal.write(made.report, console())
    typer.echo()
    typer.echo("Faults that the demo planted, by link:")
    for link, fault in made.planted.items():
        typer.echo(f"  {link}: {fault}")
    if made.dead_site:
        typer.echo(f"  site {made.dead_site}: cut off")
    typer.echo(
        f"The lab emulates {', '.join(made.platforms)}: {made.devices_left_out} devices and "
        f"{made.links_left_out} links of other platforms are left out of this demo."
    )
    for path in made.files:
        typer.echo(f"wrote {path}")
