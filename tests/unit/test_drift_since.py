"""What nights changed after a run, and which snapshot counts where nobody names one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer

from netmod.cli.drift import add_to
from netmod.errors import HistoryError, NightlyError
from netmod.history import History
from netmod.jobs.history import drift_since
from netmod.jobs.night import NightState, begin, last_snapshot
from tests.unit.history_region import host, item, night, report, run

START = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)
NIGHTS = ([], [item("a"), item("b")], [item("a")], [item("a"), item("c")])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "netmod.toml").write_text("", encoding="utf-8")
    with History.open(tmp_path / ".netmod/history.db") as history:
        for number, items in enumerate(NIGHTS, 1):
            history.begin(run(number, reason="nightly"))
            history.record(run(number).id, at=night(number), drift=report(host("n1", *items)))
            history.finish(run(number).id, "complete", at=night(number))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


@pytest.mark.parametrize(
    ("after", "changes", "still"),
    [
        (1, [("a", "open"), ("b", "open"), ("b", "fixed"), ("c", "open")], True),
        (2, [("b", "fixed"), ("c", "open")], True),
        (3, [("c", "open")], True),
        (4, [], False),
    ],
)
def test_what_changed_after_a_run(
    project: Path, after: int, changes: list[tuple[str, str]], still: bool
) -> None:
    found, open_still = drift_since(project, run(after).id)
    assert [(one.item, one.after) for one in found] == changes
    assert open_still == still


def test_what_was_fixed_again_is_not_still_open(project: Path) -> None:
    with History.open(project / ".netmod/history.db") as history:
        history.begin(run(5))
        history.record(run(5).id, at=night(5), drift=report(host("n1")))
    found, still = drift_since(project, run(3).id)
    assert [(one.item, one.after) for one in found] == [
        ("c", "open"), ("a", "fixed"), ("c", "fixed")
    ]  # fmt: skip
    assert not still


def test_a_run_that_nobody_knows(project: Path) -> None:
    with pytest.raises(HistoryError, match="no run 'x'"):
        drift_since(project, "x")


def test_the_command(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app = typer.Typer()

    @app.callback()
    def _project(context: typer.Context) -> None:
        context.obj = project

    add_to(app)
    assert app(["drift", "--since", run(3).id], standalone_mode=False) == 1
    assert "n1 - open" in " ".join(capsys.readouterr().out.split())
    assert app(["drift", "--since", run(4).id, "--format", "json"], standalone_mode=False) == 0
    assert capsys.readouterr().out == "[]\n"
    with pytest.raises(typer.BadParameter):
        app(["drift", "--since", "x", "--snapshot", "."], standalone_mode=False)


def test_the_last_night_of_all_devices_that_collected_counts(tmp_path: Path) -> None:
    def add(hours: int, scope: tuple[str, ...] = (), failed: bool = False) -> Path:
        at = START + timedelta(hours=hours)
        found = begin(tmp_path, scope, timedelta(0), lambda: at)

        def collect() -> None:
            found.snapshot.mkdir()
            if failed:
                raise NightlyError("nobody answered")

        found.do("collect", collect)
        found.finish()
        return found.snapshot

    with pytest.raises(NightlyError, match="no nightly run of all devices"):
        last_snapshot(tmp_path)
    add(1)
    second = add(2)
    add(3, scope=("site=ahus",))
    add(4, failed=True)
    assert last_snapshot(tmp_path) == second
    assert NightState.model_validate_json((second.parent / "night.json").read_text()).complete
