"""yuma123's netconfd behind OpenSSH: a NETCONF server that nobody of us wrote."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ncclient import manager

from tests.integration import openssh_peer
from tests.integration.openssh_peer import ACCOUNT, Sshd, free_port, running, sshd

_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
NETCONFD = shutil.which("netconfd", path=_PATH)
SUBSYSTEM = shutil.which("netconf-subsystem", path=_PATH)
AVAILABLE = bool(openssh_peer.AVAILABLE and NETCONFD and SUBSYSTEM)
SECONDS = 60
# It keeps files in the home of whoever runs it, wherever that is said to be: it gets another there.
_HOME = ["unshare", "--mount", "--propagation", "private", "sh", "-ec"]
_HOME += ['mount --bind "$1" "$2"; shift 2; exec "$@"', "cover"]


@dataclass(frozen=True)
class Netconfd:
    """A running server with an empty configuration, and the sshd in front of it."""

    sshd: Sshd
    folder: Path

    def connect(self) -> manager.Manager:
        """A session of the account; a context manager. The host key is checked."""
        self.sshd.known_hosts(self.folder / "known_hosts")
        config = self.folder / "client_config"
        config.write_text(f"Host *\n UserKnownHostsFile {self.folder}/known_hosts\n")
        return manager.connect_ssh(
            host="127.0.0.1",
            port=self.sshd.port,
            username=ACCOUNT,
            password=self.sshd.password,
            ssh_config=str(config),
            hostkey_verify=True,
            allow_agent=False,
            look_for_keys=False,
            timeout=SECONDS,
        )


@contextmanager
def netconfd() -> Iterator[Netconfd]:
    """Needs root and the packages netconfd and openssh-server."""
    with tempfile.TemporaryDirectory(prefix="netmod-netconfd-") as name, ExitStack() as stack:
        for attempt in range(5):  # somebody else may take the free port first
            try:
                yield stack.enter_context(_on_port(Path(name) / str(attempt), free_port()))
            except PortTaken:
                continue
            return
        raise RuntimeError("no port is free")


class PortTaken(RuntimeError):
    """sshd could not listen on the port that netconfd expects."""


@contextmanager
def _on_port(folder: Path, port: int) -> Iterator[Netconfd]:
    folder.mkdir()
    socket = folder / "socket"
    command = [str(NETCONFD), "--target=candidate", "--no-startup", "--access-control=off"]
    # It takes sessions that came in through this port of sshd alone.
    command += [f"--ncxserver-sockname={socket}", f"--port={port}", "--module=ietf-system"]
    command += [f"--log={folder}/server-log", f"--home={folder}", f"--superuser={ACCOUNT}"]
    subsystem = f"Subsystem netconf {SUBSYSTEM} --ncxserver-sockname={port}@{socket}"
    extra = f"{subsystem}\nPermitRootLogin yes"
    mine = pwd.getpwuid(os.getuid()).pw_dir
    with running([*_HOME, str(folder), mine, *command], socket, folder), ExitStack() as stack:
        server = sshd(folder, login_shell="/bin/sh", ids=(0, 0), extra=extra, port=port)
        try:
            served = stack.enter_context(server)
        except RuntimeError as error:
            raise PortTaken from error
        yield Netconfd(served, folder)
