"""What an assessment holds: everything that a report says, with no text and no platform."""

from __future__ import annotations

import uuid
from datetime import datetime

from pydantic import Field

from netmod.compliance._model import Model
from netmod.compliance.checks import Outcome
from netmod.compliance.coverage import Coverage, Figure
from netmod.compliance.links import AssessedLink, InactiveLink
from netmod.compliance.table import Verdict
from netmod.compliance.verdict import LinkVerdict
from netmod.compliance.waivers import WaiverNote


class Finding(Model):
    """The result of one check of one requirement on one subject. The id is the same in every run.

    `subject` is a link, a device, or a device's part (`sw1/KC-1`). `verdict` is that of a link,
    None of a device. `waiver` stands beside the outcome, also where it holds no more.
    """

    id: uuid.UUID
    check: str
    requirement: str
    subject: str
    outcome: Outcome
    verdict: Verdict | None = None
    reason: str
    parameters: dict[str, str]
    why: str
    not_seen: tuple[str, ...] = ()
    waiver: WaiverNote | None = None


class RequirementResult(Model):
    """One requirement over all links in its scope: `fail` if any fails, else `unknown` if any is
    not known, `not-applicable` where no active link is in scope."""

    requirement: str
    outcome: Outcome
    links: Figure
    passed: int
    failed: int
    unknown: int


class MissingHost(Model):
    """A device that the inventory knows and the captures do not show; `reason` as collected."""

    name: str
    site: str
    reason: str = ""


class Assessment(Model):
    """What is concluded at `at` from captures taken at `captured_at`.

    Every active link is in `links`, adjacencies that no link declares too. `single_ends` are
    ends whose links nothing declares (a snapshot without a project): at most one end of each
    proves something, so that none is ever `encrypted`; `secured_ends` counts those that encrypt,
    and `silent_hosts` are hosts of such a snapshot whose captures say nothing about any link.
    `unexpected_hosts` were captured and are not in the inventory; `strangers` counts, by device,
    lines of neighbour tables that name no device of ours.
    """

    at: datetime
    captured_at: datetime | None
    links: tuple[AssessedLink, ...] = ()
    inactive: tuple[InactiveLink, ...] = ()
    single_ends: tuple[LinkVerdict, ...] = ()
    secured_ends: int = 0
    silent_hosts: tuple[str, ...] = ()
    coverage: Coverage
    requirements: tuple[RequirementResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    hosts: int
    missing_hosts: tuple[MissingHost, ...] = ()
    unexpected_hosts: tuple[str, ...] = ()
    strangers: dict[str, int] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def unknown_neighbors(self) -> int:
        """How many lines of neighbour tables name no device of ours."""
        return sum(self.strangers.values())

    @property
    def incomplete(self) -> bool:
        """Whether anything that was to be judged is not known."""
        unknown = [link.word for link in self.links if link.in_scope]
        unknown += [end.verdict for end in self.single_ends]
        outcomes = {finding.outcome for finding in self.findings}
        nothing = not self.links and not self.single_ends
        return nothing or bool(self.missing_hosts) or "unknown" in unknown or "unknown" in outcomes

    @property
    def has_findings(self) -> bool:
        """Whether any link in scope is known not to be encrypted as is asked."""
        words = [link.word for link in self.links if link.in_scope]
        words += [end.verdict for end in self.single_ends]
        return any(word not in ("encrypted", "attested", "unknown") for word in words)
