"""The scheduled job, which nobody watches: from the devices to whoever has to know.

Each stage may fail without ending the run, and each can be done once more: a run that was killed,
at any point, is gone on with by the next one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from netmod import __version__
from netmod.compliance import Assessment
from netmod.drift import DriftReport
from netmod.errors import NightlyError
from netmod.evidence import HostCaptures, Snapshot, this_operator
from netmod.facts import FactsDocument
from netmod.history import Archive, Backup, History, Occasion, Run, RunStatus, Transition
from netmod.inventory import Device, HostNames, Inventory, load_inventory, select
from netmod.jobs.check import Judged, judge, write_report
from netmod.jobs.clock import now
from netmod.jobs.collect import Access, Progress, collect_to, management_access
from netmod.jobs.drift import drift_of
from netmod.jobs.history import sealing
from netmod.jobs.inventory import folder_digest, part_of, project_at
from netmod.jobs.known import Known
from netmod.jobs.night import Night, begin, last_complete, only_run, prune
from netmod.jobs.notify import beat, check_targets, notify
from netmod.observe import read_snapshot_facts
from netmod.platforms import platform
from netmod.reports import NightReport, message, prometheus, write_text
from netmod.reports import night as figures
from netmod.settings import Project

T = TypeVar("T")
Clock = Callable[[], datetime]
REASON = "nightly"


@dataclass(frozen=True, slots=True)
class Done:
    """What a run came to: its figures, its folder, and the exit code."""

    report: NightReport
    folder: Path
    exit_code: int


def nightly(
    root: Path | None,
    terms: Sequence[str] = (),
    *,
    access: Access | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    clock: Clock = now,
) -> Done:
    """Run the night of the devices that a filter selects, or go on with one that was killed.

    `out` (the project's state where it is None) gets the runs, the history and the archive. With
    `access` of a lab the devices are those that it has endpoints for. Raises `NightlyError` where
    another run goes on, and what settings, inventory and filter raise: whoever starts a job that
    cannot begin must see it fail.
    """
    project = project_at(root)
    state = out or project.state
    home = state / "nightly"
    settings = project.settings.nightly
    check_targets(settings.notify)
    job = _Job(project, state, _base(project, access), tuple(terms), clock, access, progress)
    job.elsewhere = out is not None
    _ = job.devices
    with only_run(home, this_operator(os.environ), clock):
        night = begin(home, terms, timedelta(hours=settings.resume_hours), clock)
        job.night = night
        night.do("collect", job.collect)
        night.do("read", job.read)
        night.do("archive", job.archive)
        night.do("drift", job.compare)
        night.do("compliance", job.judge)
        night.do("history", job.record)
        night.do("reports", job.write)
        night.do("notify", job.tell)
        night.do("metrics", job.measure)
        night.do("heartbeat", job.beat)
        night.finish()
        prune(home, settings.keep_runs)
        job.known.trim()
        return Done(job.report(), night.folder, job.exit_code())


def check_last(
    root: Path | None, terms: Sequence[str] = (), *, out: Path | None = None, clock: Clock = now
) -> datetime | None:
    """The dead man's switch: when the last complete run of this filter ended, if in time.

    None where none was, and then everybody was told who is told of runs. Raises `NightlyError`
    where that could not be done.
    """
    project = project_at(root)
    settings = project.settings.nightly
    last = last_complete((out or project.state) / "nightly", terms)
    hours = settings.late_after_hours
    if last is not None and clock() - last < timedelta(hours=hours):
        return last
    notify(project, message.late(_scope(terms), last, hours, project.settings.reports.language))
    return None


@dataclass
class _Job:
    """A run while it goes on: what the stages hand to those behind them, None where they failed.

    `elsewhere` is a run whose state is not the project's: of a lab, or one that is tried out. It
    seals no config and pushes to nobody.
    """

    project: Project
    state: Path
    base: Inventory
    terms: tuple[str, ...]
    clock: Clock
    access: Access | None
    progress: Progress | None
    night: Night = field(init=False)
    elsewhere: bool = False
    snapshot: Snapshot | None = None
    facts: FactsDocument | None = None
    drift: DriftReport | None = None
    assessment: Assessment | None = None
    judged: Judged | None = None
    transitions: tuple[Transition, ...] = ()
    first: bool = False
    rejected: tuple[str, ...] = ()

    @cached_property
    def devices(self) -> list[Device]:
        return select(self.base, self.terms)

    @cached_property
    def known(self) -> Known:
        return Known.below(self.state)

    def collect(self) -> None:
        """Ask the devices, or those of them that did not give everything before a kill."""
        if self.night.is_done("collect"):
            return
        access = self.access or management_access(self.project, self.base, self.devices)
        run = self.night.state.run
        seal = None if self.elsewhere else sealing(self.project, self.devices, run)
        collection = collect_to(
            self.night.snapshot,
            self.devices,
            access,
            self.progress,
            resumable=True,
            seal=seal,
            clock=self.clock,
        )
        if collection.interrupted:
            raise KeyboardInterrupt
        self.night.state.failures = {one.host: one.failure for one in collection.statuses}
        if len(collection.failed) == len(collection.statuses):
            why = collection.failed[0].message
            raise NightlyError(f"no device gave everything; the first: {why}")

    def read(self) -> None:
        """Read the snapshot, and the facts that it states, once for all stages behind."""
        self.snapshot = self.known.read(self.night.snapshot)
        self.facts = read_snapshot_facts(self.snapshot, now=self.clock(), store=self.known.readings)

    def archive(self) -> None:
        """Keep the configs: one commit for each domain that changed."""
        settings = self.project.settings.archive
        remote = "" if self.elsewhere else settings.remote
        archive = Archive(self.state / self.project.archive.name, remote=remote)
        state = self.night.state
        operator = this_operator(os.environ)
        occasion = Occasion(state.run, self.observed_at, operator, REASON)
        captures = _by_device(self.base, _needed(self.snapshot).hosts)
        rejected = []
        for domain in sorted({one.domain for one in self.devices}):
            members = [one for one in self.devices if one.domain == domain]
            backups = filter(None, (_backup(one, captures.get(one.name)) for one in members))
            hosts = [one.name for one in self.base.devices.values() if one.domain == domain]
            stored = archive.store(domain, backups, occasion, hosts=hosts)
            rejected += [f"{one.host} ({one.reason})" for one in stored.rejected]
        self.rejected = tuple(rejected)

    def compare(self) -> None:
        """Running against intended."""
        snapshot, facts = _needed(self.snapshot), _needed(self.facts)
        self.drift = drift_of(
            self.project,
            self.base,
            self.devices,
            snapshot,
            self.known,
            read=facts,
            at=self.observed_at,
        )

    def judge(self) -> None:
        """Every link from both its ends; with a filter those that end on its devices alone."""
        region = part_of(self.base, [one.name for one in self.devices])
        self.judged = judge(
            region, _needed(self.snapshot), self.project, _needed(self.facts), self.observed_at
        )
        self.assessment = self.judged.assessment

    def record(self) -> None:
        """Remember what was found. Verdicts of links only where all of them were looked at."""
        state = self.night.state
        run = Run(
            id=state.run,
            started_at=state.started_at,
            tool_version=__version__,
            operator=this_operator(os.environ),
            reason=" ".join((REASON, *self.terms)),
            hashes={
                "inventory": folder_digest(self.project.inventory),
                "templates": folder_digest(self.project.templates),
                "catalogue": folder_digest(self.project.compliance),
            },
        )
        kept = self.project.settings.history
        with History.open(self.state / self.project.history.name) as history:
            history.begin(run)
            seen = (one for host in _needed(self.snapshot).hosts for one in host.captures)
            history.keep_captures(run.id, seen)
            older = [one for one in history.runs() if one.id != run.id and one.observed_at]
            self.first = not older
            self.transitions = history.record(
                run.id,
                at=self.observed_at,
                drift=self.drift,
                assessment=None if self.terms else self.assessment,
                devices=self.base.devices.keys(),
            )
            whole = self.drift is not None and self.assessment is not None
            known = self.drift is not None and not self.drift.count("unknown")
            status: RunStatus = "failed"
            if whole:
                status = "complete" if known else "incomplete"
            history.finish(run.id, status, at=self.clock())
            moment = self.clock()
            history.prune(
                before=moment - timedelta(days=kept.keep_days),
                captures_before=moment - timedelta(days=kept.keep_captures_days),
            )

    def write(self) -> None:
        """Write the reports beside the snapshot."""
        if self.drift is not None:
            write_text(self.night.folder / "drift.json", self.drift.model_dump_json(indent=2))
        write_report(_needed(self.judged), self.night.folder)

    def tell(self) -> None:
        """Send what changed, or what went wrong."""
        told = message.message(self.report(), self.project.settings.reports.language)
        if told is not None:
            notify(self.project, told)

    def measure(self) -> None:
        """Write metrics."""
        folder = self.project.settings.nightly.metrics
        if folder is not None:
            prometheus.write(self.report(), self.project.root / folder)

    def beat(self) -> None:
        """Tell that the run was complete, if it was."""
        if not any(one.failure for one in self.night.state.stages):
            beat(self.project)

    @property
    def observed_at(self) -> datetime:
        """When the devices were asked."""
        return _needed(self.snapshot).captured_at or self.night.state.started_at

    def report(self) -> NightReport:
        """The figures of what was found up to here."""
        state = self.night.state
        asked = [
            figures.Asked(one.name, one.site, state.failures.get(one.name, "internal"))
            for one in self.devices
        ]
        drifts, accepted = figures.count_drifts(self.drift)
        region = part_of(self.base, [one.name for one in self.devices])
        moment = self.clock()
        failed = any(one.failure for one in state.stages)
        return NightReport(
            run=state.run,
            scope=_scope(self.terms),
            finished_at=moment,
            last_complete=last_complete(self.night.folder.parent, self.terms) if failed else moment,
            first=self.first,
            stages=tuple(figures.Stage(one.name, one.seconds, one.failure) for one in state.stages),
            results=figures.count_results(asked),
            devices=figures.count_devices(len(self.devices), self.drift),
            drifts=drifts,
            accepted=accepted,
            layers=figures.count_layers(region, self.assessment),
            requirements=figures.count_requirements(self.assessment),
            dead_sites=figures.dead_sites(asked),
            rejected=self.rejected,
            news=figures.news(self.transitions, first=self.first),
        )

    def exit_code(self) -> int:
        """4 where a stage failed, else that of drift and verdicts, of which 3 wins."""
        if any(one.failure for one in self.night.state.stages):
            return 4
        return max(_needed(self.drift).exit_code, _needed(self.judged).report().exit_code)


def _base(project: Project, access: Access | None) -> Inventory:
    inventory = load_inventory(project.inventory)
    return inventory if access is None else part_of(inventory, list(access.endpoints))


def _scope(terms: Sequence[str]) -> str:
    return " ".join(terms) or "all"


def _needed(value: T | None) -> T:
    if value is None:
        raise NightlyError("what it works on is missing: an earlier stage failed")
    return value


def _by_device(inventory: Inventory, hosts: Collection[HostCaptures]) -> dict[str, HostCaptures]:
    names = HostNames(inventory.devices)
    return {found: one for one in hosts if (found := names.find(one.host))}


def _backup(device: Device, captures: HostCaptures | None) -> Backup | None:
    """The config that a device gave; None where it gave none."""
    known = platform(device.platform)
    if known is None or captures is None:
        return None
    texts = (one.text for one in captures.captures if one.command == known.config_command)
    text = next(texts, None)
    return None if text is None else Backup(device.name, text, known.language.whole)
