"""Whether what a device keeps is a known secret: told in memory, and never more than that.

A device keeps a secret in clear, in a form that can be turned back, or as a hash with a salt of
its own. Each is known by its type or its look. What is of another kind is unknown, not different.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable

from netmod.credentials import Secret
from netmod.drift._crypt import crypted
from netmod.drift._secrets import SecretJudge
from netmod.drift.model import SecretState

_TYPED = re.compile(r"(?P<type>\d{1,2}a?|[A-Za-z]\w*) +(?P<value>\S+)")
_REVERSIBLE = re.compile(r"(?:[0-4]\d|5[0-2])(?:[0-9A-Fa-f]{2})+")
_JUNOS = re.compile(r"\$9\$[^$]+")
_CRYPT = re.compile(r"\$[156]\$")
_KEY = re.compile(r"(?:[0-9A-Fa-f]{32}){1,2}")
"""A key for AES in hexadecimal digits, whose case means nothing."""
_CISCO = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_CISCO = str.maketrans(_BASE64, _CISCO)
_LONGEST = 1024
_TYPE_7 = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"
_JUNOS_FAMILIES = ("QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T")
_JUNOS_LETTERS = "".join(_JUNOS_FAMILIES)
_JUNOS_WEIGHTS = (
    (1, 4, 32),
    (1, 16, 32),
    (1, 8, 32),
    (1, 64),
    (1, 32),
    (1, 4, 16, 128),
    (1, 32, 64),
)


def judging(find: Callable[[str], Secret | None]) -> SecretJudge:
    """The judge who asks `find` for the secret of a reference, which may not know it."""

    def judge(reference: str, found: str) -> SecretState:
        secret = find(reference)
        return "unknown" if secret is None else same_secret(secret, found)

    return judge


def same_secret(secret: Secret, found: str) -> SecretState:
    """Whether the text on a device, from the type on, is this secret. Raises nothing."""
    match = _TYPED.fullmatch(found.strip())
    kind, value = (match["type"], match["value"]) if match else ("", found.strip())
    value = value.strip('"')
    if not value or len(value) > _LONGEST or not secret.reveal().isascii():
        return "unknown"
    try:
        kept = _kept(kind, value)
        if kept is not None:
            return _state(_same_text(secret.reveal(), kept))
        hashed = _hashed(secret.reveal(), kind, value)
    except (ValueError, LookupError, StopIteration):  # it has the look of a form, and is none
        return "unknown"
    if hashed is not None:
        return _state(hmac.compare_digest(hashed.encode(), value.encode()))
    if not kind and not value.startswith("$") and _same_text(secret.reveal(), value):
        return "equal"
    return "unknown"


def _state(same: bool) -> SecretState:
    return "equal" if same else "different"


def _kept(kind: str, value: str) -> str | None:
    """The secret itself, where the device keeps it so that it can be had; None where not."""
    if kind in ("0", "clear"):
        return value
    if kind in ("7", "password", "encrypted") and _REVERSIBLE.fullmatch(value):
        plain = _of_type_7(value)
        return plain if plain.isprintable() and plain.isascii() else None
    if not kind and _JUNOS.fullmatch(value):
        return _of_junos(value.removeprefix("$9$"))
    return None


def _of_type_7(value: str) -> str:
    """The text below Cisco's type 7: a fixed key, from a place on that the first digits name."""
    place, data = int(value[:2]), bytes.fromhex(value[2:])
    return "".join(
        chr(byte ^ _TYPE_7[(place + number) % len(_TYPE_7)]) for number, byte in enumerate(data)
    )


def _of_junos(value: str) -> str:
    """The text below Junos' `$9$`: each letter is a sum of gaps between letters of an alphabet.

    Raises `ValueError` and `IndexError` for what is none.
    """
    before, rest = value[0], value[1 + _extra(value[0]) :]
    found = ""
    while rest:
        weights = _JUNOS_WEIGHTS[len(found) % len(_JUNOS_WEIGHTS)]
        letters, rest = rest[: len(weights)], rest[len(weights) :]
        total = 0
        for letter, weight in zip(letters, weights, strict=True):
            gap = _JUNOS_LETTERS.index(letter) - _JUNOS_LETTERS.index(before)
            total += (gap % len(_JUNOS_LETTERS) - 1) * weight
            before = letter
        found += chr(total % 256)
    return found


def _extra(first: str) -> int:
    """How many letters behind the first one mean nothing."""
    return next(3 - number for number, family in enumerate(_JUNOS_FAMILIES) if first in family)


def _hashed(secret: str, kind: str, value: str) -> str | None:
    """The secret as the device would keep it, with its salt; None for what is not known."""
    if _CRYPT.match(value) and kind in ("", "5", "10", "sha512", "encrypted"):
        return crypted(secret, value)
    if kind == "4":
        return _in_cisco_letters(hashlib.sha256(secret.encode()).digest())
    if kind in ("8", "9") and value.count("$") == 3 and value.startswith(f"${kind}$"):
        salt = value.split("$")[2]
        return f"${kind}${salt}${_in_cisco_letters(_derived(kind, secret, salt))}"
    return None


def _derived(kind: str, secret: str, salt: str) -> bytes:
    if kind == "8":
        return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt.encode(), 20_000, 32)
    return hashlib.scrypt(secret.encode(), salt=salt.encode(), n=16_384, r=1, p=1, dklen=32)


def _in_cisco_letters(digest: bytes) -> str:
    return base64.b64encode(digest).decode().rstrip("=").translate(_TO_CISCO)


def _same_text(secret: str, kept: str) -> bool:
    if _KEY.fullmatch(secret) and _KEY.fullmatch(kept):
        secret, kept = secret.lower(), kept.lower()
    return hmac.compare_digest(secret.encode(), kept.encode())
