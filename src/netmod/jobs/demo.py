"""The main job on the embedded lab: render, start, collect, stop, check, report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from netmod.credentials import Login, Secret
from netmod.devices import Collection, HostStatus
from netmod.errors import OutputError
from netmod.evidence import read_snapshot
from netmod.intent import render
from netmod.inventory import Inventory, load_inventory
from netmod.jobs.check import check_against, write_report
from netmod.jobs.clock import now
from netmod.jobs.collect import Access, collect_to
from netmod.jobs.inventory import part_of, project_at
from netmod.lab import PERSONAS, DemoRegion, Lab, plant_demo_faults
from netmod.reports import Report
from netmod.settings import CollectSettings, Project

LOOPBACK = CollectSettings(connect_attempts=1, connect_timeout=5.0, logins_per_second=1000.0)
"""The lab is on this machine: a site that is cut off must not hold anybody up, and there is no
login server to spare."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who watches the demo: told of each step, and of each device that is done, of how many."""

    step: Callable[[str], None]
    collected: Callable[[HostStatus, int], None]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What the demo made.

    `planted` are the faults by link. `platforms` are those that the lab emulates;
    `devices_left_out` and `links_left_out` count what it does not. `files` are the reports and
    the snapshot.
    """

    report: Report
    collection: Collection
    planted: Mapping[str, str]
    dead_site: str | None
    platforms: tuple[str, ...]
    devices_left_out: int
    links_left_out: int
    files: tuple[Path, ...]


def demonstrate(root: Path | None, folder: Path | None, watcher: Watcher) -> Demonstration:
    """Run the demo of the project at `root`.

    `folder` (a new one below `.netmod/demo` where it is None) gets the snapshot, `report.html`
    and `report.json`. Ctrl-C while it collects ends it with the snapshot alone: a report on what
    nobody waited for would look like one on the region. Raises `KeyboardInterrupt` then.
    """
    project = project_at(root)
    out = folder or project.state / "demo" / now().strftime("%Y%m%dT%H%M%SZ")
    whole = load_inventory(project.inventory)
    region = emulated_part(whole)
    watcher.step(f"rendering {len(region.devices)} configs")
    configs = intended_configs(project, region)
    planted = plant_demo_faults(region, configs)
    watcher.step(f"starting the lab, with {len(planted.faults)} faults and a dead site")
    snapshot = out / "snapshot"
    with running_lab(region, planted, out) as access:
        watcher.step(f"collecting from {len(region.devices)} devices over SSH")
        devices = list(region.devices.values())
        collection = collect_to(snapshot, devices, access, watcher.collected)
    if collection.interrupted:
        raise KeyboardInterrupt
    watcher.step("the lab is stopped; reading the snapshot and judging links")
    judged = check_against(region, read_snapshot(snapshot), project)
    return Demonstration(
        report=judged.report(),
        collection=collection,
        planted=planted.faults,
        dead_site=planted.dead_site,
        platforms=tuple(PERSONAS),
        devices_left_out=len(whole.devices) - len(region.devices),
        links_left_out=len(whole.links) - len(region.links),
        files=(*write_report(judged, out), snapshot),
    )


def emulated_part(inventory: Inventory) -> Inventory:
    """The devices that the lab has a persona for, and the links that end on no other."""
    chosen = [one.name for one in inventory.devices.values() if one.platform in PERSONAS]
    return part_of(inventory, chosen)


def intended_configs(project: Project, inventory: Inventory) -> dict[str, str]:
    """The intended config of every device of `inventory`, by name."""
    rendered = render(inventory, project.templates, inventory.devices.values())
    return {one.host: one.text for one in rendered}


@contextmanager
def running_lab(inventory: Inventory, region: DemoRegion, folder: Path) -> Iterator[Access]:
    """A lab with the region's faults, and how it is reached; stopped in any case."""
    known_hosts = folder / "known_hosts"
    with Lab(inventory, region.configs) as lab:
        if region.dead_site is not None:
            lab.faults.dead_site(region.dead_site)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            known_hosts.write_text(lab.known_hosts, encoding="utf-8")
        except OSError as error:
            reason = error.strerror or "cannot be written"
            raise OutputError(f"{known_hosts}: {reason}", hint="choose another --out") from None
        yield Access(
            login=Login(lab.login.username, Secret(lab.login.password)),
            known_hosts=known_hosts,
            settings=LOOPBACK,
            endpoints={name: (one.address, one.port) for name, one in lab.endpoints.items()},
        )
