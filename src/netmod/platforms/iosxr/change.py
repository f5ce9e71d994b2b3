"""How IOS-XR takes a change: a target per session, and `commit label NAME confirmed SECONDS`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
OTHERS = "with this commit anyway"
# Questions that netmod knows, by what it does, and what it answers.
COMMIT = ((OTHERS, "no"), ("Do you wish to proceed", "yes"))
LEAVE = (("Uncommitted changes found", "no"),)
NOTHING_TO_COMMIT = "No configuration changes to commit"
_TIME_LINE = re.compile(r"\A\s*\w{3} \w{3} +\d+ [\d:.]+ \S+\n")
_ENTRY = re.compile(
    r"^\s*\d+\)\s*CommitId:\s*(?P<id>\S+)\s+Label:\s*(?P<label>\S+)"
    r".*?UserId:\s*(?P<user>\S+).*?Client:\s*(?P<client>\S+).*?Time:\s*(?P<time>[^\n]+)",
    re.DOTALL | re.MULTILINE,
)
_BANNER = re.compile(r"banner \S+ (\S)")
_AROUND = ("Building configuration...", "end")
_CONTROL = ("end", "exit")
_ROUTES = re.compile(r"(route-policy|[a-z-]+-set) ")
_CLOCK = re.compile(r"(\d\d:\d\d:\d\d)\.\d+ \S+ \w{3} (\w{3}) +(\d+) (\d{4})")


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit; its time is the device's local one."""

    id: str
    label: str
    user: str
    time: datetime
    client: str


def without_time(text: str) -> str:
    """An output without the time line before it."""
    return _TIME_LINE.sub("", text)


def commits(text: str) -> list[Commit]:
    """The commits, the latest first, from `show configuration commit list N detail`."""
    return [
        Commit(
            found["id"],
            "" if found["label"] == "NONE" else found["label"],
            found["user"],
            _moment(found["time"], "%a %b %d %H:%M:%S %Y"),
            found["client"],
        )
        for found in _ENTRY.finditer(text)
    ]


def clock(text: str) -> datetime:
    """The device's local time, from `show clock`. Raises `ValueError`."""
    found = _CLOCK.search(text)
    if not found:
        raise ValueError("no clock")
    return _moment(" ".join(found.groups()), "%H:%M:%S %b %d %Y")


def _moment(text: str, form: str) -> datetime:
    # Without zone: both times are of one device, and only their distance counts.
    return datetime.strptime(" ".join(text.split()), form)  # noqa: DTZ007


def pending(
    history: Sequence[Commit], now: datetime, marker: str, seconds: int | None
) -> Timer | None:
    """Our commit, while its time runs; XR tells nothing else of a trial.

    Where somebody committed on top of it the timer has no name: nobody knows what it would take
    back, and what a confirmation would confirm.
    """
    place = next((index for index, one in enumerate(history) if one.label == marker), None)
    if place is None or seconds is None:
        return None
    commit = history[place]
    if place and history[place - 1].client.lower() == "rollback":
        return None  # it was taken back
    left = commit.time + timedelta(seconds=seconds) - now
    if left <= timedelta(0):
        return None
    return Timer("" if place else commit.id, commit.user, left)


def statements(text: str) -> list[str]:
    """The lines of a config without comments, ends of blocks and what is around it."""
    rows = (line.rstrip() for line in text.splitlines())
    return [row for row in rows if row.lstrip()[:1] not in ("", "!") and row not in _AROUND]


def lines(text: str) -> Iterator[str]:
    """What to type for a config in the indented form.

    `exit` where a block ends, an empty one by its `!`, and `root` before each statement of the
    first level. A banner is one piece of several lines. A block that ends with a word of its own
    (`end-policy-map`) gets no `exit`: that would end the one above.
    """
    blocks: list[int] = []
    rows = list(_rows(text))
    for number, (row, following) in enumerate(zip(rows, [*rows[1:], ""], strict=True)):
        depth, closes = _depth(row), row.lstrip().startswith("end-")
        while blocks and blocks[-1] >= max(depth, 1):
            blocks.pop()
            yield "exit"
        if depth == 0 and number and not closes:
            blocks.clear()
            yield "root"
        if row.strip() == "!":
            continue
        yield row if "\n" in row else row.strip()
        if closes and blocks:
            blocks.pop()
        elif _depth(following) > depth or following == " " * depth + "!":
            blocks.append(depth)


def _rows(text: str) -> Iterator[str]:
    """The rows that say something, and each `!` that ends a block.

    The text of a banner belongs to its first row. What stands in a policy or a set of routes,
    which is a text and no tree, is at one depth.
    """
    banner: list[str] = []
    delimiter = ""
    routes = False
    for row in (one.rstrip() for one in text.splitlines()):
        if delimiter:
            banner.append(row)
            if delimiter in row:
                yield "\n".join(banner)
                delimiter = ""
            continue
        word = row.strip()
        if not word or row[0] == "!" or (word[0] == "!" and word != "!") or word in _CONTROL:
            continue
        opened = _BANNER.match(row)
        if opened and opened[1] not in row[opened.end() :]:
            banner, delimiter = [row], opened[1]
            continue
        yield f" {word}" if routes and not row.startswith("end-") else row
        routes = (routes or bool(_ROUTES.match(row))) and not row.startswith("end-")


def _depth(row: str) -> int:
    return len(row) - len(row.lstrip())
