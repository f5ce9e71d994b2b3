"""Formats that programs read: valid by their own readers, and with the figures of the model."""

from __future__ import annotations

import csv as csv_module
import io
import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from junitparser import JUnitXml
from sarif_pydantic import Sarif

from netmod.compliance import OUTCOMES, Outcome
from netmod.reports import Report, csv, html, junit, oscal, sarif, xlsx
from netmod.reports.model import FindingItem, WaiverItem
from netmod.reports.texts import texts_of
from tests import validators
from tests.unit.test_reports_texts import everything
from tests.unit.test_reports_writers import PAGE, Reader, hostile

WAIVER = WaiverItem(id="w-1", expires=PAGE.generated_at.date(), holds=True)


def finding(number: int, outcome: Outcome, subject: str, **values: Any) -> FindingItem:
    defaults: dict[str, Any] = {
        "id": UUID(int=number), "check": "telnet-off", "requirement": "backbone",
        "subject": subject, "outcome": outcome, "outcome_label": outcome, "reason": "found",
        "parameters": {"line": "1"}, "why": "as it is \x00 & <so>", "waiver": None,
    }  # fmt: skip
    return FindingItem(**{**defaults, **values})


def with_every_outcome() -> Report:
    """A report with a finding of each outcome, of links and of devices."""
    found = [finding(n, outcome, f"sw{n}/vty 0") for n, outcome in enumerate(OUTCOMES)]
    found.append(finding(50, "fail", PAGE.links[0].id, waiver=WAIVER))
    return PAGE.model_copy(update={"findings": tuple(found)})


FULL = with_every_outcome()


def no_empty_list(value: object) -> bool:
    if isinstance(value, dict):
        return all(no_empty_list(one) for one in value.values())
    return bool(value) and all(map(no_empty_list, value)) if isinstance(value, list) else True


def test_junit_is_read_by_a_junit_reader() -> None:
    read = JUnitXml.fromstring(junit.text(FULL).encode())
    counts = Counter(one.outcome for one in FULL.findings)
    assert read.tests == len(FULL.findings)
    assert read.failures == counts["fail"]
    assert read.errors == counts["unknown"] + counts["error"]
    assert read.skipped == counts["not-applicable"]
    cases = {case.name: case for suite in read for case in suite}
    waived = cases[PAGE.links[0].id]
    assert [one.type for one in waived.result] == ["found"]
    assert "w-1: holds" in junit.text(FULL)


def test_sarif_is_read_by_a_sarif_reader() -> None:
    read = Sarif.model_validate(sarif.document(FULL))
    results = read.runs[0].results or []
    kinds = {"pass": "pass", "fail": "fail", "not-applicable": "notApplicable"}
    assert len(results) == len(FULL.findings)
    document = sarif.document(FULL)["runs"][0]
    for result, one in zip(document["results"], FULL.findings, strict=True):
        assert result["kind"] == kinds.get(one.outcome, "open")
        assert result["level"] == ("error" if one.outcome == "fail" else "none")
        assert result["fingerprints"] == {sarif.FINGERPRINT: str(one.id)}
        assert document["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == one.requirement
        assert "suppressions" not in result
    place = document["results"][-1]["locations"][0]["physicalLocation"]
    source = PAGE.links[0].ends[0].evidence[0]
    assert place["artifactLocation"]["uri"] == source.file
    assert place["region"]["startLine"] == source.lines[0].number


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The validator writes what it needs into the working directory."""
    monkeypatch.chdir(tmp_path)


@validators.needed
@pytest.mark.parametrize("shown", [FULL, PAGE, everything("en")], ids=["full", "page", "many"])
@pytest.mark.usefixtures("own_folder")
def test_oscal_is_valid_by_the_metaschema_of_nist(shown: Report) -> None:
    oscal_reader = validators.load("oscal")
    document = oscal.document(shown)
    assert no_empty_list(document)
    assert oscal_reader.OSCAL.loads(json.dumps(document)).validate() is True


@validators.needed
@pytest.mark.usefixtures("own_folder")
@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("findings", 0, "target", "status", "state"), "maybe"),
        (("findings", 0, "uuid"), "1"),
        (("start",), "2026-11-28 04:00"),
    ],
)
def test_the_reader_would_find_what_is_wrong(path: tuple[Any, ...], value: object) -> None:
    oscal_reader = validators.load("oscal")
    document = oscal.document(FULL)
    place = document["assessment-results"]["results"][0]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not oscal_reader.OSCAL.loads(json.dumps(document)).validate()


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_oscal_is_satisfied_by_a_pass_alone(outcome: Outcome) -> None:
    requirement = PAGE.requirements[0].model_copy(update={"outcome": outcome})
    shown = PAGE.model_copy(update={"requirements": (requirement,)})
    result = oscal.document(shown)["assessment-results"]["results"][0]
    state = result["findings"][0]["target"]["status"]["state"]
    assert state == ("satisfied" if outcome == "pass" else "not-satisfied")


def test_oscal_names_zones_and_is_the_same_each_time() -> None:
    document = oscal.document(FULL)
    assert document == oscal.document(FULL)
    result = document["assessment-results"]["results"][0]
    times = [result["start"], result["end"], *(one["collected"] for one in result["observations"])]
    assert all(datetime.fromisoformat(time).tzinfo is not None for time in times)
    ids = [result["uuid"], *(one["uuid"] for one in result["observations"])]
    assert len(set(ids)) == len(ids)
    assert {UUID(one).version for one in ids} == {5}
    named = {one["observation-uuid"] for one in result["findings"][0]["related-observations"]}
    assert named == set(ids[1:])


def rows(shown: Report) -> list[dict[str, str]]:
    return list(csv_module.DictReader(io.StringIO(csv.text(shown))))


def test_csv_has_a_row_for_each_link() -> None:
    found = rows(PAGE)
    assert [row["link"] for row in found] == [item.id for item in PAGE.links]
    assert csv.text(PAGE).count("\r\n") == len(PAGE.links) + 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_csv_holds_no_formula(start: str) -> None:
    assert rows(hostile(f"{start}cmd|' /C calc'!A0"))[0]["why"].startswith(f"'{start}")


def workbook(shown: Report, folder: Path) -> openpyxl.Workbook:
    xlsx.write(shown, folder / "r.xlsx")
    return openpyxl.load_workbook(folder / "r.xlsx")


def test_xlsx_holds_tables_and_no_formula(tmp_path: Path) -> None:
    book = workbook(hostile("=1+1"), tmp_path)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    head = texts_of("en").headings
    for name in ("coverage", "requirements", "links", "missing"):
        assert len(book[head[name]].tables) == 1
    assert len(book[head["links"]].conditional_formatting) > 0
    assert book.properties.title == PAGE.title


@pytest.mark.parametrize("language", ["en", "nb"])
def test_every_format_has_the_figures_of_the_model(language: str, tmp_path: Path) -> None:
    shown = everything(language)
    head = texts_of(shown.language).headings
    in_scope = [row for row in rows(shown) if row["in_scope"] == "yes"]
    total = shown.total
    verdicts = {verdict: number for verdict, number in total.verdicts.items() if number}
    assert Counter(row["verdict"] for row in in_scope) == verdicts
    assert len(in_scope) == total.links.total
    assert sum(int(row["capacity_bps"] or 0) for row in in_scope) == total.capacity.total

    cells = list(workbook(shown, tmp_path)[head["coverage"]].iter_rows(min_row=2, values_only=True))
    for read, row in zip(
        cells, (total, *shown.by_layer, *shown.by_trust, shown.outside), strict=True
    ):
        assert read[1:3] == (row.links.encrypted, row.links.total)
        assert read[4:6] == (row.locations.encrypted, row.locations.total)
        assert read[8] * 10**9 == row.capacity.total
        assert read[10:] == tuple(row.verdicts.values())
        shares = (row.links, row.locations, row.capacity)
        for value, share in zip((read[3], read[6], read[9]), shares, strict=True):
            assert value == (None if share.permille is None else share.permille / 1000)
    listed = list(workbook(shown, tmp_path)[head["links"]].iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in listed] == [item.id for item in shown.links]

    page = " ".join(Reader(html.render(shown)).text.split())
    for row in (total, *shown.by_layer, *shown.by_trust):
        for share in (row.links, row.locations, row.capacity):
            assert " ".join(f"{share.percent} {share.detail}".split()) in page
