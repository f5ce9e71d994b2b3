"""Names and name servers."""

from __future__ import annotations

from pydantic import Field

from netmod.inventory._values import Address, Line, Model, Name


class System(Model):
    """What every device is called by, and whom it asks for names."""

    domain_name: Name
    dns_servers: tuple[Address, ...] = Field(min_length=1)


class Contact(Model):
    """Who answers for the devices of a trust; SNMP shows it."""

    name: Line
    phone: Line | None = None
