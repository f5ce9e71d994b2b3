"""`netmod drift`: running against intended."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from netmod.cli._options import Filter, Format
from netmod.cli._run import FINDINGS

if TYPE_CHECKING:
    from datetime import datetime

Snapshot = Annotated[
    Path | None,
    typer.Option(help="Folder with captures; default: that of the last night.", metavar="DIR"),
]


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
    terms: Filter = None,
    snapshot: Snapshot = None,
    since: Annotated[
        str | None,
        typer.Option(help="Only what nights changed after this run.", metavar="RUN"),
    ] = None,
    format_: Format = "table",
) -> int:
    """Every difference of the selected devices, gravest first.

    Exits with 0 where no device drifted, 1 where one did, 3 where something is unknown. With
    --since: 1 where drift that began after that run is still open.
    """
    if since is not None:
        if snapshot is not None:
            raise typer.BadParameter("what nights recorded has no snapshot", param_hint="--since")
        return _since(context.obj, since, terms or (), format_)
    from netmod.cli._show import console
    from netmod.jobs.drift import drift
    from netmod.reports import drift as writer

    report = drift(context.obj, terms or (), snapshot)
    _say_when(report.captured_at, snapshot)
    if format_ == "json":
        typer.echo(report.model_dump_json(indent=2))
    else:
        writer.write(report, console())
    return report.exit_code


def _say_when(captured_at: datetime | None, named: Path | None) -> None:
    """What nobody named must say how old it is."""
    if named is None and captured_at is not None:
        typer.echo(f"as captured in the night of {captured_at:%Y-%m-%d %H:%M}Z", err=True)


def _since(root: Path | None, run: str, terms: Sequence[str], format_: str) -> int:
    from netmod.cli._show import console, print_json, table
    from netmod.cli.history import time_of, what
    from netmod.jobs.history import drift_since

    found, still = drift_since(root, run, terms)
    if format_ == "json":
        print_json([one.model_dump(mode="json") for one in found])
    else:
        rows = [
            (time_of(one.at), one.subject, one.before or "-", one.after, one.reason, what(one))
            for one in found
        ]
        columns = ("at", "device", "from", "to", "reason", "what")
        console().print(table(f"{len(rows)} changes since {run}", columns, rows))
    return FINDINGS if still else 0


def show(
    context: typer.Context,
    host: Annotated[str, typer.Argument(metavar="HOST", help="Name of the device.")],
    snapshot: Snapshot = None,
) -> int:
    """One device, side by side and in full."""
    from netmod.cli._show import console
    from netmod.jobs.drift import drift
    from netmod.reports import drift as writer

    report = drift(context.obj, (host,), snapshot)
    _say_when(report.captured_at, snapshot)
    for one in report.hosts:
        writer.write_host(one, console())
    return report.exit_code


def remediate(
    context: typer.Context,
    host: Annotated[str, typer.Argument(metavar="HOST", help="Name of the device.")],
    snapshot: Snapshot = None,
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
