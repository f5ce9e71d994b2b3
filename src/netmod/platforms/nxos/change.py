"""How NX-OS takes a change: lines and checkpoints, and `configure replace` with its timer."""

from __future__ import annotations

import re
from datetime import timedelta

from netmod.platforms._change import ChangeRules, Timer

# Only a replacement has a timer; a merge is taken back to a checkpoint, by netmod.
RULES = ChangeRules(
    classes={"merge": "B", "replace": "A"},
    shortest=30,
    longest=3600,
    step=1,
    floors=True,
    errors=re.compile(
        r"%(?![A-Z0-9_]+-(?:[A-Z0-9_]+-)?\d-)|(?i:error:)|Syntax error|Version mismatch"
        r"|No such file|Invalid path|.*\b(?:failed|No space left|rollback is not)\b",
    ),
)
HOSTNAME = ("hostname", "switchname")
DELETE = (("Do you want to delete", "y"),)
"""The one question that netmod knows and answers."""
ROLLED_BACK = re.compile(r"rollback (?:completed|.*\bis empty)", re.IGNORECASE)
COMPARED = "Generating Rollback Patch"
_WAITS = re.compile(r"Commit Status\s*:\s*Not Committed", re.IGNORECASE)
_LEFT = re.compile(r"Time Left\s*:\s*(\d+)\s*s", re.IGNORECASE)
_START = re.compile(r"Start Time\s*:\s*(\S.*?)\s*$", re.MULTILINE)


def pending(status: str) -> Timer | None:
    """The replacement that waits, from `show config-replace status`; named by its start."""
    if not _WAITS.search(status):
        return None
    start, left = _START.search(status), _LEFT.search(status)
    return Timer(start[1] if start else "", None, timedelta(seconds=int(left[1])) if left else None)


def patch(text: str) -> list[str]:
    """The commands of `show diff rollback-patch`."""
    _, _, below = text.partition(COMPARED)
    rows = (line.strip() for line in below.splitlines())
    return [
        row for row in rows if row and not row.startswith("!") and "is empty" not in row.lower()
    ]


def has_checkpoint(summary: str, name: str) -> bool:
    """Whether `show checkpoint summary` lists a checkpoint."""
    return bool(re.search(rf"^\s*\d+\)\s*{re.escape(name)}\s*:", summary, re.MULTILINE))
