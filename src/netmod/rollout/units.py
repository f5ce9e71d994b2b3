"""What a unit does next: its stages forward, or what was begun of it back. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from netmod.rollout.model import Stage, Unit
from netmod.rollout.standing import Rollout, UnitStanding
from netmod.rollout.states import HELPLESS, IN_DOUBT, NOTHING_IN_FORCE, STAYS
from netmod.rollout.steps import (
    Act,
    Note,
    Step,
    View,
    advance,
    ask_again,
    is_begun,
    withdraw,
)

STOPPED = "stopped"
"""The cause of a unit that was stopped by somebody, or because of others."""
_NOT_COUNTED = ("drifted", "interrupted")
"""Causes that say nothing about what the rollout does to devices."""
_EACH = timedelta(seconds=60)
"""What logging in, loading and looking takes, for each change."""
_WITHOUT_TIMER = timedelta(seconds=300)


def worst_case(unit: Unit, stage: int = 0) -> timedelta:
    """How long a unit may take from this stage on, when every timer runs to its end and all that
    was confirmed is taken back."""
    rest = (*unit.stages[stage:], *(one.stage for one in unit.undo))
    return sum((_longest(one) for one in rest), timedelta())


def next_of_unit(rollout: Rollout, unit: UnitStanding, now: datetime, *, pausing: bool) -> Step:
    """What comes next of a unit that was begun and has not ended. `hold` where gates stay
    inconclusive; `settled` where it rests between two stages, for the next of which `code` is the
    number."""
    match unit.state:
        case "running":
            return _forward(rollout, unit, now, pausing=pausing)
        case "reverting":
            return _back(rollout, unit, now)
        case _:
            return _undo(rollout, unit, now)


def undo_of(rollout: Rollout, unit: Unit) -> tuple[int, ...]:
    """The positions in the unit's undo of what has to be run, in its order."""
    begun = set(_in_force(rollout, unit, STAYS | IN_DOUBT | HELPLESS))
    return tuple(n for n, one in enumerate(unit.undo) if begun.intersection(one.undoes))


def can_be_undone(rollout: Rollout, unit: Unit) -> bool:
    """Whether the plan has the opposite of everything that stays of a unit."""
    taken = {one for undo in unit.undo for one in undo.undoes}
    return taken.issuperset(_in_force(rollout, unit, STAYS))


def is_clean(rollout: Rollout, unit: UnitStanding) -> bool:
    """Whether nothing of a unit is in force, or all of it was taken back."""
    changes = rollout.of_unit(unit.plan)
    return unit.state == "undone" or all(one.state in NOTHING_IN_FORCE for one in changes)


def rests(rollout: Rollout, unit: UnitStanding) -> bool:
    """Whether a running unit is before or behind a stage, and nothing of it is under way."""
    changes = list(rollout.of_unit(unit.plan))
    if rollout.is_busy(unit) or any(rollout.is_busy(one) for one in changes):
        return False
    if not unit.plan.stages:
        return True
    stage = rollout.of_stage(unit.plan.stages[unit.stage])
    return not is_begun(stage) or all(one.state in ("noop", "verified") for one in stage)


def _longest(stage: Stage) -> timedelta:
    timers = [
        timedelta(seconds=one.seconds) if one.seconds else _WITHOUT_TIMER for one in stage.changes
    ]
    work = _EACH * len(stage.changes)
    return max(timers, default=_WITHOUT_TIMER) + work + timedelta(seconds=stage.soak)


def _in_force(rollout: Rollout, unit: Unit, which: frozenset[str]) -> Iterator[int]:
    for number, stage in enumerate(unit.stages):
        if any(one.state in which for one in rollout.of_stage(stage)):
            yield number


def _forward(rollout: Rollout, unit: UnitStanding, now: datetime, *, pausing: bool) -> Step:
    stages = unit.plan.stages
    if pausing and rests(rollout, unit):
        return Step(outcome="settled")
    if not stages:
        return Step(notes=[Note("pass", unit.subject)])
    if not unit.baselined and any(one.gates for one in stages):
        gates = sorted({gate for one in stages for gate in one.gates})
        busy = rollout.is_busy(unit)
        return Step(acts=[] if busy else [Act("baseline", unit.subject, {"gates": gates})])
    step = advance(View(rollout, unit, f"stage-{unit.stage}", stages[unit.stage], now))
    if step.outcome == "failed":
        counts = step.code not in _NOT_COUNTED
        payload = {"cause": step.code, "stage": unit.stage, "counts": counts}
        return Step(notes=[Note("fail", unit.subject, payload)])
    if step.outcome != "done":
        return step
    if unit.stage + 1 == len(stages):
        return Step(notes=[Note("pass", unit.subject)])
    return Step(outcome="settled", code=str(unit.stage + 1))


def _back(rollout: Rollout, unit: UnitStanding, now: datetime) -> Step:
    changes = list(rollout.of_unit(unit.plan))
    step = withdraw(rollout, changes, now)
    if step.outcome != "settled" or rollout.is_busy(unit):
        step.outcome = ""
        return step
    found = {one.state for one in changes}
    if found & (HELPLESS | IN_DOUBT):
        return Step(notes=[Note("quarantine", unit.subject, {"cause": unit.cause})])
    if unit.cause == STOPPED:
        return Step(notes=[Note("halted", unit.subject)])
    if found & STAYS:
        stages = undo_of(rollout, unit.plan)
        if can_be_undone(rollout, unit.plan):
            return Step(notes=[Note("undo", unit.subject, {"stages": list(stages)})])
        return Step(notes=[Note("quarantine", unit.subject, {"cause": "no-undo"})])
    untouched = not any(one.tries["commit"] for one in changes)
    alone = unit.cause == "drifted" and untouched
    return Step(notes=[Note("left-alone" if alone else "reverted", unit.subject)])


def _undo(rollout: Rollout, unit: UnitStanding, now: datetime) -> Step:
    forward = list(rollout.of_unit(unit.plan))
    step = ask_again(rollout, [one for one in forward if one.state == "lost"])
    step.add(withdraw(rollout, forward, now))
    waiting = any(rollout.is_busy(one) for one in forward) or rollout.is_busy(unit)
    if step.acts or step.notes or step.wake or waiting:
        return step
    for number in unit.undoing:
        stage = unit.plan.undo[number].stage
        view = View(rollout, unit, f"undo-{number}", stage, now)
        step = advance(view)
        if step.outcome in ("failed", "hold"):
            return _give_up(view, step.code)
        if step.outcome != "done":
            return step
    return Step(notes=[Note("undone", unit.subject)])


def _give_up(view: View, code: str) -> Step:
    step = withdraw(view.rollout, view.changes, view.now)
    if step.outcome == "settled" and not view.rollout.is_busy(view.unit):
        payload = {"cause": "undo-failed", "code": code}
        return Step(notes=[Note("quarantine", view.unit.subject, payload)])
    step.outcome = ""
    return step
