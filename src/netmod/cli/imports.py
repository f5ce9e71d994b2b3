"""`netmod inventory import`: devices of other sources."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netmod.cli._run import FINDINGS

if TYPE_CHECKING:
    from netmod.inventory import ImportPlan


class Source(StrEnum):
    """Where devices come from."""

    CSV = "csv"
    NETBOX = "netbox"


def import_devices(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="The CSV file.")] = None,
    *,
    source: Annotated[Source, typer.Option("--from", help="Kind of the source.")],
    url: Annotated[
        str | None, typer.Option(envvar="NETMOD_NETBOX_URL", help="Address of the NetBox.")
    ] = None,
    token: Annotated[
        str, typer.Option(help="Reference of the secret that is its API token.", metavar="REF")
    ] = "netbox/token",  # noqa: S107 the name of a secret
    write: Annotated[bool, typer.Option("--write", help="Write the devices that are new.")] = False,
) -> int:
    """Show what a source adds to the inventory and what it says differently; exit 1 if it does.

    With --write the new devices are written. What stands is never changed.
    """
    from netmod.jobs import imports
    from netmod.jobs.changes import write as write_change

    if source is Source.CSV:
        if file is None:
            raise typer.BadParameter("name the CSV file")
        change, plan = imports.import_csv(context.obj, file)
    else:
        if url is None:
            raise typer.BadParameter("name the NetBox with --url or NETMOD_NETBOX_URL")
        change, plan = imports.import_netbox(context.obj, url, token)
    typer.echo(change.diff, nl=False)
    if write and change.after:
        write_change(change)
    _report(plan, written=write)
    return FINDINGS if plan.differences else 0


def _report(plan: ImportPlan, *, written: bool) -> None:
    if plan.differences:
        from netmod.cli._show import console, table

        rows = [(one.device, one.field, one.inventory, one.source) for one in plan.differences]
        columns = ("device", "value", "inventory", "source")
        console().print(table("differs, and stays as it is", columns, rows))
    for role, count in plan.left_out.items():
        typer.echo(f"left out: {count} with role {role}, which no group has", err=True)
    said = "written" if written else "not written; add --write"
    typer.echo(f"{len(plan.added)} new devices: {said}", err=True)
