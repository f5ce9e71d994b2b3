"""Measure two ways of doing the same in turn, A B A B: ratios of one run are what counts."""

from __future__ import annotations

import importlib
import json
import os
import statistics
import subprocess
import sys
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


@dataclass(frozen=True)
class Side:
    """One side of a pair: `module:function` and its arguments after the folder."""

    name: str
    function: str
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Pair:
    """netmod and a peer doing `work`; `budget` is what `ratio` should reach."""

    work: str
    ours: Side
    peer: Side
    rounds: int = 3
    per: int = 1
    budget: float | None = None
    note: str = ""


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
    """A side that cannot run here: a package is missing."""


def measure(pair: Pair, folder: Path) -> Outcome:
    """Run a pair, each sample in a fresh process so that no side inherits the other's memory."""
    outcome = Outcome(pair)
    try:
        for _ in range(pair.rounds):
            outcome.ours.append(_sample(pair.ours, folder))
            outcome.peer.append(_sample(pair.peer, folder))
            if outcome.ours[-1].size != outcome.peer[-1].size:
                sizes = f"{outcome.ours[-1].size} and {outcome.peer[-1].size}"
                raise RuntimeError(f"{pair.work}: the sides did not do the same: {sizes}")
    except Absent as reason:
        outcome.absent = str(reason)
    return outcome


def _sample(side: Side, folder: Path) -> Sample:
    request = json.dumps([side.function, str(folder), *side.arguments])
    done = subprocess.run(
        [sys.executable, "-m", "bench.paired", request],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{side.name} ({side.function}) ended with {done.returncode}")
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
    return asdict(sample)


if __name__ == "__main__":
    # Importing ourselves again would make a second `Sample` and a second `Absent`.
    from bench.paired import _run as run

    print(json.dumps(run(sys.argv[1])))
