"""A socket for paramiko that asks the kernel once for what lies there.

paramiko reads each SSH packet in two pieces, its length and the rest. Each piece was a system call
in which the thread gives its turn away and has to win it back from some hundred others. And a
socket with a timeout of Python's asks before each call whether it may: here the kernel keeps the
time, and that second call is not made.
"""

from __future__ import annotations

import socket
import struct


class BufferedSocket:
    """What paramiko uses of a socket. Only one thread may receive; any may send and close."""

    _SIZE = 65_536

    def __init__(self, plain: socket.socket) -> None:
        self._plain = plain
        self._waiting = b""
        self._read = 0

    def recv(self, size: int) -> bytes:
        """As `socket.recv`."""
        if not self._left():
            try:
                self._waiting, self._read = self._plain.recv(self._SIZE), 0
            except BlockingIOError:
                raise TimeoutError from None
        return self._take(size)

    def _left(self) -> bool:
        return self._read < len(self._waiting)

    def _take(self, size: int) -> bytes:
        begin = self._read
        piece = self._waiting[begin : begin + size]
        self._read = begin + len(piece)
        return piece

    def send(self, data: bytes) -> int:
        """As `socket.send`."""
        try:
            return self._plain.send(data)
        except BlockingIOError:
            raise TimeoutError from None

    def settimeout(self, seconds: float) -> None:
        """As `socket.settimeout`."""
        self._plain.settimeout(None)
        limit = struct.pack("@ll", int(seconds), int(seconds % 1 * 1e6))
        self._plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        self._plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)

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
