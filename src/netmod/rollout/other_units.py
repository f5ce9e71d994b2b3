"""Units that send no config of their own: a look at software, tasks of an operator, a way back.

Pure.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import partial

from netmod.errors import InputError, Problem
from netmod.inventory import Device
from netmod.platforms._change import running_hash
from netmod.rollout.draft import Draft, Seen, Sources
from netmod.rollout.model import Change, Plan, Stage, TaskCall, Unit
from netmod.rollout.planning import Planner
from netmod.rollout.runbook import TasksChange


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


def task_planner(file: str, text: str) -> Planner:
    """The planner of tasks in a file of this text."""
    return partial(_task_units, file, text)


def _task_units(
    file: str, text: str, sources: Sources, devices: Sequence[Device], draft: Draft
) -> None:
    change = sources.runbook.change
    functions = change.functions if isinstance(change, TasksChange) else ()
    _check_functions(file, text, functions)
    digest = draft.keep(text)
    for device in devices:
        seen = sources.seen.get(device.name, Seen(failure="not captured"))
        if seen.running is None:
            draft.exclude(device.name, "unreachable", why=seen.failure)
            continue
        calls = tuple(
            TaskCall(device=device.name, platform=device.platform, function=name, file=digest)
            for name in functions
        )
        stage = Stage(
            purpose="tasks",
            tasks=calls,
            gates=sources.runbook.between,
            soak=sources.runbook.soak.change,
        )
        draft.units.append(_unit(sources, device, (stage,)))


def _check_functions(file: str, text: str, functions: Sequence[str]) -> None:
    """Raise `InputError` where the file has no such functions; nothing of it is run."""
    try:
        tree = ast.parse(text, filename=file)
    except SyntaxError as error:
        message = f"not valid Python: {error.msg}"
        raise InputError([Problem(file, error.lineno or 0, message)]) from None
    known = [one.name for one in tree.body if isinstance(one, ast.FunctionDef)]
    hint = "functions are " + ", ".join(known) if known else "write it as def NAME(task): …"
    missing = [name for name in functions if name not in known]
    if missing:
        raise InputError([Problem(file, 0, f"no function {name!r}", hint) for name in missing])


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
