"""`netmod site new`: a site from the blueprint of its class."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

site = typer.Typer(help="Sites.", no_args_is_help=True, rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(site, name="site")


@site.callback()
def _group() -> None:
    """Sites."""


@site.command()
def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Id of the site: a-z, 0-9 and '-'.")],
    *,
    class_: Annotated[Literal["A", "B", "C"], typer.Option("--class", help="Which blueprint.")],
    trust: Annotated[str, typer.Option(help="Id of the trust that owns it.")],
    latitude: Annotated[float, typer.Option(min=-90, max=90, help="In degrees.")],
    longitude: Annotated[float, typer.Option(min=-180, max=180, help="In degrees.")],
    title: Annotated[str | None, typer.Option(help="Its name in reports; default: NAME.")] = None,
    short: Annotated[
        str | None, typer.Option(help="Begins its devices' names; default: three letters of NAME.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write what is shown.")] = False,
) -> None:
    """Show what a new site adds to the inventory, as a diff, and write it with --write."""
    from netmod.inventory import NewSite
    from netmod.jobs.changes import write as write_change
    from netmod.jobs.new_site import new_site

    wanted = NewSite(
        id=name,
        name=title or name.capitalize(),
        trust=trust,
        site_class=class_,
        latitude=latitude,
        longitude=longitude,
        short=short or name[:3],
    )
    change = new_site(context.obj, wanted)
    typer.echo(change.diff, nl=False)
    if write:
        write_change(change)
        typer.echo(f"wrote {len(change.after)} files", err=True)
    else:
        typer.echo("nothing is written; add --write", err=True)
    if change.secrets:
        typer.echo("store these secrets before its devices are configured:", err=True)
        for secret in change.secrets:
            typer.echo(f"  {secret}", err=True)
