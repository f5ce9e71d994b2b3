"""New secrets in Vault: with a condition on the version, and never over one that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from netmod.credentials import Secret, Store, fingerprint, open_store
from netmod.errors import CredentialsError
from netmod.settings import CredentialSettings
from tests.integration.vault_peer import TOKEN, Answer, errors, kv, vault_peer

pytestmark = pytest.mark.network
CANARY = "Zq1-canary-9"
READ, WRITE = "GET secret/data/netmod/macsec/l1", "POST secret/data/netmod/macsec/l1"
WRITTEN = Answer(body={"data": {"version": 2}})


def store_of(address: str) -> Store:
    settings = CredentialSettings.model_validate(
        {"sources": ["environment", "vault"], "vault": {"address": address}}
    )
    return open_store(settings, {"VAULT_TOKEN": TOKEN}, Path("/nonexistent/credentials.toml"))


def test_new_secrets_stand_beside_those_that_are_there() -> None:
    with vault_peer({READ: kv(**{"1": "old"}), WRITE: WRITTEN}) as peer:
        store_of(peer.address).put(
            {"macsec/l1/2": Secret(CANARY), "macsec/l1/fallback": Secret("other")}
        )
    assert peer.asked == [READ, WRITE]
    assert peer.requests[1][2] == {
        "options": {"cas": 1},
        "data": {"1": "old", "2": CANARY, "fallback": "other"},
    }


def test_the_first_secret_of_a_path_asks_that_there_be_none() -> None:
    with vault_peer({WRITE: WRITTEN}) as peer:
        store_of(peer.address).put({"macsec/l1/1": Secret(CANARY)})
    assert peer.requests[-1][2] == {"options": {"cas": 0}, "data": {"1": CANARY}}


@pytest.mark.parametrize(
    ("read", "write", "what"),
    [
        (kv(**{"1": "old"}), WRITTEN, "already"),
        (errors(404), errors(400, "check-and-set parameter did not match"), "meanwhile"),
        (errors(404), errors(403, "permission denied"), "not write"),
        (errors(404), errors(503, "sealed"), "sealed"),
        (errors(403, "permission denied"), WRITTEN, "not read"),
        (Answer(body={"data": {"data": {}}}), WRITTEN, "does not answer as Vault"),
    ],
)
def test_what_is_refused_says_why_and_shows_no_secret(
    read: Answer, write: Answer, what: str
) -> None:
    with (
        vault_peer({READ: read, WRITE: write}) as peer,
        pytest.raises(CredentialsError, match=what) as caught,
    ):
        store_of(peer.address).put({"macsec/l1/1": Secret(CANARY)})
    assert CANARY not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"
    assert peer.asked.count(WRITE) <= 1


def test_no_place_takes_secrets() -> None:
    settings = CredentialSettings.model_validate({"sources": ["environment", "keyring"]})
    with pytest.raises(CredentialsError, match="no place"):
        open_store(settings, {}, Path("/nonexistent"))


def test_a_fingerprint_tells_equal_secrets_and_needs_its_key() -> None:
    one, other, key = Secret(CANARY), Secret(CANARY + "x"), Secret("key")
    assert fingerprint(one, key) == fingerprint(Secret(CANARY), key)
    assert fingerprint(one, key) != fingerprint(other, key)
    assert fingerprint(one, key) != fingerprint(one, Secret("other key"))
    assert len(fingerprint(one, key)) == 16
