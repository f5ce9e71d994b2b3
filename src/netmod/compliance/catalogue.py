"""The catalogue of requirements, read from `compliance/requirements.yaml`: the one module of this
room that reads files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from netmod import documents
from netmod.compliance.parameters import Parameters, strictest
from netmod.compliance.requirements import (
    LegalSource,
    Order,
    Requirement,
    RequirementsFile,
    Scope,
)
from netmod.errors import InputError, Problem, RequirementsError
from netmod.inventory import Inventory, Link, Site

FILE_NAME = "requirements.yaml"


@dataclass(frozen=True)
class Catalogue:
    """Requirements by id, in the order of the file, with their sources."""

    order: Order
    parameters: Parameters
    sources: Mapping[str, LegalSource]
    requirements: Mapping[str, Requirement]

    def parameters_of(self, requirement: Requirement) -> Parameters:
        """A requirement's own parameters, else the catalogue's."""
        return requirement.parameters or self.parameters

    def in_scope(self, link: Link, sites: Iterable[Site]) -> tuple[str, ...]:
        """Ids of the requirements that ask something of a link whose ends are at `sites`."""
        known = tuple(sites)
        return tuple(
            name
            for name, requirement in self.requirements.items()
            if name == link.requirement or _covers(requirement.scope, link, known)
        )

    def judged_by(self, requirements: Iterable[str]) -> Parameters:
        """Parameters that satisfy all of the requirements at once; the catalogue's for none."""
        own = [self.parameters_of(self.requirements[name]) for name in requirements]
        return strictest(own) if own else self.parameters


def _covers(scope: Scope, link: Link, sites: tuple[Site, ...]) -> bool:
    if link.layer not in scope.layers:
        return False
    of_trust = not scope.trusts or any(site.trust in scope.trusts for site in sites)
    of_class = not scope.site_classes or any(
        site.site_class in scope.site_classes for site in sites
    )
    return of_trust and of_class


def load_catalogue(
    folder: Path, *, root: Path | None = None, inventory: Inventory | None = None
) -> Catalogue:
    """The catalogue of the project's `compliance/` folder.

    `root` shortens file names in messages; with `inventory` the names of trusts and the links'
    `requirement` are checked too. Raises `RequirementsError` with every problem.
    """
    try:
        document = documents.read(folder / FILE_NAME, root=root)
        content: RequirementsFile = documents.validate(document, RequirementsFile)
    except InputError as error:
        raise RequirementsError(list(error.problems)) from None
    problems = [*_unresolved(document, content)]
    if inventory is not None:
        problems += _against(document, content, inventory)
    if problems:
        raise RequirementsError(sorted(problems, key=lambda one: (one.file, one.line)))
    return Catalogue(
        order=content.order,
        parameters=content.parameters,
        sources=content.sources,
        requirements=content.requirements,
    )


def _unresolved(document: documents.Document, content: RequirementsFile) -> Iterator[Problem]:
    """References inside of the file that lead nowhere, and what nothing refers to."""
    used = set[str]()
    for name, requirement in content.requirements.items():
        for index, source in enumerate(requirement.sources):
            used.add(source)
            if source not in content.sources:
                yield document.problem(
                    ("requirements", name, "sources", index),
                    f"requirement {name}: source {source!r} is not defined",
                    "define it under sources, or correct the name",
                )
        if requirement.deadline is not None and requirement.deadline_basis is None:
            yield document.problem(
                ("requirements", name, "deadline"),
                f"requirement {name}: a deadline without deadline_basis",
                "say in nb and en whose date it is",
            )
    for name in content.sources:
        if name not in used:
            hint = "refer to it from a requirement, or remove it"
            yield document.problem(("sources", name), f"source {name!r} is never used", hint)


def _against(
    document: documents.Document, content: RequirementsFile, inventory: Inventory
) -> Iterator[Problem]:
    for name, requirement in content.requirements.items():
        for index, trust in enumerate(requirement.scope.trusts):
            if trust not in inventory.trusts:
                yield document.problem(
                    ("requirements", name, "scope", "trusts", index),
                    f"requirement {name}: trust {trust!r} is not in the inventory",
                    f"known trusts: {', '.join(inventory.trusts)}",
                )
    for link in inventory.links.values():
        if link.requirement is not None and link.requirement not in content.requirements:
            yield document.problem(
                ("requirements",),
                f"link {link.id} names requirement {link.requirement!r}, which is not defined",
                "define it here, or correct the link in inventory/links.yaml",
            )
