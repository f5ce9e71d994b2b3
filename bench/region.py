"""The project's own region, enlarged: its inventory, and what its devices would answer."""

# ruff: noqa: PLC0415 - a side is imported only in the process that measures it

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netmod.evidence import HostCaptures
    from netmod.inventory import Inventory

_ROOT = Path(__file__).resolve().parent.parent
AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


def project(folder: Path, devices: int) -> Path:
    """A project with a region of so many devices; made where it is not there yet."""
    from netmod.jobs.lab import generate

    out = folder / f"region-{devices}"
    return out if out.exists() else generate(_ROOT, devices, out)


def inventory(folder: Path, devices: int) -> Inventory:
    """The inventory of that project, with the devices that the lab can emulate."""
    from netmod.inventory import load_inventory
    from netmod.jobs.demo import emulated_part

    return emulated_part(load_inventory(project(folder, devices) / "inventory"))


def captured(folder: Path) -> dict[str, HostCaptures]:
    """By platform: all that netmod collects from the device with the longest config.

    Of the region as it is, with all its neighbours; kept in the folder.
    """
    kept = folder / "captured.pickle"
    if not kept.exists():
        kept.write_bytes(pickle.dumps(_captured()))
    found: dict[str, HostCaptures] = pickle.loads(kept.read_bytes())  # noqa: S301 our own
    return found


def _captured() -> dict[str, HostCaptures]:
    from netmod.evidence import Capture, HostCaptures
    from netmod.intent import render
    from netmod.inventory import load_inventory
    from netmod.jobs.demo import emulated_part
    from netmod.lab import Lab, ManualClock
    from netmod.lab.shell import open_shell
    from netmod.platforms import platform

    part = emulated_part(load_inventory(_ROOT / "inventory"))
    devices = part.devices.values()
    configs = {one.host: one.text for one in render(part, _ROOT / "templates", devices)}
    lab = Lab(part, configs, clock=ManualClock(AT))
    longest = {part.devices[name].platform: name for name in sorted(configs, key=_length(configs))}
    found: dict[str, HostCaptures] = {}
    for one, name in longest.items():
        known = platform(one)
        assert known is not None
        shell = open_shell(lab.devices[name], lab.fabric)
        shell.greet()
        captures = []
        for command in known.collect:
            (reply,) = shell.receive(f"{command}\n")
            place = f"{name}/{command}"
            captures.append(Capture(name, command, reply.output, place, "0" * 64, exact=True))
        found[one] = HostCaptures(name, tuple(captures), platform=one)
    return found


def _length(configs: dict[str, str]) -> Callable[[str], int]:
    return lambda name: len(configs[name])
