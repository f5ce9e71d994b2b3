"""Intended configs: inventory and templates → text, to a folder or to the caller."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from netmod.intent import Rendered, render, write_rendered
from netmod.inventory import load_inventory, select
from netmod.jobs.inventory import project_at


def rendered_configs(root: Path | None, terms: Sequence[str]) -> list[Rendered]:
    """The intended configs of the devices that a filter selects. All, or `TemplateError`."""
    project = project_at(root)
    inventory = load_inventory(project.inventory)
    return list(render(inventory, project.templates, select(inventory, terms)))


def render_to(root: Path | None, terms: Sequence[str], folder: Path) -> list[Path]:
    """`rendered_configs`, written as `<host>.cfg`; nothing is written where one fails."""
    return write_rendered(rendered_configs(root, terms), folder)
