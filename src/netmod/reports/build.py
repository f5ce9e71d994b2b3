"""An assessment → the report that writers write. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from netmod.compliance import (
    VERDICTS,
    Assessment,
    Catalogue,
    Checked,
    InactiveLink,
    RequirementResult,
)
from netmod.inventory import Inventory
from netmod.reports._items import Items, Lines, share
from netmod.reports.model import (
    FindingItem,
    InactiveItem,
    MissingItem,
    Report,
    RequirementItem,
    SourceItem,
    WaiverItem,
)
from netmod.reports.texts import Language, Texts, named, texts_of


@dataclass(frozen=True, slots=True)
class Edition:
    """How a report reads: its language, and its classification mark ("" for the usual one)."""

    language: Language = "en"
    classification: str = ""


def build_report(
    assessment: Assessment,
    *,
    tool_version: str,
    lines: Lines,
    catalogue: Catalogue | None = None,
    inventory: Inventory | None = None,
    checked: Checked | None = None,
    edition: Edition = Edition(),
) -> Report:
    """The report of an assessment.

    `lines` are the redacted lines of each captured file, quoted as evidence. Without an inventory
    sites and trusts are shown by their ids, and there is no map.
    """
    texts = texts_of(edition.language)
    items = Items(assessment, inventory, lines, texts)
    coverage = assessment.coverage
    exit_code, status, told = status_of(assessment, checked)
    missing = len(assessment.missing_hosts)
    return Report(
        language=edition.language,
        title=texts.say("title"),
        classification=edition.classification or texts.say("classification"),
        generated_at=assessment.at,
        generated=texts.moment(assessment.at),
        captured_at=assessment.captured_at,
        captured=texts.moment(assessment.captured_at),
        tool_version=tool_version,
        exit_code=exit_code,
        status=status,
        status_text=texts.say(f"status-{told}"),
        headline=headline(assessment, texts),
        headline_share=share(coverage.total.links, texts),
        total=items.row(coverage.total, texts.say("all-in-scope")),
        by_layer=tuple(items.row(row, named(texts.layers, row.key)) for row in coverage.by_layer),
        by_trust=tuple(items.row(row, items.trust(row.key)) for row in coverage.by_trust),
        outside=items.row(coverage.outside, texts.say("outside")),
        hosts=assessment.hosts,
        missing_hosts=tuple(
            MissingItem(name=host.name, site=items.site(host.site), reason=host.reason)
            for host in assessment.missing_hosts
        ),
        missing_text=(
            texts.say("missing-hosts", count=missing, hosts=assessment.hosts) if missing else ""
        ),
        limits=tuple(limits(assessment, texts)),
        warnings=assessment.warnings,
        order=tuple(order(catalogue, texts)),
        requirements=tuple(_requirements(assessment.requirements, checked, catalogue, texts)),
        findings=tuple(_findings(assessment, checked, texts)),
        links=tuple(items.links()),
        single_ends=tuple(
            items.judged(end)
            for end in sorted(
                assessment.single_ends, key=lambda one: (VERDICTS.index(one.verdict), one.subject)
            )
        ),
        inactive=tuple(_inactive(link, texts) for link in assessment.inactive),
        map_sites=tuple(items.map_sites()),
        map_links=tuple(items.map_links()),
    )


Status = tuple[Literal[0, 1, 3], Literal["fine", "findings", "incomplete"], str]


def status_of(assessment: Assessment, checked: Checked | None) -> Status:
    """Exit code, status, and which text says it. Incomplete wins over findings.

    What is not known of devices does not make the verdicts of links incomplete; what devices are
    known not to meet is a finding.
    """
    if assessment.incomplete:
        return 3, "incomplete", "incomplete"
    if assessment.has_findings:
        return 1, "findings", "findings"
    if checked is not None and checked.has_findings:
        return 1, "findings", "others-not-met"
    return 0, "fine", "fine"


def headline(assessment: Assessment, texts: Texts) -> str:
    """What a reader must know first."""
    total = assessment.coverage.total.links
    if total.total:
        return texts.say("headline", encrypted=total.encrypted, total=total.total)
    ends = len(assessment.single_ends)
    if ends:
        return texts.say("headline-ends", secured=assessment.secured_ends, ends=ends)
    return texts.say("headline-empty" if not assessment.links else "headline-nothing")


def limits(assessment: Assessment, texts: Texts) -> Iterator[str]:
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


def order(catalogue: Catalogue | None, texts: Texts) -> Iterator[tuple[str, str]]:
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
        word = texts.headings[label]
        shown = texts.day(value) if isinstance(value, date) else value
        yield word, shown if shown is not None else texts.say("not-registered")


def _requirements(
    results: Iterable[RequirementResult],
    checked: Checked | None,
    catalogue: Catalogue | None,
    texts: Texts,
) -> Iterator[RequirementItem]:
    if catalogue is None:
        return
    language = texts.language
    tallies = {one.requirement: one for one in checked.tallies} if checked else {}
    for result in results:
        requirement = catalogue.requirements[result.requirement]
        sources = [catalogue.sources[name] for name in requirement.sources]
        tally = tallies.get(result.requirement)
        outcome = tally.outcome if tally else result.outcome
        unknown = tally.counts["unknown"] + tally.counts["error"] if tally else result.unknown
        basis = requirement.deadline_basis
        yield RequirementItem(
            id=result.requirement,
            title=getattr(requirement.title, language),
            text=getattr(requirement.text, language),
            of_order=requirement.of_order,
            partly=texts.say("partly") if requirement.partly else "",
            outcome=outcome,
            outcome_label=texts.outcomes[outcome],
            links=share(result.links, texts),
            passed=tally.counts["pass"] if tally else result.passed,
            failed=tally.counts["fail"] if tally else result.failed,
            unknown=unknown,
            deadline=requirement.deadline,
            deadline_basis=getattr(basis, language) if basis else "",
            owner=requirement.owner or texts.say("not-registered"),
            sources=tuple(
                SourceItem(
                    name=source.name,
                    reference=source.reference,
                    mark=source.mark,
                    mark_label=texts.source_marks[source.mark],
                    text=getattr(source.text, language),
                )
                for source in sources
            ),
        )


def _findings(
    assessment: Assessment, checked: Checked | None, texts: Texts
) -> Iterator[FindingItem]:
    """All findings, those about the catalogue itself last."""
    found = (*checked.findings, *checked.catalogue) if checked else assessment.findings
    for one in found:
        waiver = one.waiver
        yield FindingItem(
            id=one.id,
            check=one.check,
            requirement=one.requirement,
            subject=one.subject,
            outcome=one.outcome,
            outcome_label=texts.outcomes[one.outcome],
            reason=one.reason,
            parameters=one.parameters,
            why=one.why,
            waiver=waiver and WaiverItem(id=waiver.id, expires=waiver.expires, holds=waiver.holds),
        )


def _inactive(link: InactiveLink, texts: Texts) -> InactiveItem:
    dates = (
        (texts.dates["planned_for"], link.planned_for),
        (texts.dates["active_from"], link.active_from),
        (texts.dates["decommissioned_on"], link.decommissioned_on),
    )
    return InactiveItem(
        id=link.id,
        layer_label=named(texts.layers, link.layer),
        status=link.status,
        status_label=texts.statuses[link.status],
        dates=tuple((label, day) for label, day in dates if day is not None),
        overdue=link.overdue,
    )
