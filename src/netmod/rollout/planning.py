"""A runbook, the inventory and what runs → a plan. Pure: the same of these makes the same plan.

A plan that could leave a device without a way back is refused. Whatever is selected is in the plan,
or is named among what it leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel

from netmod.errors import RolloutError
from netmod.inventory import Device
from netmod.rollout.division import divide
from netmod.rollout.draft import Draft, Sources
from netmod.rollout.model import Plan, Risk, Unit, Wave
from netmod.rollout.windows import Freeze, Windows, opening

_DONE = ("noop", "as-intended", "software-right", "task-silent")
"""Reasons to leave a device alone for which nothing has to wait."""
_SHOWN = 20
_EVER = datetime(1970, 1, 1, tzinfo=UTC)

Planner = Callable[[Sources, Sequence[Device], Draft], None]
"""Adds the units of one kind of change."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a plan says of itself. `windows` are the runbook's, with what its calendars say."""

    runbook: str
    author: str
    host: str
    made_at: datetime
    tool_version: str
    inventory: str
    windows: Windows
    restores: str | None = None


def make_plan(
    heading: Heading, sources: Sources, devices: Sequence[Device], planner: Planner
) -> tuple[Plan, Mapping[str, str]]:
    """The plan for `devices`, and its texts by their SHA-256.

    Raises `RolloutError` with the code `refused` where devices would have no way back, and
    `InputError` where the runbook does not fit.
    """
    draft = Draft()
    planner(sources, [one for one in devices if _is_wanted(sources, one, draft)], draft)
    _leave_waiting(sources, draft)
    units = [_after(sources, one, draft.units) for one in draft.units]
    _tell_what_is_cut_off(sources, units, draft)
    _demand_ways_back(sources, units, draft)
    runbook = sources.runbook
    divisions = divide(
        units,
        runbook.waves,
        runbook.canary,
        sources.inventory,
        lambda one: _weight(sources, one),
        {one.subject for one in draft.excluded if one.reason in _DONE},
    )
    made = _without_texts(draft, units)
    expires_at = heading.made_at + timedelta(seconds=runbook.approval.valid)
    windows = _with_unready_sites(sources, heading.windows, units)
    _tell_closed_sites(windows, units, heading.made_at, expires_at, draft)
    plan = Plan(
        id=sources.plan,
        runbook=heading.runbook,
        author=heading.author,
        host=heading.host,
        made_at=heading.made_at,
        expires_at=expires_at,
        tool_version=heading.tool_version,
        inventory=heading.inventory,
        waves=tuple(
            Wave(
                name=one.name,
                units=one.units,
                gates_before=runbook.before,
                gates_after=runbook.after_wave,
                soak=runbook.soak.wave,
                canary=one.canary,
            )
            for one in divisions
        ),
        excluded=tuple(sorted(draft.excluded, key=lambda one: (one.kind, one.subject))),
        gates={name: _json(gate) for name, gate in sorted(runbook.gates.items())} | draft.gates,
        windows=_json(windows),
        budget=_json(runbook.budget),
        approval=_json(runbook.approval),
        change=_json(runbook.change),
        limits=_json(runbook.limits),
        sites=_json(runbook.sites),
        notify=_json(runbook.notify),
        overrides=tuple(_json(one) for one in runbook.overrides),
        captured_at=min((one.captured_at for one in sources.seen.values() if one.captured_at),
                        default=None),
        restores=heading.restores,
        risks=_of_what_is_done(draft),
    )  # fmt: skip
    return plan, made


def _json(value: BaseModel) -> dict[str, Any]:
    """A section as JSON values."""
    section: dict[str, Any] = value.model_dump(mode="json")
    return section


def _is_wanted(sources: Sources, device: Device, draft: Draft) -> bool:
    """Whether the runbook lets the device be changed."""
    runbook = sources.runbook
    if device.name in runbook.exclude:
        draft.exclude(device.name, "by-name", why=runbook.exclude[device.name])
        return False
    ready = runbook.sites.of(device.site)
    if ready.contact_required and not ready.contact:
        draft.exclude(device.name, "no-contact", site=device.site)
        return False
    return True


def _leave_waiting(sources: Sources, draft: Draft) -> None:
    """Leave out what depends on something that was left out undone, and what depends on that."""
    left = {one.subject for one in draft.excluded if one.reason not in _DONE}
    found = True
    while found:
        found = False
        for unit in list(draft.units):
            missing = _named(sources, _before(sources, unit), left)
            if missing:
                draft.units.remove(unit)
                other = ", ".join(sorted(missing))
                for name in unit.links:
                    draft.exclude(name, "waits-for", "link", other=other)
                for name in () if unit.links else unit.devices:
                    draft.exclude(name, "waits-for", other=other)
                left |= {unit.id, *unit.devices, *unit.links}
                found = True


def _before(sources: Sources, unit: Unit) -> set[str]:
    """What the runbook wants done before a unit: names of devices, links and sites."""
    own = {unit.id, unit.site, *unit.devices, *unit.links}
    return {one for name, names in sources.runbook.after.items() if name in own for one in names}


def _named(sources: Sources, names: Iterable[str], left: set[str]) -> set[str]:
    """Those of the devices and links in `left` that `names` mean, by themselves or by site."""
    wanted = set(names)
    devices = sources.inventory.devices
    return {
        one for one in left if one in wanted or (one in devices and devices[one].site in wanted)
    }


def _after(sources: Sources, unit: Unit, units: Sequence[Unit]) -> Unit:
    """The unit with those that must have passed before it."""
    wanted = _before(sources, unit)
    found = {
        one.id
        for one in units
        if one.id != unit.id and wanted & {one.id, one.site, *one.devices, *one.links}
    }
    return unit.model_copy(update={"after": tuple(sorted({*unit.after, *found}))})


def _weight(sources: Sources, unit: Unit) -> int:
    """How many devices are cut off where a unit does not come back."""
    impact = sources.impact
    cut = [len(impact.cut_off_by_device(name)) for name in unit.devices]
    return max([*cut, *(len(impact.cut_off_by_link(name)) for name in unit.links)])


def _tell_what_is_cut_off(sources: Sources, units: Iterable[Unit], draft: Draft) -> None:
    impact = sources.impact
    for unit in units:
        if not unit.stages:
            continue
        for name, cut in (
            *((name, impact.cut_off_by_device(name)) for name in unit.devices),
            *((name, impact.cut_off_by_link(name)) for name in unit.links),
        ):
            if cut:
                more = f" and {len(cut) - _SHOWN} more" if len(cut) > _SHOWN else ""
                draft.risk(
                    name, "cuts-off", count=str(len(cut)), devices=", ".join(cut[:_SHOWN]) + more
                )
        for name in unit.devices:
            if not impact.second_path(name) and not sources.out_of_band(name):
                draft.risk(name, "single-path")


def _demand_ways_back(sources: Sources, units: Iterable[Unit], draft: Draft) -> None:
    """Refuse devices that do not go back by themselves, and that nobody would reach."""
    helpless: list[str] = []
    for unit in units:
        for device, safety_class in sorted(_without_timer(unit)):
            draft.risk(device, "no-timer", safety_class=safety_class)
            if sources.impact.second_path(device) or sources.out_of_band(device):
                continue
            reason = sources.reason_against("no-way-back", device)
            if reason is None:
                helpless.append(device)
            else:
                draft.risk(device, "no-way-back", override=reason)
    if helpless:
        names = ", ".join(helpless[:_SHOWN])
        more = f" and {len(helpless) - _SHOWN} more" if len(helpless) > _SHOWN else ""
        raise RolloutError(
            f"refused: without a timer, out-of-band access and a second path, {names}{more} would "
            "have no way back",
            hint="say in the runbook's sites which have out_of_band access, exclude devices, or "
            "override no-way-back for each by name, with a reason",
            code="refused",
        )


def _without_timer(unit: Unit) -> set[tuple[str, str]]:
    """The devices of a unit with something to do that no timer takes back, and its class. What it
    would do on the way back does not count: that begins from a device that works."""
    found: set[tuple[str, str]] = set()
    for stage in unit.stages:
        found |= {(one.device, one.safety_class) for one in stage.changes
                  if one.safety_class != "A"}  # fmt: skip
    return found


def _of_what_is_done(draft: Draft) -> tuple[Risk, ...]:
    """The risks without those of what was left out in the end."""
    done = {name for one in draft.units for name in (*one.devices, *one.links)}
    left = {one.subject for one in draft.excluded} - done
    found = [one for one in draft.risks if one.subject not in left]
    return tuple(sorted(found, key=lambda one: (one.subject, one.code)))


def _with_unready_sites(sources: Sources, windows: Windows, units: Iterable[Unit]) -> Windows:
    """The windows, in which a site is frozen until it is ready."""
    freezes = [
        Freeze(name="not ready", begin=_EVER, end=ready.ready_from, sites=(site,))
        for site in sorted({one.site for one in units})
        if (ready := sources.runbook.sites.of(site)).ready_from is not None
    ]
    return windows.model_copy(update={"freezes": (*windows.freezes, *freezes)})


def _tell_closed_sites(
    windows: Windows, units: Iterable[Unit], begin: datetime, end: datetime, draft: Draft
) -> None:
    """Sites that may not be changed for as long as the plan holds."""
    for trust, site in sorted({(one.trust, one.site) for one in units if one.stages}):
        found = opening(windows, trust, site, begin)
        if not found.open and (found.next is None or found.next >= end):
            draft.risk(site, "closed", reason=found.freeze or found.reason)


def _without_texts(draft: Draft, units: Iterable[Unit]) -> dict[str, str]:
    """The texts that the units need."""
    return {digest: draft.texts[digest] for digest in sorted(texts_of(units))}


def texts_of(units: Iterable[Unit]) -> set[str]:
    """The SHA-256 of every text that units refer to."""
    found: set[str] = set()
    for unit in units:
        for stage in (*unit.stages, *(one.stage for one in unit.undo)):
            found |= {one for change in stage.changes for one in (change.text, change.diff)}
    return found
