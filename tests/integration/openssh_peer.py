"""OpenSSH's sshd with one account of its own, in front of a server that nobody of us wrote.

The account exists for this sshd alone: /etc/passwd and /etc/shadow are covered in its own view of
the file system, so that the machine is left as it was. Needs root.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
AVAILABLE = bool(SSHD and shutil.which("openssl") and os.getuid() == 0)
ACCOUNT = "collector"

# Its own mounts, gone with it; then sshd as anybody would start it.
_COVER = """
mount --bind "$1/passwd" /etc/passwd
mount --bind "$1/shadow" /etc/shadow
mkdir -p /run/sshd
exec "$2" -D -e -f "$1/sshd_config" -E "$1/log"
"""


@dataclass(frozen=True)
class Sshd:
    """A running server: its port on 127.0.0.1, its host key, and the account's password."""

    port: int
    host_key: str
    password: str
    log: Path

    def known_hosts(self, path: Path) -> Path:
        """Write a file that trusts it."""
        path.write_text(f"[127.0.0.1]:{self.port} {self.host_key}\n")
        return path


@contextmanager
def sshd(
    folder: Path, *, login_shell: str, ids: tuple[int, int], extra: str = "", port: int = 0
) -> Iterator[Sshd]:
    """Files go into `folder`; `ids` are the account's user and group; `extra` is configuration.

    Somebody else may take a free port first: then on another, unless `port` is given.
    """
    with ExitStack() as stack:
        for attempt in range(5):
            chosen = port or free_port()
            served = _prepare(folder, login_shell, ids, extra, chosen)
            cover = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", _COVER]
            try:
                stack.enter_context(
                    running([*cover, "cover", str(folder), str(SSHD)], chosen, folder)
                )
            except RuntimeError:
                if attempt == 4 or port:
                    raise
            else:
                yield served
                return


def _prepare(folder: Path, shell: str, ids: tuple[int, int], extra: str, port: int) -> Sshd:
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(folder / "host_key")
    (folder / "host_key").chmod(0o600)
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder}/host_key\nPidFile none\n"
        "UsePAM no\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\n"
        f"PubkeyAuthentication no\nLogLevel VERBOSE\nMaxStartups 100\n{extra}\n"
    )
    password = secrets.token_urlsafe(12)
    hashed = subprocess.run(
        ["openssl", "passwd", "-6", "-stdin"],
        input=password,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    account = f"{ACCOUNT}:x:{ids[0]}:{ids[1]}:netmod's tests:{folder}:{shell}\n"
    (folder / "passwd").write_text(Path("/etc/passwd").read_text() + account)
    (folder / "shadow").write_text(f"{ACCOUNT}:{hashed}:20000:0:99999:7:::\nsshd:!:20000::::::\n")
    (folder / "shadow").chmod(0o600)
    return Sshd(port, key.export_public_key().decode().strip(), password, folder / "log")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def running(command: list[str], sign: Path | int, home: Path) -> Iterator[None]:
    """A process that runs once its socket, or the sshd at its port, answers.

    What it writes where it is started, or at home, it writes into `home`.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=home,
        env={**os.environ, "HOME": str(home)},
    )
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
