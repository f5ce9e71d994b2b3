"""Who may change a device or a link: one rollout at a time, and one process for a rollout.

A lock of a subject lies in the journal's file, with owner and expiry, and outlives a process that
died: who resumes has it still. Whoever works holds the run's file, too, which the kernel lets go.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from netmod.errors import RolloutError
from netmod.rollout.journal import Journal

_TRIES, _PAUSE = 10, 0.05


@dataclass(frozen=True, slots=True)
class Lock:
    """One device (`device:NAME`) or link (`link:ID`) that a rollout holds."""

    subject: str
    rollout: str
    owner: str
    taken: datetime
    expires: datetime


def locks(journal: Journal) -> list[Lock]:
    """All that are held, also those that expired."""
    with journal.reading() as connection:
        rows = connection.execute(
            "SELECT subject, rollout, owner, taken, expires FROM lock ORDER BY subject"
        ).fetchall()
    moment = datetime.fromisoformat
    return [
        Lock(s, r, owner, moment(taken), moment(expires)) for s, r, owner, taken, expires in rows
    ]


def take(
    journal: Journal,
    subjects: Collection[str],
    lock: tuple[str, str],
    span: tuple[datetime, datetime],
    at_work: Callable[[str], bool],
) -> list[Lock]:
    """Take all of `subjects` for `lock` (rollout, owner) from now until the expiry, or none.

    What stands in the way is returned: locks of other rollouts that are not expired, or whose
    process is `at_work`, since a clock may have jumped. One's own are prolonged.
    """
    (rollout, owner), (now, expires) = lock, span
    with journal.writing() as connection:
        held = {one.subject: one for one in locks(journal)}
        others = [one for name in sorted(subjects) if (one := held.get(name)) is not None]
        others = [one for one in others if one.rollout != rollout]
        against = [one for one in others if one.expires > now or at_work(one.rollout)]
        if not against:
            moments = (now.astimezone(UTC).isoformat(), expires.astimezone(UTC).isoformat())
            connection.executemany(
                "INSERT OR REPLACE INTO lock VALUES (?, ?, ?, ?, ?)",
                [(name, rollout, owner, *moments) for name in sorted(subjects)],
            )
    return against


def release(journal: Journal, rollout: str, subjects: Collection[str]) -> None:
    """Let go of those of `subjects` that the rollout holds."""
    with journal.writing() as connection:
        connection.executemany(
            "DELETE FROM lock WHERE rollout = ? AND subject = ?",
            [(rollout, name) for name in subjects],
        )


@contextmanager
def carrying_out(path: Path, rollout: str) -> Iterator[None]:
    """Be the one process that carries a rollout out; `path` is its run's file.

    Raises `RolloutError` with `locked` where another one is.
    """
    descriptor = _open(path)
    try:
        if not any(_got(descriptor) for _ in range(_TRIES)):
            raise RolloutError(
                f"{rollout} is carried out by another process",
                hint="see netmod rollout status; pause or stop it from here, or wait",
                code="locked",
            )
        yield
    finally:
        os.close(descriptor)


def _got(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(_PAUSE)  # it may be somebody who looks whether one is at work
        return False
    return True


def is_carried_out(path: Path) -> bool:
    """Whether a process is at work on the rollout whose run's file this is."""
    if not path.exists():
        return False
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise RolloutError(
            f"{path}: {error.strerror or 'cannot be made'}",
            hint="check free space and permissions; nothing was done",
            code="full",
        ) from None
