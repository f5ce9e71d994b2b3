"""What a plan for links is made from: their parts of configs, what was captured, their secrets."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from datetime import datetime

from netmod.credentials import open_secrets
from netmod.evidence import HostCaptures, Snapshot
from netmod.intent import render_link
from netmod.inventory import Device, HostNames, Inventory, Link
from netmod.platforms._change import running_hash
from netmod.rollout.link_checks import chains_of
from netmod.rollout.link_ground import way_policies
from netmod.rollout.link_planner import Sight, links_meant
from netmod.rollout.observations import observation, running_config
from netmod.rollout.runbook import Runbook
from netmod.settings import Project


def devices_of_links(
    inventory: Inventory, runbook: Runbook, devices: Sequence[Device]
) -> list[Device]:
    """The devices at both ends of the links that a runbook means, those left out by name apart."""
    if runbook.links is None:
        return list(devices)
    names = {
        end.device
        for link in links_meant(inventory, runbook.links, devices)
        for end in link.managed_ends
    }
    return [inventory.devices[name] for name in sorted(names - set(runbook.exclude))]


def fresh(snapshot: Snapshot, oldest: datetime) -> Snapshot:
    """The snapshot without hosts of which anything was captured before `oldest`."""
    hosts = [
        host
        for host in snapshot.hosts
        if all(
            moment is not None and moment >= oldest
            for one in host.captures
            for moment in [one.captured_at or snapshot.captured_at]
        )
    ]
    return dataclasses.replace(snapshot, hosts=tuple(hosts))


def sight(
    project: Project,
    inventory: Inventory,
    runbook: Runbook,
    devices: Sequence[Device],
    snapshot: Snapshot,
    now: datetime,
    *,
    lab: bool = False,
) -> Sight:
    """What is known of the links that `runbook` means, by a snapshot of now.

    `lab` says that devices are emulated: their keys are the references themselves, so each counts
    as stored. Raises `TemplateError` and `CredentialsError`.
    """
    links = () if runbook.links is None else links_meant(inventory, runbook.links, devices)
    ours = [link for link in links if _is_ours(inventory, link)]
    names = HostNames(inventory.devices)
    captures = {name: host for host in snapshot.hosts if (name := names.find(host.host))}
    ends = devices_of_links(inventory, runbook, devices)
    running = _running(captures)
    seen = observation(
        inventory,
        [one.name for one in ends],
        [link.id for link in links],
        captures,
        snapshot.captured_at or now,
        running={name: running_hash(text) for name, text in running.items()},
    )
    references = {
        key.secret for link in ours for chain in chains_of(inventory, link) for key in chain.keys
    }
    return Sight(
        intended={link.id: render_link(inventory, project.templates, link, {}) for link in ours},
        relaxed={
            link.id: render_link(inventory, project.templates, link, way_policies(inventory, link))
            for link in ours
        },
        running=running,
        seen=seen,
        stored=dict.fromkeys(references, True) if lab else _stored(project, references),
        now=now,
    )


def _is_ours(inventory: Inventory, link: Link) -> bool:
    return (
        link.encrypted_by == "own"
        and link.encryption is not None
        and link.encryption.technology == "macsec"
        and len(link.managed_ends) == 2
        and len(way_policies(inventory, link)) == len({one.device for one in link.managed_ends})
    )


def _running(captures: Mapping[str, HostCaptures]) -> dict[str, str]:
    return {
        name: text
        for name, host in captures.items()
        if host.failure is None and (text := running_config(host)) is not None
    }


def _stored(project: Project, references: set[str]) -> dict[str, bool]:
    known = open_secrets(project.settings.credentials, os.environ, project.credentials)
    return {name: known.find(name) is not None for name in sorted(references)}
