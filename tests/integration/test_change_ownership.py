"""Whose commit it is that waits, for a process that has only the record from before the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from netmod.devices.change import PendingChange
from netmod.devices.change.ios import IosChange
from netmod.errors import ChangeFailed
from netmod.lab import ManualClock
from netmod.platforms._change import Timer
from tests.integration import test_change_nxos
from tests.integration.change_bed import Bed, resolve
from tests.integration.test_change_crash import LABS
from tests.unit.lab_pair import NOON
from tests.unit.test_devices_change_pure import record

pytestmark = pytest.mark.network

Begin = Callable[[str], Bed]
CHANGE = {os: text for os, (_, _, text) in LABS.items()}


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    with ExitStack() as stack:

        def start(os: str) -> Bed:
            make, name, _ = LABS[os]
            clock = ManualClock(NOON)
            return Bed(stack.enter_context(make(clock)), name, clock, tmp_path)

        yield start


def whole(bed: Bed, os: str, words: str) -> str:
    """The running config with other words for a description."""
    if os == "nxos":
        return test_change_nxos.whole(bed).replace("description replaced", f"description {words}")
    text = bed.typed("show running-config").replace("\r\n", "\n").replace("to xr", words)
    return text[text.index("hostname") :]


def loaded(bed: Bed, os: str, kind: str) -> PendingChange:
    """What the journal has of a process that died before the commit."""
    with bed.open() as session:
        text = CHANGE[os] if kind == "merge" else whole(bed, os, "ours")
        session.load(text, resolve, kind=kind)
        if os == "nxos":
            bed.typed(f"checkpoint {session.marker}")  # the last that it sent
        record: PendingChange = session.intent(300, bed.clock.now())
        return record


OTHERS = {
    "ios": "configure replace flash:other.cfg force timer 5",
    "nxos": "configure replace bootflash:other.cfg commit-timeout 300",
}


@pytest.mark.parametrize(
    ("os", "kind"), [("ios", "merge"), ("ios", "replace"), ("nxos", "replace")]
)
def test_a_commit_of_somebody_else_is_not_taken_for_ours(begin: Begin, os: str, kind: str) -> None:
    """By the same user, after the process that loaded the change died."""
    bed = begin(os)
    record = loaded(bed, os, kind)
    bed.clock.advance(timedelta(seconds=10))
    content = (whole(bed, os, "theirs") + "\nend\n").encode()
    bed.device.flash.write("other.cfg", content, bed.clock.now())
    bed.typed(OTHERS[os])
    found = bed.probe(record)
    assert (found.pending, found.matches) == ("another", "neither")
    with bed.resume(record) as session:
        for act in (session.confirm, session.revert):
            with pytest.raises(ChangeFailed) as caught:
                act(record)
            assert caught.value.code == "pending-other"
    assert "theirs" in bed.running
    bed.clock.advance(timedelta(minutes=5))
    assert "theirs" not in bed.running


@pytest.mark.parametrize("os", ["ios", "nxos"])
def test_a_replacement_whose_answer_was_lost_is_known_by_what_runs(begin: Begin, os: str) -> None:
    bed = begin(os)
    before = bed.running
    with bed.open() as session:
        session.load(whole(bed, os, "ours"), resolve, kind="replace")
        record = session.intent(300, bed.clock.now())
        bed.lab.faults.drop_session(bed.target.name, "^configure replace")
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
    assert caught.value.code == "unknown"
    bed.lab.faults.clear(bed.target.name)
    assert "ours" in bed.running
    assert bed.probe(record).pending == "ours"
    with bed.resume(record) as session:
        session.revert(record)
        session.discard(record)
    assert bed.running == before
    assert not [name for name in bed.device.flash.files if name.startswith("netmod-")]


@pytest.mark.parametrize(
    ("dropped", "when", "pending"),
    [
        ("^configure terminal revert", "after", "another"),
        ("redirect", "before", "another"),
        ("redirect", "after", "ours"),
        ("^copy flash", "before", "ours"),
    ],
)
def test_a_merge_is_ours_from_its_mark_on_and_nothing_runs_before(
    begin: Begin, dropped: str, when: str, pending: str
) -> None:
    """A timer without a mark has no line of ours behind it, and goes back by itself."""
    bed = begin("ios")
    before = bed.running
    with bed.open() as session:
        session.load(CHANGE["ios"], resolve)
        record = session.intent(300, bed.clock.now())
        bed.lab.faults.drop_session("xe", dropped, when=when)
        with pytest.raises(ChangeFailed):
            session.commit(record)
    bed.lab.faults.clear("xe")
    assert bed.running == before
    found = bed.probe(record)
    assert (found.pending, found.matches) == (pending, "before")
    bed.clock.advance(timedelta(minutes=5))
    assert bed.probe(record).pending == "none"
    assert bed.running == before


def test_a_timer_that_tells_no_time_is_not_known_by_its_mark() -> None:
    """Not even where the mark tells none either: a commit of anybody would fit it."""
    session = object.__new__(IosChange)
    session.marker, session._system = "netmod-0", "flash:"
    told = "Timer type: absolute timer\nTimer value: 5 min\nUser: netmod\n"
    session._cli = SimpleNamespace(ask=lambda _: told)  # type: ignore[assignment] # all it asks
    assert not session._is_marked(Timer("", "netmod"), record(kind="merge"), "")


def test_a_merge_whose_mark_does_not_fit_is_refused(begin: Begin) -> None:
    bed = begin("ios")
    before = bed.running
    with bed.open() as session:
        session.load(CHANGE["ios"], resolve)
        record = session.intent(300, bed.clock.now())
        written = bed.device.flash.write
        bed.device.flash.write = (
            lambda name, content, now: written(  # type: ignore[method-assign]
                name, content[: 0 if name.endswith(".timer") else None], now
            )
        )
        with pytest.raises(ChangeFailed, match="mark") as caught:
            session.commit(record)
        assert caught.value.code == "refused"
        session.discard(record)
    assert bed.running == before
    assert bed.probe(record).pending == "none"
