"""`netmod restore`: a device's last full config onto the device that replaces it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from netmod.cli._run import FAILED, FINDINGS

if TYPE_CHECKING:
    from netmod.jobs.restore import Outcome, Plan, Trial


_WORDS: dict[Outcome, str] = {
    "restored": "restored and saved",
    "declined": "nothing is in force",
    "taken-back": "taken back: the device runs what it ran before",
}
_CODES: dict[Outcome, int] = {"restored": 0, "declined": FINDINGS, "taken-back": FAILED}


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(restore)


def restore(
    context: typer.Context,
    host: Annotated[str, typer.Argument(metavar="HOST", help="Name of the device.")],
    run: Annotated[
        str | None,
        typer.Option(help="The config of this run; default: the last one.", metavar="RUN"),
    ] = None,
    lab: Annotated[
        str | None, typer.Option(help="The device of this running lab instead.", metavar="NAME")
    ] = None,
    minutes: Annotated[
        int, typer.Option(min=2, max=60, help="After so long the device goes back by itself.")
    ] = 10,
    confirm: Annotated[
        str | None,
        typer.Option(
            help="The device's name once more: put it in force and keep it without asking, if "
            "the archive has the same config and the device shows all of it.",
            metavar="HOST",
        ),
    ] = None,
) -> int:
    """Replace a device's config by its last full one, which is kept under seal.

    Shows what would change, and asks for the device's name before anything is in force and once
    more before it stays. Exits with 0 where it stays, 1 where nothing was to be done to it, 4
    where it was taken back or failed.
    """
    from netmod.jobs.restore import Asked
    from netmod.jobs.restore import restore as job

    if confirm not in (None, host):
        raise typer.BadParameter(f"it is not {host!r}", param_hint="--confirm")

    def put_in_force(plan: Plan) -> bool:
        _show(plan)
        if confirm == host:
            if plan.revision is None:
                typer.echo("not put in force: --confirm needs the same config in the archive")
            return plan.revision is not None
        return _typed(host, f"Type {host} to put it in force for {plan.seconds // 60} minutes")

    def keep(trial: Trial) -> bool:
        _show_trial(trial)
        if not trial.runs or (confirm == host and trial.missing):
            return False
        return confirm == host or _typed(host, f"Type {host} to keep it")

    outcome = job(
        context.obj, host, Asked(put_in_force, keep), run=run, lab=lab, seconds=minutes * 60
    )
    typer.echo(_WORDS[outcome])
    return _CODES[outcome]


def _show(plan: Plan) -> None:
    typer.echo(f"{plan.host} ({plan.platform}, {plan.place})")
    typer.echo(f"full config of the run {plan.run}, {plan.lines} lines")
    if plan.revision is None:
        typer.echo("WARNING: the archive has no config that is the same without its secrets")
    else:
        typer.echo(f"without its secrets the same as in commit {plan.revision[:12]} of the archive")
    typer.echo("what the device says would change:\n")
    typer.echo(plan.diff.rstrip() or "(nothing that can be shown)")
    typer.echo("")


def _show_trial(trial: Trial) -> None:
    if not trial.runs:
        typer.echo("the device runs something else than what was put in force")
    for line in trial.missing:
        typer.echo(f"asked for and not shown: {line}")
    if trial.deadline is not None:
        typer.echo(f"in force; goes back by itself at {trial.deadline:%H:%M} UTC")


def _typed(host: str, question: str) -> bool:
    """Whether a person typed the device's name."""
    if not sys.stdin.isatty():
        typer.echo("nobody is there to ask: see --confirm", err=True)
        return False
    return str(typer.prompt(question, default="", show_default=False)).strip() == host
