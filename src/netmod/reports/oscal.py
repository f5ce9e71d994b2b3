"""The findings as NIST OSCAL assessment results, 1.1.

Each requirement is a finding, each result of a check an observation. `satisfied` is what passed
and nothing else: not what is unknown, could not be judged, or has nothing in its scope. UUIDs are
of version 5 and made of ids, times and nothing else: the same assessment gives the same document.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from netmod.reports._files import write_text
from netmod.reports.model import FindingItem, LinkItem, Report, RequirementItem

OSCAL_VERSION = "1.1.3"
_SPACE = UUID("5f0c7c1e-0a5e-5b0e-9a55-6b7c1df0a7c4")
_NS = "urn:netmod:oscal"
_REASONS = {"pass": "pass", "fail": "fail"}


def write(report: Report, target: Path) -> None:
    """Write the document to `target`. Raises `OutputError`."""
    write_text(target, json.dumps(document(report), indent=2, ensure_ascii=False) + "\n")


def document(report: Report) -> dict[str, Any]:
    """The document, in English. It has no empty list, which the schema forbids."""
    at = report.generated_at.isoformat(timespec="seconds")
    plan = _uuid("plan")
    results: dict[str, Any] = {
        "uuid": _uuid("result", at),
        "title": report.title,
        "description": f"{report.headline}. {report.status_text}",
        "start": (report.captured_at or report.generated_at).isoformat(timespec="seconds"),
        "end": at,
        "reviewed-controls": {"control-selections": [_selection(report.requirements)]},
        **_subjects(report),
        **_some("observations", _observations(report)),
        **_some("findings", _findings(report)),
        "remarks": "\n\n".join((report.classification, report.missing_text, *report.limits)),
    }
    return {
        "assessment-results": {
            "uuid": _uuid("document", at),
            "metadata": {
                "title": report.title,
                "last-modified": at,
                "version": at,
                "oscal-version": OSCAL_VERSION,
                "props": [_prop("tool-version", f"netmod {report.tool_version}")],
            },
            "import-ap": {"href": f"#{plan}"},
            "results": [results],
            "back-matter": {
                "resources": [
                    {
                        "uuid": plan,
                        "title": "Catalogue of requirements",
                        "description": "What is asked, of which links and devices, and by which "
                        "checks it is judged: the folder compliance/ of the project.",
                    }
                ]
            },
        }
    }


def _selection(requirements: Iterable[RequirementItem]) -> dict[str, Any]:
    controls = [{"control-id": _token(one.id)} for one in requirements]
    return {"include-controls": controls} if controls else {"include-all": {}}


def _subjects(report: Report) -> dict[str, Any]:
    """Links as components, devices as inventory items: what observations are about."""
    links = {one.id: one for one in report.links}
    components, devices = [], {}
    for subject in dict.fromkeys(one.subject for one in report.findings):
        if subject in links:
            components.append(_component(links[subject]))
        else:
            device = _device_of(subject)
            devices[device] = {"uuid": _uuid("device", device), "description": device}
    definitions = {**_some("components", components), **_some("inventory-items", devices.values())}
    return {"local-definitions": definitions} if definitions else {}


def _component(link: LinkItem) -> dict[str, Any]:
    return {
        "uuid": _uuid("link", link.id),
        "type": "network",
        "title": link.id,
        "description": " – ".join(end.label for end in link.ends),
        "status": {"state": "operational"},
        "props": [_prop("verdict", link.verdict)],
    }


def _observations(report: Report) -> Iterator[dict[str, Any]]:
    links = {one.id: one for one in report.links}
    collected = (report.captured_at or report.generated_at).isoformat(timespec="seconds")
    for one in report.findings:
        link = links.get(one.subject)
        subject = _uuid("link", one.subject) if link else _uuid("device", _device_of(one.subject))
        props = [_prop("outcome", one.outcome), _prop("check", one.check)]
        if one.waiver is not None:
            held = "holds" if one.waiver.holds else "does not hold"
            props.append(_prop("waiver", f"{one.waiver.id}: {held}, expires {one.waiver.expires}"))
        yield {
            "uuid": _observation(one),
            "title": f"{one.requirement}: {one.subject}",
            "description": one.why,
            "props": props,
            "methods": ["TEST"],
            "subjects": [
                {"subject-uuid": subject, "type": "component" if link else "inventory-item"}
            ],
            **_some("relevant-evidence", _evidence(link)),
            "collected": collected,
        }


def _evidence(link: LinkItem | None) -> Iterator[dict[str, Any]]:
    for end in link.ends if link is not None else ():
        for source in end.evidence:
            lines = ", ".join(str(line.number) for line in source.lines)
            what = f"{source.command} on {end.host}" + (f", lines {lines}" if lines else "")
            yield {"description": f"{what}: {source.file}" if source.file else what}


def _findings(report: Report) -> Iterator[dict[str, Any]]:
    """Every requirement, those too that nothing was found about."""
    found: dict[str, list[FindingItem]] = defaultdict(list)
    for one in report.findings:
        found[one.requirement].append(one)
    for requirement in report.requirements:
        own = found[requirement.id]
        satisfied = requirement.outcome == "pass"
        yield {
            "uuid": _uuid("finding", requirement.id),
            "title": requirement.title,
            "description": f"{requirement.outcome_label}: {requirement.passed} passed, "
            f"{requirement.failed} failed, {requirement.unknown} not known",
            "target": {
                "type": "objective-id",
                "target-id": _token(requirement.id),
                "status": {
                    "state": "satisfied" if satisfied else "not-satisfied",
                    "reason": _REASONS.get(requirement.outcome, "other"),
                    "remarks": requirement.outcome,
                },
            },
            **_some("related-observations", ({"observation-uuid": _observation(o)} for o in own)),
        }


def _observation(one: FindingItem) -> str:
    return _uuid("observation", str(one.id))


def _device_of(subject: str) -> str:
    return subject.partition("/")[0]


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": _NS, "value": value}


def _some(name: str, values: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A list under its name; nothing where it would be empty."""
    listed = list(values)
    return {name: listed} if listed else {}


def _token(name: str) -> str:
    """A requirement's id as OSCAL's token, which begins with a letter."""
    return f"netmod-{name}"


def _uuid(*names: str) -> str:
    return str(uuid5(_SPACE, "/".join(names)))
