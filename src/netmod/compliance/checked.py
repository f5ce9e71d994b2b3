"""Every requirement of the catalogue by all of its checks, on links and devices. Pure.

`assess` judges the encryption of links; what else the catalogue asks is added to it here, with
what is wrong in the catalogue itself: waivers and attestations that do not hold.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, get_args

from netmod.compliance._model import Model
from netmod.compliance.assess import finding_id
from netmod.compliance.assessment import Assessment, Finding
from netmod.compliance.attestations import attested
from netmod.compliance.catalogue import Catalogue, covers_device, covers_link
from netmod.compliance.checks import (
    Checks,
    DeviceCheck,
    DeviceSubject,
    Judged,
    Judgement,
    LinkSubject,
    Outcome,
    judge_device,
    judge_link_by,
)
from netmod.compliance.ends import CapturedEnds
from netmod.compliance.links import ends_of, members_of, sites_of, status_at
from netmod.compliance.requirements import Milestone, Requirement
from netmod.compliance.surroundings import Surroundings
from netmod.compliance.waivers import note_of
from netmod.facts import FactsDocument
from netmod.inventory import Inventory

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
_WORST_FIRST: tuple[Outcome, ...] = ("fail", "error", "unknown", "pass", "not-applicable")
CATALOGUE = "catalogue"


class Tally(Model):
    """One requirement over all of its results: the worst outcome, and how many there are of each.

    `total` is the denominator; `waived` counts those of it that did not pass and have a waiver
    that holds. `not-applicable` where nothing is in scope.
    """

    requirement: str
    outcome: Outcome
    counts: dict[Outcome, int]
    waived: int
    total: int


MilestoneState = Literal["reached", "reached-late", "due", "not-registered"]


class MilestoneResult(Model):
    """A milestone today: its first date, the one that counts now, and how often it was moved.

    `not-registered`: its date has passed, and nobody has registered when it was reached. That it
    was not is more than anything here says.
    """

    milestone: str
    state: MilestoneState
    planned: date
    due: date
    moves: int
    reached: date | None


class Checked(Model):
    """All findings, by requirement, check and subject; `catalogue` holds the findings about the
    catalogue's own waivers and attestations."""

    findings: tuple[Finding, ...]
    tallies: tuple[Tally, ...]
    catalogue: tuple[Finding, ...]
    milestones: tuple[MilestoneResult, ...]

    def only(self, requirements: Iterable[str]) -> Checked:
        """The results of some of the requirements, and all of the catalogue's own findings."""
        chosen = set(requirements)
        return self.model_copy(
            update={
                "findings": tuple(one for one in self.findings if one.requirement in chosen),
                "tallies": tuple(one for one in self.tallies if one.requirement in chosen),
            }
        )

    @property
    def incomplete(self) -> bool:
        """Whether anything is not known, or could not be judged."""
        return any(one.outcome in ("unknown", "error") for one in self.findings)

    @property
    def has_findings(self) -> bool:
        """Whether anything is known not to be as is asked."""
        return any(one.outcome == "fail" for one in (*self.findings, *self.catalogue))


def check_requirements(
    assessment: Assessment,
    inventory: Inventory,
    document: FactsDocument,
    catalogue: Catalogue,
    checks: Checks,
    surroundings: Mapping[str, Surroundings] = MappingProxyType({}),
) -> Checked:
    """The results of all requirements at the time of the assessment.

    `checks` must hold every check that the catalogue names, as loading it made sure.
    `surroundings` are by device.
    """
    captured = CapturedEnds(document, inventory.devices, assessment.at)
    subjects = _Subjects(inventory, captured, catalogue, assessment, surroundings)
    findings = list(assessment.findings)
    for name, requirement in catalogue.requirements.items():
        kinds = {checks[use.check].kind for use in requirement.checks}
        devices = list(subjects.devices(requirement)) if "device" in kinds else []
        links = list(subjects.links(requirement)) if "link" in kinds else []
        for use in requirement.checks:
            check = checks[use.check]
            inputs = check.inputs.model_validate(use.inputs)
            judged: Iterable[Judged]
            if isinstance(check, DeviceCheck):
                judged = (one for device in devices for one in _judge_device(check, device, inputs))
            else:
                judged = (judge_link_by(check, link, inputs) for link in links)
            findings += [_finding(use.check, name, one, catalogue, assessment) for one in judged]
    order = {name: position for position, name in enumerate(catalogue.requirements)}
    findings.sort(key=lambda one: (order[one.requirement], one.check, one.subject))
    today = assessment.at.date()
    return Checked(
        findings=tuple(findings),
        tallies=tuple(tallies(findings, catalogue)),
        catalogue=tuple(_of_catalogue(catalogue, inventory, today)),
        milestones=tuple(
            _milestone(name, one, today) for name, one in catalogue.milestones.items()
        ),
    )


class _Subjects:
    """Devices and links in the scope of requirements, each built once."""

    def __init__(
        self,
        inventory: Inventory,
        captured: CapturedEnds,
        catalogue: Catalogue,
        assessment: Assessment,
        surroundings: Mapping[str, Surroundings],
    ) -> None:
        self._surroundings = surroundings
        self._inventory = inventory
        self._captured = captured
        self._catalogue = catalogue
        self._at = assessment.at
        self._built: dict[str, DeviceSubject | str] = {}
        self._fallback: dict[str, set[str]] = defaultdict(set)
        for link in inventory.links.values():
            encryption = link.encryption
            if encryption is not None and encryption.fallback_key_chain is not None:
                for end in link.managed_ends:
                    self._fallback[end.device].add(encryption.fallback_key_chain)

    def devices(self, requirement: Requirement) -> Iterator[DeviceSubject | str]:
        """Subjects in the order of their names; the name alone of one without captures."""
        for name in sorted(self._inventory.devices):
            device = self._inventory.devices[name]
            if covers_device(requirement.scope, device, self._inventory.sites[device.site]):
                if name not in self._built:
                    self._built[name] = self._device(name)
                yield self._built[name]

    def _device(self, name: str) -> DeviceSubject | str:
        facts = self._captured.host(name)
        if facts is None:
            return name
        return DeviceSubject(
            name,
            facts,
            self._at,
            frozenset(self._fallback[name]),
            self._surroundings.get(name, Surroundings()),
        )

    def links(self, requirement: Requirement) -> Iterator[LinkSubject]:
        """Active links in the order of their ids."""
        for link in sorted(self._inventory.links.values(), key=lambda one: one.id):
            sites = sites_of(link, self._inventory)
            active = status_at(link, self._at.date()) == "active"
            if active and covers_link(requirement.scope, link, sites):
                ends = ends_of(link, self._captured)
                yield LinkSubject(
                    link=link,
                    ends=ends,
                    at=self._at,
                    members=members_of(link, ends, self._captured),
                    attested=attested(self._catalogue.attestations, link, self._at.date()),
                )


def _judge_device(
    check: DeviceCheck[Model], device: DeviceSubject | str, inputs: Model
) -> tuple[Judged, ...]:
    if isinstance(device, DeviceSubject):
        return judge_device(check, device, inputs)
    missing = Judgement("unknown", "host-missing", f"no capture of {device}", {"hosts": device})
    return (Judged(device, missing),)


def _finding(
    check: str, requirement: str, judged: Judged, catalogue: Catalogue, assessment: Assessment
) -> Finding:
    subject, judgement = judged
    verdict = judgement.verdict
    return Finding(
        id=finding_id(check, requirement, subject),
        check=check,
        requirement=requirement,
        subject=subject,
        outcome=judgement.outcome,
        verdict=verdict.verdict if verdict is not None else None,
        reason=judgement.reason,
        parameters=judgement.parameters,
        why=judgement.why,
        waiver=note_of(catalogue.waivers, requirement, subject, assessment.at.date()),
    )


def tallies(findings: Iterable[Finding], catalogue: Catalogue) -> Iterator[Tally]:
    """The worst outcome of each requirement, and how many findings there are of each."""
    by_requirement: Mapping[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_requirement[finding.requirement].append(finding)
    for name in catalogue.requirements:
        own = by_requirement[name]
        counted = Counter(one.outcome for one in own)
        waived = [one for one in own if one.outcome not in ("pass", "not-applicable")]
        yield Tally(
            requirement=name,
            outcome=next((one for one in _WORST_FIRST if counted[one]), "not-applicable"),
            counts={outcome: counted[outcome] for outcome in OUTCOMES},
            waived=sum(one.waiver is not None and one.waiver.holds for one in waived),
            total=len(own),
        )


def _of_catalogue(catalogue: Catalogue, inventory: Inventory, today: date) -> Iterator[Finding]:
    for name, waiver in sorted(catalogue.waivers.items()):
        if not waiver.holds(today):
            expired = today > waiver.expires
            reason = "waiver-expired" if expired else "waiver-not-yet-approved"
            day = waiver.expires if expired else waiver.approved_on
            why = f"the waiver {'expired' if expired else 'is approved'} on {day}"
            parameters = {"date": f"{day}", "ticket": waiver.ticket}
            yield _own(CATALOGUE, "waiver", name, reason, parameters, why)
        for subject in waiver.subjects:
            if subject not in inventory.links and _device(subject) not in inventory.devices:
                why = f"the waiver is about {subject}, which is no link and no device"
                reason, values = "waiver-of-unknown-subject", {"subject": subject}
                yield _own(CATALOGUE, "waiver", f"{name}/{subject}", reason, values, why)
    for name, attestation in sorted(catalogue.attestations.items()):
        validity = attestation.validity(today)
        supplier = {"supplier": attestation.statement.supplier}
        if validity != "valid":
            why = f"the attestation of {supplier['supplier']} does not count: {validity}"
            reason = f"attestation-{validity}"
            yield _own(CATALOGUE, "attestation", name, reason, supplier, why)
        for link in attestation.statement.links:
            if link not in inventory.links or not attestation.covers(inventory.links[link]):
                why = f"{link} is no link that {supplier['supplier']} encrypts"
                values = {**supplier, "link": link}
                subject = f"{name}/{link}"
                reason = "attestation-of-other-link"
                yield _own(CATALOGUE, "attestation", subject, reason, values, why)


def _device(subject: str) -> str:
    """The device that a subject or its part is of."""
    return subject.partition("/")[0]


def _own(
    requirement: str, check: str, subject: str, reason: str, parameters: dict[str, str], why: str
) -> Finding:
    return Finding(
        id=finding_id(check, requirement, subject),
        check=check,
        requirement=requirement,
        subject=subject,
        outcome="fail",
        reason=reason,
        parameters=parameters,
        why=why,
    )


def _milestone(name: str, milestone: Milestone, today: date) -> MilestoneResult:
    due, reached = milestone.due, milestone.reached
    state: MilestoneState
    if reached is not None and reached <= today:
        state = "reached" if reached <= due else "reached-late"
    else:
        state = "not-registered" if due < today else "due"
    return MilestoneResult(
        milestone=name,
        state=state,
        planned=milestone.planned,
        due=due,
        moves=len(milestone.moved),
        reached=reached,
    )
