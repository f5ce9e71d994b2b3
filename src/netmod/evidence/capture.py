"""What a device said, verbatim but redacted: the values that this room hands out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from netmod.evidence._operator import Operator


@dataclass(frozen=True, slots=True)
class Capture:
    """The redacted, normalised text of one file of one host.

    `command` is what the file's name says (spaces where the slug has `_`), or what
    `snapshot.yaml` says exactly (`exact`). None where nothing says it: a backup file, a
    transcript. `platforms` splits and identifies those. Line N of `text` is line N of `file`:
    normalising blanks lines out and never removes one. `sha256` is over the redacted bytes
    before normalisation.
    """

    host: str
    command: str | None
    text: str
    file: str
    sha256: str
    exact: bool = False
    captured_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HostCaptures:
    """All captures of one host; `platform`, `site`, `role` and `aliases` from `snapshot.yaml`."""

    host: str
    captures: tuple[Capture, ...] = ()
    platform: str | None = None
    site: str | None = None
    role: str | None = None
    aliases: tuple[str, ...] = ()
    failure: str | None = None
    warnings: tuple[str, ...] = ()


LinkDeclaration = tuple[str, str, str, str]
"""host, interface, host, interface."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Captures of many hosts at one time.

    `captured_at` and `collected_by` are None where no `snapshot.yaml` says it. `warnings` are what
    was left out and belongs to no host.
    """

    root: Path
    hosts: tuple[HostCaptures, ...] = ()
    captured_at: datetime | None = None
    links: tuple[LinkDeclaration, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    collected_by: Operator | None = None
