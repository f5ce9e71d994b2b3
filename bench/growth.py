"""What ten times the region costs: each stage that needs no device, linear or not."""

# ruff: noqa: PLC0415 - each stage is imported only in the process that measures it

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import region
from bench.paired import Absent, Sample, Side, sample_of, timed, timed_whole

if TYPE_CHECKING:
    from netmod.evidence import HostCaptures

LIMIT = 11.0
SMALL, TIMES = 1000, 10


@dataclass(frozen=True)
class Grown:
    """CPU seconds of one stage for the small region and for the large one."""

    stage: str
    devices: int
    small: float = 0.0
    large: float = 0.0
    absent: str = ""

    @property
    def ratio(self) -> float:
        return self.large / self.small if self.small else 0.0

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "stage": self.stage,
            "devices": [self.devices, self.devices * TIMES],
            "cpu_seconds": [self.small, self.large],
            "ratio": self.ratio or None,
            "limit": LIMIT,
            "absent": self.absent or None,
        }


def load(folder: Path, devices: int) -> Sample:
    from netmod.inventory import load_inventory

    where = region.project(folder, devices) / "inventory"
    return timed(lambda: len(load_inventory(where).devices))


def select(folder: Path, devices: int) -> Sample:
    from netmod.inventory import select

    part = region.inventory(folder, devices)
    terms = ["platform=cisco_iosxe", "site=o*"]
    select(part, terms)
    return timed(lambda: len(select(part, terms)), 5)


def render(folder: Path, devices: int) -> Sample:
    from netmod.intent import render

    part = region.inventory(folder, devices)
    templates = region.project(folder, devices) / "templates"
    return timed_whole(lambda: sum(1 for _ in render(part, templates, part.devices.values())))


def read(folder: Path, devices: int) -> Sample:
    from netmod.observe import read_hosts

    hosts = [_without_configs(host) for host in region.captured(folder).values()]
    many = [hosts[n % len(hosts)] for n in range(devices)]
    return timed_whole(lambda: sum(1 for _ in read_hosts(many, at=region.AT)))


def _without_configs(host: HostCaptures) -> HostCaptures:
    """What the short commands said: configs make it longer and show nothing more of growth."""
    return replace(
        host, captures=tuple(one for one in host.captures if "config" not in str(one.command))
    )


def assess(folder: Path, devices: int) -> Sample:
    from netmod.compliance import assess, load_catalogue
    from netmod.facts import FactsDocument
    from netmod.platforms import read_host

    part = region.inventory(folder, devices)
    facts = {
        platform: read_host(host, at=region.AT)
        for platform, host in region.captured(folder).items()
    }
    document = FactsDocument(
        captured_at=region.AT,
        hosts={one.name: facts[one.platform] for one in part.devices.values()},
    )
    catalogue = load_catalogue(region.project(folder, devices) / "compliance")
    return timed(lambda: len(assess(part, document, catalogue, region.AT).links))


def schedule(_: Path, devices: int) -> Sample:
    """Hosts through the runner, with nothing to do on each: what it costs to have many sites."""
    from nornir.core import Nornir

    from netmod.devices import StreamingRunner, Target
    from netmod.devices.collection import inventory_of

    targets = [
        Target(f"host{n}", "192.0.2.1", 22, "cisco_iosxe", f"site{n // 5}", ())
        for n in range(devices)
    ]
    nornir = Nornir(inventory=inventory_of(targets), runner=StreamingRunner(4))
    return timed(lambda: len(nornir.run(task=lambda task: task.host.name)))


_STAGES: tuple[tuple[str, Callable[[Path, int], Sample], int], ...] = (
    ("load the inventory", load, SMALL),
    ("select devices", select, SMALL),
    ("render", render, SMALL),
    ("read captures", read, SMALL * 3 // 10),
    ("judge links", assess, SMALL),
    ("hand out devices to sessions", schedule, SMALL),
)


def measure(folder: Path) -> list[Grown]:
    """Each stage at both sizes, in processes of their own."""
    for devices in (SMALL, SMALL * TIMES):
        region.project(folder, devices)
    found = []
    for stage, function, devices in _STAGES:
        name = f"bench.growth:{function.__name__}"
        try:
            small, large = (
                sample_of(Side(stage, name, (size,)), folder) for size in (devices, devices * TIMES)
            )
        except Absent as reason:
            found.append(Grown(stage, devices, absent=str(reason)))
        else:
            found.append(Grown(stage, devices, small.cpu, large.cpu))
    return found
