"""One process at a time; the kernel lets go when a process dies, however it does."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netmod.errors import OutputError


@contextmanager
def held(path: Path, *, wait: bool = True) -> Iterator[int]:
    """Hold the lock file at `path`, which stays; gives its descriptor, to write who holds it.

    With `wait` after whoever holds it now, else `BlockingIOError` is raised where somebody does.
    Raises `OutputError` where the file cannot be made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise OutputError(
            f"{path}: {error.strerror or 'cannot be made'}", hint="check the folder's permissions"
        ) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield descriptor
    finally:
        os.close(descriptor)
