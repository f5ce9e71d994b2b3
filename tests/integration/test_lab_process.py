"""A lab in a process of its own: it starts, is found, ends, and leaves nothing behind."""

from __future__ import annotations

import os
import select
import signal
import socket
import stat
import subprocess
import sys

import pytest

from netmod import lab
from netmod.errors import LabError
from tests.unit.lab_pair import XE, XR, inventory

pytestmark = pytest.mark.network


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "lab"
    for name in ("one", "two"):
        lab.stop(tmp_path / "lab", name)


def start(folder, name="one", **options):
    return lab.start(folder, name, inventory(), {"xe": XE, "xr": XR}, **options)


def answers(state, device="xe"):
    endpoint = state.endpoints[device]
    with socket.create_connection((endpoint.address, endpoint.port), timeout=60) as connection:
        return connection.recv(8).startswith(b"SSH-2.0")


def kill(pid):
    process = os.pidfd_open(pid)
    try:
        os.kill(pid, signal.SIGKILL)
        assert select.select([process], [], [], 60)[0]
    finally:
        os.close(process)


def test_up_status_down(folder):
    assert lab.status(folder, "one") is None
    state = start(folder)
    assert answers(state)
    assert lab.status(folder, "one") == state
    assert stat.S_IMODE(state.credentials.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.credentials.parent.stat().st_mode) == 0o700
    assert "[127.71.0.1]" in state.known_hosts.read_text()
    assert state.certificate.read_text() == ""  # neither answers HTTPS
    assert lab.stop(folder, "one")
    assert list(folder.iterdir()) == []
    with pytest.raises(ConnectionRefusedError):
        answers(state)
    assert not lab.stop(folder, "one")


def test_two_side_by_side(folder):
    first, second = start(folder), start(folder, "two")
    assert first.pid != second.pid
    assert [state.name for state in lab.running(folder)] == ["one", "two"]
    assert lab.stop(folder, "one")
    assert answers(second)
    assert [state.name for state in lab.running(folder)] == ["two"]


def test_the_same_name_twice_is_refused_and_harms_nothing(folder):
    state = start(folder)
    with pytest.raises(LabError, match="runs already"):
        start(folder)
    assert answers(state)
    assert lab.status(folder, "one") == state


def test_a_crash_leaves_nothing_that_looks_alive(folder):
    state = start(folder)
    kill(state.pid)
    assert lab.status(folder, "one") is None
    again = start(folder)
    assert answers(again)
    kill(again.pid)
    assert not lab.stop(folder, "one")
    assert list(folder.iterdir()) == []


def test_a_port_in_use_is_told_and_nothing_is_left(folder):
    state = start(folder)
    with pytest.raises(LabError, match="in use"):
        start(folder, "two", port=state.endpoints["xe"].port)
    assert [one.name for one in folder.iterdir()] == ["one"]


def test_a_site_may_be_dark_from_the_start(folder):
    state = start(folder, dead_sites=("site-xe",))
    assert answers(state, "xr")
    with pytest.raises(ConnectionRefusedError):
        answers(state)


@pytest.mark.parametrize("name", ["", "../up", "Big", "a b", "-x"])
def test_a_name_is_a_plain_word(folder, name):
    with pytest.raises(LabError, match="name of a lab"):
        lab.status(folder, name)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "lab").write_text("in the way")
    with pytest.raises(LabError, match=r"Not a directory|File exists"):
        start(tmp_path / "lab")


def test_the_lab_holds_no_pipe_of_its_starter(folder, tmp_path):
    program = (
        "from pathlib import Path\n"
        "from netmod import lab\n"
        "from tests.unit.lab_pair import XE, inventory\n"
        f"print(lab.start(Path({str(folder)!r}), 'one', inventory(), {{'xe': XE}}).pid)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    state = lab.status(folder, "one")
    assert state is not None
    assert done.stdout.strip() == str(state.pid)
    assert done.stderr == ""


def test_the_lab_ends_where_nobody_waits_for_it(folder):
    program = (
        "import os; from pathlib import Path\n"
        "from netmod.lab import process\n"
        "from tests.unit.lab_pair import XE, inventory\n"
        "process._ask = lambda child, spec, configs: ("
        "child.stdin.write(spec.model_dump_json().encode()), child.stdin.close(), os._exit(1))\n"
        f"process.start(Path({str(folder)!r}), 'one', inventory(), {{'xe': XE}})\n"
    )
    # the lab holds standard error until it has answered or ended, so this returns at its end
    subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)
    assert lab.status(folder, "one") is None
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.parametrize("told", [b"", b'{"home": "/tmp/la'])
def test_a_start_that_is_interrupted_says_nothing(told):
    ended = subprocess.run(
        [sys.executable, "-m", "netmod.lab"], input=told, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (4, b"", b"")
