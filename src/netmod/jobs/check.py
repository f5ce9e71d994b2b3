"""Snapshot → facts → verdicts → report: is every link encrypted, at both ends, strongly enough?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from netmod import __version__
from netmod.compliance import (
    Assessment,
    Catalogue,
    Checked,
    assess,
    assess_snapshot,
    check_requirements,
    find_checks,
    load_catalogue,
)
from netmod.errors import OutputError
from netmod.evidence import Snapshot, read_snapshot
from netmod.facts import FactsDocument
from netmod.inventory import Inventory, load_inventory
from netmod.jobs.clock import now
from netmod.jobs.surroundings import surroundings_of
from netmod.observe import read_snapshot_facts
from netmod.reports import Edition, Language, Report, build_report, html, json
from netmod.settings import Project, ReportSettings, find_root, open_project

ONE_DAY = timedelta(days=1)
CLOCKS_DIFFER = timedelta(minutes=10)


_USUAL = ReportSettings()


@dataclass(frozen=True, slots=True)
class Judged:
    """What was concluded of a snapshot: everything that a report in any language is made of.

    `project`, `inventory`, `catalogue` and `checked` are None where the snapshot was judged by
    itself.
    """

    assessment: Assessment
    lines: Mapping[str, Sequence[str]]
    settings: ReportSettings = _USUAL
    inventory: Inventory | None = None
    catalogue: Catalogue | None = None
    checked: Checked | None = None
    project: Project | None = None
    facts: FactsDocument | None = None

    def report(self, language: Language | None = None) -> Report:
        """The report, in the language of the project's settings where none is given."""
        edition = Edition(language or self.settings.language, self.settings.classification)
        return build_report(
            self.assessment,
            tool_version=__version__,
            lines=self.lines,
            catalogue=self.catalogue,
            inventory=self.inventory,
            checked=self.checked,
            edition=edition,
        )


def check(root: Path | None, folder: Path) -> Judged:
    """A snapshot, judged against the project's inventory where there is one.

    Without a project, or where no host of the snapshot is one of the project's, the snapshot is
    judged by itself: links are those that its `snapshot.yaml` declares.
    """
    snapshot = read_snapshot(folder)
    project = _project(root)
    if project is None:
        return _judge_alone(snapshot, ())
    inventory = load_inventory(project.inventory)
    if root is None and not any(host.host in inventory.devices for host in snapshot.hosts):
        warning = (
            f"no host of {snapshot.root.name} is in the inventory of {project.root.name}: "
            "the snapshot is judged by itself"
        )
        return _judge_alone(snapshot, (warning,))
    return judge(inventory, snapshot, project, _facts(snapshot), now())


def check_against(inventory: Inventory, snapshot: Snapshot, project: Project) -> Judged:
    """A snapshot, judged against an inventory and the project's catalogue."""
    return judge(inventory, snapshot, project, _facts(snapshot), now())


def judge(
    inventory: Inventory,
    snapshot: Snapshot,
    project: Project,
    document: FactsDocument,
    moment: datetime,
) -> Judged:
    """What is concluded of a snapshot whose facts were read."""
    checks = find_checks()
    catalogue = load_catalogue(
        project.compliance, root=project.root, inventory=inventory, checks=checks
    )
    assessment = assess(inventory, document, catalogue, moment)
    return Judged(
        assessment=assessment,
        lines=captured_lines(snapshot),
        settings=project.settings.reports,
        inventory=inventory,
        catalogue=catalogue,
        checked=check_requirements(
            assessment,
            inventory,
            document,
            catalogue,
            checks,
            surroundings_of(project, inventory),
        ),
        project=project,
        facts=document,
    )


def _judge_alone(snapshot: Snapshot, warnings: tuple[str, ...]) -> Judged:
    document = _facts(snapshot, warnings)
    return Judged(
        assessment=assess_snapshot(document, snapshot.links, now()), lines=captured_lines(snapshot)
    )


def _facts(snapshot: Snapshot, warnings: tuple[str, ...] = ()) -> FactsDocument:
    moment = now()
    read = read_snapshot_facts(snapshot, now=moment)
    age = age_warning(snapshot.captured_at, moment)
    further = (*read.warnings, *warnings, *([age] if age else []))
    return read.model_copy(update={"warnings": further})


def age_warning(captured_at: datetime | None, moment: datetime) -> str | None:
    """What a reader must know of a snapshot that is not of the last day."""
    if captured_at is None or moment - ONE_DAY <= captured_at <= moment + CLOCKS_DIFFER:
        return None
    if captured_at > moment:
        return "the snapshot's captured_at lies in the future: one of two clocks is wrong"
    days = (moment - captured_at).days
    return f"the snapshot is {days} days old: it does not show what is encrypted now"


def captured_lines(snapshot: Snapshot) -> Mapping[str, Sequence[str]]:
    """The redacted lines of each captured file, to be quoted as evidence."""
    return {
        capture.file: capture.text.split("\n")
        for host in snapshot.hosts
        for capture in host.captures
    }


def write_report(judged: Judged, folder: Path, language: Language | None = None) -> list[Path]:
    """Write `report.html` and `report.json` into `folder`. Raises `OutputError`.

    What programs read does not change with the language of readers: the JSON is in English.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or "cannot be made"
        raise OutputError(f"{folder}: {reason}", hint="choose another --out") from None
    files = [folder / "report.html", folder / "report.json"]
    report = judged.report(language)
    html.write(report, files[0])
    json.write(report if report.language == "en" else judged.report("en"), files[1])
    return files


def _project(root: Path | None) -> Project | None:
    if root is None and find_root(Path.cwd()) is None:
        return None
    return open_project(root, start=Path.cwd())
