"""Sites, devices and links: what the network should be."""

from typing import Any

from netmod.inventory._editing import with_entries, with_other_entry, without_entries
from netmod.inventory._sources import DOMAINS, FILES
from netmod.inventory.blueprint import Blueprint, NewSite, plan_site, read_blueprint
from netmod.inventory.explain import Explained, explain
from netmod.inventory.filters import select
from netmod.inventory.imports import ImportedDevice, ImportPlan, plan_import, read_csv
from netmod.inventory.lifecycle import (
    InUse,
    LifecycleFile,
    LifecycleRow,
    lifecycle,
    read_lifecycle,
)
from netmod.inventory.loader import load_inventory, load_with_sources
from netmod.inventory.models import (
    Device,
    End,
    Inventory,
    KeyChain,
    Link,
    LinkEncryption,
    MacsecKey,
    MacsecPolicy,
    ManagedEnd,
    Member,
    PlatformId,
    Site,
    SupplierEnd,
    Trust,
)
from netmod.inventory.names import HostNames, interface_key, parent_of, same_interface
from netmod.inventory.netbox import read_netbox

__all__ = [
    "DOMAINS",
    "FILES",
    "Blueprint",
    "Device",
    "End",
    "Explained",
    "HostNames",
    "ImportPlan",
    "ImportedDevice",
    "InUse",
    "Inventory",
    "KeyChain",
    "LifecycleFile",
    "LifecycleRow",
    "Link",
    "LinkEncryption",
    "MacsecKey",
    "MacsecPolicy",
    "ManagedEnd",
    "Member",
    "NetmodInventory",
    "NewSite",
    "PlatformId",
    "Site",
    "SupplierEnd",
    "Trust",
    "explain",
    "interface_key",
    "lifecycle",
    "load_inventory",
    "load_with_sources",
    "parent_of",
    "plan_import",
    "plan_site",
    "read_blueprint",
    "read_csv",
    "read_lifecycle",
    "read_netbox",
    "same_interface",
    "select",
    "with_entries",
    "with_other_entry",
    "without_entries",
]


def __getattr__(name: str) -> Any:
    """Nornir is imported only for its plug-in."""
    if name == "NetmodInventory":
        from netmod.inventory.nornir_plugin import NetmodInventory  # noqa: PLC0415

        return NetmodInventory
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
