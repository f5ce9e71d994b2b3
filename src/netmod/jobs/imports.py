"""Importing devices: read a source, compare it with the inventory, try the result."""

from __future__ import annotations

import os
from pathlib import Path

from netmod.credentials import open_secrets
from netmod.inventory import (
    ImportedDevice,
    ImportPlan,
    load_with_sources,
    plan_import,
    read_csv,
    read_netbox,
)
from netmod.jobs.changes import Change, read_texts, try_out
from netmod.jobs.inventory import project_at


def import_csv(root: Path | None, file: Path) -> tuple[Change, ImportPlan]:
    """The change that adds the devices of a CSV file. Writes nothing. Raises `InputError`."""
    return _planned(root, read_csv(file))


def import_netbox(root: Path | None, url: str, token: str) -> tuple[Change, ImportPlan]:
    """The change that adds the devices of a NetBox; `token` is the reference of its API token.

    Writes nothing. Raises `InputError`, `CredentialsError`, or `NetmodError` for NetBox's own.
    """
    project = project_at(root)
    secrets = open_secrets(project.settings.credentials, os.environ, project.credentials)
    return _planned(root, read_netbox(url, secrets.resolve(token).reveal()))


def _planned(root: Path | None, devices: list[ImportedDevice]) -> tuple[Change, ImportPlan]:
    folder = project_at(root).inventory
    inventory, sources = load_with_sources(folder, may_be_empty=True)
    before = read_texts(folder)
    plan = plan_import(inventory, sources, devices, before)
    try_out(folder, plan.after)
    return Change(folder, before, plan.after), plan
