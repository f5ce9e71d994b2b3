"""`netmod schema`: JSON Schemas, so that editors complete and check YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(schema)


def schema(
    kind: Annotated[
        str | None, typer.Argument(help="What to describe; without it, all kinds are listed.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write every schema there, as KIND.json.", metavar="DIR")
    ] = None,
) -> None:
    """Print the JSON Schema of a file that netmod reads, or a document that it writes."""
    from netmod.cli._show import print_json
    from netmod.jobs import schema as schemas

    if out is not None:
        if kind is not None:
            raise typer.BadParameter("name a KIND or --out, not both: --out writes all of them")
        typer.echo(f"wrote {len(schemas.write_schemas(out))} schemas to {out}")
    elif kind is not None:
        print_json(schemas.schema(kind))
    else:
        for name in schemas.KINDS:
            typer.echo(name)
