"""Commands on the embedded lab: `lab up | status | fault | log | down`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

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
    devices: Annotated[
        int | None,
        typer.Option("--devices", min=2, help="Make a region of so many devices first."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where that region's project is written."),
    ] = None,
) -> None:
    """Start the project's region in the background, or a generated one of any size."""
    from netmod.jobs.lab import generate
    from netmod.jobs.lab import up as job

    root, project = context.obj, ""
    if devices is not None:
        root = generate(context.obj, devices, out)
        project = f"--project {root} "
        typer.echo(f"the region of {devices} devices is in {root}")
    elif out is not None:
        raise typer.BadParameter("it is for --devices", param_hint="--out")
    state = job(root, name, faults=faults)
    typer.echo(f"lab {state.name} runs {len(state.endpoints)} devices (process {state.pid})")
    typer.echo(f"collect from it with: netmod {project}collect --lab {state.name} --out DIR")


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


@lab.command(
    context_settings={"ignore_unknown_options": True},  # a clock may be wrong by -5m
    epilog="Faults: latency SECONDS, refuse-login, host-key, drop PATTERN, hang PATTERN, "
    "truncate PATTERN, reboot [SECONDS], flash-full [BYTES], clock-skew SPAN, "
    "half-applied [SHARE], unreachable; clear undoes all faults of a host.",
)
def fault(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="HOST FAULT [VALUE]", help="Or: list; or, with --site: dead, clear."
        ),
    ],
    site: Annotated[str | None, typer.Option("--site", help="A site instead of a host.")] = None,
    when: Annotated[
        Literal["before", "after"] | None,
        typer.Option("--when", help="drop, hang: before or after the command takes force."),
    ] = None,
    name: Name = "lab",
    format_: Format = "table",
) -> None:
    """Let something go wrong in a running lab, or show what does."""
    from netmod.cli._show import console, print_json, table
    from netmod.jobs.lab import fault as job
    from netmod.jobs.lab import faults

    if words != ["list"] or site is not None:
        job(context.obj, name, words, site, when)
        return
    found = faults(context.obj, name)
    if format_ == "json":
        print_json(found)
    elif found:
        rows = [(device, line) for device, lines in found.items() for line in lines]
        console().print(table("", ("device", "fault"), rows))
    else:
        typer.echo("no fault is in force")


@lab.command()
def log(
    context: typer.Context,
    host: Annotated[str | None, typer.Argument(metavar="[HOST]", help="Of one device.")] = None,
    name: Name = "lab",
    format_: Format = "table",
) -> None:
    """Show when devices could not be reached, and why."""
    from netmod.cli._show import console, print_json, table
    from netmod.jobs.lab import reachability

    found = reachability(context.obj, name, host)
    if format_ == "json":
        print_json(found)
    elif found:
        rows = [
            (
                one["at"],
                one["device"],
                "reached again" if one["reachable"] else "not reached",
                one["reason"],
            )
            for one in found
        ]
        console().print(table("", ("time", "device", "", "reason"), rows))
    else:
        typer.echo("every device was reached all the time")


@lab.command()
def down(context: typer.Context, name: Name = "lab") -> None:
    """Stop a lab; also removes what a crash left."""
    from netmod.jobs.lab import down as job

    typer.echo(f"lab {name} is stopped" if job(context.obj, name) else f"no lab named {name} ran")
