"""Keep what devices said: configs in git, first all and then some changed, and captures."""

# ruff: noqa: PLC0415 - a side is imported only in the process that measures it

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

from bench.paired import Pair, Sample, Side

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_PORTS, _CHANGED = 300, 20
"""Ports of a config, some 45 kB; one config in so many changes."""


def _config(number: int, *, changed: bool) -> str:
    # no two descriptions are the same, as on real devices: texts of one word compress to nothing
    ports = "".join(
        f"interface GigabitEthernet1/0/{n}\n description {number * 7919 + n * 104729:x} room {n}\n"
        f" switchport access vlan {n % 9}\n switchport mode access\n spanning-tree portfast\n"
        for n in range(1, _PORTS + 1)
    )
    extra = "ntp server 192.0.2.1\n" if changed and number % _CHANGED == 0 else ""
    return f"hostname sw{number}\n{ports}{extra}end\n"


def _configs(count: int, *, changed: bool) -> list[tuple[str, str]]:
    return [(f"sw{number}", _config(number, changed=changed)) for number in range(count)]


def _measured(first: Callable[[], int], second: Callable[[], int], *, again: bool) -> Sample:
    """The first commit, or the one of the night after."""
    work = first
    if again:
        first()
        work = second
    began, cpu = time.perf_counter(), _cpu()
    size = work()
    return Sample(time.perf_counter() - began, cpu=_cpu() - cpu, size=size)


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def netmod_archive(folder: Path, count: int, again: bool) -> Sample:
    """Ours, with everything read back and hashed."""
    from netmod.evidence import Operator
    from netmod.history import Archive, Backup, Occasion

    place = folder / "archive.git"
    rmtree(place, ignore_errors=True)
    operator = Operator(account="bench", uid=0, host="bench", netmod="0")
    nights = [_configs(count, changed=changed) for changed in (False, True)]

    def store(night: int) -> int:
        backups = (Backup(host, text) for host, text in nights[night])
        done = Archive(place).store("lan", backups, Occasion(f"r{night}", _AT, operator, "bench"))
        return len(done.changed)

    return _measured(lambda: store(0), lambda: store(1), again=again)


def git_add(folder: Path, count: int, again: bool) -> Sample:
    """The peer: files in a working tree, `git add -A`, `git commit`."""
    place = folder / "tree"
    rmtree(place, ignore_errors=True)
    place.mkdir()
    nights = [_configs(count, changed=changed) for changed in (False, True)]
    options = ["-c", "user.name=bench", "-c", "user.email=bench@example", "-c", "gc.auto=0"]

    def git(*arguments: str) -> str:
        command = ["git", *options, "-C", str(place), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    git("init", "--quiet")

    def store(night: int) -> int:
        for host, text in nights[night]:
            (place / f"{host}.cfg").write_text(text)
        git("add", "-A")
        git("commit", "--quiet", "-m", f"night {night}")
        return len(git("show", "--name-only", "--format=").split())

    return _measured(lambda: store(0), lambda: store(1), again=again)


def _captures(count: int) -> Iterator[tuple[str, str]]:
    """Files and texts of some 60 kB."""
    for number in range(count):
        yield f"sw{number}/show_running_config.txt", _config(number, changed=False) * 2


def netmod_captures(folder: Path, count: int) -> Sample:
    """Ours, with hosts, files and times beside each content."""
    from netmod.evidence import Capture, Operator
    from netmod.history import History, Run

    path = folder / "history.db"
    for one in folder.glob("history.db*"):
        one.unlink()
    operator = Operator(account="bench", uid=0, host="bench", netmod="0")
    texts = list(_captures(count))
    captures = [Capture(name, "show run", text, name, "0", captured_at=_AT) for name, text in texts]
    with History.open(path) as history:
        history.begin(Run(id="r", started_at=_AT, tool_version="0", operator=operator))
        began, cpu = time.perf_counter(), _cpu()
        size = history.keep_captures("r", captures)
        return Sample(time.perf_counter() - began, cpu=_cpu() - cpu, size=size)


def plain_captures(folder: Path, count: int) -> Sample:
    """The peer: SHA-256, zstandard and one table, with nothing around it."""
    import zstandard

    path = folder / "plain.db"
    for one in folder.glob("plain.db*"):
        one.unlink()
    texts = list(_captures(count))
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE blob (sha256 TEXT PRIMARY KEY, content BLOB)")
    began, cpu = time.perf_counter(), _cpu()
    pack = zstandard.ZstdCompressor(level=3)
    for start in range(0, count, 256):
        rows = []
        for _, text in texts[start : start + 256]:
            data = text.encode()
            rows.append((hashlib.sha256(data).hexdigest(), pack.compress(data)))
        with database:
            database.executemany("INSERT OR IGNORE INTO blob VALUES (?, ?)", rows)
    (size,) = database.execute("SELECT count(*) FROM blob").fetchone()
    database.close()
    return Sample(time.perf_counter() - began, cpu=_cpu() - cpu, size=size)


def pairs(rounds: int, count: int = 10_000) -> list[Pair]:
    """The pairs of this module."""
    found = [
        Pair(
            f"archive {count} configs, {what}",
            Side("netmod", "bench.stores:netmod_archive", (count, again)),
            Side("git add, git commit", "bench.stores:git_add", (count, again)),
            rounds,
            budget,
            note="netmod reads each back and hashes it",
            units=count,
            unit="configs/s",
        )
        for what, again, budget in (("first", False, 12.3 / 9), ("5 % changed", True, 1.0))
    ]
    captures = Pair(
        f"store {count} captures of 60 kB",
        Side("netmod", "bench.stores:netmod_captures", (count,)),
        Side("SHA-256, zstandard, SQLite", "bench.stores:plain_captures", (count,)),
        rounds,
        1 / 1.2,
        units=count,
        unit="captures/s",
    )
    return [*found, captures]
