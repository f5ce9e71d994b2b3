"""What the network should be: trusts, sites, devices and links, as operators declare them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from netmod.inventory._values import NAME, REFERENCE, Cidr, Model
from netmod.inventory.standard import HostData

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

MacsecCipher = Literal["GCM-AES-128", "GCM-AES-256", "GCM-AES-XPN-128", "GCM-AES-XPN-256"]
Enforcement = Literal["must-secure", "should-secure"]

_UNITS = {"M": 10**6, "G": 10**9, "T": 10**12}


def _bits_per_second(value: Any) -> Any:
    """`100G` → 100 000 000 000; numbers are taken as bits per second."""
    if isinstance(value, str) and value[:-1].isdecimal() and value[-1:] in _UNITS:
        return int(value[:-1]) * _UNITS[value[-1]]
    if isinstance(value, str):
        raise ValueError(f"{value!r} is no capacity | write it like 10G, 100G or 400G")
    return value


def _day(value: Any) -> Any:
    """Only text is a date: pydantic would take `20260101` for seconds since 1970."""
    if isinstance(value, int | float):
        raise ValueError(f"{value!r} is not a date that exists | write it as YYYY-MM-DD")
    return value


Day = Annotated[date, BeforeValidator(_day)]
Capacity = Annotated[
    int,
    BeforeValidator(
        _bits_per_second,
        json_schema_input_type=Annotated[int, Field(gt=0)]
        | Annotated[str, Field(pattern="^[0-9]+[MGT]$")],
    ),
    Field(gt=0),
]


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
    address: Cidr | None = None


class SupplierEnd(Model):
    """An end that somebody else manages (Norsk Helsenett, an operator).

    `address` is the supplier's side of the attachment, CIDR, for templates.
    """

    supplier: str
    site: str | None = None
    service: str | None = None
    address: Cidr | None = None


def _kind_of_end(value: Any) -> str:
    names = value if isinstance(value, dict) else getattr(value, "__dict__", {})
    return SUPPLIER_TAG if "supplier" in names else MANAGED_TAG


MANAGED_TAG, SUPPLIER_TAG = "<managed>", "<supplier>"
End = Annotated[
    Annotated[ManagedEnd, Tag(MANAGED_TAG)] | Annotated[SupplierEnd, Tag(SUPPLIER_TAG)],
    Discriminator(_kind_of_end),
]


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


class MacsecPolicy(Model):
    """How MACsec is to run. IOS-XE allows 16 characters for the name of such a policy.

    Units: `confidentiality_offset` bytes, `sak_rekey_interval` seconds, `replay_window` frames.
    """

    id: str = Field(max_length=16, pattern=NAME)
    cipher: MacsecCipher
    enforcement: Enforcement = "must-secure"
    confidentiality_offset: Literal[0, 30, 50] = 0
    sak_rekey_interval: int = Field(default=3600, ge=60, le=65535)
    replay_window: int = Field(default=64, ge=0, le=2**30)
    key_server_priority: int = Field(default=16, ge=0, le=255)


class MacsecKey(Model):
    """One key of a chain: its public name (CKN) and where its secret lies, never its secret.

    Valid from the first second of `start` to the last of `end` in the device's time zone, which
    templates set to UTC; `end` None is without end.
    """

    ckn: str = Field(pattern=r"^([0-9a-f]{2}){1,32}$")
    secret: str = Field(pattern=REFERENCE)
    algorithm: Literal["aes-128-cmac", "aes-256-cmac"] = "aes-256-cmac"
    start: Day
    end: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> MacsecKey:
        if self.end and self.end < self.start:
            raise ValueError("the key ends before it starts | exchange start and end")
        return self


class KeyChain(Model):
    """The keys of one link, the current one first. IOS XR allows 32 characters for the name."""

    id: str = Field(max_length=32, pattern=NAME)
    keys: tuple[MacsecKey, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _follow_each_other(self) -> KeyChain:
        if len({key.ckn for key in self.keys}) < len(self.keys):
            raise ValueError("a CKN stands twice in the chain | every key has its own CKN")
        covered: date | None = None
        for key in sorted(self.keys, key=lambda one: one.start):
            if covered and covered + timedelta(days=1) < key.start:
                gap = f"no key is valid between {covered} and {key.start}"
                raise ValueError(f"{gap} | let the lifetimes overlap by some weeks")
            covered = max(covered or date.min, key.end or date.max - timedelta(days=1))
        return self


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
    planned_for: Day | None = None
    active_from: Day | None = None
    decommissioned_on: Day | None = None
    requirement: str | None = None

    @property
    def ends(self) -> tuple[ManagedEnd | SupplierEnd, ManagedEnd | SupplierEnd]:
        return (self.a, self.b)

    @property
    def managed_ends(self) -> tuple[ManagedEnd, ...]:
        return tuple(end for end in self.ends if isinstance(end, ManagedEnd))


@dataclass(frozen=True, slots=True)
class Device:
    """One host of a Nornir inventory with its groups' and defaults' values merged in.

    `address` and `port` are where its management interface is reached. `data` holds typed values
    by key, each from the first place that has the key.
    """

    name: str
    address: str
    port: int
    platform: str
    domain: str
    role: str
    site: str
    groups: tuple[str, ...]
    data: HostData


@dataclass(frozen=True)
class Inventory:
    """Everything declared, cross-checked: every name below is known, every link end exists."""

    trusts: Mapping[str, Trust]
    sites: Mapping[str, Site]
    devices: Mapping[str, Device]
    links: Mapping[str, Link]
    policies: Mapping[str, MacsecPolicy] = field(default_factory=dict)
    key_chains: Mapping[str, KeyChain] = field(default_factory=dict)

    def site_of(self, end: ManagedEnd | SupplierEnd) -> Site | None:
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

    @cached_property
    def index(self) -> dict[str, dict[str, list[int]]]:
        """Filter key → value → positions in `devices`, for selections that need not scan."""
        keys = ("domain", "site", "trust", "class", "role", "platform", "host")
        index: dict[str, dict[str, list[int]]] = {key: {} for key in keys}
        for position, device in enumerate(self.devices.values()):
            site = self.sites[device.site]
            values = (device.domain, site.id, site.trust, site.site_class, device.role)
            for key, value in zip(keys, (*values, device.platform, device.name), strict=True):
                index[key].setdefault(value, []).append(position)
        return index
