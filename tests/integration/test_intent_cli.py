"""`netmod render` as a person and a CI job use it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from netmod import cli
from netmod.intent import KnownConfigs, render
from netmod.inventory import load_inventory

ROOT = Path(__file__).parents[2]
Invoke = Callable[..., tuple[int, str, str]]


class Counted(KnownConfigs):
    """Counts what was rendered."""

    count = 0

    def put(self, host: str, key: str, text: str) -> None:
        self.count += 1
        super().put(host, key, text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the sample project that may be edited."""
    shutil.copytree(ROOT / "inventory", tmp_path / "inventory")
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "netmod.toml").write_text("", encoding="utf-8")
    return tmp_path


@pytest.fixture
def netmod(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], project: Path
) -> Invoke:
    def invoke(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.chdir(project)
        monkeypatch.setattr(sys, "argv", ["netmod", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        output = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0, output.out, output.err)

    return invoke


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_check_compares_a_folder_and_writes_nothing(netmod: Invoke, project: Path) -> None:
    assert netmod("render", "site=moss", "--out", "configs")[0] == 0
    assert netmod("render", "site=moss", "--out", "configs", "--check")[:2] == (0, "")
    before = {path: path.read_bytes() for path in (project / "configs").iterdir()}
    edit(project / "inventory" / "defaults.yaml", "OU=Nett", "OU=Drift")
    (project / "configs" / "mos-as1.cfg").unlink()
    code, out, err = netmod("render", "site=moss", "--out", "configs", "--check")
    assert (code, out) == (1, "mos-as1: new\nmos-we1: changed\n")
    assert err == "2 configs differ from configs\n"
    after = {path: path.read_bytes() for path in (project / "configs").iterdir()}
    assert after == {path: text for path, text in before.items() if path.stem != "mos-as1"}


def test_check_finds_files_of_hosts_that_are_gone(netmod: Invoke, project: Path) -> None:
    assert netmod("render", "--out", "configs")[0] == 0
    (project / "configs" / "gone-as1.cfg").write_text("hostname gone-as1\n", encoding="utf-8")
    code, out, _ = netmod("render", "--out", "configs", "--check")
    assert (code, out) == (1, "gone-as1: gone\n")


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (b"\n", b"\r\n", "+hostname mos-as1\n"),
        (b"end\n", b"end", " end\n-\\ No newline at end of file\n"),
    ],
)
def test_check_and_diff_see_how_lines_end(
    netmod: Invoke, project: Path, before: bytes, after: bytes, shown: str
) -> None:
    netmod("render", "mos-as1", "--out", "configs")
    path = project / "configs" / "mos-as1.cfg"
    path.write_bytes(path.read_bytes().replace(before, after))
    code, out, _ = netmod("render", "mos-as1", "--out", "configs", "--check")
    assert (code, out) == (1, "mos-as1: changed\n")
    _, out, _ = netmod("render", "mos-as1", "--out", "configs", "--diff")
    assert shown in out


def test_check_without_a_folder_asks_whether_all_can_be_rendered(
    netmod: Invoke, project: Path
) -> None:
    code, out, _ = netmod("render", "--check")
    assert (code, out.split(" ", 1)[1]) == (0, "configs can be rendered\n")
    edit(project / "templates/cisco_iosxe/partials/ntp.j2", "data.ntp.servers", "data.ntp.severs")
    code, _, err = netmod("render", "--check")
    assert code == 2
    assert "templates/cisco_iosxe/partials/ntp.j2" in err
    assert "severs" in err


def test_diff_shows_what_changes_since_the_last_rendering(netmod: Invoke, project: Path) -> None:
    assert netmod("render", "mos-as1")[0] == 0
    edit(project / "inventory" / "defaults.yaml", "idle_timeout: 10", "idle_timeout: 5")
    for _ in range(2):  # looking changes nothing
        assert netmod("render", "mos-as1", "--check")[0] == 0
        code, out, err = netmod("render", "mos-as1", "--diff")
        assert code == 0
        lines = out.splitlines()
        assert lines[:2] == ["--- mos-as1.cfg", "+++ mos-as1.cfg"]
        assert [line for line in lines if line[0] in "+-"][2:] == [
            "- exec-timeout 10 0", "+ exec-timeout 5 0",
            "- exec-timeout 10 0", "+ exec-timeout 5 0",
        ]  # fmt: skip
        assert err == "1 configs differ from what was rendered last\n"
    assert netmod("render", "mos-as1")[0] == 0
    assert netmod("render", "mos-as1", "--diff")[:2] == (0, "")


def test_a_host_that_is_gone_differs_until_all_are_rendered(netmod: Invoke, project: Path) -> None:
    state = project / ".netmod" / "rendered"
    netmod("render", "mos-as1")
    (state / "mos-as1").rename(state / "old-as1")
    netmod("render", "mos-as1")
    assert (state / "old-as1").exists()
    assert "--- old-as1.cfg\n+++ /dev/null\n" in netmod("render", "--diff")[1]
    netmod("render")
    assert netmod("render", "--diff")[:2] == (0, "")


def test_an_unknown_key_is_told_with_its_line(netmod: Invoke, project: Path) -> None:
    edit(project / "inventory" / "defaults.yaml", "idle_timeout: 10", "idle_timout: 10")
    code, _, err = netmod("render", "mos-as1")
    assert code == 2
    assert "inventory/defaults.yaml:20: data.management.idle_timout: unknown key" in err
    assert "did you mean 'idle_timeout'?" in err


def test_known_configs_of_the_sample_are_what_is_rendered(tmp_path: Path) -> None:
    sample = load_inventory(ROOT / "inventory")
    devices = list(sample.devices.values())
    plain = list(render(sample, ROOT / "templates", devices))
    folder = tmp_path / "rendered"
    for rendered in (len(devices), 0):
        known = Counted(folder)
        again = load_inventory(ROOT / "inventory")  # other objects with the same values
        assert list(render(again, ROOT / "templates", again.devices.values(), known)) == plain
        assert known.count == rendered
