"""Faults of a running lab: through its API over SSH, and through the control channel."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from netmiko import ConnectHandler

from netmod import lab as labs
from netmod.errors import LabError
from netmod.lab import Lab, Order, order_of
from netmod.lab.control import ask
from tests.unit.lab_pair import XE, XR, XR_PORT, device, inventory
from tests.unit.test_lab_reachability import CHAIN, FAR, FAR_PORT, NEXT_PORT, region

pytestmark = pytest.mark.network
PATIENCE = 120  # seconds, for a machine that is very busy


def connect(lab, name):
    endpoint = lab.endpoints[name]
    return ConnectHandler(
        device_type="cisco_xe"
        if lab.devices[name].persona.platform == "cisco_iosxe"
        else "cisco_xr",
        host=endpoint.address,
        port=endpoint.port,
        username=lab.login.username,
        password=lab.login.password,
        conn_timeout=PATIENCE,
        banner_timeout=PATIENCE,
        auth_timeout=PATIENCE,
        read_timeout_override=PATIENCE,
    )


def type_last(connection, line):
    """Type a line at which the session ends, and wait until it has."""
    connection.write_channel(line + "\n")
    gone(connection)


def gone(connection):
    transport = connection.remote_conn.get_transport()
    transport.join(PATIENCE)
    assert not transport.is_active()


def refused(endpoint):
    try:
        socket.create_connection((endpoint.address, endpoint.port), PATIENCE).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.fixture
def pair():
    with Lab(inventory(), {"xe": XE, "xr": XR}) as lab:
        yield lab


@pytest.fixture
def chain():
    with Lab(region(), {"xe": CHAIN, "xr": XR, "far": FAR}) as lab:
        yield lab


@pytest.mark.parametrize(("when", "description"), [("before", "to xe"), ("after", "changed")])
def test_a_session_that_drops_at_the_commit(pair, when, description):
    pair.faults.drop_session("xr", "^commit", when=when)
    connection = connect(pair, "xr")
    connection.send_config_set(
        [f"interface {XR_PORT}", "description changed"], exit_config_mode=False
    )
    type_last(connection, "commit")
    pair.refresh()  # on the lab's loop: what the session did is done
    assert pair.devices["xr"].view.ports[XR_PORT].description == description
    pair.faults.clear("xr")
    with connect(pair, "xr") as again:
        assert description in again.send_command("show running-config")


@pytest.mark.parametrize(("when", "hostname"), [("before", "xe"), ("after", "other")])
def test_a_prompt_that_hangs(pair, when, hostname):
    connection = connect(pair, "xe")
    connection.config_mode()
    pair.faults.hang("xe", "^hostname", when=when)
    connection.write_channel("hostname other\n")
    # a prompt would come in the same piece as the echo
    assert "#" not in connection.read_until_pattern("hostname other\r?\n")
    connection.write_channel("hostname third\n")
    pair.refresh()
    assert pair.devices["xe"].hostname == hostname
    assert connection.read_channel() == ""
    pair.faults.unreachable("xe")
    gone(connection)


def test_a_change_that_stops_half_way(pair):
    pair.faults.half_applied("xe", 0.5)
    lines = [f"interface Loopback{number}" for number in range(4)]
    with connect(pair, "xe") as connection:
        connection.send_config_set(lines)
        pair.refresh()
        ports = pair.devices["xe"].view.ports
        assert [name for name in ports if name.startswith("Loop")] == ["Loopback0", "Loopback1"]
        assert pair.faults.in_force() == {}
        connection.send_config_set(lines)
    pair.refresh()
    assert len([name for name in pair.devices["xe"].view.ports if name.startswith("Loop")]) == 4


def test_who_cuts_off_the_site_is_cut_off_himself_and_the_log_says_so(chain):
    connection = connect(chain, "far")
    lines = [f"interface {FAR_PORT}", "shutdown"]
    connection.send_config_set(lines, exit_config_mode=False)
    type_last(connection, "commit")
    chain.refresh()
    assert refused(chain.endpoints["far"])
    (entry,) = chain.reachability.log
    assert (entry.device, entry.reachable) == ("far", False)
    assert entry.reason == f"second: far {FAR_PORT} is shut"
    with connect(chain, "xe") as near:
        assert near.send_command("show running-config | include hostname") == "hostname xe"


def test_a_path_that_comes_back_lets_sessions_in_again(chain):
    with connect(chain, "xe") as connection:
        connection.send_config_set([f"interface {NEXT_PORT}", "shutdown"])
        chain.refresh()
        assert refused(chain.endpoints["far"])
        connection.send_config_set([f"interface {NEXT_PORT}", "no shutdown"])
    chain.refresh()
    connect(chain, "far").disconnect()
    assert [one.reachable for one in chain.reachability.log] == [False, True]


def test_a_reboot_ends_sessions_and_loses_what_was_not_saved(pair):
    connection = connect(pair, "xe")
    connection.send_config_set(["hostname other"])
    pair.faults.reboot("xe", 86400)
    assert refused(pair.endpoints["xe"])
    gone(connection)
    pair.faults.clear("xe")  # the end of the boot
    with connect(pair, "xe") as again:
        assert again.find_prompt() == "xe#"


# --- the control channel


@pytest.fixture
def folder(tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60) / "lab"  # longer than the name of a socket may be
    yield deep
    labs.stop(deep, "one")


def start(folder, **options):
    return labs.start(folder, "one", inventory(), {"xe": XE, "xr": XR}, **options)


def test_orders_reach_a_lab_in_another_process(folder):
    state = start(folder)
    room = folder / "one" / "part-1"
    assert stat.S_IMODE((room / "control").stat().st_mode) == 0o600
    assert labs.give(folder, "one", Order(do="faults")) == {}
    labs.give(folder, "one", order_of(["xe", "unreachable"], None, None))
    labs.give(folder, "one", order_of(["xr", "clock-skew", "-5m"], None, None))
    assert refused(state.endpoints["xe"])
    assert labs.give(folder, "one", Order(do="faults")) == {
        "xe": ["unreachable"],
        "xr": ["clock-skew -300s"],
    }
    (entry,) = labs.give(folder, "one", Order(do="log"))
    assert (entry["device"], entry["reachable"]) == ("xe", False)
    labs.give(folder, "one", order_of(["xe", "clear"], None, None))
    assert not refused(state.endpoints["xe"])
    labs.give(folder, "one", order_of(["dead"], "site-xr", None))
    assert labs.give(folder, "one", Order(do="faults"))["xr"][0] == "dead site"
    assert labs.give(folder, "one", Order(do="log", device="xe"))[-1]["reachable"]
    assert labs.stop(folder, "one")
    assert list(folder.iterdir()) == []


REFUSED = {
    "device": (["nobody", "unreachable"], None, "no device nobody"),
    "site": (["dead"], "nowhere", "no device of the lab is at site nowhere"),
    "pattern": (["xe", "drop", "("], None, "no pattern"),
}


def test_what_cannot_be_done_is_said_and_rubbish_harms_nothing(folder):
    start(folder)
    room = folder / "one" / "part-1"
    for words, site, message in REFUSED.values():
        with pytest.raises(LabError, match=message) as raised:
            labs.give(folder, "one", order_of(words, site, None))
        assert raised.value.hint
    for rubbish in (
        b"\n",
        b"{}\n",
        b'{"do": "fault", "fault": "latency", "device": "xe"}\n',
        b"x" * 200_000,
    ):
        assert "error" in json.loads(raw(room, rubbish))
    assert ask(room, Order(do="faults")) == {}


def raw(room, data):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE)
        handle = os.open(room, os.O_PATH)
        connection.connect(f"/proc/self/fd/{handle}/control")
        os.close(handle)
        with suppress(BrokenPipeError):
            connection.sendall(data)
        with connection.makefile("rb") as reader:
            return reader.readline()


def test_an_order_to_a_lab_that_does_not_run_has_a_hint(folder):
    with pytest.raises(LabError, match="no lab named one runs") as raised:
        labs.give(folder, "one", Order(do="faults"))
    assert "netmod lab up" in raised.value.hint


# --- several processes


def islands():
    whole = inventory()
    far = {f"xe{number}": device(f"xe{number}", "cisco_iosxe") for number in (1, 2)}
    devices = {
        name: one.__class__(**{**fields(one), "site": "site-xe"}) for name, one in far.items()
    }
    whole.devices.update(devices)
    return whole, {"xe": XE, "xr": XR, **dict.fromkeys(far, XE)}


def fields(one):
    return {name: getattr(one, name) for name in one.__slots__}


def ended(handle):
    return bool(select.select([handle], [], [], PATIENCE)[0])


def test_a_large_lab_is_several_processes_with_one_face(folder):
    whole, configs = islands()
    state = labs.start(folder, "one", whole, configs, most=2)
    assert list(state.endpoints) == ["xe", "xr", "xe1", "xe2"]
    assert {one.address for one in state.endpoints.values()} == {
        "127.71.0.1", "127.71.0.2", "127.72.0.1", "127.72.0.2"
    }  # fmt: skip
    assert len(state.known_hosts.read_text().splitlines()) == 4
    assert not refused(state.endpoints["xe2"])
    labs.give(folder, "one", order_of(["xe2", "latency", "0.5"], None, None))
    labs.give(folder, "one", order_of(["dead"], "site-xe", None))
    assert labs.give(folder, "one", Order(do="faults")) == {
        "xe": ["dead site"], "xe1": ["dead site"], "xe2": ["latency 0.5", "dead site"]
    }  # fmt: skip
    labs.give(folder, "one", Order(do="clear"))
    assert labs.give(folder, "one", Order(do="faults")) == {}
    assert len(labs.give(folder, "one", Order(do="log"))) == 6
    assert labs.stop(folder, "one")
    assert all(refused(one) for one in state.endpoints.values())
    assert list(folder.iterdir()) == []


def test_no_process_holds_a_pipe_of_the_starter(folder):
    program = (
        "from pathlib import Path\n"
        "from netmod import lab\n"
        "from tests.integration.test_lab_faults import islands\n"
        f"print(lab.start(Path({str(folder)!r}), 'one', *islands(), most=2).pid)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=600, check=True
    )
    assert done.stdout.strip() == str(labs.status(folder, "one").pid)
    assert done.stderr == ""


@pytest.mark.parametrize("who", ["leader", "follower"])
def test_no_process_outlives_another_that_crashed(folder, who):
    whole, configs = islands()
    state = labs.start(folder, "one", whole, configs, most=2)
    children = children_of(state.pid)
    assert len(children) == 1
    handles = [os.pidfd_open(pid) for pid in (state.pid, *children)]
    try:
        os.kill(state.pid if who == "leader" else children[0], signal.SIGKILL)
        assert all(map(ended, handles))
    finally:
        for handle in handles:
            os.close(handle)
    assert labs.status(folder, "one") is None
    labs.stop(folder, "one")
    assert list(folder.iterdir()) == []


def children_of(pid):
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def test_a_port_in_use_in_a_second_process_is_told_and_nothing_is_left(folder):
    whole, configs = islands()
    with socket.socket() as taken:
        taken.bind(("127.72.0.1", 0))
        taken.listen()
        with pytest.raises(LabError, match="in use"):
            labs.start(folder, "one", whole, configs, most=2, port=taken.getsockname()[1])
    assert not folder.exists() or list(folder.iterdir()) == []
