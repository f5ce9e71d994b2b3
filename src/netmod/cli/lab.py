"""Commands on the embedded lab: `lab up | status | down`."""

from __future__ import annotations

from typing import Annotated

import typer

from netmod.cli._options import Format

lab = typer.Typer(
    help="The emulated network: devices on loopback that answer over SSH.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Option("--name", help="Name of the lab; several run side by side.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(lab, name="lab")


@lab.command()
def up(
    context: typer.Context,
    name: Name = "lab",
    faults: Annotated[
        bool, typer.Option("--faults", help="Plant the demo's faults in the configs.")
    ] = False,
) -> None:
    """Start the project's region in the background."""
    from netmod.jobs.lab import up as job

    state = job(context.obj, name, faults=faults)
    typer.echo(f"lab {state.name} runs {len(state.endpoints)} devices (process {state.pid})")
    typer.echo(f"collect from it with: netmod collect --lab {state.name} --out DIR")


@lab.command()
def status(context: typer.Context, format_: Format = "table") -> None:
    """List the labs that run and where their devices are reached."""
    from netmod.cli._show import console, print_json, table
    from netmod.jobs.lab import running

    rows = [
        (state.name, device, endpoint.address, endpoint.port)
        for state in running(context.obj)
        for device, endpoint in state.endpoints.items()
    ]
    columns = ("lab", "device", "address", "port")
    if format_ == "json":
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif rows:
        console().print(table("", columns, rows))
    else:
        typer.echo("no lab runs")


@lab.command()
def down(context: typer.Context, name: Name = "lab") -> None:
    """Stop a lab; also removes what a crash left."""
    from netmod.jobs.lab import down as job

    typer.echo(f"lab {name} is stopped" if job(context.obj, name) else f"no lab named {name} ran")
