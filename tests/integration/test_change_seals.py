"""Changes of a secret alone, which the hashes of a record do not show: its seals do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from netmod.devices.change import PendingChange, resume_change
from netmod.errors import ChangeFailed
from netmod.lab import Lab, ManualClock
from tests.integration import test_change_eos, test_change_ios
from tests.integration.change_bed import OTHER_KEY, SECRETS, Bed, means, resolve
from tests.unit import lab_eos, lab_junos, lab_pair
from tests.unit.lab_pair import NOON

pytestmark = [
    pytest.mark.network,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ncclient"),
    pytest.mark.filterwarnings("ignore::FutureWarning:jnpr"),
]


def _keyed(config: str) -> str:
    return config.replace("<secret:macsec/kc/1>", SECRETS["macsec/kc/1"].reveal())


XR = _keyed(lab_pair.XR)
LABS: dict[str, tuple[str, Callable[[ManualClock], Lab]]] = {
    "ios": (
        "xe",
        lambda clock: Lab(
            lab_pair.inventory(), {"xe": _keyed(test_change_ios.READY), "xr": XR}, clock=clock
        ),
    ),
    "iosxr": (
        "xr",
        lambda clock: Lab(lab_pair.inventory(), {"xe": lab_pair.XE, "xr": XR}, clock=clock),
    ),
    "junos": (
        "ju",
        lambda clock: Lab(
            lab_junos.region(), {"ju": _keyed(lab_junos.JUNOS), "xr": XR}, clock=clock
        ),
    ),
    "eos": (
        "a",
        lambda clock: lab_eos.lab_of(
            _keyed(lab_eos.switch("a")) + test_change_eos.API, lab_eos.switch("b"), clock=clock
        ),
    ),
}
NEW_KEY = {
    "ios": "key chain KC macsec\n key 01aa\n  key-string <secret:other>\n",
    "iosxr": "key chain KC\n macsec\n  key 01aa\n   key-string <secret:other> "
    "cryptographic-algorithm aes-256-cmac\n  !\n !\n!\n",
    "junos": "set security macsec connectivity-association CA pre-shared-key cak <secret:other>\n",
    "eos": "mac security\n   profile P\n      key 01aa 7 <secret:other>\n",
}
Begin = Callable[[str], Bed]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    with ExitStack() as stack:

        def start(os: str) -> Bed:
            name, make = LABS[os]
            clock = ManualClock(NOON)
            return Bed(stack.enter_context(make(clock)), name, clock, tmp_path)

        yield start


def commit(bed: Bed, os: str, change: str = "c1") -> PendingChange:
    with bed.open(change) as session:
        session.load(NEW_KEY[os], resolve)
        record: PendingChange = session.commit(session.intent(300, bed.clock.now()))
        return record


@pytest.mark.parametrize("os", NEW_KEY)
def test_a_key_that_went_in_and_back_is_told_apart(begin: Begin, os: str) -> None:
    bed = begin(os)
    before = bed.running
    record = commit(bed, os)
    assert record.before == record.after
    assert OTHER_KEY not in record.model_dump_json()
    found = bed.probe(record)
    assert (found.pending, found.matches) == ("ours", "after")
    bed.clock.advance(timedelta(minutes=5))
    assert bed.running == before
    found = bed.probe(record)
    assert (found.pending, found.matches) == ("none", "before")
    with bed.resume(record) as session:
        session.revert(record)  # nothing of it runs, and nothing is sent
        with pytest.raises(ChangeFailed) as caught:
            session.save(record)
        assert caught.value.code == "drifted"
    with bed.resume(record) as session, pytest.raises(ChangeFailed, match="went back") as caught:
        session.confirm(record)
    assert caught.value.code == "not-pending"


@pytest.mark.parametrize("os", NEW_KEY)
def test_a_confirmed_key_does_not_pass_for_taken_back(begin: Begin, os: str) -> None:
    bed = begin(os)
    record = commit(bed, os)
    with bed.resume(record) as session:
        session.confirm(record)
        session.save(record)
    bed.clock.advance(timedelta(hours=1))
    assert bed.probe(record).matches == "after"
    with bed.resume(record) as session, pytest.raises(ChangeFailed) as caught:
        session.revert(record)
    assert caught.value.code == "not-pending"
    # A process with another key cannot tell, and says so.
    stranger = means(bed.lab, bed.folder)
    with resume_change(record, bed.target, stranger) as session:
        assert session.probe(record).matches == "both"
        with pytest.raises(ChangeFailed) as caught:
            session.revert(record)
    assert caught.value.code == "unknown"
    assert OTHER_KEY in bed.running


@pytest.mark.parametrize(
    "os",
    ["ios", *(pytest.param(os, marks=pytest.mark.soak) for os in NEW_KEY if os != "ios")],
)
def test_a_process_that_knows_only_the_intent_sees_the_key(begin: Begin, os: str) -> None:
    bed = begin(os)
    before = bed.running
    with bed.open() as session:
        session.load(NEW_KEY[os], resolve)
        record = session.intent(300, bed.clock.now())
        assert bed.probe(record).matches == "before"
        session.commit(record)
    found = bed.probe(record)
    assert (found.pending, found.running, found.matches) == ("ours", record.before, "neither")
    with bed.resume(record) as session:
        session.revert(record)
    assert bed.running == before
    assert bed.probe(record).matches == "before"


def test_nothing_is_confirmed_where_nothing_went_in(begin: Begin) -> None:
    """The process died between the timer and the lines."""
    bed = begin("ios")
    with bed.open() as session:
        session.load(NEW_KEY["ios"], resolve)
        record = session.intent(300, bed.clock.now())
        bed.lab.faults.drop_session("xe", "^copy flash", when="before")
        with pytest.raises(ChangeFailed):
            session.commit(record)
    bed.lab.faults.clear("xe")
    with bed.resume(record) as session, pytest.raises(ChangeFailed) as caught:
        session.confirm(record)
    assert caught.value.code == "reverted"


def test_a_secret_that_somebody_changed_meanwhile_is_drift(begin: Begin) -> None:
    bed = begin("ios")
    with bed.open() as session:
        session.load(test_change_ios.CHANGE, resolve)
        record = session.intent(300, bed.clock.now())
        bed.typed(
            "configure terminal", "key chain KC macsec", "key 01aa", f"key-string {OTHER_KEY}"
        )
        assert OTHER_KEY in bed.running
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
    assert caught.value.code == "drifted"
