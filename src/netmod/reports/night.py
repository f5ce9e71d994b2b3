"""What one nightly run found, as figures and codes: what metrics and messages are written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from netmod.compliance import VERDICTS, Assessment
from netmod.drift import DriftReport
from netmod.inventory import Inventory

if TYPE_CHECKING:
    from netmod.history import Transition  # its database costs 0.3 s, and only the job needs it

Result = Literal["collected", "unreachable", "deadline", "error"]
RESULTS: tuple[Result, ...] = ("collected", "unreachable", "deadline", "error")
SEVERITIES = ("critical", "high", "medium", "low")
_UNREACHED = ("unreachable", "site-unreachable", "jump-host")
_BEFORE_ONE_LOOKS = ("", "withdrawn")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: how long it took, and why it failed; "" where it did not."""

    name: str
    seconds: float
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """How collection ended on one device; `failure` is a code of `HostStatus`, "" if well."""

    host: str
    site: str
    failure: str = ""

    @property
    def result(self) -> Result:
        """The code as one of four."""
        if not self.failure:
            return "collected"
        if self.failure in _UNREACHED:
            return "unreachable"
        return "deadline" if self.failure == "deadline" else "error"


@dataclass(frozen=True, slots=True)
class LayerFigure:
    """Links in scope of one layer, by verdict; their sum is the denominator."""

    layer: str
    verdicts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.verdicts.values())


@dataclass(frozen=True, slots=True)
class News:
    """What is not as it was the last time that somebody looked.

    Drifts are (device, severity, where), links (link, before, after), the others names.
    """

    drifts: tuple[tuple[str, str, str], ...] = ()
    drifts_fixed: tuple[tuple[str, str, str], ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()
    requirements: tuple[tuple[str, str, str], ...] = ()
    lost: tuple[str, ...] = ()
    found: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(
            (self.drifts, self.drifts_fixed, self.links, self.requirements, self.lost, self.found)
        )


@dataclass(frozen=True, slots=True)
class NightReport:
    """One nightly run. `scope` is its filter, `all` without one; `first` where nothing is older.

    Every device is counted in `devices` and in `results`, every active link in `layers`: what a
    failed stage did not tell is unknown. `dead_sites` are (site, devices) of which none could be
    reached, `rejected` the devices whose config did not become a backup.
    """

    run: str
    scope: str
    finished_at: datetime
    last_complete: datetime | None
    first: bool
    stages: tuple[Stage, ...]
    results: Mapping[Result, int]
    devices: Mapping[str, int]
    drifts: Mapping[str, int]
    accepted: int
    layers: tuple[LayerFigure, ...]
    requirements: Mapping[str, int]
    dead_sites: tuple[tuple[str, int], ...]
    rejected: tuple[str, ...]
    news: News

    @property
    def failures(self) -> tuple[Stage, ...]:
        """The stages that failed; none in a complete run."""
        return tuple(one for one in self.stages if one.failure)

    def links(self, *verdicts: str) -> int:
        """How many links in scope have one of these verdicts; all without any named."""
        named = verdicts or VERDICTS
        return sum(layer.verdicts.get(one, 0) for layer in self.layers for one in named)


def count_devices(total: int, drift: DriftReport | None) -> dict[str, int]:
    """Devices by status; all unknown where nothing was compared."""
    if drift is None:
        return {"clean": 0, "drift": 0, "unknown": total}
    return {status: drift.count(status) for status in ("clean", "drift", "unknown")}


def count_drifts(drift: DriftReport | None) -> tuple[dict[str, int], int]:
    """Open drifts by severity, and how many are accepted."""
    hosts = drift.hosts if drift else ()
    found = Counter[str](item.severity for host in hosts for item in host.open_items)
    accepted = sum(len(host.items) - len(host.open_items) for host in hosts)
    return {severity: found[severity] for severity in SEVERITIES}, accepted


def count_layers(inventory: Inventory, assessment: Assessment | None) -> tuple[LayerFigure, ...]:
    """Links in scope by layer and verdict; all active ones unknown where none was judged."""
    if assessment is not None:
        return tuple(
            LayerFigure(row.key, {one: row.verdicts.get(one, 0) for one in VERDICTS})
            for row in assessment.coverage.by_layer
        )
    active = Counter(one.layer for one in inventory.links.values() if one.status == "active")
    return tuple(
        LayerFigure(layer, {one: number if one == "unknown" else 0 for one in VERDICTS})
        for layer, number in sorted(active.items())
    )


def count_requirements(assessment: Assessment | None) -> dict[str, int]:
    """Requirements by outcome."""
    found = Counter(one.outcome for one in assessment.requirements) if assessment else Counter()
    return {one: found[one] for one in ("pass", "fail", "unknown", "not-applicable")}


def count_results(asked: Iterable[Asked]) -> dict[Result, int]:
    """Devices by how their collection ended."""
    found = Counter(one.result for one in asked)
    return {result: found[result] for result in RESULTS}


def dead_sites(asked: Sequence[Asked]) -> tuple[tuple[str, int], ...]:
    """Sites of which no device could be reached, with how many devices they have."""
    devices = Counter(one.site for one in asked)
    silent = Counter(one.site for one in asked if one.result == "unreachable")
    return tuple((site, devices[site]) for site in sorted(silent) if silent[site] == devices[site])


def news(transitions: Iterable[Transition], *, first: bool) -> News:
    """What changed. Of a first run only its drifts are news: all the rest was never looked at."""
    told = list(transitions)
    drifts = [one for one in told if one.kind == "drift"]
    devices = [] if first else [one for one in told if one.kind == "device"]
    return News(
        drifts=tuple(_drift(one) for one in drifts if one.after == "open"),
        drifts_fixed=tuple(_drift(one) for one in drifts if one.after == "fixed"),
        links=() if first else _states(told, "link", fine=("encrypted", "attested", "planned")),
        requirements=() if first else _states(told, "requirement", fine=("pass",)),
        lost=tuple(one.subject for one in devices if one.after == "unknown"),
        found=tuple(
            one.subject for one in devices if one.before == "unknown" and one.after != "withdrawn"
        ),
    )


def _drift(one: Transition) -> tuple[str, str, str]:
    section = one.details.get("section") or ()
    where = " / ".join((str(one.details.get("kind", "")), *map(str, section)))
    return one.subject, str(one.details.get("severity", "")), where


def _states(
    told: Iterable[Transition], kind: str, *, fine: tuple[str, ...]
) -> tuple[tuple[str, str, str], ...]:
    """Changes of state; what is new and fine is no news."""
    return tuple(
        (one.subject, one.before, one.after)
        for one in told
        if one.kind == kind
        and one.after not in ("withdrawn", one.before)
        and not (one.before in _BEFORE_ONE_LOOKS and one.after in fine)
    )
