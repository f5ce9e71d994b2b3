"""What is declared: loading the project's inventory and choosing from it."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path

from netmod.errors import InputError, Problem
from netmod.inventory import (
    Device,
    Explained,
    Inventory,
    Link,
    explain,
    load_inventory,
    load_with_sources,
    select,
)
from netmod.settings import Project, open_project


def project_at(root: Path | None) -> Project:
    """The project at `root`, or the nearest one upward from the working directory."""
    return open_project(root, start=Path.cwd())


def load(root: Path | None, *, may_be_empty: bool = False) -> Inventory:
    """The project's inventory. Raises `InventoryError` with every problem of every file."""
    return load_inventory(project_at(root).inventory, may_be_empty=may_be_empty)


def devices(root: Path | None, terms: Sequence[str]) -> list[Device]:
    """The devices that a filter selects."""
    return select(load(root, may_be_empty=True), terms)


def part_of(inventory: Inventory, names: Collection[str]) -> Inventory:
    """These devices, and the links that end on no other."""
    chosen = set(names)
    devices = {name: one for name, one in inventory.devices.items() if name in chosen}
    links = {
        name: link
        for name, link in inventory.links.items()
        if all(end.device in devices for end in link.managed_ends)
    }
    return dataclasses.replace(inventory, devices=devices, links=links)


def explained(root: Path | None, terms: Sequence[str]) -> dict[str, tuple[Explained, ...]]:
    """Where each value of the devices that a filter selects comes from, by device."""
    inventory, sources = load_with_sources(project_at(root).inventory)
    return {device.name: explain(sources, device.name) for device in select(inventory, terms)}


def links(root: Path | None, layer: str | None) -> list[Link]:
    """The declared links by id, all or of one layer."""
    declared = sorted(load(root, may_be_empty=True).links.values(), key=lambda link: link.id)
    layers = sorted({link.layer for link in declared})
    if layer is not None and layer not in layers:
        hint = f"layers with links are {', '.join(layers)}"
        raise InputError([Problem("--layer", 0, f"no link is of layer {layer!r}", hint)])
    return [link for link in declared if layer in (None, link.layer)]


def folder_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of all files below a folder, lower-case hex."""
    found = hashlib.sha256()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        found.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
