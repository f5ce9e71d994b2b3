"""`netmod rollout`: plans, and carrying them out."""

from __future__ import annotations

import typer

from netmod.cli import rollout_plan, rollout_run


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    group = typer.Typer(
        help="Change devices in waves: plan, approve, start, and go back.", no_args_is_help=True
    )
    rollout_plan.add_to(group)
    rollout_run.add_to(group)
    app.add_typer(group, name="rollout")
