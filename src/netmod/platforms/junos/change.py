"""How Junos takes a change: one candidate for all, and `commit confirmed`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from netmod.evidence import redact
from netmod.platforms._change import ChangeRules, Timer

RULES = ChangeRules(
    classes={"merge": "A", "replace": "A"},
    shortest=60,
    longest=65535 * 60,
    step=60,
    floors=False,
    errors=re.compile(r"error: |syntax error|unknown command|.*\bis ambiguous"),
)
_LIST = re.compile(r"(set .*) \[ (.*) \]")
_WAITS = re.compile(r"commit confirmed, rollback in (\d+)\s*min")


@dataclass(frozen=True, slots=True)
class Commit:
    """One entry of the history of commits: its time in seconds, who made it, what it says."""

    seconds: int
    user: str
    log: tuple[str, ...]

    def is_of(self, marker: str) -> bool:
        """Whether this is the commit of a change, and not the one that confirmed it."""
        return any(line.strip() == marker for line in self.log)


def is_set(text: str) -> bool:
    """Whether a text has lines of `set`, and not braces."""
    return text.lstrip().startswith(("set ", "delete "))


def deletions(running: Sequence[str]) -> list[str]:
    """Lines that empty a configuration: each statement of the first level that it has.

    `version` is the device's own.
    """
    names = dict.fromkeys(
        words[1] for line in running if len(words := line.split()) > 1 and words[0] == "set"
    )
    return [f"delete {name}" for name in names if name != "version"]


def confirmation(marker: str) -> str:
    """The comment of the commit that confirms a change."""
    return f"{marker} confirmed"


def pending(latest: Commit | None, now: int, marker: str, seconds: int | None) -> Timer | None:
    """The commit that waits, from the latest entry of the history; times by the device's clock.

    Junos says in its log what a commit waits for, and nothing of whether a `commit check` by
    anybody confirmed it since. Where the log holds but the marker, `seconds` is what it waits.
    """
    if latest is None:
        return None
    found = next((match for line in latest.log if (match := _WAITS.search(line))), None)
    if found:
        waits = int(found[1]) * 60
    elif latest.is_of(marker) and seconds is not None:
        waits = seconds
    else:
        return None
    left = waits - (now - latest.seconds)
    if left <= 0:
        return None
    name = str(latest.seconds)
    return Timer(name, latest.user, timedelta(seconds=left))


def missing_set(asked: str, running: Sequence[str]) -> tuple[str, ...]:
    """As `missing`, for `set` and `delete` lines; a text of another form is not judged.

    What a later line deletes is not asked for.
    """
    found = {_plain(line) for line in running}
    lines = [one for row in redact(asked).splitlines() for one in _each(row)]
    plains = [_plain(line) for line in lines]
    absent = []
    for number, (line, plain) in enumerate(zip(lines, plains, strict=True)):
        if plain.startswith("set ") and plain not in found:
            path = plain.removeprefix("set ")
            if not any(_deletes(later, path) for later in plains[number + 1 :]):
                absent.append(line.strip())
        elif plain.startswith("delete "):
            gone = "set " + plain.removeprefix("delete ")
            if any(one == gone or one.startswith(gone + " ") for one in found):
                absent.append(line.strip())
    return tuple(absent)


def _deletes(line: str, path: str) -> bool:
    """Whether a line deletes the statement, or what it stands below."""
    gone = line.removeprefix("delete ")
    return line.startswith("delete ") and (path == gone or path.startswith(gone + " "))


def _each(line: str) -> Iterator[str]:
    """A line of `set` with several values in brackets as one line for each."""
    match = _LIST.fullmatch(line.strip())
    if match is None:
        yield line
        return
    yield from (f"{match[1]} {value}" for value in match[2].split())


def _plain(line: str) -> str:
    words = redact(line).replace('"', "").split()
    return " ".join(word for word in words if word not in (";", "##", "SECRET-DATA"))
