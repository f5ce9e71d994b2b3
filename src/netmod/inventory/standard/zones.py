"""Security zones, their VLANs and VRFs, and what may pass between them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from netmod.inventory._values import Address, Asn, Cidr, Line, Model, Name, Prefix, check_once
from netmod.inventory._values import Vlan as VlanId


class Vrf(Model):
    """A routing table that crosses the core.

    `id` is its number in route targets, and its VLAN tag where it is handed over on a port.
    """

    name: Name
    id: int = Field(ge=1, le=4000)
    description: Line = ""


class Zone(Model):
    """What may talk freely with itself.

    `vrf` None: the zone has no gateway (it ends at layer 2). `networks` are its clients, at all
    sites together; `services` its servers, which flows from other zones lead to. `internet`: it may
    reach whatever is not a private address (RFC 1918).
    """

    name: Name
    description: Line
    vrf: Name | None = None
    networks: tuple[Prefix, ...] = ()
    services: tuple[Prefix, ...] = ()
    internet: bool = False


class Vlan(Model):
    """A VLAN has the same number and the same name at every site."""

    id: VlanId
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=32)]
    zone: Name


class Flow(Model):
    """One allowed flow between zones; whatever is not listed is dropped and logged.

    `ports` are destination ports; none stands for all of the protocol. `reason` says what needs it.
    """

    source: Name
    destination: Name
    protocol: Literal["tcp", "udp", "icmp", "ip"]
    ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = ()
    reason: Line

    @model_validator(mode="after")
    def _ports_have_a_protocol(self) -> Flow:
        if self.ports and self.protocol in ("icmp", "ip"):
            raise ValueError(f"{self.protocol} has no ports | remove them, or say tcp or udp")
        return self


class Gateway(Model):
    """The first hop of a VLAN at one site."""

    vlan: Name
    address: Cidr


class Dhcp(Model):
    """The servers that every gateway asks, and the VRF in which they are reached."""

    vrf: Name
    servers: tuple[Address, ...] = Field(min_length=1)


class Zones(Model):
    """The zone model of the region: every name that is used is defined here, once.

    `route_target_asn` stands before the number of a VRF or VNI in route targets, at every site.
    """

    route_target_asn: Asn
    vrfs: tuple[Vrf, ...] = ()
    zones: tuple[Zone, ...] = ()
    vlans: tuple[Vlan, ...] = ()
    flows: tuple[Flow, ...] = ()
    dhcp: Dhcp | None = None

    def zone(self, name: str) -> Zone:
        """A zone by its name. Raises `StopIteration` where there is none."""
        return next(one for one in self.zones if one.name == name)

    @model_validator(mode="after")
    def _names_agree(self) -> Zones:
        check_once("VRF", (one.name for one in self.vrfs))
        check_once("VRF id", (one.id for one in self.vrfs))
        check_once("zone", (one.name for one in self.zones))
        check_once("VLAN", (one.name for one in self.vlans))
        check_once("VLAN id", (one.id for one in self.vlans))
        zones, vrfs = {one.name for one in self.zones}, {one.name for one in self.vrfs}
        for zone in self.zones:
            if zone.vrf is not None:
                _known("VRF", zone.vrf, vrfs, f"zone {zone.name}")
        if self.dhcp is not None:
            _known("VRF", self.dhcp.vrf, vrfs, "dhcp")
        for vlan in self.vlans:
            _known("zone", vlan.zone, zones, f"VLAN {vlan.name}")
        for flow in self.flows:
            for name in (flow.source, flow.destination):
                _known("zone", name, zones, f"flow {flow.reason!r}")
            if not self.zone(flow.destination).services:
                raise ValueError(
                    f"flow {flow.reason!r}: zone {flow.destination} has no services to lead to"
                    " | list the networks of its servers"
                )
        return self


def _known(kind: str, name: str, known: set[str], where: str) -> None:
    if name not in known:
        raise ValueError(
            f"{where}: unknown {kind} {name!r} | use one of {', '.join(sorted(known))}"
        )
