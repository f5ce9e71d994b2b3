"""The catalogue of requirements, and what a snapshot says to all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from netmod.compliance import (
    Catalogue,
    Checked,
    Checks,
    CryptoItem,
    PathCoverage,
    Requirement,
    Verdict,
    assess,
    check_requirements,
    crypto_inventory,
    find_checks,
    links_between,
    load_catalogue,
    path_coverage,
)
from netmod.errors import InputError, Problem
from netmod.evidence import read_snapshot
from netmod.inventory import Inventory, load_inventory
from netmod.jobs.clock import now
from netmod.jobs.surroundings import surroundings_of
from netmod.observe import read_snapshot_facts
from netmod.settings import Project, open_project


@dataclass(frozen=True)
class Loaded:
    """A project's catalogue, held against its inventory, and the checks that it may name."""

    catalogue: Catalogue
    inventory: Inventory
    checks: Checks
    project: Project


def load(root: Path | None) -> Loaded:
    """The project's catalogue. Raises `RequirementsError` with every problem."""
    project = open_project(root, start=Path.cwd())
    inventory, checks = load_inventory(project.inventory), find_checks()
    catalogue = load_catalogue(
        project.compliance, root=project.root, inventory=inventory, checks=checks
    )
    return Loaded(catalogue, inventory, checks, project)


def requirements(catalogue: Catalogue, set_: str | None = None) -> Mapping[str, Requirement]:
    """All requirements by id, or those of a set. Raises `InputError` where there is no such."""
    if set_ is None:
        return catalogue.requirements
    if set_ not in catalogue.sets:
        raise InputError([_unknown("--set", "set", set_, catalogue.sets)])
    return {name: catalogue.requirements[name] for name in catalogue.sets[set_].requirements}


def requirement(catalogue: Catalogue, name: str) -> Requirement:
    """One requirement. Raises `InputError` where there is no such."""
    if name not in catalogue.requirements:
        raise InputError([_unknown("ID", "requirement", name, catalogue.requirements)])
    return catalogue.requirements[name]


def _unknown(option: str, word: str, name: str, known: Mapping[str, object]) -> Problem:
    hint = f"there are {', '.join(known)}" if known else "the catalogue has none"
    return Problem(option, 0, f"no {word} {name!r} in the catalogue", hint)


def check(root: Path | None, folder: Path) -> Checked:
    """The results of all requirements on a snapshot."""
    loaded = load(root)
    moment = now()
    document = read_snapshot_facts(read_snapshot(folder), now=moment)
    assessment = assess(loaded.inventory, document, loaded.catalogue, moment)
    return check_requirements(
        assessment,
        loaded.inventory,
        document,
        loaded.catalogue,
        loaded.checks,
        surroundings_of(loaded.project, loaded.inventory),
    )


def paths(root: Path | None, folder: Path, *, attested: bool = False) -> tuple[PathCoverage, bool]:
    """Between which sites of the project a path can cross a link that is not encrypted, and
    whether what any of these links does is unknown.

    `attested` takes what a supplier validly attests for encrypted.
    """
    loaded = load(root)
    moment = now()
    document = read_snapshot_facts(read_snapshot(folder), now=moment)
    assessment = assess(loaded.inventory, document, loaded.catalogue, moment)
    accepted: tuple[Verdict, ...] = ("encrypted", "attested") if attested else ("encrypted",)
    links = links_between(assessment, loaded.inventory, accepted)
    coverage = path_coverage(links, list(loaded.inventory.sites), loaded.inventory)
    return coverage, any(link.word == "unknown" for link in assessment.links)


def cryptography(folder: Path) -> tuple[CryptoItem, ...]:
    """The cryptographic inventory of a snapshot; works without a project."""
    return crypto_inventory(read_snapshot_facts(read_snapshot(folder), now=now()))
