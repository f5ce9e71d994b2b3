"""How IOS-XR takes a change: a target per session, and `commit label NAME confirmed SECONDS`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from netmod.platforms._change import ChangeRules, Timer

RULES = ChangeRules(
    classes={"merge": "A", "replace": "A"},
    shortest=30,
    longest=65535,
    step=1,
    floors=True,
    errors=re.compile(r"%(?![A-Z0-9_]+-(?:[A-Z0-9_]+-)?\d-)|!!%"),
)
HOSTNAME = ("hostname",)
NOTHING_TO_COMMIT = "No configuration changes to commit"
_TIME_LINE = re.compile(r"\A\s*\w{3} \w{3} +\d+ [\d:.]+ \S+\n")
_ENTRY = re.compile(
    r"1\)\s*CommitId:\s*(?P<id>\S+)\s+Label:\s*(?P<label>\S+)"
    r".*?UserId:\s*(?P<user>\S+).*?Time:\s*(?P<time>[^\n]+)",
    re.DOTALL,
)
_CLOCK = re.compile(r"(\d\d:\d\d:\d\d)\.\d+ \S+ \w{3} (\w{3}) +(\d+) (\d{4})")


@dataclass(frozen=True, slots=True)
class Commit:
    """The latest commit; its time is the device's local one."""

    id: str
    label: str
    user: str
    time: datetime


def without_time(text: str) -> str:
    """An output without the time line before it."""
    return _TIME_LINE.sub("", text)


def latest(text: str) -> Commit | None:
    """The latest commit, from `show configuration commit list 1 detail`."""
    found = _ENTRY.search(text)
    if not found:
        return None
    label = "" if found["label"] == "NONE" else found["label"]
    return Commit(found["id"], label, found["user"], _moment(found["time"], "%a %b %d %H:%M:%S %Y"))


def clock(text: str) -> datetime:
    """The device's local time, from `show clock`. Raises `ValueError`."""
    found = _CLOCK.search(text)
    if not found:
        raise ValueError("no clock")
    return _moment(" ".join(found.groups()), "%H:%M:%S %b %d %Y")


def _moment(text: str, form: str) -> datetime:
    # Without zone: both times are of one device, and only their distance counts.
    return datetime.strptime(" ".join(text.split()), form)  # noqa: DTZ007


def pending(commit: Commit | None, now: datetime, marker: str, seconds: int | None) -> Timer | None:
    """Our commit, while its time runs: it is the latest, and XR tells nothing else of a trial."""
    if commit is None or commit.label != marker or seconds is None:
        return None
    left = commit.time + timedelta(seconds=seconds) - now
    return Timer(commit.id, commit.user, left) if left > timedelta(0) else None


def lines(text: str) -> Iterator[str]:
    """The lines to type for a config in the indented form; `exit` where a block ends."""
    blocks: list[int] = []
    rows = [row.rstrip() for row in text.splitlines()]
    rows = [row for row in rows if row.strip() not in ("", "!", "end", "exit")]
    rows = [row for row in rows if not row.lstrip().startswith("!")]
    for row, following in zip(rows, [*rows[1:], ""], strict=True):
        depth = _depth(row)
        while blocks and blocks[-1] >= depth:
            blocks.pop()
            yield "exit"
        yield row.strip()
        if _depth(following) > depth:
            blocks.append(depth)
    yield from ("exit" for _ in blocks)


def _depth(row: str) -> int:
    return len(row) - len(row.lstrip())
