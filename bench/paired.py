"""Measure two ways of doing the same in turn, A B A B: ratios of one run are what counts."""

from __future__ import annotations

import importlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Sample:
    """One measurement: wall and CPU seconds, peak memory in MiB, and what was produced.

    `size` is the same for both sides of a pair, or else they did not do the same.
    """

    seconds: float
    cpu: float = 0.0
    memory: float = 0.0
    size: int | None = None


def timed(work: Callable[[], int], repeats: int = 1) -> Sample:
    """Wall and CPU time of one of `repeats` calls of `work`, which returns how much it produced."""
    began, cpu = time.perf_counter(), time.process_time()
    for _ in range(repeats):
        size = work()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return Sample(seconds / repeats, cpu=cpu / repeats, size=size)


def timed_whole(work: Callable[[], int]) -> Sample:
    """As `timed`, with the CPU of processes that the work starts."""

    def cpu() -> float:
        times = os.times()
        return times.user + times.system + times.children_user + times.children_system

    before = cpu()
    sample = timed(work)
    return Sample(sample.seconds, cpu=cpu() - before, size=sample.size)


@dataclass(frozen=True)
class Side:
    """One side of a pair: `module:function` and its arguments after the folder."""

    name: str
    function: str
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Pair:
    """netmod and a peer doing `work`; `budget` is the ratio that netmod is meant to reach.

    `units` is how many pieces of work one sample holds, and `unit` what they are called.
    """

    work: str
    ours: Side
    peer: Side
    rounds: int = 3
    budget: float | None = None
    note: str = ""
    units: int = 1
    unit: str = ""


@dataclass
class Outcome:
    """What a pair gave. `absent` says why there is no figure, where there is none."""

    pair: Pair
    ours: list[Sample] = field(default_factory=list)
    peer: list[Sample] = field(default_factory=list)
    absent: str = ""

    @property
    def ratios(self) -> list[float]:
        """How many times faster than the peer, round by round."""
        return [b.seconds / a.seconds for a, b in zip(self.ours, self.peer, strict=False)]

    @property
    def cpu_ratio(self) -> float | None:
        pairs = [(a.cpu, b.cpu) for a, b in zip(self.ours, self.peer, strict=False)]
        return statistics.median(b / a for a, b in pairs) if pairs and pairs[0][0] else None

    def document(self) -> dict[str, Any]:
        """As JSON."""
        ratios = self.ratios
        return {
            "work": self.pair.work,
            "peer": self.pair.peer.name,
            "budget": self.pair.budget,
            "absent": self.absent or None,
            "ratio": statistics.median(ratios) if ratios else None,
            "ratio_min": min(ratios, default=None),
            "ratio_max": max(ratios, default=None),
            "cpu_ratio": self.cpu_ratio,
            "ours": [asdict(sample) for sample in self.ours],
            "peers": [asdict(sample) for sample in self.peer],
        }


class Absent(Exception):
    """A pair that gives no figure here: mostly a package that is not installed."""


def measure(pair: Pair, folder: Path) -> Outcome:
    """Run a pair, each sample in a fresh process so that no side inherits the other's memory."""
    outcome = Outcome(pair)
    try:
        for _ in range(pair.rounds):
            ours, peer = sample_of(pair.ours, folder), sample_of(pair.peer, folder)
            if ours.size != peer.size:
                outcome.absent = f"no comparison: produced {ours.size} and {peer.size}"
                break
            outcome.ours.append(ours)
            outcome.peer.append(peer)
    except Absent as reason:
        outcome.absent = str(reason)
    return outcome


def sample_of(side: Side, folder: Path) -> Sample:
    """One sample of a side, in a process of its own. Raises `Absent`."""
    request = json.dumps([side.function, str(folder), *side.arguments])
    done = subprocess.run(
        [sys.executable, "-m", "bench.paired", request],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        check=False,
    )
    if done.returncode != 0:
        raise Absent(f"{side.name} failed (its trace stands above)")
    answer = json.loads(done.stdout.splitlines()[-1])
    if "absent" in answer:
        raise Absent(f"{side.name}: {answer['absent']}")
    return Sample(**answer)


def _run(request: str) -> dict[str, Any]:
    function, folder, *arguments = json.loads(request)
    module, _, name = function.partition(":")
    try:
        sample = getattr(importlib.import_module(module), name)(Path(folder), *arguments)
    except (ImportError, Absent) as error:
        return {"absent": str(error)}
    return {**asdict(sample), "memory": _peak()}


def _peak() -> float:
    """Greatest resident memory of this process, in MiB; `getrusage` would include the parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    # Importing ourselves again would make a second `Sample` and a second `Absent`.
    from bench.paired import _run as run

    print(json.dumps(run(sys.argv[1])))
