"""Accepted deviations: drift that somebody answers for until a day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from netmod import documents
from netmod.drift.model import Difference
from netmod.inventory import Device

FILE_NAME = "deviations.yaml"


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"{value!r} is no regular expression: {error} | correct it") from None
    return value


Pattern = Annotated[str, AfterValidator(_pattern)]


class Deviation(BaseModel):
    """One accepted deviation.

    It covers a difference where every line of it, on either side and without indentation, is
    matched as a whole by one of `lines`, and `section`, if given, matches the whole path to it
    (texts joined by ` / `). `devices` may hold wildcards. It holds up to and with `expires`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    lines: tuple[Pattern, ...] = Field(min_length=1)
    section: Pattern | None = None
    devices: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    owner: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    ticket: str | None = None
    expires: date

    @model_validator(mode="after")
    def _somewhere(self) -> Deviation:
        if not self.devices and not self.roles:
            raise ValueError("a deviation names no device | give `devices` or `roles`")
        return self

    def concerns(self, device: Device) -> bool:
        """Whether it is about this device."""
        named = any(fnmatchcase(device.name, pattern) for pattern in self.devices)
        return named or device.role in self.roles

    def covers(self, difference: Difference) -> bool:
        """Whether it is about this difference."""
        path = " / ".join(difference.section)
        if self.section is not None and not re.fullmatch(self.section, path):
            return False
        lines = (*difference.intended, *difference.running)
        return all(any(re.fullmatch(one, line.strip()) for one in self.lines) for line in lines)


class DeviationsFile(BaseModel):
    """`compliance/deviations.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    deviations: tuple[Deviation, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> DeviationsFile:
        ids = [one.id for one in self.deviations]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} stands twice | every deviation has its own id")
        return self


def load_deviations(folder: Path, *, root: Path | None = None) -> tuple[Deviation, ...]:
    """Those of the project's `compliance/` folder; none where it has no such file.

    Raises `InputError` with every problem.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return ()
    content: DeviationsFile = documents.load(path, DeviationsFile, root=root)
    return content.deviations


def accepted_by(
    difference: Difference, device: Device, deviations: Iterable[Deviation], today: date
) -> Deviation | None:
    """The deviation that covers a difference today."""
    return next(
        (
            one
            for one in deviations
            if one.expires >= today and one.concerns(device) and one.covers(difference)
        ),
        None,
    )
