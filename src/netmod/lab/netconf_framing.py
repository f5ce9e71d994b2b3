"""NETCONF messages on a byte stream: `]]>]]>` of base:1.0 and the chunks of base:1.1 (RFC 6242)."""

from __future__ import annotations

import re

END = b"]]>]]>"
_CHUNK = re.compile(rb"\n#(?:([1-9][0-9]{0,9})|(#))\n")
_HEADER_LENGTH = len(b"\n#4294967295\n")
_LARGEST_CHUNK = 4_294_967_295
_LARGEST_MESSAGE = 32 * 1024 * 1024


class FramingError(Exception):
    """The stream is no sequence of messages any more; the session cannot go on."""


class Framing:
    """Bytes to messages and back. `chunked` is set once both ends speak base:1.1."""

    def __init__(self) -> None:
        self.chunked = False
        self._buffer = bytearray()
        self._scanned = 0
        self._chunks = bytearray()

    def feed(self, data: bytes) -> None:
        """Take what came."""
        self._buffer += data

    def take(self) -> bytes | None:
        """The next whole message, None until there is one. Raises `FramingError`."""
        message = self._take_chunks() if self.chunked else self._take_marked()
        if message is None and len(self._buffer) + len(self._chunks) > _LARGEST_MESSAGE:
            raise FramingError("the message is too long")
        return message

    def frame(self, message: bytes) -> bytes:
        """A message as it goes onto the stream."""
        if not self.chunked:
            return message + b"\n" + END
        return b"\n#%d\n%b\n##\n" % (len(message), message)

    def _take_marked(self) -> bytes | None:
        end = self._buffer.find(END, max(0, self._scanned - len(END)))
        if end < 0:
            self._scanned = len(self._buffer)
            return None
        message = bytes(self._buffer[:end])
        del self._buffer[: end + len(END)]
        self._scanned = 0
        return message

    def _take_chunks(self) -> bytes | None:
        while True:
            match = _CHUNK.match(self._buffer)
            if match is None:
                if len(self._buffer) >= _HEADER_LENGTH or not _may_begin(bytes(self._buffer)):
                    raise FramingError("no chunk begins here")
                return None
            if match[2]:
                if not self._chunks:
                    raise FramingError("a message without a chunk")
                message = bytes(self._chunks)
                del self._buffer[: match.end()]
                self._chunks.clear()
                return message
            size, start = int(match[1]), match.end()
            if size > min(_LARGEST_CHUNK, _LARGEST_MESSAGE):
                raise FramingError("the chunk is too long")
            if len(self._buffer) < start + size:
                return None
            self._chunks += self._buffer[start : start + size]
            del self._buffer[: start + size]


def _may_begin(data: bytes) -> bool:
    """Whether more bytes could make `data` the header of a chunk."""
    return re.fullmatch(rb"(?:\n(?:#(?:#|[1-9][0-9]{0,9})?)?)?", data) is not None
