"""`netmod render`: intended configs from inventory and templates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netmod.cli._options import Filter


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(render)


def render(
    context: typer.Context,
    terms: Filter = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for <host>.cfg; default: print.", metavar="DIR")
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit 1 where the files in --out are not so."),
    ] = False,
    diff: Annotated[
        bool,
        typer.Option("--diff", help="Write nothing; show what changes, in --out or since last."),
    ] = False,
) -> None:
    """Render the intended configs of devices. Secrets stay placeholders.

    --check without --out asks only whether every config can be rendered.
    """
    if check and out is None and not diff:
        from netmod.jobs.render import checked_configs

        typer.echo(f"{checked_configs(context.obj, terms or ())} configs can be rendered")
    elif check or diff:
        _compare(context, terms, out, check=check, diff=diff)
    elif out is not None:
        from netmod.jobs.render import render_to

        typer.echo(f"wrote {len(render_to(context.obj, terms or (), out))} configs to {out}")
    else:
        from netmod.jobs.render import rendered_configs

        for one in rendered_configs(context.obj, terms or ()):
            typer.echo(one.text)


def _compare(
    context: typer.Context, terms: Filter, out: Path | None, *, check: bool, diff: bool
) -> None:
    from netmod.jobs.render import differences

    found = differences(context.obj, terms or (), out)
    for one in found:
        typer.echo("\n".join(one.lines) if diff else f"{one.host}: {one.kind}")
    where = out or "what was rendered last"
    typer.echo(f"{len(found)} configs differ from {where}", err=True)
    if check and found:
        raise typer.Exit(1)
