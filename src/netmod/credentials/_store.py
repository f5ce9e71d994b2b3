"""Where new secrets are written: Vault, else the file of credentials. Nothing is overwritten."""

from __future__ import annotations

import fcntl
import hmac
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from netmod.credentials._file import CredentialsFile
from netmod.credentials._placeholders import check_reference
from netmod.credentials._private_file import MODE_HINT, read_private
from netmod.credentials._secret import Secret
from netmod.credentials._vault import VaultSecrets
from netmod.errors import CredentialsError
from netmod.settings import CredentialSettings

_SECTION = re.compile(r"(?m)^\s*\[\s*secrets\s*\]\s*(?:#.*)?$")


class Store(Protocol):
    """A place that takes new secrets."""

    name: str

    def put(self, values: Mapping[str, Secret]) -> None:
        """Store secrets by reference. Raises `CredentialsError`, also where one is there."""


def open_store(settings: CredentialSettings, environ: Mapping[str, str], file: Path) -> Store:
    """The first of the project's places that can be written to. Raises `CredentialsError` where
    there is none."""
    for place in settings.sources:
        if place == "vault":
            return VaultSecrets(settings.vault, environ, CredentialsFile(file))
        if place == "file":
            return PrivateFile(file)
    raise CredentialsError(
        "no place that takes new secrets",
        hint="name vault or file among credentials.sources in netmod.toml",
    )


def fingerprint(secret: Secret, key: Secret) -> str:
    """16 hex digits by which two secrets can be compared without being seen.

    Without the key they tell nothing of the secret, however little chance is in it.
    """
    digest = hmac.new(key.reveal().encode(), secret.reveal().encode(), "sha256").hexdigest()
    return digest[:16]


class PrivateFile:
    """The file of credentials, to which secrets are added below `[secrets]`."""

    name = "file"

    def __init__(self, path: Path) -> None:
        self._path = path

    def put(self, values: Mapping[str, Secret]) -> None:
        """Add secrets; what stands in the file keeps its form. It is replaced as a whole, with mode
        0600, so that nobody ever sees half of it."""
        for reference in values:
            check_reference(reference)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            known = read_private(self._path) or {}
            double = next((one for one in values if _holds(known.get("secrets", {}), one)), None)
            if double is not None:
                raise CredentialsError(
                    f"{self._path} has a secret {double} already",
                    hint="nothing is overwritten; choose another name",
                )
            text = self._path.read_text(encoding="utf-8") if self._path.exists() else ""
            added = _with(text, values)
            expected = {name: value.reveal() for name, value in values.items()}
            if tomllib.loads(added) != _merged(known, expected):
                raise CredentialsError(
                    f"{self._path} cannot be added to in the form it has",
                    hint='give it a line [secrets], and below it lines like "ntp/10" = "…"',
                )
            self._replace(added)

    def _replace(self, text: str) -> None:
        beside = self._path.with_name(f".{self._path.name}.new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        try:
            with os.fdopen(os.open(beside, flags, 0o600), "w", encoding="utf-8") as out:
                os.fchmod(out.fileno(), 0o600)
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            beside.replace(self._path)
        except OSError as error:
            reason = error.strerror or "cannot be written"
            raise CredentialsError(f"{self._path}: {reason}", hint=MODE_HINT) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time; the lock is a file beside, as the file itself is replaced."""
        lock = self._path.with_name(f".{self._path.name}.lock")
        with os.fdopen(os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)) as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield


def _holds(table: object, reference: str) -> bool:
    """Whether a reference stands in the table, whole or by its parts."""
    if not isinstance(table, dict):
        return False
    if reference in table:
        return True
    head, _, rest = reference.partition("/")
    return bool(rest) and _holds(table.get(head), rest)


def _with(text: str, values: Mapping[str, Secret]) -> str:
    lines = "".join(f'"{name}" = {json.dumps(one.reveal())}\n' for name, one in values.items())
    match = _SECTION.search(text)
    if match is None:
        end = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{end}{chr(10) if text else ''}[secrets]\n{lines}"
    place = match.end() + 1
    head = text[:place] if text[:place].endswith("\n") else text[:place] + "\n"
    return head + lines + text[place:]


def _merged(known: Mapping[str, object], values: Mapping[str, str]) -> dict[str, object]:
    table = known.get("secrets", {})
    return {**known, "secrets": {**(table if isinstance(table, dict) else {}), **values}}
