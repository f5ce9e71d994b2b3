"""One sandboxed Jinja environment per templates folder, and the filters that templates may use."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from datetime import date
from functools import lru_cache
from ipaddress import ip_interface, ip_network
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from netutils.vlan import vlanlist_to_config
from pydantic import BaseModel

from netmod.inventory.standard import Zones

_REFERENCE = re.compile(r"[a-z0-9][a-z0-9._/-]*")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August",
           "September", "October", "November", "December")  # fmt: skip


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, and of values only what they hold.

    A pydantic model has methods that read files, and a date one that reads the clock.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Values of the inventory are most of what is read: Jinja's own way takes twice as long."""
        readable = _readable(type(obj))
        if readable is not None and attribute in readable:
            return getattr(obj, attribute)
        if type(obj) is dict and attribute in obj and not hasattr(dict, attribute):
            return obj[attribute]
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        readable = _readable(type(obj))
        return super().is_safe_attribute(obj, attr, value) if readable is None else attr in readable


def _readable(kind: type) -> frozenset[str] | None:
    """The attributes that a template may read of a type of values; None for any other type."""
    if kind not in _known:
        _known[kind] = _attributes(kind)
    return _known[kind]


_known: dict[type, frozenset[str] | None] = {}


def _attributes(kind: type) -> frozenset[str] | None:
    if issubclass(kind, BaseModel):
        computed = (name for name, value in vars(kind).items() if isinstance(value, property))
        return frozenset(kind.model_fields) | frozenset(computed)
    if is_dataclass(kind):
        return frozenset(field.name for field in fields(kind))
    return frozenset({"year", "month", "day"}) if issubclass(kind, date) else None


@lru_cache(maxsize=8)
def environment(templates: Path) -> ImmutableSandboxedEnvironment:
    """The environment of a templates folder. A template cannot reach files, code, clock or chance.

    A value that is missing is an error, never an empty text.
    """
    created = _Sandbox(
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        cache_size=-1,
    )
    del created.filters["random"], created.globals["lipsum"]
    created.filters.update(
        {
            "secret": secret,
            "ip": address,
            "prefix_length": prefix_length,
            "netmask": netmask,
            "network": network,
            "network_of": network_of,
            "vlan_id": vlan_id,
            "wildcard": wildcard,
            "day": day,
            "month": month,
            "vlan_ranges": vlan_ranges,
        }
    )
    return created


def secret(reference: str) -> str:
    """The placeholder of a secret, by its reference: `<secret:ntp/10>`."""
    if not _REFERENCE.fullmatch(reference):
        raise ValueError(f"{reference!r} is no reference to a secret")
    return f"<secret:{reference}>"


@lru_cache(maxsize=65536)
def address(cidr: str) -> str:
    """The address alone: `10.0.0.1/31` → `10.0.0.1`."""
    return str(ip_interface(cidr).ip)


@lru_cache(maxsize=65536)
def prefix_length(cidr: str) -> int:
    """`10.0.0.1/31` → 31."""
    return ip_interface(cidr).network.prefixlen


@lru_cache(maxsize=65536)
def netmask(cidr: str) -> str:
    """`10.0.0.1/31` → `255.255.255.254`."""
    return str(ip_interface(cidr).netmask)


@lru_cache(maxsize=65536)
def network(cidr: str) -> str:
    """The address of the network: `10.0.0.1/24` → `10.0.0.0`."""
    return str(ip_interface(cidr).network.network_address)


@lru_cache(maxsize=65536)
def network_of(cidr: str) -> str:
    """The network with its prefix length: `10.0.0.1/24` → `10.0.0.0/24`."""
    return str(ip_interface(cidr).network)


@lru_cache(maxsize=65536)
def wildcard(cidr: str) -> str:
    """The network and its wildcard mask: `10.0.0.0/28` → `10.0.0.0 0.0.0.15`."""
    network = ip_network(cidr)
    return f"{network.network_address} {network.hostmask}"


def vlan_id(name: str, zones: Zones) -> int:
    """The number of a VLAN: `KLINISK` → 110."""
    for vlan in zones.vlans:
        if vlan.name == name:
            return vlan.id
    raise ValueError(f"VLAN {name!r} is not defined in `zones`")


def day(value: date) -> int:
    """The day of the month."""
    return value.day


def month(value: date) -> str:
    """The English name of the month, whatever the machine's language is."""
    return _MONTHS[value.month - 1]


def vlan_ranges(vlans: list[int]) -> str:
    """`[110, 120, 121]` → `110,120-121`."""
    return ",".join(vlanlist_to_config(sorted(vlans)))
