"""An assessment → the report that writers write. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from netmod.compliance import (
    VERDICTS,
    Assessment,
    Catalogue,
    InactiveLink,
    RequirementResult,
)
from netmod.inventory import Inventory
from netmod.reports import texts
from netmod.reports._items import Items, Lines, share
from netmod.reports.model import (
    InactiveItem,
    MissingItem,
    Report,
    RequirementItem,
    SourceItem,
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
    items = Items(assessment, inventory, lines)
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
        total=items.row(coverage.total, texts.say("all-in-scope")),
        by_layer=tuple(
            items.row(row, texts.named(texts.LAYERS, row.key)) for row in coverage.by_layer
        ),
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
        limits=tuple(_limits(assessment)),
        warnings=assessment.warnings,
        order=tuple(_order(catalogue)),
        requirements=tuple(_requirements(assessment.requirements, catalogue)),
        links=tuple(items.links()),
        single_ends=tuple(
            items.judged(end)
            for end in sorted(
                assessment.single_ends, key=lambda one: (VERDICTS.index(one.verdict), one.subject)
            )
        ),
        inactive=tuple(_inactive(link) for link in assessment.inactive),
        map_sites=tuple(items.map_sites()),
        map_links=tuple(items.map_links()),
    )


Status = tuple[Literal[0, 1, 3], Literal["fine", "findings", "incomplete"]]


def _status(assessment: Assessment) -> Status:
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
