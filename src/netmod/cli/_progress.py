"""Progress of a collection on standard error; silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from netmod.devices import HostStatus


@contextmanager
def collection_progress() -> Iterator[Callable[[HostStatus, int], None]]:
    """A callback for each host that is done, of how many; a bar where it is on a terminal."""
    console = Console(file=sys.stderr, highlight=False)
    bar = Progress(
        TextColumn("collecting"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[host]}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=None, host="")
        failed = 0

        def done(status: HostStatus, total: int) -> None:
            nonlocal failed
            failed += not status.ok
            note = f"{failed} failed" if failed else status.host
            bar.update(task, advance=1, total=total, host=note)

        yield done
