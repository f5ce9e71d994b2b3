"""Start the command line, against merely importing the library that most scripts begin with."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from bench.paired import Absent, Pair, Sample, Side

_STARTS = 5


def _start(arguments: list[str]) -> Sample:
    seconds = []
    for _ in range(_STARTS):
        began = time.perf_counter()
        done = subprocess.run(arguments, capture_output=True, check=False)
        seconds.append(time.perf_counter() - began)
        if done.returncode != 0:
            raise Absent(done.stderr.decode(errors="replace").strip().splitlines()[-1])
    return Sample(min(seconds))


def netmod(_: Path) -> Sample:
    """`netmod --help`."""
    return _start([str(Path(sys.executable).with_name("netmod")), "--help"])


def import_netmiko(_: Path) -> Sample:
    """`python -c 'import netmiko'`."""
    return _start([sys.executable, "-c", "import netmiko"])


def pairs(rounds: int) -> list[Pair]:
    """The pairs of this module."""
    return [
        Pair(
            "start up",
            Side("netmod --help", "bench.startup:netmod"),
            Side("import netmiko", "bench.startup:import_netmiko"),
            rounds=rounds,
        )
    ]
