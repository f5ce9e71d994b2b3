"""One report of a snapshot, in every format and language."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import get_args

import pytest

from netmod.cli._options import ReportFormat as Offered
from netmod.errors import OutputError
from netmod.jobs.report import FORMATS, READ_BY_PROGRAMS, ReportFormat, write_report

NORWEGIAN = "Utskriftene sier ingenting om noen forbindelse"


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "snapshot"
    (folder / "sw1").mkdir(parents=True)
    (folder / "sw1" / "show_version.txt").write_text("x\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def test_the_command_offers_every_format() -> None:
    assert get_args(Offered) == FORMATS


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_is_written(snapshot: Path, tmp_path: Path, format_: ReportFormat) -> None:
    target = tmp_path / "out" / f"report.{format_}"
    made = write_report(None, snapshot, format_, target, "nb")
    assert target.stat().st_size > 0
    assert made.exit_code == 3
    assert made.language == ("en" if format_ in READ_BY_PROGRAMS else "nb")
    assert (made.headline == NORWEGIAN) == (format_ not in READ_BY_PROGRAMS)


def test_json_stays_english(snapshot: Path, tmp_path: Path) -> None:
    write_report(None, snapshot, "json", tmp_path / "r.json", "nb")
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
