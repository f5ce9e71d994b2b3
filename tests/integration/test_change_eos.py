"""Changes on EOS over NAPALM's driver and eAPI: the whole way, and each of the driver's traps."""

from __future__ import annotations

import http.client
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from netmod.devices.change import PendingChange, Tls, open_change, probe_change, resume_change
from netmod.devices.change.eos import EosChange
from netmod.errors import ChangeFailed, ConnectionFailed
from netmod.lab import Lab, ManualClock
from netmod.lab.tls import Tls as LabTls
from tests.integration.change_bed import CANARY, means, resolve, target
from tests.unit import lab_pair
from tests.unit.lab_eos import lab_of, switch, typed

pytestmark = pytest.mark.network

API = "management api http-commands\n   no shutdown\n"
CHANGE = "interface Ethernet1/1\n   description new\n"
SECRET_CHANGE = CHANGE + "snmp-server community <secret:canary> ro\n"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(lab_pair.NOON)


@pytest.fixture
def lab(clock: ManualClock) -> Iterator[Lab]:
    with lab_of(switch("a") + API, switch("b") + API, clock=clock) as running:
        yield running


def running(lab: Lab) -> str:
    return typed(lab, "a", "show running-config")


def startup(lab: Lab) -> str:
    return typed(lab, "a", "show startup-config")


def committed(lab: Lab, folder: Path, seconds: int = 300, text: str = CHANGE) -> PendingChange:
    with open_change(target(lab, "a"), means(lab, folder), "c1") as session:
        session.load(text, resolve)
        return session.commit(session.intent(seconds, lab_pair.NOON))


def test_the_whole_way(lab: Lab, clock: ManualClock, tmp_path: Path) -> None:
    place, way = target(lab, "a"), means(lab, tmp_path)
    before = running(lab)
    with open_change(place, way, "c1") as session:
        session.load(CHANGE, resolve)
        assert "+   description new" in session.diff()
        assert running(lab) == before
        record = session.commit(session.intent(300, clock.now()))
    assert (record.safety_class, record.seconds, record.missing) == ("A", 300, ())
    assert record.deadline == clock.now() + timedelta(seconds=300)
    assert "description new" in running(lab)
    found = probe_change(record, place, way)
    assert (found.pending, found.left, found.matches) == ("ours", 300, "after")

    clock.advance(timedelta(seconds=300))
    assert running(lab) == before
    found = probe_change(record, place, way)
    assert (found.pending, found.matches, found.marker_found) == ("none", "before", False)

    again = committed(lab, tmp_path)
    again = PendingChange.model_validate_json(again.model_dump_json())
    with resume_change(again, place, way) as session:
        session.confirm(again)
        assert "description new" not in startup(lab)
        session.save(again)
        session.discard(again)
    clock.advance(timedelta(hours=1))
    assert "description new" in running(lab)
    assert "description new" in startup(lab)
    assert probe_change(again, place, way).matches == "after"
    assert "rollback-0" not in typed(lab, "a", "dir flash:")


def test_revert_goes_back_to_what_ran_and_not_to_what_was_saved(lab: Lab, tmp_path: Path) -> None:
    typed(lab, "a", "configure", "interface et1/1", "description unsaved")
    before, saved = running(lab), startup(lab)
    record = committed(lab, tmp_path)
    assert record.unsaved
    with resume_change(record, target(lab, "a"), means(lab, tmp_path)) as session:
        session.revert(record)
        session.revert(record)
    assert running(lab) == before
    assert startup(lab) == saved


def test_a_timer_that_would_wrap_is_refused(lab: Lab, tmp_path: Path) -> None:
    with open_change(target(lab, "a"), means(lab, tmp_path), "c1") as session:
        session.load(CHANGE, resolve)
        with pytest.raises(ChangeFailed) as caught:
            session.intent(25 * 3600, lab_pair.NOON)
    assert caught.value.code == "deadline"


def test_confirming_after_the_timer_is_an_error(
    lab: Lab, clock: ManualClock, tmp_path: Path
) -> None:
    record = committed(lab, tmp_path)
    clock.advance(timedelta(seconds=301))
    with (
        resume_change(record, target(lab, "a"), means(lab, tmp_path)) as session,
        pytest.raises(ChangeFailed, match="went back") as caught,
    ):
        session.confirm(record)
    assert caught.value.code == "not-pending"


def test_somebody_elses_commit_is_not_touched(lab: Lab, tmp_path: Path) -> None:
    record = committed(lab, tmp_path)
    other = record.model_copy(update={"marker": "netmod-000000000000"})
    with resume_change(other, target(lab, "a"), means(lab, tmp_path)) as session:
        assert session.probe(other).pending == "another"
        for act in (session.confirm, session.revert, session.save):
            with pytest.raises(ChangeFailed) as caught:
                act(other)
            assert caught.value.code == "pending-other"
    assert probe_change(record, target(lab, "a"), means(lab, tmp_path)).pending == "ours"


def test_an_open_session_that_is_freed_does_not_abort_the_commit(lab: Lab, tmp_path: Path) -> None:
    session = open_change(target(lab, "a"), means(lab, tmp_path), "c1")
    session.load(CHANGE, resolve)
    record = session.commit(session.intent(300, lab_pair.NOON))
    del session
    assert probe_change(record, target(lab, "a"), means(lab, tmp_path)).pending == "ours"


def test_a_change_by_somebody_else_since_the_load_is_not_lost(lab: Lab, tmp_path: Path) -> None:
    with open_change(target(lab, "a"), means(lab, tmp_path), "c1") as session:
        session.load(CHANGE, resolve)
        record = session.intent(300, lab_pair.NOON)
        typed(lab, "a", "configure", "hostname a.example", "interface et1/1", "mtu 9000")
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
        session.discard(record)
    assert caught.value.code == "drifted"
    assert "mtu 9000" in running(lab)


def test_a_session_that_drops_in_the_commit_is_unknown_and_sent_once(
    lab: Lab, tmp_path: Path
) -> None:
    with open_change(target(lab, "a"), means(lab, tmp_path), "c1") as session:
        session.load(CHANGE, resolve)
        record = session.intent(300, lab_pair.NOON)
        lab.faults.drop_session("a", "commit timer")
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
    assert caught.value.code == "unknown"
    lab.faults.clear("a")
    found = probe_change(record, target(lab, "a"), means(lab, tmp_path))
    assert (found.pending, found.matches, found.marker_found) == ("ours", "neither", True)


def test_an_answer_that_breaks_off_in_the_commit_is_unknown(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyeapi lets it through as `http.client` raises it."""

    def broken(_: http.client.HTTPResponse) -> bytes:
        raise http.client.IncompleteRead(b'{"jsonrpc"', 100)

    with open_change(target(lab, "a"), means(lab, tmp_path), "c1") as session:
        session.load(CHANGE, resolve)
        record = session.intent(300, lab_pair.NOON)
        write = EosChange._write

        def write_and_lose(session: EosChange, what: str, *commands: str) -> None:
            with monkeypatch.context() as patched:
                patched.setattr(http.client.HTTPResponse, "read", broken)
                write(session, what, *commands)

        monkeypatch.setattr(EosChange, "_write", write_and_lose)
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
    assert caught.value.code == "unknown"
    found = probe_change(record, target(lab, "a"), means(lab, tmp_path))
    assert (found.pending, found.marker_found) == ("ours", True)


def test_another_device_at_the_address_is_refused(lab: Lab, tmp_path: Path) -> None:
    typed(lab, "a", "configure", "hostname other")
    with (
        open_change(target(lab, "a"), means(lab, tmp_path), "c1") as session,
        pytest.raises(ChangeFailed) as caught,
    ):
        session.load(CHANGE, resolve)
    assert caught.value.code == "wrong-device"
    assert "netmod-" not in typed(lab, "a", "show configuration sessions")


@pytest.mark.parametrize(
    ("tls", "code"),
    [
        (Tls(), "host-key-unknown"),
        (Tls(pins={"a": "00" * 32}), "host-key-changed"),
    ],
)
def test_a_certificate_that_is_not_trusted_gets_no_login(
    lab: Lab, tmp_path: Path, tls: Tls, code: str
) -> None:
    port = lab.endpoints["a"].https_port
    assert port
    way = means(lab, tmp_path, tls=Tls(tls.ca_file, tls.pins, {"a": port}))
    with pytest.raises(ConnectionFailed) as caught:
        open_change(target(lab, "a"), way, "c1")
    assert caught.value.code == code


def test_a_file_of_authorities_trusts_only_what_it_signed(lab: Lab, tmp_path: Path) -> None:
    port = lab.endpoints["a"].https_port
    assert lab.certificate
    assert port
    file = tmp_path / "ca.pem"
    file.write_text(lab.certificate)
    way = means(lab, tmp_path, tls=Tls(file, {}, {"a": port}))
    with open_change(target(lab, "a"), way, "c1") as session:
        session.check_hostname()
    file.write_text(LabTls(lab_pair.NOON, [lab.endpoints["a"].address]).certificate)
    with pytest.raises(ConnectionFailed) as caught:
        open_change(target(lab, "a"), way, "c1")
    assert caught.value.code == "host-key-unknown"


@pytest.mark.parametrize("wrong", ["interface Ethernet1/1\n   descriptio\n", "no such line\n"])
def test_no_secret_gets_out(
    lab: Lab, tmp_path: Path, caplog: pytest.LogCaptureFixture, wrong: str
) -> None:
    caplog.set_level(logging.DEBUG)
    with open_change(target(lab, "a"), means(lab, tmp_path), "c1") as session:
        session.load(SECRET_CHANGE, resolve)
        difference = session.diff()
        assert "snmp-server community" in difference
        record = session.commit(session.intent(300, lab_pair.NOON))
        session.revert(record)
    with open_change(target(lab, "a"), means(lab, tmp_path), "c2") as session:
        with pytest.raises(ChangeFailed) as caught:
            session.load(wrong + SECRET_CHANGE, resolve)
        assert caught.value.code == "refused"
    told = [difference, record.model_dump_json(), str(caught.value), caplog.text, repr(session)]
    for text in told:
        assert CANARY not in text
        assert lab.login.password not in text
