"""Where each value of a host comes from: file, line, and which places it hides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from netmod.inventory._sources import ConnectionEntry, DefaultsEntry, DomainSource, Place
from netmod.inventory.standard import HostData

_DATA: TypeAdapter[HostData] = TypeAdapter(HostData)
_FIELDS = ("hostname", "port", "username", "platform")
_BUILT_IN = {"port": 22}


@dataclass(frozen=True, slots=True)
class Explained:
    """One value of a host.

    `key` is a dotted path such as `management.ssh.ciphers`. `level` says who gives the value:
    `host`, `group NAME`, the name of a domain, `region`, or `netmod` where no file says anything;
    `file` is then empty and `line` 0. `hides` are the places, `file:line`, that have a value for
    the same key and do not count.
    """

    key: str
    value: Any
    level: str
    file: str
    line: int
    hides: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """`file:line`, or an empty text."""
        return f"{self.file}:{self.line}" if self.file else ""


def explain(sources: Iterable[DomainSource], host: str) -> tuple[Explained, ...]:
    """Every value of `host`: its address and platform, its connection options, its data.

    Values are what YAML and JSON hold. Mappings are taken apart, lists are not. Raises `KeyError`
    where no domain has the host.
    """
    source = next((one for one in sources if host in one.hosts), None)
    if source is None:
        raise KeyError(host)
    places = tuple(source.places(host))
    return (*_fields(places), *_connections(places), *_data(places))


def _fields(places: tuple[Place, ...]) -> Iterator[Explained]:
    for field in _FIELDS:
        holders = [one for one in places if getattr(one.entry, field) is not None]
        if holders:
            yield _explained(field, getattr(holders[0].entry, field), holders, (field,))
        elif field in _BUILT_IN:
            yield Explained(field, _BUILT_IN[field], "netmod", "", 0)


def _connections(places: tuple[Place, ...]) -> Iterator[Explained]:
    """Nornir resolves each field of a connection's options by itself."""
    names = sorted({name for one in places for name in one.entry.connection_options})
    for name in names:
        for field in (*_FIELDS, "extras"):
            holders = [one for one in places if _option(one.entry, name, field) is not None]
            if holders:
                path = ("connection_options", name, field)
                value = _option(holders[0].entry, name, field)
                yield _explained(".".join(path), value, holders, path)


def _option(entry: DefaultsEntry, name: str, field: str) -> Any:
    options: ConnectionEntry | None = entry.connection_options.get(name)
    return getattr(options, field) if options else None


def _data(places: tuple[Place, ...]) -> Iterator[Explained]:
    for key in HostData.__annotations__:
        holders = [one for one in places if key in one.entry.data]
        if not holders:
            continue
        winner = holders[0]
        written: Any = winner.document.data
        for step in (*winner.location, "data", key):
            written = written[step]
        typed = _DATA.dump_python(winner.entry.data, mode="json", by_alias=True)[key]
        for path, value, is_written in _leaves((key,), typed, written):
            if is_written:
                yield _explained(".".join(path), value, holders, ("data", *path), ("data", key))
            else:
                yield Explained(".".join(path), value, "netmod", "", 0)


def _leaves(
    path: tuple[str, ...], typed: Any, written: Any
) -> Iterator[tuple[tuple[str, ...], Any, bool]]:
    """Path, value and whether the file says it, of all that is no mapping with entries."""
    if not isinstance(typed, dict) or not typed or not isinstance(written, dict):
        yield path, written if isinstance(typed, list) else typed, True
        return
    for key, value in typed.items():
        if key in written:
            yield from _leaves((*path, key), value, written[key])
        elif value is not None:
            yield (*path, key), value, False


def _explained(
    key: str,
    value: Any,
    holders: list[Place],
    path: tuple[str, ...],
    hidden: tuple[str, ...] | None = None,
) -> Explained:
    """`path` is the value's place in the first of `holders`, `hidden` that in the others."""
    winner = holders[0]
    return Explained(
        key,
        value,
        winner.level,
        winner.document.name,
        winner.document.line((*winner.location, *path)),
        tuple(
            f"{one.document.name}:{one.document.line((*one.location, *(hidden or path)))}"
            for one in holders[1:]
        ),
    )
