"""Secrets do not print, placeholders are exact, logins are whole."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.credentials import Login, Secret, fill_in, find_references, resolve_login
from netmod.errors import CredentialsError

VALUE = "Zq1secret9"


def test_a_secret_shows_nowhere() -> None:
    secret = Secret(VALUE)
    login = Login("bob", secret)
    shown = [str(secret), repr(secret), f"{secret}", f"{secret:>20}", f"{secret!r}", repr(login)]
    assert VALUE not in "".join(shown)
    assert secret.reveal() == VALUE
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)
    with pytest.raises(TypeError):
        hash(secret)
    assert copy.deepcopy(login) == login


def test_secrets_compare() -> None:
    assert Secret("å") == Secret("å")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert not Secret("")


def test_references() -> None:
    text = "key <secret:macsec/dc1-dc2/01>\nuser <secret:a.b> <secret:a.b>"
    found = [(one.name, one.line) for one in find_references(text)]
    assert found == [("macsec/dc1-dc2/01", 1), ("a.b", 2), ("a.b", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "<secret:>",
        "<secret>",
        "<secret:a b>",
        "<secret:a",
        "<SECRET:a>",
        "< secret:a>",
        "<secret:../a>",
        "<secret:/a>",
        "<secret:a//b>",
        "<secret:a/>",
        "<secret:å>",
        "<secret: a>",
    ],
)
def test_malformed_placeholders(text: str) -> None:
    with pytest.raises(CredentialsError, match="line 2") as caught:
        find_references(f"hostname x\n{text}\n")
    assert caught.value.hint


@pytest.mark.parametrize(
    "text", ["", "a < b", "secret:a", "<redacted>", "<community-1>", "<secretary>"]
)
def test_what_is_no_placeholder(text: str) -> None:
    assert find_references(text) == ()
    assert fill_in(text, lambda _: None).reveal() == text


def test_filling_in() -> None:
    known = {"a": Secret("one"), "b/c": Secret("<secret:a>")}
    text = "x <secret:a> y <secret:b/c> <secret:a>"
    assert fill_in(text, known.get).reveal() == "x one y <secret:a> one"


@pytest.mark.parametrize(
    ("secret", "message"),
    [
        (None, "unknown secret: 'a' \\(line 1\\)"),
        (Secret(""), "unknown"),
        (Secret("x\nreload"), "control"),
    ],
)
def test_a_placeholder_that_cannot_be_filled_is_an_error(
    secret: Secret | None, message: str
) -> None:
    with pytest.raises(CredentialsError, match=message) as caught:
        fill_in("key <secret:a>", lambda _: secret)
    assert "reload" not in str(caught.value)


@given(st.text(max_size=80))
def test_text_without_a_placeholder_is_never_changed(text: str) -> None:
    if "<" not in text:
        assert fill_in(text, lambda _: None).reveal() == text


def login_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "credentials.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


GOOD = f'username = "bob"\npassword = "{VALUE}"\n'


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    environ = {"NETMOD_USERNAME": "eve", "NETMOD_PASSWORD": "p", "NETMOD_ENABLE_PASSWORD": "e"}
    login = resolve_login(environ, login_file(tmp_path, GOOD))
    assert (login.username, login.password.reveal()) == ("eve", "p")
    assert login.enable_password == Secret("e")


def test_the_file(tmp_path: Path) -> None:
    login = resolve_login({}, login_file(tmp_path, GOOD))
    assert (login.username, login.password.reveal()) == ("bob", VALUE)
    assert login.enable_password is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o644])
def test_a_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(CredentialsError, match="by others") as caught:
        resolve_login({}, login_file(tmp_path, GOOD, mode))
    assert "chmod 600" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        f'username = "bob"\npassword = {VALUE}\n',
        f'password = "{VALUE}"\n',
        f'username = "bob"\npassword = ["{VALUE}"]\n',
        f'username = "bob"\npassword = ""\nenable_password = "{VALUE}"\n',
        f'username = "bob"\npassword = "{VALUE}"\nenable_password = 3\n',
        f'username = "bob"\npassword = "{VALUE}"\npasword = "{VALUE}"\n',
        f"{VALUE}",
    ],
)
def test_a_wrong_file_never_shows_its_text(tmp_path: Path, text: str) -> None:
    with pytest.raises(CredentialsError) as caught:
        resolve_login({}, login_file(tmp_path, text))
    assert VALUE not in "".join(traceback.format_exception_only(caught.value)) + caught.value.hint
    assert caught.value.hint


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"NETMOD_USERNAME": "bob"}, "NETMOD_PASSWORD is not"),
        ({"NETMOD_PASSWORD": VALUE}, "NETMOD_USERNAME is not"),
        ({}, "no login"),
    ],
)
def test_half_a_login_is_none(tmp_path: Path, environ: dict[str, str], message: str) -> None:
    with pytest.raises(CredentialsError, match=message):
        resolve_login(environ, tmp_path / "missing.toml")


def test_a_folder_is_no_login(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError):
        resolve_login({}, tmp_path)
