"""Where secrets are looked up: the environment, a private file, the keyring, and in which order."""

from __future__ import annotations

import builtins
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import keyring
import keyring.backends.fail
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, KeyringLocked

from netmod.credentials import (
    Secret,
    Secrets,
    common_login,
    open_secrets,
    variable_of,
)
from netmod.errors import CredentialsError
from netmod.settings import CredentialSettings

CANARY = "Zq1-canary-9"
EVERYWHERE = ("environment", "file", "keyring")


class MemoryKeyring(KeyringBackend):
    """keyring's own interface over a table."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.table: dict[tuple[str, str], str] = {}
        self.failure: KeyringError | None = None

    def get_password(self, service: str, username: str) -> str | None:
        if self.failure:
            raise self.failure
        return self.table.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.table[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.table[service, username]


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before, backend = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def file_of(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "credentials.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def secrets(
    folder: Path, text: str = "", environ: Mapping[str, str] | None = None, **settings: Any
) -> Secrets:
    path = file_of(folder, text)
    return open_secrets(CredentialSettings(**settings), environ or {}, path)


@pytest.mark.parametrize(
    "text",
    [
        f'[secrets]\n"ntp/10" = "{CANARY}"\n',
        f'[secrets.ntp]\n10 = "{CANARY}"\n',
        f'[secrets]\nntp = {{ 10 = "{CANARY}" }}\n',
    ],
)
def test_a_secret_of_the_file(tmp_path: Path, text: str) -> None:
    assert secrets(tmp_path, text).resolve("ntp/10").reveal() == CANARY


@pytest.mark.parametrize(
    ("reference", "variable"),
    [
        ("ntp/10", "NETMOD_SECRET_NTP_10"),
        ("macsec/dc1-dc2/01", "NETMOD_SECRET_MACSEC_DC1_DC2_01"),
        ("a.b", "NETMOD_SECRET_A_B"),
    ],
)
def test_a_secret_of_the_environment(tmp_path: Path, reference: str, variable: str) -> None:
    assert variable_of(reference) == variable
    assert secrets(tmp_path, environ={variable: CANARY}).resolve(reference).reveal() == CANARY


def test_two_secrets_never_share_a_variable(tmp_path: Path) -> None:
    found = secrets(tmp_path, environ={"NETMOD_SECRET_A_B": CANARY})
    assert found.resolve("a/b").reveal() == CANARY
    assert found.resolve("a/b").reveal() == CANARY
    with pytest.raises(CredentialsError, match="both the secret 'a/b' and 'a-b'") as caught:
        found.resolve("a-b")
    assert CANARY not in str(caught.value) + caught.value.hint


def test_a_secret_of_the_keyring(tmp_path: Path, ring: MemoryKeyring) -> None:
    keyring.set_password("netmod", "ntp/10", CANARY)
    assert secrets(tmp_path, sources="keyring").resolve("ntp/10").reveal() == CANARY
    other = secrets(tmp_path, sources="keyring", keyring_service="other")
    assert other.find("ntp/10") is None


@pytest.mark.parametrize(
    ("failure", "message"),
    [(KeyringLocked(CANARY), "locked"), (KeyringError(CANARY), "cannot be read")],
)
def test_a_keyring_that_fails_is_no_missing_secret(
    tmp_path: Path, ring: MemoryKeyring, failure: KeyringError, message: str
) -> None:
    ring.failure = failure
    text = f'[secrets]\n"ntp/10" = "{CANARY}"\n'
    with pytest.raises(CredentialsError, match=message) as caught:
        secrets(tmp_path, text, sources="keyring,file").resolve("ntp/10")
    shown = "".join(traceback.format_exception(caught.value))
    assert caught.value.hint
    assert CANARY not in shown + caught.value.hint


def test_a_machine_without_a_keyring(tmp_path: Path, ring: MemoryKeyring) -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())
    with pytest.raises(CredentialsError, match="no keyring") as caught:
        secrets(tmp_path, sources="keyring").resolve("ntp/10")
    assert "netmod.toml" in caught.value.hint


def test_a_library_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(CredentialsError, match="not installed") as caught:
        secrets(tmp_path, sources="keyring").resolve("ntp/10")
    assert "netmod[secrets]" in caught.value.hint


def test_nothing_optional_is_imported_before_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        assert name.partition(".")[0] not in ("keyring", "hvac")
        return plain(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    text = f'[secrets]\n"ntp/10" = "{CANARY}"\n'
    found = secrets(tmp_path, text, sources="environment,file,keyring,vault")
    assert found.resolve("ntp/10").reveal() == CANARY


@pytest.mark.parametrize(
    ("sources", "value"),
    [
        ("environment,file,keyring", "of-environment"),
        ("file,keyring,environment", "of-file"),
        ("keyring,file", "of-keyring"),
        ("file", "of-file"),
    ],
)
def test_the_first_place_that_holds_it_wins(
    tmp_path: Path, ring: MemoryKeyring, sources: str, value: str
) -> None:
    ring.table["netmod", "ntp/10"] = "of-keyring"
    text, environ = '[secrets]\n"ntp/10" = "of-file"\n', {"NETMOD_SECRET_NTP_10": "of-environment"}
    found = secrets(tmp_path, text, environ, sources=sources)
    assert found.resolve("ntp/10").reveal() == value


def test_each_secret_is_looked_up_once() -> None:
    class Counting:
        name = "counting"
        asked = 0

        def get(self, reference: str) -> Secret | None:
            self.asked += 1
            return Secret(CANARY) if reference == "a" else None

    source = Counting()
    found = Secrets([source])
    for _ in range(3):
        assert found.find("a") == Secret(CANARY)
        assert found.find("b") is None
    assert source.asked == 2


@pytest.mark.parametrize("reference", ["", "a b", "../a", "/a", "a//b", "a/", "å", "a\n", "<a>"])
def test_what_is_no_reference(tmp_path: Path, reference: str) -> None:
    found = secrets(tmp_path)
    for ask in (found.find, found.resolve, found.login):
        with pytest.raises(CredentialsError, match="no reference"):
            ask(reference)


def test_all_placeholders_are_required_before_anything_is_sent(tmp_path: Path) -> None:
    found = secrets(tmp_path, f'[secrets]\na = "{CANARY}"\n')
    found.require(["key <secret:a>", "no secret"])
    with pytest.raises(CredentialsError, match="'b', 'c/d'") as caught:
        found.require(["<secret:a> <secret:c/d>", "<secret:b>"])
    assert "environment, file" in caught.value.hint
    with pytest.raises(CredentialsError, match="malformed"):
        found.require(["<secret:a b>"])
    assert found.fill_in("key <secret:a>").reveal() == f"key {CANARY}"
    with pytest.raises(CredentialsError, match="'b'"):
        found.fill_in("<secret:b>")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'secrets = "{CANARY}"\n', "secrets is no table"),
        (f'[secrets]\n"{CANARY} x" = "a"\n', "no reference"),
        (f'[secrets]\n"a/b" = ["{CANARY}"]\n', "secret a/b is missing, empty or no text"),
        ('[secrets]\n"a/b" = ""\n', "secret a/b is missing, empty"),
        (f'[vault]\ntokn = "{CANARY}"\n', "unknown key 'vault.tokn'"),
        (f"[vault]\ntoken = 3\npassword='{CANARY}'\n", "unknown key 'vault.password'"),
        (f'user = "{CANARY}"\n', "unknown key 'user'"),
        (f"{CANARY}\n", "not valid TOML"),
    ],
)
def test_a_wrong_file_names_the_place_and_shows_no_value(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(CredentialsError, match=message) as caught:
        secrets(tmp_path, text).resolve("a/b")
    shown = "".join(traceback.format_exception(caught.value))
    assert caught.value.hint
    assert CANARY not in shown + caught.value.hint


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_open_to_others_gives_no_secret(tmp_path: Path, mode: int) -> None:
    path = file_of(tmp_path, f'[secrets]\na = "{CANARY}"\n', mode)
    with pytest.raises(CredentialsError, match="by others"):
        open_secrets(CredentialSettings(), {}, path).resolve("a")


def test_a_login_by_reference(tmp_path: Path) -> None:
    text = f'[secrets."login/ahus"]\nusername = "eva"\npassword = "{CANARY}"\n'
    login = secrets(tmp_path, text).login("login/ahus")
    assert (login.username, login.password.reveal(), login.enable_password) == (
        "eva",
        CANARY,
        None,
    )
    assert CANARY not in repr(login)


def test_a_login_is_never_put_together_from_two_places(tmp_path: Path) -> None:
    text = f'[secrets."login/ahus"]\nusername = "eva"\npassword = "{CANARY}"\n'
    environ = {"NETMOD_SECRET_LOGIN_AHUS_PASSWORD": CANARY}
    with pytest.raises(CredentialsError, match="no username in the environment") as caught:
        secrets(tmp_path, text, environ).login("login/ahus")
    assert CANARY not in str(caught.value)
    with pytest.raises(CredentialsError, match="unknown login 'login/oslo'"):
        secrets(tmp_path, text).login("login/oslo")


COMMON = f'username = "of-file"\npassword = "{CANARY}"\n'
NAMED = f'[secrets.fleet]\nusername = "named"\npassword = "{CANARY}"\n'
ENVIRON = {"NETMOD_USERNAME": "of-environment", "NETMOD_PASSWORD": CANARY}


@pytest.mark.parametrize(
    ("text", "environ", "settings", "username"),
    [
        (COMMON, ENVIRON, {}, "of-environment"),
        (COMMON, {}, {}, "of-file"),
        (COMMON, ENVIRON, {"sources": "file"}, "of-file"),
        (COMMON + NAMED, {}, {"login": "fleet"}, "of-file"),
        (NAMED, {}, {"login": "fleet"}, "named"),
        (NAMED, ENVIRON, {"login": "fleet"}, "of-environment"),
    ],
)
def test_the_common_login(
    tmp_path: Path, text: str, environ: dict[str, str], settings: dict[str, Any], username: str
) -> None:
    path, chosen = file_of(tmp_path, text), CredentialSettings(**settings)
    found = open_secrets(chosen, environ, path)
    assert common_login(chosen, environ, path, found).username == username


def test_no_common_login_says_where_it_was_looked_for(tmp_path: Path) -> None:
    chosen = CredentialSettings()
    found = open_secrets(chosen, {}, tmp_path / "none.toml")
    with pytest.raises(CredentialsError, match="environment, file") as caught:
        common_login(chosen, {}, tmp_path / "none.toml", found)
    assert "NETMOD_USERNAME" in caught.value.hint
    assert "credentials.login" in caught.value.hint


def test_nothing_prints_a_secret(tmp_path: Path) -> None:
    text = f'{COMMON}[secrets]\na = "{CANARY}"\n[vault]\ntoken = "{CANARY}"\n'
    found = secrets(tmp_path, text, {**ENVIRON, "NETMOD_SECRET_B": CANARY}, sources=EVERYWHERE)
    found.resolve("a")
    found.resolve("b")
    shown = repr(found) + repr(found._sources) + str(found.__dict__) + repr(found.resolve("a"))
    assert CANARY not in shown
