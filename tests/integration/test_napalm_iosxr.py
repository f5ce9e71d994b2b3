"""NAPALM's own iosxr_netconf driver (ncclient), unmodified, and Netmiko's commits, against the lab."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from xml.sax.saxutils import escape

import pytest
from napalm.base.exceptions import MergeConfigException, ReplaceConfigException
from napalm.iosxr_netconf.iosxr_netconf import IOSXRNETCONFDriver
from ncclient import manager
from ncclient.operations import RPCError
from ncclient.transport.errors import SessionCloseError, TransportError
from netmiko import ConnectHandler

from netmod.lab import Lab, ManualClock
from tests.unit.lab_pair import NOON, XE, XR, XR_PORT, inventory

pytestmark = [
    pytest.mark.network,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ncclient"),
]

OTHER = "hostname other\n"


@pytest.fixture
def clock():
    return ManualClock(NOON)


@pytest.fixture
def lab(clock):
    with Lab(inventory(), {"xe": XE, "xr": XR}, clock=clock, network=89) as running:
        assert running.rejected == {}
        yield running


def options(lab):
    return {
        "port": lab.endpoints["xr"].port,
        "look_for_keys": False,
        "allow_agent": False,
        "hostkey_verify": False,
    }


@pytest.fixture
def connect(lab):
    opened = []

    def connect(**more):
        driver = IOSXRNETCONFDriver(
            lab.endpoints["xr"].address,
            lab.login.username,
            lab.login.password,
            timeout=120,
            optional_args={**options(lab), **more},
        )
        driver.open()
        opened.append(driver)
        return driver

    yield connect
    for driver in opened:
        if driver.is_alive()["is_alive"]:
            driver.close()


@pytest.fixture
def driver(connect):
    return connect()


@pytest.fixture
def netconf(lab):
    """Sessions of ncclient, beside the driver."""
    opened = []

    def netconf():
        session = manager.connect(
            host=lab.endpoints["xr"].address,
            username=lab.login.username,
            password=lab.login.password,
            timeout=120,
            device_params={"name": "iosxr"},
            **options(lab),
        )
        opened.append(session)
        return session

    yield netconf
    for session in opened:
        with suppress(SessionCloseError, TransportError):  # closed before, or killed
            session.close_session()


@pytest.fixture
def netmiko(lab):
    endpoint = lab.endpoints["xr"]
    with ConnectHandler(
        device_type="cisco_xr",
        host=endpoint.address,
        port=endpoint.port,
        username=lab.login.username,
        password=lab.login.password,
        conn_timeout=120,
        banner_timeout=120,
        auth_timeout=120,
        read_timeout_override=120,
    ) as connection:
        yield connection


def hostname(lab):
    return lab.devices["xr"].hostname


def test_it_is_alive(driver):
    assert driver.is_alive() == {"is_alive": True}


def test_facts(lab, driver):
    device = lab.devices["xr"]
    facts = driver.get_facts()
    assert facts.pop("uptime") == int((NOON - device.booted).total_seconds())
    assert facts == {
        "vendor": "Cisco",
        "os_version": "7.11.2",
        "hostname": "xr",
        "fqdn": "xr",
        "model": device.model,
        "serial_number": device.serial,
        "interface_list": [XR_PORT],
    }


def test_interfaces(driver):
    found = driver.get_interfaces()[XR_PORT]
    assert (found["is_up"], found["is_enabled"], found["description"]) == (True, True, "to xe")


def test_the_configuration_is_the_text_of_the_command_line(driver):
    driver.load_merge_candidate(config=OTHER)
    found = driver.get_config()
    assert found["running"].startswith("!! IOS XR Configuration")
    assert "\nhostname xr\n" in found["running"]
    assert "\nhostname other\n" in found["candidate"]
    driver.load_replace_candidate(config=escape(found["running"]))
    assert driver.compare_config() == ""
    driver.discard_config()


def test_the_driver_puts_text_into_xml_as_it_is(lab, driver):
    with pytest.raises(MergeConfigException, match="<string>"):
        driver.load_merge_candidate(config=f"interface {XR_PORT}\n description a<b\n")
    driver.load_merge_candidate(config=escape(f"interface {XR_PORT}\n description a<b\n"))
    driver.commit_config()
    assert lab.devices["xr"].view.ports[XR_PORT].description == "a<b"


def test_a_merge_is_compared_committed_and_rolled_back(lab, driver):
    driver.load_merge_candidate(
        config=f"interface {XR_PORT}\n description to nowhere\n mtu 9000\n!\n"
    )
    assert driver.compare_config().splitlines() == [
        f"interface {XR_PORT}",
        "-   description to xe",
        "+   description to nowhere",
        "+   mtu 9000",
        "   !",
    ]
    driver.commit_config()
    port = lab.devices["xr"].view.ports[XR_PORT]
    assert (port.description, port.mtu) == ("to nowhere", 9000)
    driver.rollback()
    port = lab.devices["xr"].view.ports[XR_PORT]
    assert (port.description, port.mtu) == ("to xe", None)


def test_a_replacement_leaves_nothing_of_before(lab, driver):
    driver.load_replace_candidate(config="hostname alone\n")
    assert f"-  interface {XR_PORT}" in driver.compare_config()
    driver.commit_config()
    assert lab.devices["xr"].running.render(block_end=True) == ["hostname alone"]


def test_what_is_discarded_is_gone_and_unlocked(lab, driver, connect):
    driver.load_merge_candidate(config=OTHER)
    driver.discard_config()
    assert driver.compare_config() == ""
    second = connect()
    second.load_merge_candidate(config=OTHER)
    second.commit_config()
    assert hostname(lab) == "other"


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("load_merge_candidate", MergeConfigException),
        ("load_replace_candidate", ReplaceConfigException),
    ],
)
def test_a_line_that_the_device_does_not_know_refuses_all_of_them(lab, driver, method, error):
    with pytest.raises(error, match="nonsense"):
        getattr(driver, method)(config="hostname other\nnonsense yes\n")
    assert "hostname other" not in driver.get_config("candidate")["candidate"]
    assert hostname(lab) == "xr"


def test_a_commit_that_is_refused_changes_nothing(lab, driver):
    driver.load_merge_candidate(
        config="hostname other\nrouter bgp 65000\n neighbor 192.0.2.1\n"
        "  address-family ipv4 unicast\n   route-policy MISSING in\n"
    )
    with pytest.raises(RPCError, match="MISSING"):
        driver.commit_config()
    assert hostname(lab) == "xr"


def test_a_second_session_gets_no_lock(driver, connect):
    driver.load_merge_candidate(config=OTHER)
    with pytest.raises(RPCError) as caught:
        connect().load_merge_candidate(config=OTHER)
    assert caught.value.tag == "lock-denied"


def test_the_driver_has_no_timer(driver):
    driver.load_merge_candidate(config=OTHER)
    with pytest.raises(NotImplementedError):
        driver.commit_config(revert_in=60)
    driver.discard_config()


def test_a_rollback_is_relative_to_the_last_commit_whoever_made_it(lab, driver, netmiko):
    driver.load_merge_candidate(config=f"interface {XR_PORT}\n mtu 9000\n")
    driver.commit_config()
    lines = [f"interface {XR_PORT}", "description to nowhere"]
    netmiko.send_config_set(lines, exit_config_mode=False)
    netmiko.commit()
    driver.rollback()
    port = lab.devices["xr"].view.ports[XR_PORT]
    assert (port.mtu, port.description) == (9000, "to xe")


def test_a_second_rollback_takes_the_first_one_back(lab, driver):
    driver.load_merge_candidate(config=OTHER)
    driver.commit_config()
    driver.rollback()
    assert hostname(lab) == "xr"
    driver.rollback()
    assert hostname(lab) == "other"


# --- confirmed commits, which the driver does not have


def edited(session):
    session.edit_config(
        target="candidate",
        config='<config><cli xmlns="http://cisco.com/ns/yang/Cisco-IOS-XR-cli-cfg">'
        f"{OTHER}</cli></config>",
        error_option="rollback-on-error",
    )


def test_a_confirmed_commit_by_netconf_ends_with_its_session(lab, netconf):
    session = netconf()
    edited(session)
    session.commit(confirmed=True, timeout="600")
    assert hostname(lab) == "other"
    session.close_session()
    assert hostname(lab) == "xr"


def test_one_that_persists_is_confirmed_from_another_session(lab, clock, netconf):
    first, second = netconf(), netconf()
    edited(first)
    first.commit(confirmed=True, timeout="600", persist="wave-1")
    first.close_session()
    assert hostname(lab) == "other"
    with pytest.raises(RPCError, match="persist-id"):
        second.commit()
    second.commit(persist_id="wave-1")
    clock.advance(timedelta(hours=1))
    assert hostname(lab) == "other"


def test_one_that_persists_is_taken_back_by_the_clock_or_by_hand(lab, clock, netconf):
    first, second = netconf(), netconf()
    for end in (lambda: clock.advance(timedelta(seconds=600)), lambda: cancel(second)):
        edited(first)
        first.commit(confirmed=True, timeout="600", persist="wave-1")
        assert hostname(lab) == "other"
        end()
        assert hostname(lab) == "xr"


def cancel(session):
    session.cancel_commit(persist_id="wave-1")


def test_killing_a_session_takes_its_commit_back(lab, netconf):
    first, second = netconf(), netconf()
    edited(first)
    first.commit(confirmed=True, timeout="600")
    second.kill_session(first.session_id)
    assert hostname(lab) == "xr"


def test_netmiko_commits_for_a_time_with_a_label(lab, clock, netmiko):
    netmiko.send_config_set(["hostname other"], exit_config_mode=False)
    netmiko.commit(confirm=True, confirm_delay=60, label="wave-1")
    assert hostname(lab) == "other"
    clock.advance(timedelta(seconds=60))
    assert hostname(lab) == "xr"


def test_netmiko_confirms(lab, clock, netmiko):
    netmiko.send_config_set(["hostname other"], exit_config_mode=False)
    netmiko.commit(confirm=True, confirm_delay=60, label="wave-1")
    netmiko.commit()
    netmiko.exit_config_mode()
    clock.advance(timedelta(seconds=61))
    assert hostname(lab) == "other"
    assert "wave-1" in netmiko.send_command("show configuration commit list")


def test_netmiko_does_not_go_on_over_somebody_elses_commit(lab, driver, netmiko):
    netmiko.send_config_set([f"interface {XR_PORT}", "mtu 9000"], exit_config_mode=False)
    driver.load_merge_candidate(config=OTHER)
    driver.commit_config()
    with pytest.raises(ValueError, match="commit aborted"):
        netmiko.commit()
    assert lab.devices["xr"].view.ports[XR_PORT].mtu is None


def test_netmiko_replaces_everything(lab, netmiko):
    netmiko.send_config_set(["hostname alone"], exit_config_mode=False)
    netmiko.commit(replace=True)
    assert lab.devices["xr"].running.render(block_end=True) == ["hostname alone"]


def test_netmiko_sees_a_commit_fail(lab, netmiko):
    lines = ["router bgp 65000", "neighbor 192.0.2.1", "address-family ipv4 unicast",
             "route-policy MISSING in"]  # fmt: skip
    netmiko.send_config_set(lines, exit_config_mode=False)
    with pytest.raises(ValueError, match="Failed to commit"):
        netmiko.commit()
    assert "[MISSING]" in netmiko.send_command("show configuration failed", expect_string=r"\)#")
