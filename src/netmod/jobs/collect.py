"""Devices → snapshot: ask each for what proves link encryption, and keep what it says."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from netmod.credentials import Login, common_login, open_secrets
from netmod.devices import Collection, HostOutput, HostStatus, Target, collect
from netmod.errors import ConfigError, InputError, Problem
from netmod.evidence import HostEntry, SnapshotWriter, this_operator
from netmod.inventory import Device, Inventory, select
from netmod.jobs.clock import now
from netmod.jobs.inventory import load, project_at
from netmod.platforms import platform
from netmod.settings import FILE_NAME, CollectSettings, LoginRule, Project

Progress = Callable[[HostStatus, int], None]
"""Called for each host that is done, with the number of all."""


@dataclass(frozen=True, slots=True)
class Access:
    """How devices are reached: who logs in, which host keys are known, and other addresses.

    `endpoints` replaces the inventory's address and port of a device (the lab's devices are on
    loopback). `own_logins`, by name of the device, are used instead of `login`. `more` are commands
    beyond those of every collection, by device.
    """

    login: Login
    known_hosts: Path
    settings: CollectSettings
    endpoints: Mapping[str, tuple[str, int]]
    own_logins: Mapping[str, Login] = field(default_factory=dict)
    more: Mapping[str, Sequence[str]] = field(default_factory=dict)


def collect_project(
    root: Path | None,
    terms: Sequence[str],
    out: Path,
    progress: Progress | None = None,
    access: Access | None = None,
) -> Collection:
    """Collect from the devices that a filter selects.

    Without `access` over their management addresses, with the project's logins and the host keys
    of its `known_hosts`. With `access` from those devices that it has endpoints for.
    """
    project = project_at(root)
    inventory = load(project.root)
    devices = select(inventory, terms)
    if access is not None:
        devices = [device for device in devices if device.name in access.endpoints]
        return collect_to(out, devices, access, progress)
    return collect_to(out, devices, management_access(project, inventory, devices), progress)


def management_access(project: Project, inventory: Inventory, devices: Sequence[Device]) -> Access:
    """How `devices` are reached over their management addresses.

    Raises `CredentialsError` where a login cannot be had, `ConfigError` where the settings name
    a device that the inventory does not have.
    """
    check_legacy_hosts(project, inventory)
    settings = project.settings.credentials
    secrets = open_secrets(settings, os.environ, project.credentials)
    rules = login_rules(project, inventory, devices)
    logins = {reference: secrets.login(reference) for reference in dict.fromkeys(rules.values())}
    own = {host: logins[reference] for host, reference in rules.items()}
    every = bool(own) and all(device.name in own for device in devices)
    return Access(
        # where each device has its own, nobody has to have a common one
        login=next(iter(own.values()))
        if every
        else common_login(settings, os.environ, project.credentials, secrets),
        known_hosts=project.root / "known_hosts",
        settings=project.settings.collect,
        endpoints={},
        own_logins=own,
    )


def login_rules(
    project: Project, inventory: Inventory, devices: Sequence[Device]
) -> dict[str, str]:
    """The references of the logins of those of `devices` that have one of their own.

    Raises `ConfigError` where a rule selects nothing.
    """
    found: dict[str, str] = {}
    for rule in reversed(project.settings.credentials.logins):  # the first rule is the last word
        chosen = _devices_of(rule, project, inventory)
        found.update({device.name: rule.login for device in devices if device.name in chosen})
    return found


def _devices_of(rule: LoginRule, project: Project, inventory: Inventory) -> set[str]:
    try:
        return {device.name for device in select(inventory, rule.devices)}
    except InputError as error:
        path = str(project.root / FILE_NAME)
        raise ConfigError(
            [
                Problem(path, 0, f"credentials.logins, {rule.login}: {one.message}", one.hint)
                for one in error.problems
            ]
        ) from None


def check_legacy_hosts(project: Project, inventory: Inventory) -> None:
    """Raises `ConfigError` where `collect.legacy_ssh` names what is no host."""
    strangers = [
        name for name in project.settings.collect.legacy_ssh if name not in inventory.devices
    ]
    if strangers:
        hint = "name hosts of the inventory, each in full: the leave is for that host alone"
        path = str(project.root / FILE_NAME)
        raise ConfigError(
            [Problem(path, 0, f"collect.legacy_ssh: no host {name!r}", hint) for name in strangers]
        )


def collect_to(
    out: Path,
    devices: Sequence[Device],
    access: Access,
    progress: Progress | None = None,
    *,
    resumable: bool = False,
    clock: Callable[[], datetime] = now,
    seal: Callable[[HostOutput], None] | None = None,
) -> Collection:
    """Collect from `devices` into a new snapshot at `out`.

    Every device is in the snapshot, also one that gave nothing, with the reason. Ctrl-C leaves a
    valid snapshot. With `resumable` a snapshot whose collection was killed is gone on with: only
    devices that did not give everything are asked. `seal` is given each host's outputs as they
    came, secrets and all, before the snapshot has them redacted. Raises `EvidenceError` where
    `out` holds something, `OutputError` where it cannot be written.
    """
    entries = {
        device.name: HostEntry(platform=device.platform, site=device.site, role=device.role)
        for device in devices
    }
    operator = this_operator(os.environ)
    with SnapshotWriter(
        out, captured_at=clock(), hosts=entries, collected_by=operator, resumable=resumable
    ) as snapshot:
        had = snapshot.whole

        def keep(host: HostOutput) -> None:
            began = clock() - timedelta(seconds=host.status.seconds)
            if seal is not None:
                seal(host)
            for output in host.outputs:
                snapshot.write(host.status.host, output.command, output.text, at=began)
            snapshot.remark(host.status.host, host.status.remarks)
            if not host.status.ok:
                snapshot.fail(host.status.host, host.status.message)
            snapshot.close(host.status.host)

        targets = [target_of(device, access) for device in devices if device.name not in had]
        if not targets:
            return Collection(tuple(HostStatus(one.name, ok=True) for one in devices))
        collected = collect(
            targets,
            access.login,
            access.known_hosts,
            keep,
            own_logins=access.own_logins,
            settings=access.settings,
            progress=(lambda status: progress(status, len(targets))) if progress else None,
        )
    asked = {status.host: status for status in collected.statuses}
    statuses = [asked.get(one.name) or HostStatus(one.name, ok=True) for one in devices]
    return Collection(tuple(statuses), collected.interrupted)


def target_of(device: Device, access: Access) -> Target:
    """What `devices` needs to know of a device; `commands` are those of its collection."""
    address, port = access.endpoints.get(device.name, (device.address, device.port))
    known = platform(device.platform)
    return Target(
        name=device.name,
        address=address,
        port=port,
        platform=device.platform,
        site=device.site,
        commands=(*(known.collect if known else ()), *access.more.get(device.name, ())),
        legacy_ssh=device.name in access.settings.legacy_ssh,
    )
