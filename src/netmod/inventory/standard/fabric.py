"""The DC-LAN: an IP underlay of eBGP, and EVPN with VXLAN on top of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from netmod.inventory._values import Cidr, Model, Name, check_once
from netmod.inventory._values import Vlan as VlanId

Vni = Annotated[int, Field(ge=1, le=16777214)]


class Segment(Model):
    """A layer-2 segment of the fabric, with the same gateway address on every leaf."""

    vlan: VlanId
    name: Name
    vni: Vni
    tenant: Name
    gateway: Cidr | None = None


class Tenant(Model):
    """A VRF of the fabric. `vlan` and `vni` carry what is routed between leaves."""

    vrf: Name
    vlan: VlanId
    vni: Vni


class Fabric(Model):
    """What all leaves, spines and borders of a data centre share.

    `gateway_mac` is the address that every leaf answers with for its gateways.
    """

    gateway_mac: str = Field(pattern=r"^([0-9a-f]{4}\.){2}[0-9a-f]{4}$")
    tenants: tuple[Tenant, ...] = Field(min_length=1)
    segments: tuple[Segment, ...] = ()

    @model_validator(mode="after")
    def _numbers_are_used_once(self) -> Fabric:
        everything: tuple[Tenant | Segment, ...] = (*self.tenants, *self.segments)
        check_once("VLAN", (one.vlan for one in everything))
        check_once("VNI", (one.vni for one in everything))
        tenants = {one.vrf for one in self.tenants}
        for segment in self.segments:
            if segment.tenant not in tenants:
                raise ValueError(
                    f"segment {segment.name}: unknown tenant {segment.tenant!r}"
                    f" | use one of {', '.join(sorted(tenants))}"
                )
        return self
