"""Sites, devices and links: what the network should be."""

from netmod.inventory.models import (
    Device,
    End,
    Inventory,
    Link,
    LinkEncryption,
    ManagedEnd,
    Member,
    Site,
    SupplierEnd,
    Trust,
)

__all__ = [
    "Device",
    "End",
    "Inventory",
    "Link",
    "LinkEncryption",
    "ManagedEnd",
    "Member",
    "Site",
    "SupplierEnd",
    "Trust",
]
