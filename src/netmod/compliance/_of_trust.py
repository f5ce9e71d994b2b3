"""What concerns one trust, out of what was concluded of the whole region. Pure.

A trust's links are those with an end at one of its sites, whoever has the other end; its devices
are those at its sites. To judge its links takes the devices at their far ends too.
"""

from __future__ import annotations

from dataclasses import replace

from netmod.compliance.assess import results
from netmod.compliance.assessment import Assessment, Finding
from netmod.compliance.catalogue import Catalogue
from netmod.compliance.checked import Checked, tallies
from netmod.compliance.coverage import cover
from netmod.compliance.links import sites_of
from netmod.compliance.requirements import LAYERS
from netmod.compliance.waivers import Waiver
from netmod.inventory import Inventory, Link

_ABOUT_OTHERS = ("waiver-of-unknown-subject", "attestation-of-other-link")


class TrustScope:
    """Which links and devices of an inventory concern a trust, by their names.

    `devices` are its own; `hosts` are these and whatever stands at the far end of its links,
    the adjacencies that no link declares included.
    """

    def __init__(self, inventory: Inventory, assessment: Assessment, trust: str) -> None:
        self.trust = trust
        self.sites = {name: one for name, one in inventory.sites.items() if one.trust == trust}
        self.devices = {
            name for name, device in inventory.devices.items() if device.site in self.sites
        }
        declared = [link for link in inventory.links.values() if self._ends_here(link, inventory)]
        assessed = [link for link in assessment.links if trust in link.trusts]
        self.links = {link.id for link in declared} | {link.id for link in assessed}
        ends = {end.device for link in declared for end in link.managed_ends}
        seen = {end.host for link in assessed for end in (link.verdict.a, link.verdict.b)}
        self.hosts = self.devices | ends | {name for name in seen if name is not None}

    def _ends_here(self, link: Link, inventory: Inventory) -> bool:
        return any(site.trust == self.trust for site in sites_of(link, inventory))

    def concerns(self, subject: str) -> bool:
        """Whether a link, a device, or a part of a device (`sw1/KC-1`) is the trust's."""
        return subject in self.links or subject.partition("/")[0] in self.devices

    def concerned_by(self, waiver: Waiver) -> bool:
        """Whether a waiver is about anything of the trust's."""
        return any(map(self.concerns, waiver.subjects))

    def catalogue(self, catalogue: Catalogue) -> Catalogue:
        """The catalogue with the waivers and statements about the trust alone."""
        return replace(
            catalogue,
            waivers={
                name: one for name, one in catalogue.waivers.items() if self.concerned_by(one)
            },
            attestations={
                name: one
                for name, one in catalogue.attestations.items()
                if any(link in self.links for link in one.statement.links)
            },
        )


def of_trust(
    assessment: Assessment, checked: Checked, catalogue: Catalogue, scope: TrustScope
) -> tuple[Assessment, Checked]:
    """The part that concerns a trust: its links and devices alone are in every denominator."""
    links = tuple(one for one in assessment.links if one.id in scope.links)
    findings = tuple(one for one in assessment.findings if scope.concerns(one.subject))
    all_findings = tuple(one for one in checked.findings if scope.concerns(one.subject))
    part = assessment.model_copy(
        update={
            "links": links,
            "inactive": tuple(one for one in assessment.inactive if one.id in scope.links),
            "coverage": cover(links, scope.sites, LAYERS),
            "requirements": tuple(results(findings, catalogue)),
            "findings": findings,
            "hosts": len(scope.hosts),
            "missing_hosts": tuple(
                one for one in assessment.missing_hosts if one.name in scope.hosts
            ),
            "unexpected_hosts": (),
            "strangers": {
                name: count for name, count in assessment.strangers.items() if name in scope.devices
            },
        }
    )
    return part, checked.model_copy(
        update={
            "findings": all_findings,
            "tallies": tuple(tallies(all_findings, catalogue)),
            "catalogue": tuple(
                one for one in checked.catalogue if _is_about(one, catalogue, scope)
            ),
        }
    )


def _is_about(finding: Finding, catalogue: Catalogue, scope: TrustScope) -> bool:
    """Whether a finding about the catalogue itself concerns the trust. One about a name that the
    inventory does not have concerns whoever owns the catalogue."""
    if finding.reason in _ABOUT_OTHERS:
        return False
    if finding.check == "waiver":
        return scope.concerned_by(catalogue.waivers[finding.subject])
    statement = catalogue.attestations[finding.subject].statement
    return any(name in scope.links for name in statement.links)
