"""Snapshots as collection writes them, and back."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmod.errors import ConnectionFailed, EvidenceError, OutputError
from netmod.evidence import HostEntry, SnapshotWriter, read_snapshot, redact, slug
from netmod.evidence._text import normalise

NOW = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    hosts = {
        "sw1": HostEntry(platform="cisco_iosxe", site="ahus", role="core", aliases=("core-1",)),
        "sw2": HostEntry(platform="cisco_nxos"),
        "sw3": HostEntry(),
    }
    later = NOW + timedelta(minutes=3)
    with SnapshotWriter(tmp_path / "new" / "snapshot", captured_at=NOW, hosts=hosts) as out:
        out.write(
            "sw1", "show running-config", "hostname sw1\nenable secret Zq1secret9\n", at=later
        )
        out.write("sw1", "show macsec interface HundredGigE1/0/3.5", "Secured\n")
        out.write("sw1", "show macsec interface HundredGigE1/0/3/5", "Pending\n")
        out.fail("sw2", "login failed: password Zq1secret9")
    stored = (tmp_path / "new/snapshot/sw1/show_running_config.txt").read_text()
    assert stored == "hostname sw1\nenable secret <redacted>\n"
    snapshot = read_snapshot(tmp_path / "new" / "snapshot")
    assert snapshot.captured_at == NOW
    assert snapshot.warnings == ()
    first, second, third = snapshot.hosts
    assert first.platform == "cisco_iosxe"
    assert first.aliases == ("core-1",)
    assert first.failure is None
    assert {(one.command, one.exact, one.text) for one in first.captures} == {
        ("show running-config", True, "hostname sw1\nenable secret <redacted>\n"),
        ("show macsec interface HundredGigE1/0/3.5", True, "Secured\n"),
        ("show macsec interface HundredGigE1/0/3/5", True, "Pending\n"),
    }
    assert first.captures[0].captured_at == later
    assert second.failure == "login failed: password <redacted>"
    assert third.failure == "not collected"


def test_the_same_command_replaces_its_output(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path, captured_at=NOW) as out:
        out.write("sw1", "show clock", "first")
        out.write("sw1", "show clock", "second")
    (host,) = read_snapshot(tmp_path).hosts
    assert [one.text for one in host.captures] == ["second"]


def test_an_interrupted_snapshot_says_what_is_missing(tmp_path: Path) -> None:
    hosts = {"sw1": HostEntry(), "sw2": HostEntry()}

    def collect() -> None:
        with SnapshotWriter(tmp_path, captured_at=NOW, hosts=hosts) as out:
            out.write("sw1", "show version", "x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collect()
    failures = {host.host: host.failure for host in read_snapshot(tmp_path).hosts}
    assert failures == {"sw1": None, "sw2": "not collected"}


def test_a_killed_collection_leaves_no_host_that_looks_collected(tmp_path: Path) -> None:
    out = SnapshotWriter(tmp_path, captured_at=NOW, hosts={"sw1": HostEntry()})
    out.write("sw1", "show version", "x")
    (tmp_path / "sw1" / ".show_clock.txt.part").write_text("half")
    (host,) = read_snapshot(tmp_path).hosts
    assert host.failure == "not collected"
    assert [one.file for one in host.captures] == ["sw1/show_version.txt"]


def test_a_folder_with_anything_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("x")
    with pytest.raises(EvidenceError) as caught:
        SnapshotWriter(tmp_path, captured_at=NOW)
    assert caught.value.hint
    with pytest.raises(EvidenceError):
        SnapshotWriter(tmp_path / "notes", captured_at=NOW)


@pytest.mark.parametrize("name", ["", ".", "..", ".git", "a/b", "a\\b", "a\nb", "configs", "show"])
def test_names_that_are_no_folder_of_a_host(tmp_path: Path, name: str) -> None:
    out = SnapshotWriter(tmp_path, captured_at=NOW)
    with pytest.raises(EvidenceError):
        out.write(name, "show version", "x")
    with pytest.raises(EvidenceError):
        out.fail(name, "x")


def test_a_time_without_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="zone"):
        SnapshotWriter(tmp_path, captured_at=NOW.replace(tzinfo=None))


def test_a_full_disk_is_an_error_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = SnapshotWriter(tmp_path, captured_at=NOW)

    def full(source: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="No space left"):
        out.write("sw1", "show version", "x")
    assert list((tmp_path / "sw1").iterdir()) == []


def test_hosts_are_written_from_several_threads(tmp_path: Path) -> None:
    names = [f"sw{number}" for number in range(24)]
    with SnapshotWriter(tmp_path, captured_at=NOW) as out, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: out.write(name, "show version", name), names))
    texts = {host.host: host.captures[0].text for host in read_snapshot(tmp_path).hosts}
    assert texts == {name: name for name in names}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("show version", "show_version"),
        ("show running-config", "show_running_config"),
        ("show version | json", "show_version_json"),
        ("show macsec interface Hu1/0/3.5", "show_macsec_interface_hu1_0_3_5"),
        ("  show  clock ", "show_clock"),
    ],
)
def test_slug(command: str, expected: str) -> None:
    assert slug(command) == expected


NAMES = st.one_of(
    st.sampled_from(
        ["no", "NO", "1e3", "010", "0x1f", "null", "~", "1:20", "2026-11-28", "y", "é"]
    ),
    st.text("abcXYZ019-._: #'\"&*!|>%@`{}[],?", min_size=1, max_size=12),
).filter(lambda name: not name.startswith(".") and name.strip() == name)


@settings(max_examples=150, deadline=None)
@given(
    outputs=st.dictionaries(
        NAMES,
        st.dictionaries(NAMES.map(lambda name: f"show {name}"), st.text(max_size=40), max_size=3),
        min_size=1,
        max_size=4,
    ),
    reason=st.text(max_size=30),
)
def test_any_names_and_texts_come_back(outputs: dict[str, dict[str, str]], reason: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with SnapshotWriter(root, captured_at=NOW) as out:
            for host, texts in outputs.items():
                out.fail(host, reason)
                for command, text in texts.items():
                    out.write(host, command, text)
        hosts = {host.host: host for host in read_snapshot(root).hosts}
    assert set(hosts) == set(outputs)
    for name, texts in outputs.items():
        assert {one.command for one in hosts[name].captures} | {
            command for command in texts if not readable(texts[command])
        } == set(texts)
        for capture in hosts[name].captures:
            assert capture.text == normalise(redact(texts[capture.command or ""]))


def readable(text: str) -> bool:
    """Whether a text is one by its bytes; a few control characters alone are none."""
    return sum(ord(character) < 32 or ord(character) == 127 for character in text) == 0


@pytest.mark.parametrize(
    ("error", "stays"), [(ConnectionFailed("no host keys"), False), (KeyboardInterrupt(), True)]
)
def test_only_a_refusal_before_the_first_output_leaves_nothing(
    tmp_path: Path, error: BaseException, stays: bool
) -> None:
    out = tmp_path / "snapshot"
    with (
        pytest.raises(type(error)),
        SnapshotWriter(out, captured_at=NOW, hosts={"sw1": HostEntry()}),
    ):
        raise error
    assert out.exists() is stays


def test_what_was_written_stays_whatever_ends_it(tmp_path: Path) -> None:
    def collected() -> None:
        with SnapshotWriter(tmp_path, captured_at=NOW, hosts={"sw1": HostEntry()}) as out:
            out.write("sw1", "show version", "x")
            raise ConnectionFailed("lost")

    with pytest.raises(ConnectionFailed):
        collected()
    assert [len(host.captures) for host in read_snapshot(tmp_path).hosts] == [1]
