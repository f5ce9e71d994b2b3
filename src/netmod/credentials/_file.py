"""The file of credentials: a login, secrets by reference, and how to log in to Vault.

username = "collector"
password = "…"

[secrets]
"ntp/10" = "…"
[secrets."login/ahus"]
username = "collector-ahus"
password = "…"

[vault]
role_id = "…"
secret_id = "…"
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from netmod.credentials._placeholders import is_reference
from netmod.credentials._private_file import MODE_HINT, read_private
from netmod.credentials._secret import Secret
from netmod.errors import CredentialsError

_LOGIN = ("username", "password", "enable_password")
_VAULT = ("token", "role_id", "secret_id")
_SECTIONS = ("secrets", "vault")


class CredentialsFile:
    """The file at `path`, read when it is first asked for something; it need not exist."""

    name = "file"

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"CredentialsFile({str(self.path)!r})"

    @property
    def login(self) -> Mapping[str, Secret]:
        """Those of `username`, `password` and `enable_password` that stand in it."""
        return self._values["login"]

    @property
    def vault(self) -> Mapping[str, Secret]:
        """Those of `token`, `role_id` and `secret_id` that stand below `vault`."""
        return self._values["vault"]

    def get(self, reference: str) -> Secret | None:
        """A secret below `secrets`."""
        return self._values["secrets"].get(reference)

    @cached_property
    def _values(self) -> dict[str, dict[str, Secret]]:
        raw = read_private(self.path) or {}
        tables = {name: raw.get(name, {}) for name in _SECTIONS}
        self._known([name for name in raw if name not in _SECTIONS], _LOGIN)
        for name, table in tables.items():
            if not isinstance(table, dict):
                raise self._wrong(f"{name} is no table", f"begin it with a line [{name}]")
        self._known(list(tables["vault"]), _VAULT, "vault.")
        return {
            "login": {key: self._text(key, raw[key]) for key in _LOGIN if key in raw},
            "vault": {
                key: self._text(f"vault.{key}", tables["vault"][key]) for key in tables["vault"]
            },
            "secrets": dict(self._secrets("", tables["secrets"])),
        }

    def _secrets(self, above: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Secret]]:
        for key, value in table.items():
            name = f"{above}/{key}" if above else key
            if not is_reference(name):
                # the key itself is not shown: a line may have been typed the wrong way round
                raise self._wrong(
                    "a name below secrets is no reference",
                    'write lines like "ntp/10" = "…": letters, digits, _ and -, joined by / or .',
                )
            if isinstance(value, dict):
                yield from self._secrets(name, value)
            else:
                yield name, self._text(f"secret {name}", value)

    def _text(self, name: str, value: Any) -> Secret:
        if not isinstance(value, str) or not value:
            raise self._wrong(f"{name} is missing, empty or no text", 'write it as "…"')
        return Secret(value)

    def _known(self, keys: list[str], known: tuple[str, ...], above: str = "") -> None:
        unknown = sorted(set(keys) - set(known))
        if unknown:
            raise self._wrong(f"unknown key {above + unknown[0]!r}", f"known: {', '.join(known)}")

    def _wrong(self, what: str, hint: str = MODE_HINT) -> CredentialsError:
        return CredentialsError(f"{self.path}: {what}", hint=hint)
