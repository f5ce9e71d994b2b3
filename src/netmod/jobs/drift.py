"""Drift of a snapshot: inventory → intended configs, captures → running configs → differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from netmod.drift import (
    Configs,
    Deviation,
    DriftReport,
    HostDrift,
    Remediation,
    Seen,
    cabling_drift,
    device_drift,
    load_deviations,
    remediate,
)
from netmod.errors import DriftError
from netmod.evidence import HostCaptures, Snapshot, read_snapshot
from netmod.facts import FactsDocument, HostFacts
from netmod.intent import render
from netmod.inventory import Device, HostNames, Inventory, load_inventory, select
from netmod.jobs.clock import now
from netmod.jobs.inventory import project_at
from netmod.jobs.known import Known
from netmod.jobs.night import last_snapshot
from netmod.observe import compare_hosts, read_snapshot_facts
from netmod.platforms import Platform, platform, refused
from netmod.settings import Project

T = TypeVar("T")


def drift(root: Path | None, terms: Sequence[str], folder: Path | None = None) -> DriftReport:
    """The drift of every selected device of the inventory, those not captured among them.

    Without `folder` it is that of the snapshot of the last night. Raises `NightlyError` where there
    is none, and what inventory, templates, deviations and snapshot raise where they cannot be used.
    """
    project = project_at(root)
    inventory = load_inventory(project.inventory)
    known = Known.below(project.state)
    snapshot = known.read(folder or last_snapshot(project.state / "nightly"))
    return drift_of(project, inventory, select(inventory, terms), snapshot, known)


def remediation(root: Path | None, host: str, folder: Path | None = None) -> Remediation:
    """What would take one device to its intended config; see `drift` for `folder`.

    Raises `DriftError` where that cannot be known.
    """
    project = project_at(root)
    inventory = load_inventory(project.inventory)
    device = next(iter(select(inventory, (host,))))
    known = platform(device.platform)
    snapshot = read_snapshot(folder or last_snapshot(project.state / "nightly"))
    captures = _by_device(inventory, {one.host: one for one in snapshot.hosts}).get(device.name)
    running = _text(captures, known.config_command) if captures and known else None
    if known is None or running is None:
        raise DriftError(
            f"the snapshot has no running config of {device.name}",
            hint=f"collect it: netmod collect {device.name} --out DIR",
        )
    (rendered,) = render(inventory, project.templates, [device])
    return remediate(rendered.text, running, known.language)


def drift_of(
    project: Project,
    inventory: Inventory,
    devices: Iterable[Device],
    snapshot: Snapshot,
    known: Known,
    *,
    read: FactsDocument | None = None,
    at: datetime | None = None,
) -> DriftReport:
    """`drift` of a snapshot that was read already, and of its facts if they were too."""
    moment = at or now()
    chosen = list(devices)
    rendered = render(inventory, project.templates, chosen, known.intended)
    intended = {one.host: one.text for one in rendered}
    deviations = load_deviations(project.compliance, root=project.root)
    if read is None:
        read = read_snapshot_facts(snapshot, now=moment, store=known.readings)
    facts = _by_device(inventory, read.hosts)
    document = FactsDocument(captured_at=snapshot.captured_at, hosts=facts)
    cabling = cabling_drift(inventory, document, (one.name for one in chosen))
    captures = _by_device(inventory, {one.host: one for one in snapshot.hosts})
    seen = {
        one.name: _seen(captures.get(one.name), facts.get(one.name), platform(one.platform))
        for one in chosen
    }
    texts = dict(_texts(chosen, intended, seen))
    compared = dict(compare_hosts(texts, known.comparisons))
    hosts = []
    for device in chosen:
        system = platform(device.platform)
        hosts.append(
            device_drift(
                device,
                intended.get(device.name),
                replace(seen[device.name], cabling=cabling.get(device.name, ())),
                system.language if system else None,
                deviations,
                today=moment.date(),
                compared=compared.get(device.name),
            )
        )
    return DriftReport(
        captured_at=snapshot.captured_at,
        hosts=tuple(hosts),
        expired=tuple(one.id for one in deviations if one.expires < moment.date()),
        unused=_unused(deviations, chosen, hosts),
    )


def _texts(
    devices: Iterable[Device], intended: Mapping[str, str], seen: Mapping[str, Seen]
) -> Iterator[tuple[str, Configs]]:
    """The configs of those devices that have both."""
    for device in devices:
        name, one = device.name, seen[device.name]
        if one.running is not None and name in intended and platform(device.platform) is not None:
            yield name, Configs(device.platform, intended[name], one.running, one.startup)


def _by_device(inventory: Inventory, hosts: Mapping[str, T]) -> dict[str, T]:
    """What was captured, by the inventory's names."""
    names = HostNames(inventory.devices)
    return {found: value for host, value in hosts.items() if (found := names.find(host))}


def _seen(captures: HostCaptures | None, facts: HostFacts | None, known: Platform | None) -> Seen:
    if captures is None:
        return Seen(failure="not-captured")
    if captures.failure is not None and not captures.captures:
        return Seen(failure="unreachable", explanation=captures.failure)
    return Seen(
        running=_text(captures, known.config_command) if known else None,
        startup=_startup(captures, known) if known else None,
        facts=facts,
        explanation=captures.failure or "",
    )


def _startup(captures: HostCaptures, known: Platform) -> str | None:
    """The startup config; None also where the login may not see it, which is no drift."""
    text = _text(captures, known.startup_command) if known.startup_command else None
    return None if text is not None and refused(known, text) else text


def _text(captures: HostCaptures, command: str) -> str | None:
    return next((one.text for one in captures.captures if one.command == command), None)


def _unused(
    deviations: Iterable[Deviation], devices: Sequence[Device], hosts: Iterable[HostDrift]
) -> tuple[str, ...]:
    """Deviations of these devices that cover nothing any more."""
    used = {item.accepted_by for host in hosts for item in host.items}
    return tuple(
        one.id
        for one in deviations
        if one.id not in used and any(one.concerns(device) for device in devices)
    )
