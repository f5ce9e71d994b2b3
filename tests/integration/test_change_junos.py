"""Changes on Junos over NAPALM's driver and NETCONF: the whole way, and the driver's traps."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from netmod.devices.change import PendingChange, open_change, probe_change, resume_change
from netmod.errors import ChangeFailed, ConnectionFailed
from netmod.lab import Lab, ManualClock
from tests.integration.change_bed import CANARY, means, resolve, target
from tests.unit.lab_junos import JUNOS, PORT, region, typed
from tests.unit.lab_pair import NOON, XR

pytestmark = [
    pytest.mark.network,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ncclient"),
    pytest.mark.filterwarnings("ignore::FutureWarning:jnpr"),
]

CHANGE = f"set interfaces {PORT} mtu 9000\n"
SECRET_CHANGE = CHANGE + 'set snmp community "<secret:canary>" authorization read-only\n'


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def lab(clock: ManualClock) -> Iterator[Lab]:
    with Lab(region(), {"ju": JUNOS, "xr": XR}, clock=clock) as running:
        yield running


def running(lab: Lab) -> str:
    return typed(lab, "show configuration | display set")[-1]


def open_(lab: Lab, folder: Path, change: str = "c1") -> Any:
    return open_change(target(lab, "ju"), means(lab, folder), change)


def resume(record: PendingChange, lab: Lab, folder: Path) -> Any:
    return resume_change(record, target(lab, "ju"), means(lab, folder))


def look(record: PendingChange, lab: Lab, folder: Path) -> Any:
    return probe_change(record, target(lab, "ju"), means(lab, folder))


def committed(lab: Lab, folder: Path, text: str = CHANGE) -> PendingChange:
    with open_(lab, folder) as session:
        session.load(text, resolve)
        done: PendingChange = session.commit(session.intent(300, NOON))
        return done


def test_the_whole_way(lab: Lab, clock: ManualClock, tmp_path: Path) -> None:
    before = running(lab)
    with open_(lab, tmp_path) as session:
        session.load(CHANGE, resolve)
        assert "+   mtu 9000;" in session.diff()
        assert running(lab) == before
        record = session.commit(session.intent(300, clock.now()))
    assert (record.safety_class, record.seconds, record.missing) == ("A", 300, ())
    assert "mtu 9000" in running(lab)
    found = look(record, lab, tmp_path)
    assert (found.pending, found.left, found.matches) == ("ours", 300, "after")

    clock.advance(timedelta(minutes=5))
    assert running(lab) == before
    found = look(record, lab, tmp_path)
    assert (found.pending, found.matches, found.marker_found) == ("none", "before", True)

    again = committed(lab, tmp_path)
    again = PendingChange.model_validate_json(again.model_dump_json())
    with resume(again, lab, tmp_path) as session:
        session.confirm(again)
        session.save(again)
        session.discard(again)
    clock.advance(timedelta(hours=3))
    assert "mtu 9000" in running(lab)
    assert look(again, lab, tmp_path).matches == "after"


def test_replace_and_revert(lab: Lab, clock: ManualClock, tmp_path: Path) -> None:
    before = running(lab)
    text = "\n".join(typed(lab, "show configuration")[-1].replace("\r\n", "\n").splitlines())
    with open_(lab, tmp_path) as session:
        session.load(text.replace("to xr", "replaced"), resolve, kind="replace")
        record = session.commit(session.intent(120, clock.now()))
    assert "replaced" in running(lab)
    with resume(record, lab, tmp_path) as session:
        session.revert(record)
        session.revert(record)
    assert "replaced" not in running(lab)
    assert "to xr" in running(lab)
    clock.advance(timedelta(hours=1))
    assert running(lab).splitlines()[0] == before.splitlines()[0]


def test_confirming_after_the_timer_is_an_error(
    lab: Lab, clock: ManualClock, tmp_path: Path
) -> None:
    record = committed(lab, tmp_path)
    clock.advance(timedelta(minutes=5))
    with (
        resume(record, lab, tmp_path) as session,
        pytest.raises(ChangeFailed, match="went back") as caught,
    ):
        session.confirm(record)
    assert caught.value.code == "not-pending"


@pytest.mark.parametrize("act", ["confirm", "revert"])
def test_uncommitted_lines_of_others_are_not_taken_along(
    lab: Lab, tmp_path: Path, act: str
) -> None:
    record = committed(lab, tmp_path)
    typed(lab, "configure", f"set interfaces {PORT} description others")
    with resume(record, lab, tmp_path) as session, pytest.raises(ChangeFailed) as caught:
        getattr(session, act)(record)
    assert caught.value.code == "locked"
    assert "others" not in running(lab)


def test_a_commit_of_somebody_else_is_not_rolled_back(lab: Lab, tmp_path: Path) -> None:
    record = committed(lab, tmp_path)
    typed(lab, "configure", f"set interfaces {PORT} description others", "commit confirmed 5")
    assert look(record, lab, tmp_path).pending == "another"
    with resume(record, lab, tmp_path) as session:
        for act in (session.confirm, session.revert, session.save):
            with pytest.raises(ChangeFailed) as caught:
                act(record)
            assert caught.value.code == "pending-other"
    assert "others" in running(lab)


@pytest.mark.parametrize("seconds", [59, 90, 65536 * 60])
def test_a_time_that_the_timer_does_not_take_is_refused(
    lab: Lab, tmp_path: Path, seconds: int
) -> None:
    with open_(lab, tmp_path) as session:
        session.load(CHANGE, resolve)
        with pytest.raises(ChangeFailed) as caught:
            session.intent(seconds, NOON)
    assert caught.value.code == "deadline"


def test_the_name_is_asked_anew_each_time(lab: Lab, tmp_path: Path) -> None:
    with open_(lab, tmp_path) as session:
        assert session.hostname() == "ju"
        typed(lab, "configure", "set system host-name other", "commit")
        with pytest.raises(ChangeFailed) as caught:
            session.load(CHANGE, resolve)
    assert caught.value.code == "wrong-device"


def test_what_the_device_refuses_leaves_nothing(lab: Lab, tmp_path: Path) -> None:
    before = running(lab)
    with open_(lab, tmp_path) as session:
        with pytest.raises(ChangeFailed) as caught:
            session.load(CHANGE + "set no such statement\n", resolve)
        assert caught.value.code == "refused"
    assert running(lab) == before
    committed(lab, tmp_path)


def test_a_session_that_drops_in_the_commit_is_unknown_and_sent_once(
    lab: Lab, tmp_path: Path
) -> None:
    with open_(lab, tmp_path) as session:
        session.load(CHANGE, resolve)
        record = session.intent(300, NOON)
        lab.faults.drop_session("ju", "commit-configuration")
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
    assert caught.value.code == "unknown"
    lab.faults.clear("ju")
    found = look(record, lab, tmp_path)
    assert (found.pending, found.marker_found) == ("ours", True)
    with resume(record, lab, tmp_path) as session:
        session.revert(record)


def test_a_host_key_that_is_not_trusted_gets_no_login(lab: Lab, tmp_path: Path) -> None:
    with pytest.raises(ConnectionFailed) as caught:
        open_change(target(lab, "ju"), means(lab, tmp_path, known_hosts=""), "c1")
    assert caught.value.code == "host-key-unknown"
    old = lab.known_hosts
    lab.faults.change_host_key("ju")
    with pytest.raises(ConnectionFailed) as caught:
        open_change(target(lab, "ju"), means(lab, tmp_path, known_hosts=old), "c1")
    assert caught.value.code == "host-key-changed"


def test_no_secret_gets_out(lab: Lab, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with open_(lab, tmp_path) as session:
        session.load(SECRET_CHANGE, resolve)
        difference = session.diff()
        record = session.commit(session.intent(300, NOON))
        assert CANARY in running(lab)
        session.revert(record)
    with open_(lab, tmp_path, "c2") as session, pytest.raises(ChangeFailed) as caught:
        session.load(SECRET_CHANGE + "set bogus <secret:canary>\n", resolve)
    told = [difference, record.model_dump_json(), str(caught.value), caplog.text, repr(session)]
    for text in told:
        assert CANARY not in text
        assert lab.login.password not in text
