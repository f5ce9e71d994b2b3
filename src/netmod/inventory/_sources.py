"""The files of an inventory folder as typed values, without looking from one file to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import InitErrorDetails

from netmod import documents
from netmod.documents import Document
from netmod.errors import InputError, Problem
from netmod.inventory._values import Model
from netmod.inventory.models import (
    MANAGED_TAG,
    SUPPLIER_TAG,
    KeyChain,
    Link,
    MacsecPolicy,
    Site,
    Trust,
)
from netmod.inventory.standard import HostData

DOMAINS = ("lan", "dc-lan", "core")
_SECRET_EXTRAS = frozenset({"password", "secret", "passphrase", "api_key", "token"})


def _identified(value: Any) -> Any:
    """The key of each entry becomes its `id`."""
    if not isinstance(value, dict):
        return value
    return {
        key: {**entry, "id": key} if isinstance(entry, dict) else entry
        for key, entry in value.items()
    }


def _no_secret(value: Any) -> Any:
    if value is not None:
        raise ValueError("a password may not stand in the inventory | remove it: logins are "
                         "resolved when a job connects")  # fmt: skip
    return value


def _no_secret_extras(value: Any) -> Any:
    if isinstance(value, dict) and (found := sorted(_SECRET_EXTRAS & value.keys())):
        raise ValueError(f"{found[0]!r} may not stand in the inventory | remove it: logins are "
                         "resolved when a job connects")  # fmt: skip
    return value


NoSecret = Annotated[None, BeforeValidator(_no_secret)]


class SitesFile(Model):
    """`sites.yaml`."""

    trusts: Annotated[dict[str, Trust], BeforeValidator(_identified)]
    sites: Annotated[dict[str, Site], BeforeValidator(_identified)]


class EncryptionFile(Model):
    """`encryption.yaml`."""

    policies: Annotated[dict[str, MacsecPolicy], BeforeValidator(_identified)] = Field(
        default_factory=dict
    )
    key_chains: Annotated[dict[str, KeyChain], BeforeValidator(_identified)] = Field(
        default_factory=dict
    )


Links = Annotated[dict[str, Link], BeforeValidator(_identified)]


class Entry(BaseModel):
    """What Nornir's hosts, groups, defaults and connection options have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hostname: str | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    username: str | None = None
    password: NoSecret = None
    platform: str | None = None


class ConnectionEntry(Entry):
    """Options of one connection plug-in."""

    extras: Annotated[dict[str, Any] | None, BeforeValidator(_no_secret_extras)] = None


class DefaultsEntry(Entry):
    """`defaults.yaml`."""

    data: HostData = Field(default_factory=HostData)
    connection_options: dict[str, ConnectionEntry] = Field(default_factory=dict)


class HostEntry(DefaultsEntry):
    """One host of `hosts.yaml` or one group of `groups.yaml`."""

    groups: tuple[str, ...] = ()


FILES: dict[str, Any] = {
    "inventory-hosts": dict[str, HostEntry],
    "inventory-groups": dict[str, HostEntry],
    "defaults": DefaultsEntry,
    "sites": SitesFile,
    "links": Links,
    "encryption": EncryptionFile,
}
"""What each kind of file holds, for schemas."""


@dataclass(frozen=True, slots=True)
class DefaultsSource:
    """A `defaults.yaml`; without a document where there is none."""

    entry: DefaultsEntry = field(default_factory=DefaultsEntry)
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """An entry that hosts take values from, and where it stands: `location` within `document`.

    `level` is `host`, `group NAME`, the name of a domain, or `region`.
    """

    level: str
    entry: DefaultsEntry
    document: Document
    location: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DomainSource:
    """The three files of one domain and the region's defaults, each validated by itself."""

    domain: str
    hosts: dict[str, HostEntry]
    groups: dict[str, HostEntry]
    defaults: DefaultsSource
    region: DefaultsSource
    hosts_document: Document
    groups_document: Document | None

    def places(self, name: str) -> Iterator[Place]:
        """Every place that a host's values may stand in, the winning one first."""
        yield Place("host", self.hosts[name], self.hosts_document, (name,))
        for group in extended_groups(self.hosts[name].groups, self.groups):
            if self.groups_document:
                entry = self.groups[group]
                yield Place(f"group {group}", entry, self.groups_document, (group,))
        if self.defaults.document:
            yield Place(self.domain, self.defaults.entry, self.defaults.document, ())
        if self.region.document:
            yield Place("region", self.region.entry, self.region.document, ())

    def place(self, name: str, key: str) -> tuple[Document, tuple[str, ...]]:
        """Where the value of a host's `data` key stands: the file, and the place in it."""
        for place in self.places(name):
            if key in place.entry.data:
                return place.document, (*place.location, "data", key)
        return self.hosts_document, (name,)


def extended_groups(names: Iterable[str], groups: Mapping[str, HostEntry]) -> list[str]:
    """Groups in the order in which Nornir asks them: depth first, each once."""
    order: list[str] = []
    for name in names:
        for one in (name, *extended_groups(groups[name].groups, groups)):
            if one not in order:
                order.append(one)
    return order


def read_file(path: Path, model: Any, *, root: Path) -> tuple[Any, Document]:
    """One file, validated, with its positions. Raises `InputError` with all its problems."""
    document = documents.read(path, root=root)
    if document.data is None:
        document.data = {}
    try:
        return TypeAdapter(model).validate_python(document.data), document
    except ValidationError as error:
        plain = _without_tags(error)
        raise InputError(documents.problems_of(plain, document, model)) from None


def _without_tags(error: ValidationError) -> ValidationError:
    """Which model an end was read as is not part of its place in the file."""
    details: list[InitErrorDetails] = []
    for one in error.errors(include_url=False):
        location = tuple(part for part in one["loc"] if part not in (MANAGED_TAG, SUPPLIER_TAG))
        details.append(
            {"type": one["type"], "loc": location, "input": one["input"], "ctx": one.get("ctx", {})}
        )
    return ValidationError.from_exception_data(error.title, details)


def read_defaults(folder: Path, *, root: Path, problems: list[Problem]) -> DefaultsSource | None:
    """The `defaults.yaml` of a folder; None where it has problems, which are added."""
    path = folder / "defaults.yaml"
    if not path.exists():
        return DefaultsSource()
    found = documents.collect(problems, lambda: read_file(path, DefaultsEntry, root=root))
    return DefaultsSource(*found) if found else None


def read_domain(
    folder: Path, region: DefaultsSource, *, root: Path, problems: list[Problem]
) -> DomainSource | None:
    """The domain in `folder`; None where one of its files has problems, which are added."""
    before = len(problems)
    hosts = documents.collect(
        problems, lambda: read_file(folder / "hosts.yaml", dict[str, HostEntry], root=root)
    )
    groups = None
    if (folder / "groups.yaml").exists():
        groups = documents.collect(
            problems, lambda: read_file(folder / "groups.yaml", dict[str, HostEntry], root=root)
        )
    defaults = read_defaults(folder, root=root, problems=problems)
    if hosts is None or defaults is None or len(problems) > before:
        return None
    return DomainSource(
        domain=folder.name,
        hosts=hosts[0],
        groups=groups[0] if groups else {},
        defaults=defaults,
        region=region,
        hosts_document=hosts[1],
        groups_document=groups[1] if groups else None,
    )
