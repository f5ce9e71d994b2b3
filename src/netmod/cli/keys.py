"""`netmod keys`: MACsec keys of links, made, rolled over and listed. No secret is ever shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from netmod.cli._options import Format

if TYPE_CHECKING:
    from netmod.jobs.keys import KeyRow, NewKeys

keys = typer.Typer(help="MACsec keys of links.", no_args_is_help=True, rich_markup_mode=None)

Links = Annotated[list[str], typer.Argument(help="Ids of links.", metavar="LINK...")]
Write = Annotated[bool, typer.Option("--write", help="Store the keys, write what is shown.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(keys, name="keys")


@keys.callback()
def _group() -> None:
    """MACsec keys of links."""


@keys.command()
def new(
    context: typer.Context,
    links: Links,
    *,
    policy: Annotated[
        str | None, typer.Option(help="Policy of links without; default: their layer's usual one.")
    ] = None,
    fill: Annotated[
        bool, typer.Option("--fill", help="Make up secrets of keys that no device has yet, too.")
    ] = False,
    write: Write = False,
) -> None:
    """Show what gives links key chains, and with --write make and store their keys."""
    from netmod.jobs.keys import new_keys

    _finish(new_keys(context.obj, links, policy, fill=fill), write=write)


@keys.command()
def rollover(
    context: typer.Context,
    links: Links,
    *,
    start: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="When a new key begins."),
    ] = None,
    days: Annotated[int | None, typer.Option(min=30, help="How long a new key holds.")] = None,
    write: Write = False,
) -> None:
    """Show the next step of the links' key rollover, and take it with --write."""
    from netmod.jobs.keys import rollover

    _finish(rollover(context.obj, links, start.date() if start else None, days), write=write)


@keys.command("list")
def list_(
    context: typer.Context,
    links: Annotated[
        list[str] | None, typer.Argument(help="Ids of links; default: all.", metavar="[LINK]...")
    ] = None,
    *,
    within: Annotated[int, typer.Option(min=0, help="Days from the end that are a finding.")] = 60,
    look: Annotated[
        bool, typer.Option("--look", help="Look whether each key is stored, and tell equal ones.")
    ] = False,
    format_: Format = "table",
) -> None:
    """List keys by when they end; exit 1 where one runs out with nothing after it."""
    from dataclasses import asdict

    from netmod.cli._show import console, print_json, table
    from netmod.jobs.keys import list_keys, running_out

    rows = list_keys(context.obj, links or [], look=look)
    ending = running_out(rows, within)
    if format_ == "json":
        print_json([{key: _plain(value) for key, value in asdict(row).items()} for row in rows])
    else:
        head = ["link", "chain", "ckn", "start", "end", "days", "state"]
        head += ["stored", "fingerprint"] if look else []
        console().print(table("", head, [_cells(row, look=look) for row in rows]))
        for row in ending:
            typer.echo(f"{row.link}: {row.chain} ends on {row.end}, nothing follows", err=True)
    missing = [row for row in rows if row.stored is False and row.state != "ended"]
    raise typer.Exit(1 if ending or missing else 0)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _finish(new: NewKeys, *, write: bool) -> None:
    """Show the change and the notes; the secrets first, so that no reference leads nowhere."""
    from netmod.jobs.changes import write as write_change
    from netmod.jobs.keys import store_keys

    typer.echo(new.change.diff, nl=False)
    for note in new.notes:
        typer.echo(note, err=True)
    for name in new.references:
        typer.echo(f"a key to make and store: {name}", err=True)
    if not new.references and not new.change.after:
        typer.echo("nothing to do", err=True)
    elif write:
        place = store_keys(new)
        write_change(new.change)
        count = len(new.references)
        files = len(new.change.after)
        typer.echo(f"stored {count} keys in the {place}, wrote {files} files", err=True)
    else:
        typer.echo("nothing is written or stored; add --write", err=True)


def _cells(row: KeyRow, *, look: bool) -> list[object]:
    cells = [row.link, row.chain, f"{row.ckn[:12]}…", row.start, row.end, row.days, row.state]
    return [*cells, "yes" if row.stored else "no", row.fingerprint] if look else cells
