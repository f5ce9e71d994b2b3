"""`netmod init` as a person uses it, and the project that it makes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from netmod import cli
from netmod.errors import InventoryError
from netmod.inventory import load_inventory

ROOT = Path(__file__).parents[2]
Invoke = Callable[..., tuple[int, str, str]]


@pytest.fixture
def netmod(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Invoke:
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["netmod", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        output = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0, output.out, output.err)

    return invoke


def test_the_sample_becomes_a_project(netmod: Invoke, tmp_path: Path) -> None:
    code, out, _ = netmod("init", "mine")
    assert (code, "made a project in mine" in out) == (0, True)
    assert netmod("--project", "mine", "inventory", "check")[0] == 0
    sample, mine = load_inventory(ROOT / "inventory"), load_inventory(tmp_path / "mine/inventory")
    assert mine == sample
    code, out, _ = netmod("--project", "mine", "render", "--check", "site=moss")
    assert (code, out) == (0, "2 configs can be rendered\n")
    assert (tmp_path / "mine/.gitignore").read_text(encoding="utf-8").endswith("/.netmod/\n")


def test_an_empty_project_has_the_standard_and_no_region(netmod: Invoke, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert netmod("init", "mine", "--empty")[0] == 0
    code, out, _ = netmod("--project", "mine", "inventory", "check")
    assert code == 0
    assert out == "0 trusts, 0 sites, 0 devices, 0 links: nothing is declared yet\n"
    assert netmod("--project", "mine", "render", "--check")[0] == 0
    made = tmp_path / "mine"
    assert (made / "inventory/defaults.yaml").read_bytes() == (
        ROOT / "inventory/defaults.yaml"
    ).read_bytes()
    for domain in ("lan", "dc-lan", "core"):
        groups = (made / "inventory" / domain / "groups.yaml").read_text(encoding="utf-8")
        assert "role: " in groups
        assert "site-" not in groups
        assert "trust-" not in groups


def test_a_network_is_not_judged_by_an_empty_inventory(netmod: Invoke, tmp_path: Path) -> None:
    netmod("init", "mine", "--empty")
    with pytest.raises(InventoryError, match="no link is declared"):
        load_inventory(tmp_path / "mine/inventory")
    code, _, err = netmod("--project", "mine", "devices", "trust")
    assert code == 2
    assert "no link is declared" in err


@pytest.mark.parametrize("held", ["file", "itself"])
def test_what_holds_something_is_refused(netmod: Invoke, tmp_path: Path, held: str) -> None:
    mine = tmp_path / "mine"
    if held == "file":
        mine.mkdir()
        (mine / "notes.txt").write_text("mine", encoding="utf-8")
    else:
        mine.write_text("mine", encoding="utf-8")
    code, _, err = netmod("init", "mine")
    assert code == 2
    assert "hint: name a new folder" in err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
