"""The end of support of what is in use."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

from netmod import cli
from netmod.errors import InputError
from netmod.inventory import InUse, LifecycleFile, lifecycle, read_lifecycle

SAMPLE = Path(__file__).parents[2] / "inventory"
TODAY = date(2026, 11, 28)
REGISTER = LifecycleFile.model_validate(
    {
        "sources": {"notice": {"name": "A notice", "mark": "verified"}},
        "hardware": [
            {"models": ["OLD-*"], "end_of_support": "2026-11-27", "source": "notice"},
            {"models": ["OLD-*", "MID-?"], "end_of_support": "2027-01-01", "source": "notice"},
            {"models": ["DAY"], "end_of_support": "2026-11-28", "source": "notice"},
            {"models": ["NEW"], "end_of_support": "2031-01-01", "source": "notice"},
        ],
        "software": [
            {"platform": "cisco_iosxe", "versions": ["17.3.*"], "end_of_support": "2025-01-01", "source": "notice"},
        ],
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("model", "state", "end"),
    [
        ("OLD-1", "past", date(2026, 11, 27)),
        ("DAY", "near", date(2026, 11, 28)),
        ("MID-1", "near", date(2027, 1, 1)),
        ("NEW", "later", date(2031, 1, 1)),
        ("MID-12", "unknown", None),
        ("old-1", "unknown", None),
        (None, "unknown", None),
    ],
)
def test_hardware(model: str | None, state: str, end: date | None) -> None:
    rows = lifecycle(REGISTER, [InUse("h", "cisco_iosxe", model, "17.12.4")], TODAY, 365)
    (row,) = [one for one in rows if one.kind == "hardware"]
    assert (row.state, row.end_of_support, row.hosts) == (state, end, ("h",))


@pytest.mark.parametrize(
    ("platform", "version", "state"),
    [
        ("cisco_iosxe", "17.3.4", "past"),
        ("cisco_iosxe", "17.12.4", "unknown"),
        ("cisco_nxos", "17.3.4", "unknown"),
        ("cisco_iosxe", None, "unknown"),
    ],
)
def test_software(platform: str, version: str | None, state: str) -> None:
    rows = lifecycle(REGISTER, [InUse("h", platform, "NEW", version)], TODAY, 365)
    (row,) = [one for one in rows if one.kind == "software"]
    assert row.state == state


def test_the_most_urgent_stands_first_and_every_device_counts() -> None:
    models = ("NEW", None, "OLD-1", "MID-1", "OLD-1")
    devices = [InUse(f"h{n}", "cisco_iosxe", model, "17.3.1") for n, model in enumerate(models)]
    rows = lifecycle(REGISTER, devices, TODAY, 365)
    assert [row.state for row in rows] == ["past", "past", "near", "unknown", "later"]
    counted = [host for row in rows if row.kind == "hardware" for host in row.hosts]
    assert sorted(counted) == [f"h{n}" for n in range(5)]


def test_the_register_of_the_sample_marks_what_was_not_read() -> None:
    register = read_lifecycle(SAMPLE)
    assert register.hardware
    assert {one.mark for one in register.sources.values()} == {"unverified"}


def test_a_date_needs_a_source(tmp_path: Path) -> None:
    folder = tmp_path / "inventory"
    folder.mkdir()
    (folder / "lifecycle.yaml").write_text(
        "hardware:\n  - {models: [A], end_of_support: 2026-01-01, source: nobody}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="unknown source 'nobody'"):
        read_lifecycle(folder)


def test_without_a_register_nothing_is_known(tmp_path: Path) -> None:
    rows = lifecycle(read_lifecycle(tmp_path), [InUse("h", "p", "m", "v")], TODAY, 1)
    assert {row.state for row in rows} == {"unknown"}


def test_what_a_device_says_of_itself_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(SAMPLE, tmp_path / "inventory")
    (tmp_path / "netmod.toml").write_text("", encoding="utf-8")
    capture = SAMPLE.parent / "tests/captures/cisco_iosxe/stack-hardware/sw-stack/show_version.txt"
    (tmp_path / "snapshot/mos-as1").mkdir(parents=True)
    shutil.copy(capture, tmp_path / "snapshot/mos-as1/show_version.txt")
    (tmp_path / "inventory/lifecycle.yaml").write_text(
        "sources: {n: {name: A notice, mark: secondary}}\n"
        "software:\n"
        "  - {platform: cisco_iosxe, versions: ['17.6.5', '17.06.05'], end_of_support: 2020-01-01, source: n}\n",
        encoding="utf-8",
    )
    said = ["netmod", "--project", str(tmp_path), "inventory", "lifecycle", "--format", "json"]
    monkeypatch.setattr(sys, "argv", [*said, "--snapshot", str(tmp_path / "snapshot")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 3
    first, *rest = json.loads(capsys.readouterr().out)
    assert (first["state"], first["end_of_support"], first["mark"]) == (
        "past",
        "2020-01-01",
        "secondary",
    )
    assert first["hosts"] == ["mos-as1"]
    assert "past" not in [row["state"] for row in rest]
