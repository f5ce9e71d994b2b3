"""Metrics of a nightly run, for the textfile collector of Prometheus' node_exporter.

Every series of a family is there in every run, zeros too: an alert on a series that is missing
would never fire.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from netmod.reports._files import write_text
from netmod.reports.night import NightReport

Sample = tuple[Mapping[str, str], float]


def write(report: NightReport, folder: Path) -> Path:
    """Write the metrics into the collector's folder, in one step. Raises `OutputError`."""
    target = folder / f"netmod_nightly{_slug(report.scope)}.prom"
    write_text(target, text(report))
    return target


def text(report: NightReport) -> str:
    """The metrics in Prometheus' text format."""
    lines: list[str] = []
    for name, help_, samples in _families(report):
        lines += [f"# HELP netmod_{name} {help_}", f"# TYPE netmod_{name} gauge"]
        for labels, value in samples:
            shown = {"scope": report.scope, **labels}
            listed = ",".join(f'{key}="{_escaped(label)}"' for key, label in shown.items())
            lines.append(f"netmod_{name}{{{listed}}} {value:.17g}")
    return "\n".join(lines) + "\n"


def _families(report: NightReport) -> Iterator[tuple[str, str, list[Sample]]]:
    last = report.last_complete.timestamp() if report.last_complete else 0.0
    yield _one("nightly_last_complete_timestamp_seconds", "When the last complete run ended.", last)
    ended = report.finished_at.timestamp()
    yield _one("nightly_last_run_timestamp_seconds", "When the last run ended, complete or not.",
               ended)  # fmt: skip
    yield _one("nightly_complete", "1 where no stage of the last run failed.",
               not report.failures)  # fmt: skip
    yield (
        "nightly_stage_duration_seconds",
        "How long each stage took.",
        [({"stage": one.name}, one.seconds) for one in report.stages],
    )
    yield (
        "nightly_stage_failed",
        "1 where the stage failed.",
        [({"stage": one.name}, bool(one.failure)) for one in report.stages],
    )
    yield _by("collected_devices", "Devices by how their collection ended.", "result",
              report.results.items())  # fmt: skip
    yield _by("devices", "Devices by drift; unknown are those that were not compared.", "status",
              report.devices.items())  # fmt: skip
    yield _by("drift_items", "Open drifts by severity.", "severity",
              report.drifts.items())  # fmt: skip
    yield _one("drift_accepted_items", "Drifts that a deviation accepts.", report.accepted)
    yield (
        "links",
        "Links in scope by layer and verdict.",
        [
            ({"layer": layer.layer, "verdict": verdict}, number)
            for layer in report.layers
            for verdict, number in layer.verdicts.items()
        ],
    )
    yield (
        "links_in_scope",
        "Links in scope by layer: the denominator of netmod_links.",
        [({"layer": layer.layer}, layer.total) for layer in report.layers],
    )
    yield _by("requirements", "Requirements by outcome.", "outcome",
              report.requirements.items())  # fmt: skip
    yield _one("unreachable_sites", "Sites of which no device could be reached.",
               len(report.dead_sites))  # fmt: skip
    yield _by("unreachable_site_devices", "Devices of each site that could not be reached.", "site",
              report.dead_sites)  # fmt: skip
    yield _one("rejected_backups", "Configs that did not become a backup.", len(report.rejected))


def _one(name: str, help_: str, value: float) -> tuple[str, str, list[Sample]]:
    return name, help_, [({}, value)]


def _by(
    name: str, help_: str, label: str, counts: Iterable[tuple[str, int]]
) -> tuple[str, str, list[Sample]]:
    return name, help_, [({label: key}, number) for key, number in counts]


def _escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _slug(scope: str) -> str:
    """Runs of different filters write different files."""
    kept = "".join(sign if sign.isalnum() else "_" for sign in scope)
    return "" if scope == "all" else f"_{kept}"
