"""netmod's collection against FRR over OpenSSH: neither the device nor the server is ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest
from netmiko import ConnectHandler

from netmod.credentials import Login, Secret
from netmod.devices import HostOutput, Target, collect, fetch_host_keys
from netmod.settings import CollectSettings
from tests.integration.frr_peer import AVAILABLE, DESCRIPTION, Frr, frr
from tests.integration.openssh_peer import ACCOUNT

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(
        not AVAILABLE and not os.environ.get("NETMOD_REQUIRE_ALL"),
        reason="FRR and OpenSSH's server are not installed, or we are not root",
    ),
]
SETTINGS = CollectSettings(
    connect_timeout=60, command_timeout=60, connect_attempts=1, logins_per_second=1000
)
COMMANDS = ("show version", "show running-config", "show interface", "show ip route", "show clock")


@pytest.fixture(scope="module")
def router() -> Iterator[Frr]:
    with frr() as running:
        yield running


def target(router: Frr, name: str = "frr1", commands: tuple[str, ...] = COMMANDS) -> Target:
    return Target(name, "127.0.0.1", router.sshd.port, "cisco_ios", "OSL", commands)


def gather(
    router: Frr, folder: Path, *targets: Target, password: str = ""
) -> dict[str, HostOutput]:
    found: dict[str, HostOutput] = {}
    collect(
        targets,
        Login(ACCOUNT, Secret(password or router.sshd.password)),
        router.sshd.known_hosts(folder / "known_hosts"),
        lambda output: found.update({output.status.host: output}),
        settings=SETTINGS,
    )
    return found


def test_outputs_are_whole_and_those_of_vtysh(router: Frr, tmp_path: Path) -> None:
    found = gather(router, tmp_path, target(router))["frr1"]
    assert (found.status.failure, found.status.message) == ("", "")
    texts = {output.command: output.text for output in found.outputs}
    assert texts["show version"].startswith("FRRouting ")
    config = texts["show running-config"]
    assert config.rstrip().endswith("end")
    assert f" description {DESCRIPTION}" in config
    assert config.strip() == router.vtysh("show running-config").strip()
    assert texts["show clock"].startswith("% ")  # an error text is evidence like any other


def test_outputs_are_those_of_netmiko(router: Frr, tmp_path: Path) -> None:
    command = "show running-config"
    found = gather(router, tmp_path, target(router, commands=(command,)))["frr1"]
    with ConnectHandler(
        device_type="cisco_ios",
        host="127.0.0.1",
        port=router.sshd.port,
        username=ACCOUNT,
        password=router.sshd.password,
        conn_timeout=60,
        banner_timeout=60,
        auth_timeout=60,
    ) as connection:
        theirs = connection.send_command(command, read_timeout=60)
    assert [output.text.strip() for output in found.outputs] == [theirs.strip()]


def test_several_sessions_at_once(router: Frr, tmp_path: Path) -> None:
    names = [f"frr{number}" for number in range(8)]
    found = gather(router, tmp_path, *(target(router, name) for name in names))
    assert sorted(found) == names
    assert {output.status.failure for output in found.values()} == {""}
    assert len({output.outputs[1].text for output in found.values()}) == 1


def test_a_wrong_password_is_sent_once(router: Frr, tmp_path: Path) -> None:
    log = router.sshd.log
    before = log.read_text().count("Failed password")
    found = gather(router, tmp_path, target(router), password="wrong")["frr1"]
    assert found.status.failure == "authentication"
    assert log.read_text().count("Failed password") == before + 1


def test_another_host_key_ends_it_before_a_password_is_sent(router: Frr, tmp_path: Path) -> None:
    log = router.sshd.log
    before = log.read_text().count("password for")
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    other = replace(router, sshd=replace(router.sshd, host_key=stranger))
    found = gather(other, tmp_path, target(router))["frr1"]
    assert found.status.failure == "host-key-changed"
    assert log.read_text().count("password for") == before


def test_its_key_is_the_one_that_openssh_has(router: Frr, tmp_path: Path) -> None:
    (key,) = fetch_host_keys([target(router)], tmp_path / "none", settings=SETTINGS).keys
    assert (key.state, f"{key.algorithm} {key.key}") == ("new", router.sshd.host_key)


def test_nothing_was_configured(router: Frr, tmp_path: Path) -> None:
    before = router.vtysh("show running-config")
    gather(router, tmp_path, target(router))
    assert router.vtysh("show running-config") == before
