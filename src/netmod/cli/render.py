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
) -> None:
    """Render the intended configs of devices. Secrets stay placeholders."""
    from netmod.jobs.render import render_to, rendered_configs

    if out is not None:
        typer.echo(f"wrote {len(render_to(context.obj, terms or (), out))} configs to {out}")
        return
    for rendered in rendered_configs(context.obj, terms or ()):
        typer.echo(rendered.text)
