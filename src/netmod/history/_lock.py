"""One writer at a time, across processes; the kernel lets go when a process dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netmod.errors import HistoryError, OutputError


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock file at `path`, which stays; with `wait` after whoever holds it now.

    Raises `HistoryError` with code `locked` where another process holds it and `wait` is False,
    `OutputError` where the file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise OutputError(
            f"{path}: {error.strerror or 'cannot be made'}", hint="check the folder's permissions"
        ) from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise HistoryError(
                f"{path.with_suffix('').name} is being written by another process",
                hint="wait until it is done; the lock goes with its process",
                code="locked",
            ) from None
        yield
    finally:
        os.close(descriptor)
