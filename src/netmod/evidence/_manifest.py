"""`snapshot.yaml`: what a snapshot says about itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from netmod import documents
from netmod.evidence._operator import Operator
from netmod.evidence.capture import LinkDeclaration

FILE_NAME = "snapshot.yaml"
_EXAMPLE = "write it like 2026-11-28T05:00:00+01:00"


def _no_number(value: Any) -> Any:
    if isinstance(value, int | float):
        raise ValueError(f"{value!r} is no time | {_EXAMPLE}")
    return value


def _with_zone(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"has no time zone | {_EXAMPLE}")
    return value


ZonedTime = Annotated[datetime, BeforeValidator(_no_number), AfterValidator(_with_zone)]
Name = Annotated[str, Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HostEntry(_Model):
    """What is known of a host besides its captures.

    `captured_at` is when its session began, where hosts were collected one after the other.
    `remarks` are what its collection had to accept: `legacy-ssh: diffie-hellman-group14-sha1`.
    """

    platform: Name | None = None
    site: Name | None = None
    role: Name | None = None
    aliases: tuple[Name, ...] = ()
    captured_at: ZonedTime | None = None
    remarks: tuple[Name, ...] = ()


class Manifest(_Model):
    """The whole file.

    `files` gives the exact command of a file, by its path below the snapshot or by its name.
    `failed` names hosts that could not be collected, or not wholly, with the reason.
    `collected_by` is who ran the collection; it proves nothing.
    """

    captured_at: ZonedTime | None = None
    collected_by: Operator | None = None
    hosts: dict[Name, HostEntry | None] = Field(default_factory=dict)
    files: dict[Name, Name] = Field(default_factory=dict)
    links: tuple[LinkDeclaration, ...] = ()
    failed: dict[Name, Name] = Field(default_factory=dict)

    def host(self, name: str) -> HostEntry:
        """The host's entry; an empty one where the file says nothing about it."""
        return self.hosts.get(name) or HostEntry()

    def of(self, hosts: Collection[str], names: Collection[str]) -> Manifest:
        """What it says of some hosts, whose files have these names. A link with an end on another
        host is left out."""
        known = {*names, *(name.rpartition("/")[2] for name in names)}
        return self.model_copy(
            update={
                "hosts": {name: one for name, one in self.hosts.items() if name in hosts},
                "files": {name: one for name, one in self.files.items() if name in known},
                "links": tuple(one for one in self.links if one[0] in hosts and one[2] in hosts),
                "failed": {name: why for name, why in self.failed.items() if name in hosts},
            }
        )


def as_yaml(manifest: Manifest) -> str:
    """The file that says it: always the same text for the same manifest."""
    values = manifest.model_dump(mode="json", exclude_defaults=True)
    text: str = yaml.safe_dump(
        values, sort_keys=True, allow_unicode=True, width=10_000, default_style='"'
    )
    return text


def load(root: Path) -> Manifest:
    """The manifest of the snapshot at `root`; an empty one where it has none.

    Raises `InputError` with every problem of the file.
    """
    path = root / FILE_NAME
    if not path.exists():
        return Manifest()
    document = documents.read(path, root=root)
    if document.data is None:
        return Manifest()
    manifest: Manifest = documents.validate(document, Manifest)
    return manifest
