"""Hosts with nothing but SHA-1 and CBC: refused with a way out, and reached where it is allowed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from netmod.credentials import Login, Secret
from netmod.devices import HostStatus, Target, collect, fetch_host_keys
from netmod.settings import CollectSettings
from tests.integration.ssh_peer import PASSWORD, USER, Peer, Terminal, ssh_peer

pytestmark = [
    pytest.mark.network,
    # the peer's library says of these algorithms what this file is about
    pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields"),
]
LOGIN = Login(USER, Secret(PASSWORD))
SETTINGS = CollectSettings(connect_timeout=60, command_timeout=60, connect_attempts=1)
VERSION = "Synthetic OS, Version 12.2(55)SE12"
SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
RSA = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
(SHA1_ONLY,) = asyncssh.load_keypairs([RSA])
SHA1_ONLY.host_key_algorithms = (b"ssh-rsa",)
OLD: dict[str, Any] = {
    "kex_algs": ["diffie-hellman-group14-sha1"],
    "encryption_algs": ["aes128-cbc"],
    "mac_algs": ["hmac-sha1"],
    "server_host_keys": [SHA1_ONLY],
}


@contextmanager
def peer_of(**options: Any) -> Iterator[Peer]:
    with ssh_peer(Terminal(outputs={"show version": VERSION + "\n"}), **options) as peer:
        if "server_host_keys" in options:
            peer.host_key = RSA.export_public_key().decode().strip()
        yield peer


def target_of(peer: Peer, *, legacy: bool) -> Target:
    commands = ("show version",)
    return Target("old1", "127.0.0.1", peer.port, "cisco_ios", "OSL", commands, legacy)


def gather(folder: Path, peer: Peer, *, legacy: bool) -> tuple[HostStatus, list[str]]:
    texts: list[str] = []
    known = folder / "known_hosts"
    if not known.exists():
        peer.known_hosts(known)
    done = collect(
        [target_of(peer, legacy=legacy)],
        LOGIN,
        known,
        lambda host: texts.extend(output.text for output in host.outputs),
        settings=SETTINGS,
    )
    return done.statuses[0], texts


@pytest.mark.parametrize(
    ("options", "purpose", "offered"),
    [
        (
            {"kex_algs": ["diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"]},
            "key exchange",
            "diffie-hellman-group14-sha1, diffie-hellman-group1-sha1",
        ),
        (
            {"server_host_keys": [SHA1_ONLY]},
            "its host key",
            "ssh-rsa",
        ),
        ({"encryption_algs": ["3des-cbc"]}, "encryption", "3des-cbc"),
    ],
)
def test_what_is_no_longer_safe_is_refused_with_a_way_out(
    tmp_path: Path, options: dict[str, Any], purpose: str, offered: str
) -> None:
    with peer_of(**options) as peer:
        status, _ = gather(tmp_path, peer, legacy=False)
    assert status.failure == "key-exchange"
    assert f"offers for {purpose} only what is no longer safe: {offered}" in status.message
    assert "upgrade the device" in status.hint
    assert "name old1 in collect.legacy_ssh" in status.hint
    assert peer.auth_begun == 0


@pytest.mark.parametrize(
    ("options", "remarks"),
    [
        (OLD, ("legacy-ssh: diffie-hellman-group14-sha1, ssh-rsa, aes128-cbc",)),
        (
            {"kex_algs": ["diffie-hellman-group1-sha1"]},
            ("legacy-ssh: diffie-hellman-group1-sha1",),
        ),
        (
            {"kex_algs": ["diffie-hellman-group-exchange-sha1"]},
            ("legacy-ssh: diffie-hellman-group-exchange-sha1",),
        ),
        ({"encryption_algs": ["3des-cbc"]}, ("legacy-ssh: 3des-cbc",)),
        ({"kex_algs": ["diffie-hellman-group14-sha1", "ecdh-sha2-nistp256"]}, ()),
        ({"server_host_keys": [RSA]}, ()),
    ],
)
def test_where_it_is_allowed_it_is_used_if_there_is_nothing_better(
    tmp_path: Path, options: dict[str, Any], remarks: tuple[str, ...]
) -> None:
    with peer_of(**options) as peer:
        status, texts = gather(tmp_path, peer, legacy=True)
    assert (status.failure, status.message) == ("", "")
    assert texts == [VERSION]
    assert status.remarks == remarks


def test_cbc_is_remarked_without_being_asked_for(tmp_path: Path) -> None:
    with peer_of(encryption_algs=["aes256-cbc"]) as peer:
        status, _ = gather(tmp_path, peer, legacy=False)
    assert status.ok
    assert status.remarks == ("legacy-ssh: aes256-cbc",)


def test_the_host_key_is_checked_all_the_same(tmp_path: Path) -> None:
    other = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    public = other.export_public_key().decode().strip()
    with peer_of(**OLD) as peer:
        (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{peer.port} {public}\n")
        status, _ = gather(tmp_path, peer, legacy=True)
    assert status.failure == "host-key-changed"
    assert (peer.auth_begun, peer.sent) == (0, [])


def test_a_key_that_is_not_known_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "known_hosts").touch()
    with peer_of(**OLD) as peer:
        status, _ = gather(tmp_path, peer, legacy=True)
    assert status.failure == "host-key-unknown"
    assert peer.auth_begun == 0


def test_its_key_can_be_fetched(tmp_path: Path) -> None:
    with peer_of(**OLD) as peer:
        for legacy, state in ((False, "failed"), (True, "new")):
            target = target_of(peer, legacy=legacy)
            (key,) = fetch_host_keys([target], tmp_path / "none", settings=SETTINGS).keys
            assert key.state == state, key.message
    assert f"{key.algorithm} {key.key}" == peer.host_key
    assert peer.auth_begun == 0


def test_a_signature_that_is_wrong_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host key alone proves nothing: whoever shows it must have signed the exchange."""
    sign = type(RSA).sign
    monkeypatch.setattr(type(RSA), "sign", lambda key, data, kind: sign(key, data + b"x", kind))
    with peer_of(**OLD) as peer:
        status, _ = gather(tmp_path, peer, legacy=True)
    assert not status.ok
    assert peer.auth_begun == 0


@pytest.mark.skipif(
    not SSHD and not os.environ.get("NETMOD_REQUIRE_ALL"), reason="OpenSSH is not installed"
)
@pytest.mark.parametrize(
    "kex",
    [
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group1-sha1",
        "diffie-hellman-group-exchange-sha1",
    ],
)
def test_the_key_exchange_with_openssh(tmp_path: Path, kex: str) -> None:
    """Another implementation than the one that our peer is made with; no login is needed."""
    options = [f"KexAlgorithms={kex}", "HostKeyAlgorithms=ssh-rsa", "Ciphers=aes128-cbc"]
    options += ["PidFile=none", "StrictModes=no"]
    command = [str(SSHD), "-i", "-e", "-f", "/dev/null"]
    command += [word for option in options for word in ("-o", option)]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        public = RSA.export_public_key().decode().strip()
        known = Peer(port, public).known_hosts(tmp_path / "known_hosts")
        with accepting(listener, command):
            target = target_of(Peer(port, public), legacy=True)
            (key,) = fetch_host_keys([target], known, settings=SETTINGS).keys
    assert (key.state, key.message) == ("known", "")


@contextmanager
def accepting(listener: socket.socket, command: list[str]) -> Iterator[None]:
    """Let sshd serve the first connection, as inetd does, so that it needs no port.

    It runs as an unprivileged process; root gives itself up for `nobody`.
    """
    me = pwd.getpwnam("nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name)
    rights: dict[str, Any] = {"user": me.pw_uid, "group": me.pw_gid, "extra_groups": []}

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, tempfile.TemporaryDirectory() as folder:
            host_key = Path(folder) / "host_key"
            RSA.write_private_key(host_key)
            host_key.chmod(0o600)
            for path in (folder, host_key):
                os.chown(path, me.pw_uid, me.pw_gid)
            subprocess.run(
                [*command, "-h", str(host_key)],
                stdin=connection,
                stdout=connection,
                stderr=subprocess.DEVNULL,
                check=False,
                **(rights if os.getuid() == 0 else {}),
            )

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield
    thread.join()
