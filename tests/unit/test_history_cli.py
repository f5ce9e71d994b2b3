"""`netmod history` as a person meets it, and its retention by the settings."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
import typer

from netmod.cli.history import add_to
from netmod.errors import HistoryError
from netmod.history import History
from netmod.jobs import history as job
from tests.unit.history_region import assessment, host, item, night, report, run


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "netmod.toml").write_text("[history]\nkeep_days = 30\n", encoding="utf-8")
    drift = item("a", section=("router bgp 1",), running=("neighbor 192.0.2.1 shutdown",))
    with History.open(tmp_path / ".netmod/history.db") as history:
        for number, items in ((1, [drift, item("b")]), (2, [drift])):
            history.begin(run(number, reason="nightly"))
            history.record(
                run(number).id,
                at=night(number),
                drift=report(host("n1", *items)),
                assessment=assessment("unsecured"),
            )
            history.finish(run(number).id, "complete", at=night(number))
    monkeypatch.setattr(job, "now", lambda: night(4))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def netmod(project: Path, *arguments: str) -> None:
    app = typer.Typer()

    @app.callback()
    def _project(context: typer.Context) -> None:
        context.obj = project

    add_to(app)
    app(["history", *arguments], standalone_mode=False)


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines, each with single spaces."""
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_a_device(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    netmod(project, "device", "n1")
    lines = said(capsys)
    what = "extra router bgp 1: neighbor 192.0.2.1 shutdown"
    assert f"drift open 2026-11-01 02:00Z 2026-11-02 02:00Z {what}" in lines
    assert "2026-11-02 02:00Z drift open fixed extra ip route b" in lines
    netmod(project, "device", "n1", "--format", "json")
    told = json.loads(capsys.readouterr().out)
    assert [one["after"] for one in told["transitions"]] == ["drift", "open", "open", "fixed"]
    assert [one["item"] for one in told["standing"]] == ["", "a"]


@pytest.mark.parametrize(
    ("command", "name", "word"),
    [("link", "l-ns", "unencrypted"), ("requirement", "backbone", "fail")],
)
def test_a_link_and_a_requirement(
    project: Path, capsys: pytest.CaptureFixture[str], command: str, name: str, word: str
) -> None:
    netmod(project, command, name)
    changes = [line for line in said(capsys) if f"{command} - {word}" in line]
    assert len(changes) == 1
    netmod(project, command, name, "--format", "json")
    assert json.loads(capsys.readouterr().out)["standing"][0]["state"] == word


def test_runs(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    netmod(project, "runs")
    lines = said(capsys)
    assert lines[0] == "2 runs"
    assert lines[2].startswith(f"{run(2).id} complete nightly netmod@mgmt1 2026-11-02 02:00Z")
    netmod(project, "runs", "--limit", "1", "--format", "json")
    (newest,) = json.loads(capsys.readouterr().out)
    assert (newest["id"], newest["figures"]["devices.drift"]) == (run(2).id, 1)


def test_what_is_open_has_its_age(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    netmod(project, "open")
    assert "n1 open high 3 d 2026-11-02 02:00Z" in "\n".join(said(capsys))
    netmod(project, "open", "--format", "json")
    (told,) = json.loads(capsys.readouterr().out)
    assert told["age_seconds"] == timedelta(days=3).total_seconds()


def test_prune_by_the_settings(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    netmod(project, "prune")
    assert said(capsys) == ["removed 0 transitions, 0 captures (0 contents), 0 runs"]
    monkeypatch.setattr(job, "now", lambda: night(1) + timedelta(days=31))
    netmod(project, "prune")
    assert said(capsys) == ["removed 1 transitions, 0 captures (0 contents), 0 runs"]


def test_a_question_makes_no_database(tmp_path: Path) -> None:
    (tmp_path / "netmod.toml").touch()
    with pytest.raises(HistoryError, match="nothing is recorded") as caught:
        netmod(tmp_path, "runs")
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == [tmp_path / "netmod.toml"]
