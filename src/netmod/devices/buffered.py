"""A socket for paramiko that asks the kernel once for what lies there.

paramiko reads each SSH packet in two pieces, its length and the rest. Each piece was a system call
in which the thread gives its turn away and has to win it back from some hundred others.
"""

from __future__ import annotations

import socket

_SIZE = 65_536


class BufferedSocket:
    """What paramiko uses of a socket. Only one thread may receive; any may send and close."""

    def __init__(self, plain: socket.socket) -> None:
        self._plain = plain
        self._waiting = b""
        self._read = 0

    def recv(self, size: int) -> bytes:
        """As `socket.recv`."""
        if self._read == len(self._waiting):
            self._waiting, self._read = self._plain.recv(_SIZE), 0
        begin = self._read
        piece = self._waiting[begin : begin + size]
        self._read = begin + len(piece)
        return piece

    def send(self, data: bytes) -> int:
        """As `socket.send`."""
        return self._plain.send(data)

    def settimeout(self, seconds: float | None) -> None:
        """As `socket.settimeout`."""
        self._plain.settimeout(seconds)

    def getpeername(self) -> object:
        """As `socket.getpeername`."""
        return self._plain.getpeername()

    def fileno(self) -> int:
        """As `socket.fileno`."""
        return self._plain.fileno()

    @property
    def _closed(self) -> bool:
        """Python's own flag, at which paramiko looks when it ends its thread."""
        return self._plain.fileno() < 0

    def close(self) -> None:
        """As `socket.close`."""
        self._plain.close()
