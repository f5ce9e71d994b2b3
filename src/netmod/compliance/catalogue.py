"""The catalogue: requirements, waivers and attestations, read from `compliance/`. The one module
of this room that reads files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from netmod import documents
from netmod.compliance import _references as references
from netmod.compliance.attestations import (
    Attestation,
    Statement,
    Supplier,
    SuppliersFile,
    check_signature,
)
from netmod.compliance.checks import BUILT_IN, Checks
from netmod.compliance.parameters import Parameters, strictest
from netmod.compliance.requirements import (
    LegalSource,
    Milestone,
    Order,
    Requirement,
    RequirementSet,
    RequirementsFile,
    Scope,
)
from netmod.compliance.waivers import Waiver, WaiversFile
from netmod.errors import InputError, Problem, RequirementsError
from netmod.inventory import Device, Inventory, Link, Site

FILE_NAME = "requirements.yaml"
WAIVERS, SUPPLIERS, ATTESTATIONS = "waivers.yaml", "suppliers.yaml", "attestations"


@dataclass(frozen=True)
class Catalogue:
    """Requirements by id, in the order of the file, with their sources and what is said to them.

    `attestations` are by file name.
    """

    order: Order
    parameters: Parameters
    sources: Mapping[str, LegalSource]
    requirements: Mapping[str, Requirement]
    milestones: Mapping[str, Milestone] = field(default_factory=dict)
    sets: Mapping[str, RequirementSet] = field(default_factory=dict)
    waivers: Mapping[str, Waiver] = field(default_factory=dict)
    attestations: Mapping[str, Attestation] = field(default_factory=dict)

    def parameters_of(self, requirement: Requirement) -> Parameters:
        """A requirement's own parameters, else the catalogue's."""
        return requirement.parameters or self.parameters

    @property
    def of_encryption(self) -> Mapping[str, Requirement]:
        """The requirements that ask for encrypted links: those without checks of their own."""
        return {name: one for name, one in self.requirements.items() if not one.checks}

    def in_scope(self, link: Link, sites: Iterable[Site]) -> tuple[str, ...]:
        """Ids of the requirements that ask for the encryption of a link with ends at `sites`."""
        known = tuple(sites)
        return tuple(
            name
            for name, requirement in self.of_encryption.items()
            if name == link.requirement or covers_link(requirement.scope, link, known)
        )

    def judged_by(self, requirements: Iterable[str]) -> Parameters:
        """Parameters that satisfy all of the requirements at once; the catalogue's for none."""
        own = [self.parameters_of(self.requirements[name]) for name in requirements]
        return strictest(own) if own else self.parameters


def covers_link(scope: Scope, link: Link, sites: tuple[Site, ...]) -> bool:
    """Whether a link with ends at `sites` is in scope."""
    return link.layer in scope.layers and _at_site(scope, sites)


def covers_device(scope: Scope, device: Device, site: Site) -> bool:
    """Whether a device is in scope."""
    return (
        device.domain in scope.domains
        and (not scope.roles or device.role in scope.roles)
        and (not scope.platforms or device.platform in scope.platforms)
        and _at_site(scope, (site,))
    )


def _at_site(scope: Scope, sites: tuple[Site, ...]) -> bool:
    of_trust = not scope.trusts or any(site.trust in scope.trusts for site in sites)
    of_class = not scope.site_classes or any(
        site.site_class in scope.site_classes for site in sites
    )
    return of_trust and of_class


def load_catalogue(
    folder: Path,
    *,
    root: Path | None = None,
    inventory: Inventory | None = None,
    checks: Checks = BUILT_IN,
) -> Catalogue:
    """The catalogue of the project's `compliance/` folder.

    Only `requirements.yaml` must be there. `root` shortens file names in messages; with
    `inventory` the names of trusts and roles, and the requirements that links name, are checked
    too. Raises `RequirementsError` with every problem. A signature that does not fit is no problem
    of the catalogue: its attestation does not count. What a waiver or statement is about may be
    missing from the inventory, since several inventories share a catalogue: that is a finding.
    """
    problems: list[Problem] = []
    main = _file(folder / FILE_NAME, RequirementsFile, root, problems)
    waivers = _file(folder / WAIVERS, WaiversFile, root, problems, optional=True)
    suppliers = _file(folder / SUPPLIERS, SuppliersFile, root, problems, optional=True)
    registered = suppliers[1].suppliers if suppliers is not None else {}
    attestations = dict(_attestations(folder, root, registered, problems))
    if main is not None:
        problems += references.unresolved(*main, checks)
        if waivers is not None:
            problems += references.of_waivers(*waivers, main[1])
        if inventory is not None:
            problems += references.against(*main, inventory)
    if main is None or problems:
        raise RequirementsError(sorted(problems, key=lambda one: (one.file, one.line)))
    _, content = main
    return Catalogue(
        order=content.order,
        parameters=content.parameters,
        sources=content.sources,
        requirements=content.requirements,
        milestones=content.milestones,
        sets=content.sets,
        waivers=waivers[1].waivers if waivers is not None else {},
        attestations=attestations,
    )


_Content = TypeVar("_Content", RequirementsFile, WaiversFile, SuppliersFile)


def _file(
    path: Path,
    model: type[_Content],
    root: Path | None,
    problems: list[Problem],
    *,
    optional: bool = False,
) -> tuple[documents.Document, _Content] | None:
    """One file and its content; None where an optional one is not there, or with problems."""

    def load() -> tuple[documents.Document, _Content]:
        document = documents.read(path, root=root)
        return document, documents.validate(document, model)

    return None if optional and not path.exists() else documents.collect(problems, load)


def _attestations(
    folder: Path,
    root: Path | None,
    suppliers: Mapping[str, Supplier],
    problems: list[Problem],
) -> Iterator[tuple[str, Attestation]]:
    for path in sorted((folder / ATTESTATIONS).glob("*.yaml")):
        load = partial(_attestation, path, root, suppliers)
        attestation = documents.collect(problems, load)
        if attestation is not None:
            yield path.name, attestation


def _attestation(path: Path, root: Path | None, suppliers: Mapping[str, Supplier]) -> Attestation:
    """A statement and its signature: the bytes that are read are the ones that are verified."""
    name = str(path.relative_to(root)) if root and path.is_relative_to(root) else str(path)
    signed = path.with_name(f"{path.name}.sig")
    try:
        content = path.read_bytes()
        signature = signed.read_bytes() if signed.exists() else None
        text = content.decode()
    except OSError as error:
        raise InputError([Problem(name, 0, error.strerror or "cannot be read")]) from None
    except UnicodeDecodeError as error:
        raise InputError([Problem(name, 0, f"not UTF-8: {error.reason}")]) from None
    document = documents.parse(text, path=path, name=name)
    statement: Statement = documents.validate(document, Statement)
    verified = check_signature(content, signature, statement.supplier, suppliers)
    return Attestation(file=name, statement=statement, signature=verified)
