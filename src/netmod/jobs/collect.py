"""Devices → snapshot: ask each for what proves link encryption, and keep what it says."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from netmod.credentials import Login, resolve_login
from netmod.devices import Collection, HostOutput, HostStatus, Target, collect
from netmod.evidence import HostEntry, SnapshotWriter
from netmod.inventory import Device, select
from netmod.jobs.clock import now
from netmod.jobs.inventory import load, project_at
from netmod.platforms import platform
from netmod.settings import CollectSettings

Progress = Callable[[HostStatus, int], None]
"""Called for each host that is done, with the number of all."""


@dataclass(frozen=True, slots=True)
class Access:
    """How devices are reached: who logs in, which host keys are known, and other addresses.

    `endpoints` replaces the inventory's address and port of a device (the lab's devices are on
    loopback).
    """

    login: Login
    known_hosts: Path
    settings: CollectSettings
    endpoints: Mapping[str, tuple[str, int]]


def collect_project(
    root: Path | None,
    terms: Sequence[str],
    out: Path,
    progress: Progress | None = None,
    access: Access | None = None,
) -> Collection:
    """Collect from the devices that a filter selects.

    Without `access` over their management addresses, with the login of the environment or of
    `.netmod/credentials.toml` (mode 0600) and the host keys of the project's `known_hosts`. With
    `access` from those devices that it has endpoints for.
    """
    project = project_at(root)
    devices = select(load(project.root), terms)
    if access is not None:
        devices = [device for device in devices if device.name in access.endpoints]
        return collect_to(out, devices, access, progress)
    management = Access(
        login=resolve_login(os.environ, project.state / "credentials.toml"),
        known_hosts=project.root / "known_hosts",
        settings=project.settings.collect,
        endpoints={},
    )
    return collect_to(out, devices, management, progress)


def collect_to(
    out: Path, devices: Sequence[Device], access: Access, progress: Progress | None = None
) -> Collection:
    """Collect from `devices` into a new snapshot at `out`.

    Every device is in the snapshot, also one that gave nothing, with the reason. Ctrl-C leaves a
    valid snapshot. Raises `EvidenceError` where `out` holds something, `OutputError` where it
    cannot be written.
    """
    entries = {
        device.name: HostEntry(platform=device.platform, site=device.site, role=device.role)
        for device in devices
    }
    with SnapshotWriter(out, captured_at=now(), hosts=entries) as snapshot:

        def keep(host: HostOutput) -> None:
            began = now() - timedelta(seconds=host.status.seconds)
            for output in host.outputs:
                snapshot.write(host.status.host, output.command, output.text, at=began)
            if not host.status.ok:
                snapshot.fail(host.status.host, host.status.message)

        targets = [_target(device, access) for device in devices]
        return collect(
            targets,
            access.login,
            access.known_hosts,
            keep,
            settings=access.settings,
            progress=(lambda status: progress(status, len(targets))) if progress else None,
        )


def _target(device: Device, access: Access) -> Target:
    address, port = access.endpoints.get(device.name, (device.address, device.port))
    known = platform(device.platform)
    return Target(
        name=device.name,
        address=address,
        port=port,
        platform=device.platform,
        site=device.site,
        commands=known.collect if known else (),
    )
