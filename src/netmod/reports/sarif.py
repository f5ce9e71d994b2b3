"""The findings as SARIF 2.1.0: a rule for each requirement, a result for each finding.

A fingerprint is the finding's id, which is the same in every run. What is unknown, or could not be
judged, is `open`. A waiver is a property: a suppression would hide the result.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any
from urllib.parse import quote

from netmod.reports._files import write_text
from netmod.reports.model import FindingItem, LinkItem, Report

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
FINGERPRINT = "netmodFinding/v1"
_KINDS = {"pass": "pass", "fail": "fail", "not-applicable": "notApplicable"}


def write(report: Report, target: Path) -> None:
    """Write the document to `target`. Raises `OutputError`."""
    write_text(target, json.dumps(document(report), indent=2, ensure_ascii=False) + "\n")


def document(report: Report) -> dict[str, Any]:
    """The document, in English."""
    titles = {one.id: (one.title, one.text) for one in report.requirements}
    rules = list(dict.fromkeys(one.requirement for one in report.findings))
    links = {one.id: one for one in report.links}
    at = report.generated_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    run = {
        "tool": {
            "driver": {
                "name": "netmod",
                "version": report.tool_version,
                "rules": [_rule(name, *titles.get(name, (name, name))) for name in rules],
            }
        },
        "invocations": [{"executionSuccessful": True, "endTimeUtc": at}],
        "originalUriBaseIds": {"SNAPSHOT": {"description": {"text": "The folder of captures"}}},
        "results": [
            _result(one, rules.index(one.requirement), links.get(one.subject))
            for one in report.findings
        ],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(name: str, title: str, text: str) -> dict[str, Any]:
    return {"id": name, "shortDescription": {"text": title}, "fullDescription": {"text": text}}


def _result(one: FindingItem, index: int, link: LinkItem | None) -> dict[str, Any]:
    logical = {
        "name": one.subject,
        "fullyQualifiedName": one.subject,
        "kind": "link" if link is not None else "device",
    }
    properties: dict[str, Any] = {"outcome": one.outcome, "check": one.check, "reason": one.reason}
    if one.parameters:
        properties["parameters"] = one.parameters
    if one.waiver is not None:
        properties["waiver"] = one.waiver.model_dump(mode="json")
    places = [{"physicalLocation": place} for place in _places(link)]
    return {
        "ruleId": one.requirement,
        "ruleIndex": index,
        "kind": _KINDS.get(one.outcome, "open"),
        "level": "error" if one.outcome == "fail" else "none",
        "message": {"text": f"{one.subject}: {one.why}"},
        "locations": [{"logicalLocations": [logical], **place} for place in places or [{}]],
        "fingerprints": {FINGERPRINT: str(one.id)},
        "properties": properties,
    }


def _places(link: LinkItem | None) -> Iterator[dict[str, Any]]:
    """The captured lines that a link's verdict rests on, the first of each file."""
    for end in link.ends if link is not None else ():
        for source in end.evidence:
            if source.file and source.lines:
                artifact = {"uri": quote(source.file), "uriBaseId": "SNAPSHOT"}
                yield {
                    "artifactLocation": artifact,
                    "region": {"startLine": source.lines[0].number},
                }
