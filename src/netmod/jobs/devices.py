"""Which host keys devices show, and recording those that a person trusts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from netmod.devices import KeyScan, ShownKey, Target, fetch_host_keys, record_host_keys
from netmod.errors import InputError, Problem
from netmod.inventory import select
from netmod.jobs.collect import Access, check_legacy_hosts
from netmod.jobs.inventory import load, project_at


def scan_host_keys(
    root: Path | None,
    terms: Sequence[str],
    access: Access | None = None,
    *,
    replace: Collection[str] = (),
) -> KeyScan:
    """Fetch the host keys of the devices that a filter selects; see `fetch_host_keys`.

    Without `access` over their management addresses, to compare with the project's `known_hosts`.
    No login is needed. Raises `InputError` where `replace` names a host that is not among them.
    """
    project = project_at(root)
    inventory = load(project.root)
    check_legacy_hosts(project, inventory)
    devices = select(inventory, terms)
    endpoints = {device.name: (device.address, device.port) for device in devices}
    known_hosts, settings = project.root / "known_hosts", project.settings.collect
    if access is not None:
        endpoints = {name: access.endpoints[name] for name in endpoints if name in access.endpoints}
        known_hosts, settings = access.known_hosts, access.settings
    strangers = sorted(set(replace) - set(endpoints))
    if strangers:
        hint = "name a host of the inventory that the filter selects"
        raise InputError(
            [Problem("--replace", 0, f"no device {name!r}", hint) for name in strangers]
        )
    targets = [
        Target(
            device.name,
            *endpoints[device.name],
            device.platform,
            device.site,
            (),
            legacy_ssh=device.name in settings.legacy_ssh,
        )
        for device in devices
        if device.name in endpoints
    ]
    return fetch_host_keys(targets, known_hosts, settings=settings)


def to_record(scan: KeyScan, replace: Collection[str]) -> tuple[ShownKey, ...]:
    """The keys that may be recorded: new ones, and changed ones of the hosts in `replace`."""
    return tuple(
        key
        for key in scan.keys
        if key.state == "new" or (key.state == "changed" and key.host in replace)
    )


def record(scan: KeyScan, keys: Sequence[ShownKey]) -> None:
    """Write keys of `to_record` into the file that the scan was compared with."""
    record_host_keys(scan, keys)
