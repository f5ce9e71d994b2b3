"""What a change on a device needs to know of its platform. Pure: texts and numbers in and out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from netmod.evidence import REDACTED, redact

Kind = Literal["merge", "replace"]
SafetyClass = Literal["A", "B", "C"]
"""A: the device itself goes back when nobody confirms. B: the change goes in as a whole, or can be
taken back as a whole, and nothing goes back by itself. C: neither."""

_COMMENT = ("!", "#", "/*", "Building configuration", "Current configuration", "ntp clock-period")
_NO_STATEMENT = re.compile(r"(?:end|exit|exit-\S+|root|commit|top|quit)$")
_SECRET = re.compile(rf"(?:\s+\d{{1,2}})?\s+\S*{REDACTED}.*")


@dataclass(frozen=True, slots=True)
class Timer:
    """A commit that waits for its confirmation, as the device tells of it.

    `name` is what the device itself calls it: a session, a label, a time. `user` and `left` are
    None where the device does not say.
    """

    name: str
    user: str | None = None
    left: timedelta | None = None


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """How a platform takes changes.

    `classes` is the safety class by kind of change. The timer takes `shortest` to `longest`
    seconds in steps of `step`; what lies between two steps becomes the shorter one where `floors`
    is true, and is refused otherwise. `errors` match a line of an answer by which the device
    refuses what was sent.
    """

    classes: Mapping[Kind, SafetyClass]
    shortest: int
    longest: int
    step: int
    floors: bool
    errors: re.Pattern[str]

    def granted(self, seconds: int) -> int:
        """The seconds that the device will wait. Raises `ValueError`, which says what it takes."""
        if not self.shortest <= seconds <= self.longest:
            raise ValueError(f"the timer takes {self.shortest} to {self.longest} seconds")
        if seconds % self.step and not self.floors:
            raise ValueError(f"the timer takes multiples of {self.step} seconds")
        return seconds - seconds % self.step

    def refusals(self, answer: str) -> tuple[str, ...]:
        """The lines of an answer by which the device refuses."""
        lines = (line.strip() for line in answer.splitlines())
        return tuple(line for line in lines if self.errors.match(line))


def marker_of(change: str, host: str) -> str:
    """The name under which a change is found again on a device: 19 characters, no word of ours.

    It stands in file names, checkpoints, sessions, labels and comments; the same change on the
    same host has the same name.
    """
    digest = hashlib.sha256(f"{change}\x00{host}".encode()).hexdigest()
    return f"netmod-{digest[:12]}"


def running_hash(text: str) -> str:
    """SHA-256 over the statements of a running config, redacted: comments and times left out.

    Two configs that differ in secrets alone have the same hash: one over secrets would let them
    be guessed.
    """
    lines = (line.rstrip() for line in redact(text).splitlines())
    kept = (line for line in lines if line and not line.lstrip().startswith(_COMMENT))
    return hashlib.sha256("\n".join(kept).encode()).hexdigest()


def missing(asked: str, running: str) -> tuple[str, ...]:
    """Statements of `asked` that do not stand in `running`, and removed ones that still do.

    For configs in the indented form. Redacted. What the device writes in another form (a default,
    an abbreviation) is among them: it is a reason to look, not a proof.
    """
    found = {path for path, _ in _paths(running)}
    absent = []
    for path, line in _paths(asked):
        last = path[-1]
        if last.startswith("no "):
            if (*path[:-1], last.removeprefix("no ")) in found:
                absent.append(line)
        elif path not in found and not last.startswith("default "):
            absent.append(line)
    return tuple(absent)


def _paths(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each statement with those above it, and its redacted line."""
    above: list[tuple[int, str]] = []
    for raw in redact(text).splitlines():
        line = raw.strip()
        if not line or line.startswith(_COMMENT) or _NO_STATEMENT.match(line):
            continue
        indent = len(raw) - len(raw.lstrip())
        while above and above[-1][0] >= indent:
            above.pop()
        above.append((indent, _SECRET.sub(f" {REDACTED}", " ".join(line.split()))))
        yield tuple(one for _, one in above), line


def hostname_in(text: str, statements: Iterable[str]) -> str | None:
    """The host name that a running config sets by one of `statements`."""
    for line in text.splitlines():
        for statement in statements:
            if line.strip().startswith(statement + " "):
                return line.strip()[len(statement) :].strip(' ";')
    return None
