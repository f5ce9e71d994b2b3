"""A real server of Vault's API: OpenBao in development mode, over TLS.

`NETMOD_OPENBAO` names its program `bao`, where it is not on the path.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hvac
import pytest
import requests

from netmod.credentials import Secrets, open_secrets
from netmod.errors import CredentialsError
from netmod.settings import CredentialSettings

BAO = os.environ.get("NETMOD_OPENBAO") or shutil.which("bao")
pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(
        not BAO and not os.environ.get("NETMOD_REQUIRE_ALL"), reason="OpenBao is not installed"
    ),
]
ROOT, CANARY = "synthetic-root", "Zq1-canary-9"
POLICY = 'path "secret/data/netmod/*" { capabilities = ["read"] }'


@dataclass(frozen=True)
class Server:
    """A running server: its address, its authority's certificate, and how to unseal it."""

    address: str
    authority: Path
    unseal_key: str
    folder: Path

    def root(self, namespace: str | None = None) -> Any:
        session = requests.Session()
        session.trust_env, session.verify = False, str(self.authority)
        session.headers["Connection"] = "close"
        return hvac.Client(
            url=self.address,
            token=ROOT,
            session=session,
            verify=str(self.authority),
            namespace=namespace,
        )

    def secrets(self, environ: dict[str, str], **vault: Any) -> Secrets:
        values = {"address": self.address, "ca_file": self.authority, "timeout": 60.0, **vault}
        settings = CredentialSettings.model_validate({"sources": ["vault"], "vault": values})
        return open_secrets(settings, environ, self.folder / "credentials.toml")

    def role(self) -> dict[str, str]:
        """What netmod's role logs in with."""
        approle = self.root().auth.approle
        role_id = approle.read_role_id("netmod")["data"]["role_id"]
        secret_id = approle.generate_secret_id("netmod")["data"]["secret_id"]
        return {"VAULT_ROLE_ID": role_id, "VAULT_SECRET_ID": secret_id}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as name:
        for _ in range(5):  # another process may take the free port first
            with running(Path(name)) as found:
                if found is not None:
                    furnish(found)
                    yield found
                    return
    pytest.fail("OpenBao did not start")


@contextmanager
def running(folder: Path) -> Iterator[Server | None]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(BAO), "server", "-dev", "-dev-tls", f"-dev-tls-cert-dir={folder}"]
    command += [f"-dev-root-token-id={ROOT}", f"-dev-listen-address=127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*command, "-dev-no-store-token"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={"HOME": str(folder), "PATH": os.environ["PATH"], "TMPDIR": str(folder)},
    )
    assert process.stdout
    try:
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith("Root Token:"):
                break
        key = re.search(r"Unseal Key: (\S+)", said)
        address = f"https://127.0.0.1:{port}"
        (authority,) = folder.glob("*ca.pem") if key else (folder,)
        yield Server(address, authority, key[1], folder) if key else None
    finally:
        process.terminate()
        process.communicate()


def furnish(server: Server) -> None:
    client = server.root()
    client.sys.create_or_update_policy("netmod", POLICY)
    client.sys.enable_auth_method("approle")
    client.auth.approle.create_or_update_approle("netmod", token_policies=["netmod"])
    kv = client.secrets.kv.v2
    kv.create_or_update_secret("netmod/login/ahus", {"username": "eva", "password": CANARY})
    kv.create_or_update_secret("netmod/ntp", {"10": CANARY})
    kv.create_or_update_secret("netmod/gone", {"1": CANARY})
    kv.delete_latest_version_of_secret("netmod/gone")
    kv.create_or_update_secret("other/ntp", {"10": CANARY})


def token(server: Server, *policies: str) -> dict[str, str]:
    made = server.root().auth.token.create(policies=list(policies), ttl="1h")
    return {"VAULT_TOKEN": made["auth"]["client_token"]}


def test_by_token(server: Server) -> None:
    found = server.secrets(token(server, "netmod"))
    assert found.resolve("ntp/10").reveal() == CANARY
    assert found.login("login/ahus").username == "eva"
    assert [found.find(one) for one in ("ntp/11", "nothing/1", "gone/1")] == [None] * 3


def test_by_role(server: Server) -> None:
    assert server.secrets(server.role()).login("login/ahus").password.reveal() == CANARY


def test_a_role_whose_tokens_were_revoked_logs_in_again(server: Server) -> None:
    found = server.secrets(server.role())
    assert found.find("ntp/11") is None
    server.root().sys.revoke_prefix("auth/approle/login")
    assert found.login("login/ahus").username == "eva"


def test_a_role_with_a_wrong_secret(server: Server) -> None:
    role = server.role() | {"VAULT_SECRET_ID": "0" * 8 + CANARY}
    with pytest.raises(CredentialsError, match="refuses the AppRole login") as caught:
        server.secrets(role).resolve("ntp/10")
    assert CANARY not in str(caught.value) + caught.value.hint


def test_a_token_that_was_revoked(server: Server) -> None:
    environ = token(server, "netmod")
    server.root().auth.token.revoke(environ["VAULT_TOKEN"])
    with pytest.raises(CredentialsError, match="lets us not read") as caught:
        server.secrets(environ).resolve("ntp/10")
    assert environ["VAULT_TOKEN"] not in str(caught.value) + caught.value.hint


def test_what_the_policy_does_not_allow(server: Server) -> None:
    with pytest.raises(CredentialsError, match="lets us not read secret/data/other/ntp"):
        server.secrets(token(server, "netmod"), prefix="other").resolve("ntp/10")


def test_a_mount_that_is_not_there(server: Server) -> None:
    environ = {"VAULT_TOKEN": ROOT}
    with pytest.raises(CredentialsError, match="no KV engine of version 2 at 'kv'"):
        server.secrets(environ, mount="kv").resolve("ntp/10")


def test_a_namespace(server: Server) -> None:
    server.root().adapter.post("/v1/sys/namespaces/nett")
    inside = server.root("nett")
    inside.sys.enable_secrets_engine("kv", path="keys", options={"version": "2"})
    inside.secrets.kv.v2.create_or_update_secret("ntp", {"10": "inside"}, mount_point="keys")
    environ = {"VAULT_TOKEN": ROOT}
    found = server.secrets(environ, namespace="nett", mount="keys", prefix="")
    assert found.resolve("ntp/10").reveal() == "inside"


def test_a_certificate_that_nobody_vouches_for(server: Server) -> None:
    with pytest.raises(CredentialsError, match="certificate that cannot be verified") as caught:
        server.secrets({"VAULT_TOKEN": ROOT}, ca_file=None).resolve("ntp/10")
    assert "ca_file" in caught.value.hint


def test_a_file_of_authorities_that_is_not_there(server: Server) -> None:
    with pytest.raises(CredentialsError, match="cannot be asked"):
        server.secrets({"VAULT_TOKEN": ROOT}, ca_file=Path("/nonexistent")).resolve("ntp/10")


def test_a_sealed_vault(server: Server) -> None:
    client = server.root()
    client.sys.seal()
    try:
        with pytest.raises(CredentialsError, match="sealed"):
            server.secrets({"VAULT_TOKEN": ROOT}).resolve("ntp/10")
    finally:
        client.sys.submit_unseal_key(server.unseal_key)
