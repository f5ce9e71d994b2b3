"""What a rollout's gates look with: collection, readers and checks of the project."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from netmod.compliance import (
    Parameters,
    assess,
    check_requirements,
    find_checks,
    load_catalogue,
)
from netmod.evidence import HostCaptures, read_snapshot
from netmod.facts import FactsDocument
from netmod.inventory import Inventory
from netmod.jobs.clock import now
from netmod.jobs.collect import Access, collect_to
from netmod.jobs.surroundings import surroundings_of
from netmod.rollout.gate_parameters import GATE
from netmod.rollout.model import Plan
from netmod.rollout.observations import CheckSeen
from netmod.rollout.watch import Collect, Watch
from netmod.settings import Project


def watch(
    project: Project,
    inventory: Inventory,
    plan: Plan,
    access: Access,
    folder: Path,
    wait: Callable[[float], object],
) -> Watch:
    """The eyes of the plan's gates, which reach devices as `access` says.

    What was before is kept in `folder`. Raises what the catalogue raises.
    """
    catalogue = load_catalogue(project.compliance)
    checks = find_checks()
    surroundings = surroundings_of(project, inventory)

    def judged(document: FactsDocument, moment: datetime) -> Sequence[CheckSeen]:
        assessment = assess(inventory, document, catalogue, moment)
        found = check_requirements(assessment, inventory, document, catalogue, checks, surroundings)
        return [
            CheckSeen(
                check=one.check,
                requirement=one.requirement,
                subject=one.subject,
                outcome=one.outcome,
            )
            for one in found.findings
            if one.outcome != "not-applicable"
        ]

    bounds: dict[str, Parameters] = {}
    for name in {link for wave in plan.waves for unit in wave.units for link in unit.links}:
        link = inventory.links[name]
        sites = [site for end in link.ends if (site := inventory.site_of(end)) is not None]
        bounds[name] = catalogue.judged_by(catalogue.in_scope(link, sites))
    return Watch(
        inventory=inventory,
        gates={name: GATE.validate_python(gate) for name, gate in plan.gates.items()},
        bounds=bounds,
        collect=collector(inventory, access),
        check=judged,
        now=now,
        wait=wait,
        folder=folder,
    )


def collector(inventory: Inventory, access: Access, clock: Callable[[], datetime] = now) -> Collect:
    """Collects from devices by name, redacted, and keeps nothing on the disk."""

    def collect(commands: Mapping[str, Sequence[str]]) -> Mapping[str, HostCaptures]:
        devices = [inventory.devices[name] for name in sorted(commands)]
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "now"
            collect_to(folder, devices, replace(access, more=commands), clock=clock)
            return {host.host: host for host in read_snapshot(folder).hosts}

    return collect
