"""The Nornir inventory plug-in `netmod`: all domains of a project as one Nornir inventory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nornir.core.inventory import (
    ConnectionOptions,
    Defaults,
    Group,
    Groups,
    Host,
    Hosts,
    Inventory,
    ParentGroups,
)

from netmod.documents import Document
from netmod.inventory._sources import DefaultsEntry, DomainSource
from netmod.inventory.loader import load_with_sources


class NetmodInventory:
    """Loads and checks an inventory folder, and merges its domains.

    A domain's `defaults.yaml` becomes a group of the domain's name that each of its hosts has
    last: every value resolves as it does when Nornir loads the domain alone. The region's
    `defaults.yaml` becomes Nornir's `inventory.defaults`.

    Raises `InventoryError` with every problem of the folder.
    """

    def __init__(self, inventory_dir: str = "inventory") -> None:
        self.inventory_dir = Path(inventory_dir).expanduser()

    def load(self) -> Inventory:
        """The merged inventory, in Nornir's own classes."""
        _, sources = load_with_sources(self.inventory_dir)
        region = sources[0].region
        defaults = Defaults(**_attributes(region.entry, region.document))
        groups, hosts = Groups(), Hosts()
        for source in sources:
            _add_groups(source, groups, defaults)
            domain = groups[source.domain]
            for name, entry in source.hosts.items():
                attributes = _attributes(entry, source.hosts_document, name)
                host = Host(name=name, defaults=defaults, **attributes)
                host.groups = ParentGroups([groups[one] for one in entry.groups] + [domain])
                hosts[name] = host
        return Inventory(hosts=hosts, groups=groups, defaults=defaults)


def _add_groups(source: DomainSource, groups: Groups, defaults: Defaults) -> None:
    for name, entry in source.groups.items():
        if name not in groups:
            attributes = _attributes(entry, source.groups_document, name)
            groups[name] = Group(name=name, defaults=defaults, **attributes)
    for name, entry in source.groups.items():
        groups[name].groups = ParentGroups([groups[one] for one in entry.groups])
    attributes = _attributes(source.defaults.entry, source.defaults.document)
    groups[source.domain] = Group(name=source.domain, defaults=defaults, **attributes)


def _attributes(entry: DefaultsEntry, document: Document | None, *place: str) -> dict[str, Any]:
    """What Nornir's classes take; `data` as it stands in the file, which is what Nornir reads."""
    written = document.data if document else {}
    for step in place:
        written = written[step]
    return {
        "hostname": entry.hostname,
        "port": entry.port,
        "username": entry.username,
        "platform": entry.platform,
        "data": dict(written.get("data") or {}),
        "connection_options": {
            name: ConnectionOptions(
                hostname=one.hostname,
                port=one.port,
                username=one.username,
                platform=one.platform,
                extras=dict(one.extras) if one.extras is not None else None,
            )
            for name, one in entry.connection_options.items()
        },
    }
