"""The servers that decide what may use a wired port (802.1X and MAB)."""

from __future__ import annotations

from pydantic import Field

from netmod.inventory._values import Address, Model, Name, Reference


class RadiusServer(Model):
    """One RADIUS server. `timeout` in seconds."""

    name: Name
    address: Address
    secret: Reference
    timeout: int = Field(default=5, ge=1, le=60)


class Nac(Model):
    """Network access control. `dead_time` in minutes, `reauthentication` in seconds.

    `critical_vlan`: where a port whose own VLAN is in the same zone goes when no server answers, so
    that hospitals keep working. Every other port stays in its VLAN: nothing changes its zone.
    """

    group: Name = "NAC"
    radius_servers: tuple[RadiusServer, ...] = Field(min_length=2)
    dead_time: int = Field(default=10, ge=1, le=1440)
    reauthentication: int = Field(default=28800, ge=600, le=65535)
    critical_vlan: Name | None = None
