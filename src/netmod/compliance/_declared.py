"""What an inventory declares, as far as anything is judged by it: a document that can be handed
on. It holds no address, no template's value and no reference to a secret."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from netmod.compliance._model import Model
from netmod.compliance.surroundings import Surroundings
from netmod.inventory import Device, Inventory, Link, Site, SupplierEnd, Trust


class DeclaredDevice(Model):
    """A device, without what only its templates need."""

    name: str
    platform: str
    domain: str
    role: str
    site: str
    surroundings: Surroundings = Surroundings()


class Declared(Model):
    """Trusts, sites, devices and links; judging it gives what judging its inventory does."""

    schema_: Literal["netmod.declared/1"] = Field(default="netmod.declared/1", alias="schema")
    trusts: tuple[Trust, ...]
    sites: tuple[Site, ...]
    devices: tuple[DeclaredDevice, ...]
    links: tuple[Link, ...]

    def inventory(self) -> Inventory:
        """The inventory that it declares."""
        return Inventory(
            trusts={one.id: one for one in self.trusts},
            sites={one.id: one for one in self.sites},
            devices={
                one.name: Device(
                    **one.model_dump(exclude={"surroundings"}),
                    address="",
                    port=0,
                    groups=(),
                    data={},
                )
                for one in self.devices
            },
            links={one.id: one for one in self.links},
        )

    @property
    def surroundings(self) -> dict[str, Surroundings]:
        """What is known of each device beside its captures."""
        return {one.name: one.surroundings for one in self.devices}

    def as_json(self) -> str:
        """The document."""
        address = {"address"}
        return self.model_dump_json(
            by_alias=True,
            indent=1,
            exclude={"links": {"__all__": {"a": address, "b": address}}},
            exclude_defaults=False,
        )


def declared(
    inventory: Inventory,
    hosts: Collection[str] | None = None,
    surroundings: Mapping[str, Surroundings] = MappingProxyType({}),
) -> Declared:
    """What an inventory declares; of `hosts` only, with the links that end on no other device."""
    devices = [
        DeclaredDevice(
            name=one.name,
            platform=one.platform,
            domain=one.domain,
            role=one.role,
            site=one.site,
            surroundings=surroundings.get(one.name, Surroundings()),
        )
        for one in inventory.devices.values()
        if hosts is None or one.name in hosts
    ]
    names = {one.name for one in devices}
    links = [
        link
        for link in inventory.links.values()
        if all(end.device in names for end in link.managed_ends)
    ]
    sites = {one.site for one in devices} | {
        end.site for link in links for end in link.ends if isinstance(end, SupplierEnd) and end.site
    }
    kept = [one for one in inventory.sites.values() if hosts is None or one.id in sites]
    trusts = {one.trust for one in kept}
    return Declared(
        trusts=tuple(one for one in inventory.trusts.values() if one.id in trusts),
        sites=tuple(kept),
        devices=tuple(devices),
        links=tuple(links),
    )
