"""Captures → snapshot folder, redacted, each file whole or absent."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import yaml

from netmod.errors import EvidenceError, NetmodError, OutputError
from netmod.evidence import _journal
from netmod.evidence._layout import CONFIGS, SHOWS
from netmod.evidence._manifest import FILE_NAME, HostEntry, load
from netmod.evidence._operator import Operator
from netmod.evidence.redaction import Redactor, redact

_NOT_COLLECTED = "not collected"
_DRAFT = ".part"
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*")
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan"))


def slug(command: str) -> str:
    """The file name of a command's output without suffix: `show version` → `show_version`."""
    return re.sub(r"[^a-z0-9]+", "_", command.lower()).strip("_")


class SnapshotWriter:
    """Writes one snapshot; safe to call from several threads, one host at a time in each.

    Declare all hosts that are to be collected as `hosts`, so that a snapshot whose collection
    was interrupted says which are missing. Use it as a context manager: leaving it in any way
    finishes the snapshot; one that an error of ours ended before anything was written is taken
    away, so that the folder can be used again. Until then its `snapshot.yaml` calls every host
    not collected.

        with SnapshotWriter(path, captured_at=now, hosts={"sw1": HostEntry(site="ahus")}) as out:
            out.write("sw1", "show version", text)
            out.fail("sw2", "connection refused")

    Text is redacted before it is written. Every method that writes raises `OutputError` where
    the disk does not let it.
    """

    def __init__(
        self,
        path: Path,
        *,
        captured_at: datetime,
        hosts: Mapping[str, HostEntry] | None = None,
        collected_by: Operator | None = None,
        resumable: bool = False,
    ) -> None:
        """Make the folder; a `resumable` one that was begun before is gone on with.

        Then its own `captured_at` stays, and `whole` says which hosts need not be asked again.
        Raises `EvidenceError` where it holds something already or a host's name cannot be a
        folder's, `OutputError` where it cannot be made, `ValueError` where `captured_at` has no
        zone.
        """
        if captured_at.tzinfo is None:
            raise ValueError("captured_at has no time zone")
        self.path = path
        self._captured_at = captured_at
        self._collected_by = collected_by
        self._hosts = dict(hosts or {})
        self._files: dict[str, str] = {}
        self._failed: dict[str, str] = {}
        self._earlier: dict[str, str] = {}
        self._times: dict[str, datetime] = {}
        self._redactors: dict[str, Redactor] = {}
        self._lock = threading.Lock()
        self._resumable = resumable
        self._whole: set[str] = set()
        for host in self._hosts:
            _check_name(host)
        if resumable and (path / _journal.FILE_NAME).is_file():
            self._go_on()
        else:
            _make_empty(path)
            if resumable:  # first of all: what a kill leaves without it cannot be gone on with
                _write_whole(path / _journal.FILE_NAME, "")
        self._save_manifest()

    def __enter__(self) -> SnapshotWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(error, NetmodError) and not self._files and not self._failed:
            self._take_away()
        else:
            self.finish()

    def write(self, host: str, command: str, text: str, *, at: datetime | None = None) -> Path:
        """Store one command's whole output and return the file; the same command replaces it.

        `at` is when the host was asked, where that is not the snapshot's own time; a host's
        first one counts.
        """
        _check_name(host)
        with self._lock:
            self._hosts.setdefault(host, HostEntry())
            self._asked_again(host)
            if at is not None:
                self._times.setdefault(host, at)
            redactor = self._redactors.setdefault(host, Redactor())
            name = self._name(host, command)
            self._files[name] = command
        target = self.path / name
        _write_whole(target, redactor.redact(text))
        return target

    def fail(self, host: str, reason: str) -> None:
        """Note that a host was not collected, or not wholly; what was written of it stays."""
        _check_name(host)
        with self._lock:
            self._hosts.setdefault(host, HostEntry())
            self._asked_again(host)
            self._failed[host] = redact(reason).strip() or "failed without a reason"

    def remark(self, host: str, remarks: Sequence[str]) -> None:
        """Note what the collection of a host had to accept; empty notes nothing."""
        with self._lock:
            entry = self._hosts.setdefault(host, HostEntry())
            self._hosts[host] = entry.model_copy(update={"remarks": tuple(remarks)})

    @property
    def whole(self) -> frozenset[str]:
        """The hosts that gave everything, in this collection or in the one that it goes on with."""
        return frozenset(self._whole)

    def close(self, host: str) -> None:
        """Note that all there is of a host was written: a resumed snapshot starts from there."""
        with self._lock:
            names = [name for name in self._files if name.partition("/")[0] == host]
            failed = self._failed.get(host)
            if failed is None and names:
                self._whole.add(host)
            if not self._resumable:
                return
            sizes = {name: (self.path / name).stat().st_size for name in names}
            entry = _journal.Written(
                host=host,
                files={name: (self._files[name], sizes[name]) for name in names},
                captured_at=self._times.get(host),
                remarks=self._hosts.get(host, HostEntry()).remarks,
                failed=failed,
            )
            _journal.append(self.path, entry)

    def _go_on(self) -> None:
        """Take over what an earlier process wrote. Its hosts that failed are asked again."""
        begun = load(self.path)
        self._captured_at = begun.captured_at or self._captured_at
        self._collected_by = begun.collected_by or self._collected_by
        for host in begun.hosts:
            self._hosts.setdefault(host, begun.host(host))
        for host, entry in _journal.read(self.path).items():
            self._files.update({name: command for name, (command, _) in entry.files.items()})
            if entry.captured_at is not None:
                self._times[host] = entry.captured_at
            known = self._hosts.get(host, HostEntry())
            self._hosts[host] = known.model_copy(update={"remarks": entry.remarks})
            if entry.failed is None:
                self._whole.add(host)
            else:
                self._earlier[host] = entry.failed

    def _asked_again(self, host: str) -> None:
        """How a host ended this time counts, whatever it was in the process before."""
        if self._earlier.pop(host, None) is not None:
            self._times.pop(host, None)

    def finish(self) -> None:
        """Write `snapshot.yaml`; hosts with neither output nor failure are named in it too."""
        self._save_manifest()

    def _take_away(self) -> None:
        with suppress(OSError):
            for name in (FILE_NAME, _journal.FILE_NAME):
                (self.path / name).unlink(missing_ok=True)
            self.path.rmdir()

    def _name(self, host: str, command: str) -> str:
        """Path below the snapshot; two commands that differ in signs only get different ones."""
        stem = slug(command) or "output"
        name, number = f"{host}/{stem}.txt", 1
        while self._files.get(name, command) != command:
            number += 1
            name = f"{host}/{stem}_{number}.txt"
        return name

    def _save_manifest(self) -> None:
        with self._lock:
            collected = {name.partition("/")[0] for name in self._files}
            missing = {host: _NOT_COLLECTED for host in self._hosts if host not in collected}
            failed = {**missing, **self._earlier, **self._failed}
            document: dict[str, Any] = {
                "captured_at": self._captured_at.isoformat(),
                **self._operator(),
                "hosts": {host: self._entry(host) for host in sorted(self._hosts)},
                "files": dict(sorted(self._files.items())),
                "failed": dict(sorted(failed.items())),
            }
        text = yaml.dump(
            document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000
        )
        _write_whole(self.path / FILE_NAME, text, durable=True)

    def _operator(self) -> dict[str, Any]:
        if self._collected_by is None:
            return {}
        return {"collected_by": self._collected_by.model_dump(exclude_defaults=True)}

    def _entry(self, host: str) -> dict[str, Any]:
        entry = self._hosts[host].model_dump(mode="json", exclude_defaults=True)
        if host in self._times:
            entry["captured_at"] = self._times[host].isoformat()
        return entry


def _check_name(host: str) -> None:
    """A host's name becomes a folder's: it must stay inside the snapshot and be read again."""
    if not host or host.startswith(".") or re.search(r"[/\\\x00-\x1f]", host):
        raise EvidenceError(f"{host!r} cannot be the name of a host's folder", hint="rename it")
    if host in (CONFIGS, SHOWS):
        raise EvidenceError(
            f"a host cannot be called {host!r}: snapshots give that folder a meaning",
            hint="rename it in the inventory",
        )


def _make_empty(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        occupied = any(not _is_draft(one) for one in path.iterdir())
    except (FileExistsError, NotADirectoryError):
        raise EvidenceError(f"{path} is no folder", hint="name a new folder") from None
    except OSError as error:
        raise OutputError(
            f"{path}: {error.strerror or 'cannot be made'}", hint="name another folder"
        ) from None
    if occupied:
        raise EvidenceError(
            f"{path} is not empty; a snapshot is never mixed with another",
            hint="name a new folder, or remove this one",
        )


def _is_draft(path: Path) -> bool:
    """Whether a kill left it: it would have become a file."""
    return path.name.startswith(".") and path.name.endswith(_DRAFT)


def _write_whole(target: Path, text: str, *, durable: bool = False) -> None:
    """Write a file so that it is there whole or not at all, whenever the process ends.

    `durable` waits for the disk. Captures do not: should the power fail, an empty file is no
    output, and readers conclude nothing from it.
    """
    draft = target.with_name(f".{target.name}{_DRAFT}")
    try:
        target.parent.mkdir(exist_ok=True)
        with draft.open("wb") as file:
            file.write(text.encode("utf-8", errors="replace"))
            if durable:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        raise OutputError(
            f"{target}: {error.strerror or 'cannot be written'}",
            hint="check free space and permissions",
        ) from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


class _Dumper(yaml.SafeDumper):
    """Quotes every text that some version of YAML could take for something else."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    style = None if plain else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)
