"""Where the login for all devices comes from: the environment, or a file that only its owner reads.

The two are never mixed: a name from one place with a password from another is somebody else's
login.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from netmod.credentials._file import CredentialsFile
from netmod.credentials._secret import Secret
from netmod.errors import CredentialsError

USERNAME, PASSWORD, ENABLE = "NETMOD_USERNAME", "NETMOD_PASSWORD", "NETMOD_ENABLE_PASSWORD"
HINT = f"set {USERNAME} and {PASSWORD}, or write username and password into a file of mode 0600"


@dataclass(frozen=True, slots=True)
class Login:
    """What a session is opened with. `enable_password` where a device asks for one of its own."""

    username: str
    password: Secret
    enable_password: Secret | None = None


def resolve_login(environ: Mapping[str, str], file: Path | None) -> Login:
    """The login of the environment, else of `file` (TOML: username, password, enable_password).

    Raises `CredentialsError` where neither holds a whole login, and where the file is open to
    others than its owner.
    """
    login = login_of_environment(environ)
    if login is None and file is not None:
        login = login_of_file(CredentialsFile(file))
    if login is None:
        where = f", and none in {file}" if file else ""
        raise CredentialsError(f"no login in the environment{where}", hint=HINT)
    return login


def login_of_environment(environ: Mapping[str, str]) -> Login | None:
    """None where nothing of one is set. Raises `CredentialsError` where half of one is."""
    named = [name for name in (USERNAME, PASSWORD) if environ.get(name)]
    if not named:
        return None
    if len(named) == 1:
        missing = PASSWORD if named == [USERNAME] else USERNAME
        raise CredentialsError(f"{named[0]} is set and {missing} is not", hint=HINT)
    enable = environ.get(ENABLE)
    return Login(environ[USERNAME], Secret(environ[PASSWORD]), Secret(enable) if enable else None)


def login_of_file(file: CredentialsFile) -> Login | None:
    """None where nothing of one stands in it. Raises `CredentialsError` where half of one does."""
    values = file.login
    if not values:
        return None
    for key in ("username", "password"):
        if key not in values:
            raise CredentialsError(f"{file.path}: {key} is missing", hint=HINT)
    return Login(values["username"].reveal(), values["password"], values.get("enable_password"))
