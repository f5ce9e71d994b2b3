"""The cryptographic inventory: which algorithms run where, with which keys and for how long.

What NSM asks for before a migration to quantum-resistant algorithms (algorithm, key length,
function, lifetime), as far as facts hold it. Where keys are stored, how long the data must be
protected, and who delivers the product stand in no capture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from netmod.compliance._model import Model
from netmod.compliance.parameters import cipher_bits
from netmod.facts import FactsDocument, HostFacts, IkeSaFact

Function = Literal[
    "link-encryption", "link-key-agreement", "tunnel-encryption", "tunnel-key-agreement",
    "snmp-authentication", "snmp-privacy", "time-authentication", "password-storage",
]  # fmt: skip


class CryptoItem(Model):
    """One use of one algorithm. `subject` is what it runs on: an interface, key, peer, or empty.

    `key_bits` is the key length of a cipher, None where no capture prints it.
    `lifetime_seconds` is how long a session key lives, `until` the end of a configured key's life.
    """

    host: str
    function: Function
    subject: str
    algorithm: str
    key_bits: int | None = None
    lifetime_seconds: int | None = None
    until: datetime | None = None


def crypto_inventory(document: FactsDocument) -> tuple[CryptoItem, ...]:
    """Everything that the facts show, by host, function, subject and algorithm."""
    found = {one for name, host in document.hosts.items() for one in _of_host(name, host)}
    return tuple(
        sorted(
            found, key=lambda one: (one.host, one.function, one.subject, one.algorithm, str(one))
        )
    )


def _of_host(name: str, host: HostFacts) -> Iterator[CryptoItem]:
    for end in host.link_ends:
        algorithm = end.cipher or end.transform
        if end.technology != "none" and algorithm and not end.derived:
            macsec = end.technology == "macsec"
            yield CryptoItem(
                host=name,
                function="link-encryption" if macsec else "tunnel-encryption",
                subject=end.interface,
                algorithm=algorithm,
                key_bits=end.key_bits or _bits(algorithm),
                lifetime_seconds=end.sak_rekey_interval if macsec else end.lifetime_sec,
            )
    for chain in host.key_chains:
        for key in chain.keys:
            if key.algorithm:
                yield CryptoItem(
                    host=name,
                    function="link-key-agreement",
                    subject=f"{chain.name}/{key.id}",
                    algorithm=key.algorithm,
                    key_bits=_bits(key.algorithm),
                    until=key.end,
                )
    for sa in host.ike_sas:
        yield from _of_ike(name, sa)
    yield from _of_management(name, host)


def _of_ike(name: str, sa: IkeSaFact) -> Iterator[CryptoItem]:
    for algorithm, bits in (
        (sa.encr, _bits(sa.encr or "")),
        (sa.integrity, None),
        (sa.prf, None),
        (f"DH group {sa.dh}" if sa.dh is not None else None, None),
        (sa.auth, None),
    ):
        if algorithm:
            yield CryptoItem(
                host=name,
                function="tunnel-key-agreement",
                subject=sa.remote or "",
                algorithm=algorithm,
                key_bits=bits,
            )


def _of_management(name: str, host: HostFacts) -> Iterator[CryptoItem]:
    facts = host.hardening
    uses: tuple[tuple[Function, str, object], ...] = (
        ("snmp-authentication", "", facts.snmp_v3_auth),
        ("snmp-privacy", "", facts.value("snmp_v3_priv")),
        ("password-storage", "users", facts.value("user_hash")),
        ("password-storage", "root", facts.root_hash),
    )
    for function, subject, algorithm in uses:
        if algorithm and algorithm != "none":
            text = str(algorithm)
            yield CryptoItem(
                host=name, function=function, subject=subject, algorithm=text, key_bits=_bits(text)
            )
    for algorithm in facts.value("ntp_auth_algorithms") or ():
        yield CryptoItem(
            host=name, function="time-authentication", subject="", algorithm=str(algorithm)
        )


def _bits(algorithm: str) -> int | None:
    """The key length that the name of an AES algorithm holds."""
    if not re.search(r"aes|gcm", algorithm.casefold()):
        return None
    match = re.search(r"(?<!\d)(128|192|256)(?!\d)", algorithm)
    return int(match[1]) if match else cipher_bits(algorithm)
