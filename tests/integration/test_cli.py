"""The command line as a person or a script meets it: outputs, messages and exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from netmod import cli
from netmod.cli._run import run

PROJECT = Path(__file__).parent.parent.parent
Invoke = Callable[..., tuple[int, str, str]]


@pytest.fixture
def netmod(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Invoke:
    """Run a command line in `where` (default: outside any project)."""

    def invoke(*arguments: str, where: Path = tmp_path) -> tuple[int, str, str]:
        monkeypatch.chdir(where)
        monkeypatch.setattr(sys, "argv", ["netmod", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        output = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0, output.out, output.err)

    return invoke


def snapshot(folder: Path, text: str, command: str = "show mka session detail") -> Path:
    host = folder / "snapshot" / "edge1"
    host.mkdir(parents=True)
    (host / f"{command.replace(' ', '_')}.txt").write_text(text, encoding="utf-8")
    return host.parent


def test_version(netmod: Invoke) -> None:
    code, out, _ = netmod("--version")
    assert (code, out.split()[0]) == (0, "netmod")


def test_help_imports_no_heavy_library() -> None:
    program = (
        "import sys; sys.argv = ['netmod', '--help']\n"
        "from netmod.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'nornir', 'netmiko', 'paramiko', 'asyncssh', 'jinja2', 'rich', 'pydantic', 'yaml'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ended.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["facts"], "--snapshot"),
        (["fcts"], "facts"),
        (["facts", "--snapshot", "nowhere"], "hint:"),
        (["inventory", "check"], "--project"),
        (["render", "--project", "x"], "Usage"),
    ],
)
def test_bad_usage_is_exit_2_with_a_hint(
    netmod: Invoke, arguments: list[str], message: str
) -> None:
    code, out, err = netmod(*arguments)
    assert code == 2
    assert message in err
    assert "Traceback" not in out + err


def test_empty_folder_is_bad_input(netmod: Invoke, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for command in ("facts", "check"):
        code, _, err = netmod(command, "--snapshot", str(empty))
        assert code == 2
        assert "hint:" in err


def test_facts_as_json_follow_the_schema(netmod: Invoke, tmp_path: Path) -> None:
    folder = snapshot(tmp_path, "nothing that any device prints\n", "show version")
    code, out, _ = netmod("facts", "--snapshot", str(folder), "--format", "json")
    document = json.loads(out)
    assert code == 0
    assert document["schema"] == "netmod.facts/1"
    assert document["hosts"]["edge1"]["platform"] is None


def test_inventory_of_the_sample_region(netmod: Invoke) -> None:
    code, out, _ = netmod("inventory", "check", where=PROJECT)
    assert code == 0
    assert "no problem found" in out
    code, out, _ = netmod("inventory", "show", "role=p", "--format", "json", where=PROJECT)
    assert code == 0
    assert {device["role"] for device in json.loads(out)} == {"p"}
    code, out, _ = netmod("inventory", "links", "--layer", "dci", where=PROJECT)
    assert code == 0
    assert "dci" in out


def test_unknown_filter_names_what_is_known(netmod: Invoke) -> None:
    code, _, err = netmod("inventory", "show", "sit=x", where=PROJECT)
    assert code == 2
    assert "site" in err


def test_render_writes_all_or_nothing(netmod: Invoke, tmp_path: Path) -> None:
    out = tmp_path / "configs"
    code, _, _ = netmod("render", "role=p", "--out", str(out), where=PROJECT)
    assert code == 0
    written = sorted(path.name for path in out.iterdir())
    assert written
    assert all(name.endswith(".cfg") for name in written)


def test_collect_without_a_login_asks_for_one(
    netmod: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NETMOD_USERNAME", "NETMOD_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    code, _, err = netmod("collect", "--out", str(tmp_path / "s"), where=PROJECT)
    assert code != 0
    assert "NETMOD_USERNAME" in err
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize(
    ("stdout", "code", "said"),
    [
        ("closed pipe", 141, ""),
        ("/dev/full", 4, "error: output cannot be written: No space left on device"),
    ],
)
@pytest.mark.parametrize("form", ["table", "json"])
def test_output_that_is_cut_off_never_looks_fine(
    tmp_path: Path, stdout: str, code: int, said: str, form: str
) -> None:
    where = snapshot(tmp_path, "Total MKA Sessions....... 0\n")
    command = [sys.executable, "-c", "from netmod.cli import main; main()", "facts"]
    command += ["--snapshot", str(where), "--format", form]
    if stdout == "closed pipe":
        reader, writer = os.pipe()
        os.close(reader)
    else:
        writer = os.open(stdout, os.O_WRONLY)
    try:
        ended = subprocess.run(
            command, stdout=writer, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False
        )
    finally:
        os.close(writer)
    assert ended.returncode == code
    assert ended.stderr.partition("\n")[0] == said


def test_sigterm_ends_a_command_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    finished: list[bool] = []

    def command() -> int:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            finished.append(True)
        return 0

    before = signal.getsignal(signal.SIGTERM)
    assert run(command) == 143
    assert finished
    assert capsys.readouterr().err == "interrupted\n"
    assert signal.getsignal(signal.SIGTERM) is before


def test_ctrl_c_is_told(netmod: Invoke, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def stopped(folder: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("netmod.jobs.facts.explained_facts_of", stopped)
    code, out, err = netmod("facts", "--snapshot", str(tmp_path))
    assert (code, out, err) == (130, "", "interrupted\n")
