"""The one report that every writer writes: `netmod.report/1`.

Codes and figures come from an assessment, texts from `texts.py`. Writers lay it out and compute
nothing. What is added to it keeps `/1`; anything else makes it `/2`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from netmod.compliance import EndState, Outcome, Pairing, Verdict
from netmod.reports.parts import Part, Section
from netmod.reports.texts import Language


class Share(Part):
    """A figure with its denominator; `percent` is rounded down, `detail` is "36 of 44", `beside`
    the shares of their own ("5 unknown").

    `encrypted`, `unknown`, `attested`, `waived` and `total` count links, locations or bits per
    second.
    """

    encrypted: int
    unknown: int
    attested: int
    total: int
    waived: int = 0
    unmeasured: int
    permille: int | None
    percent: str
    detail: str
    beside: str


class CoverageRow(Part):
    """Coverage of one layer, one trust, or of all."""

    key: str
    label: str
    links: Share
    locations: Share
    capacity: Share
    verdicts: dict[Verdict, int]


class Line(Part):
    """One captured line; `number` counts from 1 in its file."""

    number: int
    text: str


class Evidence(Part):
    """Lines of one capture that a statement rests on."""

    command: str
    file: str
    lines: tuple[Line, ...]


class EndItem(Part):
    """One end of a link: its state, why, what was read, and where."""

    label: str
    host: str | None
    interface: str | None
    state: EndState
    state_label: str
    why: str
    captured_at: datetime | None
    captured: str
    facts: tuple[tuple[str, str], ...]
    evidence: tuple[Evidence, ...]


class WeaknessItem(Part):
    """A weakness, at end `a`, `b` or of the `link`."""

    code: str
    where: str
    forbidden: bool
    text: str


class LinkItem(Part):
    """One link with its verdict; `rank` 0 is the worst one. `reason` and `parameters` are codes,
    `why` is the text."""

    id: str
    layer: str
    layer_label: str
    declared: bool
    in_scope: bool
    capacity: int | None
    capacity_label: str
    site_ids: tuple[str, ...]
    sites: tuple[str, ...]
    trusts: tuple[str, ...]
    requirements: tuple[str, ...]
    verdict: Verdict
    verdict_label: str
    rank: int
    reason: str
    parameters: dict[str, str]
    why: str
    notes: tuple[str, ...]
    pairing: Pairing
    pairing_label: str
    weaknesses: tuple[WeaknessItem, ...]
    not_seen: tuple[str, ...]
    ends: tuple[EndItem, ...]
    members: tuple[LinkItem, ...] = ()


class InactiveItem(Part):
    """A planned or decommissioned link, outside of every denominator."""

    id: str
    layer_label: str
    status: str
    status_label: str
    dates: tuple[tuple[str, date], ...]
    overdue: bool


class SourceItem(Part):
    """A legal source and how sure it is."""

    name: str
    reference: str
    mark: str
    mark_label: str
    text: str


class RequirementItem(Part):
    """One requirement and its result.

    `outcome`, `passed`, `failed` and `unknown` are of all checks where they were made (`unknown`
    holds what could not be judged, too), else of its links alone, as `links` always is.
    """

    id: str
    title: str
    text: str
    of_order: bool
    partly: str
    outcome: Outcome
    outcome_label: str
    links: Share
    passed: int
    failed: int
    unknown: int
    deadline: date | None
    deadline_basis: str
    owner: str
    sources: tuple[SourceItem, ...]


class WaiverItem(Part):
    """A waiver of one result: it stands beside the outcome, never instead of it."""

    id: str
    expires: date
    holds: bool


class FindingItem(Part):
    """One check of one requirement on one subject: a link, a device, or a part of a device.

    `id` is the same in every run. `reason` and `parameters` are codes, `why` is in English.
    """

    id: UUID
    check: str
    requirement: str
    subject: str
    outcome: Outcome
    outcome_label: str
    reason: str
    parameters: dict[str, str]
    why: str
    waiver: WaiverItem | None = None


class MissingItem(Part):
    """A device without captures."""

    name: str
    site: str
    reason: str


class MapSite(Part):
    """A site of the map; degrees (WGS 84). `verdict` is its worst link's, None without links."""

    id: str
    label: str
    latitude: float
    longitude: float
    data_centre: bool
    verdict: Verdict | None


class MapLink(Part):
    """A link of the map between two sites."""

    id: str
    a: str
    b: str
    verdict: Verdict
    label: str


class Report(Part):
    """Everything that a report shows, in the order in which it does.

    `basis` says what a report is about that is not about everything.
    """

    schema_: Literal["netmod.report/1"] = Field(default="netmod.report/1", alias="schema")
    language: Language = "en"
    title: str
    basis: str = ""
    classification: str
    generated_at: datetime
    generated: str
    captured_at: datetime | None
    captured: str
    tool_version: str
    exit_code: Literal[0, 1, 3]
    status: Literal["fine", "findings", "incomplete"]
    status_text: str
    headline: str
    headline_share: Share
    total: CoverageRow
    by_layer: tuple[CoverageRow, ...]
    by_trust: tuple[CoverageRow, ...]
    outside: CoverageRow
    hosts: int
    missing_hosts: tuple[MissingItem, ...]
    missing_text: str
    limits: tuple[str, ...]
    warnings: tuple[str, ...]
    order: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...] = ()
    requirements: tuple[RequirementItem, ...]
    findings: tuple[FindingItem, ...] = ()
    links: tuple[LinkItem, ...]
    single_ends: tuple[LinkItem, ...]
    inactive: tuple[InactiveItem, ...]
    map_sites: tuple[MapSite, ...]
    map_links: tuple[MapLink, ...]
