"""Snapshot → facts → verdicts → report: is every link encrypted, at both ends, strongly enough?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from netmod import __version__
from netmod.compliance import Assessment, assess, assess_snapshot, load_catalogue
from netmod.errors import OutputError
from netmod.evidence import Snapshot, read_snapshot
from netmod.facts import FactsDocument
from netmod.inventory import Inventory, load_inventory
from netmod.jobs.clock import now
from netmod.observe import read_snapshot_facts
from netmod.reports import Report, build_report, html, json
from netmod.settings import Project, find_root, open_project

ONE_DAY = timedelta(days=1)
CLOCKS_DIFFER = timedelta(minutes=10)


def check(root: Path | None, folder: Path) -> Report:
    """The report on a snapshot, against the project's inventory where there is one.

    Without a project, or where no host of the snapshot is one of the project's, the snapshot is
    judged by itself: links are those that its `snapshot.yaml` declares.
    """
    snapshot = read_snapshot(folder)
    project = _project(root)
    if project is None:
        return _report_alone(snapshot, ())
    inventory = load_inventory(project.inventory)
    if root is None and not any(host.host in inventory.devices for host in snapshot.hosts):
        warning = (
            f"no host of {snapshot.root.name} is in the inventory of {project.root.name}: "
            "the snapshot is judged by itself"
        )
        return _report_alone(snapshot, (warning,))
    return check_against(inventory, snapshot, project)


def check_against(inventory: Inventory, snapshot: Snapshot, project: Project) -> Report:
    """The report on a snapshot against an inventory and the project's catalogue."""
    _, report = judge(inventory, snapshot, project, _facts(snapshot), now())
    return report


def judge(
    inventory: Inventory,
    snapshot: Snapshot,
    project: Project,
    document: FactsDocument,
    moment: datetime,
) -> tuple[Assessment, Report]:
    """What is concluded of a snapshot whose facts were read, and the report on it."""
    catalogue = load_catalogue(project.compliance, root=project.root, inventory=inventory)
    assessment = assess(inventory, document, catalogue, moment)
    report = build_report(
        assessment,
        generated_at=moment,
        tool_version=__version__,
        lines=captured_lines(snapshot),
        catalogue=catalogue,
        inventory=inventory,
    )
    return assessment, report


def _report_alone(snapshot: Snapshot, warnings: tuple[str, ...]) -> Report:
    document = _facts(snapshot, warnings)
    return build_report(
        assess_snapshot(document, snapshot.links, now()),
        generated_at=now(),
        tool_version=__version__,
        lines=captured_lines(snapshot),
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


def write_report(report: Report, folder: Path) -> list[Path]:
    """Write `report.html` and `report.json` into `folder`. Raises `OutputError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or "cannot be made"
        raise OutputError(f"{folder}: {reason}", hint="choose another --out") from None
    files = [folder / "report.html", folder / "report.json"]
    html.write(report, files[0])
    json.write(report, files[1])
    return files


def _project(root: Path | None) -> Project | None:
    if root is None and find_root(Path.cwd()) is None:
        return None
    return open_project(root, start=Path.cwd())
