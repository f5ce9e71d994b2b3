"""A snapshot → one report: of which kind, about what, in which form."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Literal, get_args

from netmod import __version__
from netmod.compliance import TrustScope, of_trust
from netmod.errors import InputError, OutputError, Problem
from netmod.facts import FactsDocument
from netmod.jobs.check import Judged, check
from netmod.jobs.past import begin_of_tertial, past_of
from netmod.reports import (
    Basis,
    Document,
    Edition,
    Language,
    Pseudonyms,
    Report,
    SiteBasis,
    Words,
    anonymous,
    build_as_built,
    build_requirements,
    build_sat,
    build_tertial,
    csv,
    for_trust,
    html,
    json,
    junit,
    oscal,
    pdf,
    sarif,
    texts_of,
    with_sections,
    xlsx,
)
from netmod.settings import Project

ReportFormat = Literal["html", "pdf", "json", "csv", "xlsx", "junit", "sarif", "oscal"]
FORMATS: tuple[ReportFormat, ...] = get_args(ReportFormat)
READ_BY_PROGRAMS = ("json", "junit", "sarif", "oscal")
"""Formats in English always."""
DOCUMENT_FORMATS: tuple[ReportFormat, ...] = ("html", "pdf", "xlsx", "json")
ReportKind = Literal["coverage", "requirements", "trust", "tertial", "as-built", "sat"]
KINDS: tuple[ReportKind, ...] = get_args(ReportKind)
_WITH_LINKS = ("coverage", "trust")
_OF_SITE = ("as-built", "sat")

_WRITERS: Mapping[ReportFormat, ModuleType] = {
    "html": html, "pdf": pdf, "json": json, "csv": csv, "xlsx": xlsx,
    "junit": junit, "sarif": sarif, "oscal": oscal,
}  # fmt: skip
_KEY_BYTES = 32
_PROJECT = "go into a netmod project, or name it with --project DIR"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks for.

    `since` is the day that changes are counted from: of a tertial report the tertial's first, if
    it is None; other reports tell changes only where a day is given. `trust` is needed by the kind
    `trust`, `site` by `as-built` and `sat`. `anonymous` leaves out names of sites, addresses and
    the map; what is about one site cannot be anonymous.
    """

    kind: ReportKind = "coverage"
    language: Language | None = None
    trust: str | None = None
    site: str | None = None
    since: date | None = None
    anonymous: bool = False


def form_of(target: Path) -> ReportFormat:
    """The form that a file's name asks for. Raises `InputError` where it asks for none."""
    suffix = target.suffix.removeprefix(".").casefold()
    found = next((one for one in FORMATS if one == suffix), None)
    if found is None:
        hint = f"name it with --format: {', '.join(FORMATS)}"
        raise _problem("--out", f"{target.name} does not say which form", hint)
    return found


def write_report(
    root: Path | None, folder: Path, format_: ReportFormat, target: Path, wanted: Wanted = Wanted()
) -> Report | Document:
    """Judge the snapshot in `folder`, and write the report to `target`.

    Raises `InputError` where no project can tell what is asked for, and `OutputError`.
    """
    if wanted.kind not in _WITH_LINKS and format_ not in DOCUMENT_FORMATS:
        hint = f"use one of {', '.join(DOCUMENT_FORMATS)}"
        raise _problem("--format", f"the report {wanted.kind} is not made as {format_}", hint)
    if wanted.kind in _OF_SITE and wanted.anonymous:
        raise _problem("--anonymous", "a document about one site names it", "leave it out")
    judged = check(root, folder)
    language = "en" if format_ in READ_BY_PROGRAMS else wanted.language
    chosen = replace(wanted, language=language or judged.settings.language)
    shown = _built(judged, chosen)
    if wanted.anonymous:
        shown = _without_names(shown, judged)
    write(shown, format_, target)
    return shown


def write(shown: Report | Document, format_: ReportFormat, target: Path) -> None:
    """Write a report in one form. Raises `OutputError`, also where the form needs an extra."""
    writer: Callable[[Report | Document, Path], None] = _WRITERS[format_].write
    try:
        writer(shown, target)
    except ImportError as error:
        raise OutputError(
            f"{format_} needs {error.name}, which is not installed",
            hint="install netmod with its extra: pip install 'netmod[reports]'",
        ) from None


def _built(judged: Judged, wanted: Wanted) -> Report | Document:
    """The report of a kind. A snapshot that is judged by itself has coverage alone."""
    if judged.project is None and wanted.kind == "coverage" and wanted.since is None:
        return judged.report(wanted.language)
    if judged.project is None:
        raise _problem(wanted.kind, "there is no project to ask", _PROJECT)
    if wanted.kind == "trust":
        return _of_trust(judged, wanted, judged.project)
    basis = basis_of(judged, wanted.language)
    edition = Edition(basis.texts.language, judged.settings.classification)
    if wanted.kind in _OF_SITE:
        site = SiteBasis(basis, judged.facts or FactsDocument(), _site(basis, wanted.site))
        build = build_sat if wanted.kind == "sat" else build_as_built
        return build(site, tool_version=__version__, edition=edition)
    if wanted.kind == "requirements":
        return build_requirements(basis, tool_version=__version__, edition=edition)
    since = wanted.since
    if wanted.kind == "tertial":
        at = judged.assessment.captured_at or judged.assessment.at
        past = past_of(judged.project, judged.assessment, since or begin_of_tertial(at.date()))
        return build_tertial(basis, past, tool_version=__version__, edition=edition)
    told = None if since is None else past_of(judged.project, judged.assessment, since)
    return with_sections(judged.report(wanted.language), basis, told)


def _site(basis: Basis, name: str | None) -> str:
    if name is None or name not in basis.inventory.sites:
        message = f"no site {name!r} in the inventory" if name else "is missing"
        raise _problem("--site", message, "netmod inventory show lists devices with their sites")
    return name


def _problem(option: str, message: str, hint: str) -> InputError:
    return InputError([Problem(option, 0, message, hint)])


def basis_of(judged: Judged, language: Language | None) -> Basis:
    """What sections are made of. Raises `InputError` where a snapshot is judged by itself."""
    if judged.inventory is None or judged.catalogue is None or judged.checked is None:
        raise _problem("--snapshot", "there is no project to ask", _PROJECT)
    texts = texts_of(language or judged.settings.language)
    return Basis(judged.assessment, judged.checked, judged.catalogue, judged.inventory, texts)


def _of_trust(judged: Judged, wanted: Wanted, project: Project) -> Report:
    basis = basis_of(judged, wanted.language)
    trusts, trust = basis.inventory.trusts, wanted.trust
    if trust is None or trust not in trusts:
        message = f"no trust {trust!r} in the inventory" if trust else "is missing"
        raise _problem("--trust", message, f"trusts are {', '.join(trusts)}")
    scope = TrustScope(basis.inventory, basis.assessment, trust)
    assessment, checked = of_trust(basis.assessment, basis.checked, basis.catalogue, scope)
    catalogue = scope.catalogue(basis.catalogue)
    sites = {name for link in assessment.links for name in link.sites} | set(scope.sites)
    inventory = replace(
        basis.inventory,
        sites={name: one for name, one in basis.inventory.sites.items() if name in sites},
    )
    part = replace(
        judged, assessment=assessment, checked=checked, catalogue=catalogue, inventory=inventory
    )
    past = None
    if wanted.since is not None:
        past = past_of(project, assessment, wanted.since, scope, basis.inventory.links)
    own = basis_of(part, wanted.language)
    return for_trust(part.report(wanted.language), own, past, trust)


def _without_names(shown: Report | Document, judged: Judged) -> Report | Document:
    if judged.project is None:
        raise _problem("--anonymous", "there is no project whose key makes pseudonyms", _PROJECT)
    key = _key(judged.project.state / "pseudonyms.key")
    words = Words(shown.language)
    return anonymous(shown, Pseudonyms(key, judged.assessment, judged.inventory, words))


def _key(path: Path) -> bytes:
    """The installation's key of pseudonyms, made the first time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = path.read_bytes()
        else:
            key = secrets.token_bytes(_KEY_BYTES)
            with os.fdopen(descriptor, "wb") as file:
                file.write(key)
    except OSError as error:
        reason = error.strerror or "cannot be used"
        raise OutputError(f"{path}: {reason}", hint="check the folder's permissions") from None
    if len(key) != _KEY_BYTES:
        hint = "restore it, or remove it: then every site gets another pseudonym"
        raise OutputError(f"{path} is damaged", hint=hint)
    return key
