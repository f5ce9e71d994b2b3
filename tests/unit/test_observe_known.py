"""A capture that was read before is not read again, and what is known of it is what it states."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmod.evidence import Capture, HostCaptures, read_snapshot
from netmod.facts import HostFacts
from netmod.observe import Store, _readings, read_hosts
from netmod.platforms import platforms, read_host

from .test_platforms_robust import TEXTS

CASES = sorted(path.parent for path in (Path(__file__).parents[1] / "captures").glob("*/*/facts.yaml"))  # fmt: skip
EARLY, LATE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
COMMANDS = st.sampled_from(sorted({one for system in platforms() for one in system.collect}))


def read(host: HostCaptures, at: datetime | None, store: Store) -> HostFacts:
    ((_, facts),) = read_hosts([host], at=at, store=store)
    return facts


def same(one: HostFacts, other: HostFacts) -> bool:
    return one == other and one.model_dump_json() == other.model_dump_json()


@pytest.fixture(params=CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def case(request: pytest.FixtureRequest) -> HostCaptures:
    (host, *_) = read_snapshot(request.param).hosts
    return dataclasses.replace(host, platform=host.platform or request.param.parent.name)


def test_what_is_known_of_real_captures_is_what_they_state(
    case: HostCaptures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    for at in (EARLY, LATE, None):  # lifetimes are judged anew
        assert same(read(case, at, store), read_host(case, at=at))
    monkeypatch.setattr(_readings, "read_capture", refuse)
    assert same(read(case, EARLY, Store(tmp_path)), read_host(case, at=EARLY))


def refuse(*_: object) -> None:
    raise AssertionError("it was read before")


@st.composite
def hosts(draw: st.DrawFn) -> HostCaptures:
    system = draw(st.sampled_from([*(one.id for one in platforms()), None]))
    files = draw(st.dictionaries(COMMANDS | st.none(), TEXTS, max_size=4))
    captures = [
        Capture("h", command, text, f"h/{number}.txt", "", exact=bool(number % 2))
        for number, (command, text) in enumerate(files.items())
    ]
    return HostCaptures("h", tuple(captures), platform=system)


@settings(max_examples=60)
@given(first=hosts(), second=hosts())
def test_known_is_fresh_whatever_was_captured(first: HostCaptures, second: HostCaptures) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for host, at in ((first, EARLY), (second, EARLY), (first, LATE), (second, None)):
            assert same(read(host, at, store), read_host(host, at=at))


CONFIG = "hostname h\ninterface Ethernet1\n ip address 10.0.0.1/31\nntp server 10.0.0.9\nend\n"


def eos(*texts: str) -> HostCaptures:
    commands = ("show running-config", "show version", "show startup-config")
    files = zip(commands, texts, strict=False)
    captures = [Capture("h", name, text, f"h/{name}", "", exact=True) for name, text in files]
    return HostCaptures("h", tuple(captures), platform="arista_eos")


@pytest.mark.parametrize("change", ["text", "file", "command", "exact", "platform", "code"])
def test_what_differs_in_anything_is_read(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, store = eos(CONFIG), Store(tmp_path)
    read(host, EARLY, store)
    (capture,) = host.captures
    other = {
        "text": dataclasses.replace(capture, text=CONFIG.replace("Ethernet1", "Ethernet2")),
        "file": dataclasses.replace(capture, file="h/other"),
        "command": dataclasses.replace(capture, command="show startup-config"),
        "exact": dataclasses.replace(capture, exact=False),
    }.get(change, capture)
    host = dataclasses.replace(host, captures=(other,))
    if change == "platform":
        host = dataclasses.replace(host, platform="cisco_ios")
    if change == "code":
        monkeypatch.setattr(_readings, "_digest_of_readers", lambda: "another netmod")
    asked: list[str] = []
    real = _readings.read_capture
    monkeypatch.setattr(
        _readings, "read_capture", lambda *given: asked.append(given[1].file) or real(*given)
    )
    assert same(read(host, EARLY, store), read_host(host, at=EARLY))
    assert asked == [other.file]


def test_a_startup_config_is_read_where_it_becomes_the_only_one(tmp_path: Path) -> None:
    store, started = Store(tmp_path), CONFIG.replace("hostname h", "hostname startup")
    both = eos(CONFIG, "", started)
    alone = dataclasses.replace(both, captures=both.captures[2:])
    for host in (both, alone, both, alone):
        assert same(read(host, EARLY, store), read_host(host, at=EARLY))
    assert read(both, EARLY, store).hostname == "h"
    assert read(alone, EARLY, store).hostname == "startup"


def damaged(content: bytes) -> Iterator[bytes]:
    yield b""
    yield content[: len(content) // 2]
    yield content.replace(b"10.0.0.9", b"10.0.0.8")
    yield content.replace(b"Ethernet1", b"\x00\xff\n\n")
    yield b"\n".join(reversed(content.split(b"\n")))
    yield b"[]\n" * 9


def test_a_damaged_file_is_nothing_known(tmp_path: Path) -> None:
    host, store = eos(CONFIG), Store(tmp_path)
    fresh = read(host, EARLY, store)
    assert fresh.hardening.ntp_servers == ("10.0.0.9",)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for content in damaged(whole):
        path.write_bytes(content)
        assert same(read(host, EARLY, store), fresh)
    path.unlink()
    path.mkdir()
    assert same(read(host, EARLY, store), fresh)


def test_where_nothing_can_be_kept_all_is_read(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert read(eos(CONFIG), EARLY, Store(in_the_way)) == read_host(eos(CONFIG), at=EARLY)


def key(number: int) -> str:
    return f"{number:064x}"


def test_a_file_keeps_the_newest(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for night in range(300):
        store.write("h", store.read("h"), {key(0): b"always", key(1000 + night): b"once"})
    kept = store.read("h")
    assert len(kept) == 256
    assert {key(0), key(1299), key(1299 - 254)} <= kept.keys()
    assert kept[key(0)] == b"always"


def test_what_was_not_used_for_long_goes(tmp_path: Path) -> None:
    store = Store(tmp_path, limit=1000)
    for number in range(9):
        store.write(f"h{number}", {}, {key(number): b"x" * 200})
    files = sorted(tmp_path.iterdir())
    for at, path in enumerate(files):
        os.utime(path, (at, at))
    (tmp_path / "killed.part").write_bytes(b"half")
    store.trim()
    assert sorted(tmp_path.iterdir()) == files[-3:]


def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    Store(tmp_path / "new").write("../../etc/passwd", {}, {key(1): b"x"})
    (path,) = (tmp_path / "new").iterdir()
    assert (path.parent.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)


def test_many_captures_are_read_in_processes_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_readings, "WORTH_A_POOL", 0)
    several = [dataclasses.replace(eos(CONFIG, "x"), host=f"h{number}") for number in range(3)]
    unknown = HostCaptures("u", eos(CONFIG).captures)
    found = list(read_hosts([*several, unknown], at=EARLY, store=Store(tmp_path)))
    assert found == [(one.host, read_host(one, at=EARLY)) for one in (*several, unknown)]
