"""The figures as a table, as JSON and as `docs/performance.md`."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.paired import Outcome, Sample

_HEADER = (
    "work",
    "netmod",
    "peer",
    "peer's figure",
    "times faster",
    "min – max",
    "CPU ratio",
    "MiB",
    "budget",
)


def rows(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """One row a pair, as texts."""
    return [_row(outcome) for outcome in outcomes]


def _row(outcome: Outcome) -> tuple[str, ...]:
    pair, ratios = outcome.pair, outcome.ratios
    if outcome.absent or not ratios:
        return (pair.work, "–", pair.peer.name, outcome.absent or "not measured", *["–"] * 5)
    cpu = outcome.cpu_ratio
    memory = [max(sample.memory for sample in side) for side in (outcome.ours, outcome.peer)]
    return (
        pair.work,
        _figure(outcome.ours, pair.units, pair.unit),
        pair.peer.name,
        _figure(outcome.peer, pair.units, pair.unit),
        f"{statistics.median(ratios):.1f}",
        f"{min(ratios):.1f} – {max(ratios):.1f}",
        f"{cpu:.1f}" if cpu else "–",
        f"{memory[0]:.0f} / {memory[1]:.0f}",
        f"≥ {pair.budget:g}" if pair.budget else "–",
    )


def _figure(samples: Sequence[Sample], units: int, unit: str) -> str:
    seconds = statistics.median(sample.seconds for sample in samples)
    if unit:
        cpu = statistics.median(sample.cpu for sample in samples) / units
        return f"{units / seconds:.0f} {unit}, {cpu * 1e3:.1f} ms CPU each"
    for factor, name in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {name}"
    return f"{seconds * 1e9:.3g} ns"


def machine() -> str:
    """What the figures were measured on."""
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, Python {platform.python_version()}, {platform.system()}"


def table(outcomes: Sequence[Outcome]) -> str:
    """For the terminal: columns padded with blanks."""
    lines = [_HEADER, *rows(outcomes)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADER))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def write_json(outcomes: Sequence[Outcome], path: Path) -> None:
    """Every sample of every pair."""
    document = {
        "schema": "netmod.bench/1",
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "pairs": [outcome.document() for outcome in outcomes],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def write_markdown(outcomes: Sequence[Outcome], path: Path) -> None:
    """The page for readers."""
    lines = [_HEADER, tuple("---" for _ in _HEADER), *rows(outcomes)]
    body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    notes = "\n".join(
        f"- {outcome.pair.work}: {outcome.pair.note}." for outcome in outcomes if outcome.pair.note
    )
    path.write_text(
        f"""# Performance

Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}; not edited by hand.

netmod and a peer do the same work in turn, A B A B, each sample in a process of its own. What
counts is the ratio within one run: absolute figures drift from machine to machine ({machine()}).
"Times faster" is the median over the rounds, beside it stand the least and the greatest. A pair
whose sides did not produce the same amount gives no figure, and neither does a peer that is not
installed (`pip install netmod[bench]`; Genie where pyATS is installed beside it).

{body}

{notes}

The devices that are collected from are one asyncssh server in a process of its own on the same
machine. It takes about as much CPU for a device as netmod does, so that on two cores a second
collecting process has nothing to run on; on more cores it has.
""",
        encoding="utf-8",
    )
