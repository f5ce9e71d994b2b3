"""Which links count, and with what: the subjects of an assessment."""

from __future__ import annotations

from datetime import date
from typing import Literal

from netmod.compliance._model import Model
from netmod.compliance._why import english
from netmod.compliance.ends import CapturedEnds, End
from netmod.compliance.table import Verdict
from netmod.compliance.verdict import LinkVerdict
from netmod.facts import Technology
from netmod.inventory import End as DeclaredEnd
from netmod.inventory import Inventory, Link, ManagedEnd, Site, interface_key

Status = Literal["planned", "active", "decommissioned"]


class AssessedLink(Model):
    """One link of the denominator and its verdict.

    `layer` is `undeclared` for an adjacency that no link declares; its `capacity` (bits per
    second) is not known then. `sites` and `trusts` are ids. `requirements` are the ids of those
    whose scope it is in; `in_scope` is False where the catalogue asks nothing of it. `waived` says
    that each of them which it does not meet has a waiver that holds.
    """

    id: str
    layer: str
    declared: bool
    capacity: int | None
    sites: tuple[str, ...]
    trusts: tuple[str, ...]
    site_classes: tuple[str, ...]
    encrypted_by: str
    requirements: tuple[str, ...]
    in_scope: bool
    verdict: LinkVerdict
    waived: bool = False

    @property
    def word(self) -> Verdict:
        """The verdict's own word."""
        return self.verdict.verdict


class InactiveLink(Model):
    """A declared link outside of every denominator, and the dates that put it there.

    `overdue` is True for a planned link whose date has passed.
    """

    id: str
    layer: str
    status: Status
    planned_for: date | None = None
    active_from: date | None = None
    decommissioned_on: date | None = None
    overdue: bool = False


def status_at(link: Link, today: date) -> Status:
    """The status that counts today. What a date contradicts stays in the denominator."""
    if link.status == "decommissioned":
        gone = link.decommissioned_on is None or link.decommissioned_on <= today
        return "decommissioned" if gone else "active"
    if link.status == "planned":
        begun = link.active_from is not None and link.active_from <= today
        return "active" if begun else "planned"
    begun = link.active_from is None or link.active_from <= today
    return "active" if begun else "planned"


def inactive(link: Link, status: Status, today: date) -> InactiveLink:
    """A link that does not count, with its dates."""
    return InactiveLink(
        id=link.id,
        layer=link.layer,
        status=status,
        planned_for=link.planned_for,
        active_from=link.active_from,
        decommissioned_on=link.decommissioned_on,
        overdue=status == "planned" and link.planned_for is not None and link.planned_for < today,
    )


def sites_of(link: Link, inventory: Inventory) -> tuple[Site, ...]:
    """The sites of both ends, each once; a supplier's end without a declared site has none."""
    found = [inventory.site_of(end) for end in link.ends]
    return tuple({site.id: site for site in found if site is not None}.values())


def ends_of(link: Link, captured: CapturedEnds) -> tuple[End, End]:
    """The evidence at both ends of a link."""
    technology: Technology = link.encryption.technology if link.encryption else "macsec"
    a, b = (_end(end, captured, technology) for end in link.ends)
    return a, b


def _end(end: DeclaredEnd, captured: CapturedEnds, technology: Technology) -> End:
    if isinstance(end, ManagedEnd):
        return captured.end(end.device, end.interface, technology)
    return End(supplier=end.supplier)


def members_of(
    link: Link, ends: tuple[End, End], captured: CapturedEnds
) -> tuple[tuple[End, End], ...]:
    """The ends of each pair of ports of a bundle whose members are declared.

    MACsec runs on the members and not on the bundle, so that the declared members decide, the
    ones that the captures do not show too. An end whose bundle has a session of its own (IPsec,
    or a platform that prints MACsec by bundle) stands for each of its members. Where the captures
    show members that are not declared, the bundle itself is judged as one more pair.
    """
    pairs = [
        (
            _member(link.a, ends[0], member.a, captured),
            _member(link.b, ends[1], member.b, captured),
        )
        for member in link.members
    ]
    named = {interface_key(name) for one in link.members for name in (one.a, one.b) if name}
    seen = [fact.members for fact in (ends[0].fact, ends[1].fact) if fact is not None]
    if pairs and any(interface_key(name) not in named for members in seen for name in members):
        pairs.append(ends)
    return tuple(pairs)


def _member(declared: DeclaredEnd, end: End, name: str | None, captured: CapturedEnds) -> End:
    own_session = end.fact is not None and not end.fact.derived and end.fact.technology != "none"
    if not isinstance(declared, ManagedEnd) or name is None or own_session:
        return end
    return captured.end(declared.device, name, "macsec")


def undeclared_verdict(
    subject: str, ends: tuple[End, End], reason: str, parameters: dict[str, str]
) -> LinkVerdict:
    """The verdict of an adjacency that no link declares: unknown, whatever its ends say."""
    return LinkVerdict(
        subject=subject,
        verdict="unknown",
        reason=reason,
        parameters=parameters,
        why=english(reason, parameters, (End(), End())),
        pairing="not-applicable",
        mark="",
        weaknesses=(),
        not_seen=(),
        a=ends[0],
        b=ends[1],
    )
