"""Every `netmod` command of the README, run as it stands there."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from netmod import cli

PROJECT = Path(__file__).parent.parent.parent
CONTENT = ("netmod.toml", "inventory", "templates", "compliance")
CAPTURE = "Interface  Local-TxSCI\n"


def commands() -> list[str]:
    """The lines of the README's code blocks that begin with `netmod`, without comments."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("netmod ")]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sample project with a snapshot called DIR, as the working directory."""
    for name in CONTENT:
        source = PROJECT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    capture = tmp_path / "DIR" / "edge1" / "show_version.txt"
    capture.parent.mkdir(parents=True)
    capture.write_text(CAPTURE, encoding="utf-8")
    config = tmp_path / "DIR" / "ull-as1" / "show_running-config.txt"
    config.parent.mkdir()
    config.write_text("hostname ull-as1\nip http server\nend\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("NETMOD_USERNAME", "NETMOD_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.network
def test_every_command_of_the_readme(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = []
    for command in commands():
        shutil.rmtree(project / "snapshot", ignore_errors=True)
        if "--snapshot snapshot" in command:
            shutil.copytree(project / "DIR", project / "snapshot")
        code = run(command, monkeypatch)
        output = capsys.readouterr()
        ran.append(command)
        if command.startswith("netmod collect") and "--lab" not in command:
            # it must ask for a login before it opens any connection
            assert code != 0
            assert "NETMOD_USERNAME" in output.err
        else:
            assert code in (0, 1, 3), f"{command}: {output.err}"
            assert "error:" not in output.err
    assert len(ran) > 10


def run(command: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", shlex.split(command))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code if isinstance(ended.value.code, int) else 0


def test_every_link_of_the_readme_leads_somewhere() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", text)
    assert [target for target in targets if not (PROJECT / target).exists()] == []
