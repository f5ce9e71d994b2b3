"""What has a budget of its own, whatever others need for it: seconds, or MiB."""

# ruff: noqa: PLC0415 - each is imported only in the process that measures it

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench import inventories, region
from bench.paired import Absent, Sample, Side, sample_of, timed, timed_whole

_RESULTS, _TEXT = 10_000, 60_000


@dataclass(frozen=True)
class Alone:
    """A piece of work and its budget, in `seconds` or in `mebibytes` of memory."""

    work: str
    side: Side
    seconds: float | None = None
    mebibytes: float | None = None
    rounds: int = 3


@dataclass
class Found:
    """What it took. `absent` says why there is no figure, where there is none."""

    alone: Alone
    samples: list[Sample] = field(default_factory=list)
    absent: str = ""

    @property
    def cpu(self) -> float:
        """Median CPU seconds: wall time depends on who else uses the machine."""
        return statistics.median(sample.cpu for sample in self.samples)

    @property
    def memory(self) -> float:
        """Greatest peak in MiB."""
        return max(sample.memory for sample in self.samples)

    @property
    def met(self) -> bool:
        seconds, mebibytes = self.alone.seconds, self.alone.mebibytes
        return (seconds is None or self.cpu <= seconds) and (
            mebibytes is None or self.memory <= mebibytes
        )

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "work": self.alone.work,
            "budget_seconds": self.alone.seconds,
            "budget_mebibytes": self.alone.mebibytes,
            "absent": self.absent or None,
            "met": self.met if self.samples else None,
            "samples": [asdict(sample) for sample in self.samples],
        }


def measure(alone: Alone, folder: Path) -> Found:
    """Each sample in a fresh process."""
    found = Found(alone)
    try:
        for _ in range(alone.rounds):
            found.samples.append(sample_of(alone.side, folder))
    except Absent as reason:
        found.absent = str(reason)
    return found


def read_device(folder: Path, platform: str) -> Sample:
    """All captures of the platform's largest device of the region, read into facts."""
    from netmod.platforms import read_host

    host = region.captured(folder)[platform]
    read_host(host, at=region.AT)  # what is compiled once is not measured
    return timed(lambda: len(read_host(host, at=region.AT).link_ends), 5)


def render_region(folder: Path, devices: int) -> Sample:
    """The config of each device of the region, from the project's templates."""
    from netmod.intent import render

    part = region.inventory(folder, devices)
    templates = region.project(folder, devices) / "templates"
    return timed_whole(lambda: sum(1 for _ in render(part, templates, part.devices.values())))


def keep_results(folder: Path) -> Sample:
    """As many results as a region has, through the collector; nothing is connected to."""
    from netmod.credentials import Login, Secret
    from netmod.devices import HostOutput, Target, collect, collection
    from netmod.settings import CollectSettings

    class Answering:
        remarks = ()

        def outputs(self, commands: Sequence[str], timeout: float) -> Iterator[str]:
            del timeout
            for number, command in enumerate(commands):
                yield command + "x" * _TEXT if number else command

    @contextmanager
    def open_session(*_: object) -> Iterator[Answering]:
        yield Answering()

    collection.open_session = open_session  # type: ignore[assignment,attr-defined]
    commands = ("show version", "show running-config")
    targets = [
        Target(f"host{n}", "192.0.2.1", 22, "cisco_iosxe", f"site{n // 25}", commands)
        for n in range(_RESULTS)
    ]
    taken = 0

    def sink(output: HostOutput) -> None:
        nonlocal taken
        taken += len(output.outputs)

    known_hosts = folder / "no-known-hosts"
    known_hosts.write_text("")
    login = Login("bench", Secret("bench"))
    settings = CollectSettings(logins_per_second=1e6)

    def run() -> int:
        done = collect(targets, login, known_hosts, sink, settings=settings)
        assert not done.failed
        return taken

    return timed(run)


def all_of(rounds: int, hosts: int, works: Sequence[str]) -> list[Alone]:
    """Those of the works."""
    many = f"{hosts:,}".replace(",", " ")
    found: list[Alone] = []
    if "load" in works:
        found.append(
            Alone(
                f"select among {many} hosts by three terms",
                Side("netmod", "bench.inventories:filter_netmod"),
                seconds=0.005,
                rounds=rounds,
            )
        )
    if "render" in works:
        found.append(
            Alone(
                f"render a region of {many} devices, all cores together",
                Side("netmod", "bench.alone:render_region", (hosts,)),
                seconds=hosts * 0.0025,
                rounds=1,
            )
        )
    if "read" in works:
        found += [
            Alone(
                f"read all captures of the largest device ({platform})",
                Side("netmod", "bench.alone:read_device", (platform,)),
                seconds=0.040,
                rounds=rounds,
            )
            for platform in (
                "cisco_iosxe",
                "cisco_iosxr",
                "cisco_nxos",
                "arista_eos",
                "juniper_junos",
            )
        ]
    if "collect" in works:
        found.append(
            Alone(
                f"hand over 10 000 results of {_TEXT // 1000} kB",
                Side("netmod", "bench.alone:keep_results"),
                mebibytes=250,
                rounds=1,
            )
        )
    return found


def prepare(folder: Path, hosts: int, works: Sequence[str]) -> None:
    """Make the regions before a process that measures would."""
    if "load" in works:
        inventories.prepare(folder, hosts)
    if "render" in works:
        region.project(folder, hosts)
    if "read" in works:
        region.captured(folder)
