"""An assessment → the report that writers write. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from netmod.compliance import (
    VERDICTS,
    AssessedLink,
    Assessment,
    Catalogue,
    End,
    Figure,
    InactiveLink,
    LinkVerdict,
    RequirementResult,
    Row,
)
from netmod.facts import LinkEndFact
from netmod.inventory import Inventory
from netmod.reports import texts
from netmod.reports.model import (
    CoverageRow,
    EndItem,
    Evidence,
    InactiveItem,
    Line,
    LinkItem,
    MapLink,
    MapSite,
    MissingItem,
    Report,
    RequirementItem,
    Share,
    SourceItem,
    WeaknessItem,
)

Lines = Mapping[str, Sequence[str]]
"""The redacted lines of each captured file."""


class _Builder:
    """What the parts of one report are made from."""

    def __init__(self, assessment: Assessment, inventory: Inventory | None, lines: Lines) -> None:
        self.assessment = assessment
        self.lines = lines
        self.sites = dict(inventory.sites) if inventory else {}
        self.trusts = dict(inventory.trusts) if inventory else {}

    def site(self, name: str) -> str:
        return self.sites[name].name if name in self.sites else name

    def trust(self, name: str) -> str:
        return self.trusts[name].name if name in self.trusts else name

    def links(self) -> list[LinkItem]:
        """All links, those in scope that need attention first."""
        items = [self._link(link) for link in self.assessment.links]
        return sorted(items, key=lambda item: (not item.in_scope, item.rank, item.id))

    def _link(self, link: AssessedLink) -> LinkItem:
        return self.judged(link.verdict).model_copy(
            update={
                "layer": link.layer,
                "layer_label": texts.named(texts.LAYERS, link.layer),
                "declared": link.declared,
                "in_scope": link.in_scope,
                "capacity": link.capacity,
                "capacity_label": texts.capacity(link.capacity),
                "site_ids": link.sites,
                "sites": tuple(self.site(name) for name in link.sites),
                "trusts": tuple(self.trust(name) for name in link.trusts),
                "requirements": link.requirements,
            }
        )

    def judged(self, verdict: LinkVerdict) -> LinkItem:
        """A verdict alone, without what the inventory says about its link."""
        notes = (
            texts.mark(verdict),
            texts.aspects(verdict.not_seen),
            texts.judged_by(verdict.a),
            texts.judged_by(verdict.b),
        )
        return LinkItem(
            id=verdict.subject,
            layer="",
            layer_label="",
            declared=True,
            in_scope=True,
            capacity=None,
            capacity_label="",
            site_ids=(),
            sites=(),
            trusts=(),
            requirements=(),
            verdict=verdict.verdict,
            verdict_label=texts.VERDICTS[verdict.verdict],
            rank=VERDICTS.index(verdict.verdict),
            reason=verdict.reason,
            parameters=verdict.parameters,
            why=texts.reason(verdict),
            notes=tuple(note for note in notes if note),
            pairing=verdict.pairing,
            pairing_label=texts.mark(verdict),
            weaknesses=tuple(
                WeaknessItem(
                    code=one.code,
                    where=one.where,
                    forbidden=one.forbidden,
                    text=texts.weakness(one),
                )
                for one in verdict.weaknesses
            ),
            not_seen=verdict.not_seen,
            ends=(self._end(verdict.a), self._end(verdict.b)),
            members=tuple(self.judged(member) for member in verdict.members),
        )

    def _end(self, end: End) -> EndItem:
        nobody = end.host is None and end.supplier is None
        why = texts.end_reason(end) or (texts.say("supplier-end") if end.supplier else "")
        return EndItem(
            label=texts.say("no-end") if nobody else end.label,
            host=end.host,
            interface=end.interface,
            state=end.state,
            state_label=texts.STATES[end.state],
            why=why,
            captured_at=end.captured_at,
            captured=texts.moment(end.captured_at) if end.captured else "",
            facts=tuple(_facts(end.fact)),
            evidence=tuple(self._evidence(end.fact)),
        )

    def _evidence(self, fact: LinkEndFact | None) -> Iterator[Evidence]:
        for source in fact.sources if fact is not None else ():
            text = self.lines.get(source.file, ())
            yield Evidence(
                command=source.command,
                file=source.file,
                lines=tuple(
                    Line(number=number, text=text[number - 1].rstrip())
                    for number in source.lines
                    if 0 < number <= len(text)
                ),
            )

    def row(self, row: Row, label: str) -> CoverageRow:
        """One row of a coverage table."""
        return CoverageRow(
            key=row.key,
            label=label,
            links=share(row.links),
            locations=share(row.locations),
            capacity=share(row.capacity, capacity=True),
            verdicts=row.verdicts,
        )

    def map_sites(self) -> Iterator[MapSite]:
        """The sites of the inventory, each with the verdict of its worst link in scope."""
        worst: dict[str, int] = {}
        for link in self.assessment.links:
            for name in link.sites if link.in_scope else ():
                rank = VERDICTS.index(link.word)
                worst[name] = min(rank, worst.get(name, rank))
        for site in self.sites.values():
            yield MapSite(
                id=site.id,
                label=site.name,
                latitude=site.latitude,
                longitude=site.longitude,
                data_centre=site.kind == "data-centre",
                verdict=VERDICTS[worst[site.id]] if site.id in worst else None,
            )

    def map_links(self) -> Iterator[MapLink]:
        """The links in scope between two sites, the worst last so that they are drawn on top."""
        between = [one for one in self.assessment.links if one.in_scope and len(one.sites) == 2]
        for link in sorted(between, key=lambda one: (-VERDICTS.index(one.word), one.id)):
            label = f"{link.id}: {texts.VERDICTS[link.word]}"
            a, b = link.sites
            yield MapLink(id=link.id, a=a, b=b, verdict=link.word, label=label)


_FACTS_SHOWN = tuple(texts.FACTS)


def _facts(fact: LinkEndFact | None) -> Iterator[tuple[str, str]]:
    for name in _FACTS_SHOWN if fact is not None else ():
        value = getattr(fact, name)
        if value not in (None, "unknown", "none"):
            yield texts.FACTS[name], str(value)


def share(figure: Figure, *, capacity: bool = False) -> Share:
    """A figure with its texts."""
    part, total = figure.encrypted, figure.total
    detail = texts.say(
        "of",
        part=(texts.capacity(part) if part else "0") if capacity else part,
        total=(texts.capacity(total) if total else "0") if capacity else total,
    )
    return Share(
        encrypted=part,
        unknown=figure.unknown,
        attested=figure.attested,
        total=total,
        unmeasured=figure.unmeasured,
        permille=figure.permille,
        percent=texts.percent(figure),
        detail=detail if total else texts.say("not-known" if figure.unmeasured else "no-scope"),
    )


def build_report(
    assessment: Assessment,
    *,
    generated_at: datetime,
    tool_version: str,
    lines: Lines,
    catalogue: Catalogue | None = None,
    inventory: Inventory | None = None,
    classification: str | None = None,
) -> Report:
    """The report of an assessment.

    `lines` are the redacted lines of each captured file, quoted as evidence. Without an inventory
    sites and trusts are shown by their ids, and there is no map.
    """
    builder = _Builder(assessment, inventory, lines)
    coverage = assessment.coverage
    exit_code, status = _status(assessment)
    missing = len(assessment.missing_hosts)
    return Report(
        title=texts.say("title"),
        classification=classification or texts.say("classification"),
        generated_at=generated_at,
        generated=texts.moment(generated_at),
        captured_at=assessment.captured_at,
        captured=texts.moment(assessment.captured_at),
        tool_version=tool_version,
        exit_code=exit_code,
        status=status,
        status_text=texts.say(f"status-{status}"),
        headline=_headline(assessment),
        headline_share=share(coverage.total.links),
        total=builder.row(coverage.total, texts.say("all-in-scope")),
        by_layer=tuple(
            builder.row(row, texts.named(texts.LAYERS, row.key)) for row in coverage.by_layer
        ),
        by_trust=tuple(builder.row(row, builder.trust(row.key)) for row in coverage.by_trust),
        outside=builder.row(coverage.outside, texts.say("outside")),
        hosts=assessment.hosts,
        missing_hosts=tuple(
            MissingItem(name=host.name, site=builder.site(host.site), reason=host.reason)
            for host in assessment.missing_hosts
        ),
        missing_text=(
            texts.say("missing-hosts", count=missing, hosts=assessment.hosts) if missing else ""
        ),
        limits=tuple(_limits(assessment)),
        warnings=assessment.warnings,
        order=tuple(_order(catalogue)),
        requirements=tuple(_requirements(assessment.requirements, catalogue)),
        links=tuple(builder.links()),
        single_ends=tuple(
            builder.judged(end)
            for end in sorted(
                assessment.single_ends, key=lambda one: (VERDICTS.index(one.verdict), one.subject)
            )
        ),
        inactive=tuple(_inactive(link) for link in assessment.inactive),
        map_sites=tuple(builder.map_sites()),
        map_links=tuple(builder.map_links()),
    )


def _status(assessment: Assessment) -> tuple[int, str]:
    if assessment.incomplete:
        return 3, "incomplete"
    return (1, "findings") if assessment.has_findings else (0, "fine")


def _headline(assessment: Assessment) -> str:
    total = assessment.coverage.total.links
    if total.total:
        return texts.say("headline", encrypted=total.encrypted, total=total.total)
    ends = len(assessment.single_ends)
    if ends:
        return texts.say("headline-ends", secured=assessment.secured_ends, ends=ends)
    return texts.say("headline-empty" if not assessment.links else "headline-nothing")


def _limits(assessment: Assessment) -> Iterator[str]:
    """What this report does not prove: first what counts in it, then what always holds."""
    scope = [link for link in assessment.links if link.in_scope]
    encrypted = [link.verdict for link in scope if link.word == "encrypted"]
    unexpected = assessment.unexpected_hosts
    counts: Iterable[tuple[str, int, dict[str, object]]] = (
        (
            "unpaired",
            sum(one.pairing == "not-proven" for one in encrypted),
            {"total": len(encrypted)},
        ),
        ("unseen", sum(bool(one.not_seen) for one in encrypted), {}),
        ("undeclared", sum(not link.declared for link in scope), {}),
        ("unmeasured", assessment.coverage.total.capacity.unmeasured, {}),
        ("silent-hosts", len(assessment.silent_hosts), {}),
        ("strangers", assessment.unknown_neighbors, {}),
        ("unexpected", len(unexpected), {"names": ", ".join(unexpected)}),
    )
    for code, count, parameters in counts:
        if count:
            yield texts.say(code, count=count, **parameters)
    yield from map(texts.say, ("moment", "data-plane", "supplier"))


def _order(catalogue: Catalogue | None) -> Iterator[tuple[str, str]]:
    """The owner-filled fields of the order, in words."""
    if catalogue is None or not any(one.of_order for one in catalogue.requirements.values()):
        return
    order = catalogue.order
    for label, value in (
        ("case number", order.case_number),
        ("text", order.text),
        ("order-deadline", order.deadline),
        ("extended to", order.extended_to),
    ):
        word = texts.HEADINGS[label]
        yield word, str(value) if value is not None else texts.say("not-registered")


def _requirements(
    results: Iterable[RequirementResult], catalogue: Catalogue | None
) -> Iterator[RequirementItem]:
    if catalogue is None:
        return
    for result in results:
        requirement = catalogue.requirements[result.requirement]
        sources = [catalogue.sources[name] for name in requirement.sources]
        basis = requirement.deadline_basis
        yield RequirementItem(
            id=result.requirement,
            title=requirement.title.en,
            text=requirement.text.en,
            of_order=requirement.of_order,
            partly=texts.say("partly") if requirement.partly else "",
            outcome=result.outcome,
            outcome_label=texts.OUTCOMES[result.outcome],
            links=share(result.links),
            passed=result.passed,
            failed=result.failed,
            unknown=result.unknown,
            deadline=requirement.deadline,
            deadline_basis=basis.en if basis else "",
            owner=requirement.owner or texts.say("not-registered"),
            sources=tuple(
                SourceItem(
                    name=source.name,
                    reference=source.reference,
                    mark=source.mark,
                    mark_label=texts.SOURCE_MARKS[source.mark],
                    text=source.text.en,
                )
                for source in sources
            ),
        )


def _inactive(link: InactiveLink) -> InactiveItem:
    dates = (
        (texts.DATES["planned_for"], link.planned_for),
        (texts.DATES["active_from"], link.active_from),
        (texts.DATES["decommissioned_on"], link.decommissioned_on),
    )
    return InactiveItem(
        id=link.id,
        layer_label=texts.named(texts.LAYERS, link.layer),
        status=link.status,
        status_label=texts.STATUSES[link.status],
        dates=tuple((label, day) for label, day in dates if day is not None),
        overdue=link.overdue,
    )
