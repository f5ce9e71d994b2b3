"""Changes of the inventory that a person reviews: tried in a copy, shown, written when asked."""

from __future__ import annotations

import difflib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from netmod.errors import InputError, OutputError, Problem
from netmod.inventory import DOMAINS, Inventory, load_inventory

_IN_DOMAINS = [f"{domain}/{name}.yaml" for domain in DOMAINS for name in ("hosts", "groups")]
_FILES = ("sites.yaml", "links.yaml", "encryption.yaml", *_IN_DOMAINS)


@dataclass(frozen=True, slots=True)
class Change:
    """Files of an inventory with their new text. `secrets` are references that have to be stored
    before a device can be configured."""

    folder: Path
    before: Mapping[str, str]
    after: Mapping[str, str]
    secrets: tuple[str, ...] = ()

    @property
    def diff(self) -> str:
        """A unified diff that `git apply` and `patch -p1` take."""
        lines: list[str] = []
        for name, text in self.after.items():
            old = self.before.get(name, "").splitlines(keepends=True)
            place = f"{self.folder.name}/{name}"
            new = text.splitlines(keepends=True)
            lines += difflib.unified_diff(old, new, f"a/{place}", f"b/{place}")
        return "".join(lines)


def read_texts(folder: Path) -> dict[str, str]:
    """The files of an inventory that exist, by name."""
    return {
        name: (folder / name).read_text(encoding="utf-8")
        for name in _FILES
        if (folder / name).is_file()
    }


def try_out(folder: Path, after: Mapping[str, str]) -> Inventory:
    """The inventory as it would be. Raises `InventoryError` with every problem it would have."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / folder.name
        shutil.copytree(folder, copy)
        _put(copy, after)
        return load_inventory(copy, may_be_empty=True)


def write(change: Change) -> None:
    """Write a change. Raises `InputError` where a file is no longer as it was, and writes nothing;
    `OutputError` where it cannot be written."""
    if read_texts(change.folder) != dict(change.before):
        message = "was edited meanwhile; nothing is written"
        raise InputError([Problem(change.folder.name, 0, message, "run the command again")])
    try:
        _put(change.folder, change.after)
    except OSError as error:
        reason = error.strerror or "cannot be written"
        hint = "`git diff` shows what was written before it failed"
        raise OutputError(f"{change.folder}: {reason}", hint=hint) from None


def _put(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
