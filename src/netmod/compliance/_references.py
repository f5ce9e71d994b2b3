"""Whether everything that the files of the catalogue name is there."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from netmod.compliance.checks import ENCRYPTION, Checks
from netmod.compliance.requirements import Requirement, RequirementsFile
from netmod.compliance.waivers import WaiversFile
from netmod.documents import Document
from netmod.errors import Problem
from netmod.inventory import Inventory


def unresolved(document: Document, content: RequirementsFile, checks: Checks) -> Iterator[Problem]:
    """References inside of the file that lead nowhere, and what nothing refers to."""
    used = set[str]()
    for name, requirement in content.requirements.items():
        used |= set(requirement.sources)
        for index, source in enumerate(requirement.sources):
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
        yield from _checks(document, name, requirement, checks)
    yield from _milestones(document, content, used)
    for name, group in content.sets.items():
        for index, member in enumerate(group.requirements):
            if member not in content.requirements:
                yield document.problem(
                    ("sets", name, "requirements", index),
                    f"set {name}: requirement {member!r} is not defined",
                    "correct the name",
                )
    for name in content.sources:
        if name not in used:
            hint = "refer to it from a requirement, or remove it"
            yield document.problem(("sources", name), f"source {name!r} is never used", hint)


def _milestones(document: Document, content: RequirementsFile, used: set[str]) -> Iterator[Problem]:
    for name, milestone in content.milestones.items():
        sources: list[tuple[tuple[str, ...], str]] = [(("source",), milestone.source)]
        sources += [(("moved", str(i), "source"), m.source) for i, m in enumerate(milestone.moved)]
        for place, source in sources:
            used.add(source)
            if source not in content.sources:
                yield document.problem(
                    ("milestones", name, *place),
                    f"milestone {name}: source {source!r} is not defined",
                    "define it under sources, or correct the name",
                )
        for index, requirement in enumerate(milestone.requirements):
            if requirement not in content.requirements:
                yield document.problem(
                    ("milestones", name, "requirements", index),
                    f"milestone {name}: requirement {requirement!r} is not defined",
                    "correct the name",
                )


def _checks(
    document: Document, name: str, requirement: Requirement, checks: Checks
) -> Iterator[Problem]:
    """Checks that do not exist, that cannot be used like this, or whose scope is another one."""
    kinds = set[str]()
    for index, use in enumerate(requirement.checks):
        place = ("requirements", name, "checks", index)
        if use.check == ENCRYPTION:
            hint = "leave checks out: the encryption of links is what is asked then"
            yield document.problem(place, f"requirement {name}: {ENCRYPTION} is no check", hint)
        elif use.check not in checks:
            known = ", ".join(one for one in checks if one != ENCRYPTION)
            message = f"requirement {name}: check {use.check!r} is not known"
            yield document.problem(place, message, f"known checks: {known}")
        else:
            kinds.add(checks[use.check].kind)
            try:
                checks[use.check].inputs.model_validate(use.inputs)
            except ValidationError as error:
                for detail in error.errors(include_url=False):
                    where = ".".join(map(str, (use.check, *detail["loc"])))
                    yield document.problem(
                        (*place, use.check, *detail["loc"]),
                        f"requirement {name}: {where}: {detail['msg']}",
                        "docs/requirements.md lists the inputs of each check",
                    )
    if requirement.checks and requirement.parameters is not None:
        hint = "set them as inputs of the checks"
        place_of = ("requirements", name, "parameters")
        yield document.problem(place_of, f"requirement {name}: parameters beside checks", hint)
    yield from _scope(document, name, requirement, kinds or {"link"})


def _scope(
    document: Document, name: str, requirement: Requirement, kinds: set[str]
) -> Iterator[Problem]:
    scope = requirement.scope
    about = [kind for kind, asked in (("link", scope.layers), ("device", scope.domains)) if asked]
    if about != sorted(kinds) or (about == ["link"] and (scope.roles or scope.platforms)):
        wanted = "layers" if kinds == {"link"} else "domains" if kinds == {"device"} else "one kind"
        yield document.problem(
            ("requirements", name, "scope"),
            f"requirement {name}: its checks are about {' and '.join(sorted(kinds))}s, "
            f"so that its scope must name {wanted}",
            "links have layers; devices have domains, roles and platforms; ask for one of the two",
        )


def against(
    document: Document, content: RequirementsFile, inventory: Inventory
) -> Iterator[Problem]:
    """Names of the inventory that it does not know, and requirements that its links name."""
    roles = sorted({device.role for device in inventory.devices.values()})
    for name, requirement in content.requirements.items():
        named = (
            ("trusts", "trust", requirement.scope.trusts, list(inventory.trusts)),
            ("roles", "role", requirement.scope.roles, roles),
        )
        for key, word, values, known in named:
            for index, value in enumerate(values):
                if value not in known:
                    yield document.problem(
                        ("requirements", name, "scope", key, index),
                        f"requirement {name}: {word} {value!r} is not in the inventory",
                        f"known {key}: {', '.join(known)}",
                    )
    encrypting = {name for name, one in content.requirements.items() if not one.checks}
    for link in inventory.links.values():
        if link.requirement is not None and link.requirement not in encrypting:
            yield document.problem(
                ("requirements",),
                f"link {link.id} names requirement {link.requirement!r}, which is not defined",
                "define it here, or correct the link in inventory/links.yaml",
            )


def of_waivers(
    document: Document, content: WaiversFile, requirements: RequirementsFile
) -> Iterator[Problem]:
    """Waivers of requirements that are not there."""
    for name, waiver in content.waivers.items():
        if waiver.requirement not in requirements.requirements:
            yield document.problem(
                ("waivers", name, "requirement"),
                f"waiver {name}: requirement {waiver.requirement!r} is not defined",
                "correct the name",
            )
