"""Plans for links: which links a runbook means, and what its draft gets of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from netmod.inventory import Device, Inventory, Link
from netmod.rollout.draft import Draft, Sources
from netmod.rollout.key_units import key_rollover_units
from netmod.rollout.link_ground import LINK_GATES, Ground, LinkPlan, Parts
from netmod.rollout.link_paths import Paths
from netmod.rollout.links import encryption_units
from netmod.rollout.observations import Observation
from netmod.rollout.runbook import LinkEncryptionChange, LinkSelection, Rule

_RULES: tuple[Rule, ...] = ("no-second-path", "expected-outage")


@dataclass(frozen=True, slots=True)
class Sight:
    """What was found out for a plan of links; see `Ground`. `running` also has devices at the far
    ends of links, which the runbook did not select."""

    intended: Parts
    relaxed: Parts
    running: Mapping[str, str]
    seen: Observation
    stored: Mapping[str, bool]
    now: datetime


def links_meant(
    inventory: Inventory, wanted: LinkSelection, devices: Iterable[Device]
) -> tuple[Link, ...]:
    """The links of the selection that end on one of `devices`, in the order of their ids."""
    names = {one.name for one in devices}
    return tuple(
        link
        for _, link in sorted(inventory.links.items())
        if (not wanted.layers or link.layer in wanted.layers)
        and (not wanted.ids or link.id in wanted.ids)
        and any(end.device in names for end in link.managed_ends)
    )


def link_planner(sight: Sight) -> Callable[[Sources, Sequence[Device], Draft], None]:
    """Adds the units of a runbook that encrypts links, or rolls their keys over."""

    def plan(sources: Sources, devices: Sequence[Device], draft: Draft) -> None:
        runbook, inventory = sources.runbook, sources.inventory
        if runbook.links is None:
            return
        left_out = {one.subject for one in draft.excluded if one.kind == "device"}
        links = []
        for link in links_meant(inventory, runbook.links, devices):
            out = sorted({end.device for end in link.managed_ends} & left_out)
            if link.id in runbook.exclude:
                draft.exclude(link.id, "by-name", "link", why=runbook.exclude[link.id])
            elif out:
                draft.exclude(link.id, "end-left-out", "link", device=", ".join(out))
            else:
                links.append(link)
        ground = _ground(sight, sources)
        make = (
            encryption_units
            if isinstance(runbook.change, LinkEncryptionChange)
            else key_rollover_units
        )
        _take(make(ground, links), draft)

    return plan


def _ground(sight: Sight, sources: Sources) -> Ground:
    inventory = sources.inventory
    dead: Collection[str] = set(sight.seen.devices) - set(sight.seen.facts)
    runbook = sources.runbook
    return Ground(
        plan=sources.plan,
        inventory=inventory,
        intended=sight.intended,
        relaxed=sight.relaxed,
        running=sight.running,
        seen=sight.seen,
        stored=sight.stored,
        paths=Paths(inventory, dead, sources.today),
        now=sight.now,
        out_of_band=[name for name in inventory.devices if sources.out_of_band(name)],
        overrides={
            rule: {
                one.subject: one.reason
                for one in runbook.overrides
                if sources.reason_against(rule, one.subject)
            }
            for rule in _RULES
        },
        seconds=runbook.confirm_within,
        gates=runbook.between,
        soak=runbook.soak.change or None,
    )


def _take(plan: LinkPlan, draft: Draft) -> None:
    draft.units += plan.units
    draft.excluded += plan.excluded
    draft.risks += plan.risks
    draft.texts |= plan.texts
    named = {
        name
        for unit in plan.units
        for stage in (*unit.stages, *(undo.stage for undo in unit.undo))
        for name in stage.gates
    }
    for name, gate in {**LINK_GATES, **plan.gates}.items():
        if name in named:
            draft.gates[name] = gate.model_dump(mode="json")
