"""The way through a jump host: a real sshd, reached by OpenSSH's own client."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import pytest

from netmod.credentials import Login, Secret
from netmod.devices import HostOutput, HostStatus, Target, collect, fetch_host_keys
from netmod.errors import ConnectionFailed
from netmod.settings import CollectSettings
from tests.integration.ssh_peer import PASSWORD, PATIENCE, USER, Peer, Terminal, ssh_peer

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(
        not (SSHD and shutil.which("ssh")) and not os.environ.get("NETMOD_REQUIRE_ALL"),
        reason="OpenSSH is not installed",
    ),
]
SETTINGS = CollectSettings(connect_timeout=30, command_timeout=30, connect_attempts=1)
LOGIN = Login(USER, Secret(PASSWORD))
VERSION = "Synthetic OS, Version 17.9.4"


@dataclass(frozen=True)
class Jump:
    """A running sshd that forwards: its port, its public host key, and who may log in."""

    port: int
    host_key: str
    user: str
    identity: Path
    log: Path

    def config(self, folder: Path, *, key: str = "", extra: str = "", hop: str = "pam") -> None:
        """Write `ssh_config` into a folder, and the file of keys by which ssh checks the jump."""
        trusted = folder / "jump_hosts"
        trusted.write_text(f"[127.0.0.1]:{self.port} {key or self.host_key}\n")
        identity = folder / "identity"
        shutil.copy(self.identity, identity)
        identity.chmod(0o600)
        (folder / "ssh_config").write_text(
            f"{extra}\n"
            f"Host pam\n HostName 127.0.0.1\n Port {self.port}\n User {self.user}\n"
            f" IdentityFile {identity}\n IdentitiesOnly yes\n IdentityAgent none\n"
            f" UserKnownHostsFile {trusted}\n GlobalKnownHostsFile none\n"
            " StrictHostKeyChecking no\n NoHostAuthenticationForLocalhost yes\n"
            f"Host 127.0.0.*\n ProxyJump {hop}\n"
        )

    @property
    def logins(self) -> int:
        return self.log.read_text().count("Accepted publickey")


@pytest.fixture(scope="module")
def jump() -> Iterator[Jump]:
    """sshd as an unprivileged process; root gives itself up for `nobody`."""
    me = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        host, identity = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
        host.write_private_key(folder / "host_key")
        identity.write_private_key(folder / "identity")
        identity.write_public_key(folder / "authorized_keys")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        log = folder / "log"
        log.touch()
        (folder / "sshd_config").write_text(
            f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder}/host_key\n"
            f"AuthorizedKeysFile {folder}/authorized_keys\nPidFile none\nUsePAM yes\n"
            "StrictModes no\nPasswordAuthentication no\nLogLevel VERBOSE\n"
        )
        for path in (folder, *folder.iterdir()):
            path.chmod(0o700 if path.is_dir() else 0o600)
            if os.getuid() == 0:
                os.chown(path, me.pw_uid, me.pw_gid)
        rights = {"user": me.pw_uid, "group": me.pw_gid, "extra_groups": []}
        command = [str(SSHD), "-D", "-E", str(log), "-f", f"{folder}/sshd_config"]
        with running(command, rights) as process:
            wait_for(process, port)
            public = host.export_public_key().decode().strip()
            yield Jump(port, public, me.pw_name, folder / "identity", log)


@contextmanager
def running(command: list[str], rights: dict[str, object]) -> Iterator[subprocess.Popen[bytes]]:
    options = rights if os.getuid() == 0 else {}
    process = subprocess.Popen(command, **options)  # type: ignore[call-overload] # keywords by name
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    """Return when the port speaks SSH; fails where the process ends, or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
                assert connection.recv(8) == b"SSH-2.0-"
                return
        except ConnectionRefusedError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                pytest.fail(f"sshd ended with {process.wait(0.05)}")
    pytest.fail("sshd did not start")


def gather(folder: Path, peer: Peer, **changes: object) -> tuple[HostStatus, tuple[str, ...]]:
    got: list[HostOutput] = []
    target = Target("core1", "127.0.0.1", peer.port, "cisco_iosxe", "OSL", ("show version",))
    settings = SETTINGS.model_copy(update=changes)
    known = folder / "known_hosts"
    if not known.exists():
        peer.known_hosts(known)
    done = collect([target], LOGIN, known, got.append, settings=settings)
    return done.statuses[0], tuple(output.text for output in got[0].outputs)


def device() -> Terminal:
    return Terminal(outputs={"show version": VERSION + "\n"})


def test_a_device_is_collected_through_the_jump_host(jump: Jump, tmp_path: Path) -> None:
    jump.config(tmp_path)
    before = jump.logins
    with ssh_peer(device()) as peer:
        status, outputs = gather(tmp_path, peer)
    assert (status.failure, status.message) == ("", "")
    assert outputs == (VERSION,)
    assert peer.logins == 1
    assert jump.logins == before + 1


def test_without_a_jump_host_for_it_a_device_is_reached_straight(
    jump: Jump, tmp_path: Path
) -> None:
    jump.config(tmp_path, extra="Host 127.0.0.1\n ProxyJump none\n")
    before = jump.logins
    with ssh_peer(device()) as peer:
        status, _ = gather(tmp_path, peer)
    assert status.ok
    assert jump.logins == before


def test_the_devices_key_is_fetched_through_the_jump_host(jump: Jump, tmp_path: Path) -> None:
    jump.config(tmp_path)
    before = jump.logins
    with ssh_peer() as peer:
        target = Target("core1", "127.0.0.1", peer.port, "cisco_iosxe", "OSL", ())
        (key,) = fetch_host_keys([target], tmp_path / "known_hosts", settings=SETTINGS).keys
    assert (key.state, f"{key.algorithm} {key.key}") == ("new", peer.host_key)
    assert peer.auth_begun == 0
    assert jump.logins == before + 1


def test_behind_the_jump_host_the_devices_key_is_checked(jump: Jump, tmp_path: Path) -> None:
    jump.config(tmp_path)
    with ssh_peer(device()) as peer:
        (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{peer.port} {jump.host_key}\n")
        status, _ = gather(tmp_path, peer)
    assert status.failure == "host-key-changed"
    assert peer.auth_begun == 0


def test_the_jump_hosts_key_is_checked_whatever_its_configuration_says(
    jump: Jump, tmp_path: Path
) -> None:
    """`config` writes `StrictHostKeyChecking no`, and as if loopback needed no check."""
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    jump.config(tmp_path, key=other)
    before = jump.logins
    with ssh_peer(device()) as peer:
        status, _ = gather(tmp_path, peer, connect_attempts=3)
    assert status.failure == "jump-host"
    assert "has no trusted host key" in status.message
    assert (peer.connections, jump.logins) == (0, before)


def test_a_jump_host_that_lets_nobody_in(jump: Jump, tmp_path: Path) -> None:
    jump.config(tmp_path)
    stranger = asyncssh.generate_private_key("ssh-ed25519")
    stranger.write_private_key(tmp_path / "identity")
    with ssh_peer(device()) as peer:
        status, _ = gather(tmp_path, peer, connect_attempts=3)
    assert status.failure == "jump-host"
    assert "refused the login" in status.message
    assert peer.connections == 0


def test_a_device_that_the_jump_host_cannot_reach(jump: Jump, tmp_path: Path) -> None:
    jump.config(tmp_path)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # ours, so that no one listens there
        status, _ = gather(tmp_path, Peer(nobody.getsockname()[1], jump.host_key))
    assert status.failure == "unreachable"
    assert "cannot reach the device" in status.message


@pytest.mark.parametrize("line", ["ProxyCommand /bin/false", "ProxyJump one,two"])
def test_a_way_whose_hosts_cannot_be_checked_is_refused(
    jump: Jump, tmp_path: Path, line: str
) -> None:
    jump.config(tmp_path, extra=f"Host 127.0.0.1\n {line}\n")
    with ssh_peer(device()) as peer:
        status, _ = gather(tmp_path, peer)
    assert status.failure == "jump-host"
    assert peer.connections == 0


def test_a_configuration_that_cannot_be_read_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "ssh_config").write_bytes(b"\xff\xfe")
    with ssh_peer(device()) as peer, pytest.raises(ConnectionFailed, match="ssh_config"):
        gather(tmp_path, peer)


def test_passwords_are_not_in_the_environment_of_ssh(
    jump: Jump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jump.config(tmp_path)
    monkeypatch.setenv("NETMOD_PASSWORD", PASSWORD)
    spy = tmp_path / "bin" / "ssh"
    spy.parent.mkdir()
    spy.write_text(f'#!/bin/sh\nenv > {tmp_path}/env\nexec {shutil.which("ssh")} "$@"\n')
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{spy.parent}:{os.environ['PATH']}")
    with ssh_peer(device()) as peer:
        status, _ = gather(tmp_path, peer)
    assert status.ok
    assert PASSWORD not in (tmp_path / "env").read_text()


def test_a_master_connection_is_one_login_for_all(jump: Jump, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as short:  # a socket's path has 108 characters at most
        path = f"Host pam\n ControlMaster auto\n ControlPath {short}/%C\n ControlPersist 60\n"
        jump.config(tmp_path, extra=path)
        before = jump.logins
        try:
            with ssh_peer(device()) as peer:
                results = [gather(tmp_path, peer) for _ in range(3)]
        finally:
            command = ["ssh", "-F", str(tmp_path / "ssh_config"), "-O", "exit", "pam"]
            subprocess.run(command, check=True, capture_output=True)
    assert [outputs for _, outputs in results] == [(VERSION,)] * 3
    assert peer.logins == 3
    assert jump.logins == before + 1
