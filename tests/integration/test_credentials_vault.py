"""Vault, as its published API answers: secrets, and each way in which it gives none."""

from __future__ import annotations

import logging
import socket
import traceback
from pathlib import Path
from typing import Any

import pytest

from netmod.credentials import Secrets, open_secrets
from netmod.errors import CredentialsError
from netmod.settings import CredentialSettings
from tests.integration.vault_peer import TOKEN, Answer, VaultPeer, errors, kv, vault_peer

pytestmark = pytest.mark.network
CANARY = "Zq1-canary-9"
LOGIN = "GET secret/data/netmod/login/ahus"
ROLE = {"VAULT_ROLE_ID": "role-7", "VAULT_SECRET_ID": CANARY}
APPROLE = "POST auth/approle/login"
SELF = "GET auth/token/lookup-self"


def secrets_of(
    address: str, environ: dict[str, str] | None = None, file: Path | None = None, **vault: Any
) -> Secrets:
    settings = CredentialSettings.model_validate(
        {"sources": ["vault"], "vault": {"address": address, **vault}}
    )
    known = {"VAULT_TOKEN": TOKEN} if environ is None else environ
    return open_secrets(settings, known, file or Path("/nonexistent/credentials.toml"))


def granted(token: str) -> Answer:
    return Answer(body={"auth": {"client_token": token, "policies": ["netmod"]}, "data": None})


def headers(peer: VaultPeer, name: str) -> list[str | None]:
    return [one.get(name) for _, one, _ in peer.requests]


def test_a_secret_and_a_login() -> None:
    with vault_peer(
        {
            LOGIN: kv(username="eva", password=CANARY),
            "GET secret/data/netmod/ntp": kv(**{"10": CANARY, "value": "whole"}),
        }
    ) as peer:
        found = secrets_of(peer.address)
        login = found.login("login/ahus")
        assert (login.username, login.password.reveal()) == ("eva", CANARY)
        assert login.enable_password is None
        assert found.resolve("ntp/10").reveal() == CANARY
        assert found.resolve("ntp").reveal() == "whole"
        assert found.find("ntp/11") is None
    assert peer.asked == [LOGIN, "GET secret/data/netmod/ntp"]
    assert set(headers(peer, "x-vault-token")) == {TOKEN}
    assert set(headers(peer, "x-vault-request")) == {"true"}


def test_mount_prefix_and_namespace() -> None:
    with vault_peer({"GET kv/data/a/b/ntp": kv(**{"10": CANARY})}) as peer:
        found = secrets_of(peer.address, mount="kv", prefix="/a/b/", namespace="region/nett")
        assert found.resolve("ntp/10").reveal() == CANARY
        other = secrets_of(
            "https://wrong.invalid",
            {"VAULT_TOKEN": TOKEN, "VAULT_ADDR": peer.address, "VAULT_NAMESPACE": "other"},
            mount="kv",
            prefix="a/b",
        )
        assert other.resolve("ntp/10").reveal() == CANARY
    assert headers(peer, "x-vault-namespace") == ["region/nett", "other"]


def test_app_role_from_the_environment_and_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "credentials.toml"
    file.write_text(f'[vault]\nrole_id = "role-8"\nsecret_id = "{CANARY}"\n')
    file.chmod(0o600)
    answers: dict[str, Answer | list[Answer]] = {
        APPROLE: [granted("first"), granted("second")],
        LOGIN: kv(username="eva", password=CANARY),
    }
    with vault_peer(answers) as peer:
        for environ in (ROLE, {}):
            assert secrets_of(peer.address, environ, file).login("login/ahus").username == "eva"
    assert peer.asked == [APPROLE, LOGIN, APPROLE, LOGIN]
    assert [sent for _, _, sent in peer.requests if sent] == [
        {"role_id": "role-7", "secret_id": CANARY},
        {"role_id": "role-8", "secret_id": CANARY},
    ]
    assert [one for one in headers(peer, "x-vault-token") if one] == ["first", "second"]


def test_the_two_halves_of_an_app_role_come_from_one_place(tmp_path: Path) -> None:
    file = tmp_path / "credentials.toml"
    file.write_text(f'[vault]\nrole_id = "role-8"\nsecret_id = "{CANARY}"\n')
    file.chmod(0o600)
    with vault_peer({APPROLE: granted("first")}) as peer:
        found = secrets_of(peer.address, {"VAULT_ROLE_ID": "role-7"}, file)
        with pytest.raises(CredentialsError, match="nothing to log in to Vault with"):
            found.resolve("ntp/10")
    assert peer.asked == []


def test_a_role_whose_token_ran_out_logs_in_again_once() -> None:
    denied = errors(403, "permission denied")
    answers: dict[str, Answer | list[Answer]] = {
        APPROLE: [granted("first"), granted("second")],
        LOGIN: kv(username="eva", password=CANARY),
        SELF: denied,
        "GET secret/data/netmod/ntp": [denied, kv(**{"10": CANARY})],
        "GET secret/data/netmod/tacacs": [denied, denied],
    }
    with vault_peer(answers) as peer:
        found = secrets_of(peer.address, ROLE)
        found.login("login/ahus")
        assert found.resolve("ntp/10").reveal() == CANARY
    ntp = "GET secret/data/netmod/ntp"
    assert peer.asked == [APPROLE, LOGIN, ntp, SELF, APPROLE, ntp]
    assert headers(peer, "x-vault-token")[-1] == "second"


def test_a_policy_that_forbids_is_no_reason_to_log_in_again() -> None:
    answers: dict[str, Answer | list[Answer]] = {
        APPROLE: granted("first"),
        LOGIN: kv(username="eva", password=CANARY),
        SELF: Answer(body={"data": {"ttl": 60}}),
        "GET secret/data/netmod/ntp": errors(403, "permission denied"),
    }
    with vault_peer(answers) as peer:
        found = secrets_of(peer.address, ROLE)
        found.login("login/ahus")
        with pytest.raises(CredentialsError, match="lets us not read secret/data/netmod/ntp"):
            found.resolve("ntp/10")
    assert peer.asked.count(APPROLE) == 1


FAILURES: list[tuple[Answer, str, str]] = [
    (errors(403, f"permission denied {CANARY}"), "not read secret/data/netmod/ntp", "expired"),
    (errors(404, f"no handler for route {CANARY}"), "no KV engine", "mount"),
    (errors(503, "Vault is sealed"), "sealed", "unseal"),
    (errors(429, "request path is rate limited"), "too many requests", "quota"),
    (errors(500, f"internal error {CANARY}"), "internal error", "log"),
    (errors(501, "not initialized"), "not initialised", "operators"),
    (errors(502, CANARY), "cannot reach", "log"),
    (errors(400, CANARY), "refuses the request", "log"),
    (errors(418, CANARY), "refuses the request", "log"),
    (Answer(200, f"<html>{CANARY}</html>"), "does not answer as Vault", "address"),
    (Answer(200, {"data": CANARY}), "does not answer as Vault", "address"),
    (Answer(200, [CANARY]), "does not answer as Vault", "address"),
    (Answer(204, ""), "does not answer as Vault", "address"),
    (kv(**{"10": 5}), "no text", "store it again"),
]


@pytest.mark.parametrize(("answer", "message", "hint"), FAILURES)
def test_a_vault_that_fails_is_no_missing_secret(
    answer: Answer, message: str, hint: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with vault_peer({"GET secret/data/netmod/ntp": answer}) as peer:
        found = secrets_of(peer.address)
        with pytest.raises(CredentialsError, match=message) as caught:
            found.resolve("ntp/10")
    assert hint in caught.value.hint
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.hint + caplog.text
    assert CANARY not in shown
    assert TOKEN not in shown


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404, {"errors": []}),
        Answer(
            404,
            {"data": {"data": None, "metadata": {"deletion_time": "2026-11-27T05:00:00Z"}}},
        ),
        kv(other=CANARY),
        kv(**{"10": ""}),
    ],
)
def test_a_secret_that_is_not_there_or_deleted_is_missing(answer: Answer) -> None:
    with vault_peer({"GET secret/data/netmod/ntp": answer}) as peer:
        found = secrets_of(peer.address)
        assert found.find("ntp/10") is None
        with pytest.raises(CredentialsError, match="unknown secret 'ntp/10'"):
            found.resolve("ntp/10")


@pytest.mark.parametrize(
    "answer",
    [
        errors(400, f"invalid role or secret ID {CANARY}"),
        errors(403, CANARY),
        errors(404, CANARY),
    ],
)
def test_a_role_that_is_refused(answer: Answer) -> None:
    refused = pytest.raises(CredentialsError, match="refuses the AppRole login")
    with vault_peer({APPROLE: answer}) as peer, refused as caught:
        secrets_of(peer.address, ROLE).resolve("ntp/10")
    assert CANARY not in "".join(traceback.format_exception(caught.value)) + caught.value.hint
    assert peer.asked == [APPROLE]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_with_our_token(status: int) -> None:
    with vault_peer({}) as other:
        answer = Answer(status, "", {"Location": f"{other.address}/v1/secret/data/netmod/ntp"})
        not_followed = pytest.raises(CredentialsError, match="not followed")
        with vault_peer({"GET secret/data/netmod/ntp": answer}) as peer, not_followed as caught:
            secrets_of(peer.address).resolve("ntp/10")
    assert other.requests == []
    assert "address" in caught.value.hint


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "no address of Vault"),
        ("vault.example.org", "no URL"),
        ("https://:8200", "no URL"),
        ("https://vault.example.org:x", "no URL"),
        (f"https://eva:{CANARY}@vault.example.org", "no URL"),
        ("http://vault.example.org:8200", "without TLS"),
        ("http://127.0.0.1.example.org:8200", "without TLS"),
        ("ftp://127.0.0.1", "without TLS"),
    ],
)
def test_an_address_that_is_not_asked(address: str, message: str) -> None:
    with pytest.raises(CredentialsError, match=message) as caught:
        secrets_of(address).resolve("ntp/10")
    assert "https://" in caught.value.hint
    assert CANARY not in str(caught.value) + caught.value.hint


def test_a_vault_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(CredentialsError, match="cannot be reached"):
        secrets_of(f"http://127.0.0.1:{port}").resolve("ntp/10")


def test_a_vault_that_never_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(CredentialsError, match="no answer in time"):
            secrets_of(f"http://127.0.0.1:{port}", timeout=0.2).resolve("ntp/10")


def test_nothing_of_the_surroundings_chooses_for_us(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither a token, a proxy nor a .netrc that lies about: only what netmod was given."""
    (tmp_path / ".vault-token").write_text("stray")
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login stray password stray\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("VAULT_TOKEN", "stray")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with vault_peer({"GET secret/data/netmod/ntp": kv(**{"10": CANARY})}) as peer:
        assert secrets_of(peer.address).resolve("ntp/10").reveal() == CANARY
        with pytest.raises(CredentialsError, match="nothing to log in"):
            secrets_of(peer.address, {}).resolve("ntp/10")
    assert headers(peer, "x-vault-token") == [TOKEN]
    assert headers(peer, "authorization") == [None]
