"""`netmod rollout plan`, `show` and `approve`."""

from __future__ import annotations

import getpass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netmod.cli._options import Filter, Format
from netmod.cli._run import FINDINGS, INCOMPLETE

if TYPE_CHECKING:
    from netmod.rollout.approval import Standing
    from netmod.rollout.store import StoredPlan

PlanArgument = Annotated[
    str, typer.Argument(metavar="PLAN", help="Id of the plan, or a part of it that no other has.")
]


def add_to(group: typer.Typer) -> None:
    """Register the commands."""
    group.command()(plan)
    group.command()(show)
    group.command()(approve)


def plan(
    context: typer.Context,
    runbook: Annotated[str, typer.Argument(metavar="RUNBOOK", help="Its name, or its file.")],
    terms: Filter = None,
    *,
    snapshot: Annotated[
        Path | None,
        typer.Option(help="Take what runs from these captures instead.", metavar="DIR"),
    ] = None,
    max_age: Annotated[
        int, typer.Option(help="Minutes that a capture of --snapshot may be old.", min=1)
    ] = 60,
    lab: Annotated[
        str | None, typer.Option(help="Ask this running lab instead.", metavar="NAME")
    ] = None,
    of: Annotated[
        str | None, typer.Option(help="The plan that a runbook takes back.", metavar="PLAN")
    ] = None,
    format_: Format = "table",
) -> int:
    """Make a plan: collect what runs, render what is intended, compare, and divide into waves.

    Devices are only read. Exits with 0 where something is to be done, 1 where nothing is, 3 where
    devices were not seen, 4 where the plan is refused.
    """
    from netmod.cli._progress import collection_progress
    from netmod.jobs.rollout_plan import Running, plan_rollout

    if snapshot is not None and lab is not None:
        raise typer.BadParameter("name --snapshot or --lab, not both")
    with collection_progress() as progress:
        source = Running(snapshot, timedelta(minutes=max_age), lab, progress)
        made = plan_rollout(context.obj, runbook, terms or (), source, restores=of)
    _print(context, made, format_)
    if format_ == "table" and made.plan.waves:
        typer.echo(f"next: netmod rollout show {made.plan.id} --diff, and have it approved")
    if any(one.reason == "unreachable" for one in made.plan.excluded):
        return INCOMPLETE
    return 0 if made.plan.waves else FINDINGS


def show(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[PLAN]", help="Id, or part of one; without it, plans are listed."),
    ] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Show what changes as well.")] = False,
    device: Annotated[
        list[str] | None,
        typer.Option(help="Show what changes on this device; repeat it.", metavar="HOST"),
    ] = None,
    format_: Format = "table",
) -> int:
    """Show a plan: waves, steps in their order, risks, what would be cut off, what is left out."""
    from netmod.jobs.rollout_plan import plans, stored_plan

    if name is None:
        for known in plans(context.obj):
            typer.echo(known)
        return 0
    stored = stored_plan(context.obj, name)
    if not device:
        _print(context, stored, format_)
    if (diff or device) and format_ == "table":
        from netmod.cli._show import console
        from netmod.reports import rollout_plan as writer

        writer.write_diffs(stored.plan, stored.text, device or (), console())
    return 0


def approve(
    context: typer.Context,
    name: PlanArgument,
    key: Annotated[
        Path | None,
        typer.Option(help="Your private key: OpenSSH's, or PEM.", metavar="FILE"),
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(help="Write what is to be signed elsewhere; needs --as.", metavar="FILE"),
    ] = None,
    as_: Annotated[
        str | None, typer.Option("--as", help="Who will sign it.", metavar="NAME")
    ] = None,
    signed: Annotated[
        Path | None,
        typer.Option(help="Take what was signed elsewhere, with FILE.sig beside.", metavar="FILE"),
    ] = None,
) -> int:
    """Approve a plan by your signature; the author's does not count.

    With --write, sign the file where your key is (ssh-keygen -Y sign -n netmod-approval -f KEY
    FILE), and give it back with --signed. Exits with 0 where enough people have approved, 1 where
    more must, 4 where the approval would not count.
    """
    from netmod.jobs import rollout_approval as job

    if sum(one is not None for one in (key, write, signed)) != 1:
        raise typer.BadParameter("name one of --key, --write and --signed")
    if (write is None) != (as_ is None):
        raise typer.BadParameter("--write needs --as, and --as is for --write alone")
    if write is not None and as_ is not None:
        job.write_statement(context.obj, name, as_, write)
        typer.echo(f"sign it: ssh-keygen -Y sign -n netmod-approval -f KEY {write}")
        return 0
    found: Standing
    if key is not None:
        found = job.approve(context.obj, name, key, getpass.getpass)
    elif signed is not None:
        found = job.add_signed(context.obj, name, signed)
    typer.echo(f"approved: {len(found.counted)} of {found.needed}")
    return 0 if found.is_approved else FINDINGS


def _print(context: typer.Context, stored: StoredPlan, format_: str) -> None:
    from netmod.cli._show import console, print_json
    from netmod.jobs.rollout_approval import approval_standing
    from netmod.reports import rollout_plan as writer

    approvals = approval_standing(context.obj, stored.plan.id)
    if format_ == "json":
        print_json(writer.as_json(stored.plan, approvals))
    else:
        writer.write(stored.plan, approvals, console())
