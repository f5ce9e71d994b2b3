"""The way to a device: straight, or through a jump host as an OpenSSH configuration says.

Where a file `ssh_config` lies beside `known_hosts`, the `ProxyJump` that it has for a device's
address names the jump host. OpenSSH's own client makes that hop, so that keys, agents, certificates
and `ControlMaster` work as people know them; the session with the device runs inside, and the
device's host key is checked as on a straight way. The jump host's key is checked by OpenSSH, and
no line of the file can turn that off.
"""

from __future__ import annotations

import socket
import subprocess
import tempfile
import threading
from math import ceil
from pathlib import Path
from typing import IO

import paramiko

from netmod.devices.login_errors import explain_no_connection
from netmod.devices.logins import environment_without_secrets
from netmod.devices.targets import Target
from netmod.devices.transport import open_socket
from netmod.errors import ConnectionFailed

FILE_NAME = "ssh_config"
_END_SECONDS = 2.0
_FORCED = (
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    "VerifyHostKeyDNS=no",
    "NoHostAuthenticationForLocalhost=no",
    "KnownHostsCommand=none",
    "LogLevel=ERROR",
)
_REASONS = (
    ("host key verification failed", "jump-host", "has no trusted host key"),
    ("permission denied", "jump-host", "refused the login"),
    ("open failed", "unreachable", "cannot reach the device"),
    ("stdio forwarding failed", "unreachable", "cannot reach the device"),
)
_HINT = "try it by hand: ssh -F {} -W {} {}"


class HopSocket(socket.socket):
    """Our end of a pipe through OpenSSH's client, which ends with it."""

    def attach(self, process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
        self._process, self._errors = process, errors
        self._said = ""
        self._ending = threading.Lock()

    def close(self) -> None:
        """Close, and wait until OpenSSH ended. paramiko closes its socket too, in its thread."""
        super().close()
        with self._ending:
            if self._errors.closed:
                return
            try:
                self._process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._errors.seek(0)
            self._said = self._errors.read().decode(errors="replace")
            self._errors.close()

    def reason(self) -> str:
        """Close, and return what OpenSSH said when it ended."""
        self.close()
        return self._said


class Route:
    """How to reach devices. `folder` is where `known_hosts` lies."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME
        self._config: paramiko.SSHConfig | None = None
        try:
            self._config = paramiko.SSHConfig.from_path(str(self._file))
        except FileNotFoundError:
            pass  # every device is reached straight
        except (OSError, UnicodeDecodeError, paramiko.ConfigParseError):
            raise ConnectionFailed(
                f"{self._file} cannot be read as an OpenSSH configuration",
                hint="see man ssh_config; only Host and ProxyJump concern netmod",
                code="jump-host",
            ) from None

    def open(self, target: Target, timeout: float) -> socket.socket:
        """A socket to the device, in `timeout` seconds. Raises `ConnectionFailed`."""
        hop = self._hop(target)
        try:
            if hop:
                return self._through(hop, target, timeout)
            return open_socket(target.address, target.port, timeout)
        except FileNotFoundError:
            raise ConnectionFailed(
                f"{target.name} is behind {hop}, and there is no ssh to reach it",
                hint="install OpenSSH's client",
                code="jump-host",
            ) from None
        except (OSError, UnicodeError) as error:
            raise explain_no_connection(error, target) from None

    def explain(
        self, opened: socket.socket, target: Target, error: ConnectionFailed
    ) -> ConnectionFailed:
        """`error`, or what OpenSSH says where the hop is the reason for it."""
        if not isinstance(opened, HopSocket) or error.code != "no-ssh":
            return error
        said, hop = opened.reason(), self._hop(target)
        if not said:
            return error
        code, what = "jump-host", "cannot be reached"
        for words, its_code, its_text in _REASONS:
            if words in said.lower():
                code, what = its_code, its_text
                break
        return ConnectionFailed(
            f"{target.name} ({target.address}:{target.port}): the jump host {hop} {what}",
            hint=_HINT.format(self._file, _destination(target), _url(hop)),
            code=code,
        )

    def _hop(self, target: Target) -> str:
        """The jump host, empty where there is none. Raises `ConnectionFailed`."""
        if self._config is None:
            return ""
        found = self._config.lookup(target.address)
        hop = str(found.get("proxyjump", "none"))
        if "proxycommand" in found or "," in hop:
            raise ConnectionFailed(
                f"{self._file} has more for {target.address} than one ProxyJump host",
                hint="name one host in ProxyJump: only then can its host key be checked",
                code="jump-host",
            )
        return "" if hop.lower() == "none" else hop

    def command(self, target: Target, timeout: float) -> list[str]:
        """The command whose standard input and output are the way; empty where it is straight.

        For libraries that make their sockets themselves. Raises `ConnectionFailed`.
        """
        hop = self._hop(target)
        return self._command(hop, target, timeout) if hop else []

    def _command(self, hop: str, target: Target, timeout: float) -> list[str]:
        options = [
            word for one in (*_FORCED, f"ConnectTimeout={ceil(timeout)}") for word in ("-o", one)
        ]
        return ["ssh", "-F", str(self._file), *options, "-W", _destination(target), _url(hop)]

    def _through(self, hop: str, target: Target, timeout: float) -> HopSocket:
        ours, theirs = socket.socketpair()
        errors = tempfile.TemporaryFile()  # noqa: SIM115 closed by the socket
        command = self._command(hop, target, timeout)
        # No secret of ours is in its environment, no terminal is asked, and Ctrl-C is not its end.
        try:
            process = subprocess.Popen(  # noqa: S603 no shell; each word is one argument
                command,
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=errors,
                env=environment_without_secrets(),
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            errors.close()
            raise
        finally:
            theirs.close()
        opened = HopSocket(fileno=ours.detach())
        opened.attach(process, errors)
        return opened


def _destination(target: Target) -> str:
    address = f"[{target.address}]" if ":" in target.address else target.address
    return f"{address}:{target.port}"


def _url(hop: str) -> str:
    """A hop of ProxyJump as the only form in which ssh takes a port as well."""
    return hop if hop.startswith("ssh://") else f"ssh://{hop}"
