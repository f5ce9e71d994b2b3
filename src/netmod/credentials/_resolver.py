"""Secrets by reference, from the places that the settings name, in their order."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from netmod.credentials._environment import EnvironmentSecrets
from netmod.credentials._file import CredentialsFile
from netmod.credentials._keyring import KeyringSecrets
from netmod.credentials._login import HINT, Login, login_of_environment, login_of_file
from netmod.credentials._placeholders import check_reference, fill_in, find_references
from netmod.credentials._secret import Secret
from netmod.credentials._vault import VaultSecrets
from netmod.errors import CredentialsError
from netmod.settings import CredentialSettings, Place


class Source(Protocol):
    """A place where secrets are kept. Its failure is an error, never a secret that is missing."""

    name: str

    def get(self, reference: str) -> Secret | None:
        """The secret; None where the place does not hold it."""
        ...


class Secrets:
    """What resolves references. Each is looked up once; safe to use from several threads.

    The first place that holds a secret wins. A place that fails ends the search with
    `CredentialsError`: another place might hold an older value.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = tuple(sources)
        self._found: dict[str, Secret | None] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Secrets({self._places()})"

    def find(self, reference: str) -> Secret | None:
        """The secret, None where no place holds it. Raises `CredentialsError`."""
        check_reference(reference)
        with self._lock:
            if reference not in self._found:
                values = (source.get(reference) for source in self._sources)
                self._found[reference] = next((one for one in values if one), None)
            return self._found[reference]

    def resolve(self, reference: str) -> Secret:
        """The secret. Raises `CredentialsError` also where no place holds it."""
        secret = self.find(reference)
        if secret is None:
            raise CredentialsError(f"unknown secret {reference!r}", hint=self._hint())
        return secret

    def fill_in(self, text: str) -> Secret:
        """`text` with its placeholders replaced; see `fill_in` of this room."""
        return fill_in(text, self.find)

    def require(self, texts: Iterable[str]) -> None:
        """Make sure, before anything is connected to, that all placeholders can be filled in.

        Raises `CredentialsError` with every unknown reference, or the first malformed one.
        """
        names = sorted({one.name for text in texts for one in find_references(text)})
        unknown = [name for name in names if self.find(name) is None]
        if unknown:
            listed = ", ".join(map(repr, unknown))
            raise CredentialsError(f"unknown secret: {listed}", hint=self._hint())

    def login(self, reference: str) -> Login:
        """The login below a reference: `username`, `password`, and `enable_password` if any.

        All of it from one place. Raises `CredentialsError`.
        """
        check_reference(reference)
        with self._lock:
            for source in self._sources:
                name, password, enable = (
                    source.get(f"{reference}/{key}")
                    for key in ("username", "password", "enable_password")
                )
                if name and password:
                    return Login(name.reveal(), password, enable or None)
                if name or password:
                    missing = "password" if name else "username"
                    raise CredentialsError(
                        f"the login {reference!r} has no {missing} in the {source.name}",
                        hint="keep both in one place",
                    )
        raise CredentialsError(f"unknown login {reference!r}", hint=self._hint())

    def _hint(self) -> str:
        return f"store it, or correct its name; it was looked for in: {self._places()}"

    def _places(self) -> str:
        return ", ".join(source.name for source in self._sources)


def open_secrets(settings: CredentialSettings, environ: Mapping[str, str], file: Path) -> Secrets:
    """The secrets of a project. Nothing is asked before the first look-up."""
    kept = CredentialsFile(file)
    places: dict[Place, Source] = {
        "environment": EnvironmentSecrets(environ),
        "file": kept,
        "keyring": KeyringSecrets(settings.keyring_service),
        "vault": VaultSecrets(settings.vault, environ, kept),
    }
    return Secrets([places[name] for name in dict.fromkeys(settings.sources)])


def common_login(
    settings: CredentialSettings, environ: Mapping[str, str], file: Path, secrets: Secrets
) -> Login:
    """The login for devices without one of their own.

    `NETMOD_USERNAME` and `NETMOD_PASSWORD`, else `username` and `password` of the file (each only
    where it is among the sources), else what `login` of the settings refers to. Raises
    `CredentialsError`.
    """
    login: Login | None = None
    if "environment" in settings.sources:
        login = login_of_environment(environ)
    if login is None and "file" in settings.sources:
        login = login_of_file(CredentialsFile(file))
    if login is None and settings.login:
        login = secrets.login(settings.login)
    if login is None:
        raise CredentialsError(
            f"no login for devices in: {', '.join(settings.sources)}",
            hint=f"{HINT}, or name one: credentials.login in netmod.toml",
        )
    return login
