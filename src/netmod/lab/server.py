"""SSH in front of one emulated device: login, sessions, and the faults of the path to it."""

from __future__ import annotations

import asyncio
import codecs
import functools
import hmac
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import asyncssh

from netmod.errors import LabError
from netmod.lab.device import Device
from netmod.lab.eapi import ApiListener
from netmod.lab.fabric import Fabric
from netmod.lab.service import Service
from netmod.lab.shell import Reply, Shell, open_shell

KEX = ("curve25519-sha256", "ecdh-sha2-nistp256")
_KEY_TYPE = "ssh-ed25519"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a device is reached: by SSH, and by HTTPS where its OS answers that."""

    address: str
    port: int
    https_port: int | None = None


@dataclass(frozen=True, slots=True)
class Login:
    """The one account of a lab."""

    username: str
    password: str

    def admits(self, username: str, password: str) -> bool:
        mine = f"{self.username}\x00{self.password}".encode()
        return hmac.compare_digest(mine, f"{username}\x00{password}".encode())


@dataclass(slots=True)
class PathFaults:
    """What is wrong between a client and the device.

    `latency` in seconds, before each output. `truncate` and `drop` are patterns: the output of a
    command that matches loses its second half, or the session ends in the middle of it.
    """

    latency: float = 0.0
    refuse_login: bool = False
    truncate: re.Pattern[str] | None = None
    drop: re.Pattern[str] | None = None


class Host:
    """One device behind its SSH server; lives on the lab's event loop."""

    def __init__(
        self,
        device: Device,
        fabric: Fabric,
        login: Login,
        address: str,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.device = device
        self.fabric = fabric
        self.login = login
        self.address = address
        api = device.persona.http_api
        self._https = ApiListener(self, api, tls) if api and tls else None
        self._https_port = 0
        self.faults = PathFaults()
        self.connections: set[asyncssh.SSHServerConnection] = set()
        self._key = asyncssh.generate_private_key(_KEY_TYPE)
        self._listener: asyncssh.SSHAcceptor | None = None
        self._port = 0

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self.address, self._port, self._https_port or None)

    @property
    def known_hosts_line(self) -> str:
        """The host key as a line of a `known_hosts` file."""
        public = self._key.export_public_key().decode().split()
        return f"[{self.address}]:{self._port} {public[0]} {public[1]}"

    async def listen(self, port: int) -> None:
        """Open the port (0: any free one). Raises `LabError` where it cannot be had."""
        try:
            self._listener = await asyncssh.listen(
                self.address,
                port,
                server_factory=lambda: _Server(self),
                server_host_keys=[self._key],
                kex_algs=KEX,
                line_editor=False,
                encoding=None,
                gss_host=None,
                agent_forwarding=False,
                public_key_auth=False,
                allow_scp=False,
                tcp_keepalive=False,
            )
            if self._https is not None:
                self._https_port = await self._https.open(self._https_port)
        except OSError as error:
            reason = error.strerror or str(error)
            raise LabError(
                f"{self.device.name}: {self.address} port {port} cannot be opened: {reason}",
                hint="another lab may run there: stop it with `netmod lab down`, "
                "or let the lab choose free ports",
            ) from None
        self._port = self._listener.get_port()

    async def close(self) -> None:
        """Stop listening and end every session."""
        if self._https is not None:
            await self._https.close()
        if self._listener is not None:
            self._listener.close()
            await self._listener.wait_closed()
            self._listener = None
        for connection in list(self.connections):
            connection.abort()
            await connection.wait_closed()

    async def reopen(self) -> None:
        """Listen again on the port of before."""
        if self._listener is None:
            await self.listen(self._port)

    async def change_key(self) -> None:
        """Answer with another host key from now on."""
        await self.close()
        self._key = asyncssh.generate_private_key(_KEY_TYPE)
        await self.reopen()


class _Server(asyncssh.SSHServer):
    """One connection."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._host.connections.add(conn)

    def connection_lost(self, _: Exception | None) -> None:
        if self._connection is not None:
            self._host.connections.discard(self._connection)

    def begin_auth(self, _: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return not self._host.faults.refuse_login and self._host.login.admits(username, password)

    def session_requested(self) -> asyncssh.SSHServerSession[bytes]:
        return _Session(self._host)


class _Session(asyncssh.SSHServerSession[bytes]):
    """One channel: a shell, or one of the persona's services."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._shell: Shell | None = None
        self._service: Service | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._free_at = 0.0

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = chan

    def connection_lost(self, _: Exception | None) -> None:
        if self._service is not None:
            self._service.end()

    def pty_requested(self, *_: object) -> bool:
        return True

    def shell_requested(self) -> bool:
        host = self._host
        self._shell = open_shell(host.device, host.fabric, host.login.username)
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        return self._serve(subsystem, "")

    def exec_requested(self, command: str) -> bool:
        return self._serve(command.partition(" ")[0], command)

    def _serve(self, name: str, command: str) -> bool:
        host = self._host
        opener = host.device.persona.services.get(name)
        if opener is not None:
            self._service = opener(host.device, host.fabric, host.login.username, command)
        return opener is not None

    def session_started(self) -> None:
        if self._service is not None:
            self._later(self._begin_service)
        elif self._shell is not None:
            shell = self._shell
            self._later(lambda: self._write(shell.greet()))

    def data_received(self, data: bytes, _: asyncssh.DataType) -> None:
        if self._service is not None:
            self._later(functools.partial(self._pass_on, data))
        elif self._shell is not None:
            for reply in self._shell.receive(self._decoder.decode(data)):
                self._later(functools.partial(self._answer, reply))

    def eof_received(self) -> bool:
        return False

    def _begin_service(self) -> None:
        if self._service is not None:
            self._send(self._service.open())

    def _pass_on(self, data: bytes) -> None:
        service = self._service
        if service is None or service.closed():
            return
        self._send(service.receive(data))
        if service.closed():
            self._end(abort=False)

    def _later(self, work: Callable[[], None]) -> None:
        """Do `work` after the latency of the path, and after what was asked before."""
        loop = asyncio.get_running_loop()
        latency = self._host.faults.latency
        if not latency and self._free_at <= loop.time():
            work()
            return
        self._free_at = max(loop.time(), self._free_at) + latency
        loop.call_at(self._free_at, work)

    def _write(self, text: str) -> None:
        self._send(text.encode())

    def _send(self, data: bytes) -> None:
        if data and self._channel is not None and not self._channel.is_closing():
            self._channel.write(data)

    def _answer(self, reply: Reply) -> None:
        faults = self._host.faults
        if faults.drop is not None and faults.drop.search(reply.command):
            self._write(reply.echo + reply.output[: len(reply.output) // 2])
            self._end(abort=True)
            return
        output = reply.output
        if faults.truncate is not None and faults.truncate.search(reply.command):
            output = output[: len(output) // 2] + "\r\n"
        self._write(reply.echo + output + reply.prompt)
        if reply.closes:
            self._end(abort=False)

    def _end(self, *, abort: bool) -> None:
        channel = self._channel
        if channel is None:
            return
        if abort:
            channel.get_extra_info("connection").abort()
        else:
            channel.exit(0)
