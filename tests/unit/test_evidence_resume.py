"""A collection that was killed, and the one that goes on with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netmod.errors import ConnectionFailed, EvidenceError
from netmod.evidence import HostEntry, SnapshotWriter, read_snapshot

NOW = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
HOSTS = {name: HostEntry(platform="cisco_iosxe") for name in ("a", "b", "c")}


def writer(path: Path, at: datetime = NOW) -> SnapshotWriter:
    return SnapshotWriter(path, captured_at=at, hosts=HOSTS, resumable=True)


def give(out: SnapshotWriter, host: str, text: str, at: datetime = NOW) -> None:
    out.write(host, "show clock", text, at=at)
    out.remark(host, ("legacy-ssh: cbc",))
    out.close(host)


def test_what_was_whole_stays_and_the_rest_is_asked_again(tmp_path: Path) -> None:
    killed = writer(tmp_path)  # never finished: so it is after a kill
    give(killed, "a", "first")
    killed.write("b", "show clock", "half of the commands", at=NOW)
    killed.fail("b", "ended the session")
    killed.close("b")
    killed.write("c", "show clock", "its close never came", at=NOW)
    with writer(tmp_path, LATER) as out:
        assert out.whole == {"a"}
        out.write("b", "show clock", "second", at=LATER)
        out.close("b")
        out.fail("c", "unreachable")
        out.close("c")
    snapshot = read_snapshot(tmp_path)
    assert snapshot.captured_at == NOW
    told = {
        host.host: (host.captures[0].text, host.captures[0].captured_at, host.failure)
        for host in snapshot.hosts
    }
    assert told["a"] == ("first", NOW, None)
    assert told["b"] == ("second", LATER, None)
    assert told["c"][2] == "unreachable"
    assert "legacy-ssh: cbc" in snapshot.hosts[0].warnings


def test_what_failed_before_and_is_not_reached_now_keeps_what_it_gave(tmp_path: Path) -> None:
    killed = writer(tmp_path)
    killed.write("a", "show clock", "before it ended")
    killed.fail("a", "ended the session")
    killed.close("a")
    with writer(tmp_path) as out:
        assert out.whole == frozenset()
    host = read_snapshot(tmp_path).hosts[0]
    assert [(one.command, one.text) for one in host.captures] == [("show clock", "before it ended")]
    assert host.failure == "ended the session"


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_line_that_the_kill_cut_is_no_line_and_spoils_no_other(tmp_path: Path, cut: int) -> None:
    killed = writer(tmp_path)
    give(killed, "a", "x")
    give(killed, "b", "y")
    journal = tmp_path / ".hosts.jsonl"
    journal.write_bytes(journal.read_bytes()[:-cut])
    second = writer(tmp_path)
    assert second.whole == {"a"}
    give(second, "b", "y")
    give(second, "c", "z")
    assert writer(tmp_path).whole == {"a", "b", "c"}


def test_a_file_that_a_power_cut_emptied_is_asked_for_again(tmp_path: Path) -> None:
    killed = writer(tmp_path)
    give(killed, "a", "text")
    (tmp_path / "a" / "show_clock.txt").write_text("")
    assert writer(tmp_path).whole == frozenset()


def test_another_folder_is_not_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(EvidenceError):
        writer(tmp_path)


def test_an_error_before_the_first_host_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    with pytest.raises(ConnectionFailed), writer(folder):
        raise ConnectionFailed("known_hosts cannot be read")
    assert not folder.exists()


@pytest.mark.parametrize(
    "left",
    [(".snapshot.yaml.part",), (".hosts.jsonl.part",), (".hosts.jsonl",),
     (".hosts.jsonl", ".snapshot.yaml.part")],
)  # fmt: skip
def test_a_kill_while_the_snapshot_is_made_leaves_what_can_be_gone_on_with(
    left: tuple[str, ...], tmp_path: Path
) -> None:
    for name in left:
        (tmp_path / name).write_text("")
    with writer(tmp_path) as out:
        give(out, "a", "text")
    (host, *_) = read_snapshot(tmp_path).hosts
    assert [one.text for one in host.captures] == ["text"]


def test_the_journal_is_there_before_anything_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SnapshotWriter, "_save_manifest", kill)
    with pytest.raises(KeyboardInterrupt):
        writer(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == [".hosts.jsonl"]


def kill(_: object) -> None:
    raise KeyboardInterrupt
