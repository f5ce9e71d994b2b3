"""Opening sessions: how many may log in at the same time."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from netmod.credentials import Login, Secret
from netmod.devices import Target, session
from netmod.devices.known_hosts import KnownHosts
from netmod.errors import ConnectionFailed

HOSTS = 8
PATIENCE = 60.0


class OpenRoute:
    """Connects at once, to nothing."""

    def open(self, target: Target, timeout: float) -> socket.socket:
        return socket.socket()

    def explain(self, opened: object, target: Target, error: ConnectionFailed) -> ConnectionFailed:
        return error


@pytest.mark.parametrize("doors", [1, 2, 4])
def test_no_more_log_in_at_once_than_there_are_doors(
    doors: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, most, lock = 0, 0, threading.Lock()
    together = threading.Barrier(doors)

    def log_in(target: Target, connection: Any) -> str:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        together.wait(PATIENCE)  # as many as there are doors do come in together
        with lock:
            inside -= 1
        raise ConnectionFailed(f"{target.name} is a test", hint="", code="refused")

    class Closed:
        def close_transport(self) -> None:
            pass

    monkeypatch.setattr(session, "_log_in", log_in)
    monkeypatch.setattr(session, "_connection", lambda *_: Closed())
    monkeypatch.setattr(session, "_close", lambda _, opened, sockets: opened.close())
    route: Any = OpenRoute()
    (tmp_path / "known_hosts").touch()
    access = session.Access(
        Login("netmod", Secret("x")),
        KnownHosts.read(tmp_path / "known_hosts"),
        PATIENCE,
        session.OpenSockets(),
        route,
        threading.Semaphore(doors),
    )

    def visit(number: int) -> str:
        target = Target(f"h{number}", "127.0.0.1", 22, "cisco_iosxe", "site", ())
        with pytest.raises(ConnectionFailed) as caught:
            session.open_session(target, access)
        return caught.value.code or ""

    with ThreadPoolExecutor(HOSTS) as pool:
        assert list(pool.map(visit, range(HOSTS))) == ["refused"] * HOSTS
    assert most == doors
