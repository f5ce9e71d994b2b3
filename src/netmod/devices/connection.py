"""Netmiko's connections with our rules: host keys are checked, and nothing is waited for in vain.

Each Netmiko driver is used as it is, under a small subclass that changes four things:

- host keys come from memory, and an unknown or changed key ends the connection before anything
  of ours is sent;
- the socket is ours (TCP_NODELAY: paramiko loses 45 ms a login without it), so that a session can
  be ended from another thread;
- a session that the device dropped is noticed at once, where Netmiko would read until its timeout;
- session preparation reads the exact prompt instead of waiting for silence, and sends its commands
  in one piece. The first answer that is not as expected hands over to Netmiko's own preparation,
  on the same session.
"""

from __future__ import annotations

import codecs
import contextlib
import re
import socket
import time
from collections.abc import Callable
from functools import cache
from typing import Any, cast

import paramiko
from netmiko import BaseConnection
from netmiko.channel import SSHChannel
from netmiko.exceptions import ReadException
from netmiko.ssh_dispatcher import CLASS_MAPPER
from netmiko.utilities import write_bytes

from netmod.devices.buffered import BufferedSocket
from netmod.devices.client import Client
from netmod.devices.inline import InlineTransport
from netmod.devices.transport import Transport, make_transport, prepared

_CISCO = ("terminal width 511", "terminal length 0")
PREPARATION = {
    "cisco_ios": _CISCO,
    "cisco_xe": _CISCO,
    "cisco_nxos": _CISCO,
    "cisco_xr": _CISCO,
    "arista_eos": _CISCO,
    "juniper_junos": (
        "set cli screen-width 511",
        "set cli complete-on-space off",
        "set cli screen-length 0",
    ),
}
"""What Netmiko's own session preparation sends, by device type."""

_ANSI = frozenset({"cisco_nxos", "arista_eos"})
_FIRST_PROMPT = re.compile(r"(?:\A|\n)([A-Za-z0-9][^\s#>]*[#>])[ \t]*\Z")
PAGER = re.compile(r"(?:--\s?[Mm]ore\s?--|---\(more[^)\n]*\)---)\s*\Z")
_TAIL = 512
_AROUND_PROMPT = 1024  # characters; none of Netmiko's drivers looks further back for its prompt
_BUFFER = 65_536
_IDLE = 0.5
_PATIENCE = 10.0  # with a prompt that does not come, before Netmiko's own preparation takes over
_WRITE_TIMEOUT = 20.0
_FAREWELL_TIMEOUT = 1.0
_INLINE_TESTED_WITH = "5.1."  # paramiko


class SessionClosed(ReadException):
    """The device closed the session; `data` is what it printed before."""

    def __init__(self, data: bytes | bytearray = b"") -> None:
        super().__init__("session closed by the device")
        self.data = data


class _LiveChannel(SSHChannel):
    """Notices a closed session, and keeps characters whole that two reads split."""

    remote_conn: paramiko.Channel

    def __init__(self, conn: paramiko.Channel, transport: Transport, encoding: str) -> None:
        super().__init__(conn, encoding)
        self._transport = transport
        self._decoder = codecs.getincrementaldecoder(encoding)("ignore")

    def write_channel(self, out_data: str) -> None:
        data = write_bytes(out_data, encoding=self.encoding)
        while data:
            self._transport.await_window(self.remote_conn, _WRITE_TIMEOUT)
            sent = self.remote_conn.send(data)
            if not sent:
                raise SessionClosed
            data = data[sent:]

    def read_buffer(self) -> str:
        self._transport.await_input(self.remote_conn, 0.0)
        if not self.remote_conn.recv_ready():
            if self.remote_conn.closed or self.remote_conn.eof_received:
                raise SessionClosed
            return ""
        return self._decoder.decode(self.remote_conn.recv(_BUFFER))


class StrictConnection(BaseConnection):
    """What is changed in a Netmiko driver; see the module's text."""

    def __init__(
        self,
        *,
        host_keys: tuple[paramiko.PKey, ...],
        legacy_ssh: bool = False,
        own_thread: bool = False,
        **parameters: Any,
    ) -> None:
        """`own_thread`: one thread opens, uses and closes it, and copies no files over it."""
        self._trusted = host_keys
        self._legacy_ssh = legacy_ssh
        self._own_thread = own_thread
        self._transport: Transport | None = None
        self.types_ahead = False
        """Whether this device was seen to answer lines one by one that came in one piece."""
        super().__init__(auto_connect=False, allow_agent=False, ssh_strict=True, **parameters)

    def open_shell(self) -> None:
        """Log in. Raises what Netmiko, paramiko and the socket raise."""
        self._modify_connection_params()
        self.establish_connection()
        self.channel = _LiveChannel(self._shell, cast("Transport", self._transport), self.encoding)

    def prepare(self) -> str:
        """Prepare the session, and return the exact prompt. Raises as `open_shell`."""
        prompt = self._prepare_quickly(PREPARATION.get(self.device_type, ()))
        if prompt is None:
            self._try_session_preparation()
            return self.find_prompt()
        self.base_prompt = prompt[:-1]
        return prompt

    def _prepare_quickly(self, commands: tuple[str, ...]) -> str | None:
        """The prompt, if the device did exactly what such devices do; None at any surprise."""
        self.ansi_escape_codes = self.device_type in _ANSI
        patience = min(self.conn_timeout, _PATIENCE)
        first = self.read_quietly(patience, lambda data, _: bool(self._first_prompt(data)))
        found = self._first_prompt(first)
        if not found or not commands:
            return None
        ending, last = Ending(found.group(1)), commands[-1].encode()
        self.write_channel("".join(command + self.RETURN for command in commands))
        data = self.read_quietly(
            patience,
            lambda data, idle: (idle or last in data) and ending.reached(self.tail(data), idle),
        )
        if not ending.answers_each(self.tidy(data), commands):
            return None
        self.types_ahead = True
        return ending.prompt

    def _first_prompt(self, data: bytearray) -> re.Match[str] | None:
        return _FIRST_PROMPT.search(self.tail(data))

    def read_quietly(self, timeout: float, done: Callable[[bytearray, bool], bool]) -> bytearray:
        """What arrives until `done` says so, or until `timeout` seconds passed.

        `done` gets what arrived, and whether nothing came for half a second after it. Raises
        `SessionClosed` where the device closed the session.
        """
        deadline = time.monotonic() + timeout
        data = bytearray()
        pause = timeout
        try:
            while (left := deadline - time.monotonic()) > 0:
                self._shell.settimeout(self._await_input(min(left, pause)))
                try:
                    chunk = self._shell.recv(_BUFFER)
                except TimeoutError:
                    chunk = None
                if chunk == b"":
                    raise SessionClosed(data)
                data += chunk or b""
                if done(data, chunk is None):
                    break
                pause = timeout if chunk is None else _IDLE  # silence is news but once
        finally:
            self._shell.settimeout(_WRITE_TIMEOUT)
        return data

    def _await_input(self, seconds: float) -> float:
        return self._transport.await_input(self._shell, seconds) if self._transport else seconds

    def tail(self, data: bytearray) -> str:
        """The end of what arrived, as text: enough for a prompt."""
        return self.tidy(data[-_TAIL:])

    def tidy(self, data: bytes | bytearray) -> str:
        """As Netmiko's `read_channel` makes text of bytes; bytes that are no UTF-8 are Latin-1."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
        plain = text.replace("\r\n", "\n")  # all there is to do, and 20 times as fast
        text = self.normalize_linefeeds(text) if "\r" in plain else plain
        if self.ansi_escape_codes and "\x1b" in text:
            text = self.strip_ansi_escape_codes(text)
        return text

    def strip_both(self, command: str, text: str) -> str:
        """What Netmiko's own stripping of the echo and then of the prompt leaves of a text.

        Netmiko takes a text apart into lines and joins them again, twice, for the sake of its
        first line and its last ones: here it gets those alone.
        """
        first = text.find("\n") + 1
        last = text.rfind("\n", first, max(first, len(text) - _AROUND_PROMPT)) + 1
        if not first or not last or "\b" in text:
            return self.strip_prompt(self.strip_command(command, text))
        ends = text[:first] + text[last:]
        return text[first:last] + self.strip_prompt(self.strip_command(command, ends))

    def cleanup(self, command: str = "exit") -> None:
        """Nothing: Netmiko would look for a configuration mode, which collection never enters."""

    def farewell(self) -> None:
        """Say `exit`, so that the device frees its line at once. Never raises."""
        if self.remote_conn is None or self._shell.closed:
            return
        with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
            self._shell.settimeout(_FAREWELL_TIMEOUT)
            self.write_channel("exit" + self.RETURN)

    def await_end(self) -> None:
        """Wait until paramiko noticed that the socket is shut; it is then not used."""
        if self._transport is not None:
            self._transport.await_end(_FAREWELL_TIMEOUT)

    def _build_ssh_client(self) -> paramiko.SSHClient:
        client = Client(self._make_transport, self._trusted)
        return cast("paramiko.SSHClient", client)

    def _make_transport(self, sock: socket.socket) -> Transport:
        if self._own_thread and not self._legacy_ssh and (inline := inline_transport()):
            self._transport = prepared(inline(sock), self._trusted)
            return self._transport
        buffered = cast("socket.socket", BufferedSocket(sock))
        self._transport = make_transport(buffered, self._trusted, legacy_ssh=self._legacy_ssh)
        return self._transport

    @property
    def _shell(self) -> paramiko.Channel:
        return cast("paramiko.Channel", self.remote_conn)

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The algorithms that the SSH connection runs on: key exchange, host key, both ciphers."""
        return self._transport.agreed if self._transport is not None else ()

    @property
    def key_exchange_done(self) -> bool:
        """From here on a password may have been sent."""
        return self._transport is not None and self._transport.initial_kex_done


class Ending:
    """Tells whether a text ends with the exact prompt.

    Alone on the last line it ends the text at once. Behind other characters, as after an output
    without a final newline, it does so only when nothing follows for half a second.
    """

    def __init__(self, prompt: str) -> None:
        self.prompt = prompt
        self._anywhere = re.compile(rf"{re.escape(prompt)}[ \t]*\Z")

    def start(self, text: str) -> int | None:
        """Where the prompt at the end of the text begins."""
        found = self._anywhere.search(text)
        return found.start() if found else None

    def reached(self, tail: str, idle: bool) -> bool:
        """Whether nothing more will come; true as well where the device waits at a pager."""
        start = self.start(tail)
        if start is not None:
            return idle or tail[:start].endswith("\n")
        return idle and bool(PAGER.search(tail))

    def answers_each(self, text: str, commands: tuple[str, ...]) -> bool:
        """Whether the text is the echo of each command and then the prompt, alone on its line.

        What a device prints between the two does not matter.
        """
        for number, command in enumerate(commands):
            echo = text.find(command) if number else 0
            before, text = text[:echo], text[echo:]
            if not text.startswith(command) or (number and not self.reached(before, idle=False)):
                return False
        return self.start(text) is not None


@cache
def inline_transport() -> type[InlineTransport] | None:
    """The transport without a thread; None for a paramiko that it was not tested with."""
    if not paramiko.__version__.startswith(_INLINE_TESTED_WITH):
        return None
    return InlineTransport


@cache
def driver(device_type: str) -> type[StrictConnection]:
    """Netmiko's driver for a device type, under our rules."""
    standard: type[BaseConnection] = CLASS_MAPPER[device_type]
    return type(f"Strict{standard.__name__}", (StrictConnection, standard), {})
