"""Commands on the catalogue: `requirements list | show | check | paths | cryptography`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from netmod.cli._options import Format, SnapshotOption
from netmod.cli._run import FINDINGS, INCOMPLETE

if TYPE_CHECKING:
    from netmod.compliance import Catalogue, Requirement, WaiverNote

requirements = typer.Typer(
    help="What is asked of links and devices, on what ground, and whether it is met.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Language = Annotated[Literal["en", "nb"], typer.Option(help="Language of the catalogue's texts.")]
Set = Annotated[str | None, typer.Option("--set", help="Only requirements of this set.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(requirements, name="requirements")


@requirements.command("list")
def list_(
    context: typer.Context, set_: Set = None, language: Language = "en", format_: Format = "table"
) -> None:
    """List the requirements with their deadlines and owners."""
    from netmod.cli._show import console, print_json, table
    from netmod.jobs import requirements as job

    loaded = job.load(context.obj)
    found = job.requirements(loaded.catalogue, set_)
    if format_ == "json":
        print_json([{"id": name, **one.model_dump(mode="json")} for name, one in found.items()])
        return
    columns = ("id", "title", "about", "deadline", "owner")
    rows = [
        (
            name,
            getattr(one.title, language),
            "devices" if one.checks else "links",
            one.deadline,
            one.owner or "not registered",
        )
        for name, one in found.items()
    ]
    console().print(table(f"{len(rows)} requirements", columns, rows))


@requirements.command()
def show(
    context: typer.Context,
    requirement: Annotated[str, typer.Argument(metavar="ID", help="Id of the requirement.")],
    language: Language = "en",
) -> None:
    """Show one requirement: its text, sources with their marks, scope, checks and waivers."""
    from netmod.cli._show import console, table
    from netmod.jobs import requirements as job

    loaded = job.load(context.obj)
    found = job.requirement(loaded.catalogue, requirement)
    lines = _lines(loaded.catalogue, requirement, found, language)
    console().print(table("", ("", requirement), lines))


def _lines(
    catalogue: Catalogue, name: str, found: Requirement, language: Literal["en", "nb"]
) -> Iterator[Sequence[object]]:
    yield "title", getattr(found.title, language)
    yield "text", getattr(found.text, language)
    for source in (catalogue.sources[one] for one in found.sources):
        text = getattr(source.text, language)
        yield "source", f"{source.name}, {source.reference} [{source.mark}]: {text}"
    for key, values in found.scope:
        if values:
            yield key.replace("_", " "), ", ".join(values)
    for use in found.checks:
        inputs = ", ".join(f"{key} {value}" for key, value in use.inputs.items())
        yield "check", f"{use.check} ({inputs})" if inputs else use.check
    if not found.checks:
        parameters = catalogue.parameters_of(found)
        yield "check", "link-encryption"
        yield "minimum cipher", parameters.minimum_cipher
        yield "forbidden", ", ".join(sorted(parameters.forbidden))
    basis = found.deadline_basis
    yield "deadline", f"{found.deadline}: {getattr(basis, language)}" if basis else "none"
    yield "owner", found.owner or "not registered"
    for milestone in catalogue.milestones.values():
        if name in milestone.requirements:
            dates = [milestone.planned, *(move.to for move in milestone.moved)]
            words = " → ".join(map(str, dates))
            reached = f"reached {milestone.reached or 'not registered'}"
            yield "milestone", f"{getattr(milestone.title, language)}: {words}; {reached}"
    for key, waiver in catalogue.waivers.items():
        if waiver.requirement == name:
            subjects = ", ".join(waiver.subjects)
            yield "waiver", f"{key} until {waiver.expires} ({waiver.ticket}): {subjects}"


@requirements.command()
def check(
    context: typer.Context,
    snapshot: SnapshotOption,
    set_: Set = None,
    language: Language = "en",
    format_: Format = "table",
) -> int:
    """Judge a snapshot by every requirement of the catalogue, on links and devices.

    Exits with 0 where all are met, 1 where one is not or a waiver has expired, 3 where something
    is unknown or a check broke.
    """
    from netmod.cli._show import console, print_json, table
    from netmod.compliance import OUTCOMES
    from netmod.jobs import requirements as job

    catalogue = job.load(context.obj).catalogue
    chosen = job.requirements(catalogue, set_)
    checked = job.check(context.obj, snapshot).only(chosen)
    if format_ == "json":
        print_json(checked.model_dump(mode="json"))
    else:
        out = console()
        columns = ("requirement", "result", "pass", "fail", "unknown", "error", "n/a", "waived",
                   "of", "title")  # fmt: skip
        rows = [
            (
                tally.requirement,
                tally.outcome,
                *(tally.counts[outcome] for outcome in OUTCOMES),
                tally.waived,
                tally.total,
                getattr(chosen[tally.requirement].title, language),
            )
            for tally in checked.tallies
        ]
        out.print(table(f"{len(rows)} requirements", columns, rows))
        unmet = [
            (one.outcome, one.requirement, one.check, one.subject, _why(one.why, one.waiver))
            for one in (*checked.catalogue, *checked.findings)
            if one.outcome not in ("pass", "not-applicable")
        ]
        heads = ("result", "requirement", "check", "subject", "why")
        out.print(table(f"{len(unmet)} results that are not met", heads, unmet))
    return INCOMPLETE if checked.incomplete else FINDINGS if checked.has_findings else 0


def _why(why: str, waiver: WaiverNote | None) -> str:
    if waiver is None:
        return why
    state = "waived until" if waiver.holds else "waiver expired"
    return f"{why} [{waiver.id}: {state} {waiver.expires}]"


@requirements.command()
def paths(
    context: typer.Context,
    snapshot: SnapshotOption,
    attested: Annotated[
        bool, typer.Option("--attested", help="Take what a supplier attests for encrypted.")
    ] = False,
    matrix: Annotated[
        bool, typer.Option("--matrix", help="Show every pair of sites, not only trusts.")
    ] = False,
    format_: Format = "table",
) -> int:
    """Show between which sites a path can cross a link that is not encrypted.

    Over every path, with all links up and after any single failure. A link that is unknown counts
    as not encrypted. Exits with 0 where none can, 1 where one can, 3 where a link is unknown.
    """
    from netmod.cli._show import console, print_json, table
    from netmod.compliance import PATH_STATUSES
    from netmod.jobs.requirements import paths as job

    found, unknown = job(context.obj, snapshot, attested=attested)
    if format_ == "json":
        print_json({**found.model_dump(mode="json"), "matrix": list(found.rows())})
    else:
        out = console()
        pairs = [(status, found.pairs[status]) for status in PATH_STATUSES]
        total = sum(found.pairs.values())
        out.print(table(f"{total} pairs of {len(found.sites)} sites", ("status", "pairs"), pairs))
        heads = ("trust", "data centre", "status", *PATH_STATUSES)
        rows = [
            (one.trust, one.data_centre, one.status, *(one.sites[key] for key in PATH_STATUSES))
            for one in found.trusts
        ]
        out.print(table("from each trust to the data centres, by its sites", heads, rows))
        cuts = [(cut.link, cut.effect, cut.pairs) for cut in found.cuts]
        out.print(table(f"{len(cuts)} links that matter", ("link", "effect", "pairs"), cuts))
        if matrix:
            grid = zip(found.sites, found.rows(), strict=True)
            out.print(table("", ("", *found.sites), [(site, *row) for site, row in grid]))
    if unknown:
        return INCOMPLETE
    return FINDINGS if any(found.pairs[one] for one in PATH_STATUSES[:3]) else 0


@requirements.command()
def cryptography(snapshot: SnapshotOption, format_: Format = "table") -> None:
    """List every algorithm that a snapshot shows, with its key length, use and lifetime."""
    from netmod.cli._show import console, print_json, table
    from netmod.jobs.requirements import cryptography as listing

    items = listing(snapshot)
    if format_ == "json":
        print_json([item.model_dump(mode="json") for item in items])
        return
    columns = ("host", "function", "subject", "algorithm", "key_bits", "lifetime_seconds", "until")
    rows = [[getattr(item, column) for column in columns] for item in items]
    console().print(table(f"{len(rows)} uses of cryptography", columns, rows))
