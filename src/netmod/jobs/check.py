"""Snapshot → facts → verdicts: is every link encrypted, at both ends, strongly enough?"""

from __future__ import annotations

from pathlib import Path

from netmod.compliance import Assessment, assess, assess_snapshot, load_catalogue
from netmod.evidence import Snapshot, read_snapshot
from netmod.facts import FactsDocument
from netmod.inventory import Inventory, load_inventory
from netmod.jobs.clock import now
from netmod.observe import read_snapshot_facts
from netmod.settings import Project, find_root, open_project


def check(root: Path | None, folder: Path) -> Assessment:
    """The assessment of a snapshot, against the project's inventory where there is one.

    Without a project, or where no host of the snapshot is one of the project's, the snapshot is
    judged by itself: links are those that its `snapshot.yaml` declares.
    """
    snapshot = read_snapshot(folder)
    document = read_snapshot_facts(snapshot, now=now())
    project = _project(root)
    if project is None:
        return assess_snapshot(document, snapshot.links, now())
    inventory = load_inventory(project.inventory)
    if root is None and not any(host.host in inventory.devices for host in snapshot.hosts):
        return _alone(document, snapshot, project)
    return check_against(inventory, document, project)


def check_against(inventory: Inventory, document: FactsDocument, project: Project) -> Assessment:
    """The assessment of facts against an inventory and the project's catalogue."""
    catalogue = load_catalogue(project.compliance, root=project.root, inventory=inventory)
    return assess(inventory, document, catalogue, now())


def _project(root: Path | None) -> Project | None:
    if root is None and find_root(Path.cwd()) is None:
        return None
    return open_project(root, start=Path.cwd())


def _alone(document: FactsDocument, snapshot: Snapshot, project: Project) -> Assessment:
    warning = (
        f"no host of {snapshot.root.name} is in the inventory of {project.root.name}: "
        "the snapshot is judged by itself"
    )
    noted = document.model_copy(update={"warnings": (*document.warnings, warning)})
    return assess_snapshot(noted, snapshot.links, now())
