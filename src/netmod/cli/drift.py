"""`netmod drift`: running against intended."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from netmod.cli._options import Filter, Format, SnapshotOption


class _ListsByDefault(TyperGroup):
    """`netmod drift FILTER` is `netmod drift list FILTER`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = args[:1] and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else ["list", *args])


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    group = typer.Typer(
        cls=_ListsByDefault, help="Running against intended: what differs, and where."
    )
    group.command("list")(list_)
    group.command()(show)
    app.add_typer(group, name="drift")
    app.command()(remediate)


def list_(
    context: typer.Context,
    snapshot: SnapshotOption,
    terms: Filter = None,
    format_: Format = "table",
) -> int:
    """Every difference of the selected devices, gravest first.

    Exits with 0 where no device drifted, 1 where one did, 3 where something is unknown.
    """
    from netmod.cli._show import console
    from netmod.jobs.drift import drift
    from netmod.reports import drift as writer

    report = drift(context.obj, terms or (), snapshot)
    if format_ == "json":
        typer.echo(report.model_dump_json(indent=2))
    else:
        writer.write(report, console())
    return report.exit_code


def show(
    context: typer.Context,
    host: Annotated[str, typer.Argument(metavar="HOST", help="Name of the device.")],
    snapshot: SnapshotOption,
) -> int:
    """One device, side by side and in full."""
    from netmod.cli._show import console
    from netmod.jobs.drift import drift
    from netmod.reports import drift as writer

    report = drift(context.obj, (host,), snapshot)
    for one in report.hosts:
        writer.write_host(one, console())
    return report.exit_code


def remediate(
    context: typer.Context,
    host: Annotated[str, typer.Argument(metavar="HOST", help="Name of the device.")],
    snapshot: SnapshotOption,
    format_: Format = "table",
) -> int:
    """Print the commands that take one device to its intended config; nothing is sent.

    Exits with 0 where nothing is to be done, 1 where something is, 3 where it is not known what.
    """
    from netmod.cli._show import console
    from netmod.jobs.drift import remediation
    from netmod.reports import drift as writer

    found = remediation(context.obj, host, snapshot)
    if format_ == "json":
        typer.echo(found.model_dump_json(indent=2))
    else:
        writer.write_remediation(found, console())
    return found.exit_code
