"""The way to devices for a change: of the project over their management addresses, or of a lab."""

from __future__ import annotations

import dataclasses
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from netmod import lab
from netmod.credentials import Secret, read_secret_file
from netmod.devices import Target
from netmod.devices.change import (
    ChangeSession,
    Means,
    PendingChange,
    Probe,
    Tls,
    change_means,
    open_change,
    probe_change,
    resume_change,
)
from netmod.errors import ConfigError, LabError, OutputError, Problem
from netmod.inventory import Device, Inventory, select
from netmod.jobs.collect import Access, management_access, target_of
from netmod.jobs.inventory import load, project_at
from netmod.jobs.lab import access as lab_access
from netmod.settings import FILE_NAME, Project


@dataclass(frozen=True, slots=True)
class Way:
    """How one device is changed: with its own login, where it has one. See `devices.change`."""

    target: Target
    means: Means

    def open(self, change: str) -> ChangeSession:
        """Log in for the change of that id."""
        return open_change(self.target, self.means, change)

    def resume(self, record: PendingChange) -> ChangeSession:
        """A new login for a change that was committed."""
        return resume_change(record, self.target, self.means)

    def probe(self, record: PendingChange) -> Probe:
        """What the device says of a change, from a new login."""
        return probe_change(record, self.target, self.means)


@contextmanager
def change_ways(
    root: Path | None, terms: Sequence[str], lab_name: str | None = None
) -> Iterator[Mapping[str, Way]]:
    """The ways to the devices that a filter selects, by name, while the block runs.

    With `lab_name` to those that the running lab of that name emulates. Raises what inventory,
    settings and credentials raise, and `LabError` where the lab does not run. No login yet.
    """
    project = project_at(root)
    inventory = load(project.root)
    devices = select(inventory, terms)
    if lab_name is None:
        access = management_access(project, inventory, devices)
        tls = project_tls(project, inventory)
    else:
        access, tls = lab_access(root, lab_name), lab_tls(project, lab_name)
        devices = [device for device in devices if device.name in access.endpoints]
    with ways_to(devices, access, tls, seal_of(project)) as ways:
        yield ways


@contextmanager
def ways_to(
    devices: Sequence[Device], access: Access, tls: Tls, seal: Secret
) -> Iterator[Mapping[str, Way]]:
    """The ways to `devices`, which share their turns to log in."""
    with change_means(
        access.login, access.known_hosts, settings=access.settings, tls=tls, seal=seal
    ) as means:
        yield {
            device.name: Way(target_of(device, access), _own(means, access, device.name))
            for device in devices
        }


def seal_of(project: Project) -> Secret:
    """The project's key for configs that differ in secrets alone; made when it is first asked for.

    It is no secret of a device and opens nothing; but who has it and a record could try out which
    secret stood in a config. It stays on this machine. Raises `CredentialsError` where others can
    read it, and `OutputError` where it cannot be written.
    """
    path = project.state / "change.key"
    if not path.exists():
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.touch(0o600)
            beside.write_text(secrets.token_hex(32), encoding="ascii")
            with suppress(FileExistsError):  # another process was faster, and its key counts
                os.link(beside, path)
            beside.unlink()
        except OSError as error:
            raise OutputError(
                f"{path}: {error.strerror or 'cannot be written'}",
                hint="make the project's state folder writable",
            ) from None
    return read_secret_file(path)


def _own(means: Means, access: Access, host: str) -> Means:
    login = access.own_logins.get(host)
    if login is None:
        return means
    return dataclasses.replace(means, access=dataclasses.replace(means.access, login=login))


def project_tls(project: Project, inventory: Inventory) -> Tls:
    """The settings' trust in eAPI. Raises `ConfigError` for a host that the inventory lacks."""
    settings = project.settings.eapi
    strangers = sorted({*settings.pins, *settings.ports} - set(inventory.devices))
    if strangers:
        path = str(project.root / FILE_NAME)
        hint = "name hosts of the inventory, each in full"
        raise ConfigError([Problem(path, 0, f"eapi: no host {one!r}", hint) for one in strangers])
    ca_file = project.root / settings.ca_file if settings.ca_file else None
    if ca_file is not None and not ca_file.is_file():
        raise ConfigError([Problem(str(ca_file), 0, "no such file", "correct eapi.ca_file")])
    return Tls(ca_file=ca_file, pins=dict(settings.pins), ports=dict(settings.ports))


def lab_tls(project: Project, name: str) -> Tls:
    """The trust in the devices of a running lab, whose processes have a certificate each."""
    state = lab.status(project.state / "lab", name)
    if state is None:
        raise LabError(
            f"no lab named {name} runs", hint=f"start it with netmod lab up --name {name}"
        )
    ports = {host: one.https_port for host, one in state.endpoints.items() if one.https_port}
    return Tls(ca_file=state.certificate, ports=ports) if ports else Tls()
