"""Which hosts of a snapshot are written, line by line: what a killed collection goes on from.

`snapshot.yaml` is written at the end, because it grows with every host. The journal grows by one
line for each; a line that a kill cut is no line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from netmod.errors import OutputError

FILE_NAME = ".hosts.jsonl"


class Written(BaseModel):
    """One host: its files with their commands and sizes in bytes, and how it ended.

    `failed` is None where it gave everything.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str
    files: dict[str, tuple[str, int]]
    captured_at: datetime | None = None
    remarks: tuple[str, ...] = ()
    failed: str | None = None


def append(root: Path, entry: Written) -> None:
    """Raises `OutputError` where the disk does not let it."""
    path = root / FILE_NAME
    try:
        with path.open("ab") as file:
            file.write(b"\n" + entry.model_dump_json().encode())  # ends what a kill cut
    except OSError as error:
        raise OutputError(
            f"{path}: {error.strerror or 'cannot be written'}",
            hint="check free space and permissions",
        ) from None


def read(root: Path) -> Mapping[str, Written]:
    """The last entry of each host whose files are there in the size they had."""
    return {entry.host: entry for entry in _entries(root) if _is_there(root, entry)}


def _entries(root: Path) -> Iterator[Written]:
    path = root / FILE_NAME
    lines = path.read_bytes().splitlines() if path.exists() else ()
    for line in lines:
        try:
            yield Written.model_validate(json.loads(line))
        except (ValueError, ValidationError):
            continue  # empty, or cut by a kill


def _is_there(root: Path, entry: Written) -> bool:
    """Whether a power cut left what was written."""
    try:
        return all((root / name).stat().st_size == size for name, (_, size) in entry.files.items())
    except OSError:
        return False
