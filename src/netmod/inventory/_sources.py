"""The files of an inventory folder as typed values, without looking from one file to another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import InitErrorDetails

from netmod import documents
from netmod.documents import Document
from netmod.errors import InputError, Problem
from netmod.inventory.models import (
    MANAGED_TAG,
    SUPPLIER_TAG,
    KeyChain,
    Link,
    MacsecPolicy,
    Model,
    Site,
    Trust,
)

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

    data: dict[str, Any] = Field(default_factory=dict)
    connection_options: dict[str, ConnectionEntry] = Field(default_factory=dict)


class HostEntry(DefaultsEntry):
    """One host of `hosts.yaml` or one group of `groups.yaml`."""

    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DomainSource:
    """The three files of one domain, each validated by itself."""

    domain: str
    hosts: dict[str, HostEntry]
    groups: dict[str, HostEntry]
    defaults: DefaultsEntry
    hosts_document: Document
    groups_document: Document | None


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


def read_domain(folder: Path, *, root: Path, problems: list[Problem]) -> DomainSource | None:
    """The domain in `folder`; None where one of its files has problems, which are added."""
    before = len(problems)
    hosts = documents.collect(
        problems, lambda: read_file(folder / "hosts.yaml", dict[str, HostEntry], root=root)
    )
    groups = defaults = None
    if (folder / "groups.yaml").exists():
        groups = documents.collect(
            problems, lambda: read_file(folder / "groups.yaml", dict[str, HostEntry], root=root)
        )
    if (folder / "defaults.yaml").exists():
        defaults = documents.collect(
            problems, lambda: read_file(folder / "defaults.yaml", DefaultsEntry, root=root)
        )
    if hosts is None or len(problems) > before:
        return None
    return DomainSource(
        domain=folder.name,
        hosts=hosts[0],
        groups=groups[0] if groups else {},
        defaults=defaults[0] if defaults else DefaultsEntry(),
        hosts_document=hosts[1],
        groups_document=groups[1] if groups else None,
    )
