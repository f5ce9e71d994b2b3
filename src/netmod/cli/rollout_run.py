"""`netmod rollout start`, `status`, `pause`, `resume`, `stop`, `rollback` and `report`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from netmod.cli._options import Format
from netmod.cli._run import FAILED, FINDINGS, INCOMPLETE, INTERRUPTED
from netmod.cli.rollout_plan import PlanArgument

if TYPE_CHECKING:
    from netmod.rollout.standing import Rollout

Lab = Annotated[
    str | None, typer.Option(help="The devices of this running lab instead.", metavar="NAME")
]
Why = Annotated[str, typer.Option(help="Why, for the journal.", metavar="TEXT")]
Progress = Annotated[
    Literal["table", "json"],
    typer.Option("--format", help="Progress for people, or a line of JSON for each event."),
]
_CODES = {
    "succeeded": 0,
    "succeeded-with-exceptions": FINDINGS,
    "paused": INCOMPLETE,
    "rolling-back": INCOMPLETE,
}


def add_to(group: typer.Typer) -> None:
    """Register the commands."""
    group.command()(start)
    group.command()(status)
    group.command()(pause)
    group.command()(resume)
    group.command()(stop)
    group.command()(rollback)
    group.command()(report)


def start(
    context: typer.Context,
    name: PlanArgument,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only log in and compare; nothing is written.")
    ] = False,
    lab: Lab = None,
    format_: Progress = "table",
) -> int:
    """Carry out an approved plan, wave by wave, until it is done, paused or stopped.

    Ctrl-C pauses it in order: what was begun is brought to the end of its stage. A dry run only
    collects: it loads nothing, as devices write when they load and compare. Exits with 0 where all
    passed, 1 with exceptions, 3 where it is paused, 4 where it was stopped, 130 after Ctrl-C.
    """
    from netmod.cli._rollout_progress import rollout_progress
    from netmod.jobs import rollout as job

    if dry_run:
        return _dry_run(context, name, lab, format_)
    with rollout_progress(format_) as told:
        done = job.start(context.obj, name, lab=lab, told=told)
    return _ended(context, done, format_)


def resume(
    context: typer.Context, name: PlanArgument, lab: Lab = None, format_: Progress = "table"
) -> int:
    """Go on with a rollout that is paused, or whose process died.

    Every device that a dead process may have left in doubt is asked first; nothing is written
    twice. Exits as start does.
    """
    from netmod.cli._rollout_progress import rollout_progress
    from netmod.jobs import rollout as job

    with rollout_progress(format_) as told:
        done = job.resume(context.obj, name, lab=lab, told=told)
    return _ended(context, done, format_)


def pause(context: typer.Context, name: PlanArgument, why: Why = "") -> None:
    """Ask the process that carries a rollout out to pause, between two stages."""
    from netmod.jobs import rollout as job

    job.pause(context.obj, name, why)
    typer.echo("asked to pause; see netmod rollout status")


def stop(
    context: typer.Context,
    name: PlanArgument,
    why: Why = "",
    lab: Lab = None,
    format_: Progress = "table",
) -> int:
    """Stop a rollout for good: what is not confirmed goes back now, what is confirmed stays.

    Exits with 0 where it was stopped, or the process that carries it out was asked to.
    """
    from netmod.cli._rollout_progress import rollout_progress
    from netmod.jobs import rollout as job

    with rollout_progress(format_) as told:
        done = job.stop(context.obj, name, why=why, lab=lab, told=told)
    if done is None:
        typer.echo("asked to stop; see netmod rollout status")
        return 0
    _ended(context, done, format_)
    return 0 if done.state == "halted" else INCOMPLETE


def rollback(
    context: typer.Context,
    name: PlanArgument,
    why: Why = "",
    lab: Lab = None,
    format_: Progress = "table",
) -> int:
    """Take back what a rollout did, the last first; one that goes on is stopped before.

    It needs no approval of its own and no window. Exits with 0 where all was taken back, 3 where it
    was paused, 4 where something could not be.
    """
    from netmod.cli._rollout_progress import rollout_progress
    from netmod.jobs import rollout as job

    with rollout_progress(format_) as told:
        done = job.roll_back(context.obj, name, why=why, lab=lab, told=told)
    if done is None:
        typer.echo("asked to stop and to go back; see netmod rollout status")
        return 0
    _ended(context, done, format_)
    return 0 if done.state == "rolled-back" else _CODES.get(done.state, FAILED)


def status(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[PLAN]", help="Id of the plan; default: the last one begun."),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Show each event, until no process is at work.")
    ] = False,
    format_: Format = "table",
) -> int:
    """Where a rollout stands: its waves, units and devices, who holds what, what goes back when.

    Exits as start does; 3 while it goes on, and where its process died.
    """
    from netmod.cli._rollout_progress import rollout_progress
    from netmod.cli._show import console, print_json, table
    from netmod.jobs import rollout_status as job
    from netmod.reports.rollout import cause, headline

    name = name or job.last_rollout(context.obj)
    if follow:
        with rollout_progress(format_) as told:
            for record, rollout in job.follow(context.obj, name):
                told(record, rollout)
    found = job.rollout_report(context.obj, name)
    code = _CODES.get(found.state, FAILED)
    if found.at_work or found.state == "needs-reconcile":
        code = INCOMPLETE
    if format_ == "json":
        if not follow:
            print_json(found.model_dump(mode="json", exclude={"entries"}))
        return code
    typer.echo(headline(found))
    for wave in found.waves:
        rows = [
            (unit.id, unit.site, unit.state, cause(unit.cause) if unit.cause else "")
            for unit in wave.units
        ]
        title = f"wave {wave.name}: {wave.state}"
        console().print(table(title, ("unit", "site", "state", "why"), rows))
    open_ = [
        (one.device, one.id, one.state, one.deadline and f"{one.deadline:%H:%M:%S} UTC", one.known)
        for wave in found.waves
        for unit in wave.units
        for one in unit.changes
        if one.known
    ]
    if open_:
        columns = ("device", "change", "state", "goes back at", "known")
        console().print(table("not ended", columns, open_))
    if found.locks:
        held = [
            (one.subject, one.owner, f"{one.expires:%Y-%m-%d %H:%M} UTC") for one in found.locks
        ]
        console().print(table("locked", ("subject", "by", "until"), held))
    return code


def report(
    context: typer.Context,
    name: PlanArgument,
    format_: Annotated[
        Literal["markdown", "json"], typer.Option("--format", help="Form of the report.")
    ] = "markdown",
    out: Annotated[
        Path | None, typer.Option(help="Write it there instead.", metavar="FILE")
    ] = None,
) -> None:
    """The report for the ticket of the change: who planned, approved and started it from where,
    what each device was told and answered (redacted), with every hash of the journal verified."""
    from netmod.jobs import rollout_status as job
    from netmod.reports import write_text
    from netmod.reports.rollout import markdown

    found = job.rollout_report(context.obj, name)
    text = markdown(found) if format_ == "markdown" else found.model_dump_json(indent=2) + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_text(out, text)
        typer.echo(out)


def _dry_run(context: typer.Context, name: str, lab: str | None, format_: str) -> int:
    from netmod.cli._show import console, table
    from netmod.jobs import rollout as job

    found = job.dry_run(context.obj, name, lab=lab)
    if format_ == "json":
        import json

        for one in found:
            line = {"device": one.device, "found": one.event, "code": one.code}
            typer.echo(json.dumps({**line, "message": one.message}, ensure_ascii=False))
    else:
        rows = [(one.device, one.event, one.code, one.message) for one in found]
        title = "a dry run only collects: nothing was loaded, and nothing written"
        console().print(table(title, ("device", "found", "code", "message"), rows))
    if any(one.event in ("unreachable", "rejected") for one in found):
        return INCOMPLETE
    return FINDINGS if any(one.event == "drifted" for one in found) else 0


def _ended(context: typer.Context, rollout: Rollout, format_: str) -> int:
    from netmod.jobs import rollout_status as job
    from netmod.reports.rollout import headline

    if format_ == "table":
        typer.echo(headline(job.rollout_report(context.obj, rollout.plan.id)))
        if rollout.state == "paused":
            typer.echo(f"go on with netmod rollout resume {rollout.plan.id}")
    if rollout.state == "paused" and rollout.parameters.get("why") == "interrupted":
        return INTERRUPTED
    return _CODES.get(rollout.state, FAILED)
