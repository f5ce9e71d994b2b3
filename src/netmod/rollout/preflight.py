"""Whether a plan can be carried out at all, before anything of it is begun."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from netmod.errors import RolloutError
from netmod.rollout.model import Plan, Unit
from netmod.rollout.standing import Rollout, stages_of


def check_plan(plan: Plan, ways: Collection[str], text: Callable[[str], str]) -> None:
    """Raise `RolloutError` where it cannot; `ways` are the devices that there is a way to, `text`
    reads the text of a change by its hash and raises where it is not there."""
    rollout = Rollout(plan)
    for standing in rollout.units.values():
        problem = next(_problems(plan, rollout, standing.plan, ways), None)
        if problem is not None:
            raise RolloutError(
                f"the plan cannot be carried out: {standing.id}: {problem}",
                hint="make the plan again; nothing was sent",
                code="state",
            )
    for change in rollout.changes.values():
        text(change.plan.text)


def _problems(plan: Plan, rollout: Rollout, unit: Unit, ways: Collection[str]) -> Iterator[str]:
    yield from (f"no unit {one}" for one in unit.after if one not in rollout.units)
    number = len(unit.stages)
    yield from (f"no stage {one}" for undo in unit.undo for one in undo.undoes if one >= number)
    for stage in stages_of(unit):
        yield from (f"no gate {one}" for one in stage.gates if one not in plan.gates)
        for one in stage.changes:
            if one.device not in unit.devices:
                yield f"{one.device} is not among its devices"
            if one.device not in ways:
                yield f"there is no way to {one.device}"
