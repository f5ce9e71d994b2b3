"""Whether what a device keeps is the secret that it should be."""

from __future__ import annotations

import importlib
import string
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.credentials import Secret
from netmod.drift import compare, judging, same_secret
from netmod.drift._crypt import crypted
from netmod.platforms import platform

MD5 = "$1$28772684$voU.ewVwcrRq81buI8.h11"
SHA256 = "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"
SHA512 = "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"
SLOW = "$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA"
TYPE8 = "$8$dsYGNam3K1SIJO$7nv/35M/qr6t.dVc7UY9zrJDWRVqncHub1PE9UlMQFs"
TYPE9 = "$9$588|P!iWqEx=Wf$nadLmT9snc6V9QAeUuATSOoCAZMQIHqixJfZpQj5EU2"
KEY = "00112233445566778899aabbccddeeff" * 2

# as glibc and OpenSSL print the hashes
KNOWN = [
    ("password", f"5 {MD5}"),
    ("Hello world!", SHA256),
    ("Hello world!", SHA512),
    ("Hello world!", f"5 {SHA256}"),
    ("Hello world!", f"10 {SHA512}"),
    ("Hello world!", f"sha512 {SHA512}"),
    ("Hello world!", SLOW),
    ("cisco", "4 tnhtc92DXBhelxjYk8LWJrPV36S2i4ntXrpb4RFmfqY"),
    ("cisco", f"8 {TYPE8}"),
    ("cisco", f"9 {TYPE9}"),
    ("cisco", "7 121A0C041104"),
    ("cisco", "password 121A0C041104"),
    ("cisco", "7 121a0c041104"),
    ("juniper", "$9$7YdwgGDkTz6oJz69A1INdb"),
    ("in-clear", "0 in-clear"),
    ("in-clear", "clear in-clear"),
    (KEY, f"0 {KEY.upper()}"),
]


@pytest.mark.parametrize(("secret", "found"), KNOWN, ids=[one[1][:12] for one in KNOWN])
def test_a_form_that_is_known_tells_equal_from_different(secret: str, found: str) -> None:
    assert same_secret(Secret(secret), found) == "equal"
    assert same_secret(Secret(f"{secret}x"), found) == "different"
    assert same_secret(Secret(secret[:-1]), found) == "different"


UNKNOWN = (
    "6 JDYkqyIFWeBvzpljSfWmRZrmRSRE8syxKlOSjP9RCCkFinZbJI3GD5c6rckJR/Qju2PKLmOewbheAA==",
    "8a $8a$x$y",
    "7 zz",
    "7 99FF",
    "7 121A0",
    "7 fKx1+Q==",
    "5 $1$",
    "5 $2y$10$abcdefghijklmnopqrstuv",
    "8 $8$salt",
    "9 $8$a$b",
    "$9$",
    "$9$~~~~",
    "$8$aes256-gcm$hmac-sha2-256$100$a$b$c",
    "$sha1$40000$jtNX3nZ2$hBNaIXkt4wBI2o5rsi8KejSjNqIq",
    "$5$rounds=10$roundstoolow$yfvwcaByCgZeDVGREvSNbCjOHLxLmJYSLoW5nC6jJX9",
    "$5$rounds=999999999$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8",
    "localizedkey 0x2b4d2f3a",
    "0x2b4d2f3a",
    "another-word",
    "",
    '""',
    "7 " + "12" * 2000,
)


@pytest.mark.parametrize("found", UNKNOWN, ids=lambda text: text[:20])
def test_what_is_of_no_known_form_is_unknown_and_not_different(found: str) -> None:
    assert same_secret(Secret("secret"), found) == "unknown"


def test_a_bare_word_is_equal_or_unknown() -> None:
    assert same_secret(Secret("public"), "public") == "equal"
    assert same_secret(Secret("private"), "public") == "unknown"
    assert same_secret(Secret("blåbær"), "0 blåbær") == "unknown"


@given(found=st.text(string.printable, max_size=80))
def test_no_text_makes_it_raise(found: str) -> None:
    assert same_secret(Secret("secret"), found) in ("equal", "different", "unknown")


WORD = st.text(string.ascii_letters + string.digits + "!#%&/()=?-_", min_size=1, max_size=25)


@pytest.fixture(scope="module")
def peer() -> Iterator[Any]:
    """Another implementation of what devices write."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it imports what Python drops
        yield importlib.import_module("netutils.password")


@given(word=WORD, other=WORD, salt=st.integers(0, 15))
def test_what_a_device_can_turn_back_is_told(peer: Any, word: str, other: str, salt: int) -> None:
    forms = (f"7 {peer.encrypt_cisco_type7(word, salt)}", peer.encrypt_juniper_type9(word, salt))
    for found in forms:
        assert same_secret(Secret(word), found) == "equal"
        assert same_secret(Secret(other), found) == ("equal" if other == word else "different")


def test_the_scrypt_of_another_implementation_is_told(peer: Any) -> None:
    found = f"9 {peer.encrypt_cisco_type9('word')}"
    assert same_secret(Secret("word"), found) == "equal"
    assert same_secret(Secret("ward"), found) == "different"


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python has no crypt any more")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("kind", "156")
@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 63, 64, 65, 100])
def test_the_hashes_are_those_of_the_system(kind: str, length: int) -> None:
    import crypt  # noqa: PLC0415 only where there is one

    word = (string.ascii_letters * 2)[:length]
    for salt in ("a", "abcdefgh", "0123456789abcdef"):
        theirs = crypt.crypt(word, f"${kind}${salt}$")
        assert crypted(word, theirs) == theirs


INTENDED = (
    "username netmod privilege 15 secret 9 <secret:login>\ntacacs server one\n key 7 <secret:t>\n"
)


@pytest.mark.parametrize(
    ("login", "tacacs", "differs", "unseen"),
    [
        ("cisco", "cisco", [], 0),
        ("cisco", None, [], 1),
        ("other", "cisco", ["username netmod privilege 15 secret 9 <secret:login>"], 0),
        ("cisco", "other", ["key 7 <secret:t>"], 0),
    ],
)
def test_a_comparison_passes_on_no_more_than_that(
    login: str, tacacs: str | None, differs: list[str], unseen: int
) -> None:
    chosen = platform("cisco_iosxe")
    assert chosen is not None
    known = {"login": Secret(login), "t": Secret(tacacs) if tacacs else None}
    running = (
        f"username netmod privilege 15 secret 9 {TYPE9}\n"
        "tacacs server one\n key 7 121A0C041104\nend\n"
    )
    found = compare(INTENDED, running, chosen.language, judge=judging(known.get))
    assert [one.intended[0] for one in found.differences if one.intended] == differs
    assert found.unseen_secrets == unseen
    assert "121A0C041104" not in str(found)
    assert "nadLmT9" not in str(found)
    assert "cisco" not in str(found)
