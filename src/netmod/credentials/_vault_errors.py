"""What went wrong with Vault, in our words.

No text of Vault, hvac or requests is passed on, so that nothing of a token or a secret can be.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from netmod.credentials._optional import optional
from netmod.errors import CredentialsError

_STATUS = (
    ("Unauthorized", "does not accept the login", "log in to Vault again"),
    ("RateLimitExceeded", "gets too many requests", "try again later, or raise its quota"),
    ("InternalServerError", "had an internal error", "see Vault's own log, then try again"),
    ("VaultNotInitialized", "is not initialised", "its operators must initialise it"),
    ("VaultDown", "is sealed or in maintenance", "its operators must unseal it; then try again"),
    ("BadGateway", "cannot reach what is behind it", "see Vault's own log, then try again"),
)


class VaultTroubles:
    """The errors of one Vault; `address` and `mount` are for their messages."""

    def __init__(self, address: str, mount: str) -> None:
        self._vault = f"Vault at {address}"
        self._mount = mount

    @contextmanager
    def translated(
        self, path: str, *, logging_in: bool = False, writing: bool = False
    ) -> Iterator[None]:
        """Raise every failure of hvac and requests in the block as `CredentialsError`."""
        hvac, requests = optional("hvac.exceptions", "Vault"), optional("requests", "Vault")
        try:
            yield
        except hvac.VaultError as error:
            refused = self._not_written if writing else self._refused
            raise refused(error, path, logging_in=logging_in) from None
        except requests.exceptions.SSLError:
            raise self._error(
                "shows a certificate that cannot be verified",
                "name its authority: credentials.vault.ca_file in netmod.toml, or VAULT_CACERT",
            ) from None
        except requests.exceptions.Timeout:
            raise self._error("gives no answer in time", "see whether it runs") from None
        except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError):
            raise self._error("cannot be reached", "check its address and that it runs") from None
        except OSError:  # requests' own errors are some too: a file of authorities that is missing
            raise self._error(
                "cannot be asked", "check credentials.vault.address and ca_file in netmod.toml"
            ) from None
        except (ValueError, KeyError, TypeError):
            raise self.no_vault() from None

    def refuse_redirect(self, response: Any, *_: Any, **__: Any) -> None:
        """A hook of requests for every response."""
        if response.is_redirect:
            target = urlsplit(response.headers.get("location", ""))
            response.close()
            raise self._error(
                f"sends us on to {target.hostname or 'another address'}, which is not followed",
                "set credentials.vault.address to the node that answers itself",
            )

    def no_vault(self) -> CredentialsError:
        """The answer is not one of Vault's."""
        return self._error("does not answer as Vault does", "check its address")

    def no_engine(self) -> CredentialsError:
        """Nothing is mounted where secrets are looked for."""
        return self._error(
            f"has no KV engine of version 2 at {self._mount!r}",
            "check credentials.vault.mount and namespace in netmod.toml",
        )

    def _not_written(self, error: Any, path: str, *, logging_in: bool) -> CredentialsError:
        kind = type(error).__name__
        if kind == "InvalidRequest":
            return self._error(
                f"does not write {path}: it was changed or deleted meanwhile",
                "nothing is overwritten; look at its versions: vault kv metadata get",
            )
        if kind == "Forbidden":
            return self._error(
                f"lets us not write {self._mount}/data/{path}",
                "the policy of the token needs `create` and `update` there: vault token lookup",
            )
        return self._refused(error, path, logging_in=logging_in)

    def _refused(self, error: Any, path: str, *, logging_in: bool) -> CredentialsError:
        kind = type(error).__name__
        if logging_in and kind in ("InvalidRequest", "Forbidden", "InvalidPath"):
            return self._error(
                "refuses the AppRole login",
                "check role id, secret id (it may be used up or expired), approle_mount, namespace",
            )
        if kind == "Forbidden":
            return self._error(
                f"lets us not read {self._mount}/data/{path}",
                "the token is expired or unknown, or its policy has no `read` there: "
                "vault token lookup",
            )
        for name, what, hint in _STATUS:
            if kind == name:
                return self._error(what, hint)
        return self._error(f"refuses the request ({kind})", "see Vault's own log")

    def _error(self, what: str, hint: str) -> CredentialsError:
        return CredentialsError(f"{self._vault} {what}", hint=hint)
