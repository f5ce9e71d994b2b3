"""Task functions of an operator, called by Nornir when a plan is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from netmod.errors import InputError
from netmod.jobs.rollout_tasks import check_task, said_by
from netmod.rollout.runbook import TaskChange
from netmod.rollout.task_units import Said

INVENTORY = Path(__file__).parents[2] / "inventory"
RUNNING = {"ull-as1": "hostname ull-as1\n", "ull-ds1": "hostname ull-ds1\n"}
FILE = '''
from nornir.core.task import Result, Task


def lines(task: Task, running: str, server: str = "192.0.2.1") -> Result:
    """A log server for each access switch; its site is in the inventory's data."""
    if task.host["role"] != "access":
        return Result(task.host, result=None)
    name = running.split()[1]
    return Result(task.host, result=f"logging host {server}\\nbanner motd {name} {task.host['site']}\\n")


def back(task, running, server):
    return f"no logging host {server}\\n"


def fails(task, running):
    if task.host.name == "ull-as1":
        raise ValueError("no such port")
    return ""


def number(task, running):
    return 7


def says_so(task, running):
    return Result(task.host, result="not here", failed=True)


def connects(task, running):
    task.host.get_connection("netmiko", task.nornir.config)
'''


def change(**values: Any) -> TaskChange:
    return TaskChange.model_validate({"kind": "task", "file": "t.py", "function": "lines"} | values)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "t.py").write_text(FILE, encoding="utf-8")
    return tmp_path


def test_a_function_has_nornirs_host_and_what_runs(folder: Path) -> None:
    wanted = change(undo="back", parameters={"server": "192.0.2.9"})
    said = said_by(folder, wanted, INVENTORY, RUNNING)
    assert said == {
        "ull-as1": Said(
            "logging host 192.0.2.9\nbanner motd ull-as1 oslo-ulleval\n",
            "no logging host 192.0.2.9\n",
        ),
        "ull-ds1": Said("", "no logging host 192.0.2.9\n"),
    }


@pytest.mark.parametrize(
    ("function", "host", "failure"),
    [
        ("fails", "ull-as1", "ValueError: no such port"),
        ("fails", "ull-ds1", ""),
        ("number", "ull-as1", "it returned no text but int"),
        ("says_so", "ull-as1", "not here"),
        ("connects", "ull-as1", "PluginNotRegistered"),
    ],
)
def test_a_function_that_fails_fails_for_that_device_alone(
    folder: Path, function: str, host: str, failure: str
) -> None:
    said = said_by(folder, change(function=function), INVENTORY, RUNNING)[host]
    assert said.text == ""
    assert said.failure.startswith(failure)
    assert bool(said.failure) == bool(failure)


@pytest.mark.parametrize(
    ("text", "values", "message", "hint"),
    [
        (None, {}, "file not found", "beside the runbook"),
        ("def (:\n", {}, "not valid Python", ""),
        ("import no_such_module\n", {}, "ModuleNotFoundError", ""),
        (FILE, {"function": "lnes"}, "no function 'lnes'", "functions are lines, back"),
        (FILE, {"undo": "bakc"}, "no function 'bakc'", "functions are lines, back"),
        ("x = 1\n", {}, "no function 'lines'", "write def NAME"),
    ],
)
def test_functions_that_are_not_there_are_told_before_anything_is_collected(
    tmp_path: Path, text: str | None, values: dict[str, str], message: str, hint: str
) -> None:
    if text is not None:
        (tmp_path / "t.py").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        check_task(tmp_path, change(**values))
    assert message in caught.value.message
    assert hint in caught.value.hint
