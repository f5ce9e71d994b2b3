"""Secrets in the environment, one a variable: `ntp/10` is `NETMOD_SECRET_NTP_10`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from netmod.credentials._secret import Secret
from netmod.errors import CredentialsError

PREFIX = "NETMOD_SECRET_"


def variable_of(reference: str) -> str:
    """The variable that holds a secret. Signs become `_`, so that several names can share one."""
    return PREFIX + re.sub(r"[^A-Z0-9]", "_", reference.upper())


class EnvironmentSecrets:
    """The secrets of an environment."""

    name = "environment"

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._asked: dict[str, str] = {}

    def get(self, reference: str) -> Secret | None:
        """Raises `CredentialsError` where another secret was read from the same variable."""
        variable = variable_of(reference)
        value = self._environ.get(variable)
        if not value:
            return None
        other = self._asked.setdefault(variable, reference)
        if other != reference:
            raise CredentialsError(
                f"{variable} would be both the secret {other!r} and {reference!r}",
                hint="keep one of them in the file of credentials, a keyring or Vault",
            )
        return Secret(value)
