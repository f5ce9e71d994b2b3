"""Task functions of an operator: called by Nornir when a plan is made, to say what each device is
to have. They have no connection; what they say is a text like any other."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nornir.core import Nornir
from nornir.core.task import MultiResult, Result, Task
from nornir.plugins.runners import SerialRunner

from netmod.errors import InputError, Problem
from netmod.inventory import NetmodInventory
from netmod.rollout.runbook import TaskChange
from netmod.rollout.task_units import Said


def said_by(
    folder: Path, change: TaskChange, inventory: Path, running: Mapping[str, str]
) -> dict[str, Said]:
    """What the functions of a file in `folder` say for each device, by what runs on it.

    A function that fails for a device fails for that one alone. Raises `InputError` where the file
    cannot be loaded, or has no such function.
    """
    file = folder / change.file
    texts = _called(_function(file, change.function), change, inventory, running)
    if change.undo is None:
        return texts
    opposites = _called(_function(file, change.undo), change, inventory, running)
    return {
        name: one if one.failure else Said(one.text, opposites[name].text, opposites[name].failure)
        for name, one in texts.items()
    }


def check_task(folder: Path, change: TaskChange) -> None:
    """Raise `InputError` where the file cannot be loaded, or has no such functions."""
    for name in (change.function, change.undo):
        if name is not None:
            _function(folder / change.file, name)


def _called(
    function: Callable[..., Any],
    change: TaskChange,
    inventory: Path,
    running: Mapping[str, str],
) -> dict[str, Said]:
    hosts = NetmodInventory(str(inventory)).load()
    nornir = Nornir(inventory=hosts, runner=SerialRunner())
    chosen = nornir.filter(filter_func=lambda host: host.name in running)

    def call(task: Task) -> Result:
        try:
            value = function(task, running=running[task.host.name], **change.parameters)
        except Exception as error:  # noqa: BLE001 whatever it is, the device is left alone
            return Result(task.host, result=f"{type(error).__name__}: {error}", failed=True)
        return value if isinstance(value, Result) else Result(task.host, result=value)

    return {name: _said(result) for name, result in chosen.run(task=call).items()}


def _said(results: MultiResult) -> Said:
    """The text that a function returned, by itself or as Nornir's result."""
    found = results[0]
    if found.failed:
        return Said(failure=str(found.result or found.exception or "it failed"))
    if found.result is not None and not isinstance(found.result, str):
        return Said(failure=f"it returned no text but {type(found.result).__name__}")
    return Said(text=found.result or "")


def _function(file: Path, name: str) -> Callable[..., Any]:
    if not file.is_file():
        hint = "put it beside the runbook"
        raise InputError([Problem(str(file), 0, "file not found", hint)])
    spec = importlib.util.spec_from_file_location(f"netmod_task_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise InputError([Problem(str(file), 0, "is no Python file")])
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        message = f"not valid Python: {error.msg}"
        raise InputError([Problem(str(file), error.lineno or 0, message)]) from None
    except Exception as error:
        message = f"cannot be loaded: {type(error).__name__}: {error}"
        raise InputError([Problem(str(file), 0, message, "run it with python")]) from error
    found = getattr(module, name, None)
    if not callable(found):
        values = vars(module).items()
        own = [key for key, one in values if getattr(one, "__module__", "") == module.__name__]
        hint = "functions are " + ", ".join(own) if own else "write def NAME(task, running)"
        raise InputError([Problem(str(file), 0, f"no function {name!r}", hint)])
    function: Callable[..., Any] = found
    return function
