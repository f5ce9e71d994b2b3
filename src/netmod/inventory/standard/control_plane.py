"""How much of each kind of traffic may reach a device's processor."""

from __future__ import annotations

from pydantic import Field

from netmod.inventory._values import Model


class ControlPlane(Model):
    """Rates in kbit/s, or packets a second of 125 bytes where a platform counts packets.

    What does not fit is dropped, so that BGP, LDP and BFD never starve.

    `management` is SSH, NETCONF, TACACS+ and RADIUS, `monitoring` SNMP, syslog and NTP, `icmp`
    ping and traceroute, and `rest` what is IP and none of them. What is not IP (IS-IS, ARP, LACP
    and MKA) has no rate here: a link that must be secured goes down without MKA.
    """

    management: int = Field(default=2000, ge=64, le=100_000)
    monitoring: int = Field(default=1000, ge=64, le=100_000)
    icmp: int = Field(default=500, ge=64, le=100_000)
    rest: int = Field(default=2000, ge=64, le=100_000)
