"""What is past or near the end of its support, by the inventory or by what devices said."""

from __future__ import annotations

from pathlib import Path

from netmod.evidence import read_snapshot
from netmod.inventory import InUse, LifecycleRow, lifecycle, load_inventory, read_lifecycle
from netmod.jobs.clock import now
from netmod.jobs.inventory import project_at
from netmod.observe import read_snapshot_facts


def lifecycle_of(root: Path | None, snapshot: Path | None, within: int) -> list[LifecycleRow]:
    """Every model and version of the project's devices; `near` ends `within` days.

    What devices of a snapshot say of themselves comes before what the inventory says. Every device
    of the inventory counts, also those that the snapshot has not. Raises `InputError`, or
    `EvidenceError` where the folder is no snapshot.
    """
    folder = project_at(root).inventory
    devices, register = load_inventory(folder).devices, read_lifecycle(folder)
    seen = read_snapshot_facts(read_snapshot(snapshot), now=now()).hosts if snapshot else {}
    used = []
    for name, device in devices.items():
        model, version = device.data.get("model"), device.data.get("software")
        if name in seen:
            said = seen[name].version
            model, version = said.model or model, said.version or version
        used.append(InUse(name, device.platform, model, version))
    return lifecycle(register, used, now().date(), within)
