"""The embedded lab in the background: up, status, down, and how to collect from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from netmod import lab
from netmod.credentials import Login, Secret
from netmod.errors import LabError
from netmod.inventory import load_inventory
from netmod.jobs.collect import Access
from netmod.jobs.demo import LOOPBACK, emulated_part, intended_configs
from netmod.jobs.inventory import project_at
from netmod.lab import LabState, Order


def up(root: Path | None, name: str, *, faults: bool) -> LabState:
    """Start a lab of the project's region that outlives this process; with the demo's faults.

    Raises `LabError` where one of that name runs, or a port or address is taken.
    """
    project = project_at(root)
    region = emulated_part(load_inventory(project.inventory))
    configs = intended_configs(project, region)
    if not faults:
        return lab.start(_folder(root), name, region, configs)
    planted = lab.plant_demo_faults(region, configs)
    dead = (planted.dead_site,) if planted.dead_site else ()
    return lab.start(_folder(root), name, region, planted.configs, dead_sites=dead)


def running(root: Path | None) -> Sequence[LabState]:
    """The project's labs that run."""
    return lab.running(_folder(root))


def down(root: Path | None, name: str) -> bool:
    """Stop a lab and remove what it left; True where it ran."""
    return lab.stop(_folder(root), name)


def order(root: Path | None, name: str, what: Order) -> Any:
    """Give an order to a running lab: a fault, what is in force, the reachability log."""
    return lab.give(_folder(root), name, what)


def access(root: Path | None, name: str) -> Access:
    """How the devices of a running lab are reached. Raises `LabError` where it does not run."""
    state = lab.status(_folder(root), name)
    if state is None:
        raise LabError(
            f"no lab named {name} runs", hint=f"start it with netmod lab up --name {name}"
        )
    login = json.loads(state.credentials.read_text(encoding="utf-8"))
    return Access(
        login=Login(login["username"], Secret(login["password"])),
        known_hosts=state.known_hosts,
        settings=LOOPBACK,
        endpoints={host: (one.address, one.port) for host, one in state.endpoints.items()},
    )


def _folder(root: Path | None) -> Path:
    return project_at(root).state / "lab"
