"""`netmod inventory lifecycle`: what is past or near the end of its support."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from netmod.cli._options import Format
from netmod.cli._run import FINDINGS, INCOMPLETE


def lifecycle(
    context: typer.Context,
    snapshot: Annotated[
        Path | None, typer.Option(help="Take models and versions from there.", metavar="DIR")
    ] = None,
    within: Annotated[int, typer.Option(min=0, help="Days that count as near.")] = 365,
    format_: Format = "table",
) -> int:
    """List models and versions by the end of their support; exit 1 for past, 3 for unknown."""
    from netmod.cli._show import console, print_json, table
    from netmod.jobs.lifecycle import lifecycle_of

    rows = lifecycle_of(context.obj, snapshot, within)
    if format_ == "json":
        print_json([{**asdict(row), "end_of_support": _day(row.end_of_support)} for row in rows])
    else:
        columns = ("state", "end of support", "kind", "what", "devices", "how sure", "source")
        cells = [(row.state, _day(row.end_of_support), row.kind, row.what or "nobody says",
                  len(row.hosts), row.mark, row.source) for row in rows]  # fmt: skip
        console().print(table("", columns, cells))
    states = {row.state for row in rows}
    if "unknown" in states:
        return INCOMPLETE
    return FINDINGS if "past" in states else 0


def _day(value: object) -> str | None:
    return None if value is None else str(value)
