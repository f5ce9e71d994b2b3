"""Rendered configs → files, all of them or none."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from netmod.errors import OutputError
from netmod.intent.rendering import Rendered


def write_rendered(rendered: Iterable[Rendered], folder: Path) -> list[Path]:
    """Write `<host>.cfg` for each config into `folder`, and return the files in that order.

    The files are put in place when the last one has been rendered and written: where a template
    fails (`TemplateError` passes through) the folder stays as it was. Raises `OutputError` where
    the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".rendering-", dir=folder))
    except OSError as error:
        raise _refusal(folder, error) from None
    try:
        names = []
        for one in rendered:
            name = f"{one.host}.cfg"
            _write(staging / name, one.text)
            names.append(name)
        for name in names:
            _into_place(staging / name, folder / name)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return [folder / name for name in names]


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise _refusal(path, error) from None


def _into_place(source: Path, target: Path) -> None:
    try:
        source.replace(target)
    except OSError as error:
        raise _refusal(target, error) from None


def _refusal(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or "cannot be written"
    return OutputError(f"{path}: {reason}", hint="choose a folder that you may write to")
