"""Which login is for which host, and how logins get into another process of ours."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from netmod.credentials import Login, Secret

PlainLogin = tuple[str, str, str | None]
PlainLogins = tuple[PlainLogin, dict[str, PlainLogin]]
"""What a pipe between our own processes carries: a `Secret` lets itself not be pickled."""

_SECRETS = ("NETMOD_", "VAULT_")


@dataclass(frozen=True, slots=True)
class Logins:
    """The common login, and by name of the host those of hosts that have one of their own."""

    common: Login
    own: Mapping[str, Login] = field(default_factory=dict)

    def of(self, host: str) -> Login:
        """The login for a host."""
        return self.own.get(host, self.common)

    def plain(self, hosts: Iterable[str]) -> PlainLogins:
        """In clear, for the process that logs in to `hosts`."""
        own = {host: _plain(self.own[host]) for host in hosts if host in self.own}
        return _plain(self.common), own

    @classmethod
    def from_plain(cls, plain: PlainLogins) -> Self:
        """The reverse of `plain`."""
        common, own = plain
        return cls(_secret(common), {host: _secret(one) for host, one in own.items()})


def environment_without_secrets() -> dict[str, str]:
    """What a child process gets of our environment: nothing that a login or Vault needs."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}


def _plain(login: Login) -> PlainLogin:
    enable = login.enable_password
    return login.username, login.password.reveal(), enable.reveal() if enable else None


def _secret(plain: PlainLogin) -> Login:
    username, password, enable = plain
    return Login(username, Secret(password), Secret(enable) if enable else None)
