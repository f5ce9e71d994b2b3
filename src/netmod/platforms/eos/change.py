"""How EOS takes a change: configuration sessions and their commit timer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from netmod.platforms._change import ChangeRules, Timer

# A longer timer is written as hours of a day by the driver, and 25 hours become one.
RULES = ChangeRules(
    classes={"merge": "A", "replace": "A"},
    shortest=60,
    longest=24 * 3600 - 1,
    step=1,
    floors=True,
    errors=re.compile(r"% |.*\bfailed: "),
)
HOSTNAME = ("hostname",)


def commit_timer(session: str, seconds: int) -> str:
    """The command that puts a session in force for so many seconds."""
    hours, rest = divmod(seconds, 3600)
    return f"configure session {session} commit timer {hours:02d}:{rest // 60:02d}:{rest % 60:02d}"


def pending(sessions: Mapping[str, Any], uptime: float) -> Timer | None:
    """The commit that waits, from `show configuration sessions detail` and the device's uptime.

    Since 4.32 the session and its time stand beside the table of sessions.
    """
    if sessions.get("commitTimerSessionName"):
        by = sessions.get("commitTimerExpireTime")
        return Timer(sessions["commitTimerSessionName"], None, _left(by, uptime))
    for name, values in sessions.get("sessions", {}).items():
        if "pendingCommitTimer" in values.get("state", ""):
            user = values.get("commitUser") or None
            return Timer(name, user, _left(values.get("commitBy"), uptime))
    return None


def _left(commit_by: Any, uptime: float) -> timedelta | None:
    if not isinstance(commit_by, int | float) or commit_by < 0:
        return None
    return timedelta(seconds=max(0.0, commit_by - uptime))
