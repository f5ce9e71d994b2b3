"""Units that send no config of their own: a look at software, and a way back.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from netmod.inventory import Device
from netmod.platforms._change import running_hash
from netmod.rollout.draft import Draft, Seen, Sources
from netmod.rollout.model import Change, Plan, Stage, Unit
from netmod.rollout.planning import Planner


def software_units(sources: Sources, devices: Sequence[Device], draft: Draft) -> None:
    """A unit that is only looked at for each device that does not run what is declared of it."""
    for device in devices:
        seen = sources.seen.get(device.name, Seen(failure="not captured"))
        declared = device.data.get("software")
        if seen.running is None:
            draft.exclude(device.name, "unreachable", why=seen.failure)
        elif declared is None:
            draft.exclude(device.name, "not-declared")
        elif seen.software is None:
            draft.exclude(device.name, "software-unknown", wanted=declared)
        elif seen.software == declared:
            draft.exclude(device.name, "software-right", software=declared)
        else:
            draft.risk(device.name, "software-differs", wanted=declared, found=seen.software)
            draft.units.append(_unit(sources, device, ()))


def restore_planner(plan: Plan, texts: Mapping[str, str]) -> Planner:
    """The planner of the way back from another plan, whose texts these are."""
    return partial(_restore_units, plan, texts)


def _restore_units(
    plan: Plan, texts: Mapping[str, str], sources: Sources, devices: Sequence[Device], draft: Draft
) -> None:
    """A unit for each device that does not run any more what it ran before that plan."""
    units = {one.id: one for wave in plan.waves for one in wave.units}
    for device in devices:
        unit = units.get(device.name)
        if unit is None:
            draft.exclude(device.name, "of-a-link")
            continue
        seen = sources.seen.get(device.name, Seen(failure="not captured"))
        undone = [change for undo in unit.undo for change in undo.stage.changes]
        if seen.running is None:
            draft.exclude(device.name, "unreachable", why=seen.failure)
        elif _runs_what_it_did(unit, running := running_hash(seen.running)):
            draft.exclude(device.name, "noop", secrets_unseen="unknown")
        elif not undone:
            draft.exclude(device.name, "no-way-back-after-confirmation")
        else:
            changes = tuple(_again(sources, one, texts, draft) for one in undone)
            first = changes[0].model_copy(update={"before": running})
            stage = Stage(
                purpose="restore",
                changes=(first, *changes[1:]),
                gates=sources.runbook.between,
                soak=sources.runbook.soak.change,
            )
            draft.risk(device.name, "no-way-back-after-confirmation")
            draft.units.append(_unit(sources, device, (stage,)))


def _runs_what_it_did(unit: Unit, running: str) -> bool:
    return any(change.before == running for stage in unit.stages for change in stage.changes)


def _again(sources: Sources, change: Change, texts: Mapping[str, str], draft: Draft) -> Change:
    for digest in (change.text, change.diff):
        draft.keep(texts[digest])
    return change.model_copy(update={"id": f"{sources.plan}.{change.device}", "before": None})


def _unit(sources: Sources, device: Device, stages: tuple[Stage, ...]) -> Unit:
    site = sources.inventory.sites[device.site]
    return Unit(
        id=device.name, trust=site.trust, site=site.id, devices=(device.name,), stages=stages
    )
