"""A listening TCP port that may be closed for a while without being lost to somebody else."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress

_BACKLOG = 100
_ATTEMPTS = 50


class Listener:
    """One port of one address; lives on an event loop.

    `accept` gets each connection. While it is shut connections are refused, and the port remains
    bound: no other program on the machine can be given it.
    """

    def __init__(self, address: str, accept: Callable[[socket.socket], None]) -> None:
        self.address = address
        self.port = 0
        self._accept = accept
        self._socket: socket.socket | None = None
        self._open = False

    def bind(self, port: int) -> None:
        """Take the port (0: any free one) and listen. Raises `OSError`."""
        self._socket = _bound(self.address, port)
        self.port = self._socket.getsockname()[1]
        self.open()

    def open(self) -> None:
        """Take connections."""
        if self._socket is None or self._open:
            return
        # connections of before, in TIME_WAIT, must not stand in the way
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
        # connections of before, which the port may still have, must not be in the way
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
        self._socket.listen(_BACKLOG)
        self._open = True
        asyncio.get_running_loop().add_reader(self._socket, self._ready)

    def shut(self) -> None:
        """Refuse connections from now on."""
        if self._socket is None or not self._open:
            return
        self._open = False
        asyncio.get_running_loop().remove_reader(self._socket)
        # Linux ends the listening and keeps the binding
        self._socket.shutdown(socket.SHUT_RD)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, False)

    def close(self) -> None:
        """Give the port back."""
        self.shut()
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ready(self) -> None:
        if self._socket is None:
            return
        with suppress(BlockingIOError, ConnectionAbortedError):
            for _ in range(_BACKLOG):
                client, _peer = self._socket.accept()
                client.setblocking(False)
                self._accept(client)


def _bound(address: str, port: int) -> socket.socket:
    """A socket bound to the port by its number: only such a binding outlives a shut listener."""
    last: OSError | None = None
    for _ in range(_ATTEMPTS if port == 0 else 1):
        number = port or _free_port(address)
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        bound.setblocking(False)
        try:
            # with a port of the caller's choice, old connections in TIME_WAIT must not matter
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, port != 0)
            bound.bind((address, number))
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
            bound.listen(_BACKLOG)  # with an old connection's port, a second owner is found here
        except OSError as error:
            bound.close()
            last = error
        else:
            return bound
    raise last or OSError("no port is free")


def _free_port(address: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port
