"""SSH in front of one emulated device: login, sessions, and the faults of the path to it."""

from __future__ import annotations

import asyncio
import codecs
import functools
import hmac
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import asyncssh

from netmod.errors import LabError
from netmod.lab.device import Device
from netmod.lab.eapi import ApiListener
from netmod.lab.fabric import Fabric
from netmod.lab.listener import Listener
from netmod.lab.partial import partly
from netmod.lab.path_faults import PathFaults
from netmod.lab.service import Service
from netmod.lab.shell import Reply, Shell, open_shell
from netmod.lab.statements import Statement

KEX = ("curve25519-sha256", "ecdh-sha2-nistp256")
_KEY_TYPE = "ssh-ed25519"
_PIECE = re.compile(r"[^\r\n\x03\x1a]*(?:\r\n|\r\x00|[\r\n\x03\x1a])|[^\r\n\x03\x1a]+")
"""What a shell is given at a time: a line with its end, or the beginning of one."""
_END_OF_LINE = "\r\n\x00"
_REMEMBERED = 4096


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


class Host:
    """One device behind its SSH server; lives on the lab's event loop.

    `touched` is called whenever a session may have changed the device. A `thrifty` one keeps of
    its configuration only what it must while no session is open.
    """

    def __init__(
        self,
        device: Device,
        fabric: Fabric,
        login: Login,
        address: str,
        tls: ssl.SSLContext | None = None,
        touched: Callable[[Device], None] = lambda _: None,
        *,
        thrifty: bool = False,
    ) -> None:
        self.device = device
        self.fabric = fabric
        self.login = login
        self.address = address
        self.touched = touched
        self._thrifty = thrifty
        api = device.persona.http_api
        self._https = ApiListener(self, api, tls) if api and tls else None
        self._https_port = 0
        self._https_turn = asyncio.Lock()
        self.faults = PathFaults()
        self.connections: set[asyncssh.SSHServerConnection] = set()
        self._greetings: set[asyncio.Task[None]] = set()
        self._listener = Listener(address, self._accept)
        self._serving = False
        self._whole: tuple[int, Statement] | None = None
        self._key = asyncssh.generate_private_key(_KEY_TYPE)
        self.key_changed = False
        self._options: asyncssh.SSHServerConnectionOptions | None = None

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self.address, self._listener.port, self._https_port or None)

    @property
    def known_hosts_line(self) -> str:
        """The host key as a line of a `known_hosts` file."""
        public = self._key.export_public_key().decode().split()
        return f"[{self.address}]:{self._listener.port} {public[0]} {public[1]}"

    async def listen(self, port: int) -> None:
        """Open the port (0: any free one). Raises `LabError` where it cannot be had."""
        try:
            self._listener.bind(port)
            self._serving = True
            await self._settle_https()
        except OSError as error:
            reason = error.strerror or str(error)
            raise LabError(
                f"{self.device.name}: {self.address} port {port} cannot be opened: {reason}",
                hint="another lab may run there: stop it with `netmod lab down`, "
                "or let the lab choose free ports",
            ) from None

    def shut(self) -> None:
        """Refuse connections and cut every session off, without a word to anybody."""
        self._serving = False
        self._listener.shut()
        for connection in list(self.connections):
            connection.abort()

    def open(self) -> None:
        """Answer again, on the port of before."""
        self._serving = True
        self._listener.open()

    async def settled(self) -> None:
        """Wait until what was opened or shut is."""
        await self._settle_https()
        for connection in list(self.connections):
            if connection.is_closed() or not self._serving:
                await connection.wait_closed()

    async def close(self) -> None:
        """End every session and give the ports back."""
        self.shut()
        self._listener.close()
        for task in list(self._greetings):
            task.cancel()
        await self.settled()

    def change_key(self) -> None:
        """Answer with another host key from now on; the sessions end."""
        self._key = asyncssh.generate_private_key(_KEY_TYPE)
        self.key_changed = True
        self._options = None
        for connection in list(self.connections):
            connection.abort()

    @property
    def serving(self) -> bool:
        """Whether the device answers at all."""
        return self._serving

    def change_begins(self) -> None:
        """Something is about to be sent to the device that may change it."""
        if self.faults.half_applied is not None and self._whole is None:
            running = self.device.running
            self._whole = running.version, running.root.copy()

    def change_ends(self, *, finished: bool) -> None:
        """It was; the change is not `finished` while lines of it are still to come."""
        share = self.faults.half_applied
        if share is not None and self._whole is not None and finished:
            running = self.device.running
            version, root = self._whole
            self._whole = None
            if running.version != version:
                running.root = partly(root, running.root, share)
                running.version += 1
                self.faults.half_applied = None  # the next change goes through
        self.touched(self.device)

    def left(self) -> None:
        """A session is over: with the last one a device of a large lab gives memory back."""
        if self._thrifty and not self.connections:
            self._whole = None
            self.device.rest()

    async def _settle_https(self) -> None:
        if self._https is None:
            return
        async with self._https_turn:
            if self._serving and not self._https.listening:
                self._https_port = await self._https.open(self._https_port)
            elif not self._serving:
                await self._https.close()

    def _accept(self, client: socket.socket) -> None:
        task = asyncio.ensure_future(self._greet(client))
        self._greetings.add(task)
        task.add_done_callback(self._greetings.discard)

    async def _greet(self, client: socket.socket) -> None:
        """Let a client log in; one that does not, or leaves, is not the lab's business."""
        try:
            if self._options is None:
                self._options = asyncssh.SSHServerConnectionOptions(
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
            await asyncssh.run_server(client, options=self._options)
        except (asyncssh.Error, OSError):
            client.close()


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
        self._host.left()

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
        self._deaf = False
        self._heard = ""

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = chan

    def connection_lost(self, _: Exception | None) -> None:
        if self._service is not None:
            self._service.end()
            self._host.touched(self._host.device)  # the end of a session may take a change back

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
            for piece in _PIECE.findall(self._decoder.decode(data)):
                self._type(self._shell, piece)

    def eof_received(self) -> bool:
        if self._service is not None:  # a client of SCP waits for the exit status
            self._later(lambda: self._end(abort=False))
        return False

    def _begin_service(self) -> None:
        if self._service is not None:
            self._send(self._service.open())

    def _type(self, shell: Shell, piece: str) -> None:
        """Let the shell take at most one line, unless a fault comes before that."""
        if self._deaf or not self._host.serving:
            return
        self._heard += piece
        faults, line = self._host.faults, self._heard.strip()
        if piece[-1] in _END_OF_LINE:
            self._heard = ""
            if faults.ends_before(line) or faults.hangs_before(line):
                self._deaf = True
                ends = faults.ends_before(line)
                self._later(lambda: self._end(abort=True) if ends else self._write(line + "\r\n"))
                return
        self._host.change_begins()
        for reply in shell.receive(piece):
            waits = "(config" in reply.prompt and not self._host.device.persona.candidate
            self._host.change_ends(finished=not waits)
            command = reply.command
            self._deaf = self._deaf or faults.ends_after(command) or faults.hangs_after(command)
            self._later(functools.partial(self._answer, reply))

    def _pass_on(self, data: bytes) -> None:
        service, host = self._service, self._host
        if service is None or service.closed() or self._deaf or not host.serving:
            return
        text = self._heard + data.decode("utf-8", "replace")
        self._heard = text[-_REMEMBERED:]
        faults = host.faults
        if faults.hangs_before(text) or faults.ends_before(text):
            self._deaf = True
            if faults.ends_before(text):
                self._end(abort=True)
            return
        host.change_begins()
        answer = service.receive(data)
        host.change_ends(finished=True)
        if answer:
            self._heard = ""
        self._deaf = faults.ends_after(text) or faults.hangs_after(text)
        if faults.ends_after(text):
            self._end(abort=True)
        elif not self._deaf:
            self._send(answer[: len(answer) // 2] if faults.cuts(text) else answer)
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
        output = reply.output
        if faults.ends_after(reply.command):
            self._write(reply.echo + output[: len(output) // 2])
            self._end(abort=True)
            return
        if faults.hangs_after(reply.command):
            self._write(reply.echo + output)
            return
        if faults.cuts(reply.command):
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
