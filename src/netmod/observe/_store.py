"""Results that cost much to make again: a file for each host, and in it a line for each result.

A file is replaced whole, so that neither a kill nor two processes leave half of one; of two that
write at once the last wins, and the other's results are made again. A line that is not as it was
written is no line. What cannot be read or written costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

_KEY, _CHECK, _DRAFT = 64, 16, ".part"
_KEPT = 256
"""Lines in a file: several nights of what changes each night."""


class Store:
    """The results below `folder`, together no more than `limit` bytes after `trim`.

    Without a folder nothing is kept.
    """

    def __init__(self, folder: Path | None = None, *, limit: int = 512_000_000) -> None:
        self._folder = folder
        self._limit = limit

    def read(self, name: str) -> dict[str, bytes]:
        """What is kept of `name` by key, the oldest first."""
        if self._folder is None:
            return {}
        try:
            lines = _path(self._folder, name).read_bytes().split(b"\n")
        except OSError:
            return {}
        return dict(found for line in lines if (found := _checked(line)) is not None)

    def write(self, name: str, kept: Mapping[str, bytes], used: Mapping[str, bytes]) -> None:
        """Keep `used`, and the newest of what was `kept` before it.

        Keys are hex digests of 64 characters, and no value holds a line break.
        """
        if self._folder is None:
            return
        path = _path(self._folder, name)
        if used.keys() <= kept.keys():
            with suppress(OSError):
                os.utime(path)  # `trim` takes what was not used for the longest time
            return
        older = [(key, value) for key, value in kept.items() if key not in used]
        room = max(0, _KEPT - len(used))
        lines = [*older[len(older) - min(room, len(older)) :], *used.items()]
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=self._folder, suffix=_DRAFT)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.writelines(_line(key, value) for key, value in lines)
                Path(draft).replace(path)
            finally:
                with suppress(OSError):
                    Path(draft).unlink(missing_ok=True)

    def trim(self) -> None:
        """Remove what was not used for the longest time, and what killed processes left."""
        if self._folder is None:
            return
        found = []
        with suppress(OSError):
            for entry in os.scandir(self._folder):
                with suppress(OSError):
                    status = entry.stat()
                    found.append((status.st_mtime, status.st_size, entry.path))
        total = 0
        for _, size, path in sorted(found, reverse=True):
            total += size
            if total > self._limit or path.endswith(_DRAFT):
                with suppress(OSError):
                    Path(path).unlink()


def _path(folder: Path, name: str) -> Path:
    """Any name may be a host's, and not every name a file's."""
    return folder / hashlib.sha256(name.encode(errors="replace")).hexdigest()[:32]


def digest(parts: Iterable[str | bytes]) -> str:
    """A key of these parts; where one ends is part of it."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode(errors="surrogatepass") if isinstance(part, str) else part
        found.update(b"%d:" % len(data))
        found.update(data)
    return found.hexdigest()


def digest_of_code(*parts: ModuleType) -> str:
    """A key of these rooms or modules, and of what they are built on. Raises `OSError`."""
    built_on = ("netmod", "pydantic", "pydantic-core", "tzdata")
    versions = [sys.version, *(f"{name} {version(name)}" for name in built_on)]
    return digest([*versions, *(file.read_bytes() for part in parts for file in _sources(part))])


def _sources(part: ModuleType) -> list[Path]:
    folders = [Path(folder) for folder in getattr(part, "__path__", ())]
    if not folders:
        return [Path(part.__file__ or "")]
    return [file for folder in folders for file in sorted(folder.rglob("*.py"))]


def _line(key: str, value: bytes) -> bytes:
    return b"%b %b %b\n" % (key.encode(), _check(key, value), value)


def _checked(line: bytes) -> tuple[str, bytes] | None:
    key, check, value = line[:_KEY], line[_KEY + 1 : _KEY + 1 + _CHECK], line[_KEY + _CHECK + 2 :]
    name = key.decode(errors="replace")
    return (name, value) if check and check == _check(name, value) else None


def _check(key: str, value: bytes) -> bytes:
    return hashlib.blake2b(key.encode() + value, digest_size=_CHECK // 2).hexdigest().encode()
