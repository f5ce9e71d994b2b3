"""How much may go wrong, and how much may go on at a time. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from netmod.rollout.model import Plan, Unit
from netmod.rollout.runbook import Budget, Limit, Limits
from netmod.rollout.standing import Rollout, stages_of


@dataclass(frozen=True, slots=True)
class Stop:
    """What the budget stops: all of it, or these trusts. `code` says what was exceeded."""

    everything: bool
    trusts: frozenset[str]
    code: str = ""
    parameters: tuple[tuple[str, str], ...] = ()


NO_STOP = Stop(False, frozenset())
FAILURES = ("canary", "budget", "budget-group", "wave")
"""The reasons of a stop that nobody asked for."""


def budget_of(plan: Plan) -> Budget:
    """The runbook's; a plan that says nothing bears no failure."""
    return Budget.model_validate(plan.budget)


def limits_of(plan: Plan) -> Limits:
    """The runbook's."""
    return Limits.model_validate(plan.limits)


def platforms_of(unit: Unit) -> frozenset[str]:
    """The platforms that a unit changes."""
    return frozenset(change.platform for stage in stages_of(unit) for change in stage.changes)


def stop(rollout: Rollout) -> Stop:
    """What must stop because of the units that failed.

    A trust of which a unit failed in a group that exceeds its limit stops at once; the others as
    the budget says. A canary that did not pass stops everything, whatever the budget bears.
    """
    budget = budget_of(rollout.plan)
    units = [one.plan for one in rollout.units.values()]
    failed = [one.plan for one in rollout.units.values() if one.failed]
    canary = _failed_canary(rollout)
    if canary:
        return Stop(True, frozenset(), "canary", (("unit", canary),))
    if _exceeds(budget.overall, len(failed), len(units)):
        return Stop(True, frozenset(), "budget", (("failed", str(len(failed))),))
    groupings: list[tuple[Limit | None, Callable[[Unit], Collection[str]]]] = [
        (budget.trust, lambda one: [one.trust]),
        (budget.site, lambda one: [one.site]),
        (budget.platform, platforms_of),
    ]
    found: set[str] = set()
    trusts: set[str] = set()
    for limit, groups in groupings:
        exceeded = _exceeded(limit, groups, failed, units)
        found |= exceeded
        trusts |= {one.trust for one in failed if not exceeded.isdisjoint(groups(one))}
    if not found:
        return NO_STOP
    where = (("group", ", ".join(sorted(found))), ("trusts", ", ".join(sorted(trusts))))
    return Stop(budget.others == "stop", frozenset(trusts), "budget-group", where)


def _failed_canary(rollout: Rollout) -> str:
    """A unit of a canary that ended without having passed."""
    for wave in rollout.plan.waves:
        for unit in wave.units if wave.canary else ():
            standing = rollout.units[unit.id]
            if standing.state not in ("queued", "running", "passed"):
                return unit.id
    return ""


def _exceeded(
    limit: Limit | None,
    groups: Callable[[Unit], Collection[str]],
    failed: Iterable[Unit],
    units: Iterable[Unit],
) -> frozenset[str]:
    """The groups in which more failed than the limit bears."""
    if limit is None:
        return frozenset()
    counts: dict[str, int] = {}
    for unit in failed:
        for group in groups(unit):
            counts[group] = counts.get(group, 0) + 1
    sizes = {group: sum(group in groups(one) for one in units) for group in counts}
    return frozenset(one for one, count in counts.items() if _exceeds(limit, count, sizes[one]))


def _exceeds(limit: Limit, failed: int, of: int) -> bool:
    if not failed:
        return False
    absolute = limit.failures is not None and failed > limit.failures
    return absolute or (limit.percent is not None and failed * 100 > limit.percent * of)


def may_begin(rollout: Rollout, unit: Unit, at_work: Collection[str]) -> bool:
    """Whether a unit may be worked on beside those that are: within the limits, and sharing no
    device and no link with one of them."""
    limits = limits_of(rollout.plan)
    others = [rollout.units[name].plan for name in at_work]
    if len(others) >= limits.at_once:
        return False
    if sum(one.site == unit.site for one in others) >= limits.per_site:
        return False
    taken = {name for one in others for name in subjects_of(one)}
    return taken.isdisjoint(subjects_of(unit))


def subjects_of(unit: Unit) -> frozenset[str]:
    """What is locked while a unit is worked on."""
    return frozenset([f"device:{one}" for one in unit.devices]) | frozenset(
        f"link:{one}" for one in unit.links
    )
