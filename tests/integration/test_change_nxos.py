"""Changes on NX-OS over NAPALM's driver and Netmiko: both kinds, and the driver's traps."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from netmod.devices.change import PendingChange
from netmod.devices.change.nxos import NxosChange
from netmod.errors import ChangeFailed
from netmod.lab import ManualClock
from tests.integration.change_bed import CANARY, Bed, resolve
from tests.unit.lab_pair import NOON
from tests.unit.test_lab_nxos_persona import PORT, lab_of, nexus

pytestmark = pytest.mark.network

READY = nexus("a").replace("feature lldp\n", "feature lldp\nfeature scp-server\n")
CHANGE = f"interface {PORT}\n  description changed\n"


@pytest.fixture
def bed(tmp_path: Path) -> Iterator[Bed]:
    clock = ManualClock(NOON)
    with lab_of(READY, nexus("b"), clock=clock) as lab:
        yield Bed(lab, "a", clock, tmp_path)


def whole(bed: Bed) -> str:
    """The running config with another description."""
    text = bed.typed("show running-config").replace("\r\n", "\n")
    return text[text.index("version ") :].replace("description a cable", "description replaced")


def replaced(bed: Bed, seconds: int = 300) -> PendingChange:
    with bed.open() as session:
        session.load(whole(bed), resolve, kind="replace")
        done: PendingChange = session.commit(session.intent(seconds, bed.clock.now()))
        return done


def test_the_whole_way_of_a_replacement(bed: Bed) -> None:
    before = bed.running
    with bed.open() as session:
        session.load(whole(bed), resolve, kind="replace")
        assert "description replaced" in session.diff()
        assert bed.running == before
        record = session.commit(session.intent(300, bed.clock.now()))
    assert (record.safety_class, record.seconds, record.missing) == ("A", 300, ())
    assert "description replaced" in bed.running
    found = bed.probe(record)
    assert (found.pending, found.matches, found.left) == ("ours", "after", 300)

    bed.clock.advance(timedelta(minutes=5))
    assert bed.running == before
    assert (bed.probe(record).pending, bed.probe(record).matches) == ("none", "before")
    with bed.resume(record) as session:
        with pytest.raises(ChangeFailed, match="went back") as caught:
            session.confirm(record)
        assert caught.value.code == "not-pending"
        session.discard(record)

    again = replaced(bed)
    again = PendingChange.model_validate_json(again.model_dump_json())
    with bed.resume(again) as session:
        session.confirm(again)
        assert "description replaced" not in bed.startup
        session.save(again)
        session.discard(again)
    bed.clock.advance(timedelta(hours=3))
    assert "description replaced" in bed.running
    assert "description replaced" in bed.startup
    assert not [name for name in bed.device.flash.files if "netmod" in name or name == "sot_file"]
    assert "netmod" not in bed.typed("show checkpoint summary")


def test_a_merge_has_no_timer_and_goes_back_to_its_checkpoint(bed: Bed) -> None:
    before = bed.running
    with bed.open() as session:
        session.load(CHANGE, resolve)
        with pytest.raises(ChangeFailed) as caught:
            session.intent(300, bed.clock.now())
        assert caught.value.code == "deadline"
        assert "description changed" in session.diff()
        record = session.commit(session.intent(None, bed.clock.now()))
    assert (record.safety_class, record.deadline) == ("B", None)
    assert "description changed" in bed.running
    assert "description changed" not in bed.startup
    found = bed.probe(record)
    assert (found.pending, found.matches, found.marker_found) == ("none", "after", True)
    with bed.resume(record) as session:
        session.confirm(record)
        session.revert(record)
        session.revert(record)
        session.discard(record)
    assert bed.running == before


def test_a_change_of_a_secret_alone_is_taken_back(bed: Bed) -> None:
    """What runs has the same hash before and after: a hash over secrets would give them away."""
    keyed = "key chain K macsec\n  key 1\n    key-octet-string 7 {} cryptographic-algorithm AES_128_CMAC\n"
    bed.typed("configure terminal", "feature macsec", *keyed.format("0" * 66).splitlines(), "end")
    before = bed.running
    with bed.open() as session:
        session.load(keyed.format("1" * 66), resolve)
        record = session.commit(session.intent(None, bed.clock.now()))
    assert record.before == record.after
    assert bed.running != before
    with bed.resume(record) as session:
        session.revert(record)
        session.discard(record)
    assert bed.running == before


def test_a_replacement_is_reverted_before_its_time(bed: Bed) -> None:
    before = bed.running
    record = replaced(bed)
    with bed.resume(record) as session:
        session.revert(record)
    assert bed.running == before
    bed.clock.advance(timedelta(hours=1))
    assert bed.running == before


@pytest.mark.parametrize("wrong", ["bogus words\n", "interface\n", f"interface {PORT}\n  bogus\n"])
def test_an_error_takes_the_merge_back(bed: Bed, wrong: str) -> None:
    before = bed.running
    with bed.open() as session:
        session.load(CHANGE + wrong, resolve)
        record = session.intent(None, bed.clock.now())
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
        assert caught.value.code == "refused"
        session.discard(record)
    assert bed.running == before


def test_what_stays_in_force_behind_an_error_is_not_called_refused(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody clears the checkpoints while the lines go in, so that nothing can be rolled back."""
    type_lines = NxosChange._type

    def type_and_clear(session: NxosChange, text: str) -> tuple[str, ...]:
        wrong = type_lines(session, text)
        bed.typed("clear checkpoint database")
        return wrong

    monkeypatch.setattr(NxosChange, "_type", type_and_clear)
    with bed.open() as session:
        session.load(CHANGE + "bogus words\n", resolve)
        with pytest.raises(ChangeFailed) as caught:
            session.commit(session.intent(None, bed.clock.now()))
    assert "description changed" in bed.running
    assert caught.value.code == "unknown"


def test_a_session_that_drops_in_a_merge_is_unknown_and_sent_once(bed: Bed) -> None:
    with bed.open() as session:
        session.load(CHANGE, resolve)
        record = session.intent(None, bed.clock.now())
        bed.lab.faults.drop_session("a", "description changed")
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
    assert caught.value.code == "unknown"
    bed.lab.faults.clear("a")
    assert bed.probe(record).marker_found
    with bed.resume(record) as session:
        session.revert(record)
        session.discard(record)
    assert bed.typed("show running-config").count("description a cable") == 1


def test_no_secret_gets_out(bed: Bed, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    text = CHANGE + "snmp-server community <secret:canary> group network-operator\n"
    with bed.open() as session:
        session.load(text, resolve)
        difference = session.diff()
        record = session.intent(None, bed.clock.now())
        record = session.commit(record)
        assert CANARY in bed.running
        session.revert(record)
        session.discard(record)
    with bed.open("c2") as session:
        session.load(text + "bogus <secret:canary>\n", resolve)
        with pytest.raises(ChangeFailed) as caught:
            session.commit(session.intent(None, bed.clock.now()))
    told = [difference, record.model_dump_json(), str(caught.value), caplog.text, repr(session)]
    for one in told:
        assert CANARY not in one
        assert bed.lab.login.password not in one
