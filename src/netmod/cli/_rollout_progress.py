"""A rollout while it goes on: a table on a terminal, lines elsewhere, JSON lines for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from netmod.jobs.clock import now
from netmod.jobs.rollout import Told
from netmod.reports.rollout import event_line
from netmod.rollout.journal import Record
from netmod.rollout.report import line_of
from netmod.rollout.standing import ChangeStanding, Rollout
from netmod.rollout.states import UNIT_ENDED

_MOST_LINES = 40


@contextmanager
def rollout_progress(format_: str) -> Iterator[Told]:
    """What hears of every record and shows it, in the order in which they are written."""
    if format_ == "json":
        yield _json_line
    elif sys.stdout.isatty():
        with Live(console=Console(), auto_refresh=True, refresh_per_second=4) as live:

            def draw(record: Record, rollout: Rollout) -> None:
                live.update(_table(rollout), refresh=False)

            yield draw
    else:
        yield _line


def _json_line(record: Record, rollout: Rollout) -> None:
    typer.echo(json.dumps(line_of(record, rollout, now()), ensure_ascii=False))


def _line(record: Record, rollout: Rollout) -> None:
    typer.echo(event_line(line_of(record, rollout, now())))


def _table(rollout: Rollout) -> Table:
    """One line a device: those that are worked on, then those where something went wrong."""
    ended = sum(one.state in UNIT_ENDED for one in rollout.units.values())
    title = f"{rollout.plan.id} {rollout.state}: {ended} of {len(rollout.units)} units"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in ("device", "unit", "state", "goes back at", "what"):
        table.add_column(column, overflow="fold")
    rows = _worth_showing(rollout)
    for one in rows[:_MOST_LINES]:
        until = f"{one.deadline:%H:%M:%S}" if one.deadline else ""
        what = one.message or one.code
        table.add_row(*map(Text, (one.plan.device, one.unit, one.doing or one.state, until, what)))
    if len(rows) > _MOST_LINES:
        table.add_row(Text(f"and {len(rows) - _MOST_LINES} more"))
    return table


def _worth_showing(rollout: Rollout) -> list[ChangeStanding]:
    """The newest change of each device of a unit that goes on, or did not pass."""
    found: dict[tuple[str, str], ChangeStanding] = {}
    for one in rollout.changes.values():
        if rollout.units[one.unit].state not in ("queued", "passed", "skipped") and one.seq:
            key = (one.unit, one.plan.device)
            if key not in found or found[key].seq < one.seq:
                found[key] = one
    return sorted(found.values(), key=lambda one: rollout.units[one.unit].state in UNIT_ENDED)
