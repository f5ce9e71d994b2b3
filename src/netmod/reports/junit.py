"""The findings as JUnit XML: a suite for each requirement, a test case for each subject.

What is unknown, or could not be judged, is an error: a pipeline must not go on as if it were fine.
A waiver is written beside a failure, which it stays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

from netmod.reports._files import write_text
from netmod.reports.model import FindingItem, Report

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGS = {"fail": "failure", "unknown": "error", "error": "error", "not-applicable": "skipped"}


def write(report: Report, target: Path) -> None:
    """Write the document to `target`. Raises `OutputError`."""
    write_text(target, text(report))


def text(report: Report) -> str:
    """The document, in English."""
    root = ET.Element("testsuites", name="netmod")
    suites: dict[str, list[FindingItem]] = defaultdict(list)
    for one in report.findings:
        suites[one.requirement].append(one)
    for requirement, findings in suites.items():
        suite = ET.SubElement(root, "testsuite", name=requirement)
        suite.set("timestamp", report.generated_at.isoformat(timespec="seconds"))
        _count(suite, findings)
        for one in findings:
            _case(suite, one)
    _count(root, report.findings)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _count(element: ET.Element, findings: Iterable[FindingItem]) -> None:
    tags = [_TAGS.get(one.outcome, "") for one in findings]
    element.set("tests", str(len(tags)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(tags.count(tag)))


def _case(suite: ET.Element, one: FindingItem) -> None:
    case = ET.SubElement(suite, "testcase", name=_clean(one.subject))
    case.set("classname", f"{one.requirement}.{one.check}")
    if one.waiver is not None:
        properties = ET.SubElement(case, "properties")
        held = "holds" if one.waiver.holds else "does not hold"
        value = f"{one.waiver.id}: {held}, expires {one.waiver.expires}"
        ET.SubElement(properties, "property", name="waiver", value=value)
    tag = _TAGS.get(one.outcome)
    if tag is not None:
        result = ET.SubElement(case, tag, message=_clean(one.why))
        if tag != "skipped":
            result.set("type", one.reason)


def _clean(value: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("\ufffd", value)
