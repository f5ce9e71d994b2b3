"""One session on one device: log in, run show commands, each output complete or an error."""

from __future__ import annotations

import math
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Self

from netmod.credentials import Login
from netmod.devices.connection import PAGER, Ending, SessionClosed, StrictConnection, driver
from netmod.devices.guard import check_command
from netmod.devices.known_hosts import KnownHosts
from netmod.devices.legacy import remark_on
from netmod.devices.login_errors import (
    LOGIN_ERRORS,
    explain,
    explain_no_prompt,
    explain_overdue,
)
from netmod.devices.route import Route
from netmod.devices.targets import NETMIKO_TYPES, Output, Target
from netmod.errors import CommandFailed, ConnectionFailed

_LOGIN_STAGES = 4  # key exchange, login, shell, first prompt: each may take the timeout
_DOORS = 64  # fifty logins a second of a second each, and some to spare
_WATCH_INTERVAL = 0.5
_HAVE_ENABLE = frozenset({"cisco_ios", "cisco_iosxe", "cisco_nxos", "arista_eos"})
# What Junos prints above its prompt: `{master:0}`, and a commit that waits for its confirmation.
_CONTEXT = re.compile(r"\{[^{}\n]*\}|# commit confirmed will be .*")


class OpenSockets:
    """The sockets of running sessions, so that another thread can end them.

    paramiko waits without limit for a device that lets in and then gives no shell. So a socket
    has a deadline until its login is through, and a thread that shuts what is overdue.
    """

    def __init__(self) -> None:
        self._deadlines: dict[socket.socket, float] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()

    def add(self, one: socket.socket, seconds: float) -> None:
        """Keep a socket, and shut it in so many seconds unless `logged_in` comes first."""
        with self._lock:
            self._deadlines[one] = time.monotonic() + seconds
            if self._closed.is_set():
                shut(one)

    def logged_in(self, one: socket.socket) -> None:
        """From here on each command has its own timeout."""
        with self._lock:
            self._deadlines[one] = math.inf

    def overdue(self, one: socket.socket) -> bool:
        with self._lock:
            return self._deadlines[one] <= time.monotonic()

    def discard(self, one: socket.socket) -> None:
        with self._lock:
            del self._deadlines[one]

    def shut_all(self) -> None:
        """End every session, also those that are yet to come."""
        with self._lock:
            self._closed.set()
            for one in self._deadlines:
                shut(one)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Shut overdue sockets while the block runs; at its end all that are left."""
        threading.Thread(target=self._watch, name="login-watch", daemon=True).start()
        try:
            yield
        finally:
            self.shut_all()

    def _watch(self) -> None:
        while not self._closed.wait(_WATCH_INTERVAL):
            with self._lock:
                for one, deadline in self._deadlines.items():
                    if deadline <= time.monotonic():
                        shut(one)


def shut(one: socket.socket) -> None:
    """Wake whoever reads from the socket; closing alone does not."""
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the peer was faster


@dataclass(frozen=True, slots=True)
class _Reply:
    """What a device printed; `closed` where it ended the session then."""

    text: str
    closed: bool = False


class Session:
    """An open session. Not for use by several threads at once."""

    def __init__(
        self,
        target: Target,
        connection: StrictConnection,
        prompt: str,
        close: Callable[[], None],
    ) -> None:
        self._target = target
        self._close = close
        self._connection = connection
        self._ending = Ending(prompt)

    def outputs(self, commands: Sequence[str], timeout: float) -> Iterator[str]:
        """The complete outputs of show commands in their order, each as soon as it is proven.

        An output is complete when it ends with the exact prompt, and a bare return then brings
        the same prompt and nothing else: a line inside the output that looks like the prompt does
        not cut it. Where the device takes lines ahead, that return and the next command go out in
        one piece, and all up to the echo of the command is the return's answer. `timeout` is in
        seconds, for each output.

        Raises `CommandRefused` before a command is sent, `CommandFailed` otherwise.
        """
        if not self._connection.types_ahead:
            for command in commands:
                yield from self._in_one_go((command,), timeout)
            return
        yield from self._in_one_go(commands, timeout)

    def run(self, command: str, timeout: float) -> str:
        """The complete output of one command; see `outputs`."""
        (text,) = self._in_one_go((command,), timeout)
        return text

    def _in_one_go(self, commands: Sequence[str], timeout: float) -> Iterator[str]:
        unproven: Output | None = None
        for written in commands:
            command = check_command(written, self._target.platform)
            reply = self._ask(("", command) if unproven else (command,), timeout)
            before, echo, after = reply.text.partition(command)
            if unproven:
                self._prove(
                    unproven.command, before, partial(self._failure, command, reply, timeout)
                )
                yield unproven.text
            elif before.replace(self._ending.prompt, "").strip():
                raise self._unclear(command, "did not echo the command")
            end = self._ending.start(after) if echo and not reply.closed else None
            if end is None:
                raise self._failure(command, reply, timeout)
            unproven = Output(command, self._stripped(command, echo + after[:end]))
        if unproven:
            reply = self._ask(("",), timeout)
            self._prove(
                unproven.command,
                reply.text,
                partial(self._failure, unproven.command, reply, timeout),
            )
            yield unproven.text

    def _prove(self, command: str, answer: str, failure: Callable[[], CommandFailed]) -> None:
        """That the return behind an output brought one prompt alone.

        Where it brought nothing, `failure` says what is raised.
        """
        lines = [line.strip() for line in answer.split("\n")]
        told = [line for line in lines if line and not _CONTEXT.fullmatch(line)]
        if told != [self._ending.prompt]:
            raise self._unclear(command, "went on printing after its prompt") if told else failure()

    def _stripped(self, command: str, text: str) -> str:
        """Without echo and prompt, as Netmiko strips them; `text` begins with the echo."""
        whole = text if text.endswith("\n") else text + "\n"
        return self._connection.strip_both(command, whole + self._ending.prompt)

    def _ask(self, lines: tuple[str, ...], timeout: float) -> _Reply:
        """Send lines in one piece; what follows up to the prompt after the echo of the last."""
        connection = self._connection
        try:
            connection.write_channel("".join(line + connection.RETURN for line in lines))
            data = connection.read_quietly(timeout, self._answered(lines[-1].encode()))
        except SessionClosed as closed:
            return _Reply(connection.tidy(closed.data), closed=True)
        except (OSError, EOFError):
            return _Reply("", closed=True)
        return _Reply(connection.tidy(data))

    def _answered(self, echo: bytes) -> Callable[[bytearray, bool], bool]:
        """For `read_quietly`: the echo came, and a prompt after it."""
        echoed = False

        def done(data: bytearray, idle: bool) -> bool:
            nonlocal echoed
            echoed = echoed or echo in data
            return echoed and self._ending.reached(self._connection.tail(data), idle)

        return done

    def _failure(self, command: str, reply: _Reply, timeout: float) -> CommandFailed:
        """Why the reply is not whole."""
        name = self._target.name
        if reply.closed:
            return CommandFailed(
                f"{name} ended the session during `{command}`",
                hint="look for a limit of sessions or an exec timeout, then collect again",
                code="session-dropped",
            )
        if PAGER.search(reply.text):
            return CommandFailed(
                f"{name} pages the output of `{command}`",
                hint="allow `terminal length 0` for this login on the device",
                code="pager",
            )
        return CommandFailed(
            f"{name} did not finish `{command}` within {timeout:g} s",
            hint="raise command_timeout in netmod.toml, or see why the device is slow",
            code="command-timeout",
        )

    def _unclear(self, command: str, what: str) -> CommandFailed:
        return CommandFailed(
            f"{self._target.name} {what} (`{command}`), so its output may be incomplete",
            hint="log in by hand and look at what the device prints around its prompt",
            code="output-unclear",
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """What `HostStatus.remarks` says of the connection."""
        return remark_on(self._connection.algorithms)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """End the session. Never raises: what was read stays valid."""
        self._close()


@dataclass(frozen=True, slots=True)
class Access:
    """How sessions are opened. `timeout`, in seconds, is for each stage of it: TCP connection,
    key exchange, login, first prompt. `doors` is how many may log in at the same time: that is
    work for this machine and for AAA, and more at once only run out of time together."""

    login: Login
    known_hosts: KnownHosts
    timeout: float
    sockets: OpenSockets
    route: Route
    doors: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_DOORS))


def open_session(target: Target, access: Access) -> Session:
    """Log in once. Raises `ConnectionFailed`; its `code` is one of those of `HostStatus`."""
    if target.platform not in NETMIKO_TYPES:
        raise ConnectionFailed(
            f"{target.name} has the platform {target.platform!r}, which netmod cannot log in to",
            hint="platforms are " + ", ".join(NETMIKO_TYPES),
            code="platform-unknown",
        )
    opened = access.route.open(target, access.timeout)
    access.sockets.add(opened, _LOGIN_STAGES * access.timeout)
    with access.doors:
        return _open(target, access, opened)


def _open(target: Target, access: Access, opened: socket.socket) -> Session:
    connection = _connection(target, access, opened)
    try:
        prompt = _log_in(target, connection)
    except ConnectionFailed as error:
        overdue = access.sockets.overdue(opened)
        error = access.route.explain(opened, target, error)
        _close(connection, opened, access.sockets)
        raise explain_overdue(target) if overdue else error from None
    except BaseException:
        _close(connection, opened, access.sockets)
        raise
    access.sockets.logged_in(opened)
    return Session(target, connection, prompt, lambda: _close(connection, opened, access.sockets))


def _connection(target: Target, access: Access, opened: socket.socket) -> StrictConnection:
    device_type = NETMIKO_TYPES[target.platform]
    enable = access.login.enable_password
    return driver(device_type)(
        device_type=device_type,
        host=target.address,
        port=target.port,
        username=access.login.username,
        password=access.login.password.reveal(),
        secret=enable.reveal() if enable else "",
        host_keys=access.known_hosts.keys(target.address, target.port),
        legacy_ssh=target.legacy_ssh,
        own_thread=True,
        sock=opened,
        conn_timeout=access.timeout,
        auth_timeout=access.timeout,
        banner_timeout=access.timeout,
    )


def _log_in(target: Target, connection: StrictConnection) -> str:
    try:
        connection.open_shell()
    except LOGIN_ERRORS as error:
        done = connection.key_exchange_done
        raise explain(error, target, key_exchange_done=done) from None
    try:
        prompt = connection.prepare()
    except LOGIN_ERRORS as error:
        raise explain_no_prompt(error, target) from None
    if not (connection.secret and prompt.endswith(">") and target.platform in _HAVE_ENABLE):
        return prompt
    try:
        connection.enable()
        return connection.find_prompt()
    except LOGIN_ERRORS:
        raise ConnectionFailed(
            f"{target.name} refused the enable password",
            hint="check it; it was tried once, so that no account gets locked",
            code="authentication",
        ) from None


def _close(connection: StrictConnection, opened: socket.socket, sockets: OpenSockets) -> None:
    sockets.discard(opened)
    connection.farewell()
    shut(opened)
    connection.await_end()
    connection.disconnect()
    opened.close()
