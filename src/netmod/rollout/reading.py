"""`tasks/NAME.yaml` → `Runbook`, held against the inventory, with every problem at once.

Nothing that a runbook names may be a typing error: a freeze for a site that does not exist would
freeze nothing.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import InitErrorDetails

from netmod import documents
from netmod.compliance import find_checks
from netmod.documents import Document, Location
from netmod.errors import InputError, Problem
from netmod.inventory import Inventory, select
from netmod.rollout.gate_parameters import ChecksGate
from netmod.rollout.runbook import CalendarFile, Runbook
from netmod.rollout.waves import WavesByList, WavesByTrust
from netmod.rollout.windows import Freeze

FOLDER = "tasks"
_RUNBOOK: TypeAdapter[Runbook] = TypeAdapter(Runbook)


def runbook_path(root: Path, name: str) -> Path:
    """The file of a runbook of the project: by its name, or as a path.

    Raises `InputError` with the names that there are.
    """
    folder = root / FOLDER
    for path in (Path(name), folder / name, folder / f"{name}.yaml"):
        if path.suffix == ".yaml" and path.is_file():
            return path
    known = ", ".join(path.stem for path in sorted(folder.glob("*.yaml")))
    hint = f"runbooks are {known}" if known else f"write one as {FOLDER}/NAME.yaml"
    raise InputError([Problem("RUNBOOK", 0, f"there is no runbook {name!r}", hint)])


def read_runbook(path: Path, inventory: Inventory, *, root: Path | None = None) -> Runbook:
    """The runbook in `path`. `root` shortens the file's name in messages.

    Raises `InputError` with every problem of the file; what the inventory lacks is looked for where
    the file is well formed.
    """
    document = documents.read(path, root=root)
    try:
        runbook = _RUNBOOK.validate_python(document.data)
    except ValidationError as error:
        plain = _in_the_file(error, document.data)
        raise InputError(documents.problems_of(plain, document, Runbook)) from None
    problems = [document.problem(*one) for one in _unknown(runbook, inventory)]
    problems += _bad_terms(runbook, inventory, document)
    if problems:
        raise InputError(sorted(problems, key=lambda one: (one.line, one.message)))
    return runbook


def _in_the_file(error: ValidationError, data: Any) -> ValidationError:
    """Which kind of change or gate was read is not part of its place in the file."""
    details: list[InitErrorDetails] = [
        {
            "type": one["type"],
            "loc": _place(one["loc"], data),
            "input": one["input"],
            "ctx": one.get("ctx", {}),
        }
        for one in error.errors(include_url=False)
    ]
    return ValidationError.from_exception_data(error.title, details)


def _place(location: Location, data: Any) -> Location:
    place: list[str | int] = []
    for position, step in enumerate(location):
        children = dict(enumerate(data)) if isinstance(data, list) else data
        if isinstance(children, dict) and step in children:
            data = children[step]
        elif position + 1 < len(location):
            continue
        place.append(step)
    return tuple(place)


def _unknown(runbook: Runbook, inventory: Inventory) -> Iterator[tuple[Location, str, str]]:
    """Names that the inventory, or the checks, do not have."""
    known: dict[str, Iterable[str]] = {
        "device": inventory.devices,
        "link": inventory.links,
        "site": inventory.sites,
        "trust": inventory.trusts,
        "layer": {link.layer for link in inventory.links.values()},
        "check": find_checks(),
    }
    for kinds, location, names in _names(runbook):
        for name in names:
            if not any(name in known[kind] for kind in kinds):
                every = [one for kind in kinds for one in known[kind]]
                near = difflib.get_close_matches(name, every, n=1)
                hint = f"did you mean {near[0]!r}?" if near else "see netmod inventory show"
                yield location, f"no {' or '.join(kinds)} is called {name!r}", hint


_SUBJECT = ("device", "link")


def _names(runbook: Runbook) -> Iterator[tuple[tuple[str, ...], Location, Iterable[str]]]:
    """What a runbook names: kinds of things that it may be, place in the file, names."""
    windows = runbook.windows
    yield _SUBJECT, ("exclude",), runbook.exclude
    if runbook.links:
        yield ("layer",), ("links", "layers"), runbook.links.layers
        yield ("link",), ("links", "ids"), runbook.links.ids
    if runbook.canary:
        yield _SUBJECT, ("canary", "names"), runbook.canary.names
    if isinstance(runbook.waves, WavesByTrust):
        yield ("trust",), ("waves", "order"), runbook.waves.order
    yield ("trust",), ("windows", "trusts"), windows.trusts
    yield ("site",), ("windows", "sites"), windows.sites
    scoped: dict[str, Sequence[Freeze | CalendarFile]] = {
        "freezes": windows.freezes,
        "calendars": windows.calendars,
    }
    for section, entries in scoped.items():
        for place, one in enumerate(entries):
            yield ("trust",), ("windows", section, place, "trusts"), one.trusts
            yield ("site",), ("windows", section, place, "sites"), one.sites
    yield ("site",), ("sites", "named"), runbook.sites.named
    for name, earlier in runbook.after.items():
        yield (*_SUBJECT, "site"), ("after", name), (name, *earlier)
    for place, override in enumerate(runbook.overrides):
        yield _SUBJECT, ("overrides", place, "subject"), (override.subject,)
    for name, gate in runbook.gates.items():
        if isinstance(gate, ChecksGate):
            yield ("check",), ("gates", name, "checks"), gate.checks


def _bad_terms(runbook: Runbook, inventory: Inventory, document: Document) -> Iterator[Problem]:
    """Filter terms that select nothing."""
    places: list[tuple[Location, tuple[str, ...]]] = [(("select",), runbook.select)]
    if isinstance(runbook.waves, WavesByList):
        places += [
            (("waves", "waves", place, "select"), one.select)
            for place, one in enumerate(runbook.waves.waves)
        ]
    for location, terms in places:
        try:
            select(inventory, terms)
        except InputError as error:
            for one in error.problems:
                yield document.problem(location, one.message, one.hint)
