"""FRR behind OpenSSH: a router and a server that nobody of us wrote.

zebra runs in a network namespace of its own, where it finds nothing to route; `vtysh` is the login
shell of the account.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration import openssh_peer
from tests.integration.openssh_peer import Sshd, running, sshd

ZEBRA = Path("/usr/lib/frr/zebra")
VTYSH = shutil.which("vtysh")
AVAILABLE = bool(openssh_peer.AVAILABLE and ZEBRA.exists() and VTYSH)
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


@dataclass(frozen=True)
class Frr:
    """A running router, and the server in front of it."""

    sshd: Sshd
    run: Path

    def vtysh(self, *commands: str) -> str:
        """Run commands beside SSH."""
        words = [word for command in commands for word in ("-c", command)]
        command = [str(VTYSH), "--vty_socket", str(self.run), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextmanager
def frr() -> Iterator[Frr]:
    """Needs root and the packages frr and openssh-server."""
    with tempfile.TemporaryDirectory(prefix="netmod-frr-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        run, config, shell = folder / "run", folder / "zebra.conf", folder / "login-shell"
        run.mkdir()
        config.write_text(_CONFIG)
        shell.write_text(f'#!/bin/sh\nexec "{VTYSH}" --vty_socket "{run}"\n')
        shell.chmod(0o755)
        me = pwd.getpwnam("frr")
        for path in (run, config):
            os.chown(path, me.pw_uid, me.pw_gid)
        command = ["unshare", "--net", str(ZEBRA), "-f", str(config), "-P", "0"]
        command += ["-i", f"{run}/pid", "-z", f"{run}/zserv", "--vty_socket", str(run)]
        command += ["--log", f"file:{run}/log"]
        ids = (me.pw_uid, me.pw_gid)
        with (
            running(command, run / "zebra.vty", folder),
            sshd(folder, login_shell=str(shell), ids=ids) as server,
        ):
            yield Frr(server, run)
