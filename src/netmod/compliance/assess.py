"""Facts + inventory + catalogue → everything that a report says. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from netmod.compliance._adjacencies import Adjacency, undeclared
from netmod.compliance.assessment import (
    Assessment,
    Finding,
    MissingHost,
    RequirementResult,
)
from netmod.compliance.attestations import attested
from netmod.compliance.catalogue import Catalogue
from netmod.compliance.checks import ENCRYPTION, Outcome, as_judgement
from netmod.compliance.coverage import count, cover
from netmod.compliance.ends import CapturedEnds, End
from netmod.compliance.links import (
    AssessedLink,
    Status,
    ends_of,
    inactive,
    members_of,
    sites_of,
    status_at,
    undeclared_verdict,
)
from netmod.compliance.parameters import Parameters
from netmod.compliance.requirements import LAYERS
from netmod.compliance.verdict import LinkVerdict, judge_ends, judge_link
from netmod.compliance.waivers import WaiverNote, note_of
from netmod.facts import FactsDocument
from netmod.inventory import Inventory, Link, Site

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "netmod/findings/1")
_SNAPSHOT_LAYER = "snapshot"
_OUTCOMES: tuple[Outcome, ...] = ("fail", "unknown", "pass", "not-applicable")

EndPair = tuple[str, str, str, str]
"""host, interface, host, interface: a link as a snapshot declares it."""


def assess(
    inventory: Inventory, document: FactsDocument, catalogue: Catalogue, at: datetime
) -> Assessment:
    """The assessment of everything that the inventory declares."""
    captured = CapturedEnds(document, inventory.devices, at)
    today = at.date()
    ordered = sorted(inventory.links.values(), key=lambda link: link.id)
    status = {link.id: status_at(link, today) for link in ordered}
    active = [link for link in ordered if status[link.id] == "active"]
    others = [link for link in ordered if status[link.id] != "active"]
    links: list[AssessedLink] = []
    findings: list[Finding] = []
    for link in active:
        assessed, found = _judge(link, sites_of(link, inventory), captured, catalogue, at)
        links.append(assessed)
        findings += found
    neighbors = undeclared(inventory, captured, active, others)
    links += [_adjacent(one, inventory, captured, status) for one in neighbors.adjacencies]
    return Assessment(
        at=at,
        captured_at=document.captured_at,
        links=tuple(links),
        inactive=tuple(inactive(link, status[link.id], today) for link in others),
        coverage=cover(links, inventory.sites, LAYERS),
        requirements=tuple(results(findings, catalogue)),
        findings=tuple(findings),
        hosts=len(inventory.devices),
        missing_hosts=tuple(_missing(inventory, captured)),
        unexpected_hosts=tuple(captured.unexpected),
        strangers=neighbors.strangers,
        warnings=document.warnings,
    )


def _judge(
    link: Link,
    sites: Sequence[Site],
    captured: CapturedEnds,
    catalogue: Catalogue,
    at: datetime,
) -> tuple[AssessedLink, list[Finding]]:
    """A link judged by the strictest of all that is asked of it, and by each requirement."""
    ends = ends_of(link, captured)
    members = members_of(link, ends, captured)
    statement = attested(catalogue.attestations, link, at.date())
    judged: dict[Parameters, LinkVerdict] = {}

    def verdict_by(parameters: Parameters) -> LinkVerdict:
        if parameters not in judged:
            judged[parameters] = judge_link(
                link, ends, parameters, at, members=members, attested=statement
            )
        return judged[parameters]

    names = catalogue.in_scope(link, sites)
    findings = [
        _finding(name, verdict_by(catalogue.parameters_of(catalogue.requirements[name])), waiver)
        for name in names
        for waiver in [note_of(catalogue.waivers, name, link.id, at.date())]
    ]
    unmet = [one.waiver for one in findings if one.outcome != "pass"]
    assessed = AssessedLink(
        id=link.id,
        layer=link.layer,
        declared=True,
        capacity=link.capacity,
        sites=tuple(site.id for site in sites),
        trusts=tuple(dict.fromkeys(site.trust for site in sites)),
        site_classes=tuple(dict.fromkeys(site.site_class for site in sites)),
        encrypted_by=link.encrypted_by,
        requirements=names,
        in_scope=bool(names),
        verdict=verdict_by(catalogue.judged_by(names)),
        waived=bool(unmet) and all(one is not None and one.holds for one in unmet),
    )
    return assessed, findings


def _finding(requirement: str, verdict: LinkVerdict, waiver: WaiverNote | None) -> Finding:
    return Finding(
        id=finding_id(ENCRYPTION, requirement, verdict.subject),
        check=ENCRYPTION,
        requirement=requirement,
        subject=verdict.subject,
        outcome=as_judgement(verdict).outcome,
        verdict=verdict.verdict,
        reason=verdict.reason,
        parameters=verdict.parameters,
        why=verdict.why,
        not_seen=verdict.not_seen,
        waiver=waiver,
    )


def finding_id(check: str, requirement: str, subject: str) -> uuid.UUID:
    """The stable id of a finding."""
    return uuid.uuid5(_NAMESPACE, "\n".join((check, requirement, subject)))


def _adjacent(
    one: Adjacency, inventory: Inventory, captured: CapturedEnds, status: dict[str, Status]
) -> AssessedLink:
    """An adjacency that no active link declares, as a link of the denominator."""
    devices = (inventory.devices[one.device], inventory.devices[one.far_device])
    sites = [inventory.sites[device.site] for device in devices]
    subject = f"{one.device}:{one.interface}--{one.far_device}:{one.far_interface or '?'}"
    ends = (
        captured.end(one.device, one.interface),
        End(host=one.far_device, interface=one.far_interface),
    )
    reason, parameters = "adjacency-undeclared", {"protocol": one.protocol.upper()}
    if one.inactive_link is not None:
        reason = "adjacency-of-inactive-link"
        parameters |= {"link": one.inactive_link, "status": status[one.inactive_link]}
    return AssessedLink(
        id=subject,
        layer="undeclared",
        declared=False,
        capacity=None,
        sites=tuple(site.id for site in sites),
        trusts=tuple(dict.fromkeys(site.trust for site in sites)),
        site_classes=tuple(dict.fromkeys(site.site_class for site in sites)),
        encrypted_by="own",
        requirements=(),
        in_scope=True,
        verdict=undeclared_verdict(subject, ends, reason, parameters),
    )


def results(findings: Sequence[Finding], catalogue: Catalogue) -> Iterator[RequirementResult]:
    """What the findings about links make of each requirement that asks for their encryption."""
    for name in catalogue.of_encryption:
        own = [finding for finding in findings if finding.requirement == name]
        outcomes = [finding.outcome for finding in own]
        worst = [one for one in _OUTCOMES if one in outcomes]
        waived = [one for one in own if one.outcome != "pass" and one.waiver and one.waiver.holds]
        yield RequirementResult(
            requirement=name,
            outcome=worst[0] if worst else "not-applicable",
            links=count([one.verdict for one in own if one.verdict is not None], len(waived)),
            passed=outcomes.count("pass"),
            failed=outcomes.count("fail"),
            unknown=outcomes.count("unknown"),
        )


def _missing(inventory: Inventory, captured: CapturedEnds) -> Iterator[MissingHost]:
    for name, device in inventory.devices.items():
        if captured.host(name) is None:
            yield MissingHost(name=name, site=device.site, reason=captured.failure(name))


def assess_snapshot(
    document: FactsDocument,
    declared: Iterable[EndPair],
    at: datetime,
    parameters: Parameters | None = None,
) -> Assessment:
    """The assessment of a snapshot alone, without a project.

    The links that the snapshot declares are judged from both ends. Every other link end is a
    subject of its own: nothing says what is at its other end, so that it is never `encrypted`.
    A host that a link names and that has no captures is missing.
    """
    bounds = parameters or Parameters()
    pairs = list(declared)
    names = dict.fromkeys([*document.hosts, *(host for pair in pairs for host in pair[::2])])
    captured = CapturedEnds(document, names, at)
    links = [_snapshot_link(pair, captured, bounds, at) for pair in pairs]
    taken = {(end.host, end.fact.interface) for link in links for end in _ends(link) if end.fact}
    singles = [
        verdict
        for name, facts in document.hosts.items()
        for fact in facts.link_ends
        if (name, fact.interface) not in taken
        for verdict in [_single(captured.end(name, fact.interface, fact.technology), bounds, at)]
    ]
    missing = [name for name in names if captured.host(name) is None]
    return Assessment(
        at=at,
        captured_at=document.captured_at,
        links=tuple(links),
        single_ends=tuple(singles),
        secured_ends=sum(one.a.state == "secured" for one in singles),
        silent_hosts=tuple(name for name, one in document.hosts.items() if not one.link_ends),
        coverage=cover(links, {}, [_SNAPSHOT_LAYER]),
        hosts=len(names),
        missing_hosts=tuple(
            MissingHost(name=name, site="", reason=captured.failure(name)) for name in missing
        ),
        warnings=document.warnings,
    )


def _ends(link: AssessedLink) -> tuple[End, End]:
    return link.verdict.a, link.verdict.b


def _snapshot_link(
    pair: EndPair, captured: CapturedEnds, parameters: Parameters, at: datetime
) -> AssessedLink:
    host, interface, far_host, far_interface = pair
    subject = f"{host}:{interface}--{far_host}:{far_interface}"
    a, b = captured.end(host, interface), captured.end(far_host, far_interface)
    return AssessedLink(
        id=subject,
        layer=_SNAPSHOT_LAYER,
        declared=True,
        capacity=None,
        sites=(),
        trusts=(),
        site_classes=(),
        encrypted_by="own",
        requirements=(),
        in_scope=True,
        verdict=judge_ends(subject, a, b, parameters, at),
    )


def _single(end: End, parameters: Parameters, at: datetime) -> LinkVerdict:
    return judge_ends(f"{end.host}:{end.interface}", end, End(), parameters, at)
