"""The file system of a device, in memory."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

_CAPACITY = 11_353_194_496
_SOFTWARE = 2_798_292_992


class NoSpace(Exception):
    """A file did not fit; what fitted of it is there."""


@dataclass(frozen=True, slots=True)
class File:
    """Content and the time of the last write."""

    content: bytes
    written: datetime


class Flash:
    """Files by name. `capacity` in bytes may be changed at any time; the software takes a part."""

    def __init__(self) -> None:
        self.capacity = _CAPACITY
        self.files: dict[str, File] = {}

    @property
    def used(self) -> int:
        """Bytes that are taken, with those of the software."""
        return _SOFTWARE + sum(len(file.content) for file in self.files.values())

    @property
    def free(self) -> int:
        """Bytes that are left."""
        return max(0, self.capacity - self.used)

    def write(self, name: str, content: bytes, now: datetime) -> None:
        """Write a file over the one of that name.

        Raises `NoSpace` where it does not fit, and leaves what did: a device that runs full in
        the middle of a file does the same.
        """
        self.files.pop(name, None)
        room = self.free
        self.files[name] = File(content[:room], now)
        if len(content) > room:
            raise NoSpace(name)

    def read(self, name: str) -> bytes | None:
        """The content of a file, None where there is none."""
        file = self.files.get(name)
        return None if file is None else file.content


@dataclass(frozen=True, slots=True)
class Url:
    """Where a file is: `flash:/a.txt` is `a.txt` on `flash:`; no `system` where none is named."""

    system: str
    name: str


def parse_url(text: str) -> Url:
    """Split a path at its file system; slashes before the name mean nothing."""
    match = re.fullmatch(r"([a-z][\w-]*:)?/*(.*)", text, re.IGNORECASE)
    if match is None:
        return Url("", text)
    return Url((match[1] or "").lower(), match[2])


def as_file(lines: list[str]) -> bytes:
    """The lines as the content of a file."""
    return "".join(line + "\n" for line in lines).encode()
