"""What a project knows of its devices beside their captures."""

from __future__ import annotations

from netmod.compliance import Surroundings
from netmod.history import History, Standing
from netmod.inventory import Inventory
from netmod.settings import Project


def surroundings_of(project: Project, inventory: Inventory) -> dict[str, Surroundings]:
    """By device: whether it may be reached over unsafe SSH, and its last backup.

    A nightly run archives each config that it could read wholly, and records the device as
    `clean` or `drift`; one that it could not is `unknown`, and its last good config stays.
    """
    recorded: dict[str, Standing] = {}
    if project.history.is_file():
        with History.open(project.history) as history:
            recorded = {one.subject: one for one in history.standing("device")}
    legacy = project.settings.collect.legacy_ssh
    return {
        name: _of_device(recorded.get(name), legacy=name in legacy) for name in inventory.devices
    }


def _of_device(standing: Standing | None, *, legacy: bool) -> Surroundings:
    if standing is None:
        return Surroundings(legacy_ssh=legacy)
    if standing.state == "unknown":
        return Surroundings(legacy_ssh=legacy, no_backup_since=standing.since)
    return Surroundings(legacy_ssh=legacy, backup_at=standing.last_seen)
