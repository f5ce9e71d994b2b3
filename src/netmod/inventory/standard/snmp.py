"""Monitoring: SNMPv3 with authentication and privacy, read only."""

from __future__ import annotations

from pydantic import Field

from netmod.inventory._values import Address, Model, Name, Reference


class Snmp(Model):
    """One user of one group, from the listed managers only. No version but 3 can be asked for."""

    user: Name
    group: Name
    managers: tuple[Address, ...] = Field(min_length=1)
    auth_secret: Reference
    priv_secret: Reference
