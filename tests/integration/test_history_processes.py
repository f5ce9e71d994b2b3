"""The database under several processes, and under a process that is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netmod.history import History
from tests.unit.history_region import host, item, night, report, run

_OPEN = """
import sys
from pathlib import Path
from netmod.history import History
History.open(Path(sys.argv[1])).close()
"""

_KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from netmod.history import History
from tests.unit.history_region import host, item, night, report, run

history = History.open(Path(sys.argv[1]))
history.begin(run(2))

def kill(connection, cursor, statement, *_):
    if statement.startswith(sys.argv[2]):
        print("writing", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(history._engine, "after_cursor_execute", kill)
history.record(run(2).id, at=night(2), drift=report(host("n1", item("b")), host("s1")))
"""

_WRITER = """
import sys
from pathlib import Path
from netmod.history import History
from tests.unit.history_region import host, item, night, report, run

number = int(sys.argv[2])
with History.open(Path(sys.argv[1])) as history:
    history.begin(run(number))
    for turn in range(20):
        items = [item(f"{number}-{turn}")]
        history.record(run(number).id, at=night(1), drift=report(host(f"n{number}", *items)))
"""


def _python(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True
    )


def test_several_processes_may_make_it_at_once(tmp_path: Path) -> None:
    opening = [_python(_OPEN, str(tmp_path / "history.db")) for _ in range(3)]
    for one in opening:
        one.communicate()
    assert [one.returncode for one in opening] == [0, 0, 0]


@pytest.mark.parametrize(
    "statement", ["INSERT INTO transitions", "DELETE FROM standing", "INSERT INTO standing",
                  "UPDATE standing", "UPDATE runs"],
)  # fmt: skip
def test_a_kill_while_recording_loses_nothing(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "history.db"
    seen = report(host("n1", item("a")), host("s1"))
    with History.open(path) as history:
        history.begin(run(1))
        history.record(run(1).id, at=night(1), drift=seen)
        before = history.open_items()
    killed = _python(_KILLED, str(path), statement)
    assert (killed.communicate()[0], killed.returncode) == ("writing\n", -signal.SIGKILL)
    with History.open(path) as history:
        assert history.open_items() == before
        assert history.of_run(run(2).id) == ()
        again = report(host("n1", item("b")), host("s1"))
        found = history.record(run(2).id, at=night(2), drift=again)
        assert [(one.item, one.after) for one in found] == [("b", "open"), ("a", "fixed")]


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    writers = [_python(_WRITER, str(path), str(number)) for number in (1, 2)]
    for one in writers:
        one.communicate()
    assert [one.returncode for one in writers] == [0, 0]
    with History.open(path) as history:
        assert [one.item for one in history.open_items()] == ["1-19", "2-19"]
        for number in (1, 2):
            words = [one.after for one in history.of_device(f"n{number}").transitions if one.item]
            assert (words.count("open"), words.count("fixed")) == (20, 19)
