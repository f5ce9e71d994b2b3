"""Writing a report's file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from netmod.errors import OutputError


def write_text(target: Path, text: str) -> None:
    """Write `text` to `target` as UTF-8, replacing the file in one step.

    Folders on the way are made. Raises `OutputError`; the file that was there stays then.
    """
    write_bytes(target, text.encode())


def write_bytes(target: Path, data: bytes) -> None:
    """Write `data` to `target`, as `write_text` does."""
    temporary = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        raise OutputError(
            f"cannot write {target}: {error.strerror or 'unknown reason'}",
            hint="choose another place with --out, or check permissions and free space",
        ) from None
