"""Collection by several processes, and what becomes of them."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from netmod.credentials import Login, Secret
from netmod.devices import Collection, HostOutput, HostStatus, Target, collect
from netmod.errors import ConnectionFailed
from netmod.settings import CollectSettings
from tests.integration.ssh_peer import PASSWORD, PATIENCE, USER, Peer, Terminal, ssh_peer

pytestmark = pytest.mark.network

ENABLE = "raise-me-3"
LOGIN = Login(USER, Secret(PASSWORD), Secret(ENABLE))
SETTINGS = CollectSettings(processes=2, connect_timeout=30, command_timeout=600, connect_attempts=1)
TERMINAL = Terminal(outputs={"show version": "Synthetic OS, Version 17.9.4\n"})
STUCK = ("show version", "show wait")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that the collection started."""
    processes: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def note(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        processes.append(popen(*arguments, **options))
        return processes[-1]

    monkeypatch.setattr("netmod.devices.processes.subprocess.Popen", note)
    return processes


@pytest.fixture
def peer() -> Iterator[Peer]:
    with ssh_peer(TERMINAL) as running:
        yield running


def target(peer: Peer, name: str, site: str, *commands: str) -> Target:
    chosen = commands or ("show version",)
    return Target(name, "127.0.0.1", peer.port, "cisco_iosxe", site, chosen)


def gather(
    tmp_path: Path,
    peer: Peer,
    *targets: Target,
    sink: Callable[[HostOutput], None] = lambda _: None,
    progress: Callable[[HostStatus], None] | None = None,
) -> tuple[Collection, dict[str, HostOutput]]:
    got: dict[str, HostOutput] = {}

    def keep(output: HostOutput) -> None:
        assert output.status.host not in got
        got[output.status.host] = output
        sink(output)

    known = peer.known_hosts(tmp_path / "known_hosts")
    done = collect(targets, LOGIN, known, keep, settings=SETTINGS, progress=progress)
    return done, got


def test_every_host_is_delivered_once_and_stands_in_its_order(
    tmp_path: Path, peer: Peer, started: list[subprocess.Popen[bytes]]
) -> None:
    seen: list[str] = []
    targets = [target(peer, f"host{number}", f"site{number % 3}") for number in range(12)]
    done, got = gather(tmp_path, peer, *targets, progress=lambda status: seen.append(status.host))
    assert not done.failed
    assert [status.host for status in done.statuses] == [one.name for one in targets]
    assert sorted(seen) == sorted(got) == sorted(one.name for one in targets)
    assert {one.text for output in got.values() for one in output.outputs} == {
        "Synthetic OS, Version 17.9.4"
    }
    assert [process.returncode for process in started] == [0, 0]


def test_one_site_is_one_process(
    tmp_path: Path, peer: Peer, started: list[subprocess.Popen[bytes]]
) -> None:
    done, _ = gather(tmp_path, peer, *(target(peer, name, "OSL") for name in ("a", "b", "c")))
    assert not done.failed
    assert started == []


def test_the_login_is_on_no_command_line_and_in_no_environment(
    tmp_path: Path,
    peer: Peer,
    started: list[subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NETMOD_PASSWORD", PASSWORD)
    told: list[bytes] = []

    def look(output: HostOutput) -> None:
        if output.status.host == "quick":
            assert peer.entered.wait(PATIENCE)
            for process in started:
                with suppress(OSError):  # the other site's has done its work and may be gone
                    told.extend(
                        [
                            Path(f"/proc/{process.pid}/{name}").read_bytes()
                            for name in ("cmdline", "environ")
                        ]
                    )
            peer.resume.set()

    stuck, quick = target(peer, "stuck", "A", *STUCK), target(peer, "quick", "B")
    done, _ = gather(tmp_path, peer, stuck, quick, sink=look)
    assert not done.failed
    assert len(told) in (2, 4)
    assert b"netmod.devices.worker" in told[0]
    assert PASSWORD.encode() not in b"".join(told)
    assert ENABLE.encode() not in b"".join(told)


def test_ctrl_c_is_passed_on_and_leaves_no_process(
    tmp_path: Path, peer: Peer, started: list[subprocess.Popen[bytes]]
) -> None:
    def interrupt(_: HostStatus) -> None:
        assert peer.entered.wait(PATIENCE)
        raise KeyboardInterrupt

    stuck, quick = target(peer, "stuck", "A", *STUCK), target(peer, "quick", "B")
    done, got = gather(tmp_path, peer, stuck, quick, progress=interrupt)
    assert done.interrupted
    assert {status.host: status.failure for status in done.statuses} == {
        "stuck": "interrupted",
        "quick": "",
    }
    assert {name: len(output.outputs) for name, output in got.items()} == {"quick": 1, "stuck": 0}
    assert all(process.returncode is not None for process in started)


def test_a_process_that_dies_is_a_failure_of_its_hosts_alone(
    tmp_path: Path, peer: Peer, started: list[subprocess.Popen[bytes]]
) -> None:
    def kill(output: HostOutput) -> None:
        if output.status.host == "quick":
            assert peer.entered.wait(PATIENCE)
            started[0].kill()

    stuck, quick = target(peer, "stuck", "A", *STUCK), target(peer, "quick", "B")
    done, got = gather(tmp_path, peer, stuck, quick, sink=kill)
    assert not done.interrupted
    assert {status.host: status.failure for status in done.statuses} == {
        "stuck": "internal",
        "quick": "",
    }
    assert sorted(got) == ["quick", "stuck"]


def test_an_error_of_the_sink_reaches_the_caller_and_ends_every_process(
    tmp_path: Path, peer: Peer, started: list[subprocess.Popen[bytes]]
) -> None:
    def full(_: HostOutput) -> None:
        raise OSError(28, "No space left on device")

    stuck, quick = target(peer, "stuck", "A", *STUCK), target(peer, "quick", "B")
    with pytest.raises(OSError, match="No space left"):
        gather(tmp_path, peer, stuck, quick, sink=full)
    assert len(started) == 2
    assert all(process.returncode is not None for process in started)


def test_what_is_wrong_with_the_call_is_said_before_a_process_starts(
    tmp_path: Path, peer: Peer, started: list[subprocess.Popen[bytes]]
) -> None:
    targets = [target(peer, "a", "A"), target(peer, "b", "B")]
    with pytest.raises(ConnectionFailed, match="no file of host keys"):
        collect(targets, LOGIN, tmp_path / "none", lambda _: None, settings=SETTINGS)
    assert started == []


def test_processes_end_with_the_one_that_started_them(tmp_path: Path, peer: Peer) -> None:
    """However it ended: here it is killed while one of its devices hangs."""
    known = peer.known_hosts(tmp_path / "known_hosts")
    program = f"""
from pathlib import Path
import subprocess
from netmod.credentials import Login, Secret
from netmod.devices import Target, collect
from netmod.settings import CollectSettings
popen, pids = subprocess.Popen, []
def note(*arguments, **options):
    process = popen(*arguments, **options)
    pids.append(process.pid)
    if len(pids) == 2:
        print(*pids, flush=True)
    return process
subprocess.Popen = note
targets = [
    Target(name, "127.0.0.1", {peer.port}, "cisco_iosxe", name, ("show version", "show wait"))
    for name in ("a", "b")
]
print("ready", flush=True)
settings = CollectSettings(processes=2, connect_timeout=30, command_timeout=600)
collect(targets, Login({USER!r}, Secret({PASSWORD!r})), Path({str(known)!r}), print, settings=settings)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        workers = [os.pidfd_open(int(pid)) for pid in parent.stdout.readline().split()]
        try:
            assert peer.entered.wait(PATIENCE)
            parent.send_signal(signal.SIGKILL)
            for worker in workers:
                assert select.select([worker], [], [], PATIENCE)[0]
        finally:
            for worker in workers:
                os.close(worker)
