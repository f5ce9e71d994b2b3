"""What the network should be: trusts, sites, devices and links, as operators declare them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

PlatformId = Literal[
    "cisco_ios", "cisco_iosxe", "cisco_nxos", "cisco_iosxr", "juniper_junos", "arista_eos"
]
Domain = Literal["lan", "dc-lan", "core"]
Layer = Literal["dci", "inner-core", "stamnett", "dc-lan", "campus", "storage"]
SiteClass = Literal["A", "B", "C"]
SiteKind = Literal["hospital", "data-centre", "core", "clinic", "backbone", "office"]
EncryptedBy = Literal["own", "supplier", "optical"]
LinkStatus = Literal["planned", "active", "decommissioned"]
Media = Literal["fibre", "wavelength", "ethernet-service", "copper", "radio"]

_UNITS = {"M": 10**6, "G": 10**9, "T": 10**12}


def _bits_per_second(value: Any) -> Any:
    """`100G` → 100 000 000 000; numbers are taken as bits per second."""
    if isinstance(value, str) and value[:-1].isdecimal() and value[-1:] in _UNITS:
        return int(value[:-1]) * _UNITS[value[-1]]
    if isinstance(value, str):
        raise ValueError(f"{value!r} is no capacity | write it like 10G, 100G or 400G")
    return value


Capacity = Annotated[int, BeforeValidator(_bits_per_second), Field(gt=0)]


class Model(BaseModel):
    """Base: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Trust(Model):
    """A helseforetak, the owner of sites; or the owner of shared infrastructure."""

    id: str
    name: str


class Site(Model):
    """A location. Coordinates in degrees (WGS 84)."""

    id: str
    name: str
    trust: str
    site_class: SiteClass = Field(alias="class")
    kind: SiteKind
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    core_location: bool = False


class ManagedEnd(Model):
    """An end of a link on a device of ours; `address` is CIDR for templates."""

    device: str
    interface: str
    address: str | None = None


class SupplierEnd(Model):
    """An end that somebody else manages (Norsk Helsenett, an operator)."""

    supplier: str
    site: str | None = None
    service: str | None = None


End = ManagedEnd | SupplierEnd


class Member(Model):
    """One pair of ports of a LAG: the interface at end a and at end b (None: supplier's)."""

    a: str
    b: str | None = None


class LinkEncryption(Model):
    """How we encrypt a link ourselves; `key_chain` is a name, never a key.

    `clear_tag` says that the carrier needs a VLAN tag in clear.
    """

    technology: Literal["macsec", "ipsec"] = "macsec"
    policy: str
    key_chain: str
    fallback_key_chain: str | None = None
    clear_tag: bool = False


class Link(Model):
    """A declared connection with two ends. `capacity` is in bits per second."""

    id: str
    layer: Layer
    a: End
    b: End
    capacity: Capacity
    media: Media = "fibre"
    members: tuple[Member, ...] = ()
    encrypted_by: EncryptedBy = "own"
    encryption: LinkEncryption | None = None
    status: LinkStatus = "active"
    planned_for: date | None = None
    active_from: date | None = None
    decommissioned_on: date | None = None
    requirement: str | None = None

    @property
    def ends(self) -> tuple[End, End]:
        return (self.a, self.b)

    @property
    def managed_ends(self) -> tuple[ManagedEnd, ...]:
        return tuple(end for end in self.ends if isinstance(end, ManagedEnd))


@dataclass(frozen=True, slots=True)
class Device:
    """One host of a Nornir inventory with its groups' and defaults' values merged in.

    `address` and `port` are where its management interface is reached.
    """

    name: str
    address: str
    port: int
    platform: str
    domain: str
    role: str
    site: str
    groups: tuple[str, ...]
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Inventory:
    """Everything declared, cross-checked: every name below is known, every link end exists."""

    trusts: Mapping[str, Trust]
    sites: Mapping[str, Site]
    devices: Mapping[str, Device]
    links: Mapping[str, Link]

    def site_of(self, end: End) -> Site | None:
        """The site of a link's end; None for a supplier's end whose site is not declared."""
        if isinstance(end, ManagedEnd):
            return self.sites[self.devices[end.device].site]
        return self.sites.get(end.site) if end.site else None

    def links_of(self, device: str) -> tuple[Link, ...]:
        """The links that end on a device, in the order of their ids."""
        return self._links_by_device.get(device, ())

    @cached_property
    def _links_by_device(self) -> dict[str, tuple[Link, ...]]:
        links: dict[str, tuple[Link, ...]] = {}
        for link in sorted(self.links.values(), key=lambda one: one.id):
            for end in link.managed_ends:
                links[end.device] = (*links.get(end.device, ()), link)
        return links
