"""Intended configs: inventory and templates → text, to a folder, to the caller, or compared."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from netmod.errors import OutputError
from netmod.intent import KnownConfigs, Rendered, render, write_rendered
from netmod.inventory import load_inventory, select
from netmod.jobs.inventory import project_at
from netmod.settings import Project


@dataclass(frozen=True, slots=True)
class Difference:
    """A host whose config is not what was rendered before; `lines` are a unified diff."""

    host: str
    kind: Literal["new", "changed", "gone"]
    lines: tuple[str, ...]


def rendered_configs(root: Path | None, terms: Sequence[str]) -> list[Rendered]:
    """The intended configs of the devices that a filter selects. All, or `TemplateError`.

    Only what changed since it was rendered last is rendered again. Without a filter, hosts that
    are no longer in the inventory are forgotten.
    """
    project = project_at(root)
    known = _known(project)
    rendered = _rendered(project, terms, known)
    if not terms:
        known.keep({one.host for one in rendered})
    return rendered


def checked_configs(root: Path | None, terms: Sequence[str]) -> int:
    """How many configs can be rendered: all that a filter selects, or `TemplateError`.

    Nothing is written, nor remembered as what was rendered last.
    """
    return len(_rendered(project_at(root), terms, known=None))


def render_to(root: Path | None, terms: Sequence[str], folder: Path) -> list[Path]:
    """`rendered_configs`, written as `<host>.cfg`; nothing is written where one fails."""
    return write_rendered(rendered_configs(root, terms), folder)


def differences(root: Path | None, terms: Sequence[str], folder: Path | None) -> list[Difference]:
    """What rendering would change in `folder`, or against what was rendered last where it is None.

    Nothing is written. Hosts that are no longer in the inventory count where no filter is given.
    Raises `TemplateError` where a config cannot be rendered, `OutputError` where the folder cannot
    be read.
    """
    project = project_at(root)
    known = _known(project)
    before = _folder_configs(folder) if folder else _last_configs(known)
    after = {one.host: one.text for one in _rendered(project, terms, known=None)}
    hosts = sorted(after if terms else before.keys() | after.keys())
    return [
        Difference(host, _kind(host, before, after), tuple(_diff(host, before, after)))
        for host in hosts
        if before.get(host) != after.get(host)
    ]


def _rendered(project: Project, terms: Sequence[str], known: KnownConfigs | None) -> list[Rendered]:
    inventory = load_inventory(project.inventory, may_be_empty=True)
    return list(render(inventory, project.templates, select(inventory, terms), known))


def _known(project: Project) -> KnownConfigs:
    return KnownConfigs(project.state / "rendered")


def _last_configs(known: KnownConfigs) -> dict[str, str]:
    return {host: text for host in known.hosts() if (text := known.last(host)) is not None}


def _folder_configs(folder: Path) -> dict[str, str]:
    try:
        return {
            path.stem: path.read_bytes().decode("utf-8") for path in sorted(folder.glob("*.cfg"))
        }
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8"
        raise OutputError(f"{folder}: {reason}", hint="render into it again") from None


def _kind(
    host: str, before: dict[str, str], after: dict[str, str]
) -> Literal["new", "changed", "gone"]:
    if host not in before:
        return "new"
    return "changed" if host in after else "gone"


def _diff(host: str, before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    old, new = _lines(before.get(host, "")), _lines(after.get(host, ""))
    was, becomes = (f"{host}.cfg" if host in side else "/dev/null" for side in (before, after))
    return difflib.unified_diff(old, new, was, becomes, lineterm="")


def _lines(text: str) -> list[str]:
    """Lines as they are, a carriage return and a missing end of the last line too."""
    lines = text.split("\n")
    return [*lines[:-1], *((lines[-1], "\\ No newline at end of file") if lines[-1] else ())]
