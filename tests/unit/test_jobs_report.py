"""One report of a snapshot, in every format and language."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import get_args

import pytest

from netmod.cli._options import ReportFormat as Offered
from netmod.cli._options import ReportKind as OfferedKind
from netmod.errors import InputError, OutputError
from netmod.jobs.report import (
    FORMATS,
    KINDS,
    READ_BY_PROGRAMS,
    ReportFormat,
    Wanted,
    form_of,
    write_report,
)

NORWEGIAN = "Utskriftene sier ingenting om noen forbindelse"


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "snapshot"
    (folder / "sw1").mkdir(parents=True)
    (folder / "sw1" / "show_version.txt").write_text("x\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def test_the_command_offers_every_format_and_kind() -> None:
    assert get_args(Offered) == FORMATS
    assert get_args(OfferedKind) == KINDS


def test_the_form_is_told_by_the_name_of_the_file() -> None:
    assert form_of(Path("a.b/Report.PDF")) == "pdf"
    with pytest.raises(InputError, match="which form"):
        form_of(Path("report.docx"))


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("tertial"),
        Wanted("trust", trust="ous"),
        Wanted("sat", site="x"),
        Wanted(anonymous=True),
    ],
)
def test_what_needs_a_project_says_so(snapshot: Path, tmp_path: Path, wanted: Wanted) -> None:
    with pytest.raises(InputError) as error:
        write_report(None, snapshot, "html", tmp_path / "r.html", wanted)
    assert "project" in error.value.message
    assert "--project" in error.value.hint
    assert not (tmp_path / "r.html").exists()


@pytest.mark.parametrize("format_", ["csv", "junit", "sarif", "oscal"])
def test_a_document_has_no_form_of_links(
    snapshot: Path, tmp_path: Path, format_: ReportFormat
) -> None:
    with pytest.raises(InputError, match="is not made as"):
        write_report(None, snapshot, format_, tmp_path / "r", Wanted("tertial"))


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_is_written(snapshot: Path, tmp_path: Path, format_: ReportFormat) -> None:
    target = tmp_path / "out" / f"report.{format_}"
    made = write_report(None, snapshot, format_, target, Wanted(language="nb"))
    assert target.stat().st_size > 0
    assert made.exit_code == 3
    assert made.language == ("en" if format_ in READ_BY_PROGRAMS else "nb")
    assert (made.headline == NORWEGIAN) == (format_ not in READ_BY_PROGRAMS)


def test_json_stays_english(snapshot: Path, tmp_path: Path) -> None:
    write_report(None, snapshot, "json", tmp_path / "r.json", Wanted(language="nb"))
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["language"] == "en"


@pytest.mark.parametrize(("format_", "package"), [("pdf", "typst"), ("xlsx", "xlsxwriter")])
def test_a_missing_extra_is_told_with_how_to_get_it(
    snapshot: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    format_: ReportFormat,
    package: str,
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(OutputError) as error:
        write_report(None, snapshot, format_, tmp_path / "report")
    assert package in error.value.message
    assert "netmod[reports]" in error.value.hint
