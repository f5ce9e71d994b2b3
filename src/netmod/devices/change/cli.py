"""A command line for changes: one line at a time, and its whole answer.

Collection's sessions take show commands and nothing else. This one writes, and so it sends each
line once, waits for the prompt or a question, and says of a session that ended during a line that
nobody knows what became of it.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import paramiko
from netmiko.exceptions import ReadException
from netmiko.ssh_dispatcher import CLASS_MAPPER

from netmod.devices.change.means import Means
from netmod.devices.change.veil import silence_libraries
from netmod.devices.connection import StrictConnection
from netmod.devices.login_errors import LOGIN_ERRORS, explain, explain_no_prompt, explain_overdue
from netmod.devices.session import shut
from netmod.devices.targets import NETMIKO_TYPES, Target
from netmod.devices.transport import Transport
from netmod.errors import ChangeFailed, ConnectionFailed

silence_libraries()

_STAGES = 4
_AHEAD = 32  # lines, and far fewer bytes than a terminal keeps
_TRANSFER_SECONDS = 900.0
_PROMPT = re.compile(r"(?:\A|\n)[A-Za-z0-9][^\n]{0,120}[#>][ \t]*\Z")
_QUESTION = re.compile(
    r"(?:\[confirm\]|\]\s?\?|\?\s*\[[^\]\n]{0,20}\]:?|\((?:y|yes)/(?:n|no)[^)\n]*\)[^\n]{0,20})\s*\Z"
)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a device printed after a line, without the echo. `question` is what it asks now."""

    text: str
    question: str = ""


class Unanswered(ChangeFailed):
    """A device asks what netmod does not know; the session is over, and nothing was answered."""


class Surprise(ChangeFailed):
    """A device answered lines that were typed ahead otherwise than line by line."""


class ChangeConnection(StrictConnection):
    """Netmiko's connection with our rules, also for the second one that a file transfer opens."""

    def __init__(
        self,
        *,
        first: socket.socket,
        another: Callable[[], socket.socket],
        **parameters: Any,
    ) -> None:
        self._first: socket.socket | None = first
        self._another = another
        super().__init__(sock=first, **parameters)

    def _connect_params_dict(self) -> dict[str, Any]:
        opened, self._first = self._first or self._another(), None
        return {**super()._connect_params_dict(), "sock": opened}

    def _make_transport(self, sock: socket.socket, **parameters: Any) -> Transport:
        shell = self._transport
        made = super()._make_transport(sock, **parameters)
        self._transport = shell or made
        return made


@cache
def _driver(device_type: str) -> type[ChangeConnection]:
    standard = CLASS_MAPPER[device_type]
    return type(f"Change{standard.__name__}", (ChangeConnection, standard), {})


class Cli:
    """An open command line. Not for use by several threads at once."""

    def __init__(self, target: Target, means: Means) -> None:
        """Log in, once. Raises `ConnectionFailed`."""
        self._target = target
        self._means = means
        self._sockets: list[socket.socket] = []
        self._lost = False
        opened = self._open_socket(_STAGES * means.access.timeout)
        self.connection = self._connection(opened)
        try:
            self._log_in(opened)
        except BaseException:
            self.close()
            raise
        means.access.sockets.logged_in(opened)

    def _open_socket(self, seconds: float) -> socket.socket:
        self._means.take_turn(self._target.name)
        opened = self._means.access.route.open(self._target, self._means.access.timeout)
        self._means.access.sockets.add(opened, seconds)
        self._sockets.append(opened)
        return opened

    def _connection(self, opened: socket.socket) -> ChangeConnection:
        access, device_type = self._means.access, NETMIKO_TYPES[self._target.platform]
        enable = access.login.enable_password
        return _driver(device_type)(
            first=opened,
            another=lambda: self._open_socket(_TRANSFER_SECONDS),
            device_type=device_type,
            host=self._target.address,
            port=self._target.port,
            username=access.login.username,
            password=access.login.password.reveal(),
            secret=enable.reveal() if enable else "",
            host_keys=access.known_hosts.keys(self._target.address, self._target.port),
            conn_timeout=access.timeout,
            auth_timeout=access.timeout,
            banner_timeout=access.timeout,
        )

    def _log_in(self, opened: socket.socket) -> None:
        access, connection = self._means.access, self.connection
        try:
            connection.open_shell()
        except LOGIN_ERRORS as error:
            if access.sockets.overdue(opened):
                raise explain_overdue(self._target) from None
            done = connection.key_exchange_done
            failure = explain(error, self._target, key_exchange_done=done)
            raise access.route.explain(opened, self._target, failure) from None
        try:
            prompt = connection.prepare()
            if prompt.endswith(">") and connection.secret:
                connection.enable()
                prompt = connection.find_prompt()
        except LOGIN_ERRORS as error:
            raise explain_no_prompt(error, self._target) from None
        if prompt.endswith(">"):
            raise ConnectionFailed(
                f"{self._target.name} gives this login no right to configure",
                hint="use a login of privilege 15, or give the enable password",
                code="authentication",
            )

    def ask(self, line: str) -> str:
        """Send a line once; what the device prints up to its prompt.

        After a piece of several lines (a banner) the prompt comes once. Raises `ChangeFailed` with
        the code `unknown` where the session ended, the answer did not come, or was a question: the
        device may have done what the line says. The session then takes no line any more.
        """
        return self.answer(line, ())

    def ask_ahead(self, lines: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Send lines in blocks without waiting for each answer; every line with its answer.

        For lines that put nothing in force, as a question would be answered by the line behind.
        A piece of several lines goes alone. Raises `Surprise` where echoes and prompts do not tell
        the answers apart, or something was asked; the session then takes no line any more.
        """
        for block in _blocks(lines):
            if "\n" in block[0]:
                yield block[0], self.ask(block[0])
            else:
                yield from zip(block, self._send_ahead(block), strict=True)

    def _send_ahead(self, block: list[str]) -> list[str]:
        connection = self.connection
        if self._lost:
            raise self._unknown("is at a place of this session that netmod does not know")
        self._lost = True
        prompt = self._own_prompt("")

        def done(arrived: bytearray, idle: bool) -> bool:
            if not self._is_own(connection.tail(arrived)):
                return idle and _QUESTION.search(connection.tail(arrived)) is not None
            return len(prompt.findall(connection.tidy(arrived))) >= len(block)

        try:
            connection.write_channel("".join(line + connection.RETURN for line in block))
            text = connection.tidy(connection.read_quietly(self._means.timeout, done))
        except (ReadException, OSError, EOFError, paramiko.SSHException):
            raise self._unknown("ended the session") from None
        *answers, rest = prompt.split(text)
        told = [answer.lstrip("\n") for answer in answers]
        apart = len(told) == len(block) and all(map(str.startswith, told, block))
        if rest or not apart or any(map(_QUESTION.search, told)):
            raise Surprise(
                f"{self._target.name} does not answer lines typed ahead one by one",
                hint="probe it; nothing was sent twice",
                code="unknown",
            )
        self._lost = False
        return [answer[len(line) :].strip("\n") for line, answer in zip(block, told, strict=True)]

    def _send(self, line: str) -> _Answer:
        connection = self.connection
        if self._lost:
            raise self._unknown("is at a place of this session that netmod does not know")
        self._lost = True  # until its prompt or its question is there
        _, below, words = line.strip().rpartition("\n")
        words = below + words  # the last line of a piece stands at the beginning of one
        echo = words.encode() or b"\n"
        echoed = False

        def done(arrived: bytearray, idle: bool) -> bool:
            nonlocal echoed
            echoed = echoed or echo in arrived
            tail = connection.tail(arrived)
            ended = _PROMPT.search(tail) or _QUESTION.search(tail)
            # A banner or a diff may hold a line that looks like a prompt: what follows it is
            # already on its way, so that a pause tells the two apart.
            return bool(echoed and ended and idle) or (echoed and self._is_own(tail))

        try:
            connection.write_channel(line + connection.RETURN)
            text = connection.tidy(connection.read_quietly(self._means.timeout, done))
        except (ReadException, OSError, EOFError, paramiko.SSHException):
            raise self._unknown("ended the session") from None
        _, found, after = text.partition(words or "\n")
        prompt, question = _PROMPT.search(after), _QUESTION.search(after)
        if not found or not (prompt or question):
            raise self._unknown("did not answer in time")
        self._lost = False
        if question and not prompt:
            return _Answer(after, after.strip().splitlines()[-1])
        return _Answer(after[: prompt.start()].strip("\n") if prompt else after)

    def _is_own(self, tail: str) -> bool:
        """Whether a text ends with the prompt of this device, in any mode."""
        return bool(self._own_prompt(r"\Z").search(tail))

    def _own_prompt(self, behind: str) -> re.Pattern[str]:
        name = re.escape(self.connection.base_prompt)
        return re.compile(rf"(?:\A|(?<=\n)){name}(?:\([^)\n]*\))?[#>][ \t]*{behind}")

    def _unknown(self, what: str) -> ChangeFailed:
        return ChangeFailed(
            f"{self._target.name} {what}: it may have done what it was told, or not",
            hint="probe it; nothing was sent twice",
            code="unknown",
        )

    def answer(self, line: str, replies: Iterable[tuple[str, str]]) -> str:
        """Send a line and answer its questions; all that was printed.

        `replies` are pieces of questions and their answers, "" for the return key. A question that
        none is for gets no answer, not even Ctrl-C, which is one to some: it ends in `Unanswered`,
        and with it the session.
        """
        known = tuple(replies)
        answer = self._send(line)
        printed = [answer.text]
        for _ in range(50):
            if not answer.question:
                return "\n".join(printed)
            reply = next((its for piece, its in known if piece in answer.question), None)
            if reply is None:
                self._lost = True
                raise Unanswered(
                    f"{self._target.name} asks something that netmod does not know, "
                    "and was not answered",
                    hint="probe it; then send the command by hand and look at the question",
                    code="unknown",
                )
            answer = self._send(reply)
            printed.append(answer.text)
        raise self._unknown("asks again and again")

    def close(self) -> None:
        """End the session. Never raises; to a question that is open it says nothing."""
        sockets = self._means.access.sockets
        if self.connection.remote_conn is not None and not self._lost:
            self.connection.farewell()
        for one in self._sockets:
            sockets.discard(one)
            shut(one)
        self.connection.await_end()
        self.connection.disconnect()
        for one in self._sockets:
            one.close()
        self._sockets.clear()


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Lines in blocks that are typed ahead; a piece of several lines is one by itself."""
    block: list[str] = []
    for line in lines:
        if block and ("\n" in line or len(block) == _AHEAD):
            yield block
            block = []
        block.append(line)
        if "\n" in line:
            yield block
            block = []
    if block:
        yield block
