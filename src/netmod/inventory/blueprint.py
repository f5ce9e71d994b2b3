"""A new site from the blueprint of its class: names, addresses from pools, links, keys."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from netmod import documents
from netmod.errors import InputError, Problem
from netmod.inventory._editing import with_entries
from netmod.inventory._hints import near
from netmod.inventory._values import Asn, Model, Name, Prefix
from netmod.inventory.models import (
    Domain,
    Inventory,
    Layer,
    ManagedEnd,
    Media,
    Member,
    SiteClass,
    SiteKind,
)
from netmod.inventory.standard.ports import Range, expanded

FOLDER = "blueprints"
_KEY_DAYS = 730


class NetworkPool(Model):
    """Networks of `length` bits, cut from `network` from its beginning."""

    network: Prefix
    length: int = Field(ge=16, le=32)


class NumberPool(Model):
    """Numbers from `first` to `last`."""

    first: Asn
    last: Asn


class BlueprintDevice(Model):
    """One device. `role` and `platform` are groups of its domain; `host` is its number in the
    site's management network; `loopback`, `asn` and `gateways` (VLAN → pool) name pools. With an
    `isis_area` (49.0001) its NET has the digits of the loopback, as IS-IS is commonly numbered."""

    domain: Domain
    role: Name
    platform: Name
    host: int = Field(ge=2, le=65534)
    loopback: Name | None = None
    asn: Name | None = None
    isis_area: str | None = Field(default=None, pattern=r"^49\.[0-9a-f]{4}$")
    gateways: dict[Name, Name] = Field(default_factory=dict)
    data: dict[str, Any] = Field(default_factory=dict)


class BlueprintEnd(Model):
    """An end on a device of the blueprint, or on `hub`, a device that stands already, where the
    first port of `interface` is taken that carries no link."""

    device: Name | None = None
    hub: Name | None = None
    interface: Range


class BlueprintLink(Model):
    """One link. With a `policy` it has MACsec and a key chain of its own; without a `network` it
    has no addresses (a trunk). `members` are the ports of a LAG."""

    layer: Layer
    a: BlueprintEnd
    b: BlueprintEnd
    network: Name | None = None
    capacity: Annotated[str, Field(pattern="^[0-9]+[MGT]$")]
    media: Media = "fibre"
    policy: Name | None = None
    members: tuple[Member, ...] = ()


class Blueprint(Model):
    """`blueprints/<class>.yaml`. In the names of links, `{short}` is the site's short name; a
    device is called by it and its own key."""

    kind: SiteKind
    core_location: bool = False
    management: Name
    networks: dict[Name, NetworkPool]
    numbers: dict[Name, NumberPool] = Field(default_factory=dict)
    devices: dict[Name, BlueprintDevice] = Field(min_length=1)
    links: dict[str, BlueprintLink] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewSite:
    """What a person says of a new site. `short` begins the names of its devices and links."""

    id: str
    name: str
    trust: str
    site_class: SiteClass
    latitude: float
    longitude: float
    short: str


def read_blueprint(folder: Path, site_class: str) -> Blueprint:
    """The blueprint of a class in the inventory `folder`. Raises `InputError`."""
    path = folder / FOLDER / f"{site_class}.yaml"
    blueprint: Blueprint = documents.load(path, Blueprint, root=folder.parent)
    return blueprint


def plan_site(
    inventory: Inventory,
    blueprint: Blueprint,
    site: NewSite,
    texts: Mapping[str, str],
    today: date,
) -> dict[str, str]:
    """The files of the inventory that the site changes, by name, with their new text.

    `texts` are the files as they are. The same arguments give the same text. Links are planned,
    so that nothing is switched on; keys are valid from `today`. Raises `InputError` where a name
    is taken, a pool is empty, or the blueprint names what does not exist.
    """
    _check(inventory, blueprint, site)
    taken = _Taken(inventory)
    management = taken.network(blueprint, blueprint.management)
    changes = _Changes(texts)
    changes.add("sites.yaml", {site.id: _site(blueprint, site)}, under="sites")
    group = f"site-{site.id}"
    for domain in dict.fromkeys(device.domain for device in blueprint.devices.values()):
        changes.add(f"{domain}/groups.yaml", {group: _group(site, management, changes, domain)})
    for suffix, device in blueprint.devices.items():
        groups = (device.role, group, device.platform)
        entry = {
            "hostname": str(management[device.host]),
            "groups": list(groups),
            "data": _data(blueprint, device, taken),
        }
        changes.add(f"{device.domain}/hosts.yaml", {f"{site.short}-{suffix}": entry})
    for template, link in blueprint.links.items():
        name = template.format(short=site.short)
        changes.add("links.yaml", {name: _link(name, link, blueprint, site, taken, today)})
        if link.policy:
            changes.add("encryption.yaml", _chains(name, today), under="key_chains")
    return changes.made


@dataclass(slots=True)
class _Changes:
    """Texts of files, and which of them are new."""

    texts: Mapping[str, str]
    made: dict[str, str] = field(default_factory=dict)

    def text(self, file: str) -> str:
        return self.made.get(file, self.texts.get(file, ""))

    def add(self, file: str, entries: Mapping[str, Any], under: str | None = None) -> None:
        self.made[file] = with_entries(self.text(file), entries, name=file, under=under)


class _Taken:
    """Addresses, numbers and ports in use, and those that are taken on the way."""

    def __init__(self, inventory: Inventory) -> None:
        self._addresses = {int(one) for one in _addresses(inventory)}
        self._numbers = {device.data.get("asn") for device in inventory.devices.values()}
        self._ports = {
            (end.device, port)
            for link in inventory.links.values()
            if link.status != "decommissioned"
            for side, end in zip("ab", link.ends, strict=True)
            if isinstance(end, ManagedEnd)
            for port in (end.interface, *(getattr(one, side) for one in link.members))
        }

    def network(self, blueprint: Blueprint, pool: str) -> IPv4Network:
        """The first network of a pool in which no address is used."""
        one = blueprint.networks[pool]
        for network in _cut(one):
            first, last = int(network.network_address), int(network.broadcast_address)
            if not any(first <= address <= last for address in self._addresses):
                self._addresses.add(first)
                return network
        raise _problem(f"pool {pool} ({one.network}) has no free network", "give it a larger one")

    def number(self, blueprint: Blueprint, pool: str) -> int:
        one = blueprint.numbers[pool]
        for number in range(one.first, one.last + 1):
            if number not in self._numbers:
                self._numbers.add(number)
                return number
        raise _problem(f"pool {pool} has no free number", "let it end later")

    def port(self, device: str, ports: str) -> str:
        for port in expanded(ports):
            if (device, port) not in self._ports:
                self._ports.add((device, port))
                return port
        raise _problem(f"{device} has no free port of {ports}", "name another hub or more ports")


def _cut(pool: NetworkPool) -> Iterator[IPv4Network]:
    """The networks of a pool; single addresses leave out its first and its last."""
    whole = IPv4Network(pool.network)
    if pool.length == 32:
        return (IPv4Network(address) for address in whole.hosts())
    return whole.subnets(new_prefix=pool.length)


def _addresses(inventory: Inventory) -> Iterator[IPv4Address]:
    """Every address that a device or the end of a link has, decommissioned ones as well."""
    for device in inventory.devices.values():
        data = device.data
        single = (device.address, data.get("loopback"), data.get("vtep"),
                  data.get("management_gateway"))  # fmt: skip
        written: list[str | None] = [*single, *(one.address for one in data.get("gateways", ()))]
        yield from _parsed(written)
    for link in inventory.links.values():
        yield from _parsed(end.address for end in link.ends)


def _parsed(written: Iterable[str | None]) -> Iterator[IPv4Address]:
    for one in written:
        try:
            yield IPv4Address((one or "").partition("/")[0])
        except ValueError:
            continue  # a host name, or no address


def _check(inventory: Inventory, blueprint: Blueprint, site: NewSite) -> None:
    """Names that are taken, and names that do not exist."""
    if site.id in inventory.sites:
        raise _problem(f"site {site.id} stands in sites.yaml already", "choose another name")
    if site.trust not in inventory.trusts:
        hint = near(site.trust, inventory.trusts, "declare it under `trusts` of sites.yaml first")
        raise _problem(f"unknown trust {site.trust!r}", hint)
    if any(name.startswith(f"{site.short}-") for name in inventory.devices):
        raise _problem(f"devices called {site.short}-… exist", "give another --short")
    for suffix, device in blueprint.devices.items():
        _known(f"devices.{suffix}", device.gateways.values(), blueprint.networks)
        _known(f"devices.{suffix}", [device.loopback], blueprint.networks)
        _known(f"devices.{suffix}", [device.asn], blueprint.numbers)
        if device.isis_area and not device.loopback:
            raise _problem(f"devices.{suffix}: isis_area without a loopback", "name its pool")
    _known("management", [blueprint.management], blueprint.networks)
    for name, link in blueprint.links.items():
        _known(f"links.{name}", [link.network], blueprint.networks)
        if link.members and (link.a.hub or link.b.hub):
            raise _problem(f"links.{name}: a LAG to a hub", "members are ports of new devices")
        for end in (link.a, link.b):
            if (end.device is None) == (end.hub is None):
                raise _problem(f"links.{name}: an end has `device` or `hub`", "write one of them")
            _known(f"links.{name}", [end.device], blueprint.devices)
            _known(f"links.{name}", [end.hub], inventory.devices)


def _known(where: str, names: Iterable[str | None], known: Iterable[str]) -> None:
    for name in names:
        if name is not None and name not in known:
            raise _problem(f"blueprint, {where}: unknown {name!r}", near(name, known))


def _problem(message: str, hint: str) -> InputError:
    return InputError([Problem("site new", 0, message, hint)])


def _site(blueprint: Blueprint, site: NewSite) -> dict[str, Any]:
    return {
        "name": site.name,
        "trust": site.trust,
        "class": site.site_class,
        "kind": blueprint.kind,
        "latitude": site.latitude,
        "longitude": site.longitude,
        **({"core_location": True} if blueprint.core_location else {}),
    }


def _group(
    site: NewSite, management: IPv4Network, changes: _Changes, domain: str
) -> dict[str, Any]:
    """The site's group; below its trust's, where the domain has that."""
    text, name = changes.text(f"{domain}/groups.yaml"), f"{domain}/groups.yaml"
    known = documents.parse(text, path=Path(name), name=name).data or {}
    trust = f"trust-{site.trust}"
    parents = {"groups": [trust]} if trust in known else {}
    return {**parents, "data": {"site": site.id, "management_gateway": str(management[1])}}


def _data(blueprint: Blueprint, device: BlueprintDevice, taken: _Taken) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if device.loopback:
        loopback = taken.network(blueprint, device.loopback).network_address
        data["loopback"] = str(loopback)
        if device.isis_area:
            data["isis_net"] = _net(device.isis_area, loopback)
    if device.asn:
        data["asn"] = taken.number(blueprint, device.asn)
    gateways = []
    for vlan, pool in device.gateways.items():
        network = taken.network(blueprint, pool)
        gateways.append({"vlan": vlan, "address": f"{network[1]}/{network.prefixlen}"})
    if gateways:
        data["gateways"] = gateways
    return {**data, **device.data}


def _net(area: str, loopback: IPv4Address) -> str:
    """10.255.0.6 → 49.0001.0102.5500.0006.00"""
    digits = "".join(f"{octet:03}" for octet in loopback.packed)
    return ".".join((area, digits[:4], digits[4:8], digits[8:], "00"))


def _link(
    name: str,
    link: BlueprintLink,
    blueprint: Blueprint,
    site: NewSite,
    taken: _Taken,
    today: date,
) -> dict[str, Any]:
    addresses = _pair(taken.network(blueprint, link.network)) if link.network else ({}, {})
    entry: dict[str, Any] = {"layer": link.layer}
    for side, end, address in zip("ab", (link.a, link.b), addresses, strict=True):
        device = end.hub or f"{site.short}-{end.device}"
        entry[side] = {
            "device": device,
            "interface": taken.port(device, end.interface),
            **address,
        }
    entry |= {"capacity": link.capacity, "media": link.media}
    if link.members:
        entry["members"] = [member.model_dump(exclude_none=True) for member in link.members]
    if link.policy:
        chain, fallback = _chains(name, today)
        entry["encryption"] = {
            "policy": link.policy,
            "key_chain": chain,
            "fallback_key_chain": fallback,
        }
    return {**entry, "status": "planned"}


def _pair(network: IPv4Network) -> tuple[dict[str, str], dict[str, str]]:
    """The addresses of the two ends."""
    first = 0 if network.prefixlen == 31 else 1
    one, other = (f"{network[first + side]}/{network.prefixlen}" for side in (0, 1))
    return {"address": one}, {"address": other}


def _chains(link: str, today: date) -> dict[str, Any]:
    """A chain and its fallback. A CKN is a public name: the same link gives the same."""
    name = f"KC-{link.upper()}"
    key = {"start": today, "end": today + timedelta(days=_KEY_DAYS)}
    return {
        name: {"keys": [{**_key(f"{link}/1"), **key}]},
        f"{name}-FB": {"keys": [{**_key(f"{link}/fallback"), "start": today}]},
    }


def _key(place: str) -> dict[str, str]:
    ckn = hashlib.sha256(f"macsec/{place}".encode()).hexdigest()
    return {"ckn": ckn, "secret": f"macsec/{place}"}
