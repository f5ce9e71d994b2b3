"""Carrying out a plan: start, resume, pause, stop and roll back; and a dry run that only looks.

One process carries a rollout out. Others ask it by a request in the journal; where it is gone,
whoever asks carries it out from there, by the crash table of `netmod.rollout.states`.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from netmod.credentials import Secret, Secrets, open_secrets
from netmod.errors import RolloutError
from netmod.evidence import Operator, this_operator
from netmod.inventory import load_inventory
from netmod.jobs.change import Way, lab_tls, project_tls, seal_of, ways_to
from netmod.jobs.clock import now
from netmod.jobs.collect import management_access
from netmod.jobs.inventory import folder_digest, project_at
from netmod.jobs.lab import access as lab_access
from netmod.jobs.rollout_approval import require_approval, standing_of
from netmod.jobs.rollout_looks import watch
from netmod.jobs.rollout_notify import telling
from netmod.jobs.rollout_plan import ROLLOUTS, stored_plan
from netmod.rollout.acts import Work, perform
from netmod.rollout.execute import RUNNING, Execution, Means
from netmod.rollout.journal import REQUEST, Journal, Record
from netmod.rollout.locks import carrying_out, is_carried_out
from netmod.rollout.model import Change
from netmod.rollout.preflight import check_plan
from netmod.rollout.standing import Rollout, fold
from netmod.rollout.states import ROLLOUT_AT_WORK
from netmod.rollout.store import StoredPlan
from netmod.settings import Project

Told = Callable[[Record, Rollout], None]
"""Hears of every record when it is written."""
JOURNAL = "journal.db"
_ROOM = 64 * 2**20
"""Bytes that the journal's disk must have free when a rollout is taken up."""
_POLL = 1.0


class WallClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return now()

    def ticks(self) -> float:
        return time.monotonic()

    def wait(self, changed: threading.Event, seconds: float, *, idle: bool) -> None:
        """At most a second: other processes may have asked for something."""
        del idle
        changed.wait(min(seconds, _POLL))


@dataclass(frozen=True, slots=True)
class Looked:
    """What a dry run found of a device: an event of the check, with its code and message."""

    device: str
    event: str
    code: str = ""
    message: str = ""


def start(
    root: Path | None, name: str, *, lab: str | None = None, told: Told | None = None
) -> Rollout:
    """Carry an approved plan out until it rests: done, paused, or stopped.

    With `lab` on the devices of that running lab. Raises `RolloutError` where it is not approved,
    was started before, or its inventory has changed since; `CredentialsError` with every secret of
    its texts, those that take back as well, that cannot be found.
    """
    project, stored = project_at(root), stored_plan(root, name)
    require_approval(project, stored, now())
    if folder_digest(project.inventory) != stored.plan.inventory:
        raise RolloutError(
            f"the inventory is not the one that the plan {stored.plan.id} was made from",
            hint="make the plan again, and have it approved",
            code="not-approved",
        )
    _require_secrets(project, stored, lab)
    with _journal(project) as journal, _carried_out(stored):
        if journal.records(stored.plan.id):
            raise RolloutError(
                f"{stored.plan.id} was started before",
                hint="go on with netmod rollout resume, or take it back with rollback",
                code="state",
            )
        with _execution(project, stored, journal, lab, told) as execution:
            approved = standing_of(project, stored, now())
            by = [one.statement.approver for one in approved.counted if one.statement]
            execution.take_over({**_who("start"), "plan_hash": stored.hash, "approved_by": by})
            return execution.run()


def resume(
    root: Path | None, name: str, *, lab: str | None = None, told: Told | None = None
) -> Rollout:
    """Go on with a rollout that was paused, or whose process died.

    Where its approval is not worth anything any more, what was begun is brought to rest and
    nothing else; a paused one is refused then. Raises `RolloutError`.
    """
    project, stored = project_at(root), stored_plan(root, name)
    with _journal(project) as journal, _carried_out(stored):
        state = _started(journal, stored).state
        if state not in ("paused", *ROLLOUT_AT_WORK):
            raise _cannot(stored, "go on", state)
        approved = True
        try:
            require_approval(project, stored, now())
        except RolloutError:
            if state == "paused":
                raise
            approved = False
        with _execution(project, stored, journal, lab, told) as execution:
            execution.take_over(_who("resume"))
            if not approved and state in ("running", "pausing"):  # going back needs no approval
                execution.ask("pause", {**_who("resume"), "why": "not approved any more"})
            elif state == "paused":
                execution.ask("resume", _who("resume"))
            return execution.run()


def pause(root: Path | None, name: str, why: str = "") -> None:
    """Ask the process that carries a rollout out to pause. Raises `RolloutError` without one."""
    project, stored = project_at(root), stored_plan(root, name)
    with _journal(project) as journal:
        state = _started(journal, stored).state
        if not _is_at_work(stored):
            raise _cannot(stored, "be paused", state)
        _ask(journal, stored, "pause", why)


def stop(
    root: Path | None,
    name: str,
    *,
    why: str = "",
    lab: str | None = None,
    told: Told | None = None,
) -> Rollout | None:
    """Stop a rollout for good: what is not confirmed goes back, what is stays.

    None where another process carries it out and was asked to. Raises `RolloutError`.
    """
    return _now_or_by_another(root, name, "stop", ("paused",), why, lab, told)


def roll_back(
    root: Path | None,
    name: str,
    *,
    why: str = "",
    lab: str | None = None,
    told: Told | None = None,
) -> Rollout | None:
    """Stop a rollout where it still goes on, and take back what it did, the last first.

    Approved beforehand, and not bound to windows. None as for `stop`. Raises `RolloutError`.
    """
    rests = ("paused", "halted", "succeeded", "succeeded-with-exceptions", "rollback-incomplete")
    return _now_or_by_another(root, name, "roll-back", rests, why, lab, told)


def dry_run(root: Path | None, name: str, *, lab: str | None = None) -> list[Looked]:
    """Log in to every device of a plan and compare what runs; nothing is loaded or written.

    The journal is not touched, and no approval is needed. Raises what the ways to devices raise,
    and `CredentialsError` as `start` does.
    """
    project, stored = project_at(root), stored_plan(root, name)
    _require_secrets(project, stored, lab)
    changes: dict[str, Change] = {}
    for one in Rollout(stored.plan).changes.values():
        if one.plan.before is not None or one.plan.device not in changes:
            changes.setdefault(one.plan.device, one.plan)
    with _ways(project, stored, lab) as ways, ThreadPoolExecutor(16) as pool:
        return list(pool.map(lambda one: _looked_at(one, ways), changes.values()))


def _looked_at(change: Change, ways: Mapping[str, Way]) -> Looked:
    found: list[Looked] = []

    def tell(event: str, payload: Mapping[str, Any]) -> None:
        code, message = str(payload.get("code", "")), str(payload.get("message", ""))
        found.append(Looked(change.device, event, code, message))

    work = Work(
        f"dry-run/{change.id}", change, change.before, "queued", "", None, str, lambda _: None, now
    )
    if change.device not in ways:
        return Looked(change.device, "unreachable", "no-way", "there is no way to it")
    perform("check", work, ways[change.device], tell)
    return found[0]


def _now_or_by_another(
    root: Path | None,
    name: str,
    kind: str,
    rests: tuple[str, ...],
    why: str,
    lab: str | None,
    told: Told | None,
) -> Rollout | None:
    project, stored = project_at(root), stored_plan(root, name)
    with _journal(project) as journal:
        state = _started(journal, stored).state
        if _is_at_work(stored):
            _ask(journal, stored, kind, why)
            return None
        if state not in (*rests, *ROLLOUT_AT_WORK):
            raise _cannot(stored, kind.replace("roll-back", "be rolled back"), state)
        with (
            _carried_out(stored),
            _execution(project, stored, journal, lab, told) as execution,
        ):
            execution.take_over(_who(kind))
            execution.ask(kind, {**_who(kind), "why": why})
            return execution.run()


# --- how


def open_journal(project: Project) -> Journal:
    """The project's journal; every hash in it is verified."""
    return Journal(project.state / ROLLOUTS / JOURNAL)


@contextmanager
def _journal(project: Project) -> Iterator[Journal]:
    with open_journal(project) as journal:
        free = shutil.disk_usage(journal.path.parent).free
        if free < _ROOM:
            raise RolloutError(
                f"the disk of {journal.path} has {free // 2**20} MiB left",
                hint=f"make room for {_ROOM // 2**20} MiB: without a journal nothing is done",
                code="full",
            )
        yield journal


def _carried_out(stored: StoredPlan) -> Any:
    return carrying_out(stored.folder / RUNNING, stored.plan.id)


def _is_at_work(stored: StoredPlan) -> bool:
    return is_carried_out(stored.folder / RUNNING)


def _started(journal: Journal, stored: StoredPlan) -> Rollout:
    records = journal.records(stored.plan.id)
    if not records:
        raise RolloutError(
            f"{stored.plan.id} was not started",
            hint=f"start it: netmod rollout start {stored.plan.id}",
            code="state",
        )
    return fold(stored.plan, records)


def _cannot(stored: StoredPlan, what: str, state: str) -> RolloutError:
    return RolloutError(
        f"{stored.plan.id} is {state} and cannot {what}",
        hint=f"see netmod rollout status {stored.plan.id}",
        code="state",
    )


def _ask(journal: Journal, stored: StoredPlan, kind: str, why: str) -> None:
    payload = {"kind": kind, **_who(kind), "why": why}
    journal.append(stored.plan.id, 0, REQUEST, "", payload, now())


def _who(command: str) -> dict[str, Any]:
    """Who this is, for the record; it proves nothing."""
    operator = this_operator(os.environ)
    return {"command": command, "by": _name(operator), "operator": operator.model_dump(mode="json")}


def _name(operator: Operator) -> str:
    return f"{operator.login_account or operator.account}@{operator.host}"


@contextmanager
def _ways(project: Project, stored: StoredPlan, lab: str | None) -> Iterator[Mapping[str, Way]]:
    with _reached(project, stored, lab) as (ways, _):
        yield ways


@contextmanager
def _reached(
    project: Project, stored: StoredPlan, lab: str | None
) -> Iterator[tuple[Mapping[str, Way], Any]]:
    """The ways to the plan's devices, and the access that they were made from."""
    inventory = load_inventory(project.inventory)
    names = {name for wave in stored.plan.waves for unit in wave.units for name in unit.devices}
    devices = [inventory.devices[name] for name in sorted(names) if name in inventory.devices]
    if lab is None:
        access, tls = (
            management_access(project, inventory, devices),
            project_tls(project, inventory),
        )
    else:
        access, tls = lab_access(project.root, lab), lab_tls(project, lab)
        devices = [device for device in devices if device.name in access.endpoints]
    with ways_to(devices, access, tls, seal_of(project)) as ways:
        yield ways, access


@contextmanager
def _execution(
    project: Project,
    stored: StoredPlan,
    journal: Journal,
    lab: str | None,
    told: Told | None,
) -> Iterator[Execution]:
    """Everything that a rollout is carried out with; Ctrl-C and SIGTERM pause it in order."""
    inventory = load_inventory(project.inventory)
    with (
        _reached(project, stored, lab) as (ways, access),
        telling(project, stored.plan, told or _nobody) as heard,
    ):
        check_plan(stored.plan, ways, stored.text)
        eyes = watch(project, inventory, stored.plan, access, stored.folder / "before", time.sleep)
        means = Means(
            ways=ways,
            text=stored.text,
            resolve=_secrets(project, lab),
            looks=eyes,
            clock=WallClock(),
            folder=stored.folder,
            owner=_name(this_operator(os.environ)),
            told=heard,
        )
        execution = Execution(stored.plan, journal, means)
        with _pausing(execution):
            yield execution


def _nobody(record: Record, rollout: Rollout) -> None:
    """Nobody listens."""
    del record, rollout


def _require_secrets(project: Project, stored: StoredPlan, lab: str | None) -> None:
    """A secret that is missing must not be found out half-way through a link."""
    if lab is None:
        texts = {one.plan.text for one in Rollout(stored.plan).changes.values()}
        _kept_secrets(project).require(stored.text(one) for one in sorted(texts))


def _kept_secrets(project: Project) -> Secrets:
    return open_secrets(project.settings.credentials, os.environ, project.credentials)


def _secrets(project: Project, lab: str | None) -> Callable[[str], Secret | None]:
    """What fills placeholders. The lab's devices hold the placeholder where a secret is not kept:
    that is what they were configured with."""
    secrets = _kept_secrets(project)
    if lab is None:
        return secrets.find
    return lambda name: secrets.find(name) or Secret(f"<secret:{name}>")


@contextmanager
def _pausing(execution: Execution) -> Iterator[None]:
    """The first Ctrl-C pauses in order, the second begins nothing more at all."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupted(number: int, frame: FrameType | None) -> None:
        del number, frame
        execution.pause()

    before = {one: signal.signal(one, interrupted) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
