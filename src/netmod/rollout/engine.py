"""What a rollout does next. Pure: a function of where it stands, of the time and of the windows.

`decide` gives either notes, which are decisions to be written down, after which it is asked again;
or acts, to be begun side by side, and the time to ask again at the latest. It never gives an act
twice: what was begun stands in the journal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from netmod.rollout import budget
from netmod.rollout.budget import budget_of, may_begin, subjects_of
from netmod.rollout.model import Unit
from netmod.rollout.standing import Rollout, UnitStanding, WaveStanding
from netmod.rollout.states import UNIT_ENDED, WAVE_ENDED
from netmod.rollout.steps import AGAIN, Act, Note, Step, ask_again
from netmod.rollout.units import (
    STOPPED,
    can_be_undone,
    is_clean,
    next_of_unit,
    undo_of,
    worst_case,
)
from netmod.rollout.windows import Opening

_LOOKS = 3
_REQUESTS = {
    "pause": {"running": "pause"},
    "resume": {"paused": "resume"},
    "stop": {"running": "stop", "pausing": "stop", "paused": "stop"},
    "roll-back": {
        "running": "stop",
        "pausing": "stop",
        "paused": "stop",
        "halted": "roll-back",
        "succeeded": "roll-back",
        "succeeded-with-exceptions": "roll-back",
        "rollback-incomplete": "roll-back",
    },
}
"""What is done about a request, by the state in which it is heard; otherwise it waits."""


@dataclass(frozen=True, slots=True)
class World:
    """What the engine knows beside the journal. `foreign` are the devices and links that other
    rollouts have locked."""

    now: datetime
    opening: Callable[[str, str, datetime], Opening]
    foreign: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """What comes next. `over` says that this process has nothing more to do."""

    notes: list[Note] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    wake: datetime | None = None
    over: bool = False


def decide(rollout: Rollout, world: World) -> Decision:
    """The next notes, else the next acts."""
    if note := _heard(rollout):
        return Decision(notes=[note])
    match rollout.state:
        case "approved":
            return Decision(notes=[Note("start", "")])
        case "running" | "pausing":
            step = _run(rollout, world)
        case "halting":
            step = _halt(rollout, world)
        case "rolling-back":
            step = _roll_back(rollout, world)
        case "halted" if rollout.reason in budget.FAILURES and _goes_back(rollout):
            return Decision(notes=[Note("roll-back", "", {"reason": rollout.reason})])
        case _:
            return Decision(over=True)
    if step.notes:
        return Decision(notes=step.notes)
    return Decision(acts=step.acts, wake=step.wake, over=step.outcome == "done")


def _goes_back(rollout: Rollout) -> bool:
    return budget_of(rollout.plan).then == "roll-back"


def _heard(rollout: Rollout) -> Note | None:
    for request in rollout.requests:
        event = _REQUESTS.get(request.kind, {}).get(rollout.state)
        if event is not None:
            payload = {"reason": "operator", **dict(request.payload)}
            payload.pop("kind", None)
            if event == request.kind:
                payload["request"] = request.seq
            return Note(event, "", payload)
    return None


# --- going forward


def _run(rollout: Rollout, world: World) -> Step:
    stop = budget.stop(rollout)
    failed = [one.id for one in rollout.waves.values() if one.state == "failed"]
    if failed:
        return _note("stop", reason="wave", wave=failed[0])
    if stop.everything:
        return _note("stop", reason=stop.code, **dict(stop.parameters))
    wave = next((one for one in rollout.waves.values() if one.state not in WAVE_ENDED), None)
    if wave is None:
        return _note("finish" if _all_passed(rollout) else "finish-with-exceptions")
    step = _reconcile(rollout)
    reconciling = bool(step.acts) or _is_asking(rollout)
    held, settled = _work(rollout, world, stop.trusts, step)
    if step.notes or reconciling:
        return step
    if rollout.state == "pausing":
        quiet = settled and not rollout.is_busy(wave)
        return _quiet(rollout) if quiet else step
    if not held:
        held = _in_wave(rollout, wave, world, stop.trusts, step)
    waits = step.notes or step.acts or not settled or rollout.is_busy(wave)
    return step if waits or not held else _note("pause", reason=held)


def _work(rollout: Rollout, world: World, stopped: frozenset[str], step: Step) -> tuple[str, bool]:
    """What comes next of the units under way, into `step`; why one is held, and whether all of
    them rest."""
    pausing = rollout.state == "pausing"
    held, settled = "", True
    for unit in _active(rollout):
        if unit.state == "running" and unit.plan.trust in stopped:
            step.notes.append(Note("halt", unit.subject, {"cause": STOPPED}))
            continue
        after = next_of_unit(rollout, unit, world.now, pausing=pausing)
        if after.outcome == "settled" and after.code and not pausing:
            after = _next_stage(unit, int(after.code), world)
        if after.outcome in ("settled", "hold"):
            held = held or after.code
        else:
            settled = False
        step.add(after)
    return held, settled


def _all_passed(rollout: Rollout) -> bool:
    return all(one.state == "passed" for one in rollout.units.values())


def _note(act: str, **payload: str) -> Step:
    return Step(notes=[Note(act, "", payload)])


def _quiet(rollout: Rollout) -> Step:
    """It rests, for the reason for which it came to rest."""
    kept = {key: value for key, value in rollout.parameters.items() if key != "request"}
    return Step(notes=[Note("quiet", "", kept)])


def _active(rollout: Rollout) -> list[UnitStanding]:
    return [
        one for one in rollout.units.values() if one.state in ("running", "reverting", "undoing")
    ]


def _reconcile(rollout: Rollout) -> Step:
    ended = [one.plan for one in rollout.units.values() if one.state in UNIT_ENDED]
    return ask_again(rollout, [one for unit in ended for one in rollout.of_unit(unit)])


def _is_asking(rollout: Rollout) -> bool:
    ended = (one.plan for one in rollout.units.values() if one.state in UNIT_ENDED)
    return any(rollout.is_busy(one) for unit in ended for one in rollout.of_unit(unit))


def _next_stage(unit: UnitStanding, stage: int, world: World) -> Step:
    """Begin the next stage, where the window lets it; `code` says why not."""
    blocked = _closed(unit.plan, stage, world)
    if blocked:
        return Step(outcome="settled", code=blocked)
    return Step(notes=[Note("stage", unit.subject, {"stage": stage})])


def _closed(unit: Unit, stage: int, world: World) -> str:
    """Why the window does not let a unit go on: "" where it does and all of it still fits in."""
    found = world.opening(unit.trust, unit.site, world.now)
    if not found.open:
        return found.reason or "window"
    fits = found.until is None or world.now + worst_case(unit, stage) <= found.until
    return "" if fits else "window"


def _in_wave(
    rollout: Rollout,
    wave: WaveStanding,
    world: World,
    stopped: frozenset[str],
    step: Step,
) -> str:
    """What comes next of a wave, into `step`; why it cannot go on, "" where it does."""
    match wave.state:
        case "pending":
            return _admit(wave, world, step)
        case "admitted":
            gates = (*wave.plan.gates_before, *wave.plan.gates_after)
            if gates and not wave.baselined:
                if not rollout.is_busy(wave):
                    step.acts.append(Act("baseline", wave.subject, {"gates": sorted({*gates})}))
                return ""
            return _gates(rollout, wave, world, "before", step)
        case "running":
            return _begin(rollout, wave, world, stopped, step)
        case "soaking":
            began = rollout.not_before(wave.since or world.now, wave.seq)
            end = began + timedelta(seconds=wave.plan.soak)
            if world.now >= end:
                step.notes.append(Note("soaked", wave.subject))
            else:
                step.at(end)
            return ""
        case "gate":
            return _gates(rollout, wave, world, "after", step)
        case _:  # held or inconclusive: looked at again when somebody resumes
            if rollout.resumed_at > wave.seq:
                step.notes.append(Note("again", wave.subject))
                return ""
            return "inconclusive"


def _admit(wave: WaveStanding, world: World, step: Step) -> str:
    reasons = [_closed(one, 0, world) for one in wave.plan.units]
    if reasons and all(reasons):
        return reasons[0]
    step.notes.append(Note("admit", wave.subject))
    return ""


def _gates(rollout: Rollout, wave: WaveStanding, world: World, place: str, step: Step) -> str:
    gates = wave.plan.gates_before if place == "before" else wave.plan.gates_after
    passed = Note("begin" if place == "before" else "pass", wave.subject)
    seen = wave.seen.get(place)
    if not gates or (seen is not None and seen.outcome == "pass"):
        step.notes.append(passed)
    elif seen is not None and seen.outcome == "fail":
        step.notes.append(Note("fail", wave.subject, {"cause": "gate"}))
    elif seen is not None and seen.tries % _LOOKS == 0 and seen.seq > rollout.resumed_at:
        step.notes.append(Note("inconclusive", wave.subject, {"cause": "inconclusive"}))
    elif seen is not None and timedelta() <= world.now - seen.at < AGAIN:
        step.at(seen.at + AGAIN)
    elif not rollout.is_busy(wave):
        step.acts.append(Act("look", wave.subject, {"place": place, "gates": list(gates)}))
    return ""


def _begin(
    rollout: Rollout,
    wave: WaveStanding,
    world: World,
    stopped: frozenset[str],
    step: Step,
) -> str:
    """Begin a unit of the wave that may; or note that all have ended."""
    blocked = ""
    at_work = [one.id for one in _active(rollout)]
    units = [rollout.units[one.id] for one in wave.plan.units]
    for unit in units:
        if unit.state != "queued":
            continue
        before = [rollout.units[one].state for one in unit.plan.after]
        if unit.plan.trust in stopped:
            step.notes.append(Note("skip", unit.subject, {"cause": STOPPED}))
        elif any(one in UNIT_ENDED and one != "passed" for one in before):
            step.notes.append(Note("skip", unit.subject, {"cause": "dependency"}))
        elif any(one != "passed" for one in before):
            continue
        elif subjects_of(unit.plan) & world.foreign:
            blocked = blocked or "locked"
        elif reason := _closed(unit.plan, 0, world):
            blocked = blocked or reason
        elif may_begin(rollout, unit.plan, at_work):
            step.notes.append(Note("begin", unit.subject))
        if step.notes:
            return ""
    if all(one.state in UNIT_ENDED for one in units):
        step.notes.append(Note("drained", wave.subject))
    return blocked


# --- stopping and going back


def _halt(rollout: Rollout, world: World) -> Step:
    step = _reconcile(rollout)
    for unit in _active(rollout):
        if unit.state == "running":
            return Step(notes=[Note("halt", unit.subject, {"cause": STOPPED})])
        step.add(next_of_unit(rollout, unit, world.now, pausing=False))
    if step.notes or step.acts or _active(rollout) or _is_asking(rollout):
        return step
    for wave in rollout.waves.values():
        if wave.state in WAVE_ENDED or wave.state == "pending":
            continue
        if rollout.is_busy(wave):
            return step
        return Step(notes=[Note("skip", wave.subject, {"cause": STOPPED})])
    return _quiet(rollout)


def _roll_back(rollout: Rollout, world: World) -> Step:
    """Units whose plan has an opposite, the last of the last wave first."""
    step = _reconcile(rollout)
    active = _active(rollout)
    for unit in active:
        step.add(next_of_unit(rollout, unit, world.now, pausing=False))
    if step.notes or step.acts or _is_asking(rollout):
        return step
    if any(one.kind == "pause" for one in rollout.requests):
        if not active:
            step.outcome = "done"
        return step
    todo = _to_undo(rollout)
    for unit in todo:
        waits = any(unit.id in other.plan.after for other in (*todo, *active))
        foreign = subjects_of(unit.plan) & world.foreign
        if not waits and not foreign and may_begin(rollout, unit.plan, [o.id for o in active]):
            stages = list(undo_of(rollout, unit.plan))
            return Step(notes=[Note("undo", unit.subject, {"stages": stages})])
    if active:
        return step
    clean = all(is_clean(rollout, one) for one in rollout.units.values())
    return _note("rolled-back" if clean else "incomplete", reason=rollout.reason)


def _to_undo(rollout: Rollout) -> list[UnitStanding]:
    """The units of the last wave that still have something in force which can be taken back."""
    for wave in reversed(rollout.plan.waves):
        units = [rollout.units[one.id] for one in reversed(wave.units)]
        todo = [
            one
            for one in units
            if one.state in ("passed", "halted", "quarantined")
            and one.undone_at < rollout.rolled_back_at
            and not is_clean(rollout, one)
            and can_be_undone(rollout, one.plan)
        ]
        if todo or any(one.state == "undoing" for one in units):
            return todo
    return []
