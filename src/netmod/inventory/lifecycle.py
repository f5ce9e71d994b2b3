"""Hardware and software in use against the dates on which their makers end support."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from netmod import documents
from netmod.inventory._values import Model, Name
from netmod.inventory.models import Day, PlatformId

FILE_NAME = "lifecycle.yaml"
State = Literal["past", "near", "later", "unknown"]
Patterns = Annotated[tuple[str, ...], Field(min_length=1)]


class Notice(Model):
    """Where a date is from, and how sure it is."""

    name: str = Field(min_length=1)
    mark: Literal["verified", "secondary", "unverified"]
    url: str | None = None


class Hardware(Model):
    """Models, as devices print them; `*` and `?` are wildcards. Support holds to the day's end."""

    models: Patterns
    end_of_support: Day
    source: Name


class Software(Model):
    """Versions of a platform, as devices print them; `*` and `?` are wildcards."""

    platform: PlatformId
    versions: Patterns
    end_of_support: Day
    source: Name


class LifecycleFile(Model):
    """`lifecycle.yaml`. Of several entries that fit, the earliest date counts."""

    sources: dict[Name, Notice] = Field(default_factory=dict)
    hardware: tuple[Hardware, ...] = ()
    software: tuple[Software, ...] = ()

    @model_validator(mode="after")
    def _have_sources(self) -> LifecycleFile:
        for name in [one.source for one in self.hardware] + [one.source for one in self.software]:
            if name not in self.sources:
                raise ValueError(f"unknown source {name!r} | declare it under `sources`")
        return self


@dataclass(frozen=True, slots=True)
class InUse:
    """What one device is and runs; None where nobody says it."""

    host: str
    platform: str
    model: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class LifecycleRow:
    """One model, or one version of a platform, and the hosts that have it.

    `what` is empty where it is not known what the hosts have. `mark` says how sure the date is.
    """

    kind: Literal["hardware", "software"]
    what: str
    state: State
    end_of_support: date | None
    mark: str
    source: str
    hosts: tuple[str, ...]


def read_lifecycle(folder: Path) -> LifecycleFile:
    """The register of an inventory `folder`, empty where it has none. Raises `InputError`."""
    path = folder / FILE_NAME
    if not path.exists():
        return LifecycleFile()
    register: LifecycleFile = documents.load(path, LifecycleFile, root=folder.parent)
    return register


def lifecycle(
    register: LifecycleFile, devices: Iterable[InUse], today: date, within: int
) -> list[LifecycleRow]:
    """Every model and version in use, the most urgent first; `near` ends `within` days.

    What has no date, and devices whose model or version nobody knows, are `unknown`, never fine.
    """
    hardware: dict[str, list[str]] = {}
    software: dict[tuple[str, str], list[str]] = {}
    for one in devices:
        hardware.setdefault(one.model or "", []).append(one.host)
        key = (one.platform, one.version) if one.version else ("", "")
        software.setdefault(key, []).append(one.host)
    rows = list(_hardware(register, hardware, today, within))
    rows += _software(register, software, today, within)
    order = ("past", "near", "unknown", "later")
    return sorted(
        rows,
        key=lambda row: (
            order.index(row.state),
            row.end_of_support or date.max,
            row.kind,
            row.what,
        ),
    )


def _hardware(
    register: LifecycleFile, used: dict[str, list[str]], today: date, within: int
) -> Iterator[LifecycleRow]:
    for model, hosts in used.items():
        fits = [one for one in register.hardware if _any(model, one.models)]
        yield _row(register, "hardware", model, fits, hosts, (today, within))


def _software(
    register: LifecycleFile, used: dict[tuple[str, str], list[str]], today: date, within: int
) -> Iterator[LifecycleRow]:
    for (platform, version), hosts in used.items():
        fits = [
            one
            for one in register.software
            if one.platform == platform and _any(version, one.versions)
        ]
        what = f"{platform} {version}".strip()
        yield _row(register, "software", what, fits, hosts, (today, within))


def _any(value: str, patterns: Iterable[str]) -> bool:
    return bool(value) and any(fnmatchcase(value, pattern) for pattern in patterns)


def _row(
    register: LifecycleFile,
    kind: Literal["hardware", "software"],
    what: str,
    fits: Iterable[Hardware | Software],
    hosts: list[str],
    when: tuple[date, int],
) -> LifecycleRow:
    entry = min(fits, key=lambda one: one.end_of_support, default=None)
    named = tuple(sorted(hosts))
    if entry is None:
        return LifecycleRow(kind, what, "unknown", None, "", "", named)
    today, within = when
    end = entry.end_of_support
    state: State = "later"
    if end < today:
        state = "past"
    elif end <= today + timedelta(days=within):
        state = "near"
    notice = register.sources[entry.source]
    return LifecycleRow(kind, what, state, end, notice.mark, notice.name, named)
