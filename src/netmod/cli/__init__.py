"""The command line: each command parses its arguments, calls one job and chooses an output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from netmod import __version__
from netmod.cli import (
    demo,
    devices,
    drift,
    evidence,
    history,
    init,
    inventory,
    keys,
    lab,
    nightly,
    render,
    report,
    requirements,
    restore,
    rollout,
    schema,
    site,
    snapshot,
)
from netmod.cli._logging import set_up
from netmod.cli._run import run

__all__ = ["app", "main"]

app = typer.Typer(
    name="netmod",
    help="Network configuration and link-encryption compliance for regulated networks.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"netmod {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    project: Annotated[
        Path | None,
        typer.Option(
            help="Project folder; default: the nearest netmod.toml upward.", metavar="DIR"
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    context.obj = project


for group in (
    init,
    inventory,
    render,
    snapshot,
    drift,
    requirements,
    report,
    rollout,
    evidence,
    history,
    nightly,
    restore,
    devices,
    keys,
    lab,
    demo,
    schema,
    site,
):
    group.add_to(app)


def main() -> None:
    """Entry point of the `netmod` script."""
    set_up()
    sys.exit(run(_command))


def _command() -> int | None:
    try:
        result = app(standalone_mode=False)
    except TyperException as usage_error:
        shown: Any = usage_error  # its public base class declares neither show() nor exit_code
        shown.show()
        return int(shown.exit_code)
    return result if isinstance(result, int) else None
