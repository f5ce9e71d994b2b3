"""The figures as a table, as JSON and as `docs/performance.md`."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.alone import Found
from bench.growth import LIMIT, Grown
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


_ALONE_HEADER = ("work", "netmod", "budget", "met")
_GROWTH_HEADER = ("stage", "devices", "CPU", "ten times as many", "ratio", "budget")


def alone_rows(found: Sequence[Found]) -> list[tuple[str, ...]]:
    """One row for each budget of its own, as texts."""
    return [_alone_row(one) for one in found]


def _alone_row(found: Found) -> tuple[str, ...]:
    alone = found.alone
    if found.absent or not found.samples:
        return (alone.work, found.absent or "not measured", "–", "–")
    met = "yes" if found.met else "no"
    if alone.mebibytes is not None:
        return (alone.work, f"{found.memory:.0f} MiB", f"≤ {alone.mebibytes:g} MiB", met)
    return (alone.work, f"{seconds(found.cpu)} CPU", f"≤ {seconds(alone.seconds or 0)}", met)


def growth_rows(grown: Sequence[Grown]) -> list[tuple[str, ...]]:
    """One row for each stage, as texts."""
    return [
        (one.stage, one.absent, *["–"] * 4)
        if one.absent
        else (
            one.stage,
            f"{one.devices}",
            seconds(one.small),
            seconds(one.large),
            f"{one.ratio:.1f}",
            f"≤ {LIMIT:g}",
        )
        for one in grown
    ]


def _figure(samples: Sequence[Sample], units: int, unit: str) -> str:
    median = statistics.median(sample.seconds for sample in samples)
    if unit:
        cpu = statistics.median(sample.cpu for sample in samples) / units
        return f"{units / median:.0f} {unit}, {cpu * 1e3:.1f} ms CPU each"
    return seconds(median)


def seconds(value: float) -> str:
    """With the unit that suits it."""
    for factor, name in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if value * factor >= 1:
            return f"{value * factor:.3g} {name}"
    return f"{value * 1e9:.3g} ns"


def machine() -> str:
    """What the figures were measured on."""
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, Python {platform.python_version()}, {platform.system()}"


@dataclass(frozen=True)
class Figures:
    """All that was measured."""

    pairs: Sequence[Outcome]
    alone: Sequence[Found]
    grown: Sequence[Grown]

    def tables(self) -> list[list[tuple[str, ...]]]:
        """Those that have rows, each below its header."""
        parts = (
            [_HEADER, *rows(self.pairs)],
            [_ALONE_HEADER, *alone_rows(self.alone)],
            [_GROWTH_HEADER, *growth_rows(self.grown)],
        )
        return [part for part in parts if len(part) > 1]


def table(figures: Figures) -> str:
    """For the terminal: columns padded with blanks."""
    return "\n\n".join(_padded(lines) for lines in figures.tables())


def _padded(lines: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _marked(lines: Sequence[tuple[str, ...]]) -> str:
    whole = [lines[0], tuple("---" for _ in lines[0]), *lines[1:]]
    return "\n".join("| " + " | ".join(line) + " |" for line in whole)


def write_json(figures: Figures, path: Path) -> None:
    """Every sample of every pair."""
    document = {
        "schema": "netmod.bench/1",
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "pairs": [outcome.document() for outcome in figures.pairs],
        "alone": [found.document() for found in figures.alone],
        "growth": [grown.document() for grown in figures.grown],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def write_markdown(figures: Figures, path: Path) -> None:
    """The page for readers."""
    outcomes = figures.pairs
    body = "\n\n".join(_marked(lines) for lines in figures.tables())
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

Below the pairs stand budgets of netmod's own, as CPU time or peak memory, and what a region of ten
times the size costs, stage by stage: linear is 10.

{body}

{notes}

The devices that are collected from are one asyncssh server in a process of its own on the same
machine. It takes nearly as much CPU for a device as netmod does, so that on two cores a second
collecting process has nothing to run on; on more cores it has. CPU a device is what to compare
where others use the machine.
""",
        encoding="utf-8",
    )
