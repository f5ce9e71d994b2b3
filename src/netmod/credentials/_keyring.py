"""Secrets in the system's keyring (Secret Service, macOS, Windows), through `keyring`."""

from __future__ import annotations

from netmod.credentials._optional import optional
from netmod.credentials._secret import Secret
from netmod.errors import CredentialsError


class KeyringSecrets:
    """The secrets of one service of the keyring; a reference is the user name there."""

    name = "keyring"

    def __init__(self, service: str) -> None:
        self._service = service

    def get(self, reference: str) -> Secret | None:
        """Raises `CredentialsError` where there is no keyring, or it stays locked."""
        keyring = optional("keyring", "the keyring")
        errors = keyring.errors
        try:
            value = keyring.get_password(self._service, reference)
        except errors.NoKeyringError:
            raise CredentialsError(
                "this machine has no keyring that can be used",
                hint="take keyring out of credentials.sources in netmod.toml, or install a backend",
            ) from None
        except errors.KeyringLocked:
            raise CredentialsError(
                "the keyring is locked", hint="unlock it: log in to the desktop, then try again"
            ) from None
        except errors.KeyringError as error:
            raise CredentialsError(
                f"the keyring cannot be read ({type(error).__name__})",
                hint=f"try it by hand: keyring get {self._service} {reference}",
            ) from None
        return Secret(value) if value else None
