"""Who ran netmod, and where: for snapshots, and for the record of a change."""

from __future__ import annotations

import os
import pwd
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from netmod import __version__

CLAIMS = {"SUDO_USER": "sudo", "NETMOD_USER": "netmod"}
"""Variables that name the person behind an account → how the claim is called."""

_LOGIN_UID = Path("/proc/self/loginuid")
_NOBODY = 2**32 - 1  # the kernel's own word for a process that nobody logged in for


def _printable(value: str) -> str:
    """What comes from outside goes into files and onto terminals: no control character, no end."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(value))[:64]


Text = Annotated[str, BeforeValidator(_printable), Field(min_length=1)]


class Operator(BaseModel):
    """Who ran netmod, as far as this machine can tell. It identifies, and it proves nothing.

    `account` and `uid` are what the kernel ran the process as. `login_account` is whom its audit
    log has as logged in, which `sudo` and `su` do not change; None where it has nobody (a timer, a
    container). `claims` come from the environment, where whoever starts netmod writes what they
    like: `sudo` from SUDO_USER, `netmod` from NETMOD_USER, in which a job names the person that it
    runs for. Nothing may be allowed or refused because of them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: Text
    uid: int = Field(ge=0)
    login_account: Text | None = None
    host: Text
    netmod: Text
    claims: dict[str, Text] = Field(default_factory=dict)


def this_operator(environ: Mapping[str, str]) -> Operator:
    """Who runs this process. Never raises."""
    uid = os.getuid()
    login = _login_uid()
    return Operator(
        account=_account(uid),
        uid=uid,
        login_account=None if login is None else _account(login),
        host=socket.gethostname() or "unknown",
        netmod=__version__,
        claims={name: environ[key] for key, name in CLAIMS.items() if environ.get(key)},
    )


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def _login_uid() -> int | None:
    with suppress(OSError, ValueError):
        uid = int(_LOGIN_UID.read_text(encoding="ascii"))
        return None if uid == _NOBODY else uid
    return None
