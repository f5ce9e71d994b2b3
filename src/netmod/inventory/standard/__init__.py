"""The standard as data: everything that templates may use of a host, its groups and defaults.

A module for each topic, and a partial of the same name for each platform that needs it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from netmod.inventory._values import Address, Asn, Line, Name
from netmod.inventory.standard.aaa import Aaa
from netmod.inventory.standard.bgp import Bgp
from netmod.inventory.standard.control_plane import ControlPlane
from netmod.inventory.standard.fabric import Fabric
from netmod.inventory.standard.isis import Isis
from netmod.inventory.standard.logging import Logging
from netmod.inventory.standard.management import Management
from netmod.inventory.standard.nac import Nac
from netmod.inventory.standard.ntp import Ntp
from netmod.inventory.standard.pki import Pki
from netmod.inventory.standard.ports import PortProfile, PortRange
from netmod.inventory.standard.qos import Qos
from netmod.inventory.standard.snmp import Snmp
from netmod.inventory.standard.system import Contact, System
from netmod.inventory.standard.zones import Gateway, Zones

__all__ = ["HostData", "Zones"]


class HostData(TypedDict, total=False):
    """The keys below `data` of a host, a group or the defaults. An unknown one is an error.

    The first place that has a key gives all of it; which keys a device needs is decided by its
    template.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc] # pydantic reads it

    # What the device is.
    role: str
    site: str
    model: str
    serial: str
    software: str  # the approved version, as `show version` prints it
    loopback: Address
    vtep: Address
    asn: Asn
    isis_net: Annotated[str, Field(pattern=r"^49(\.[0-9a-f]{4}){4}\.00$")]
    ibgp: Literal["reflector", "client"]
    management_interface: str
    management_gateway: Address
    mtu: Annotated[int, Field(ge=1500, le=9600)]
    supplier_asn: dict[str, Asn]
    gateways: tuple[Gateway, ...]
    ports: tuple[PortRange, ...]

    # The standard.
    system: System
    contact: Contact
    aaa: Aaa
    nac: Nac
    management: Management
    snmp: Snmp
    logging: Logging
    ntp: Ntp
    banner: tuple[Line, ...]
    pki: Pki
    control_plane: ControlPlane
    zones: Zones
    port_profiles: dict[Name, PortProfile]
    qos: Qos
    isis: Isis
    bgp: Bgp
    fabric: Fabric
