"""Changes on IOS-XR through Netmiko: the whole way, and what NAPALM's driver would do."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from netmod.devices.change import PendingChange
from netmod.devices.change.cli import ChangeConnection
from netmod.errors import ChangeFailed
from netmod.lab import Lab, ManualClock
from netmod.lab.shell import Reply, Shell
from tests.integration.change_bed import CANARY, Bed, resolve
from tests.unit.lab_pair import NOON, XE, XR, XR_PORT, inventory

pytestmark = pytest.mark.network

CHANGE = f"interface {XR_PORT}\n description changed\n!\n"


@pytest.fixture
def bed(tmp_path: Path) -> Iterator[Bed]:
    clock = ManualClock(NOON)
    with Lab(inventory(), {"xe": XE, "xr": XR}, clock=clock) as lab:
        yield Bed(lab, "xr", clock, tmp_path)


def test_the_whole_way(bed: Bed) -> None:
    before = bed.running
    with bed.open() as session:
        session.load(CHANGE, resolve)
        assert "description changed" in session.diff()
        assert bed.running == before
        record = session.commit(session.intent(300, bed.clock.now()))
    assert (record.safety_class, record.seconds, record.missing) == ("A", 300, ())
    assert "description changed" in bed.running
    found = bed.probe(record)
    assert (found.pending, found.matches, found.left) == ("ours", "after", 300)

    bed.clock.advance(timedelta(minutes=5))
    assert bed.running == before
    assert (bed.probe(record).pending, bed.probe(record).matches) == ("none", "before")
    with bed.resume(record) as session, pytest.raises(ChangeFailed, match="went back") as caught:
        session.confirm(record)
    assert caught.value.code == "not-pending"

    with bed.open("c2") as session:
        session.load(CHANGE, resolve)
        again = session.commit(session.intent(300, bed.clock.now()))
    again = PendingChange.model_validate_json(again.model_dump_json())
    with bed.resume(again) as session:
        session.confirm(again)
        session.save(again)
        session.discard(again)
    bed.clock.advance(timedelta(hours=3))
    assert "description changed" in bed.running
    assert bed.probe(again).matches == "after"


def test_a_replacement_goes_back_when_nobody_confirms(bed: Bed) -> None:
    before = bed.running
    text = bed.typed("show running-config").replace("\r\n", "\n")
    text = text[text.index("hostname") :].replace("description ", "description not ")
    with bed.open() as session:
        session.load(text, resolve, kind="replace")
        assert "+ description not " in session.diff()
        session.commit(session.intent(60, bed.clock.now()))
    assert "description not " in bed.running
    bed.clock.advance(timedelta(seconds=60))
    assert bed.running == before


def test_revert_is_by_name_and_only_while_ours_is_the_latest(bed: Bed) -> None:
    before = bed.running
    record = bed.commit(CHANGE)
    with bed.resume(record) as session:
        session.revert(record)
        session.revert(record)
    assert bed.running == before
    bed.typed("configure", f"interface {XR_PORT}", "description others", "commit")
    with bed.resume(record) as session, pytest.raises(ChangeFailed) as caught:
        session.revert(record)
    assert caught.value.code == "not-pending"


def test_a_commit_of_others_on_top_of_the_trial_is_left_alone(bed: Bed) -> None:
    """Nobody knows whether it confirmed ours, and what a rollback would take back."""
    record = bed.commit(CHANGE)
    assert bed.probe(record).pending == "ours"
    bed.typed("configure", "domain name other.example", "commit")
    found = bed.probe(record)
    assert (found.pending, found.marker_found, found.left) == ("another", True, 300)
    with bed.resume(record) as session:
        for act in (session.confirm, session.revert, session.save):
            with pytest.raises(ChangeFailed) as caught:
                act(record)
            assert caught.value.code == "pending-other"
    assert "other.example" in bed.running


def test_a_trial_that_was_taken_back_waits_no_more(bed: Bed) -> None:
    record = bed.commit(CHANGE)
    with bed.resume(record) as session:
        session.revert(record)
    found = bed.probe(record)
    assert (found.pending, found.matches, found.marker_found) == ("none", "before", True)


LONG = "".join(
    f"interface Loopback{number}\n description line {number}\n!\n" for number in range(1, 60)
)


def test_lines_are_typed_ahead_and_every_answer_is_read(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line far from the end that is refused is noticed; and nothing waits for each answer."""
    written: list[str] = []
    write = ChangeConnection.write_channel

    def seen(self: ChangeConnection, out_data: str) -> None:
        written.append(out_data)
        write(self, out_data)

    monkeypatch.setattr(ChangeConnection, "write_channel", seen)
    with bed.open() as session:
        session.load(LONG + "banner login ^\nfor staff\n^\n" + CHANGE, resolve)
        assert session.diff().count("description line") == 59
        assert "for staff" in session.diff()
    typed = sum(one.count("\n") for one in written)
    assert typed > 180
    assert len(written) < 20
    wrong = LONG.replace("description line 7\n", "description line 7\n bogus words\n")
    with bed.open("c2") as session:
        with pytest.raises(ChangeFailed, match="Invalid input") as caught:
            session.load(wrong, resolve)
        assert caught.value.code == "refused"
    assert "Loopback" not in bed.running


@pytest.mark.parametrize("echo", ["", "description line 1\r\ndescription line 2\r\n"])
def test_a_device_that_echoes_otherwise_gets_the_lines_one_by_one(
    bed: Bed, monkeypatch: pytest.MonkeyPatch, echo: str
) -> None:
    """In a new session, as nobody knows what the one before made of them."""
    receive = Shell.receive
    sessions: list[Shell] = []

    def otherwise(self: Shell, text: str) -> Iterator[Reply]:
        for reply in receive(self, text):
            if reply.command == "description line 1" and not sessions:
                sessions.append(self)
                yield dataclasses.replace(reply, echo=echo)
            else:
                yield reply

    monkeypatch.setattr(Shell, "receive", otherwise)
    with bed.open() as session:
        session.load(LONG, resolve)
        assert session.diff().count("description line") == 59
        record = session.commit(session.intent(300, bed.clock.now()))
    assert len(sessions) == 1
    assert bed.running.count("description line") == 59
    assert bed.probe(record).pending == "ours"


def test_a_line_that_is_refused_leaves_nothing(bed: Bed) -> None:
    before = bed.running
    with bed.open() as session:
        with pytest.raises(ChangeFailed) as caught:
            session.load(CHANGE + "bogus words\n", resolve)
        assert caught.value.code == "refused"
    assert bed.running == before
    assert "No configuration" in bed.typed("configure", "commit")


def test_what_runs_already_is_said_to_be_nothing(bed: Bed) -> None:
    with bed.open() as session:
        session.load("hostname " + bed.device.hostname, resolve)
        with pytest.raises(ChangeFailed) as caught:
            session.commit(session.intent(300, bed.clock.now()))
    assert caught.value.code == "nothing"
    assert "No configuration" in bed.typed("configure", "commit")


def test_a_commit_that_fails_says_why(bed: Bed) -> None:
    before = bed.running
    wrong = "router bgp 65000\n neighbor 192.0.2.9\n  address-family ipv4 unicast\n   route-policy NONE in\n"
    with bed.open() as session:
        session.load(CHANGE + wrong, resolve)
        with pytest.raises(ChangeFailed, match="Failed to commit"):
            session.commit(session.intent(300, bed.clock.now()))
    assert bed.running == before


def test_what_others_commit_in_between_stops_the_change(bed: Bed) -> None:
    with bed.open() as session:
        session.load(CHANGE, resolve)
        record = session.intent(300, bed.clock.now())
        bed.typed("configure", f"interface {XR_PORT}", "description others", "commit")
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
        session.discard(record)
    assert caught.value.code == "drifted"
    assert "description others" in bed.running


def test_a_session_that_drops_in_the_commit_is_unknown_and_sent_once(bed: Bed) -> None:
    with bed.open() as session:
        session.load(CHANGE, resolve)
        record = session.intent(300, bed.clock.now())
        bed.lab.faults.drop_session("xr", "^commit label")
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
    assert caught.value.code == "unknown"
    bed.lab.faults.clear("xr")
    found = bed.probe(record)
    assert (found.pending, found.marker_found) == ("ours", True)
    assert bed.typed("show configuration commit list").count("netmod-") == 1
    with bed.resume(record) as session:
        session.revert(record)


def test_no_secret_gets_out(bed: Bed, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    text = CHANGE + "snmp-server community <secret:canary> RO\n"
    with bed.open() as session:
        session.load(text, resolve)
        difference = session.diff()
        record = session.commit(session.intent(300, bed.clock.now()))
        assert CANARY in bed.running
        session.revert(record)
    with bed.open("c2") as session, pytest.raises(ChangeFailed) as caught:
        session.load(text + "bogus <secret:canary>\n", resolve)
    told = [difference, record.model_dump_json(), str(caught.value), caplog.text, repr(session)]
    for one in told:
        assert CANARY not in one
        assert bed.lab.login.password not in one
