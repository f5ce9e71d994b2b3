"""SSH algorithms that are no longer safe, for the few hosts that somebody allowed them for.

paramiko has dropped SHA-1 for key exchange and for signatures of host keys. Here they stand on its
classes again, so that a session with such a host differs from others in nothing else: its host key
is checked, its jump host is used, and its passwords go the same way. What SHA-1 signed proves less;
that it was needed is remarked at the host.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha1

import paramiko
from cryptography.hazmat.primitives.hashes import SHA1
from paramiko.kex_gex import KexGexSHA256
from paramiko.kex_group14 import KexGroup14SHA256

REMARK = "legacy-ssh"
CIPHERS = ("aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc")
HOST_KEYS = ("ssh-rsa",)
# Oakley group 2 (RFC 2409, 6.2): all that IOS of before 2014 offers
_GROUP_1 = """
    FFFFFFFF FFFFFFFF C90FDAA2 2168C234 C4C6628B 80DC1CD1 29024E08 8A67CC74 020BBEA6 3B139B22
    514A0879 8E3404DD EF9519B3 CD3A431B 302B0A6D F25F1437 4FE1356D 6D51C245 E485B576 625E7EC6
    F44C42E9 A637ED6B 0BFF5CB6 F406B7ED EE386BFB 5A899FA5 AE9F2411 7C4B1FE6 49286651 ECE65381
    FFFFFFFF FFFFFFFF
"""


class _Group14(KexGroup14SHA256):
    name = "diffie-hellman-group14-sha1"
    hash_algo = sha1


class _Group1(_Group14):
    name = "diffie-hellman-group1-sha1"
    P = int("".join(_GROUP_1.split()), 16)


class _GroupExchange(KexGexSHA256):
    name = "diffie-hellman-group-exchange-sha1"
    min_bits = 1024
    hash_algo = sha1


class RSAKey(paramiko.RSAKey):
    """An RSA key whose signatures over SHA-1 count."""

    HASHES = {  # type: ignore[misc]  # final in the stubs alone  # noqa: RUF012
        **paramiko.RSAKey.HASHES,
        "ssh-rsa": SHA1,
    }


KEY_EXCHANGES = {one.name: one for one in (_GroupExchange, _Group14, _Group1)}
_UNSAFE = frozenset({*KEY_EXCHANGES, *HOST_KEYS, *CIPHERS})


def unsafe_among(algorithms: Iterable[str]) -> tuple[str, ...]:
    """Those of the algorithms that are no longer safe, each once."""
    return tuple(dict.fromkeys(one for one in algorithms if one in _UNSAFE))


def remark_on(algorithms: Iterable[str]) -> tuple[str, ...]:
    """What is remarked at a host whose session used `algorithms`; nothing where all are safe."""
    unsafe = unsafe_among(algorithms)
    return (f"{REMARK}: {', '.join(unsafe)}",) if unsafe else ()
