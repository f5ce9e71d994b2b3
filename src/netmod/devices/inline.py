"""paramiko's loop in the thread of its session, in turns with it, where paramiko starts a thread.

With a thread of paramiko's for each session, every packet is handed from one thread to another:
two turns of the interpreter that have to be won from all other sessions, a fifth of the work of
collecting. Here `Transport.run` is a greenlet of the session's own thread. It runs unchanged, and
gives its turn back where it would wait for its socket; the session reads the socket whenever it
waits for something, and lets the loop work on what came.

paramiko's own waiting is for an event that its thread sets. So whatever it sends and then waits
for, the answer is fetched before it waits: `start_client` and `auth_password` can be told to
return at once, and requests for a channel go through `_send_user_message`. That name is paramiko's
own affair, so this class is used with the versions of paramiko that it was tested with.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any, cast

import greenlet
import paramiko
from paramiko.auth_handler import AuthHandler
from paramiko.common import MSG_CHANNEL_OPEN, MSG_CHANNEL_REQUEST

from netmod.devices.buffered import BufferedSocket
from netmod.devices.transport import Transport

_PARAMIKO: Any = paramiko.Transport


class _LoopSocket(BufferedSocket):
    """A socket whose reader is told what came, and gives its turn away where nothing did."""

    def __init__(self, plain: socket.socket) -> None:
        super().__init__(plain)
        self._ended = False
        self._failure: OSError | None = None

    def recv(self, size: int) -> bytes:
        """What `fetch` brought. Only the loop calls this."""
        if not self._left() and not self._ended:
            cast("Any", greenlet.getcurrent().parent).switch()
        if self._failure:
            raise self._failure
        return self._take(size)

    def fetch(self, wait: bool) -> bool:
        """Read from the kernel; whether anything came, which may be the end.

        Waits for as long as `settimeout` says, or not at all.
        """
        try:
            self._waiting = self._plain.recv(self._SIZE, 0 if wait else socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError as error:
            self._waiting, self._failure = b"", error
        self._read = 0
        self._ended = not self._waiting
        return True

    def end(self) -> None:
        """Let the loop see the end of its input."""
        self._ended = True


class InlineTransport(Transport):
    """A transport that works when its session waits. For one thread alone."""

    def __init__(self, plain: socket.socket) -> None:
        self._input = _LoopSocket(plain)
        self._loop: Any = None
        super().__init__(cast("socket.socket", self._input))

    def start(self) -> None:
        """Begin the loop; it runs until it waits for the server."""
        self._loop = greenlet.greenlet(self.run)
        self._loop.switch()

    def start_client(
        self,
        event: threading.Event | None = None,
        timeout: float | None = None,
    ) -> None:
        """As paramiko's without `event`."""
        done = event or threading.Event()
        super().start_client(done)
        self._work_until(done.is_set, timeout)
        if not self.active:
            raise self.get_exception() or paramiko.SSHException("negotiation failed")

    def auth_password(
        self,
        username: str,
        password: str,
        event: threading.Event | None = None,
        fallback: bool = True,
    ) -> list[str]:
        """As paramiko's without `event`."""
        done = event or threading.Event()
        super().auth_password(username, password, done)
        try:
            return self._answer_to(done)
        except paramiko.BadAuthenticationType as refused:
            if not fallback or "keyboard-interactive" not in refused.allowed_types:
                raise
            try:
                return self._answer_questions(username, password)
            except paramiko.SSHException:
                raise refused from None

    def _answer_questions(self, username: str, password: str) -> list[str]:
        """The same password where the server asks for it as the answer to a question."""

        def answer(_title: str, _instructions: str, questions: list[Any]) -> list[str]:
            if len(questions) > 1:
                raise paramiko.SSHException("the server asks for more than a password")
            return [password] * len(questions)

        done = threading.Event()
        self.auth_handler = AuthHandler(self)
        self.auth_handler.auth_interactive(username, answer, done)
        return self._answer_to(done)

    def _answer_to(self, done: threading.Event) -> list[str]:
        """What a login came to, once it did."""
        if not self._work_until(done.is_set, self.auth_timeout):
            raise paramiko.AuthenticationException("authentication timeout")
        handler: Any = self.auth_handler
        return cast("list[str]", handler.wait_for_response(done))

    def _send_user_message(self, data: paramiko.Message) -> None:
        inside = greenlet.getcurrent() is self._loop
        if not inside:
            self._work_until(self.clear_to_send.is_set, self.clear_to_send_timeout)
        _PARAMIKO._send_user_message(self, data)
        kind = data.asbytes()[0]
        if not inside and kind == MSG_CHANNEL_OPEN:
            self._work_until(lambda: not self.channel_events, self.channel_timeout)
        elif not inside and kind == MSG_CHANNEL_REQUEST:
            channels = cast("Any", self)._channels
            events = [channel.event for channel in channels.values()]
            self._work_until(lambda: all(event.is_set() for event in events), None)

    def await_input(self, channel: paramiko.Channel, seconds: float) -> float:
        """See `Transport.await_input`; afterwards there is nothing more to wait for."""
        if not channel.recv_ready():
            self._work_until(
                lambda: channel.recv_ready() or channel.closed or channel.eof_received, seconds
            )
        return 0.0

    def await_window(self, channel: paramiko.Channel, seconds: float) -> None:
        """See `Transport.await_window`."""
        self._work_until(lambda: channel.out_window_size > 0 or channel.closed, seconds)

    def await_end(self, seconds: float) -> None:  # noqa: ARG002 it takes no time
        """See `Transport.await_end`."""
        self.stop_thread()

    def stop_thread(self) -> None:
        """Let the loop end: it closes the socket."""
        self.active = False
        self.packetizer.close()
        self._input.end()
        if self._loop and self._loop is not greenlet.getcurrent():
            while not self._loop.dead:
                self._loop.switch()

    def _work_until(self, done: Callable[[], object], seconds: float | None) -> bool:
        """Let the loop work until `done`, or the session ended; False when time is up.

        With 0 seconds it works on what is there. Without a limit somebody else ends the session.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        while not (done() or self._is_over()):
            left = 1.0 if deadline is None else deadline - time.monotonic()
            if self._input.fetch(wait=left > 0):
                self._loop.switch()
            if left <= 0:  # also where more keeps coming that is not waited for
                return bool(done() or self._is_over())
        return True

    def _is_over(self) -> bool:
        return not self.active or self._loop is None or bool(self._loop.dead)
