"""Where the login for devices comes from: the environment, or a file that only its owner reads."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netmod.credentials._secret import Secret
from netmod.errors import CredentialsError

USERNAME, PASSWORD, ENABLE = "NETMOD_USERNAME", "NETMOD_PASSWORD", "NETMOD_ENABLE_PASSWORD"
_KEYS = ("username", "password", "enable_password")
_HINT = f"set {USERNAME} and {PASSWORD}, or write username and password into a file of mode 0600"


@dataclass(frozen=True, slots=True)
class Login:
    """What a session is opened with. `enable_password` where a device asks for one of its own."""

    username: str
    password: Secret
    enable_password: Secret | None = None


def resolve_login(environ: Mapping[str, str], file: Path | None) -> Login:
    """The login of the environment, else of `file` (TOML: username, password, enable_password).

    The two are never mixed: a name from one place with a password from another is somebody
    else's login. Raises `CredentialsError` where neither holds a whole login, and where the file
    is open to others than its owner.
    """
    named = [name for name in (USERNAME, PASSWORD) if environ.get(name)]
    if len(named) == 1:
        missing = PASSWORD if named == [USERNAME] else USERNAME
        raise CredentialsError(f"{named[0]} is set and {missing} is not", hint=_HINT)
    if named:
        return _login({key: environ.get(name) for key, name in zip(_KEYS, _names(), strict=True)})
    if file is None or not file.exists():
        where = f", and there is no {file}" if file else ""
        raise CredentialsError(f"no login in the environment{where}", hint=_HINT)
    return _login(_read(file))


def _names() -> tuple[str, str, str]:
    return USERNAME, PASSWORD, ENABLE


def _login(values: Mapping[str, Any]) -> Login:
    enable = values.get("enable_password")
    return Login(values["username"], Secret(values["password"]), Secret(enable) if enable else None)


def _read(path: Path) -> dict[str, Any]:
    """The file's values. Its text never gets into a message: a wrong line may be a password."""
    try:
        with path.open("rb") as file:
            _check_owner(path, os.fstat(file.fileno()))
            values = tomllib.load(file)
    except OSError as error:
        raise CredentialsError(
            f"{path}: {error.strerror or 'cannot be read'}", hint=_HINT
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise CredentialsError(
            f"{path}: not valid TOML", hint='write lines like username = "collector"'
        ) from None
    unknown = sorted(set(values) - set(_KEYS))
    if unknown:
        raise CredentialsError(f"{path}: unknown key {unknown[0]!r}", hint=f"known: {_KEYS}")
    for key in _KEYS:
        required = key != "enable_password"
        if (required or key in values) and not (isinstance(values.get(key), str) and values[key]):
            raise CredentialsError(f"{path}: {key} is missing, empty or no text", hint=_HINT)
    return values


def _check_owner(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise CredentialsError(f"{path} is no regular file", hint=_HINT)
    if status.st_mode & 0o077:
        raise CredentialsError(
            f"{path} can be read or changed by others (mode {stat.S_IMODE(status.st_mode):04o})",
            hint=f"run: chmod 600 {path}",
        )
    if status.st_uid not in (os.getuid(), 0):
        raise CredentialsError(f"{path} belongs to somebody else", hint=f"run: chown $USER {path}")
