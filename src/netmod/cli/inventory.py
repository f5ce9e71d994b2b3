"""Commands on the inventory: `inventory check | show | links | testbed | import | lifecycle`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from netmod.cli._options import Filter, Format
from netmod.cli.imports import import_devices
from netmod.cli.lifecycle import lifecycle

inventory = typer.Typer(
    help="Sites, devices and links: what the network should be.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    inventory.command("import")(import_devices)
    inventory.command()(lifecycle)
    app.add_typer(inventory, name="inventory")


@inventory.command()
def check(context: typer.Context) -> None:
    """Read every file of the inventory and report all problems at once."""
    from netmod.jobs.inventory import load

    loaded = load(context.obj, may_be_empty=True)
    counts = (
        (len(loaded.trusts), "trusts"),
        (len(loaded.sites), "sites"),
        (len(loaded.devices), "devices"),
        (len(loaded.links), "links"),
    )
    said = "no problem found" if loaded.devices else "nothing is declared yet"
    typer.echo(", ".join(f"{count} {what}" for count, what in counts) + f": {said}")


@inventory.command()
def show(
    context: typer.Context,
    terms: Filter = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Every value of the devices, and where it stands.")
    ] = False,
    format_: Format = "table",
) -> None:
    """List devices, all or those that a filter selects."""
    from netmod.cli._show import console, print_json, table
    from netmod.jobs.inventory import devices

    if explain:
        _show_explained(context, terms or (), format_)
        return
    found = devices(context.obj, terms or ())
    columns = ("name", "address", "platform", "domain", "role", "site")
    rows = [[getattr(device, column) for column in columns] for device in found]
    if format_ == "json":
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        console().print(table(f"{len(rows)} devices", columns, rows))


def _show_explained(context: typer.Context, terms: Sequence[str], format_: str) -> None:
    from netmod.cli._show import console, explained_row, print_json, table
    from netmod.jobs.inventory import explained

    found = explained(context.obj, terms)
    if format_ == "json":
        print_json({host: [asdict(one) for one in values] for host, values in found.items()})
        return
    for host, values in found.items():
        columns = ("value of " + host, "", "from", "where", "hides")
        console().print(table("", columns, map(explained_row, values)))


@inventory.command()
def links(
    context: typer.Context,
    layer: Annotated[str | None, typer.Option(help="Only links of this layer.")] = None,
    format_: Format = "table",
) -> None:
    """List declared links with both ends and who encrypts them."""
    from netmod.cli._show import console, link_row, print_json, table
    from netmod.jobs.inventory import links as declared

    found = declared(context.obj, layer)
    if format_ == "json":
        print_json([link.model_dump(mode="json") for link in found])
        return
    columns = ("id", "layer", "end a", "end b", "capacity", "encrypted by", "status")
    console().print(table(f"{len(found)} links", columns, map(link_row, found)))


@inventory.command("testbed")
def write_testbed(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="File to write.", metavar="FILE")],
    terms: Filter = None,
    lab: Annotated[
        str | None, typer.Option(help="Take the addresses of this running lab.", metavar="NAME")
    ] = None,
) -> None:
    """Write a pyATS testbed. Logins stand in it as names of variables, never as values."""
    from netmod.jobs import testbed

    access = None
    if lab is not None:
        from netmod.jobs.lab import access as lab_access

        access = lab_access(context.obj, lab)
    number = testbed.write_testbed(context.obj, terms or (), out, access)
    typer.echo(f"wrote {out} with {number} devices")
