"""NAPALM's `eos` driver, unmodified, against the lab's eAPI: every step of a change, every trap."""

from __future__ import annotations

import http.client
import json
import ssl
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from napalm import get_network_driver
from napalm.base.exceptions import (
    CommitError,
    MergeConfigException,
    ReplaceConfigException,
    SessionLockedException,
)
from pyeapi.eapilib import CommandError
from pyeapi.eapilib import ConnectionError as NoConnection

from netmod.lab import Lab, ManualClock, start, stop
from tests.unit import lab_pair
from tests.unit.lab_eos import inventory, lab_of, switch, traffic, typed

pytestmark = pytest.mark.network

API = "management api http-commands\n   no shutdown\n"
MERGE = "interface Ethernet1/1\n   description new\n"
REFUSED = "Connection refused|closed connection|reset|EOF|Broken pipe|unable to connect"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(lab_pair.NOON)


@pytest.fixture
def lab(clock: ManualClock) -> Iterator[Lab]:
    with lab_of(switch("a") + API, switch("b"), clock=clock) as running:
        assert running.rejected == {}
        yield running


def driver(lab: Lab, name: str = "a", **options: Any) -> Any:
    endpoint = lab.endpoints[name]
    return get_network_driver("eos")(
        endpoint.address,
        options.pop("username", lab.login.username),
        options.pop("password", lab.login.password),
        timeout=120,
        optional_args={"port": endpoint.https_port, **options},
    )


@pytest.fixture
def eos(lab: Lab) -> Iterator[Any]:
    connection = driver(lab)
    connection.open()
    yield connection
    connection.config_session = None
    connection.close()


def running(lab: Lab) -> str:
    return typed(lab, "a", "show running-config")


def startup(lab: Lab) -> str:
    return typed(lab, "a", "show startup-config")


# --- what it says about itself


def test_facts_are_those_of_the_device(lab: Lab, eos: Any) -> None:
    facts = eos.get_facts()
    device = lab.devices["a"]
    assert eos.is_alive() == {"is_alive": True}
    assert (facts["hostname"], facts["fqdn"], facts["vendor"]) == ("a", "a", "Arista")
    assert (facts["model"], facts["serial_number"]) == (device.model, device.serial)
    assert facts["os_version"].startswith(device.persona.version)
    assert facts["interface_list"] == ["Ethernet1/1", "Management1"]


def test_configurations_are_those_of_the_terminal(lab: Lab, eos: Any) -> None:
    typed(lab, "a", "configure", "interface et1/1", "description unsaved")
    eos.load_merge_candidate(config="hostname other")
    found = eos.get_config()
    assert found["running"] == running(lab)
    assert found["startup"] == startup(lab)
    assert "hostname other\n" in found["candidate"]
    assert "description unsaved" not in found["startup"]
    hidden = eos.get_config(retrieve="running", sanitized=True, full=True)["running"]
    assert "<removed>" in hidden
    assert "macsec/kc" not in hidden


def test_ports_and_neighbors(lab: Lab, eos: Any) -> None:
    typed(lab, "b", "configure", "lldp run")
    port = eos.get_interfaces()["Ethernet1/1"]
    assert (port["is_up"], port["description"], port["speed"]) == (True, "a cable", 100000.0)
    assert eos.get_interfaces_counters()["Ethernet1/1"]["rx_octets"] > 0
    [neighbor] = eos.get_lldp_neighbors_detail()["Ethernet1/1"]
    assert neighbor["remote_system_name"] == "b"
    assert eos.get_lldp_neighbors()["Ethernet1/1"][0]["hostname"] == "b"


# --- a change


def test_merge_compare_commit_roll_back(lab: Lab, eos: Any) -> None:
    eos.load_merge_candidate(config=MERGE)
    difference = eos.compare_config()
    assert "-   description a cable\n+   description new" in difference
    assert "description new" not in running(lab)
    eos.commit_config()
    assert "description new" in running(lab)
    assert "description new" in startup(lab)
    assert not eos.has_pending_commit()
    eos.rollback()
    assert "description a cable" in running(lab)
    assert "description a cable" in startup(lab)


def test_the_running_configuration_replaces_itself_without_a_difference(lab: Lab, eos: Any) -> None:
    text = running(lab)
    eos.load_replace_candidate(config=text)
    assert eos.compare_config() == ""
    eos.commit_config()
    assert running(lab) == text
    assert traffic(lab) == "encrypted"


def test_replace_removes_what_is_not_there(lab: Lab, eos: Any) -> None:
    text = running(lab).replace("   description a cable\n", "").replace("only", "Only")
    eos.load_replace_candidate(config=text)
    assert "-   description a cable" in eos.compare_config()
    eos.commit_config()
    assert "description" not in running(lab)
    assert "banner login\nOnly for staff.\nEOF\n" in running(lab)


def test_a_discarded_candidate_is_gone(lab: Lab, eos: Any) -> None:
    eos.load_merge_candidate(config=MERGE)
    eos.discard_config()
    assert eos.compare_config() == ""
    assert "napalm" not in typed(lab, "a", "show configuration sessions")


@pytest.mark.parametrize(
    ("load", "error"),
    [
        ("load_merge_candidate", MergeConfigException),
        ("load_replace_candidate", ReplaceConfigException),
    ],
)
@pytest.mark.parametrize("line", ["nonsense", "int Et1/1", "interface Ethernet1/1\nmtu"])
def test_a_line_that_is_not_taken_is_told_and_leaves_nothing(
    lab: Lab, eos: Any, load: str, error: type[Exception], line: str
) -> None:
    before = running(lab)
    if line.endswith("mtu"):
        line = "mac security\nprofile P\ncipher"
    with pytest.raises(error, match="Error \\[1002\\]"):
        getattr(eos, load)(config=line)
    assert running(lab) == before
    assert "napalm" not in typed(lab, "a", "show configuration sessions")


def test_a_confirmed_commit_stays_and_is_saved(lab: Lab, eos: Any, clock: ManualClock) -> None:
    eos.load_merge_candidate(config=MERGE)
    eos.commit_config(revert_in=300)
    assert eos.has_pending_commit()
    assert "description new" in running(lab)
    assert "description new" not in startup(lab)
    eos.confirm_commit()
    assert not eos.has_pending_commit()
    clock.advance(timedelta(hours=2))
    assert "description new" in running(lab)
    assert "description new" in startup(lab)


def test_a_commit_that_waits_may_be_rolled_back(lab: Lab, eos: Any) -> None:
    typed(lab, "a", "configure", "interface et1/1", "mtu 9214")
    eos.load_merge_candidate(config=MERGE)
    eos.commit_config(revert_in=300)
    eos.rollback()
    assert not eos.has_pending_commit()
    assert "description a cable" in running(lab)
    assert "mtu 9214" in running(lab)


# --- traps


def test_trap_the_timer_takes_back_and_confirming_then_is_an_error(
    lab: Lab, eos: Any, clock: ManualClock
) -> None:
    eos.load_merge_candidate(config="interface Ethernet1/1\n   shutdown")
    eos.commit_config(revert_in=300)
    assert traffic(lab, "b") == "none"
    clock.advance(timedelta(seconds=300))
    assert traffic(lab, "b") == "encrypted"
    assert not eos.has_pending_commit()
    with pytest.raises(CommitError, match="No pending"):
        eos.confirm_commit()
    with pytest.raises(CommandError, match="does not exist"):
        eos.close()  # it still holds the session that the device forgot


def test_trap_twenty_five_hours_are_one(lab: Lab, eos: Any, clock: ManualClock) -> None:
    eos.load_merge_candidate(config=MERGE)
    eos.commit_config(revert_in=25 * 3600)
    clock.advance(timedelta(hours=1))
    assert not eos.has_pending_commit()
    assert "description a cable" in running(lab)


def test_trap_rollback_restores_what_was_saved_not_what_ran(lab: Lab, eos: Any) -> None:
    typed(lab, "a", "configure", "interface et1/1", "mtu 9214")
    eos.load_merge_candidate(config=MERGE)
    eos.commit_config()
    eos.rollback()
    assert "mtu 9214" not in running(lab)


def test_trap_closing_takes_a_commit_that_waits_back(lab: Lab) -> None:
    eos = driver(lab)
    eos.open()
    eos.load_merge_candidate(config=MERGE)
    eos.commit_config(revert_in=300)
    eos.close()
    assert "description a cable" in running(lab)


def test_trap_another_process_confirms_only_with_the_name_of_the_session(
    lab: Lab, eos: Any
) -> None:
    eos.load_merge_candidate(config=MERGE)
    eos.commit_config(revert_in=300)
    other = driver(lab)
    other.open()
    assert other.has_pending_commit()
    with pytest.raises(CommitError, match="No pending"):
        other.confirm_commit()
    with pytest.raises(CommitError, match="not found as pending"):
        other.rollback()
    with pytest.raises(CommitError, match="already in process"):
        other.commit_config(revert_in=300)
    other.config_session = eos.config_session
    other.confirm_commit()
    assert "description new" in startup(lab)


def test_trap_a_session_that_somebody_left_behind_is_a_lock(lab: Lab, eos: Any) -> None:
    typed(lab, "a", "configure session left", "hostname left", "end")
    with pytest.raises(SessionLockedException):
        eos._lock()  # `load_…` asks for ten seconds before it says so


def test_trap_a_commit_loses_what_others_changed_since_the_load(lab: Lab, eos: Any) -> None:
    eos.load_merge_candidate(config=MERGE)
    typed(lab, "a", "configure", "interface et1/1", "mtu 9214")
    assert "-   mtu 9214" in eos.compare_config()
    eos.commit_config()
    assert "mtu 9214" not in running(lab)


def test_trap_a_replacement_without_eapi_cuts_us_off_until_the_timer_is_over(
    lab: Lab, eos: Any, clock: ManualClock
) -> None:
    eos.load_replace_candidate(config=running(lab).replace(API, ""))
    eos.commit_config(revert_in=300)
    with pytest.raises(NoConnection, match=REFUSED):
        eos.has_pending_commit()
    clock.advance(timedelta(seconds=300))
    assert not eos.has_pending_commit()
    assert "no shutdown" in running(lab)


def test_trap_a_full_flash_stops_before_the_commit(lab: Lab, eos: Any) -> None:
    flash = lab.devices["a"].flash
    flash.capacity = flash.used
    eos.load_merge_candidate(config=MERGE)
    with pytest.raises(CommandError, match="No space left"):
        eos.commit_config()
    assert "description a cable" in running(lab)


def test_trap_a_session_that_drops_in_the_commit_has_committed(lab: Lab, eos: Any) -> None:
    eos.load_merge_candidate(config=MERGE)
    lab.faults.drop_session("a", "^configure session .* commit$")
    with pytest.raises(NoConnection, match=REFUSED):
        eos.commit_config()
    lab.faults.clear("a")
    assert "description new" in running(lab)
    assert "description new" not in startup(lab)


# --- over SSH


def test_the_driver_works_over_ssh_too(lab: Lab, clock: ManualClock) -> None:
    eos = driver(lab, transport="ssh", port=lab.endpoints["a"].port)
    eos.open()
    assert eos.is_alive() == {"is_alive": True}
    assert eos.get_facts()["hostname"] == "a"
    eos.load_merge_candidate(config=MERGE)
    assert "+   description new" in eos.compare_config()
    eos.commit_config(revert_in=300)
    assert eos.has_pending_commit()
    clock.advance(timedelta(seconds=300))
    assert not eos.has_pending_commit()
    assert "description a cable" in running(lab)
    eos.load_replace_candidate(config=running(lab))
    assert eos.compare_config() == ""
    eos.close()


# --- the path


def test_faults_of_the_path_hold_for_eapi(lab: Lab, eos: Any) -> None:
    lab.faults.refuse_login("a")
    with pytest.raises(NoConnection, match="Unauthorized"):
        eos.get_facts()
    lab.faults.clear("a")
    lab.faults.latency("a", 0.01)
    assert eos.get_facts()["hostname"] == "a"
    port = lab.endpoints["a"].https_port
    lab.faults.unreachable("a")
    with pytest.raises(NoConnection, match="refused"):
        eos.get_facts()
    lab.faults.clear("a")
    assert lab.endpoints["a"].https_port == port
    lab.faults.dead_site("site-a")
    with pytest.raises(NoConnection, match="refused"):
        eos.get_facts()
    lab.faults.clear("a")
    assert eos.get_facts()["hostname"] == "a"


def test_a_wrong_password_is_refused(lab: Lab) -> None:
    with pytest.raises(NoConnection, match="Unauthorized"):
        driver(lab, password="wrong").open()


def test_a_device_without_eapi_answers_nobody(lab: Lab) -> None:
    with pytest.raises(NoConnection, match=REFUSED):
        driver(lab, "b").open()


def test_the_certificate_of_the_lab_is_that_of_the_device(lab: Lab) -> None:
    trusting = ssl.create_default_context(cadata=lab.certificate)
    trusting.check_hostname = False
    eos = driver(lab, context=trusting)
    eos.open()
    eos.close()
    with pytest.raises(NoConnection, match="CERTIFICATE_VERIFY_FAILED"):
        driver(lab, context=ssl.create_default_context()).open()


def post(
    connection: http.client.HTTPSConnection, lab: Lab, *, path: str = "/command-api", **more: Any
) -> tuple[int, bytes]:
    login = f"{lab.login.username}:{more.pop('password', lab.login.password)}"
    headers = {"Authorization": f"Basic {b64encode(login.encode()).decode()}"}
    params = {"version": 1, "cmds": ["show hostname"], "format": "json"}
    body = json.dumps({"jsonrpc": "2.0", "method": "runCmds", "params": params, "id": 1})
    connection.request(more.pop("method", "POST"), path, body, headers=headers | more)
    response = connection.getresponse()
    return response.status, response.read()


def test_one_connection_carries_many_requests(lab: Lab) -> None:
    trusting = ssl.create_default_context(cadata=lab.certificate)
    trusting.check_hostname = False
    endpoint = lab.endpoints["a"]
    connection = http.client.HTTPSConnection(
        endpoint.address, endpoint.https_port, timeout=120, context=trusting
    )
    try:
        for _ in range(3):
            status, body = post(connection, lab)
            assert status == 200
            assert json.loads(body)["result"][0]["hostname"] == "a"
            connected = connection.sock
        assert post(connection, lab, password="wrong")[0] == 401
        assert post(connection, lab, path="/other")[0] == 404
        assert post(connection, lab, method="PUT")[0] == 405
        assert connection.sock is connected
        assert post(connection, lab, Connection="close")[0] == 200
        assert connection.sock is None
    finally:
        connection.close()


def test_a_lab_of_its_own_process_says_where_eapi_is_and_what_to_trust(tmp_path: Path) -> None:
    configs = {"a": switch("a") + API, "b": switch("b")}
    state = start(tmp_path, "eos", inventory(), configs)
    try:
        login = json.loads(state.credentials.read_text())
        trusting = ssl.create_default_context(cafile=str(state.certificate))
        trusting.check_hostname = False
        eos = get_network_driver("eos")(
            state.endpoints["a"].address,
            login["username"],
            login["password"],
            timeout=120,
            optional_args={"port": state.endpoints["a"].https_port, "context": trusting},
        )
        eos.open()
        assert eos.get_facts()["uptime"] > 0
        eos.close()
    finally:
        assert stop(tmp_path, "eos")
