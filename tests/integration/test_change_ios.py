"""Changes on IOS-XE over NAPALM's driver, SSH and SCP: the whole way, and the driver's traps."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from netmod.credentials import Login, Secret
from netmod.devices.change import PendingChange, change_means, open_change
from netmod.errors import ChangeFailed, ConnectionFailed
from netmod.lab import Lab, ManualClock
from netmod.settings import CollectSettings
from tests.integration.change_bed import CANARY, Bed, means, resolve
from tests.unit.lab_pair import NOON, XE, XE_PORT, XR, inventory

pytestmark = pytest.mark.network

READY = XE.replace(
    "lldp run\n",
    "lldp run\nip domain name example.com\nip scp server enable\n"
    "archive\n path flash:archive\n maximum 5\n",
)
CHANGE = f"interface {XE_PORT}\n description changed\n"
SECRET_CHANGE = CHANGE + "snmp-server community <secret:canary> ro\n"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Bed]]:
    running = []

    def begin(config: str = READY) -> Bed:
        clock = ManualClock(NOON)
        lab = Lab(inventory(), {"xe": config, "xr": XR}, clock=clock)
        lab.start()
        running.append(lab)
        return Bed(lab, "xe", clock, tmp_path)

    yield begin
    for lab in running:
        lab.stop()


@pytest.fixture
def bed(start: Callable[..., Bed]) -> Bed:
    return start()


def test_the_whole_way(bed: Bed) -> None:
    before = bed.running
    with bed.open() as session:
        session.load(CHANGE, resolve)
        assert "description changed" in session.diff()
        assert bed.running == before
        record = session.commit(session.intent(330, bed.clock.now()))
    assert (record.seconds, record.missing, record.safety_class) == (300, (), "A")
    assert "description changed" in bed.running
    found = bed.probe(record)
    assert (found.pending, found.matches, found.marker_found) == ("ours", "after", True)

    bed.clock.advance(timedelta(minutes=5))
    assert bed.running == before
    assert "file prompt quiet" not in bed.running
    assert (bed.probe(record).pending, bed.probe(record).matches) == ("none", "before")

    again = bed.commit(CHANGE)
    again = PendingChange.model_validate_json(again.model_dump_json())
    with bed.resume(again) as session:
        session.confirm(again)
        assert "description changed" not in bed.startup
        session.save(again)
        session.discard(again)
    bed.clock.advance(timedelta(hours=3))
    assert "description changed" in bed.running
    assert "description changed" in bed.startup
    assert not [name for name in bed.device.flash.files if name.startswith("netmod-")]
    assert bed.probe(again).matches == "after"


def test_replace_goes_back_when_nobody_confirms(bed: Bed) -> None:
    before = bed.running
    text = bed.typed("show running-config").replace("\r\n", "\n").replace("to xr", "replaced")
    with bed.open() as session:
        session.load(text[text.index("hostname") :], resolve, kind="replace")
        assert "description replaced" in session.diff()
        session.commit(session.intent(120, bed.clock.now()))
    assert "description replaced" in bed.running
    bed.clock.advance(timedelta(minutes=2))
    assert bed.running == before


def test_revert_saves_nothing_and_leaves_no_prompt_setting(bed: Bed) -> None:
    bed.typed("configure terminal", "ip domain name unsaved.example")
    before, saved = bed.running, bed.startup
    record = bed.commit(CHANGE)
    with bed.resume(record) as session:
        session.revert(record)
        session.discard(record)
    assert (bed.running, bed.startup) == (before, saved)


@pytest.mark.parametrize(
    "wrong",
    ["interface\n", "bogus words\n", "i\n", f"interface {XE_PORT}\n no\n"],
)
def test_every_error_takes_the_change_back(bed: Bed, wrong: str) -> None:
    before = bed.running
    with bed.open() as session:
        session.load(CHANGE + wrong, resolve)
        record = session.intent(300, bed.clock.now())
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
        assert caught.value.code == "refused"
        session.discard(record)
    assert bed.running == before


def test_without_an_archive_there_is_no_timer(start: Callable[..., Bed]) -> None:
    bed = start(READY.replace("archive\n path flash:archive\n maximum 5\n", ""))
    before = bed.running
    with bed.open() as session:
        session.load(CHANGE, resolve)
        with pytest.raises(ChangeFailed) as caught:
            session.commit(session.intent(300, bed.clock.now()))
    assert caught.value.code == "no-timer"
    assert bed.running == before


@pytest.mark.parametrize("seconds", [59, 7260])
def test_a_time_that_the_timer_does_not_take_is_refused(bed: Bed, seconds: int) -> None:
    with bed.open() as session:
        session.load(CHANGE, resolve)
        with pytest.raises(ChangeFailed) as caught:
            session.intent(seconds, bed.clock.now())
    assert caught.value.code == "deadline"


def test_a_commit_of_the_same_user_that_is_not_ours_is_not_confirmed(bed: Bed) -> None:
    record = bed.commit(CHANGE)
    with bed.resume(record) as session:
        session.revert(record)
    bed.clock.advance(timedelta(minutes=1))
    bed.typed("configure terminal revert timer 5", "ip domain name other.example")
    found = bed.probe(record)
    assert (found.pending, found.marker_found) == ("another", True)
    with bed.resume(record) as session:
        for act in (session.confirm, session.revert, session.save):
            with pytest.raises(ChangeFailed) as caught:
                act(record)
            assert caught.value.code == "pending-other"
    assert bed.probe(record).pending == "another"


def test_confirming_after_the_timer_is_an_error(bed: Bed) -> None:
    record = bed.commit(CHANGE)
    bed.clock.advance(timedelta(minutes=5))
    with bed.resume(record) as session, pytest.raises(ChangeFailed, match="went back") as caught:
        session.confirm(record)
    assert caught.value.code == "not-pending"


def test_a_session_that_drops_in_the_commit_is_unknown_and_sent_once(bed: Bed) -> None:
    with bed.open() as session:
        session.load(CHANGE, resolve)
        record = session.intent(300, bed.clock.now())
        bed.lab.faults.drop_session("xe", "^copy flash")
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
    assert caught.value.code == "unknown"
    bed.lab.faults.clear("xe")
    found = bed.probe(record)
    assert (found.pending, found.marker_found) == ("ours", True)
    with bed.resume(record) as session:
        session.revert(record)
        session.discard(record)


def test_another_device_at_the_address_is_refused(bed: Bed) -> None:
    bed.typed("configure terminal", "hostname other")
    with bed.open() as session, pytest.raises(ChangeFailed) as caught:
        session.load(CHANGE, resolve)
    assert caught.value.code == "wrong-device"
    assert not bed.device.flash.files


def test_a_host_key_that_is_not_trusted_gets_no_login(bed: Bed, tmp_path: Path) -> None:
    unknown = means(bed.lab, tmp_path, known_hosts="")
    with pytest.raises(ConnectionFailed) as caught:
        open_change(bed.target, unknown, "c1")
    assert caught.value.code == "host-key-unknown"
    bed.lab.faults.change_host_key("xe")
    with pytest.raises(ConnectionFailed) as caught:
        bed.open()
    assert caught.value.code == "host-key-changed"


def test_the_second_connection_of_a_file_transfer_checks_the_host_key_too(bed: Bed) -> None:
    with bed.open() as session:
        known = session._cli.connection._trusted
        session._cli.connection._trusted = ()
        with pytest.raises(ChangeFailed):
            session.load(CHANGE, resolve)
        session._cli.connection._trusted = known
    assert not bed.device.flash.files


def test_no_secret_gets_out(bed: Bed, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    with bed.open() as session:
        session.load(SECRET_CHANGE, resolve)
        told.append(session.diff())
        record = session.commit(session.intent(300, bed.clock.now()))
        assert CANARY in bed.running
        session.revert(record)
        session.discard(record)
    with bed.open("c2") as session:
        session.load(SECRET_CHANGE + "bogus <secret:canary>\n", resolve)
        with pytest.raises(ChangeFailed) as caught:
            session.commit(session.intent(300, bed.clock.now()))
        assert caught.value.code == "refused"
    told += [record.model_dump_json(), str(caught.value), caplog.text, repr(session)]
    for text in told:
        assert CANARY not in text
        assert bed.lab.login.password not in text


def test_the_way_of_a_project(bed: Bed, tmp_path: Path) -> None:
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(bed.lab.known_hosts)
    login = Login(bed.lab.login.username, Secret(bed.lab.login.password))
    limits = CollectSettings(connect_timeout=60, command_timeout=60)
    with (
        change_means(login, known_hosts, settings=limits) as way,
        open_change(bed.target, way, "c1") as session,
    ):
        session.load(CHANGE, resolve)
        assert "changed" in session.diff()
    with pytest.raises(ConnectionFailed) as caught:
        open_change(bed.target, way, "c1")
    assert caught.value.code == "interrupted"
