"""The units and the cron line under `deploy/`."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from netmod.credentials import open_secrets
from netmod.errors import CredentialsError
from netmod.settings import open_project

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir(), key=lambda path: path.stem)
SERVICES = [path for path in UNITS if path.suffix == ".service"]
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
WORST = 20  # tenths of the exposure level, of 100


def test_every_service_has_a_timer() -> None:
    assert [path.stem for path in SERVICES] == ["netmod-nightly", "netmod-nightly-check"]
    assert {path.stem for path in UNITS if path.suffix == ".timer"} == {
        path.stem for path in SERVICES
    }


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_a_service_holds_no_secret_and_writes_to_its_state_alone(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"(?i)(?:password|token|secret|url)\s*=", text)
    assert "LoadCredential=" in text
    for line in ("User=netmod", "ProtectSystem=strict", "NoNewPrivileges=true", "UMask=0077"):
        assert line in text.splitlines()
    writes = re.findall(r"^ReadWritePaths=-?(\S+)", text, re.MULTILINE)
    assert set(writes) <= {"/srv/netmod/project/.netmod", "/var/lib/prometheus/node-exporter"}


def test_both_services_are_hardened_alike() -> None:
    def hardening(path: Path) -> set[str]:
        lines = path.read_text().partition("NoNewPrivileges")[2].splitlines()
        return set(lines)

    assert hardening(SERVICES[0]) == hardening(SERVICES[1])


@needs_systemd
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    assert ANALYZE
    copies = []
    for path in UNITS:
        copy = tmp_path / path.name
        copy.write_text(path.read_text().replace("/opt/netmod/bin/netmod", "/bin/true"))
        copies.append(str(copy))
    command = [ANALYZE, "verify", "--man=no", *copies]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if "netmod" in line]
    assert told == []
    assert done.returncode == 0, done.stderr


@needs_systemd
@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_systemd_finds_them_hardened(path: Path) -> None:
    assert ANALYZE
    command = [ANALYZE, "security", "--offline=true", f"--threshold={WORST}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "nrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze judges no files")
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_the_cron_lines_run_what_the_units_run() -> None:
    lines = (DEPLOY / "netmod.cron").read_text().splitlines()
    jobs = [line for line in lines if re.match(r"\d", line)]
    commands = [re.sub(r"^.*?netmod --project", "netmod --project", line) for line in jobs]
    starts = [
        re.findall(r"^ExecStart=/opt/netmod/bin/(.*)$", path.read_text(), re.MULTILINE)[0]
        for path in SERVICES
    ]
    assert commands == starts


@pytest.mark.parametrize(("mode", "taken"), [(0o400, True), (0o440, True), (0o444, False)])
def test_the_file_that_systemd_hands_over_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, taken: bool
) -> None:
    """An access list of the service's own account shows as the group's right to read."""
    handed = tmp_path / "handed"
    handed.mkdir()
    kept = handed / "netmod.toml"
    kept.write_text('[secrets]\n"notify/mail" = "x"\n')
    kept.chmod(mode)
    (tmp_path / "netmod.toml").write_text("")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed))
    environ = {"NETMOD_CREDENTIALS_FILE": str(kept)}
    project = open_project(tmp_path, start=tmp_path, environ=environ)
    assert project.credentials == kept
    secrets = open_secrets(project.settings.credentials, {}, project.credentials)
    if taken:
        assert secrets.resolve("notify/mail").reveal() == "x"
    else:
        with pytest.raises(CredentialsError, match="0444"):
            secrets.resolve("notify/mail")


def test_elsewhere_a_group_may_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "credentials.toml"
    kept.write_text("")
    kept.chmod(0o440)
    (tmp_path / "netmod.toml").write_text('[credentials]\nfile = "credentials.toml"\n')
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "elsewhere"))
    project = open_project(tmp_path, start=tmp_path, environ={})
    secrets = open_secrets(project.settings.credentials, {}, project.credentials)
    with pytest.raises(CredentialsError, match="0440"):
        secrets.find("a")
