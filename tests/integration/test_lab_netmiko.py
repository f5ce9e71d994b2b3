"""Netmiko's own drivers, unmodified, against the lab over real SSH."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from netmiko import ConnectHandler
from netmiko.exceptions import (
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
    ReadTimeout,
)
from paramiko.ssh_exception import SSHException

from netmod.errors import LabError
from netmod.lab import Lab, ManualClock
from tests.unit.lab_pair import NOON, XE, XE_PORT, XR, XR_PORT, inventory

pytestmark = pytest.mark.network

DRIVERS = {"xe": "cisco_ios", "xr": "cisco_xr"}


@pytest.fixture
def lab():
    with Lab(inventory(), {"xe": XE, "xr": XR}, clock=ManualClock(NOON)) as running:
        yield running


def connect(lab, name, **options):
    endpoint = lab.endpoints[name]
    values = {
        "device_type": DRIVERS[name],
        "host": endpoint.address,
        "port": endpoint.port,
        "username": lab.login.username,
        "password": lab.login.password,
        "conn_timeout": 60,
        "banner_timeout": 60,
        "auth_timeout": 60,
        **options,
    }
    return ConnectHandler(**values)


@pytest.mark.parametrize(
    ("name", "prompt", "command", "first", "last"),
    [
        ("xe", "xe#", "show running-config", "Building configuration...", "end"),
        ("xr", "RP/0/RP0/CPU0:xr#", "show running-config", "Mon Jun 15 12:00:00.000 UTC", "end"),
    ],
)
def test_login_and_show(lab, name, prompt, command, first, last):
    with connect(lab, name) as connection:
        assert connection.find_prompt() == prompt
        lines = connection.send_command(command).strip().splitlines()
    assert (lines[0], lines[-1]) == (first, last)


def test_ios_xe_configuration(lab):
    with connect(lab, "xe") as connection:
        seen = connection.send_config_set([f"interface {XE_PORT}", "shutdown"])
        assert "(config-if)#" in seen
        assert not connection.check_config_mode()
        assert "[OK]" in connection.save_config()
    with connect(lab, "xr") as connection:
        assert "Pending" in connection.send_command("show macsec mka session")


def test_ios_xr_configuration(lab):
    with connect(lab, "xr") as connection:
        connection.send_config_set([f"interface {XR_PORT}", "shutdown"])
        connection.commit()
        connection.exit_config_mode()
        assert " shutdown" in connection.send_command("show running-config")
    with connect(lab, "xe") as connection:
        assert "Init" in connection.send_command("show mka sessions")


def test_ios_xr_forgets_what_is_not_committed(lab):
    with connect(lab, "xr") as connection:
        connection.send_config_set(["hostname other"])
        connection.exit_config_mode()
        assert "hostname xr" in connection.send_command("show running-config")


def test_host_keys_are_known(lab, tmp_path):
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(lab.known_hosts)
    strict = {"ssh_strict": True, "alt_host_keys": True, "alt_key_file": str(known_hosts)}
    with connect(lab, "xe", **strict) as connection:
        assert connection.is_alive()
    lab.faults.change_host_key("xe")
    with pytest.raises((NetmikoTimeoutException, SSHException)):
        connect(lab, "xe", **strict)


def test_the_wrong_password_is_refused(lab):
    with pytest.raises(NetmikoAuthenticationException):
        connect(lab, "xe", password="wrong")


def test_faults_come_and_go(lab):
    lab.faults.refuse_login("xe")
    with pytest.raises(NetmikoAuthenticationException):
        connect(lab, "xe")
    lab.faults.clear("xe")
    lab.faults.unreachable("xe")
    with pytest.raises(NetmikoTimeoutException):
        connect(lab, "xe")
    with connect(lab, "xr") as connection:
        assert "Secured" in connection.send_command("show macsec mka session")
    lab.faults.clear("xe")
    connect(lab, "xe").disconnect()


def test_a_dead_site_is_gone_and_its_links_are_down(lab):
    lab.faults.dead_site("site-xe")
    with pytest.raises(NetmikoTimeoutException):
        connect(lab, "xe")
    with connect(lab, "xr") as connection:
        brief = connection.send_command("show interfaces brief")
    assert brief.split("Hu0/0/0/1")[1].split()[:2] == ["down", "down"]
    lab.faults.clear("xe")
    connect(lab, "xe").disconnect()


def test_output_is_lost(lab):
    lab.faults.truncate_output("xe", "running-config")
    with connect(lab, "xe") as connection:
        seen = connection.send_command("show running-config")
    assert seen.startswith("Building configuration...")
    assert "\nend" not in seen


def test_a_session_is_dropped_in_the_middle_of_output(lab):
    lab.faults.drop_session("xe", "running-config")
    connection = connect(lab, "xe")
    with pytest.raises(ReadTimeout):
        connection.send_command("show running-config", read_timeout=5)
    assert not connection.is_alive()
    connection.disconnect()


def test_latency_delays_and_keeps_the_order(lab):
    lab.faults.latency("xe", 0.05)
    with connect(lab, "xe") as connection:
        assert connection.send_command("show clock").startswith("12:00:00.000")
        assert connection.send_command("show run | include ^host") == "hostname xe"


def test_a_wrong_clock_expires_keys(lab):
    lab.faults.clock_skew("xe", timedelta(days=365))
    with connect(lab, "xe") as connection:
        assert "Total MKA Sessions....... 0" in connection.send_command("show mka sessions")
        assert connection.send_command("show clock").endswith("Jun 15 2027")


def test_two_instances_side_by_side(lab):
    with Lab(inventory(), {"xe": XE.replace("hostname xe", "hostname twin")}) as other:
        with connect(other, "xe") as connection:
            assert connection.find_prompt() == "twin#"
        with pytest.raises(NetmikoAuthenticationException):
            connect(other, "xe", password=lab.login.password)


def test_a_port_in_use_is_a_clear_error(lab):
    port = lab.endpoints["xe"].port
    other = Lab(inventory(), {"xe": XE}, port=port)
    with pytest.raises(LabError, match="in use") as caught:
        other.start()
    assert caught.value.hint


def test_nothing_is_left_behind():
    before = set(threading.enumerate())
    with Lab(inventory(), {"xe": XE, "xr": XR}) as lab:
        connection = connect(lab, "xe")
    with pytest.raises(NetmikoTimeoutException):
        connect(lab, "xe")
    connection.disconnect()
    for one in set(threading.enumerate()) - before:
        one.join(60)
        assert not one.is_alive()


@pytest.mark.parametrize(
    ("configs", "message"),
    [({"nobody": XE}, "not in the inventory")],
)
def test_what_is_not_declared_is_not_emulated(configs, message):
    with pytest.raises(LabError, match=message):
        Lab(inventory(), configs)


def test_faults_need_a_device_and_a_site_of_the_lab(lab):
    for work in (
        lambda: lab.faults.unreachable("nobody"),
        lambda: lab.faults.dead_site("nowhere"),
    ):
        with pytest.raises(LabError):
            work()
