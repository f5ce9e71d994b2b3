"""A device's last full config onto the device that replaces it: shown, asked about, put in force
for a time, looked at from a new login, and asked about once more.

What is done is noted in `.netmod/restore/HOST.json` before it is done. Where the process dies, the
device goes back by itself, and the next try cleans up behind the last one.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from netmod.credentials import Secret, open_secrets
from netmod.devices import PendingChange
from netmod.errors import ChangeFailed, HistoryError
from netmod.evidence import redact
from netmod.history import Archive, SealedConfigs, new_run_id, same_but_times
from netmod.inventory import Device
from netmod.jobs.change import Way, change_ways
from netmod.jobs.clock import now
from netmod.jobs.inventory import load, project_at
from netmod.platforms import without_preamble
from netmod.reports import write_text
from netmod.settings import Project

_REVISIONS = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done. `diff` is what the device says would change, without secrets.

    `revision` is the commit of the archive whose redacted config is the same as the full one. None
    where there is none: age does not tell who sealed a file.
    """

    host: str
    platform: str
    place: str
    run: str
    lines: int
    seconds: int
    diff: str
    revision: str | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What is in force for a time. `missing` was asked for and is not shown, redacted.

    `runs` is False where the device runs something else than what was put in force.
    """

    host: str
    deadline: datetime | None
    missing: tuple[str, ...]
    runs: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Whoever decides: before anything is in force, and before it stays."""

    put_in_force: Callable[[Plan], bool]
    keep: Callable[[Trial], bool]


Outcome = Literal["declined", "restored", "taken-back"]


class _Begun(BaseModel):
    """What a try notes; `record` None until the device has been given the text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    change: str
    run: str
    record: PendingChange | None = None


def restore(
    root: Path | None,
    host: str,
    asked: Asked,
    *,
    run: str | None = None,
    lab: str | None = None,
    seconds: int = 600,
    clock: Callable[[], datetime] = now,
) -> Outcome:
    """Restore a device's last full config, or that of a run, if `asked` says yes twice.

    The device has to bear its name already, and goes back by itself after `seconds`. With `lab`
    it is the device of that running lab. Raises `HistoryError` where no full config is kept or it
    does not open, `CredentialsError` where there is no identity to open it with, and what a change
    raises.
    """
    project = project_at(root)
    device = _device(project, host)
    chosen, config = sealed_config(project, device, run)
    text = without_preamble(config.reveal())
    note = project.state / "restore" / f"{host}.json"
    with change_ways(project.root, (host,), lab) as ways:
        way = _way(ways.get(host), host)
        _settle(way, note)
        change = f"restore-{new_run_id(clock())}"
        _write(note, _Begun(change=change, run=chosen))
        with way.open(change) as session:
            session.load(text, _nothing, kind="replace")
            plan = Plan(
                host=host,
                platform=device.platform,
                place=f"{way.target.address}:{way.target.port}",
                run=chosen,
                lines=len(text.splitlines()),
                seconds=seconds,
                diff=session.diff(),
                revision=_archived(project, device, config),
            )
            record = session.intent(seconds, clock())
            if not asked.put_in_force(plan):
                session.abandon()
                note.unlink()
                return "declined"
            _write(note, _Begun(change=change, run=chosen, record=record))
            record = session.commit(record)
            _write(note, _Begun(change=change, run=chosen, record=record))
        kept = _decide(way, record, asked.keep)
    note.unlink()
    return "restored" if kept else "taken-back"


def _decide(way: Way, record: PendingChange, keep: Callable[[Trial], bool]) -> bool:
    """Whether it stays: what a new login sees decides, and whoever asked for it."""
    seen = way.probe(record)
    if seen.pending != "ours":
        raise ChangeFailed(
            f"{record.host} does not wait for a confirmation of what was restored",
            hint="look at the device; run the command again to clean up behind this try",
            code="not-pending",
        )
    runs = seen.matches in ("after", "both")
    stays = keep(Trial(record.host, record.deadline, record.missing, runs))
    with way.resume(record) as session:
        if stays:
            session.confirm(record)
            session.save(record)
        else:
            session.revert(record)
        session.discard(record)
    return stays


def _settle(way: Way, note: Path) -> None:
    """Clean up behind a try whose process died: what still waits is taken back."""
    begun = _read(note)
    if begun is None:
        return
    record = begun.record
    if record is None:
        with way.open(begun.change) as session:
            session.abandon()
    else:
        seen = way.probe(record)
        with way.resume(record) as session:
            if seen.pending == "ours":
                session.revert(record)
            elif seen.pending == "none" and seen.matches == "after":
                session.save(record)  # it was confirmed, and the process died before this
            session.discard(record)
    note.unlink()


def sealed_config(project: Project, device: Device, run: str | None = None) -> tuple[str, Secret]:
    """A device's last full config, or that of a run, and the run that it is of.

    The identity that opens it comes from where the project's secrets are.
    """
    settings = project.settings
    store = SealedConfigs(project.sealed)
    secrets = open_secrets(settings.credentials, os.environ, project.credentials)
    kept = store.runs(device.domain, device.name)
    chosen = run or next(iter(kept), "")
    # where nothing is kept, that is what to say, and not which key would open it
    identities = [secrets.resolve(settings.archive.identity)] if chosen in kept else []
    return chosen, store.restore(device.domain, device.name, identities, chosen)


def _archived(project: Project, device: Device, config: Secret) -> str | None:
    """The commit whose config is this one without its secrets."""
    shown = _bare(redact(config.reveal()))
    archive = Archive(project.archive)
    for one in archive.revisions(device.domain, device.name)[:_REVISIONS]:
        kept = archive.config(device.domain, device.name, one.commit)
        if same_but_times(_bare(kept), shown):
            return one.commit
    return None


def _bare(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _device(project: Project, host: str) -> Device:
    found = load(project.root).devices.get(host)
    if found is None:
        raise HistoryError(
            f"no device {host!r} in the inventory",
            hint="see `netmod inventory show` for the names",
            code="unknown",
        )
    return found


def _way(way: Way | None, host: str) -> Way:
    if way is None:
        raise ChangeFailed(
            f"the lab does not emulate {host}", hint="see `netmod lab status`", code="unsupported"
        )
    return way


def _nothing(reference: str) -> Secret | None:
    """A full config refers to no secret: it holds them."""
    del reference
    return None


def _write(note: Path, begun: _Begun) -> None:
    write_text(note, begun.model_dump_json(indent=2) + "\n")


def _read(note: Path) -> _Begun | None:
    try:
        return _Begun.model_validate_json(note.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (ValidationError, ValueError, OSError):
        raise ChangeFailed(
            f"{note} cannot be read: nobody knows what an earlier try left on the device",
            hint="look at the device, then remove the file",
            code="unknown",
        ) from None
