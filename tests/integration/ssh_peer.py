"""A small SSH server that plays one device: our own witness for `devices`, with faults on demand.

It knows nothing of netmod, and nothing of the lab: a terminal that echoes what it gets, prints
what it was given, and prompts.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import asyncssh

USER, PASSWORD = "collector", "correct-horse-7"
PATIENCE = 60
"""Seconds until a wait that should end at once becomes a failure, on however slow a machine."""


@dataclass
class Terminal:
    """How the device looks at its command line. `\\n` in texts goes out as `\\r\\n`."""

    prompt: str = "core1#"
    outputs: dict[str, str] = field(default_factory=dict)
    motd: str = ""
    unknown: str = "% Invalid input detected at '^' marker.\n"
    before_output: str = ""  # IOS-XR's time stamp
    before_prompt: str = ""  # Junos' {master:0}
    after_prompt: str = ""  # a blank, or NX-OS' escape codes
    notice: str = ""  # a log line that bursts in before the first echo

    enable_password: str = ""  # `enable` asks for it, and makes the prompt end with #

    hang: frozenset[str] = frozenset()  # prints its output, sets `entered`, never prompts again
    drop: frozenset[str] = frozenset()  # prints half of its output and hangs up
    page: frozenset[str] = frozenset()  # stops at a pager, whatever the terminal length
    split: dict[str, str] = field(default_factory=dict)  # output goes out in two pieces, here
    trickle: int = 0  # everything goes out in packets of so many bytes
    behind_prompt: dict[str, str] = field(default_factory=dict)  # a log line, after that command
    gated: str = ""  # this command is not even echoed before the gate opens; `entered` is set then
    silent: bool = False  # echoes nothing
    forgetful: bool = False  # of lines that come in one piece it takes the first
    mute: bool = False  # never prompts
    hang_up: bool = False  # ends the session after login


@dataclass
class Peer:
    """A running device: where it listens, and what it saw."""

    port: int
    host_key: str
    sent: list[str] = field(default_factory=list)
    logins: int = 0
    connections: int = 0
    auth_begun: int = 0
    open_now: int = 0
    most_open: int = 0
    entered: threading.Event = field(default_factory=threading.Event)
    resume: threading.Event = field(default_factory=threading.Event)
    lost: threading.Event = field(default_factory=threading.Event)
    gate: threading.Event = field(default_factory=threading.Event)
    clients: list[asyncssh.SSHServerConnection] = field(default_factory=list)
    transports: list[asyncio.Transport] = field(default_factory=list)

    def known_hosts(self, path: Path) -> Path:
        """Write a file that trusts this peer."""
        path.write_text(f"[127.0.0.1]:{self.port} {self.host_key}\n")
        return path


class _Server(asyncssh.SSHServer):
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._peer.connections += 1
        self._peer.clients.append(conn)
        # a closing connection forgets its transport, which may still wait to send its last bytes
        self._peer.transports.append(conn._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._peer.lost.set()

    def begin_auth(self, username: str) -> bool:
        self._peer.auth_begun += 1
        return True

    async def session_requested(self) -> bool:
        """Called only where the peer has no terminal: the shell never comes."""
        self._peer.entered.set()
        await asyncio.sleep(3600)
        return False

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self._peer.logins += 1
        return (username, password) == (USER, PASSWORD)


async def _serve(terminal: Terminal, peer: Peer, process: asyncssh.SSHServerProcess[bytes]) -> None:
    peer.open_now += 1
    peer.most_open = max(peer.most_open, peer.open_now)
    try:
        with contextlib.suppress(asyncssh.Error, ConnectionError):
            await _converse(terminal, peer, process)
    finally:
        peer.open_now -= 1
        process.exit(0)


def _write(process: asyncssh.SSHServerProcess[bytes], text: str, trickle: int) -> None:
    data = text.replace("\n", "\r\n").encode(errors="surrogateescape")
    size = trickle or max(1, len(data))
    for begin in range(0, len(data), size):
        process.stdout.write(data[begin : begin + size])


async def _converse(
    terminal: Terminal, peer: Peer, process: asyncssh.SSHServerProcess[bytes]
) -> None:
    def show(text: str) -> None:
        _write(process, text, terminal.trickle)

    sign = terminal.prompt[-1]

    def prompt(behind: str = "") -> None:
        if not terminal.mute:
            shown = terminal.before_prompt + terminal.prompt[:-1] + sign + terminal.after_prompt
            show(shown + behind)

    if terminal.hang_up:
        return
    show(terminal.motd)
    prompt()
    notice, asked = terminal.notice, False
    read = partial(process.stdin.read, 4096) if terminal.forgetful else process.stdin.readline
    while piece := await read():
        command = piece.decode().partition("\n")[0].strip()
        if asked:
            asked, right = False, command == terminal.enable_password
            sign = "#" if right else sign
            show("\n" if right else "\n% Access denied\n\n")
            prompt()
            continue
        peer.sent.append(command)
        if command and command == terminal.gated:
            peer.entered.set()
            await asyncio.to_thread(peer.gate.wait, PATIENCE)
        show(notice + ("" if terminal.silent else command) + "\n")
        notice = ""
        if command == "exit":
            return
        if command == "enable" and terminal.enable_password:
            asked = True
            show("Password: ")
            continue
        if command and not await _answer(terminal, peer, command, show, process):
            return
        if command not in terminal.hang | terminal.page:
            prompt(terminal.behind_prompt.get(command, ""))


async def _answer(
    terminal: Terminal,
    peer: Peer,
    command: str,
    show: Callable[[str], None],
    process: asyncssh.SSHServerProcess[bytes],
) -> bool:
    """Print a command's output; False where the session ends in the middle of it."""
    if command == "show wait":
        peer.entered.set()
        await asyncio.to_thread(peer.resume.wait, PATIENCE)
    text = terminal.before_output + terminal.outputs.get(command, "")
    if command not in terminal.outputs:
        setting = command.startswith(("terminal ", "set cli ", "show wait"))
        text = terminal.before_output + ("" if setting else terminal.unknown)
    if command in terminal.drop:
        show(text[: len(text) // 2])
        return False
    if command in terminal.page:
        show(text + " --More-- ")
        return True
    head, mark, tail = text.partition(terminal.split.get(command, "\0"))
    if tail:
        peer.entered.set()  # before the client can have read the first piece
    show(head + mark)
    if tail:
        await asyncio.to_thread(peer.resume.wait, PATIENCE)
        show(tail)
    if command in terminal.hang:
        peer.entered.set()
    return True


@contextmanager
def _loop() -> Iterator[Callable[[Coroutine[Any, Any, Any]], Any]]:
    """An event loop in a thread; gives a function that runs a coroutine there and waits."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def call(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(PATIENCE)

    async def end_all() -> None:
        while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for _ in range(3):  # transports close in the loop's next rounds
            await asyncio.sleep(0)

    try:
        yield call
    finally:
        call(end_all())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def ssh_peer(
    terminal: Terminal | None = None, *, shell_never_comes: bool = False, **options: Any
) -> Iterator[Peer]:
    """A device on a free port of 127.0.0.1. `options` go to asyncssh's `create_server`."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    peer = Peer(port=0, host_key=key.export_public_key().decode().strip())

    serve = partial(_serve, terminal or Terminal(), peer)

    async def start() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            lambda: _Server(peer),
            "127.0.0.1",
            0,
            encoding=None,
            line_editor=False,
            **({} if shell_never_comes else {"process_factory": serve}),
            **{"server_host_keys": [key], **options},
        )

    async def stop(acceptor: asyncssh.SSHAcceptor) -> None:
        peer.resume.set()
        peer.gate.set()
        acceptor.close()
        await acceptor.wait_closed()
        for client in peer.clients:
            client.abort()
            await client.wait_closed()
        for transport in peer.transports:
            transport.abort()

    with _loop() as call:
        acceptor = call(start())
        peer.port = acceptor.get_port()
        try:
            yield peer
        finally:
            call(stop(acceptor))


@contextmanager
def tcp_peer(greetings: list[bytes | None], behind: int = 0) -> Iterator[Peer]:
    """A port whose n-th connection gets the n-th greeting and is closed; None never speaks.

    Further connections are passed on to the port `behind`.
    """
    peer = Peer(port=0, host_key="")
    last, last_met = socket.socket(), asyncio.Event()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if writer.get_extra_info("peername") == last.getsockname():
            writer.close()
            last_met.set()
            return
        peer.connections += 1
        async with _closing(writer):
            if peer.connections <= len(greetings):
                greeting = greetings[peer.connections - 1]
                if greeting is None:
                    await reader.read(-1)
                else:
                    writer.write(greeting)
                    await writer.drain()
                return
            there, back = await asyncio.open_connection("127.0.0.1", behind)
            async with _closing(back):
                await asyncio.gather(_pump(reader, back), _pump(there, writer))

    async def stop(server: asyncio.Server) -> None:
        """Close the port behind a connection of our own: those before it are all counted then."""
        last.bind(("127.0.0.1", 0))
        last.setblocking(False)
        await asyncio.get_running_loop().sock_connect(last, ("127.0.0.1", peer.port))
        await last_met.wait()
        server.close()

    with last, _loop() as call:
        server = call(asyncio.start_server(meet, "127.0.0.1", 0))
        peer.port = server.sockets[0].getsockname()[1]
        try:
            yield peer
        finally:
            call(stop(server))


@asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        sink.write(data)
    sink.close()
