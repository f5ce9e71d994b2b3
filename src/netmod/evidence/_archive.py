"""ZIP archives that are the same for the same content, and read as if an enemy had written them.

Nothing of what a reader of ZIP may understand in two ways is accepted: names that leave the
folder or stand twice, links, comments, bytes that belong to no file, headers that say one thing
where the directory says another. Sizes are bounded before anything is unpacked.
"""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

MAX_FILES = 1_000_000
MAX_FILE = 1 << 30
MAX_TOTAL = 1 << 33
_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = (stat.S_IFREG | 0o644) << 16
_UNIX = 3
_UTF8_NAME = 0x800
_VERSION = 20
_DIRECTORY_ENTRY, _END, _END_OF_MANY = 46, 22, 56 + 20
_MANY = 0xFFFF


class ArchiveError(Exception):
    """An archive that is not as netmod writes one. `start` is a byte of the archive."""

    def __init__(self, part: str, message: str, start: int | None = None) -> None:
        super().__init__(message)
        self.part = part
        self.message = message
        self.start = start


def write_archive(target: Path, first: Mapping[str, bytes], rest: Mapping[str, Path]) -> None:
    """Write a new archive: `first` as given, then `rest` by name. It is there whole or not at all.

    Raises `OSError`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    try:
        with draft.open("wb") as file:
            with zipfile.ZipFile(file, "w", allowZip64=True) as archive:
                for name, content in first.items():
                    archive.writestr(_entry(name), content)
                for name in sorted(rest):
                    archive.writestr(_entry(name), rest[name].read_bytes())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = _MODE
    entry.create_system = _UNIX
    return entry


class Archive:
    """An archive to read from. Raises `ArchiveError` where it is not as it must be."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        # NotImplementedError is how zipfile tells of a form of ZIP that it does not read.
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
            raise ArchiveError(path.name, f"cannot be read: {error}") from None
        self._path = path
        try:
            self._entries = self._checked()
        except ArchiveError:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._zip.close()

    @property
    def names(self) -> frozenset[str]:
        """The names of all files."""
        return frozenset(self._entries)

    def read(self, name: str) -> bytes:
        """A whole file; no more bytes than the directory says."""
        entry = self._entries[name]
        try:
            return self._zip.read(entry)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise ArchiveError(name, f"cannot be unpacked: {error}", entry.header_offset) from None

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        entries = self._zip.infolist()
        if self._zip.comment:
            raise ArchiveError(self._path.name, "has a comment: something was added to it")
        if len(entries) > MAX_FILES or sum(one.file_size for one in entries) > MAX_TOTAL:
            raise ArchiveError(self._path.name, "is larger than any evidence pack")
        found: dict[str, zipfile.ZipInfo] = {}
        position = 0
        with self._path.open("rb") as file:
            for entry in entries:
                _check_entry(entry)
                if entry.filename in found:
                    raise ArchiveError(entry.filename, "stands twice", entry.header_offset)
                if entry.header_offset != position:
                    raise ArchiveError(entry.filename, "has foreign bytes before it", position)
                file.seek(position)
                header = entry.FileHeader(zip64=False)
                if file.read(len(header)) != header:
                    raise ArchiveError(entry.filename, "has another header", position)
                position += len(header) + entry.compress_size
                found[entry.filename] = entry
        if position != self._zip.start_dir or self._path.stat().st_size != _end(entries, position):
            raise ArchiveError(self._path.name, "has foreign bytes in it", position)
        return found


def _end(entries: list[zipfile.ZipInfo], start: int) -> int:
    """Where an archive ends whose directory starts at `start`."""
    names = sum(len(entry.filename.encode()) for entry in entries)
    many = _END_OF_MANY if len(entries) > _MANY else 0
    return start + _DIRECTORY_ENTRY * len(entries) + names + many + _END


def _check_entry(entry: zipfile.ZipInfo) -> None:
    start = entry.header_offset
    plain = (
        entry.external_attr == _MODE
        and entry.internal_attr == entry.volume == entry.reserved == 0
        and entry.create_system == _UNIX
        and entry.create_version == entry.extract_version == _VERSION
        and entry.date_time == _DATE
        and entry.compress_type == zipfile.ZIP_DEFLATED
        and entry.flag_bits in (0, _UTF8_NAME)
        and not entry.extra
        and not entry.comment
    )
    if not plain:
        raise ArchiveError(entry.filename, "is no plain file as netmod packs one", start)
    if entry.file_size > MAX_FILE:
        raise ArchiveError(entry.filename, "is larger than any file of an evidence pack", start)
    parts = entry.filename.split("/")
    if any(part in ("", ".", "..") or not part.isprintable() or "\\" in part for part in parts):
        raise ArchiveError(entry.filename, "has a name that no evidence pack has", start)
