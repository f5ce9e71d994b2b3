"""Tertial, requirements, trust, as-built and acceptance test: figures, languages, and no names."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pypdfium2
import pytest

from netmod.compliance import TrustScope
from netmod.errors import OutputError
from netmod.history import History
from netmod.inventory import load_inventory
from netmod.jobs import report as job
from netmod.jobs.check import Judged, check
from netmod.jobs.past import begin_of_tertial, past_of
from netmod.jobs.report import (
    DOCUMENT_FORMATS,
    FORMATS,
    ReportFormat,
    ReportKind,
    Wanted,
    write_report,
)
from netmod.reports import Document, Report, html, pdf, xlsx
from netmod.reports.parts import Grid, Section
from tests.unit import history_region
from tests.unit.evidence_project import write_project, write_snapshot
from tests.unit.test_reports_pdf import headings
from tests.unit.test_reports_texts import ENGLISH_WORDS, NORWEGIAN_WORDS
from tests.unit.test_reports_writers import Reader

KINDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("coverage", {}),
    ("requirements", {}),
    ("tertial", {}),
    ("trust", {"trust": "nord"}),
    ("as-built", {"site": "bjorkly"}),
    ("sat", {"site": "bjorkly"}),
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_snapshot(tmp_path_factory.mktemp("snapshot"), without=("fje-we1",))


@pytest.fixture(scope="module")
def judged(project: Path, snapshot: Path) -> Judged:
    """With a history: an older night that knew another link, and saw everything clear."""
    found = check(project, snapshot)
    assert found.project is not None
    run = history_region.run(1)
    with History.open(found.project.history) as history:
        history.begin(run)
        history.record(
            run.id, at=history_region.night(1), assessment=history_region.assessment("unsecured")
        )
        history.finish(run.id, "complete", at=history_region.night(1))
    return found


def built(judged: Judged, kind: str, language: str = "en", **values: Any) -> Report | Document:
    wanted = Wanted(kind, language, **values)  # type: ignore[arg-type]  # tables give str
    return job._built(judged, wanted)


def tables(shown: Report | Document) -> Iterator[Grid]:
    for section in shown.sections:
        yield from section.grids


def squeezed(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


@pytest.mark.parametrize(("kind", "values"), KINDS)
@pytest.mark.parametrize("language", ["en", "nb"])
def test_every_table_stands_in_every_form(
    judged: Judged, kind: str, values: dict[str, Any], language: str
) -> None:
    shown = built(judged, kind, language, **values)
    grids = list(tables(shown))
    assert grids
    cells = [cell.text for grid in grids for row in grid.rows for cell in row]
    page = squeezed(Reader(html.render(shown)).text)
    assert [text for text in cells if squeezed(text) not in page] == []
    content = pdf.render(shown)
    with pikepdf.open(io.BytesIO(content)) as tagged:
        assert str(tagged.Root.Lang) == language
        assert tagged.Root.MarkInfo.Marked
        roles = headings(tagged.Root.StructTreeRoot.K)
    headers = sum(len(grid.columns) for grid in grids)
    if isinstance(shown, Document):
        assert roles.count("/TD") + roles.count("/TH") == len(cells) + headers
    paper = pypdfium2.PdfDocument(content)
    try:
        words = squeezed("".join(one.get_textpage().get_text_bounded() for one in paper))
    finally:
        paper.close()
    short = [text for text in cells if len(text) < 12 and "-" not in text]
    assert [text for text in short if squeezed(text) not in words] == []


@pytest.mark.parametrize(("kind", "values"), KINDS)
def test_a_workbook_has_a_sheet_for_each_table(
    judged: Judged, tmp_path: Path, kind: str, values: dict[str, Any]
) -> None:
    shown = built(judged, kind, "nb", **values)
    xlsx.write(shown, tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    cells = [
        {
            tuple("" if value is None else str(value) for value in row)
            for row in sheet.iter_rows(values_only=True)
        }
        for sheet in book.worksheets
    ]
    for grid in tables(shown):
        rows = {tuple(cell.text for cell in row) for row in grid.rows}
        assert any(rows <= sheet for sheet in cells), grid.caption


def own_words(text: str) -> str:
    """Without what is a name, or written by the owner of the installation."""
    return re.sub(
        r"(?i)netmod|\b[a-z]{2,3}(-[a-z0-9]+)+\b|IOS-XE|GCM-AES-\w+|Utstyrsbytte|Drift sør|"
        r"Sikkerhetsleder|Bjørkly sykehus|Fjellheim klinikk|Havnes sjukehus|Datahallen|Felles drift|"
        r"(Nordlige|Sørlige) sykehus HF|A source|telnet-off|connection refused|wan-edge|old-south",
        " ",
        text,
    )


@pytest.mark.parametrize(("kind", "values"), KINDS)
@pytest.mark.parametrize(("language", "foreign"), [("nb", ENGLISH_WORDS), ("en", NORWEGIAN_WORDS)])
def test_no_word_of_the_other_language(
    judged: Judged, kind: str, values: dict[str, Any], language: str, foreign: re.Pattern[str]
) -> None:
    shown = built(
        judged, kind, language, since=date(2026, 11, 15) if kind != "sat" else None, **values
    )
    assert foreign.findall(own_words(Reader(html.render(shown)).text)) == []


def test_the_tertial_report_tells_what_is_to_be_told(judged: Judged) -> None:
    shown = built(judged, "tertial", since=date(2026, 11, 15))
    assert isinstance(shown, Document)
    found = {section.title: section for section in shown.sections}
    milestones = found["Milestones"].grids[0].rows
    assert [[cell.text for cell in row[:2]] for row in milestones] == [
        ["First stretch", "red"], ["All links", "yellow"],
    ]  # fmt: skip
    assert milestones[0][4].text == "1 times: Delivery was late."
    chart = found["Progress"].chart
    assert chart is not None
    assert [(one.encrypted, one.total) for one in chart.points] == [(0, 1), (0, 3)]
    assert [mark.label for mark in chart.marks] == ["First stretch", "All links"]
    changes = found["Changes since 15 November 2026"]
    assert [[row[0].text for row in grid.rows] for grid in changes.grids] == [
        ["sn-bjo-hal", "sn-fje-bjo", "sn-hav-hal"], ["l-ns"],
    ]  # fmt: skip
    measures = {row[0].text: row[3].text for row in found["Deviations and measures"].grids[0].rows}
    assert measures["Encrypted backbone"] == "Utstyrsbytte. (SAK-77, until 1 February 2027)"
    assert "Devices without captures: 1 of 4" in shown.notice
    assert shown.exit_code == 3
    assert shown.figures[0][1] == "0.0 %"


def test_nothing_recorded_is_said(judged: Judged) -> None:
    assert judged.project is not None
    early = past_of(judged.project, judged.assessment, date(2020, 1, 1))
    assert early.changes is None
    shown = built(judged, "tertial", since=date(2020, 1, 1))
    text = Reader(html.render(shown)).text
    assert "Nothing is recorded from before 1 January 2020" in " ".join(text.split())


@pytest.mark.parametrize(
    ("day", "first"),
    [((2026, 1, 1), (2026, 1, 1)), ((2026, 4, 30), (2026, 1, 1)), ((2026, 5, 1), (2026, 5, 1)),
     ((2026, 8, 31), (2026, 5, 1)), ((2026, 12, 31), (2026, 9, 1))],
)  # fmt: skip
def test_tertials(day: tuple[int, int, int], first: tuple[int, int, int]) -> None:
    assert begin_of_tertial(date(*day)) == date(*first)


def test_a_trust_is_told_of_its_own_alone(judged: Judged) -> None:
    shown = built(judged, "trust", trust="nord")
    assert isinstance(shown, Report)
    assert {one.id for one in shown.links} == {"sn-bjo-hal", "sn-fje-bjo"}
    assert (shown.total.links.encrypted, shown.total.links.total) == (0, 2)
    assert [one.name for one in shown.missing_hosts] == ["fje-we1"]
    for text in (shown.model_dump_json(), html.render(shown)):
        for other in ("hav-we1", "Havnes", "SAK-77", "sn-hav-hal", "Sørlige"):
            assert other not in text
    other = built(judged, "trust", trust="sor")
    assert "SAK-77" in html.render(other)


def test_a_trust_is_told_of_links_that_nothing_declares_any_more(judged: Judged) -> None:
    """The night knew `l-ns` between sites of a trust that this region does not have."""
    assert judged.inventory is not None
    assert judged.project is not None
    for trust, told in (("nord", ()), ("ous", ("l-ns",))):
        scope = TrustScope(judged.inventory, judged.assessment, trust)
        past = past_of(
            judged.project, judged.assessment, date(2026, 11, 15), scope, judged.inventory.links
        )
        assert past.changes is not None
        assert tuple(one.link for one in past.changes.left) == told
        assert past.points == ()


def test_an_acceptance_test_judges_what_was_captured_and_leaves_the_rest(judged: Judged) -> None:
    shown = built(judged, "sat", site="bjorkly")
    assert isinstance(shown, Document)
    points = {
        row[1].text: row[4].text
        for section in shown.sections for grid in section.grids
        for row in grid.rows if len(row) == 5
    }  # fmt: skip
    assert points["bjo-we1: Device"] == "met"
    assert points["bjo-we1: Platform"] == "met"
    assert points["sn-bjo-hal"] == "not met"
    assert points["sn-fje-bjo"] == "not met"
    assert points["sn-bjo-hal: bjo-we1 HundredGigE1/0/1"] == "not known"
    assert points["bjo-we1: telnet-off"] == "met"
    manual = next(one for one in shown.sections if one.title == "5 By hand").grids[0]
    assert {row[2].text for row in manual.rows} == {""}
    assert shown.exit_code == 3
    unseen = built(judged, "sat", site="fjellheim")
    assert "not known" in {row[4].text for row in unseen.sections[1].grids[0].rows}


def test_an_as_built_document_says_what_was_not_seen(judged: Judged) -> None:
    shown = built(judged, "as-built", site="fjellheim")
    assert isinstance(shown, Document)
    (row,) = next(one for one in shown.sections if one.title == "Devices").grids[0].rows
    assert [cell.text for cell in row] == ["fje-we1", "wan-edge", "cisco_iosxe", *["not seen"] * 3]
    assert shown.exit_code == 3


ANONYMOUS = [("coverage", {}), ("requirements", {}), ("tertial", {}), ("trust", {"trust": "nord"})]


@pytest.mark.parametrize(("kind", "values"), ANONYMOUS)
@pytest.mark.parametrize("language", ["en", "nb"])
def test_the_anonymous_variant_names_nothing_of_the_inventory(
    judged: Judged, project: Path, tmp_path: Path, kind: ReportKind, values: dict[str, Any],
    language: str,
) -> None:  # fmt: skip
    inventory = load_inventory(project / "inventory")
    names = [name for site in inventory.sites.values() for name in (site.id, site.name)]
    names += [*inventory.devices, *inventory.links]
    names += [device.address for device in inventory.devices.values()]
    for site in inventory.sites.values():
        names += [f"{site.latitude:.4f}", f"{site.longitude:.4f}"]
    named = built(judged, kind, language, **values)
    assert any(name.casefold() in html.render(named).casefold() for name in names)
    shown = job._without_names(named, judged)
    forms = FORMATS if isinstance(shown, Report) else DOCUMENT_FORMATS
    for form in forms:
        target = tmp_path / f"r.{form}"
        job.write(shown, form, target)
        for text in read(target, form):
            found = [name for name in names if name.casefold() in text.casefold()]
            assert found == [], (form, found)


def read(path: Path, form: str) -> Iterator[str]:
    """All text of a file, that of an archive's files too."""
    if form == "pdf":
        paper = pypdfium2.PdfDocument(path)
        yield from (one.get_textpage().get_text_bounded() for one in paper)
        paper.close()
    elif form == "xlsx":
        for sheet in openpyxl.load_workbook(path).worksheets:
            yield sheet.title
            yield from (str(value) for row in sheet.iter_rows(values_only=True) for value in row)
    else:
        yield path.read_text(encoding="utf-8")


def test_a_pseudonym_is_one_for_each_site_and_the_same_every_time(judged: Judged) -> None:
    first, again = (job._without_names(built(judged, "coverage"), judged) for _ in range(2))
    assert first == again
    assert isinstance(first, Report)
    told = built(judged, "coverage")
    assert isinstance(told, Report)
    pairs = {
        (name, pseudonym)
        for one, other in zip(told.links, first.links, strict=True)
        for name, pseudonym in zip(one.sites, other.sites, strict=True)
    }
    assert len(pairs) == len({name for name, _ in pairs}) == len({other for _, other in pairs}) == 4
    assert first.map_sites == ()
    assert first.total == told.total
    assert [one.verdict for one in first.links] == [one.verdict for one in told.links]
    assert {one.id for one in first.findings} & {one.id for one in told.findings} == set()
    assert judged.project is not None
    key = judged.project.state / "pseudonyms.key"
    assert key.stat().st_mode & 0o077 == 0


def test_addresses_in_free_text_go_too(judged: Judged) -> None:
    shown = built(judged, "requirements")
    assert isinstance(shown, Document)
    words = "192.0.2.17 2001:db8::17 0011.2233.4455 00:11:22:33:44:55 at 04:05:06, version 17.12.4"
    marked = shown.model_copy(update={"sections": (Section(title="x", paragraphs=(words,)),)})
    (text,) = job._without_names(marked, judged).sections[0].paragraphs
    for address in words.split()[:4]:
        assert address not in text
    assert "17.12.4" in text


def test_the_command_line_of_a_kind(project: Path, snapshot: Path, tmp_path: Path) -> None:
    made = write_report(project, snapshot, "json", tmp_path / "t.json", Wanted("tertial", "nb"))
    assert isinstance(made, Document)
    stored = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    assert (stored["schema"], stored["language"], stored["kind"]) == (
        "netmod.document/1",
        "en",
        "tertial",
    )


@pytest.mark.parametrize(("form", "package"), [("pdf", "typst"), ("xlsx", "xlsxwriter")])
@pytest.mark.parametrize(("kind", "values"), KINDS)
def test_a_missing_extra_is_told_for_every_kind(
    judged: Judged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str,
    values: dict[str, Any], form: ReportFormat, package: str,
) -> None:  # fmt: skip
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(OutputError) as error:
        job.write(built(judged, kind, **values), form, tmp_path / "r")
    assert package in error.value.message
    assert "netmod[reports]" in error.value.hint
    assert not list(tmp_path.iterdir())
