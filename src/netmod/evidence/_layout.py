"""Which file of a snapshot holds which command's output of which host.

The forms are described in docs/snapshot.md. Only names are looked at here, never contents.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

CONFIGS, SHOWS = "configs", "show"

_CAPTURE_SUFFIX = re.compile(r"(?i)\.(?:txt|cfg|conf|config|log|out|json|xml|set)$")
_FLAT_SUFFIX = re.compile(r"(?i)\.(?:cfg|conf|config|txt|log)$")
_BACKUP_SUFFIX = re.compile(r"(?i)\.(?:cfg|conf|config)$")
_NO_CAPTURE = re.compile(
    r"(?i)(?:~|\.(?:ya?ml|tsv|csv|md|rst|html?|pdf|png|jpe?g|svg|py|pyc|zip|gz|tgz|tar|bz2|xz|xlsx"
    r"|docx|hmac|sha256|sig|asc|bak|orig|swp|tmp|part))$|^(?:readme|licen[cs]e|makefile)(?:\.|$)"
)
_COMMAND = re.compile(r"(?i)(?:admin[ _])?(?:sh|sho|show|display|dir|more)(?=[ _])")


@dataclass(frozen=True, slots=True)
class Found:
    """One file: `name` is its path below the snapshot, with `/`."""

    path: Path
    name: str
    command: str | None
    exact: bool = False


@dataclass(slots=True)
class Layout:
    """Files and warnings by host, and warnings that concern no host."""

    hosts: dict[str, list[Found]] = field(default_factory=dict)
    host_warnings: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def warn(self, host: str | None, message: str) -> None:
        """Note what was left out, at the host it belongs to."""
        target = self.warnings if host is None else self.host_warnings.setdefault(host, [])
        target.append(message)


def command_of(stem: str) -> str | None:
    """The command that a file's name without suffix spells; None where it spells none."""
    if not _COMMAND.match(stem):
        return None
    return " ".join(stem.replace("_", " ").split())


def is_capture_name(name: str) -> bool:
    """Whether a file of this name in a host's folder is read."""
    return not name.startswith(".") and not _NO_CAPTURE.search(name)


def find(root: Path, exact: Mapping[str, str]) -> Layout:
    """All captures below `root`. `exact` gives commands by path or name of a file.

    Raises `OSError` where `root` itself cannot be listed.
    """
    return _Finder(root, exact).find()


class _Finder:
    def __init__(self, root: Path, exact: Mapping[str, str]) -> None:
        self.root = root
        self.inside = root.resolve()
        self._skip = len(str(root / "x")) - 1
        self.exact = exact
        self.layout = Layout()

    def find(self) -> Layout:
        folders: list[Path] = []
        files: list[Path] = []
        for path in self._entries(self.root, host=None):
            (folders if path.is_dir() else files).append(path)
        split = [path for path in folders if path.name in (CONFIGS, SHOWS)]
        hosts = [path for path in folders if path.name not in (CONFIGS, SHOWS)]
        for folder in hosts:
            self._host_folder(folder, folder.name, only_captures=bool(split))
        for folder in split:
            self._split_folder(folder)
        self._top_files([path for path in files if self._is_capture(path)])
        return self.layout

    def _top_files(self, files: list[Path]) -> None:
        named = [path for path in files if self._command(path, "")[0] is not None]
        if named and not self.layout.hosts:
            for path in files:
                self._add(self.inside.name, path)
            return
        # Beside folders of hosts a text is more likely a note than a host.
        flat = _BACKUP_SUFFIX if self.layout.hosts else _FLAT_SUFFIX
        for path in files:
            if path in named or (_FLAT_SUFFIX.search(path.name) and not flat.search(path.name)):
                self.layout.warn(None, f"{path.name}: lies in no host's folder; not read")
            elif flat.search(path.name):
                self._add(_FLAT_SUFFIX.sub("", path.name), path)

    def _split_folder(self, folder: Path) -> None:
        shows = folder.name == SHOWS
        for path in self._entries(folder, host=None):
            if path.is_dir():
                self._host_folder(path, path.name, prefix="show " if shows else "")
            elif not self._is_capture(path) or not _FLAT_SUFFIX.search(path.name):
                continue
            elif shows:
                self.layout.warn(None, f"{self._name(path)}: lies in no host's folder; not read")
            else:
                self._add(_FLAT_SUFFIX.sub("", path.name), path)

    def _host_folder(
        self, folder: Path, host: str, *, prefix: str = "", only_captures: bool = False
    ) -> None:
        files = [path for path in self._entries(folder, host=host) if self._is_capture(path)]
        if only_captures and not any(_FLAT_SUFFIX.search(path.name) for path in files):
            return
        self.layout.hosts.setdefault(host, [])
        for path in files:
            if path.is_dir():
                self.layout.warn(host, f"{self._name(path)}: a folder in a host's folder; not read")
            else:
                self._add(host, path, prefix)

    def _is_capture(self, path: Path) -> bool:
        listed = path.name in self.exact or self._name(path) in self.exact
        return listed or is_capture_name(path.name)

    def _add(self, host: str, path: Path, prefix: str = "") -> None:
        command, exact = self._command(path, prefix)
        found = Found(path, self._name(path), command, exact)
        self.layout.hosts.setdefault(host, []).append(found)

    def _command(self, path: Path, prefix: str) -> tuple[str | None, bool]:
        stated = self.exact.get(self._name(path)) or self.exact.get(path.name)
        if stated:
            return stated, True
        stem = _CAPTURE_SUFFIX.sub("", path.name)
        return command_of(stem) or (command_of(f"{prefix}{stem}") if prefix else None), False

    def _name(self, path: Path) -> str:
        return str(path)[self._skip :].replace(os.sep, "/")

    def _entries(self, folder: Path, *, host: str | None) -> Iterator[Path]:
        """Files and folders in `folder` in the order of their names; no hidden ones, none that
        a symbolic link takes from outside the snapshot, nothing that is neither."""
        try:
            entries = sorted(os.scandir(folder), key=attrgetter("name"))
        except OSError as error:
            if folder == self.root:
                raise
            self.layout.warn(host, f"{self._name(folder)}: {error.strerror or 'cannot be read'}")
            return
        for entry in entries:
            path = folder / entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_symlink() and not self._stays_inside(path):
                message = "a symbolic link that leaves the snapshot or leads nowhere; not read"
                self.layout.warn(host, f"{self._name(path)}: {message}")
            elif entry.is_dir() or entry.is_file():
                yield path
            else:
                self.layout.warn(host, f"{self._name(path)}: not a regular file; not read")

    def _stays_inside(self, path: Path) -> bool:
        try:
            return path.resolve(strict=True).is_relative_to(self.inside)
        except (OSError, RuntimeError):
            return False
