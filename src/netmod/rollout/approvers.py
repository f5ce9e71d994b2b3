"""Who may approve: `compliance/approvers`, in the form of OpenSSH's allowed signers.

A line is `NAME[,NAME…] [OPTIONS] KEYTYPE KEY`; the names are all those of one person, also that of
the account, so that nobody approves what they planned. Options are `namespaces="…"`,
`valid-after="YYYYMMDD"` and `valid-before="YYYYMMDD"`, in UTC.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from netmod.errors import InputError, Problem
from netmod.rollout import sshsig

FILE_NAME = "approvers"
NAMESPACE = "netmod-approval"
_LINE = re.compile(
    r"(?P<names>[^\s\"]+)\s+(?:(?P<options>(?:[a-z-]+(?:=\"[^\"]*\")?,?)+)\s+)?"
    r"(?P<kind>(?:ssh|ecdsa|sk)-[a-z0-9@.-]+)\s+(?P<key>[A-Za-z0-9+/]+=*)(?:\s+.*)?"
)
_OPTION = re.compile(r"([a-z-]+)(?:=\"([^\"]*)\")?,?")
_DAY = "%Y%m%d"


@dataclass(frozen=True, slots=True)
class Approver:
    """One key, whose person has these names, and when it counts."""

    names: tuple[str, ...]
    key: bytes
    valid_after: datetime | None = None
    valid_before: datetime | None = None

    def is_valid(self, at: datetime) -> bool:
        """Whether the key counts at that moment."""
        begun = self.valid_after is None or self.valid_after <= at
        return begun and (self.valid_before is None or at < self.valid_before)

    def is_called(self, name: str) -> bool:
        """Whether it is one of the person's names, with or without a domain."""
        return bool(_spellings([name]) & _spellings(self.names))

    def is_same_person(self, other: Approver) -> bool:
        """Whether two keys have a person in common."""
        return self.key == other.key or bool(_spellings(self.names) & _spellings(other.names))


def _spellings(names: Iterable[str]) -> set[str]:
    folded = [name.casefold() for name in names]
    return {part for name in folded for part in (name, name.partition("@")[0])}


def read_approvers(folder: Path, *, root: Path | None = None) -> tuple[Approver, ...]:
    """Those of the project's `compliance/` folder; nobody where it has no such file.

    Raises `InputError` with every line that cannot be used.
    """
    path = folder / FILE_NAME
    name = str(path.relative_to(root)) if root and path.is_relative_to(root) else str(path)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8"
        raise InputError([Problem(name, 0, reason)]) from None
    problems: list[Problem] = []
    found: list[Approver] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            found += _approver(line.strip(), {one.key for one in found})
        except ValueError as error:
            message, _, hint = str(error).partition(" | ")
            problems.append(Problem(name, number, message, hint))
        except sshsig.BadSignature as error:
            problems.append(Problem(name, number, str(error), "use an Ed25519 key"))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _approver(line: str, known: Collection[bytes]) -> Iterator[Approver]:
    """The approver of a line; nobody where the key is for another purpose."""
    match = _LINE.fullmatch(line)
    if match is None:
        hint = "write NAME,NAME ssh-ed25519 KEY, as in OpenSSH's allowed signers"
        raise ValueError(f"not a line of an approver | {hint}")
    names = tuple(one for one in match["names"].split(",") if one)
    if any(set(one) & {*"*?!"} for one in names):
        raise ValueError("a pattern is no person | write every name in full")
    try:
        key = base64.b64decode(match["key"], validate=True)
    except binascii.Error:
        raise ValueError("the key is not base64 | copy it again") from None
    if key in known:
        raise ValueError("this key stands above already | give all names on one line")
    sshsig.public_key(match["kind"], key)
    limits: dict[str, datetime] = {}
    for option, value in _OPTION.findall(match["options"] or ""):
        if option == "namespaces":
            if NAMESPACE not in value.split(","):
                return
        elif option in ("valid-after", "valid-before"):
            limits[option] = _day(option, value)
        else:
            raise ValueError(f"option {option} is not taken | remove it")
    yield Approver(names, key, limits.get("valid-after"), limits.get("valid-before"))


def _day(option: str, value: str) -> datetime:
    try:
        return datetime.strptime(value.removesuffix("Z"), _DAY).replace(tzinfo=UTC)
    except ValueError:
        raise ValueError(f"{option} is {value!r} | write it as YYYYMMDD") from None
