"""Changes on IOS-XR through Netmiko: the whole way, and what NAPALM's driver would do."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from netmod.devices.change import PendingChange
from netmod.errors import ChangeFailed
from netmod.lab import Lab, ManualClock
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


def test_a_line_that_is_refused_leaves_nothing(bed: Bed) -> None:
    before = bed.running
    with bed.open() as session:
        with pytest.raises(ChangeFailed) as caught:
            session.load(CHANGE + "bogus words\n", resolve)
        assert caught.value.code == "refused"
    assert bed.running == before
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
