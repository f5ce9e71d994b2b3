"""paramiko's loop in the session's own thread: what could make the two wait for each other."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncssh
import paramiko
import pytest

from netmod.credentials import Login, Secret
from netmod.devices import HostOutput, HostStatus, Target, collect, connection
from netmod.settings import CollectSettings
from tests.integration.ssh_peer import PASSWORD, PATIENCE, USER, Peer, Terminal, ssh_peer

pytestmark = pytest.mark.network

COMMANDS = ("show version", "show running-config")
OUTPUTS = {
    "show version": "Synthetic OS, Version 17.9.4\n",
    "show running-config": "interface Te1/1\n mtu 9198\n!\n" * 4000,
}


@pytest.fixture(params=[True, False], ids=["own thread", "thread of paramiko's"])
def inline(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if not request.param:
        monkeypatch.setattr(connection, "inline_transport", lambda: None)
    return bool(request.param)


def gather(
    tmp_path: Path, peer: Peer, connect_timeout: float = PATIENCE
) -> tuple[HostStatus, dict[str, str]]:
    got: list[HostOutput] = []
    collect(
        [Target("core1", "127.0.0.1", peer.port, "cisco_iosxe", "OSL", COMMANDS)],
        Login(USER, Secret(PASSWORD)),
        peer.known_hosts(tmp_path / "known_hosts"),
        got.append,
        settings=CollectSettings(connect_attempts=1, connect_timeout=connect_timeout),
    )
    (output,) = got
    return output.status, {one.command: one.text for one in output.outputs}


def expect_all(found: tuple[HostStatus, dict[str, str]]) -> None:
    status, texts = found
    assert status.ok, status
    assert texts == {command: text.removesuffix("\n") for command, text in OUTPUTS.items()}


def test_the_locked_paramiko_is_one_that_it_was_tested_with() -> None:
    assert paramiko.__version__.startswith(connection._INLINE_TESTED_WITH)
    assert connection.inline_transport() is not None


def test_another_paramiko_gets_its_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paramiko, "__version__", "6.0.0")
    assert connection.inline_transport.__wrapped__() is None


def test_no_thread_is_started_for_a_session(
    tmp_path: Path, inline: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[threading.Thread] = []
    start = threading.Thread.start

    def note(self: threading.Thread) -> None:
        started.append(self)
        start(self)

    monkeypatch.setattr(threading.Thread, "start", note)
    with ssh_peer(Terminal(outputs=OUTPUTS)) as peer:
        expect_all(gather(tmp_path, peer))
    assert any(isinstance(one, paramiko.Transport) for one in started) is not inline


@pytest.mark.usefixtures("inline")
@pytest.mark.parametrize(
    "options",
    [
        {"window": 24},  # session preparation does not fit into it
        {"rekey_bytes": 30_000},  # new keys in the middle of an output
        {"compression_algs": ["none"], "encryption_algs": ["aes128-ctr"], "mac_algs": ["hmac-sha2-256"]},
    ],
    ids=["small window", "new keys", "no AES-GCM"],
)  # fmt: skip
def test_what_a_server_may_do_in_between(tmp_path: Path, options: dict[str, Any]) -> None:
    with ssh_peer(Terminal(outputs=OUTPUTS), **options) as peer:
        expect_all(gather(tmp_path, peer))


class _Asking(asyncssh.SSHServer):
    """Takes the password as the answer to a question alone."""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection: Any = conn

    def password_auth_supported(self) -> bool:
        return False

    def kbdint_auth_supported(self) -> bool:
        # paramiko asks for the service again, as sshd lets it
        self._connection._next_service = b"ssh-userauth"
        return True

    def get_kbdint_challenge(self, *_: str) -> asyncssh.KbdIntChallenge:
        return "", "", "en", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Any) -> bool:
        return (username, *responses) == (USER, PASSWORD)


class _Silent(asyncssh.SSHServer):
    """Never says what it thinks of the password."""

    async def validate_password(self, username: str, password: str) -> bool:
        await asyncio.sleep(3600)
        return False

    def password_auth_supported(self) -> bool:
        return True


class _Gone(asyncssh.SSHServer):
    """Hangs up when it gets the password."""

    linger = False

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn

    async def validate_password(self, username: str, password: str) -> bool:
        if self.linger:
            plain = self._connection.get_extra_info("socket")
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.abort()
        await asyncio.sleep(3600)
        return False

    def password_auth_supported(self) -> bool:
        return True


class _Reset(_Gone):
    """Resets the connection when it gets the password."""

    linger = True


@contextmanager
def served_by(kind: type[asyncssh.SSHServer], monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    """A device whose login is `kind`'s."""

    class Served(kind):  # type: ignore[valid-type, misc] # a mixture of the two
        def __init__(self, peer: Peer) -> None:
            self._peer = peer

    with monkeypatch.context() as patched:
        patched.setattr("tests.integration.ssh_peer._Server", Served)
        with ssh_peer(Terminal(outputs=OUTPUTS)) as peer:
            yield peer


@pytest.mark.usefixtures("inline")
def test_a_password_that_is_asked_for_as_a_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served_by(_Asking, monkeypatch) as peer:
        expect_all(gather(tmp_path, peer))


@pytest.mark.usefixtures("inline")
@pytest.mark.parametrize(
    ("kind", "patience", "failure"),
    [
        (_Silent, 1.5, "authentication"),
        (_Gone, PATIENCE, "authentication"),
        (_Reset, PATIENCE, "session-dropped"),
    ],
)
def test_a_login_that_comes_to_nothing_ends(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[asyncssh.SSHServer],
    patience: float,
    failure: str,
) -> None:
    with served_by(kind, monkeypatch) as peer:
        status, texts = gather(tmp_path, peer, patience)
    assert (status.failure, texts) == (failure, {})
