"""How old a snapshot may be before a report says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netmod.jobs.check import age_warning, check

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(0), ""),
        (timedelta(hours=24), ""),
        (timedelta(hours=25), "1 days old"),
        (timedelta(days=800), "800 days old"),
        (timedelta(minutes=-9), ""),
        (timedelta(minutes=-11), "in the future"),
    ],
)
def test_age_of_a_snapshot(age: timedelta, said: str) -> None:
    warning = age_warning(NOW - age, NOW)
    assert said in (warning or "")
    assert (warning is None) == (said == "")


def test_a_snapshot_without_a_time_says_so_elsewhere() -> None:
    assert age_warning(None, NOW) is None


def test_the_report_says_that_a_snapshot_is_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sw1").mkdir()
    (tmp_path / "sw1" / "show_version.txt").write_text("x\n")
    (tmp_path / "snapshot.yaml").write_text("captured_at: 2020-01-01T00:00:00Z\n")
    monkeypatch.chdir(tmp_path)
    assert any("days old" in warning for warning in check(None, tmp_path).assessment.warnings)
