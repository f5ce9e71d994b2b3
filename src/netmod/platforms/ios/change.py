"""How IOS and IOS-XE take a change: files on flash, the archive's rollback timer."""

from __future__ import annotations

import re
from datetime import timedelta

from netmod.platforms._change import ChangeRules, Timer

RULES = ChangeRules(
    classes={"merge": "A", "replace": "A"},
    shortest=60,
    longest=120 * 60,
    step=60,
    floors=True,
    # `%SYS-5-CONFIG_I` and the like are log messages that come in between.
    errors=re.compile(
        r"%(?![A-Z0-9_]+-(?:[A-Z0-9_]+-)?\d-)"
        r"|.*(?:not a valid config file|has been successfully restored|\bfailed\b)"
        r"|(?:Rollback )?[Ee]rror\b",
    ),
)
HOSTNAME = ("hostname",)
# Questions that netmod knows, by what it does, and what it answers.
CHANGE = (
    ("Destination filename [running-config]", ""),
    # The diff, which somebody approved, shows the account as removed.
    ("remove all username related configurations with same name", ""),
)
SAVE = (("Overwrite the previous NVRAM configuration", ""),)
DELETE = (("Delete ", ""),)
COMPARED = "Contextual Config Diffs"
NO_ARCHIVE = "Archive feature not enabled"
_TIMER = re.compile(r"Timer value:\s*(\d+)\s*min")
_USER = re.compile(r"User:\s*(\S+)")
_CONFIGURED = re.compile(r"Time configured.*?:\s*(\S.*?)\s*$", re.MULTILINE)
_REMAINING = re.compile(r"(?:Time left|Remaining).*?:\s*(\d+)\s*sec", re.IGNORECASE)


def pending(text: str) -> Timer | None:
    """The change that waits, from `show archive config rollback timer`.

    Its name is the time at which it was made, as the device prints it: there is no other.
    """
    timer, configured = _TIMER.search(text), _CONFIGURED.search(text)
    if not timer and not configured:
        return None
    user, left = _USER.search(text), _REMAINING.search(text)
    return Timer(
        configured[1] if configured else "",
        user[1] if user else None,
        timedelta(seconds=int(left[1])) if left else None,
    )
