"""One run at a time; what a killed run left; what is kept."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netmod.errors import CommandFailed, NightlyError
from netmod.evidence import HostEntry, Operator, SnapshotWriter, read_snapshot
from netmod.jobs.night import Night, begin, last_complete, nights, only_run, prune

START = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)
OPERATOR = Operator(account="netmod", uid=990, host="collector-1", netmod="0")
RESUME = timedelta(hours=12)


class Clock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


def done(home: Path, clock: Clock, scope: tuple[str, ...] = (), failure: bool = False) -> Night:
    """A run that ended."""
    night = begin(home, scope, RESUME, clock)

    def work() -> None:
        if failure:
            raise CommandFailed("no")

    night.do("collect", work)
    night.finish()
    return night


def test_the_second_run_is_told_who_holds_the_first(tmp_path: Path, clock: Clock) -> None:
    with only_run(tmp_path, OPERATOR, clock):
        with pytest.raises(NightlyError) as caught, only_run(tmp_path, OPERATOR, clock):
            pass
        assert caught.value.code == "locked"
        for word in ("netmod on collector-1", "since 2026-11-28T01:00:00+00:00"):
            assert word in caught.value.message
    with only_run(tmp_path, OPERATOR, clock):
        pass


def test_a_lock_file_that_says_nothing_holds_all_the_same(tmp_path: Path, clock: Clock) -> None:
    with only_run(tmp_path, OPERATOR, clock):
        (tmp_path / "lock").write_text("{")
        with (
            pytest.raises(NightlyError, match="does not say whose"),
            only_run(tmp_path, OPERATOR, clock),
        ):
            pass


@pytest.mark.parametrize(
    ("hours", "scope", "resumed"),
    [(0, (), True), (11, (), True), (12, (), False), (1, ("site=ahus",), False)],
)
def test_a_killed_run_of_the_same_night_and_scope_is_gone_on_with(
    tmp_path: Path, clock: Clock, hours: int, scope: tuple[str, ...], resumed: bool
) -> None:
    killed = begin(tmp_path, (), RESUME, clock)
    killed.do("collect", lambda: None)
    clock.moment += timedelta(hours=hours)
    again = begin(tmp_path, scope, RESUME, clock)
    assert (again.folder == killed.folder) is resumed
    assert again.is_done("collect") is resumed
    assert killed.folder.exists()


def test_a_run_that_ended_is_not_gone_on_with(tmp_path: Path, clock: Clock) -> None:
    first = done(tmp_path, clock)
    assert begin(tmp_path, (), RESUME, clock).folder != first.folder


def test_a_stage_that_fails_is_noted_and_done_again(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    night = begin(tmp_path, (), RESUME, clock)

    def refuse() -> None:
        raise CommandFailed("the device said no")

    def bug() -> None:
        raise ZeroDivisionError("password Zq1secret9")

    night.do("collect", refuse)
    with caplog.at_level(logging.ERROR):
        night.do("drift", bug)
    told = {one.name: one.failure for one in night.state.stages}
    assert told["collect"] == "the device said no"
    assert "ZeroDivisionError" in told["drift"]
    assert "Zq1secret9" not in caplog.text + json.dumps(told)
    again = begin(tmp_path, (), RESUME, clock)
    assert not again.is_done("collect")
    again.do("collect", lambda: None)
    assert [one.name for one in again.state.stages] == ["drift", "collect"]


def test_what_ends_a_process_is_no_failure_of_a_stage(tmp_path: Path, clock: Clock) -> None:
    night = begin(tmp_path, (), RESUME, clock)

    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        night.do("collect", interrupted)
    assert begin(tmp_path, (), RESUME, clock).folder == night.folder


def test_only_a_complete_run_of_the_scope_feeds_the_dead_mans_switch(
    tmp_path: Path, clock: Clock
) -> None:
    done(tmp_path, clock)
    for failure, scope in ((True, ()), (False, ("site=ahus",))):
        clock.moment += timedelta(days=1)
        done(tmp_path, clock, scope, failure)
    clock.moment += timedelta(days=1)
    begin(tmp_path, (), RESUME, clock)
    assert last_complete(tmp_path, ()) == START
    assert last_complete(tmp_path, ("site=ahus",)) == START + timedelta(days=2)
    assert last_complete(tmp_path / "none", ()) is None


def test_old_complete_runs_go_and_others_stay(tmp_path: Path, clock: Clock) -> None:
    kept = []
    for number in range(6):
        night = done(tmp_path, clock, failure=number == 1)
        kept.append(night.folder)
        clock.moment += timedelta(days=1)
    (tmp_path / "by-hand").mkdir()
    prune(tmp_path, 2)
    there = {folder for folder, _ in nights(tmp_path)}
    assert there == {kept[1], kept[4], kept[5]}
    assert (tmp_path / "by-hand").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"run": 3}'])
def test_a_state_that_cannot_be_read_is_left_alone(tmp_path: Path, clock: Clock, text: str) -> None:
    broken = begin(tmp_path, (), RESUME, clock)
    (broken.folder / "night.json").write_text(text)
    clock.moment += timedelta(minutes=1)
    assert begin(tmp_path, (), RESUME, clock).folder != broken.folder
    assert broken.folder.exists()


def test_what_an_old_killed_run_collected_can_be_read(tmp_path: Path, clock: Clock) -> None:
    killed = begin(tmp_path, (), RESUME, clock)
    hosts = {"a": HostEntry(site="ahus"), "b": HostEntry(site="ous")}
    out = SnapshotWriter(killed.snapshot, captured_at=START, hosts=hosts, resumable=True)
    out.write("a", "show clock", "12:00")
    out.close("a")
    clock.moment += timedelta(days=2)
    for _ in range(2):
        assert begin(tmp_path, (), RESUME, clock).folder != killed.folder
    told = {one.host: (one.site, one.failure) for one in read_snapshot(killed.snapshot).hosts}
    assert told == {"a": ("ahus", None), "b": ("ous", "not collected")}
    state = next(state for folder, state in nights(tmp_path) if folder == killed.folder)
    assert not state.complete
    assert state.finished_at == clock.moment


def test_what_noted_nothing_goes_and_what_collected_stays(tmp_path: Path, clock: Clock) -> None:
    kept = done(tmp_path, clock).folder
    (tmp_path / "20261128T000000Z-0000dead").mkdir()
    (tmp_path / "20261128T000000Z-0000dead" / ".night.json.x").write_text("{")
    collected = tmp_path / "20261128T000001Z-0000dead"
    (collected / "snapshot").mkdir(parents=True)
    prune(tmp_path, 5)
    assert sorted(tmp_path.iterdir()) == sorted([kept, collected])
