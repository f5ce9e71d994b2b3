"""From the project's settings, or a running lab, to a change session on a device."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from netmod import lab
from netmod.credentials import Secret
from netmod.devices.change import Tls
from netmod.errors import ConfigError, CredentialsError, LabError
from netmod.inventory import load_inventory
from netmod.jobs.change import change_ways, project_tls, seal_of
from netmod.jobs.demo import emulated_part, intended_configs
from netmod.jobs.inventory import project_at

ROOT = Path(__file__).parents[2]
HOST = "dca-sp2"
PIN = ":".join(["AB"] * 32)


def project(folder: Path, settings: str = "") -> Path:
    """The sample as a project of its own, with other settings."""
    for part in ("inventory", "templates", "compliance"):
        shutil.copytree(ROOT / part, folder / part)
    (folder / "netmod.toml").write_text(settings, encoding="utf-8")
    return folder


def tls_of(root: Path) -> Tls:
    opened = project_at(root)
    return project_tls(opened, load_inventory(opened.inventory))


def test_settings_say_which_certificates_are_trusted(tmp_path: Path) -> None:
    root = project(
        tmp_path,
        f'[eapi]\nca_file = "ca.pem"\nports = {{{HOST} = 8443}}\npins = {{{HOST} = "{PIN}"}}\n',
    )
    with pytest.raises(ConfigError, match="no such file"):
        tls_of(root)
    (root / "ca.pem").write_text("", encoding="ascii")
    assert tls_of(root) == Tls(root / "ca.pem", {HOST: PIN}, {HOST: 8443})


def test_without_settings_nobody_is_trusted(tmp_path: Path) -> None:
    assert tls_of(project(tmp_path)) == Tls()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (f'[eapi.pins]\nnobody = "{PIN}"\n', "no host 'nobody'"),
        ("[eapi.ports]\nnobody = 443\n", "no host 'nobody'"),
        (f'[eapi.pins]\n{HOST} = "ABCD"\n', "eapi.pins"),
        (f"[eapi.ports]\n{HOST} = 0\n", "eapi.ports"),
    ],
)
def test_settings_that_trust_nobody_by_mistake_are_errors(
    tmp_path: Path, settings: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        tls_of(project(tmp_path, settings))


LOGINS = """\
[[credentials.logins]]
devices = ["dca-sp2"]
login = "login/eos"
"""
SECRETS = """\
username = "common"
password = "for-all-of-them"
[secrets."login/eos"]
username = "own"
password = "for-eos-alone"
"""


def test_each_device_is_reached_with_its_own_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("USERNAME", "PASSWORD", "ENABLE_PASSWORD"):
        monkeypatch.delenv(f"NETMOD_{name}", raising=False)
    root = project(tmp_path, LOGINS)
    (root / "known_hosts").write_text("", encoding="ascii")
    (root / ".netmod").mkdir()
    (root / ".netmod" / "credentials.toml").write_text(SECRETS, encoding="utf-8")
    (root / ".netmod" / "credentials.toml").chmod(0o600)
    with change_ways(root, ["platform=arista_eos"]) as ways:
        users = {name: ways[name].means.access.login.username for name in (HOST, "dca-br2")}
        assert ways[HOST].means.seal is ways["dca-br2"].means.seal
        assert users == {HOST: "own", "dca-br2": "common"}
        assert ways[HOST].means.turns is ways["dca-br2"].means.turns


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Path]:
    """A project with a lab of one EOS and one IOS-XE device."""
    root = project(tmp_path)
    opened = project_at(root)
    region = emulated_part(load_inventory(opened.inventory))
    configs = intended_configs(opened, region)
    chosen = {name: configs[name] for name in (HOST, "ull-ds1")}
    lab.start(opened.state / "lab", "one", region, chosen)
    yield root
    lab.stop(opened.state / "lab", "one")


@pytest.mark.network
def test_devices_of_a_running_lab_can_be_changed(running: Path) -> None:
    text = "logging buffered <secret:size>\n"
    with change_ways(running, (), "one") as ways:
        assert set(ways) == {HOST, "ull-ds1"}
        for way in ways.values():
            with way.open("c1") as session:
                session.load(text, lambda _: Secret("64000"))
                assert "logging buffered" in session.diff()
                session.discard(session.intent(300, lab.SystemClock().now()))


def test_every_process_of_a_project_seals_with_one_key(tmp_path: Path) -> None:
    opened = project_at(project(tmp_path))
    key, again = seal_of(opened).reveal(), seal_of(opened).reveal()
    assert key == again
    assert len(key) == 64
    file = opened.state / "change.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in opened.state.iterdir() if "change" in one.name] == ["change.key"]
    file.chmod(0o644)
    with pytest.raises(CredentialsError, match="others"):
        seal_of(opened)


def test_a_lab_that_does_not_run_has_no_devices(tmp_path: Path) -> None:
    with (
        pytest.raises(LabError, match="no lab named one"),
        change_ways(project(tmp_path), [HOST], "one"),
    ):
        pass
