"""An inventory folder → `Inventory`, with every problem of every file reported at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netmod import documents
from netmod.documents import Document
from netmod.errors import InventoryError, Problem
from netmod.inventory._devices import merge_domains
from netmod.inventory._hints import near
from netmod.inventory._links import Known, link_problems
from netmod.inventory._sources import (
    DOMAINS,
    DomainSource,
    EncryptionFile,
    Links,
    SitesFile,
    read_defaults,
    read_domain,
    read_file,
)
from netmod.inventory.models import Inventory, Link

_FILES = ("hosts.yaml", "groups.yaml", "defaults.yaml", "sites.yaml", "links.yaml",
          "encryption.yaml", "lifecycle.yaml")  # fmt: skip
_DOMAIN_FILES = ("hosts.yaml", "groups.yaml", "defaults.yaml")


def load_inventory(folder: Path, *, may_be_empty: bool = False) -> Inventory:
    """Read `sites.yaml`, `links.yaml`, `encryption.yaml`, the region's and the domains' defaults,
    and the domains' hosts and groups.

    `folder` is the project's `inventory/`. Names in problems start at its parent. With
    `may_be_empty` an inventory without any device and link is no problem: whoever judges a
    network must not take one, because nothing in it could be wrong. Raises `InventoryError` with
    all problems, sorted by file and line.
    """
    return load_with_sources(folder, may_be_empty=may_be_empty)[0]


def load_with_sources(
    folder: Path, *, may_be_empty: bool = False
) -> tuple[Inventory, list[DomainSource]]:
    """`load_inventory`, and the domains' files as they were read, for what builds on Nornir."""
    if not folder.is_dir():
        hint = "go into a netmod project, or name it with --project DIR"
        raise InventoryError([Problem(str(folder), 0, "there is no such folder", hint)])
    problems: list[Problem] = []
    with _no_collector():
        inventory, sources = _load(folder, problems, may_be_empty)
    if problems:
        raise InventoryError(sorted(set(problems), key=lambda one: (one.file, one.line)))
    return inventory, sources


@contextmanager
def _no_collector() -> Iterator[None]:
    """Half of the time of loading many hosts goes to the garbage collector, which finds none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _load(
    folder: Path, problems: list[Problem], may_be_empty: bool
) -> tuple[Inventory, list[DomainSource]]:
    root = folder.parent
    problems += _misplaced(folder, root)
    sites = documents.collect(
        problems, lambda: read_file(folder / "sites.yaml", SitesFile, root=root)
    )
    encryption = _optional_encryption(folder, root, problems)
    links = documents.collect(problems, lambda: read_file(folder / "links.yaml", Links, root=root))
    sources = _domains(folder, root, problems)
    declared = sites[0].sites if sites else {}
    if sites:
        problems += _site_problems(*sites)
    before = len(problems)
    complete = [source for source in sources if source is not None]
    devices = merge_domains(complete, declared if sites else None, problems)
    whole = len(complete) == len(sources) and len(problems) == before
    inventory = Inventory(
        trusts=sites[0].trusts if sites else {},
        sites=declared,
        devices=devices,
        links=links[0] if links else dict[str, Link](),
        policies=encryption.policies if encryption else {},
        key_chains=encryption.key_chains if encryption else {},
    )
    nothing_yet = may_be_empty and whole and not devices
    if links and not links[0] and not nothing_yet:
        hint = "declare every link: what is not declared cannot be counted"
        problems.append(links[1].problem((), "no link is declared", hint))
    if links:
        known = Known(inventory, whole, sites is not None, encryption is not None)
        problems += link_problems(known, links[1])
    return inventory, complete


def _optional_encryption(
    folder: Path, root: Path, problems: list[Problem]
) -> EncryptionFile | None:
    """The policies and key chains; None where the file has problems, empty where it is absent."""
    path = folder / "encryption.yaml"
    if not path.exists():
        return EncryptionFile()
    found = documents.collect(problems, lambda: read_file(path, EncryptionFile, root=root))
    return found[0] if found else None


def _domains(folder: Path, root: Path, problems: list[Problem]) -> list[DomainSource | None]:
    """The domains that exist; None for one whose files have problems."""
    present = [folder / domain for domain in DOMAINS if (folder / domain).is_dir()]
    if not present:
        hint = f"a domain is a folder with hosts.yaml: {', '.join(DOMAINS)}"
        problems.append(Problem(folder.name, 0, "no domain, so no device", hint))
    region = read_defaults(folder, root=root, problems=problems)
    if region is None:
        return [None for _ in present]
    return [read_domain(one, region, root=root, problems=problems) for one in present]


def _misplaced(folder: Path, root: Path) -> Iterator[Problem]:
    """Files that look like a part of the inventory and would be left out in silence."""
    domains = {folder / domain for domain in DOMAINS}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(root))
        if path.suffix == ".yml":
            yield Problem(name, 0, "is not read", f"call it {path.stem}.yaml")
        elif path.name == "hosts.yaml" and str(path.parent.relative_to(folder)) not in DOMAINS:
            hint = near(path.parent.name, DOMAINS, f"use one of {', '.join(DOMAINS)}")
            yield Problem(name, 0, f"{path.parent.name} is no domain: its hosts are not read", hint)
        elif path.suffix == ".yaml" and path.name not in _FILES and path.parent == folder:
            hint = near(path.name, _FILES, "remove it, or move it out of the inventory")
            yield Problem(name, 0, "is no file of an inventory", hint)
        elif path.suffix == ".yaml" and path.name not in _DOMAIN_FILES and path.parent in domains:
            hint = near(path.name, _DOMAIN_FILES, "move its entries into hosts.yaml or groups.yaml")
            yield Problem(name, 0, "is no file of a domain: it is not read", hint)


def _site_problems(file: SitesFile, document: Document) -> Iterator[Problem]:
    for site in file.sites.values():
        if site.trust not in file.trusts:
            message = f"site {site.id}: unknown trust {site.trust!r}"
            hint = near(site.trust, file.trusts, "declare the trust under `trusts`")
            yield document.problem(("sites", site.id, "trust"), message, hint)
