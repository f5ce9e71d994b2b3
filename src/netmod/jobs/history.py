"""What was found when: questions to the history, its retention, and sealing of full configs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from netmod.devices import HostOutput
from netmod.errors import HistoryError
from netmod.evidence import this_operator
from netmod.history import (
    Archive,
    Backup,
    History,
    Occasion,
    Pruned,
    Run,
    SealedConfigs,
    Standing,
    Timeline,
    Transition,
    new_run_id,
)
from netmod.inventory import Device, select
from netmod.jobs.clock import now
from netmod.jobs.inventory import load, project_at
from netmod.platforms import platform
from netmod.settings import Project


@dataclass(frozen=True, slots=True)
class Open:
    """A drift that stands, and how long it has."""

    item: Standing
    age: timedelta


def device(root: Path | None, name: str) -> Timeline:
    """A device over time, with its drifts. Raises `HistoryError` where nothing is known of it."""
    with _recorded(project_at(root)) as history:
        return history.of_device(name)


def link(root: Path | None, name: str) -> Timeline:
    """A link's verdicts over time. Raises `HistoryError` where nothing is known of it."""
    with _recorded(project_at(root)) as history:
        return history.of_link(name)


def requirement(root: Path | None, name: str) -> Timeline:
    """A requirement's outcomes over time. Raises `HistoryError` where nothing is known of it."""
    with _recorded(project_at(root)) as history:
        return history.of_requirement(name)


def runs(root: Path | None, limit: int | None = None) -> tuple[Run, ...]:
    """The runs, newest first."""
    with _recorded(project_at(root)) as history:
        return history.runs(limit)


def open_drifts(root: Path | None) -> tuple[Open, ...]:
    """The drifts that stand, the oldest first; what a deviation accepts is among them."""
    moment = now()
    with _recorded(project_at(root)) as history:
        return tuple(Open(one, one.age(moment)) for one in history.open_items())


def drift_since(
    root: Path | None, run: str, terms: Sequence[str] = ()
) -> tuple[tuple[Transition, ...], bool]:
    """What changed of the drift of the selected devices after a run, oldest first; and whether
    drift that began since is still open.

    Raises `HistoryError` where nothing is known of the run.
    """
    project = project_at(root)
    names = {one.name for one in select(load(project.root), terms)} if terms else None
    with _recorded(project) as history:
        runs = [one.id for one in history.runs()]
        if run not in runs:
            raise HistoryError(
                f"no run {run!r}", hint="`netmod history runs` lists them", code="unknown"
            )
        later = reversed(runs[: runs.index(run)])
        changes = [one for each in later for one in history.of_run(each)]
        opened = {(one.subject, one.item): one.state for one in history.open_items()}
    found = [
        one for one in changes if one.kind == "drift" and (names is None or one.subject in names)
    ]
    still = any(
        one.after == "open" and opened.get((one.subject, one.item)) == "open" for one in found
    )
    return tuple(found), still


def prune(root: Path | None) -> Pruned:
    """Take away what is older than the settings keep it; never what still stands."""
    project = project_at(root)
    kept, moment = project.settings.history, now()
    with _recorded(project) as history:
        return history.prune(
            before=moment - timedelta(days=kept.keep_days),
            captures_before=moment - timedelta(days=kept.keep_captures_days),
        )


def accept(root: Path | None, host: str) -> str:
    """Make the output of a device its backup that was refused as shrunken; the commit.

    For a person who knows why the config lost half of its bytes; nothing else is accepted. Raises
    `HistoryError` where nothing of it was refused, or for another reason.
    """
    project = project_at(root)
    device = load(project.root).devices.get(host)
    archive = Archive(project.archive, remote=project.settings.archive.remote)
    text = archive.rejected(device.domain, host) if device is not None else None
    if device is None or text is None:
        raise HistoryError(
            f"no output of {host!r} was refused",
            hint="`netmod nightly` says which were; check the name",
            code="unknown",
        )
    system = platform(device.platform)
    backup = Backup(host, text, system.language.whole if system else None)
    moment = now()
    why = f"accepted: {host} may be smaller"
    occasion = Occasion(new_run_id(moment), moment, this_operator(os.environ), why)
    stored = archive.store(device.domain, [backup], occasion, confirmed=[host])
    if stored.rejected:
        raise HistoryError(
            f"the output of {host} was refused as {stored.rejected[0].reason}",
            hint="only a smaller config can be accepted; collect it again",
            code="refused",
        )
    return stored.commit or ""


def sealing(
    project: Project, devices: Iterable[Device], run: str
) -> Callable[[HostOutput], None] | None:
    """What seals the full config in a host's outputs, for `collect_to`; None without recipients.

    Raises `HistoryError` where a recipient is none.
    """
    settings = project.settings.archive
    if not settings.recipients:
        return None
    store = SealedConfigs(project.sealed, settings.recipients, generations=settings.generations)
    known = {one.name: one for one in devices}

    def seal(host: HostOutput) -> None:
        one = known[host.status.host]
        system = platform(one.platform)
        for output in host.outputs:
            if system is not None and output.command == system.config_command:
                backup = Backup(one.name, output.text, system.language.whole)
                store.put(one.domain, backup, run)

    return seal


def _recorded(project: Project) -> History:
    """The history, where there is one: a question must not make an empty one."""
    if not project.history.is_file():
        raise HistoryError(
            "nothing is recorded yet", hint="a run has to record it first", code="unknown"
        )
    return History.open(project.history)
