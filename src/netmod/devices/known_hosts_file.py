"""Write host keys into a file in OpenSSH's `known_hosts` format.

Lines that are not about the given servers stay as they are, comments and markers included.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from netmod.devices.host_keys import KeyScan, ShownKey
from netmod.devices.known_hosts import read_text, stands_for
from netmod.errors import ConnectionFailed, OutputError

# What would end a name in the file, or make a pattern of it, is in no address.
_NAME = re.compile(r"[A-Za-z0-9._:%-]+|\[[A-Za-z0-9._:%-]+\]:[0-9]+")
_NEW_FILE_MODE = 0o644


def record_host_keys(scan: KeyScan, keys: Iterable[ShownKey]) -> None:
    """Write `keys`, which are `new` or `changed`, into the file that `scan` was judged by.

    All earlier keys of a server whose key changed are removed. The file is replaced in one step;
    a crash leaves the old one or the new one. Raises `ConnectionFailed` where somebody changed it
    since the scan, `OutputError` where it cannot be written.
    """
    path = scan.path.resolve()  # a link stays one
    if (read_text(path) or "") != scan.text:
        raise ConnectionFailed(
            f"{scan.path} was changed by somebody else since the keys were compared with it",
            hint="run netmod devices trust again",
        )
    try:
        _replace(path, with_keys(scan.text, keys))
    except OSError as error:
        raise OutputError(
            f"{scan.path}: {error.strerror or 'cannot be written'}",
            hint="check the folder's permissions and free space",
        ) from None


def with_keys(text: str, keys: Iterable[ShownKey]) -> str:
    """The content of a `known_hosts` file with further keys, one a line.

    Raises `ConnectionFailed` where a name cannot stand in such a file, or a key may not.
    """
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += "\n"
    added: dict[str, None] = {}
    for key in keys:
        if key.state not in ("new", "changed") or not _NAME.fullmatch(key.name):
            raise ConnectionFailed(
                f"the key of {key.host} ({key.name!r}) cannot be recorded",
                hint="the address must be an IP address or a host name, and the key not revoked",
            )
        if key.state == "changed":
            lines = [left for line in lines if (left := _without(line, key.name))]
        added[f"{key.name} {key.algorithm} {key.key}\n"] = None
    return "".join([*lines, *added])


def _without(line: str, name: str) -> str:
    """A line of the file without a server; empty where it was about nobody else."""
    fields = line.split(maxsplit=1)
    if not fields or fields[0].startswith(("#", "@")):
        return line
    names = fields[0].split(",")
    left = [one for one in names if not stands_for(one, name)]
    if left == names:
        return line
    return " ".join([",".join(left), *fields[1:]]) if left else ""


def _replace(path: Path, text: str) -> None:
    mode = path.stat().st_mode & 0o777 if path.exists() else _NEW_FILE_MODE
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            os.fchmod(file.fileno(), mode)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
