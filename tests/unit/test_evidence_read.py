"""Snapshot folders in all their forms, good and bad."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netmod.errors import EvidenceError, InputError
from netmod.evidence import HostCaptures, Snapshot, read_snapshot
from netmod.evidence import _read as reading


def make(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def listing(snapshot: Snapshot) -> dict[str, list[tuple[str, str | None]]]:
    return {
        host.host: [(capture.file, capture.command) for capture in host.captures]
        for host in snapshot.hosts
    }


def only(snapshot: Snapshot) -> HostCaptures:
    (host,) = snapshot.hosts
    return host


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"b/show_version.txt": "x", "a.example.org/show running-config.txt": "x"},
            {
                "a.example.org": [("a.example.org/show running-config.txt", "show running-config")],
                "b": [("b/show_version.txt", "show version")],
            },
            id="a folder for each host",
        ),
        pytest.param(
            {
                "a/show_version_|_json.txt": "x",
                "a/show_macsec_interface_HundredGigE1-0-33.5.txt": "x",
                "a/show_macsec_interface_HundredGigE1-0-33.5": "x",
                "a/show_configuration_|_display_set": "x",
                "a/oxidized_ios.cfg": "x",
                "a/session.log": "x",
            },
            {
                "a": [
                    ("a/oxidized_ios.cfg", None),
                    ("a/session.log", None),
                    ("a/show_configuration_|_display_set", "show configuration | display set"),
                    (
                        "a/show_macsec_interface_HundredGigE1-0-33.5",
                        "show macsec interface HundredGigE1-0-33.5",
                    ),
                    (
                        "a/show_macsec_interface_HundredGigE1-0-33.5.txt",
                        "show macsec interface HundredGigE1-0-33.5",
                    ),
                    ("a/show_version_|_json.txt", "show version | json"),
                ]
            },
            id="names of files",
        ),
        pytest.param(
            {"sw1.example.org.cfg": "x", "sw2.txt": "x", "README.md": "x", "SOURCES.tsv": "x"},
            {
                "sw1.example.org": [("sw1.example.org.cfg", None)],
                "sw2": [("sw2.txt", None)],
            },
            id="a flat folder",
        ),
        pytest.param(
            {"configs/sw1.cfg": "x", "configs/sw2.conf": "x"},
            {"sw1": [("configs/sw1.cfg", None)], "sw2": [("configs/sw2.conf", None)]},
            id="a flat folder below configs",
        ),
        pytest.param(
            {
                "configs/sw1/show_running-config.txt": "x",
                "show/sw1/show_version.txt": "x",
                "show/sw1/lldp_neighbors.txt": "x",
                "batfish/layer1_topology.json": "{}",
            },
            {
                "sw1": [
                    ("configs/sw1/show_running-config.txt", "show running-config"),
                    ("show/sw1/lldp_neighbors.txt", "show lldp neighbors"),
                    ("show/sw1/show_version.txt", "show version"),
                ]
            },
            id="configs and show apart",
        ),
        pytest.param(
            {
                "a/show_version.txt": "x",
                "a/.hidden": "x",
                "a/notes.yaml": "x",
                "expected.yaml": "x",
            },
            {"a": [("a/show_version.txt", "show version")]},
            id="what is no capture",
        ),
    ],
)
def test_forms(
    tmp_path: Path, files: dict[str, str | bytes], expected: dict[str, list[tuple[str, str | None]]]
) -> None:
    assert listing(read_snapshot(make(tmp_path, files))) == expected


def test_a_single_hosts_folder_is_a_snapshot_of_it(tmp_path: Path) -> None:
    folder = make(tmp_path / "sw1.example.org", {"show_version.txt": "x", "backup.cfg": "y"})
    assert listing(read_snapshot(folder)) == {
        "sw1.example.org": [("backup.cfg", None), ("show_version.txt", "show version")]
    }


def test_a_file_of_the_admin_plane_is_named_after_its_command(tmp_path: Path) -> None:
    (tmp_path / "pe1").mkdir()
    (tmp_path / "pe1" / "admin_show_inventory.txt").write_text("x\n", encoding="utf-8")
    (host,) = read_snapshot(tmp_path).hosts
    assert [capture.command for capture in host.captures] == ["admin show inventory"]


def test_a_command_outside_every_hosts_folder_is_a_warning(tmp_path: Path) -> None:
    names = ["a/show_version.txt", "b.cfg", "notes.txt", "show/c.txt", "show_clock.txt"]
    snapshot = read_snapshot(make(tmp_path, dict.fromkeys(names, "x")))
    assert [host.host for host in snapshot.hosts] == ["a", "b"]
    assert sorted(warning.split(":")[0] for warning in snapshot.warnings) == names[2:]


MANIFEST = """
captured_at: 2026-11-28T05:00:00+01:00
hosts:
  sw1: {platform: cisco_iosxe, site: ahus, role: core, aliases: [core-1]}
  sw2:
  sw3: {captured_at: 2026-11-28T05:10:00+01:00}
files:
  sw1/version.txt: show version
  sw1/notes.yaml: show notes
links:
  - [sw1, HundredGigE1/0/1, sw2, HundredGigE1/0/1]
failed:
  sw2: connection refused
"""


def test_snapshot_yaml(tmp_path: Path) -> None:
    files = {
        "snapshot.yaml": MANIFEST,
        "sw1/version.txt": "x",
        "sw1/notes.yaml": "y",
        "sw3/show_version.txt": "z",
    }
    snapshot = read_snapshot(make(tmp_path, {**files}))
    assert snapshot.captured_at == datetime(2026, 11, 28, 4, tzinfo=UTC)
    assert snapshot.links == (("sw1", "HundredGigE1/0/1", "sw2", "HundredGigE1/0/1"),)
    assert snapshot.warnings == ()
    first, second, third = snapshot.hosts
    assert (first.platform, first.site, first.role) == ("cisco_iosxe", "ahus", "core")
    assert first.aliases == ("core-1",)
    assert [(one.command, one.exact) for one in first.captures] == [
        ("show notes", True),
        ("show version", True),
    ]
    assert first.captures[0].captured_at == snapshot.captured_at
    assert (second.captures, second.failure) == ((), "connection refused")
    assert third.captures[0].captured_at == datetime(2026, 11, 28, 4, 10, tzinfo=UTC)
    assert not third.captures[0].exact


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("captured_at: 2026-11-28T05:00:00", 1, "no time zone"),
        ("captured_at: 2026-11-28", 1, "no time zone"),
        ("captured_at: 20261128", 1, "is no time"),
        ("captured_at: yesterday", 1, "captured_at"),
        ("hosts:\n  sw1:\n    platfrom: cisco_ios", 3, "unknown key"),
        ("links:\n  - [a, b, c]", 2, "links"),
        ("files: [a]", 1, "files"),
        ("hosts: {a: {}}}", 1, "YAML"),
    ],
)
def test_a_wrong_snapshot_yaml(tmp_path: Path, text: str, line: int, message: str) -> None:
    make(tmp_path, {"snapshot.yaml": text, "a/show_version.txt": "x"})
    with pytest.raises(InputError) as caught:
        read_snapshot(tmp_path)
    problem = caught.value.problems[0]
    assert (problem.file, problem.line) == ("snapshot.yaml", line)
    assert message in problem.message


def test_what_snapshot_yaml_names_and_the_folder_lacks_is_a_warning(tmp_path: Path) -> None:
    text = "files: {a/show_x.txt: show x}\nlinks: [[a, e1, ghost, e1]]"
    snapshot = read_snapshot(make(tmp_path, {"snapshot.yaml": text, "a/show_version.txt": "x"}))
    assert [("show_x" in one, "ghost" in one) for one in snapshot.warnings] == [
        (True, False),
        (False, True),
    ]


def test_missing_empty_and_error_text_are_three_things(tmp_path: Path) -> None:
    files = {"a/show_version.txt": "", "b/show_version.txt": "% Invalid input detected\n"}
    make(tmp_path, {**files})
    (tmp_path / "c").mkdir()
    texts = {host.host: [c.text for c in host.captures] for host in read_snapshot(tmp_path).hosts}
    assert texts == {"a": [""], "b": ["% Invalid input detected\n"], "c": []}


@pytest.mark.parametrize("kind", ["missing", "file", "empty", "hidden only"])
def test_no_snapshot(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "snapshot"
    if kind == "file":
        path.write_text("x")
    elif kind != "missing":
        path.mkdir()
    if kind == "hidden only":
        make(path, {".git/config": "x", "README.md": "x"})
    with pytest.raises(EvidenceError) as caught:
        read_snapshot(path)
    assert caught.value.hint


def test_one_bad_file_is_a_warning_of_its_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 1000)
    files: dict[str, str | bytes] = {
        "a/show_version.txt": "good",
        "a/show_binary.txt": bytes(range(256)),
        "a/show_large.txt": "x" * 1001,
        "a/2026/show_clock.txt": "nested",
    }
    host = only(read_snapshot(make(tmp_path, files)))
    assert [capture.text for capture in host.captures] == ["good"]
    assert [warning.split(":")[0] for warning in host.warnings] == [
        "a/2026",
        "a/show_binary.txt",
        "a/show_large.txt",
    ]


def test_a_file_that_cannot_be_read_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, {"a/show_version.txt": "x"})

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    host = only(read_snapshot(tmp_path))
    assert host.captures == ()
    assert "Permission denied" in host.warnings[0]


def test_links_out_of_the_snapshot_are_refused(tmp_path: Path) -> None:
    make(tmp_path / "outside", {"secret.txt": "x", "host/show_version.txt": "x"})
    root = make(tmp_path / "snapshot", {"a/show_version.txt": "x"})
    (root / "a" / "show_outside.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (root / "a" / "show_inside.txt").symlink_to(root / "a" / "show_version.txt")
    (root / "a" / "show_loop.txt").symlink_to(root / "a" / "show_loop.txt")
    (root / "b").symlink_to(tmp_path / "outside" / "host")
    os.mkfifo(root / "a" / "show_pipe.txt")
    snapshot = read_snapshot(root)
    host = only(snapshot)
    assert [one.file for one in host.captures] == ["a/show_inside.txt", "a/show_version.txt"]
    assert [one.split(":")[0] for one in host.warnings] == [
        "a/show_loop.txt",
        "a/show_outside.txt",
        "a/show_pipe.txt",
    ]
    assert snapshot.warnings[0].startswith("b:")


def test_text_is_redacted_and_normalised_and_the_hash_is_of_the_redacted_bytes(
    tmp_path: Path,
) -> None:
    raw = b"\xef\xbb\xbfhostname sw1\r\nenable secret Zq1secret9\r\nend\r\n"
    (capture,) = only(read_snapshot(make(tmp_path, {"a/show_running-config.txt": raw}))).captures
    assert capture.text == "hostname sw1\nenable secret <redacted>\nend\n"
    redacted = b"hostname sw1\r\nenable secret <redacted>\r\nend\r\n"
    assert capture.sha256 == hashlib.sha256(redacted).hexdigest()


def test_communities_are_numbered_per_host(tmp_path: Path) -> None:
    files = {
        "a/show_running-config.txt": "snmp-server community one RO\nsnmp-server community two RO\n",
        "a/show_snmp_community.txt": "Community name: two\n",
        "b/show_running-config.txt": "snmp-server community two RO\n",
    }
    first, second = read_snapshot(make(tmp_path, {**files})).hosts
    assert first.captures[1].text == "Community name: <community-2>\n"
    assert second.captures[0].text == "snmp-server community <community-1> RO\n"
