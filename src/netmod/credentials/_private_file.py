"""Files with secrets in them, which only their owner may read."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import Any

from netmod.credentials._secret import Secret
from netmod.errors import CredentialsError

MODE_HINT = "keep secrets in a file of mode 0600"


def read_private(path: Path) -> dict[str, Any] | None:
    """The values of a TOML file; None where there is no such file.

    Its text never gets into a message: a wrong line may be a password. Raises `CredentialsError`
    where it is open to others than its owner, or no TOML.
    """
    content = _content(path)
    if content is None:
        return None
    try:
        return tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise CredentialsError(
            f"{path}: not valid TOML", hint='write lines like username = "collector"'
        ) from None


def read_secret_file(path: Path) -> Secret:
    """A file that is one secret as a whole, such as a private key.

    Raises `CredentialsError` where there is none, or it is open to others than its owner.
    """
    content = _content(path)
    if content is None:
        raise CredentialsError(f"{path}: there is no such file", hint=MODE_HINT)
    return Secret(content.decode(errors="replace"))


def _content(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            _check_owner(path, os.fstat(file.fileno()))
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CredentialsError(
            f"{path}: {error.strerror or 'cannot be read'}", hint=MODE_HINT
        ) from None


def _check_owner(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise CredentialsError(f"{path} is no regular file", hint=MODE_HINT)
    if status.st_mode & 0o077 and not _handed_over(path, status):
        raise CredentialsError(
            f"{path} can be read or changed by others (mode {stat.S_IMODE(status.st_mode):04o})",
            hint=f"run: chmod 600 {path}",
        )
    if status.st_uid not in (os.getuid(), 0):
        raise CredentialsError(f"{path} belongs to somebody else", hint=f"run: chown $USER {path}")


def _handed_over(path: Path, status: os.stat_result) -> bool:
    """Whether systemd put the file where this service alone can read it.

    Newer versions let the service's account in by an access list, which shows as the group's.
    """
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return folder is not None and path.parent == Path(folder) and not status.st_mode & 0o037
