"""Hosts with what they inherit, in Nornir's own order of resolution, and their cross-checks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import get_args

from netmod.documents import Document
from netmod.errors import Problem
from netmod.inventory._hints import near
from netmod.inventory._references import References
from netmod.inventory._sources import (
    DOMAINS,
    DefaultsEntry,
    DomainSource,
    HostEntry,
    extended_groups,
)
from netmod.inventory._values import IPV4
from netmod.inventory.models import Device, PlatformId, Site
from netmod.inventory.standard import HostData

_HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?")
_NUMBERS = re.compile(r"[0-9.]+")
_LAYOUT_FOLDERS = frozenset({"configs", "show"})
_PLATFORMS = frozenset(get_args(PlatformId))
_SSH_PORT = 22


def merge_domains(
    sources: list[DomainSource], sites: Mapping[str, Site] | None, problems: list[Problem]
) -> dict[str, Device]:
    """All hosts of all domains. Problems are added to the list; a host with one is left out.

    `sites` None: the file of sites has problems of its own, so that sites are not checked.
    """
    devices: dict[str, Device] = {}
    problems.extend(_differing_groups(sources))
    for source in sources:
        problems.extend(_group_problems(source))
    references = References()
    seen = _Seen()
    for source in sources:
        broken = {name for name in source.groups if _chain_is_broken(name, source.groups)}
        inherit = _Inheritance(source)
        for name, entry in source.hosts.items():
            found = list(seen.problems(name, source))
            unknown = [group for group in entry.groups if group not in source.groups]
            for group in unknown:
                hint = near(group, source.groups, "define it in groups.yaml of the same domain")
                message = f"host {name}: unknown group {group!r}"
                found.append(source.hosts_document.problem((name, "groups"), message, hint))
            if not unknown and not broken.intersection(entry.groups):
                device = inherit.device(name, entry)
                found += _device_problems(device, source.hosts_document, sites)
                found += seen.address_problems(device, source.hosts_document)
                found += references.problems(device, source)
                if not found:
                    devices[name] = device
            problems.extend(found)
    return devices


class _Seen:
    """What must stand only once over all domains."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[str, str]] = {}
        self._addresses: dict[tuple[str, int], str] = {}

    def problems(self, name: str, source: DomainSource) -> Iterator[Problem]:
        document = source.hosts_document
        if not _HOST_NAME.fullmatch(name):
            message = f"host name {name!r} has characters that a folder name cannot carry"
            yield document.problem((name,), message, "use letters, digits, '-', '_' and '.' only")
        elif name.lower() in _LAYOUT_FOLDERS:
            message = f"host name {name!r} is a folder of the snapshot layout"
            yield document.problem((name,), message, "give the host another name")
        if (known := self._names.setdefault(name.lower(), (name, source.domain))) != (
            name,
            source.domain,
        ):
            other, domain = known
            where = f"in {domain}/hosts.yaml"
            message = f"host {name} stands {where} too"
            if other != name:
                message = f"host {name} differs from {other} {where} by upper and lower case only"
            yield document.problem((name,), message, "a host belongs to one domain, under one name")

    def address_problems(self, device: Device, document: Document) -> Iterator[Problem]:
        if not device.address:
            return
        key = (device.address, device.port)
        if (other := self._addresses.setdefault(key, device.name)) != device.name:
            message = f"host {device.name}: management address {device.address} is {other}'s"
            hint = "every host needs its own `hostname`"
            yield document.problem((device.name, "hostname"), message, hint)


class _Inheritance:
    """Hosts of one domain with their groups' and defaults' values.

    What a set of groups gives is worked out once and shared by all hosts that have these groups.
    """

    def __init__(self, source: DomainSource) -> None:
        self._source = source
        self._shared: dict[tuple[str, ...], tuple[HostData, HostEntry]] = {}

    def device(self, name: str, entry: HostEntry) -> Device:
        groups = entry.groups
        if groups not in self._shared:
            self._shared[groups] = self._inherited(groups)
        inherited, base = self._shared[groups]
        data: HostData = {**inherited, **entry.data}
        return Device(
            name=name,
            address=entry.hostname or base.hostname or "",
            port=entry.port or base.port or _SSH_PORT,
            platform=entry.platform or base.platform or "",
            domain=self._source.domain,
            role=data.get("role", ""),
            site=data.get("site", ""),
            groups=groups,
            data=data,
        )

    def _inherited(self, groups: tuple[str, ...]) -> tuple[HostData, HostEntry]:
        order: list[DefaultsEntry] = [
            self._source.groups[name] for name in extended_groups(groups, self._source.groups)
        ]
        order += [self._source.defaults.entry, self._source.region.entry]
        data = HostData()
        for entry in reversed(order):
            data.update(entry.data)
        first = {
            field: next((v for one in order if (v := getattr(one, field)) is not None), None)
            for field in ("hostname", "port", "platform")
        }
        return data, HostEntry(**first)


def _group_problems(source: DomainSource) -> Iterator[Problem]:
    document = source.groups_document
    if document is None:
        return
    for name, entry in source.groups.items():
        if name in DOMAINS:
            message = f"group {name} has the name of a domain"
            yield document.problem((name,), message, "put what a domain shares in defaults.yaml")
        for parent in entry.groups:
            if parent not in source.groups:
                message = f"group {name}: unknown group {parent!r}"
                yield document.problem((name, "groups"), message, near(parent, source.groups))
        if name in _ancestors(name, source.groups):
            message = f"group {name} inherits from itself"
            yield document.problem((name, "groups"), message, "break the circle")


def _chain_is_broken(name: str, groups: Mapping[str, HostEntry]) -> bool:
    ancestors = _ancestors(name, groups)
    return name in ancestors or any(
        one not in groups or one in _ancestors(one, groups) for one in ancestors
    )


def _ancestors(name: str, groups: Mapping[str, HostEntry]) -> set[str]:
    found: set[str] = set()
    stack = list(groups[name].groups)
    while stack:
        current = stack.pop()
        if current not in found:
            found.add(current)
            stack += groups[current].groups if current in groups else ()
    return found


def _differing_groups(sources: list[DomainSource]) -> Iterator[Problem]:
    """One merged Nornir inventory has one group of a name, so all domains must agree on it."""
    first: dict[str, tuple[str, HostEntry]] = {}
    for source in sources:
        for name, entry in source.groups.items():
            domain, known = first.setdefault(name, (source.domain, entry))
            if entry != known and source.groups_document:
                message = f"group {name} differs from the one in {domain}/groups.yaml"
                hint = "make both the same, or give one of them another name"
                yield source.groups_document.problem((name,), message, hint)


def _device_problems(
    device: Device, document: Document, sites: Mapping[str, Site] | None
) -> Iterator[Problem]:
    name = device.name
    if not device.address:
        hint = "set `hostname` to its management address"
        yield document.problem((name,), f"host {name} has no management address", hint)
    elif _NUMBERS.fullmatch(device.address) and not IPV4.fullmatch(device.address):
        message = f"host {name}: {device.address!r} is no IPv4 address"
        yield document.problem((name, "hostname"), message, "write it like 10.0.0.1")
    if device.platform not in _PLATFORMS:
        message = f"host {name}: unknown platform {device.platform!r}"
        if not device.platform:
            message = f"host {name} has no platform"
        hint = near(device.platform, _PLATFORMS, f"one of {', '.join(sorted(_PLATFORMS))}")
        yield document.problem((name, "platform"), message, hint)
    if not device.role:
        hint = "set data.role, on the host or on one of its groups"
        yield document.problem((name,), f"host {name} has no role", hint)
    if not device.site:
        hint = "set data.site to a site of sites.yaml"
        yield document.problem((name,), f"host {name} is in no site", hint)
    elif sites is not None and device.site not in sites:
        hint = near(device.site, sites, "declare the site in sites.yaml")
        message = f"host {name}: unknown site {device.site!r}"
        yield document.problem((name, "data", "site"), message, hint)
