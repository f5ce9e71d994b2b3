"""`netmod history`: a device, a link or a requirement over time; runs; what stands open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netmod.cli._options import Format

if TYPE_CHECKING:
    from datetime import datetime

    from netmod.history import Standing, Timeline, Transition

history = typer.Typer(
    help="What was found when, and since when it stands.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Limit = Annotated[int | None, typer.Option(min=1, help="Only the newest so many.", metavar="N")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(history, name="history")


@history.command()
def device(
    context: typer.Context,
    host: Annotated[str, typer.Argument(metavar="HOST", help="Name of the device.")],
    format_: Format = "table",
) -> None:
    """A device's status and drifts: what stands, and every change."""
    from netmod.jobs import history as job

    _show(job.device, context.obj, host, format_)


@history.command()
def link(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of the link.")],
    format_: Format = "table",
) -> None:
    """A link's verdict, and every change of it."""
    from netmod.jobs import history as job

    _show(job.link, context.obj, name, format_)


@history.command()
def requirement(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of the requirement.")],
    format_: Format = "table",
) -> None:
    """A requirement's outcome, and every change of it."""
    from netmod.jobs import history as job

    _show(job.requirement, context.obj, name, format_)


@history.command()
def runs(context: typer.Context, limit: Limit = None, format_: Format = "table") -> None:
    """The runs, newest first: when, who, how they ended and what they counted."""
    from netmod.cli._show import console, print_json, table
    from netmod.jobs import history as job

    found = job.runs(context.obj, limit)
    if format_ == "json":
        print_json([one.model_dump(mode="json") for one in found])
        return
    rows = [
        (
            one.id,
            one.status,
            one.reason,
            f"{one.operator.account}@{one.operator.host}",
            time_of(one.finished_at),
            ", ".join(f"{name} {count}" for name, count in sorted(one.figures.items())),
        )
        for one in found
    ]
    columns = ("run", "status", "reason", "who", "finished", "figures")
    console().print(table(f"{len(rows)} runs", columns, rows))


@history.command("open")
def open_(context: typer.Context, format_: Format = "table") -> None:
    """The drifts that stand, the oldest first, with their age."""
    from netmod.cli._show import console, print_json, table
    from netmod.jobs import history as job

    found = job.open_drifts(context.obj)
    if format_ == "json":
        print_json(
            [
                {**one.item.model_dump(mode="json"), "age_seconds": int(one.age.total_seconds())}
                for one in found
            ]
        )
        return
    rows = [
        (
            one.item.subject,
            one.item.state,
            one.item.details.get("severity"),
            f"{one.age.days} d",
            time_of(one.item.last_seen),
            what(one.item),
        )
        for one in found
    ]
    columns = ("device", "state", "severity", "age", "last seen", "what")
    console().print(table(f"{len(rows)} drifts", columns, rows))


@history.command()
def accept(
    context: typer.Context,
    host: Annotated[str, typer.Argument(metavar="HOST", help="Name of the device.")],
) -> None:
    """Make a config the device's backup that was refused because it lost half of its bytes.

    For who knows why it did; an output that is cut, empty or another device's is never accepted.
    """
    from netmod.jobs import history as job

    typer.echo(
        f"the smaller config of {host} is its backup: commit {job.accept(context.obj, host)}"
    )


@history.command()
def prune(context: typer.Context) -> None:
    """Take away what is older than the settings keep it; never what still stands."""
    from netmod.jobs import history as job

    gone = job.prune(context.obj)
    typer.echo(
        f"removed {gone.transitions} transitions, {gone.captures} captures "
        f"({gone.blobs} contents), {gone.runs} runs"
    )


def _show(
    ask: Callable[[Path | None, str], Timeline], root: Path | None, subject: str, format_: str
) -> None:
    from netmod.cli._show import console, print_json, table

    found = ask(root, subject)
    if format_ == "json":
        print_json(
            {
                "subject": found.subject,
                "standing": [one.model_dump(mode="json") for one in found.standing],
                "transitions": [one.model_dump(mode="json") for one in found.transitions],
            }
        )
        return
    out = console()
    standing = [
        (one.kind, one.state, one.reason, time_of(one.since), time_of(one.last_seen), what(one))
        for one in found.standing
    ]
    columns = ("kind", "state", "reason", "since", "last seen", "what")
    out.print(table(f"{subject}: what stands", columns, standing))
    out.print()
    changes = [
        (time_of(one.at), one.kind, one.before or "-", one.after, one.reason, what(one))
        for one in found.transitions
    ]
    out.print(table("what changed", ("at", "kind", "from", "to", "reason", "what"), changes))


def what(one: Standing | Transition) -> str:
    """A drift in a line: where it is, and the first of its statements."""
    told: dict[str, Any] = one.details
    if one.kind != "drift":
        return str(told.get("why", ""))
    texts = [*told.get("running", ()), *told.get("intended", ())]
    place = " / ".join(told.get("section", ()))
    return f"{told.get('change', '')} {': '.join(filter(None, (place, *texts[:1])))}"


def time_of(at: datetime | None) -> str:
    """To the minute, in UTC."""
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}Z"
