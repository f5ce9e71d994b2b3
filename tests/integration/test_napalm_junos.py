"""NAPALM's own junos driver (PyEZ, ncclient), unmodified, against the lab's Junos over real SSH."""

from __future__ import annotations

from datetime import timedelta

import pytest
from napalm.base.exceptions import (
    CommitConfirmException,
    LockError,
    MergeConfigException,
    ReplaceConfigException,
)
from napalm.junos.junos import JunOSDriver
from ncclient import manager
from ncclient.operations import RPCError

from netmod.lab import Lab, ManualClock
from tests.unit.lab_junos import JUNOS, PORT, region, typed
from tests.unit.lab_pair import NOON, XR

pytestmark = [
    pytest.mark.network,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ncclient"),
    pytest.mark.filterwarnings("ignore::FutureWarning:jnpr"),
]

HOST_NAME = "set system host-name other"


@pytest.fixture
def clock():
    return ManualClock(NOON)


@pytest.fixture
def lab(clock):
    with Lab(region(), {"ju": JUNOS, "xr": XR}, clock=clock, network=88) as running:
        assert running.rejected == {}
        yield running


@pytest.fixture
def connect(lab):
    opened = []

    def connect(**options):
        endpoint = lab.endpoints["ju"]
        driver = JunOSDriver(
            endpoint.address,
            lab.login.username,
            lab.login.password,
            timeout=120,
            optional_args={"port": endpoint.port, **options},
        )
        driver.device._look_for_keys = False
        driver.device._conn_open_timeout = 120
        driver.open()
        opened.append(driver)
        return driver

    yield connect
    for driver in opened:
        driver.close()


@pytest.fixture
def driver(connect):
    return connect()


def hostname(lab):
    return lab.devices["ju"].hostname


def test_it_is_alive_until_it_is_closed(connect):
    driver = connect()
    assert driver.is_alive() == {"is_alive": True}
    driver.close()
    assert driver.is_alive() == {"is_alive": False}


def test_facts(lab, driver):
    device = lab.devices["ju"]
    facts = driver.get_facts()
    assert facts.pop("uptime") == int((NOON - device.booted).total_seconds())
    assert facts.pop("interface_list") == [PORT, "lo0"]
    assert facts == {
        "vendor": "Juniper",
        "model": "MX204",
        "serial_number": device.serial,
        "os_version": "22.4R3.25",
        "hostname": "ju",
        "fqdn": "ju",
    }


def test_facts_are_remembered_by_the_driver_and_stale_after_a_commit(lab, driver):
    assert driver.get_facts()["hostname"] == "ju"
    driver.load_merge_candidate(config=HOST_NAME)
    driver.commit_config()
    assert hostname(lab) == "other"
    assert driver.get_facts()["hostname"] == "ju"


def test_the_configuration_is_text_in_braces_that_can_be_loaded_again(driver):
    driver.load_merge_candidate(config=HOST_NAME)
    found = driver.get_config()
    assert "host-name other;" in found["candidate"]
    assert "host-name ju;" in found["running"]
    assert found["running"].lstrip().startswith("## Last commit:")
    driver.discard_config()
    driver.load_replace_candidate(config=found["running"])
    assert driver.compare_config() == ""
    driver.discard_config()


@pytest.mark.parametrize(
    "config",
    [
        f'set interfaces {PORT} description "to nowhere"\nset interfaces {PORT} mtu 9000',
        f'interfaces {{ {PORT} {{ description "to nowhere"; mtu 9000; }} }}',
        f"<configuration><interfaces><interface><name>{PORT}</name>"
        "<description>to nowhere</description><mtu>9000</mtu></interface></interfaces>"
        "</configuration>",
    ],
    ids=["set", "braces", "xml"],
)
def test_a_merge_is_compared_committed_and_rolled_back(lab, driver, config):
    driver.load_merge_candidate(config=config)
    assert driver.compare_config().splitlines() == [
        f"[edit interfaces {PORT}]",
        '-   description "to xr";',
        '+   description "to nowhere";',
        "+   mtu 9000;",
    ]
    driver.commit_config(message="wave 1")
    port = lab.devices["ju"].view.ports[PORT]
    assert (port.description, port.mtu) == ("to nowhere", 9000)
    assert driver.compare_config() == ""
    driver.rollback()
    port = lab.devices["ju"].view.ports[PORT]
    assert (port.description, port.mtu) == ("to xr", None)


def test_a_replacement_leaves_nothing_of_before(lab, driver):
    driver.load_replace_candidate(
        config="system { host-name alone; services { netconf { ssh; } } }"
    )
    assert "- interfaces {" in driver.compare_config().splitlines()
    driver.commit_config()
    assert list(lab.devices["ju"].running.render()) == [
        "system {",
        "    host-name alone;",
        "    services {",
        "        netconf {",
        "            ssh;",
        "        }",
        "    }",
        "}",
    ]


def test_what_is_discarded_is_gone_and_unlocked(lab, driver, connect):
    driver.load_merge_candidate(config=HOST_NAME)
    driver.discard_config()
    assert hostname(lab) == "ju"
    second = connect()
    second.load_merge_candidate(config=f"set interfaces {PORT} mtu 9000")
    assert "host-name" not in second.compare_config()
    second.discard_config()


@pytest.mark.parametrize(
    ("config", "bad"),
    [
        ("set system hostname other", "hostname"),
        (f"set interfaces {PORT} mtu big", "big"),
        ("system { host-name other; nonsense yes; }", "nonsense"),
        ("set interfaces", None),
    ],
)
def test_a_statement_that_junos_does_not_know_refuses_the_load(lab, driver, config, bad):
    with pytest.raises(MergeConfigException) as caught:
        driver.load_merge_candidate(config=config)
    assert bad is None or caught.value.args[0][0]["bad_element"] == bad
    assert driver.compare_config() == ""
    assert hostname(lab) == "ju"


def test_a_replacement_is_refused_in_the_same_words(driver):
    with pytest.raises(ReplaceConfigException):
        driver.load_replace_candidate(config="system { nonsense yes; }")


def test_deleting_what_is_not_there_is_a_warning_that_the_driver_takes_for_an_error(connect):
    with pytest.raises(MergeConfigException) as caught:
        connect().load_merge_candidate(config="delete snmp location")
    assert caught.value.args[0][0]["severity"] == "warning"
    lenient = connect(ignore_warning="statement not found")
    lenient.load_merge_candidate(config="delete snmp location")
    lenient.discard_config()


def test_a_candidate_that_does_not_check_out_is_not_committed(lab, driver):
    driver.load_merge_candidate(
        config=f"set security macsec interfaces {PORT} connectivity-association OTHER"
    )
    with pytest.raises(Exception, match="connectivity association not defined"):
        driver.commit_config()
    assert "CA" in lab.devices["ju"].view.ports[PORT].macsec.policy.name
    driver.discard_config()


def test_a_second_session_gets_no_lock(driver, connect):
    driver.load_merge_candidate(config=HOST_NAME)
    with pytest.raises(LockError, match="locked by session"):
        connect().load_merge_candidate(config=f"set interfaces {PORT} mtu 9000")


def test_uncommitted_lines_of_somebody_else_refuse_the_lock(lab, driver):
    typed(lab, "configure", "set system host-name edited")
    with pytest.raises(LockError, match="configuration database modified"):
        driver.load_merge_candidate(config=f"set interfaces {PORT} mtu 9000")


def test_without_the_lock_a_commit_takes_somebody_elses_lines_with_it(lab, connect):
    typed(lab, "configure", "set system host-name edited")
    driver = connect(lock_disable=True)
    driver.load_merge_candidate(config=f"set interfaces {PORT} mtu 9000")
    driver.commit_config()
    assert hostname(lab) == "edited"


def test_what_a_lost_session_had_locked_is_discarded(lab, connect):
    first = connect()
    first.load_merge_candidate(config=HOST_NAME)
    first.close()
    second = connect()
    second.load_merge_candidate(config=f"set interfaces {PORT} mtu 9000")
    assert "host-name" not in second.compare_config()
    second.discard_config()


def pending(lab, driver):
    driver.load_merge_candidate(config=HOST_NAME)
    driver.commit_config(revert_in=300)
    assert hostname(lab) == "other"
    assert driver.has_pending_commit()


def test_a_commit_that_is_confirmed_stays(lab, clock, driver):
    pending(lab, driver)
    clock.advance(timedelta(seconds=299))
    driver.confirm_commit()
    assert not driver.has_pending_commit()
    clock.advance(timedelta(days=1))
    assert hostname(lab) == "other"


def test_a_commit_that_nobody_confirms_is_taken_back(lab, clock, driver):
    pending(lab, driver)
    assert driver._get_pending_commits().popitem()[1] == 300
    clock.advance(timedelta(seconds=300))
    assert hostname(lab) == "ju"
    assert not driver.has_pending_commit()


def test_the_timer_outlives_the_session(lab, clock, connect):
    first = connect()
    pending(lab, first)
    first.close()
    assert hostname(lab) == "other"
    assert connect().has_pending_commit()
    clock.advance(timedelta(seconds=300))
    assert hostname(lab) == "ju"


def test_confirming_too_late_is_an_empty_commit_that_looks_like_success(lab, clock, driver):
    pending(lab, driver)
    clock.advance(timedelta(seconds=301))
    driver.confirm_commit()  # no exception
    assert hostname(lab) == "ju"


def test_a_rollback_after_the_confirmation_changes_nothing(lab, driver):
    pending(lab, driver)
    driver.confirm_commit()
    driver.rollback()
    assert hostname(lab) == "other"  # the commit that confirmed is the latest one


def test_a_rollback_after_the_timer_brings_the_change_back(lab, clock, driver):
    pending(lab, driver)
    clock.advance(timedelta(seconds=301))
    driver.rollback()
    assert hostname(lab) == "other"


@pytest.mark.parametrize("command", ["commit check", "commit"])
def test_a_commit_or_a_check_by_anybody_confirms(lab, clock, driver, command):
    pending(lab, driver)
    typed(lab, "configure", command)
    clock.advance(timedelta(seconds=301))
    assert hostname(lab) == "other"


def test_the_timer_counts_whole_minutes(driver):
    driver.load_merge_candidate(config=HOST_NAME)
    with pytest.raises(CommitConfirmException):
        driver.commit_config(revert_in=90)


def test_a_power_cut_brings_back_what_was_committed_for_good(lab, clock, driver):
    pending(lab, driver)
    lab.devices["ju"].power(on=False)
    lab.devices["ju"].power(on=True)
    assert hostname(lab) == "ju"
    clock.advance(timedelta(seconds=301))
    assert hostname(lab) == "ju"


def test_ncclient_commits_by_the_rfc_and_the_session_takes_its_commit_along(lab):
    endpoint = lab.endpoints["ju"]
    with manager.connect(
        host=endpoint.address,
        port=endpoint.port,
        username=lab.login.username,
        password=lab.login.password,
        hostkey_verify=False,
        look_for_keys=False,
        allow_agent=False,
        timeout=120,
    ) as session:
        with session.locked("candidate"):
            session.edit_config(
                target="candidate",
                config="<config><configuration><system><host-name>rfc</host-name></system>"
                "</configuration></config>",
            )
            session.validate("candidate")
            session.commit(confirmed=True, timeout="600")
        assert hostname(lab) == "rfc"
        found = session.get_config(
            "running",
            filter=("subtree", "<configuration><system><host-name/></system></configuration>"),
        )
        assert "<host-name>rfc</host-name>" in found.data_xml
        with pytest.raises(RPCError, match="cannot be"):
            session.get_config("startup")
    assert hostname(lab) == "ju"
