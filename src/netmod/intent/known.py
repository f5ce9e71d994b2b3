"""What was rendered last, so that only what changed is rendered again."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import tempfile
from collections.abc import Collection, Iterator
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

from netmod.inventory import Device, PlatformId, standard


class KnownConfigs:
    """The last rendered config of each host, in a folder of the project's state.

    A config is known where its template's platform, the values that it is rendered with and the
    code that hands them over are all the same, byte for byte. A file that is damaged, or that
    cannot be read or written, costs a rendering and nothing else.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._digests: dict[int, tuple[Any, bytes]] = {}
        self._templates: dict[tuple[Path, str], bytes] = {}

    def key(self, templates: Path, platform: str, context: dict[str, Any]) -> str:
        """The digest of everything that a host's config is made of."""
        place = (templates, platform)
        if place not in self._templates:
            self._templates[place] = _digest_of_templates(templates, platform)
        parts = hashlib.sha256(self._templates[place] + _digest_of_code())
        values = {**context, "host": _without_data(context["host"])}
        for key, value in sorted(values.pop("data").items()):
            parts.update(key.encode() + self._digest(value))
        for name, value in sorted(values.items()):
            parts.update(name.encode() + hashlib.sha256(repr(value).encode()).digest())
        return parts.hexdigest()

    def get(self, host: str, key: str) -> str | None:
        """The config of a host, where it was rendered with `key`."""
        found = self._read(host)
        return found[1] if found and found[0] == key else None

    def last(self, host: str) -> str | None:
        """The config that was rendered last for a host, whatever it was made of."""
        found = self._read(host)
        return found[1] if found else None

    def hosts(self) -> list[str]:
        """Every host that is remembered."""
        return sorted(path.name for path in self._folder.glob("*") if path.is_file())

    def keep(self, hosts: Collection[str]) -> None:
        """Forget every host but these."""
        for name in self.hosts():
            if name not in hosts:
                with contextlib.suppress(OSError):
                    (self._folder / name).unlink()

    def put(self, host: str, key: str, text: str) -> None:
        """Remember a config."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder.parent)
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(f"{key} {_digest_of_text(text)}\n{text}")
            Path(name).replace(self._folder / host)

    def _read(self, host: str) -> tuple[str, str] | None:
        """Key and text."""
        try:
            head, _, text = (self._folder / host).read_text(encoding="utf-8").partition("\n")
        except (OSError, UnicodeDecodeError):
            return None
        key, _, digest = head.partition(" ")
        return (key, text) if digest == _digest_of_text(text) else None

    def _digest(self, value: Any) -> bytes:
        """Of one value of the data. Hosts share most of theirs: each is looked at once."""
        known = self._digests.get(id(value))
        if known is None:
            known = (value, hashlib.sha256(repr(value).encode()).digest())
            self._digests[id(value)] = known  # holding the value keeps its id its own
        return known[1]


def _digest_of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _without_data(device: Device) -> tuple[Any, ...]:
    return tuple(
        getattr(device, field.name) for field in dataclasses.fields(device) if field.name != "data"
    )


def _digest_of_templates(templates: Path, platform: str) -> bytes:
    """Of every file from which a platform's templates can be put together."""
    others = set(get_args(PlatformId)) - {platform}
    digest = hashlib.sha256()
    for path in _files(templates, "*"):
        name = path.relative_to(templates)
        if name.parts[0] not in others and path.is_file():
            digest.update(name.as_posix().encode() + b"\0")
            with contextlib.suppress(OSError):  # the rendering will say so
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()


@lru_cache(maxsize=1)
def _digest_of_code() -> bytes:
    """Of what makes values and filters: this room, the standard's models, and Jinja."""
    digest = hashlib.sha256(version("jinja2").encode())
    for folder in (Path(__file__).parent, Path(standard.__file__).parent):
        for path in _files(folder, "*.py"):
            digest.update(path.read_bytes())
    return digest.digest()


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    return iter(sorted(folder.rglob(pattern)))
