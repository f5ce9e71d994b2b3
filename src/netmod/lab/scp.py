"""What answers `scp -t`: the receiving end of an upload, onto the flash of the device."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from netmod.lab.device import Device
from netmod.lab.fabric import Fabric
from netmod.lab.flash import NoSpace, parse_url
from netmod.lab.service import OpenService

_OK = b"\x00"
_LONGEST_HEADER = 4096


def scp_service(
    enabled: Callable[[Device], bool], disabled_words: str, systems: Callable[[Device], set[str]]
) -> OpenService:
    """How a persona opens SCP.

    `enabled` says whether its configuration allows it, `disabled_words` is what it says where not,
    and `systems` are the file systems that it knows.
    """

    def open_sink(device: Device, _: Fabric, __: str, command: str) -> ScpSink:
        refusal = None if enabled(device) else disabled_words
        return ScpSink(device, command, systems(device), refusal)

    return open_sink


class ScpSink:
    """One upload: `C0644 SIZE NAME`, the bytes, a zero; every step is answered with a zero.

    A file of which the client did not send the whole stays as far as it came.
    """

    def __init__(
        self, device: Device, command: str, systems: set[str], refusal: str | None
    ) -> None:
        self._device = device
        self._buffer = b""
        self._name: str | None = None
        self._missing = 0
        self._content = bytearray()
        self._closed = False
        words = shlex.split(command)
        url = parse_url(words[-1])
        self._target = url.name
        if refusal is None and "-t" not in words:
            refusal = "only uploads are served"
        if refusal is None and url.system and url.system not in systems:
            refusal = f"{words[-1]}: No such file or directory"
        self._refusal = refusal

    def closed(self) -> bool:
        """Whether the sink has given up."""
        return self._closed

    def open(self) -> bytes:
        """Ready, or why not."""
        return _OK if self._refusal is None else self._fail(self._refusal)

    def receive(self, data: bytes) -> bytes:
        """Take a piece of the upload; the answers to the steps that it completes."""
        self._buffer += data
        answers = b""
        while not self._closed:
            answer = self._content_step() if self._name is not None else self._header_step()
            if answer is None:
                break
            answers += answer
        return answers

    def end(self) -> None:
        """Keep what came of a file that is not complete."""
        if self._name is not None:
            self._store(self._name)

    def _header_step(self) -> bytes | None:
        line, newline, rest = self._buffer.partition(b"\n")
        if not newline:
            too_long = len(line) > _LONGEST_HEADER
            return self._fail("protocol error: header too long") if too_long else None
        self._buffer = rest
        kind, *words = line[:1], *line[1:].decode("utf-8", "replace").split(" ", 2)
        if kind == b"T":  # the times of the file, which the device does not keep
            return _OK
        if kind != b"C" or len(words) != 3 or not words[1].isdigit():
            return self._fail("protocol error: unexpected header")
        self._missing = int(words[1])
        self._name = self._target or words[2]
        return _OK

    def _content_step(self) -> bytes | None:
        piece, self._buffer = self._buffer[: self._missing], self._buffer[self._missing :]
        self._missing -= len(piece)
        room = self._device.flash.capacity - len(self._content)
        self._content += piece[: max(0, room)]
        if self._missing or not self._buffer or self._name is None:
            return None
        self._buffer = self._buffer[1:]
        name, self._name = self._name, None
        stored = self._store(name)
        return _OK if stored else self._fail(f"{name}: No space left on device")

    def _store(self, name: str) -> bool:
        content = bytes(self._content)
        self._content.clear()
        try:
            self._device.flash.write(name, content, self._device.now())
        except NoSpace:
            return False
        return True

    def _fail(self, words: str) -> bytes:
        self._closed = True
        return b"\x01" + words.encode() + b"\n"
