"""From what stood and what was seen to what changed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from netmod.compliance import Assessment
from netmod.drift import DriftReport, HostDrift
from netmod.history.model import FIXED, WITHDRAWN, Key, Observed, Standing, Transition

DRIFTS = ("open", "accepted")


@dataclass(frozen=True, slots=True)
class Changes:
    """`entered` stand in a new state, `same` were seen as they were, `ended` stand no more."""

    transitions: tuple[Transition, ...]
    entered: tuple[Standing, ...]
    same: tuple[Key, ...]
    ended: tuple[Key, ...]


def changes(
    standing: Mapping[Key, Standing],
    observed: Iterable[Observed],
    ends: Mapping[Key, str],
    *,
    run: str,
    at: datetime,
) -> Changes:
    """What a run changes. `ends` gives the last word of what stood and is there no more.

    What stood and is neither observed nor ended stays as it is: nobody looked.
    """
    entered, same, transitions = [], [], []
    for one in {one.key: one for one in observed}.values():
        before = standing.get(one.key)
        if before and _same(before, one):
            same.append(one.key)
            continue
        transitions.append(_transition(one, before.state if before else "", run, at))
        entered.append(
            Standing(
                kind=one.kind,
                subject=one.subject,
                item=one.item,
                state=one.state,
                reason=one.reason,
                details=dict(one.details),
                opened_at=before.opened_at if before else at,
                since=at,
                since_run=run,
                last_seen=at,
                last_run=run,
            )
        )
    for key, word in ends.items():
        gone = standing[key]
        final = Observed(gone.kind, gone.subject, gone.item, word, "", gone.details)
        transitions.append(_transition(final, gone.state, run, at))
    return Changes(tuple(transitions), tuple(entered), tuple(same), tuple(ends))


def _same(before: Standing, one: Observed) -> bool:
    """Whether nothing changed: a link that comes into scope or leaves it has changed too."""
    scope = before.details.get("in_scope", True) == one.details.get("in_scope", True)
    return scope and (before.state, before.reason) == (one.state, one.reason)


def _transition(one: Observed, before: str, run: str, at: datetime) -> Transition:
    return Transition(
        run=run,
        at=at,
        kind=one.kind,
        subject=one.subject,
        item=one.item,
        before=before,
        after=one.state,
        reason=one.reason,
        details=dict(one.details),
    )


def of_drift(report: DriftReport) -> Iterator[Observed]:
    """Each device's status, and each of its drifts."""
    for host in report.hosts:
        told = {"site": host.site, "role": host.role, "platform": host.platform}
        if host.explanation:
            told["explanation"] = host.explanation
        yield Observed("device", host.host, "", host.status, host.reason, told)
        for item in host.items:
            details = item.model_dump(mode="json", exclude={"id"}, exclude_defaults=True)
            for name in ("changed_by", "changed_at"):
                if value := getattr(host, name):
                    details[name] = value
            state = "accepted" if item.accepted_by else "open"
            yield Observed("drift", host.host, item.id, state, item.accepted_by or "", details)


def of_assessment(assessment: Assessment) -> Iterator[Observed]:
    """The verdict of each link, and the outcome of each requirement."""
    for link in assessment.links:
        verdict = link.verdict
        details = {
            "layer": link.layer,
            "in_scope": link.in_scope,
            "trusts": list(link.trusts),
            "parameters": verdict.parameters,
            "why": verdict.why,
        }
        yield Observed("link", link.id, "", verdict.verdict, verdict.reason, details)
    for inactive in assessment.inactive:
        yield Observed("link", inactive.id, "", inactive.status, "", {"layer": inactive.layer})
    for result in assessment.requirements:
        counts = {"passed": result.passed, "failed": result.failed, "unknown": result.unknown}
        yield Observed("requirement", result.requirement, "", result.outcome, "", counts)


def ends_of_drift(
    standing: Iterable[Standing], report: DriftReport, devices: Collection[str] | None
) -> Iterator[tuple[Key, str]]:
    """Drifts that are fixed, and devices that are no longer among `devices`, with their drifts.

    A drift is fixed only where its device was looked at and does not show it. An unreachable
    device's drifts stay; of a device that gave only a part, so do those outside its config.
    """
    seen = {host.host: host for host in report.hosts}
    found = {(host.host, item.id) for host in report.hosts for item in host.items}
    for one in standing:
        if one.kind not in ("device", "drift") or (one.subject, one.item) in found:
            continue
        host = seen.get(one.subject)
        if host is None:
            if devices is not None and one.subject not in devices:
                yield _key(one), WITHDRAWN
        elif one.kind == "drift" and _looked_at(host, str(one.details.get("kind", ""))):
            yield _key(one), FIXED


def _looked_at(host: HostDrift, kind: str) -> bool:
    return host.status != "unknown" and kind in host.compared


def ends_of_assessment(
    standing: Iterable[Standing], assessment: Assessment
) -> Iterator[tuple[Key, str]]:
    """Links and requirements that nothing declares any more."""
    known = {one.key for one in of_assessment(assessment)}
    for one in standing:
        if one.kind in ("link", "requirement") and _key(one) not in known:
            yield _key(one), WITHDRAWN


def figures(drift: DriftReport | None, assessment: Assessment | None) -> dict[str, int]:
    """Counts of a run by name; unknown is never left out."""
    counts: Counter[str] = Counter()
    if drift is not None:
        counts.update({f"devices.{status}": 0 for status in ("clean", "drift", "unknown")})
        counts.update(f"devices.{host.status}" for host in drift.hosts)
        counts.update({f"drift.{state}": 0 for state in DRIFTS})
        counts.update(one.kind + "." + one.state for one in of_drift(drift) if one.kind == "drift")
    if assessment is not None:
        counts["links.unknown"] = 0
        counts.update(f"links.{link.word}" for link in assessment.links if link.in_scope)
        for outcome in ("pass", "fail", "unknown"):
            counts[f"requirements.{outcome}"] = 0
        counts.update(f"requirements.{one.outcome}" for one in assessment.requirements)
    return dict(counts)


def _key(one: Standing) -> Key:
    return one.kind, one.subject, one.item
