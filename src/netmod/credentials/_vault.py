"""Secrets in HashiCorp Vault or OpenBao: the KV engine of version 2, through `hvac`.

The last part of a reference is the field, what stands before it is the path: `login/ahus/password`
is the field `password` of `<prefix>/login/ahus`. A reference of one part is the field `value`.

TLS is always verified, and only a loopback address (Vault's own agent) may be without it. A
redirect is not followed: the token would go to whoever is named there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from netmod.credentials._file import CredentialsFile
from netmod.credentials._optional import optional
from netmod.credentials._secret import Secret
from netmod.credentials._vault_errors import VaultTroubles
from netmod.errors import CredentialsError
from netmod.settings import VaultSettings

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class VaultSecrets:
    """The secrets below `prefix` of one mount; each path is read once.

    `VAULT_ADDR`, `VAULT_NAMESPACE` and `VAULT_CACERT` win over the settings. Who we are is
    `VAULT_TOKEN`, else `VAULT_ROLE_ID` with `VAULT_SECRET_ID` (AppRole), else the same below
    `vault` of the file.
    """

    name = "vault"

    def __init__(
        self, settings: VaultSettings, environ: Mapping[str, str], file: CredentialsFile
    ) -> None:
        self._settings = settings
        self._environ = environ
        self._file = file
        self._address = environ.get("VAULT_ADDR") or settings.address
        self._troubles = VaultTroubles(self._address, settings.mount)
        self._client: Any = None
        self._read: dict[str, dict[str, Secret]] = {}

    def get(self, reference: str) -> Secret | None:
        """None where the path or the field does not exist. Raises `CredentialsError`."""
        path, field = self._place(reference)
        if path not in self._read:
            self._read[path] = self._fields(self._ask(path), path)
        return self._read[path].get(field)

    def put(self, values: Mapping[str, Secret]) -> None:
        """Store new secrets by reference; nothing that is there is changed.

        Each path is written once, with the version that was read as a condition: whoever was
        faster wins, and nobody is overwritten. Raises `CredentialsError`, also where one of the
        secrets exists; paths before that one are written.
        """
        paths: dict[str, dict[str, Secret]] = {}
        for reference, value in values.items():
            path, field = self._place(reference)
            paths.setdefault(path, {})[field] = value
        for path, fields in paths.items():
            answer = self._ask(path)
            known = self._fields(answer, path)
            double = next((field for field in fields if field in known), None)
            if double is not None:
                raise CredentialsError(
                    f"Vault has a secret {path}/{double} already",
                    hint="nothing is overwritten; look who stored it, and choose another name",
                )
            try:
                version = answer["data"]["metadata"]["version"] if answer is not None else 0
            except (KeyError, TypeError):
                raise self._troubles.no_vault() from None
            self._read.pop(path, None)
            self._write(path, {**known, **fields}, version)

    def _place(self, reference: str) -> tuple[str, str]:
        """Path and field of a reference."""
        path, _, field = reference.rpartition("/")
        if not path:
            path, field = reference, "value"
        path = "/".join(part for part in (self._settings.prefix.strip("/"), path) if part)
        return path, field

    def _write(self, path: str, fields: Mapping[str, Secret], version: int) -> None:
        client = self._connect()
        with self._troubles.translated(path, writing=True):
            client.secrets.kv.v2.create_or_update_secret(
                path=path,
                secret={field: value.reveal() for field, value in fields.items()},
                cas=version,
                mount_point=self._settings.mount,
            )

    def _fields(self, answer: Any, path: str) -> dict[str, Secret]:
        if answer is None:
            return {}
        try:
            fields = dict(answer["data"]["data"])
        except (KeyError, TypeError, ValueError):
            raise self._troubles.no_vault() from None
        for field, value in fields.items():
            if not isinstance(value, str):
                raise CredentialsError(
                    f"Vault's secret {path} has a field {field!r} that is no text",
                    hint="store it again as text",
                )
        return {field: Secret(value) for field, value in fields.items() if value}

    def _ask(self, path: str) -> Any:
        """The answer of Vault; None where there is no such secret, or it was deleted.

        An AppRole's token that ran out is renewed once, by a login of its own.
        """
        fresh = self._client is None
        client = self._connect()
        with self._troubles.translated(path):
            try:
                return self._read_once(client, path)
            except optional("hvac.exceptions", "Vault").Forbidden:
                if self._token() is not None or fresh or self._is_token_valid(client):
                    raise
        self._client = None
        client = self._connect()
        with self._troubles.translated(path):
            return self._read_once(client, path)

    def _read_once(self, client: Any, path: str) -> Any:
        try:
            return client.secrets.kv.v2.read_secret_version(
                path=path, mount_point=self._settings.mount, raise_on_deleted_version=True
            )
        except optional("hvac.exceptions", "Vault").InvalidPath as error:
            if error.errors:  # a secret that is not there has none: there is no such engine
                raise self._troubles.no_engine() from None
            return None

    def _is_token_valid(self, client: Any) -> bool:
        try:
            client.auth.token.lookup_self()
        except optional("hvac.exceptions", "Vault").Forbidden:
            return False
        return True

    def _connect(self) -> Any:
        if self._client is None:
            client = self._new_client()
            token = self._token()
            if token is not None:
                client.token = token.reveal()
            else:
                self._log_in(client)
            self._client = client
        return self._client

    def _new_client(self) -> Any:
        """hvac reads tokens, certificates and proxies from all over the place: it gets its own."""
        self._check_address()
        hvac, requests = optional("hvac", "Vault"), optional("requests", "Vault")
        authority = self._environ.get("VAULT_CACERT") or self._settings.ca_file
        session = requests.Session()
        session.trust_env = False
        session.headers["Connection"] = "close"  # few paths are read, and nothing is left open
        session.verify = str(authority) if authority else True
        session.hooks["response"].append(self._troubles.refuse_redirect)
        return hvac.Client(
            url=self._address,
            token="",
            session=session,
            verify=session.verify,
            namespace=self._environ.get("VAULT_NAMESPACE") or self._settings.namespace or None,
            timeout=self._settings.timeout,
            allow_redirects=False,
        )

    def _check_address(self) -> None:
        try:
            parts = urlsplit(self._address)
            host, _ = parts.hostname, parts.port
        except ValueError:
            parts, host = urlsplit(""), None
        if not host or parts.username or parts.password:
            raise CredentialsError(
                "no address of Vault" if not self._address else "the address of Vault is no URL",
                hint="set credentials.vault.address in netmod.toml, or VAULT_ADDR: https://host:8200",
            )
        if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
            raise CredentialsError(
                f"Vault at {self._address} would be asked without TLS",
                hint="use https://; only Vault's agent on this machine may be asked over http://",
            )

    def _token(self) -> Secret | None:
        if token := self._environ.get("VAULT_TOKEN"):
            return Secret(token)
        if self._environ.get("VAULT_ROLE_ID") or self._environ.get("VAULT_SECRET_ID"):
            return None
        return self._file.vault.get("token")

    def _log_in(self, client: Any) -> None:
        """By AppRole; both halves from one place."""
        role, secret = (self._environ.get(name) for name in ("VAULT_ROLE_ID", "VAULT_SECRET_ID"))
        if not role and not secret:
            kept = self._file.vault
            role, secret = (
                kept[key].reveal() if key in kept else None for key in ("role_id", "secret_id")
            )
        if not role or not secret:
            raise CredentialsError(
                "nothing to log in to Vault with",
                hint="set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID, or write them below "
                f"[vault] into {self._file.path} (mode 0600)",
            )
        with self._troubles.translated("", logging_in=True):
            client.auth.approle.login(
                role_id=role, secret_id=secret, mount_point=self._settings.approle_mount
            )
