"""What was clean is not redacted again, and nothing else is taken for clean."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmod.evidence import Redactor, SnapshotWriter, read_snapshot
from netmod.observe import KnownCleanTexts, Store, _clean

LINES = st.sampled_from(
    (
        "hostname h", "snmp-server community hush RO", "snmp-server host 10.0.0.1 version 2c hush",
        "snmp-server community <community-1> RO", "snmp-server host 10.0.0.1 hush", "! hush",
        "username a secret 5 $1$abcd$0123456789012345678901", "username a secret 5 $1$<redacted>",
        "key-string 7 0822455D0A16", "interface Ethernet1", " description hush", "ntp server 10.0.0.1",
        "snmp-server group hush v3 priv", "tacacs-server key hush", "community hush {", "}",
    )
)  # fmt: skip
FILES = st.dictionaries(
    st.sampled_from(("show_version", "show_running_config", "show_snmp")),
    st.lists(LINES, max_size=6).map("\n".join),
    min_size=1,
)


def write(folder: Path, files: dict[str, str]) -> None:
    (folder / "h").mkdir(parents=True, exist_ok=True)
    for old in (folder / "h").iterdir():
        old.unlink()
    for name, text in files.items():
        (folder / "h" / f"{name}.txt").write_text(text + "\n")


@settings(max_examples=150)
@given(nights=st.lists(FILES, min_size=2, max_size=4))
def test_a_snapshot_reads_the_same_whatever_is_known(nights: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, known = Path(place) / "s", KnownCleanTexts(Store(Path(place) / "cache"))
        for files in (*nights, *nights):
            write(folder, files)
            assert read_snapshot(folder, known) == read_snapshot(folder)


def test_a_snapshot_of_our_own_is_clean_and_is_not_redacted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with SnapshotWriter(tmp_path / "s", captured_at=at) as out:
        out.write(
            "h", "show running-config", "snmp-server community hush RO\nusername a secret x\n"
        )
        out.write("h", "show version", "IOS\n")
    known = KnownCleanTexts(Store(tmp_path / "cache"))
    first = read_snapshot(tmp_path / "s", known)
    assert first.hosts[0].captures[0].text.startswith("snmp-server community <community-1> RO")
    asked: list[str] = []
    redact = Redactor.redact
    monkeypatch.setattr(
        Redactor, "redact", lambda self, text: asked.append(text) or redact(self, text)
    )
    assert read_snapshot(tmp_path / "s", known) == first
    assert asked == []
    (tmp_path / "s" / "h" / "show_version.txt").write_text("IOS 2\n")
    read_snapshot(tmp_path / "s", known)
    assert asked == ["IOS 2\n"]
    monkeypatch.setattr(_clean, "_digest_of_redaction", lambda: "another netmod")
    read_snapshot(tmp_path / "s", known)
    assert len(asked) == 3


def test_nothing_of_a_text_is_kept(tmp_path: Path) -> None:
    write(tmp_path / "s", {"show_version": "quite-an-unusual-word"})
    read_snapshot(tmp_path / "s", KnownCleanTexts(Store(tmp_path / "cache")))
    (path,) = (tmp_path / "cache").iterdir()
    assert b"unusual" not in path.read_bytes()
