"""The hashes of `crypt(3)` that devices keep: `$1$` (MD5), `$5$` (SHA-256) and `$6$` (SHA-512).

Python 3.13 has no `crypt` any more, and what takes its place on PyPI binds to the C library of
the machine or brings thirty schemes for three. The algorithms are published and closed:
Poul-Henning Kamp's of 1994, and Ulrich Drepper's "Unix crypt using SHA-256 and SHA-512".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

_LETTERS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_HASH = re.compile(r"\$(?P<kind>[156])\$(?:rounds=(?P<rounds>\d{1,9})\$)?(?P<salt>[^$]*)\$[^$]+")
_ROUNDS, _LEAST, _MOST = 5000, 1000, 1_000_000
_LONGEST = 256


def crypted(password: str, like: str) -> str | None:
    """`password` hashed with the salt and rounds of `like`; None for a hash of another kind.

    None too where it would take unreasonably long, or where implementations disagree.
    """
    match = _HASH.fullmatch(like)
    data = password.encode()
    if match is None or len(data) > _LONGEST:
        return None
    salt = match["salt"].encode()
    if match["kind"] == "1":
        return None if match["rounds"] else _md5_crypt(data, salt[:8])
    asked = int(match["rounds"] or _ROUNDS)
    if not _LEAST <= asked <= _MOST:
        return None
    name = {"5": "sha256", "6": "sha512"}[match["kind"]]
    return _sha_crypt(name, data, salt[:16], match["rounds"], asked)


def _md5_crypt(password: bytes, salt: bytes) -> str:
    other = hashlib.md5(password + salt + password, usedforsecurity=False).digest()
    first = password + b"$1$" + salt + _repeated(other, len(password))
    bits, length = b"", len(password)
    while length:
        bits += b"\0" if length & 1 else password[:1]
        length >>= 1
    digest = hashlib.md5(first + bits, usedforsecurity=False).digest()
    for number in range(1000):
        parts = _parts(number, password, salt, digest)
        digest = hashlib.md5(parts, usedforsecurity=False).digest()
    order = [(0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5), (11,)]
    return f"$1${salt.decode()}${_encoded(digest, order)}"


def _sha_crypt(name: str, password: bytes, salt: bytes, shown: str | None, rounds: int) -> str:
    def of(data: bytes) -> bytes:
        return hashlib.new(name, data).digest()

    other = of(password + salt + password)
    bits, length = b"", len(password)
    while length:
        bits += other if length & 1 else password
        length >>= 1
    digest = of(password + salt + _repeated(other, len(password)) + bits)
    sequence = _repeated(of(password * len(password)), len(password))
    seasoning = _repeated(of(salt * (16 + digest[0])), len(salt))
    for number in range(rounds):
        digest = of(_parts(number, sequence, seasoning, digest))
    prefix, order = ("$5$", _SHA256) if name == "sha256" else ("$6$", _SHA512)
    told = f"rounds={rounds}$" if shown is not None else ""
    return f"{prefix}{told}{salt.decode()}${_encoded(digest, order)}"


_SHA256 = [((n, n + 10, n + 20) * 2)[-n % 3 : -n % 3 + 3] for n in range(10)] + [(31, 30)]
_SHA512 = [((n, n + 21, n + 42) * 2)[n % 3 : n % 3 + 3] for n in range(21)] + [(63,)]
"""Which bytes of a digest are written together."""


def _parts(number: int, password: bytes, salt: bytes, digest: bytes) -> bytes:
    """What one round is made of."""
    odd = number & 1
    parts = [password if odd else digest]
    parts += [salt] if number % 3 else []
    parts += [password] if number % 7 else []
    return b"".join((*parts, digest if odd else password))


def _repeated(digest: bytes, length: int) -> bytes:
    return (digest * (length // len(digest) + 1))[:length]


def _encoded(digest: bytes, order: Iterable[tuple[int, ...]]) -> str:
    return "".join(_letters([digest[place] for place in places]) for places in order)


def _letters(octets: list[int]) -> str:
    value, count = int.from_bytes(bytes(octets)), len(octets) + 1
    return "".join(_LETTERS[value >> 6 * place & 63] for place in range(count))
