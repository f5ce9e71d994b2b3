"""FRR behind OpenSSH: a router and a server that nobody of us wrote.

zebra runs in a network namespace of its own, where it finds nothing to route. sshd listens on a
free port of 127.0.0.1, and sees an account that exists for it alone: /etc/passwd and /etc/shadow
are covered in its own view of the file system, so that the machine is left as it was.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

ZEBRA = Path("/usr/lib/frr/zebra")
SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
VTYSH = shutil.which("vtysh")
AVAILABLE = bool(ZEBRA.exists() and SSHD and VTYSH and shutil.which("openssl"))
ACCOUNT = "collector"
DESCRIPTION = "uplink to core2#"
"""Looks like a prompt at the end of a line."""

_CONFIG = f"""\
hostname frr1
!
interface lo
 description {DESCRIPTION}
 ip address 192.0.2.1/32
!
"""
# Its own mounts, gone with it; then sshd as anybody would start it.
_COVER = """
mount --bind "$1/passwd" /etc/passwd
mount --bind "$1/shadow" /etc/shadow
mkdir -p /run/sshd
exec "$2" -D -e -f "$1/sshd_config" -E "$1/log"
"""


@dataclass(frozen=True)
class Frr:
    """A running router: where it is reached, its host key, and the account's password."""

    port: int
    host_key: str
    password: str
    folder: Path

    def vtysh(self, *commands: str) -> str:
        """Run commands beside SSH."""
        words = [word for command in commands for word in ("-c", command)]
        command = [str(VTYSH), "--vty_socket", str(self.folder / "run"), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextmanager
def frr() -> Iterator[Frr]:
    """Needs root and the packages frr and openssh-server."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="netmod-frr-")))
        folder.chmod(0o755)
        run = folder / "run"
        run.mkdir()
        me = pwd.getpwnam("frr")
        (folder / "zebra.conf").write_text(_CONFIG)
        for path in (run, folder / "zebra.conf"):
            os.chown(path, me.pw_uid, me.pw_gid)
        stack.enter_context(_running(_zebra(folder, run), run / "zebra.vty"))
        password = secrets.token_urlsafe(12)
        port, host_key = _start_sshd(stack, folder, run, password, me)
        yield Frr(port, host_key, password, folder)


def _start_sshd(
    stack: ExitStack, folder: Path, run: Path, password: str, me: pwd.struct_passwd
) -> tuple[int, str]:
    """Its port and host key. Somebody else may take a free port first: then on another."""
    cover = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", _COVER]
    for attempt in range(5):
        port = _free_port()
        host_key = _write_sshd(folder, run, password, port, me)
        try:
            stack.enter_context(_running([*cover, "cover", str(folder), str(SSHD)], port))
        except RuntimeError:
            if attempt == 4:
                raise
        else:
            return port, host_key
    raise AssertionError("not reached")


def _zebra(folder: Path, run: Path) -> list[str]:
    command = ["unshare", "--net", str(ZEBRA), "-f", str(folder / "zebra.conf"), "-P", "0"]
    command += ["-i", str(run / "pid"), "-z", str(run / "zserv"), "--vty_socket", str(run)]
    return [*command, "--log", f"file:{run}/log"]


def _write_sshd(folder: Path, run: Path, password: str, port: int, me: pwd.struct_passwd) -> str:
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(folder / "host_key")
    (folder / "host_key").chmod(0o600)
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder}/host_key\nPidFile none\n"
        "UsePAM no\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\n"
        "PubkeyAuthentication no\nLogLevel VERBOSE\nMaxStartups 100\n"
    )
    shell = folder / "login-shell"
    shell.write_text(f'#!/bin/sh\nexec "{VTYSH}" --vty_socket "{run}"\n')
    shell.chmod(0o755)
    hashed = subprocess.run(
        ["openssl", "passwd", "-6", "-stdin"],
        input=password,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    passwd = Path("/etc/passwd").read_text() + (
        f"{ACCOUNT}:x:{me.pw_uid}:{me.pw_gid}:netmod's tests:{run}:{shell}\n"
    )
    (folder / "passwd").write_text(passwd)
    (folder / "shadow").write_text(f"{ACCOUNT}:{hashed}:20000:0:99999:7:::\nsshd:!:20000::::::\n")
    (folder / "shadow").chmod(0o600)
    return key.export_public_key().decode().strip()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def _running(command: list[str], sign: Path | int) -> Iterator[None]:
    """A process that runs once its socket, or its port, answers."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        while not _answers(sign):
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            said = process.stderr.read().decode(errors="replace") if process.stderr else ""
            raise RuntimeError(f"{command[0]} ended with {process.returncode}: {said[:2000]}")
        yield
    finally:
        process.terminate()
        process.communicate()


def _answers(sign: Path | int) -> bool:
    try:
        if isinstance(sign, int):
            with socket.create_connection(("127.0.0.1", sign)) as connection:
                return connection.recv(4) == b"SSH-"
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(sign))
    except OSError:
        return False
    return True
