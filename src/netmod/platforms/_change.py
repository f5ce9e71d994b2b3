"""What a change on a device needs to know of its platform. Pure: texts and numbers in and out."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import takewhile
from typing import Literal

from netmod.evidence import REDACTED, redact
from netmod.platforms._language import Scoped, without_times

Kind = Literal["merge", "replace"]
SafetyClass = Literal["A", "B", "C"]
"""A: the device itself goes back when nobody confirms. B: the change goes in as a whole, or can be
taken back as a whole, and nothing goes back by itself. C: neither."""

_COMMENT = ("!", "#", "/*", "Building configuration", "Current configuration", "ntp clock-period")
_NO_STATEMENT = re.compile(r"(?:end|exit|exit-\S+|root|commit|top|quit)$")
_COMMUNITY = re.compile(r"<community-\d+>")
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
    numbers: dict[str, int] = {}

    def renumbered(match: re.Match[str]) -> str:
        return f"<community-{numbers.setdefault(match[0], len(numbers) + 1)}>"

    # a capture has the numbers of all that was captured of its host
    return hashlib.sha256(_statements(_COMMUNITY.sub(renumbered, redact(text)))).hexdigest()


def running_seal(text: str, key: str) -> str:
    """As `running_hash`, over the secrets too, keyed: who has no key can guess nothing from it.

    The name of the key stands before the colon; seals of other keys say nothing to each other.
    """
    name = hashlib.sha256(b"netmod seal\x00" + key.encode()).hexdigest()[:8]
    digest = hmac.new(key.encode(), _statements(text), hashlib.sha256).hexdigest()
    return f"{name}:{digest}"


def _statements(text: str) -> bytes:
    lines = (line.rstrip() for line in without_times(text).splitlines())
    kept = (line for line in lines if line and not line.lstrip().startswith(_COMMENT))
    return "\n".join(kept).encode()


def missing(asked: str, running: str, defaults: Sequence[Scoped] = ()) -> tuple[str, ...]:
    """Statements of `asked` that do not stand in `running`, and removed ones that still do.

    For configs in the indented form. Redacted. `defaults` are those that hold without being shown.
    What the device writes in another form (an abbreviation) is among them: it is a reason to look,
    not a proof.
    """
    found = {path for path, _ in _paths(running)}
    wanted = list(_paths(asked))
    beside = _by_parent([*found, *(path for path, _ in wanted)])
    absent = []
    for path, line in wanted:
        last = path[-1]
        if last.startswith("no "):
            unseen = path not in found and _is_shown(path, beside, defaults)
            if _negated(path) in found or unseen:
                absent.append(line)
        elif path not in found and not (
            last.startswith("default ") or _holds_anyway(path, found, beside, defaults)
        ):
            absent.append(line)
    return tuple(absent)


def changes(diff: str, running: str, defaults: Sequence[Scoped]) -> str:
    """A device's diff without what it lists and what holds already.

    Devices compare texts: a statement that asks for a default, which `running` does not show, is
    one more line to them. Sections of `running` of which nothing else is left go with it.
    """
    found = {path for path, _ in _paths(running)}
    lines = diff.splitlines()
    indents = [len(line) - len(line.lstrip()) for line in lines]
    paths: list[tuple[str, ...]] = []
    above: list[tuple[int, str]] = []
    for line, indent in zip(lines, indents, strict=True):
        while above and above[-1][0] >= indent:
            above.pop()
        above.append((indent, line.strip().removeprefix("+").strip()))
        paths.append(tuple(text for _, text in above))
    beside = _by_parent(found)
    for path, line in zip(paths, lines, strict=True):
        _amend(beside.setdefault(path[:-1], {}), path[-1], removed=line.lstrip().startswith("-"))
    kept = [not _holds_anyway(path, found, beside, defaults) for path in paths]
    for number in reversed(range(len(lines))):
        after = zip(indents[number + 1 :], kept[number + 1 :], strict=True)
        left = [keep for _, keep in takewhile(partial(_is_deeper, indents[number]), after)]
        if left and not any(left) and paths[number] in found:
            kept[number] = False
    return "\n".join(line for line, keep in zip(lines, kept, strict=True) if keep)


_Siblings = dict[tuple[str, ...], dict[str, None]]
"""The statements that are to stand below each path, in order."""


def _by_parent(paths: Iterable[tuple[str, ...]]) -> _Siblings:
    below: _Siblings = {}
    for path in paths:
        below.setdefault(path[:-1], {})[path[-1]] = None
    return below


def _amend(siblings: dict[str, None], text: str, *, removed: bool) -> None:
    """What is to stand after a line of a diff."""
    text = text.removeprefix("-").strip()
    opposite = _negated((text,))[0]
    known = siblings.pop(opposite, "") is None
    if removed:
        siblings.pop(text, None)
    elif not (known and text.startswith("no ")):
        siblings[text] = None


def _holds_anyway(
    path: tuple[str, ...],
    found: Collection[tuple[str, ...]],
    beside: _Siblings,
    defaults: Iterable[Scoped],
) -> bool:
    """Whether a statement asks for a default whose opposite does not run."""
    scope, parent = "\n".join(path[:-1]), path[:-1]
    return _negated(path) not in found and any(
        one.covers(scope, path[-1], beside.get(parent, {}).keys) for one in defaults
    )


def _is_shown(path: tuple[str, ...], beside: _Siblings, defaults: Iterable[Scoped]) -> bool:
    """Whether a default is none beside what stands there, so that the device shows it."""
    scope, parent, last = "\n".join(path[:-1]), path[:-1], path[-1]
    rules = [one for one in defaults if one.under.match(scope) and one.line.match(last)]
    below = beside.get(parent, {}).keys
    return bool(rules) and not any(one.covers(scope, last, below) for one in rules)


def _is_deeper(indent: int, line: tuple[int, bool]) -> bool:
    return line[0] > indent


def _negated(path: tuple[str, ...]) -> tuple[str, ...]:
    last = path[-1]
    return (*path[:-1], last[3:] if last.startswith("no ") else f"no {last}")


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
