"""Measure, print the ratios, write `out/bench.json` and `docs/performance.md`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import (
    alone,
    collect,
    comparing,
    growth,
    inventories,
    readers,
    report,
    startup,
    stores,
    templates,
)
from bench.paired import Outcome, measure

_ROOT = Path(__file__).resolve().parent.parent
_WORKS = ("load", "render", "read", "compare", "startup", "growth", "store", "collect")


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("works", nargs="*", help=f"of {', '.join(_WORKS)}; all by default")
    parser.add_argument("--rounds", type=int, default=3, help="samples of each side (3)")
    parser.add_argument("--hosts", type=int, default=10_000, help="hosts to load (10000)")
    parser.add_argument("--devices", type=int, default=200, help="devices to collect from (200)")
    parser.add_argument("--out", type=Path, default=_ROOT / "out", help="folder for bench.json")
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.works) - set(_WORKS))
    if unknown:
        parser.error(f"unknown work {unknown[0]!r}; use {', '.join(_WORKS)}")
    with tempfile.TemporaryDirectory(prefix="netmod-bench-") as name:
        folder = Path(name)
        outcomes = []
        for outcome in _measure(chosen, folder):
            print(f"{outcome.pair.work} / {outcome.pair.peer.name}: done", file=sys.stderr)
            outcomes.append(outcome)
        figures = report.Figures(outcomes, _alone(chosen, folder), _grown(chosen, folder))
    print(report.table(figures))
    report.write_json(figures, chosen.out / "bench.json")
    if not chosen.works:  # a part of the table must not replace the whole
        report.write_markdown(figures, _ROOT / "docs" / "performance.md")


def _measure(chosen: argparse.Namespace, folder: Path) -> Iterator[Outcome]:
    works = chosen.works or _WORKS
    pairs = []
    if "load" in works:
        inventories.prepare(folder, chosen.hosts)
        pairs += inventories.pairs(chosen.hosts, chosen.rounds)
    if "render" in works:
        templates.prepare(folder)
        pairs += templates.pairs(chosen.rounds)
    if "read" in works:
        pairs += readers.pairs(chosen.rounds)
    if "compare" in works:
        pairs += comparing.pairs(chosen.rounds)
    if "startup" in works:
        pairs += startup.pairs(chosen.rounds)
    if "store" in works:
        pairs += stores.pairs(chosen.rounds)
    for pair in pairs:
        yield measure(pair, folder)
    if "collect" in works:
        yield from collect.outcomes(folder, chosen.rounds, chosen.devices)


def _alone(chosen: argparse.Namespace, folder: Path) -> list[alone.Found]:
    works = chosen.works or _WORKS
    alone.prepare(folder, chosen.hosts, works)
    found = []
    for one in alone.all_of(chosen.rounds, chosen.hosts, works):
        found.append(alone.measure(one, folder))
        print(f"{one.work}: done", file=sys.stderr)
    return found


def _grown(chosen: argparse.Namespace, folder: Path) -> list[growth.Grown]:
    return growth.measure(folder) if "growth" in (chosen.works or _WORKS) else []


if __name__ == "__main__":
    main()
