"""Whether an output is a config that may take the place of the last one. Pure.

A backup that was cut at night and found out on the day it is needed is no backup. What is refused
here is kept beside the last good one, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Refusal = Literal["empty", "error-output", "cut", "other-host", "shrunk"]

SMALLEST_SHARE = 0.5
"""A config that loses more than half its bytes at once is more likely cut than changed."""

_FEW_LINES, _HEAD = 10, 4096
_ERROR = re.compile(
    r"\s*(?:%\s*(?!connection)|\^$|error\b|syntax error|invalid (?:input|command)|unknown command"
    r"|command (?:not found|authorization failed|fail)|permission denied|authorization failed"
    r"|ambiguous command|access denied|% ?bad)",
    re.IGNORECASE,
)
_HOST = re.compile(
    r'^[ \t]*(?:(?:set (?:system )?)?host-?name|switchname|sysname) "?([^\s";]+)',
    re.MULTILINE,
)
_VOLATILE = re.compile(
    r"!Time: |!Running configuration last done at: |Current configuration : \d"
    r"|ntp clock-period |! NVRAM config last updated"
    r"|Using \d+ out of \d+ bytes|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} +\d+ [\d:.]+ \w+\r?$"
)


@dataclass(frozen=True, slots=True)
class Backup:
    """A device's config as it came, redacted. `whole` tells whether a text reaches to its end,
    where the device's platform knows (`ConfigLanguage.whole`)."""

    host: str
    text: str
    whole: Callable[[str], bool] | None = None


def refusal(backup: Backup, *, previous_size: int, confirmed: bool = False) -> Refusal | None:
    """Why this must not replace the last backup; None where it may.

    `previous_size` is that one's size in bytes, 0 where there is none.
    `confirmed` says that a person knows of a smaller config; it allows nothing else.
    """
    lines = [line for line in backup.text[:_HEAD].splitlines() if line.strip()]
    if not lines and not backup.text.strip():
        return "empty"
    if len(lines) < _FEW_LINES and any(_ERROR.match(line) for line in lines[:3]):
        return "error-output"
    if backup.whole is not None and not backup.whole(backup.text):
        return "cut"
    named = _HOST.search(backup.text)
    if named and not _same_host(named[1], backup.host):
        return "other-host"
    size = len(backup.text.encode(errors="replace"))
    if size < previous_size * SMALLEST_SHARE and not confirmed:
        return "shrunk"
    return None


def same_but_times(one: str, other: str) -> bool:
    """Whether two configs differ in nothing but what a device writes anew each time it prints."""
    lines, others = one.split("\n"), other.split("\n")
    return len(lines) == len(others) and all(
        line == against or (_VOLATILE.match(line) and _VOLATILE.match(against))
        for line, against in zip(lines, others, strict=True)
    )


def _same_host(one: str, other: str) -> bool:
    """With or without a domain, and routing engines of a Junos device (`name-re0`) as one."""
    first, second = (name.lower().partition(".")[0] for name in (one, other))
    return first == second or re.sub(r"-re[01]$", "", first) == second
