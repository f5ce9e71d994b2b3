"""A runbook made a plan: inventory → intended configs, devices → running configs, both → plan."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from netmod import __version__
from netmod.errors import InputError, Problem
from netmod.evidence import HostCaptures, Snapshot, this_operator
from netmod.history import new_run_id
from netmod.intent import render
from netmod.inventory import Device, HostNames, Inventory, load_inventory, select
from netmod.jobs.clock import now
from netmod.jobs.collect import Access, Progress, collect_to, management_access
from netmod.jobs.inventory import folder_digest, project_at
from netmod.jobs.known import Known
from netmod.jobs.lab import access as lab_access
from netmod.jobs.link_plans import devices_of_links, fresh, sight
from netmod.jobs.rollout_tasks import check_task, said_by
from netmod.observe import read_snapshot_facts
from netmod.platforms import platform, refused
from netmod.rollout import Runbook, read_runbook, runbook_path
from netmod.rollout.calendars import calendar_freezes
from netmod.rollout.config_units import config_units
from netmod.rollout.draft import Seen, Sources
from netmod.rollout.impact import impact_of
from netmod.rollout.link_planner import link_planner
from netmod.rollout.other_units import restore_planner, software_units
from netmod.rollout.planning import Heading, Planner, make_plan, texts_of
from netmod.rollout.runbook import RestoreChange, SoftwareCheck, TaskChange
from netmod.rollout.store import StoredPlan, load_plan, plan_ids, save_plan
from netmod.rollout.task_units import task_planner
from netmod.rollout.windows import Windows
from netmod.settings import Project

ROLLOUTS = "rollouts"
CALENDAR_SPAN = timedelta(days=90)
"""How far calendars are read ahead. A rollout that takes longer is paused there."""
_CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Running:
    """Where running configs come from: the project's devices, those of a running `lab`, or a
    `snapshot` as far as it is not older than `max_age`."""

    snapshot: Path | None = None
    max_age: timedelta = timedelta(hours=1)
    lab: str | None = None
    progress: Progress | None = None


def plan_rollout(
    root: Path | None,
    name: str,
    terms: Sequence[str],
    source: Running,
    *,
    restores: str | None = None,
) -> StoredPlan:
    """Make the plan of a runbook, for those of its devices that `terms` select as well.

    `restores` names the plan that a runbook of the kind `restore` takes back. What is collected is
    kept beside the plan. Nothing is written to a device. Raises what inventory, templates, runbook,
    settings and snapshot raise, and `RolloutError` where the plan is refused.
    """
    project = project_at(root)
    begun = now()
    inventory = load_inventory(project.inventory)
    path = runbook_path(project.root, name)
    runbook = read_runbook(path, inventory, root=project.root)
    other = _restored(project, runbook, restores)
    if isinstance(runbook.change, TaskChange):
        check_task(path.parent, runbook.change)
    devices = _chosen(select(inventory, (*runbook.select, *terms)), other)
    plan_id = new_run_id(begun)
    known = Known.below(project.state)
    rendered = render(inventory, project.templates, devices, known.intended)
    intended = {one.host: one.text for one in rendered}
    captured = source.snapshot or project.state / ROLLOUTS / f"{plan_id}.captured"
    if source.snapshot is None:
        ends = devices_of_links(inventory, runbook, devices)
        wanted = [one for one in ends if one.name not in runbook.exclude]
        _collect(project, inventory, wanted, captured, source)
    moment = now()
    read = known.read(captured) if captured.exists() else Snapshot(captured)
    oldest = moment - source.max_age
    seen = _seen(inventory, runbook, devices, read, moment, oldest)
    sources = Sources(
        plan=plan_id,
        runbook=runbook,
        inventory=inventory,
        impact=impact_of(inventory, moment.date()),
        today=moment.date(),
        intended=intended,
        seen=seen,
    )
    planner = _planner(runbook, other)
    if runbook.links is not None:
        emulated, now_read = source.lab is not None, fresh(read, oldest)
        planner = link_planner(
            sight(project, inventory, runbook, devices, now_read, moment, lab=emulated)
        )
    elif isinstance(runbook.change, TaskChange):
        running = {name: one.running for name, one in seen.items() if one.running is not None}
        planner = task_planner(said_by(path.parent, runbook.change, project.inventory, running))
    operator = this_operator(os.environ)
    heading = Heading(
        runbook=path.stem,
        author=operator.login_account or operator.account,
        host=operator.host,
        made_at=moment,
        tool_version=__version__,
        inventory=folder_digest(project.inventory),
        windows=resolved_windows(path.parent, runbook, moment),
        restores=other.plan.id if other else None,
    )
    plan, texts = make_plan(heading, sources, devices, planner)
    return save_plan(project.state / ROLLOUTS, plan, texts)


def _chosen(selected: list[Device], other: StoredPlan | None) -> list[Device]:
    """The devices of the plan: those of the one that it takes back, where it does."""
    if other is None:
        return selected
    changed = {one for wave in other.plan.waves for unit in wave.units for one in unit.devices}
    found = [one for one in selected if one.name in changed]
    if not found:
        hint = f"see what it changed: netmod rollout show {other.plan.id}"
        raise InputError([Problem("--of", 0, "the plan changes none of these devices", hint)])
    return found


def _restored(project: Project, runbook: Runbook, name: str | None) -> StoredPlan | None:
    """The plan that is to be taken back."""
    wanted = isinstance(runbook.change, RestoreChange)
    if wanted and name is None:
        hint = "name the plan: netmod rollout plan RUNBOOK --of PLAN"
        raise InputError([Problem("--of", 0, "the runbook takes another plan back", hint)])
    if not wanted and name is not None:
        raise InputError(
            [Problem("--of", 0, "the runbook takes no other plan back", "leave it out")]
        )
    return load_plan(project.state / ROLLOUTS, name) if name is not None else None


def _planner(runbook: Runbook, other: StoredPlan | None) -> Planner:
    """What makes the units of a kind of change that needs no more than what runs."""
    if other is not None:
        digests = texts_of(unit for wave in other.plan.waves for unit in wave.units)
        return restore_planner(other.plan, {one: other.text(one) for one in digests})
    return software_units if isinstance(runbook.change, SoftwareCheck) else config_units


def _collect(
    project: Project,
    inventory: Inventory,
    devices: Sequence[Device],
    out: Path,
    source: Running,
) -> None:
    """Collect what runs. Raises `KeyboardInterrupt` where somebody interrupts it: a plan of what
    nobody waited for would leave devices out that are there."""
    access: Access
    if source.lab is None:
        access = management_access(project, inventory, devices)
    else:
        access = lab_access(project.root, source.lab)
        devices = [one for one in devices if one.name in access.endpoints]
    if devices and collect_to(out, devices, access, source.progress).interrupted:
        raise KeyboardInterrupt


def _seen(
    inventory: Inventory,
    runbook: Runbook,
    devices: Sequence[Device],
    read: Snapshot,
    moment: datetime,
    oldest: datetime,
) -> dict[str, Seen]:
    """What runs on each device, by a snapshot."""
    names = HostNames(inventory.devices)
    hosts = {found: one for one in read.hosts if (found := names.find(one.host))}
    seen = {
        one.name: _running(one, hosts.get(one.name), read.captured_at, oldest, moment)
        for one in devices
    }
    if isinstance(runbook.change, SoftwareCheck):
        for host, facts in read_snapshot_facts(read, now=moment).hosts.items():
            name = names.find(host)
            if name in seen:
                seen[name] = replace(seen[name], software=facts.version.version)
    return seen


def _running(
    device: Device,
    host: HostCaptures | None,
    taken: datetime | None,
    oldest: datetime,
    moment: datetime,
) -> Seen:
    known = platform(device.platform)
    if host is None or known is None:
        return Seen(failure="not in the snapshot")
    found = [one for one in host.captures if one.command == known.config_command]
    if not found or refused(known, found[0].text):
        return Seen(failure=host.failure or "no running config was captured")
    captured_at = found[0].captured_at or taken
    if captured_at is None or captured_at < oldest:
        return Seen(failure=f"captured {captured_at or 'nobody knows when'}: too long ago")
    if captured_at > moment + _CLOCKS_DIFFER:
        return Seen(failure=f"captured {captured_at}: that is in the future")
    return Seen(running=found[0].text, captured_at=captured_at.astimezone(UTC))


def resolved_windows(folder: Path, runbook: Runbook, moment: datetime) -> Windows:
    """The windows of a runbook in `folder`, with what its calendars say of the next months."""
    section = runbook.windows
    until = moment + CALENDAR_SPAN
    freezes = [
        freeze
        for calendar in section.calendars
        for freeze in calendar_freezes(folder, calendar, moment, until, section.time_zone)
    ]
    return Windows(
        time_zone=section.time_zone,
        open=section.open,
        trusts=section.trusts,
        sites=section.sites,
        freezes=(*section.freezes, *freezes),
        known_until=until if section.calendars else None,
    )


def stored_plan(root: Path | None, name: str) -> StoredPlan:
    """A plan of the project, by its id or a part of it that no other has."""
    return load_plan(project_at(root).state / ROLLOUTS, name)


def plans(root: Path | None) -> list[str]:
    """The ids of the project's plans, the newest first."""
    return plan_ids(project_at(root).state / ROLLOUTS)
