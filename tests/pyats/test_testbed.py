"""`netmod inventory testbed`: pyATS loads what it writes, and connects with it.

unicon runs OpenSSH against the lab, and its own mock devices by command.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from netmod.credentials import Login, Secret
from netmod.inventory import Inventory
from netmod.jobs.collect import Access
from netmod.jobs.testbed import pyats_testbed
from netmod.lab import Lab, ManualClock
from netmod.lab.shell import Shell
from netmod.settings import CollectSettings, CredentialSettings, Project, Settings
from tests.unit.lab_pair import NOON, XE, XR, inventory

loader = pytest.importorskip("pyats.topology.loader", reason="pyATS lives in .venv-pyats")
SECONDS = 120
MOCK = shutil.which("mock_device_cli", path=str(Path(sys.executable).parent))


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab(inventory(), {"xe": XE, "xr": XR}, clock=ManualClock(NOON)) as running:
        yield running


@pytest.fixture
def devices(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("NETMOD_USERNAME", lab.login.username)
    monkeypatch.setenv("NETMOD_PASSWORD", lab.login.password)
    known_hosts = tmp_path / "known hosts"  # a path with a blank is one word for ssh
    known_hosts.write_text(lab.known_hosts)
    access = Access(
        login=Login("unused", Secret("unused")),
        known_hosts=known_hosts,
        settings=CollectSettings(),
        endpoints={name: (one.address, one.port) for name, one in lab.endpoints.items()},
    )
    return load(project(tmp_path), inventory(), tmp_path, access).devices


def project(folder: Path, **settings: Any) -> Project:
    return Project(root=folder, settings=Settings(**settings))


def load(opened: Project, region: Inventory, folder: Path, access: Access | None = None) -> Any:
    """Write it, and let pyATS read it back."""
    document = pyats_testbed(opened, region, list(region.devices.values()), access)
    path = folder / "testbed.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return loader.load(str(path))


def connect(device: Any) -> Any:
    device.connect(
        log_stdout=False, logfile=os.devnull, connection_timeout=SECONDS, learn_hostname=True
    )
    return device


def test_logins_come_from_the_environment_when_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "NETMOD_USERNAME": "common",
        "NETMOD_PASSWORD": "pw-common",
        "NETMOD_SECRET_LOGIN_XR_USERNAME": "own",
        "NETMOD_SECRET_LOGIN_XR_PASSWORD": "pw-own",
    }.items():
        monkeypatch.setenv(name, value)
    rule = {"devices": ["host=xr"], "login": "login/xr"}
    opened = project(tmp_path, credentials=CredentialSettings.model_validate({"logins": [rule]}))
    found = load(opened, inventory(), tmp_path)
    logins = {name: device.credentials.default.username for name, device in found.devices.items()}
    assert (logins["xe"], logins["xr"]) == ("common", "own")
    assert "pw-" not in (tmp_path / "testbed.yaml").read_text()
    assert {name: device.os for name, device in found.devices.items()} == {
        "xe": "iosxe",
        "xr": "iosxr",
    }


def test_the_jump_host_and_legacy_algorithms_are_options_of_ssh(tmp_path: Path) -> None:
    (tmp_path / "ssh_config").write_text("Host *\n ProxyJump pam\n")
    opened = project(tmp_path, collect=CollectSettings(legacy_ssh=("xe",)))
    found = load(opened, inventory(), tmp_path).devices
    options = {name: device.connections.cli.ssh_options for name, device in found.items()}
    assert f"-F {tmp_path}/ssh_config" in options["xr"]
    assert "StrictHostKeyChecking=yes" in options["xr"]
    assert "HostKeyAlgorithms=+ssh-rsa" in options["xe"]
    assert "+ssh-rsa" not in options["xr"]


@pytest.mark.parametrize(
    ("name", "version"), [("xe", "Cisco IOS XE Software"), ("xr", "Cisco IOS XR Software")]
)
def test_pyats_connects_to_the_lab_and_changes_nothing(
    lab: Lab, devices: Any, name: str, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    receive = Shell.receive

    def listen(shell: Shell, text: str) -> Any:
        heard.append(text)
        return receive(shell, text)

    monkeypatch.setattr(Shell, "receive", listen)
    device = connect(devices[name])
    try:
        assert version in device.execute("show version")
    finally:
        device.disconnect()
    said = "".join(heard)
    assert "show version" in said
    assert "conf" not in said


def test_a_host_key_that_is_not_known_ends_the_connection(devices: Any, tmp_path: Path) -> None:
    (tmp_path / "known hosts").write_text("")
    with pytest.raises(Exception, match=r"(?i)fail|eof|clos"):  # unicon has no error for it
        connect(devices["xe"])
    assert not devices["xe"].is_connected()


@pytest.mark.skipif(not MOCK, reason="unicon's mock devices are not installed")
@pytest.mark.parametrize(("name", "kind"), [("xe", "iosxe"), ("xr", "iosxr")])
def test_pyats_connects_to_unicons_mock_devices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    monkeypatch.setenv("NETMOD_USERNAME", "cisco")
    monkeypatch.setenv("NETMOD_PASSWORD", "cisco")
    device = load(project(tmp_path), inventory(), tmp_path).devices[name]
    state = {"iosxe": "general_enable", "iosxr": "enable"}[kind]
    cli = device.connections.cli
    del cli["ip"], cli["port"], cli["ssh_options"], cli["protocol"]
    cli["command"] = f"{MOCK} --os {kind} --state {state} --hostname {name}"
    connect(device)
    try:
        assert "Cisco" in device.execute("show version")
    finally:
        device.disconnect()
