"""Texts that hold nothing to redact: what a snapshot of our own has, and has again each night."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import netmod.evidence
from netmod.observe._store import Store, digest, digest_of_code

_CLEAN = b"clean"


class KnownCleanTexts:
    """`evidence.CleanTexts`, kept in a store. A text is known by its digest; none is kept."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def known(self, host: str, texts: Sequence[str]) -> Sequence[bool]:
        """Which of a host's texts are known to be clean."""
        kept = self._store.read(host)
        return [kept.get(_key(text)) == _CLEAN for text in texts]

    def learn(self, host: str, texts: Sequence[str]) -> None:
        """These are; all that the host has."""
        self._store.write(host, self._store.read(host), {_key(text): _CLEAN for text in texts})


def _key(text: str) -> str:
    return digest((_digest_of_redaction(), text))


@cache
def _digest_of_redaction() -> str:
    return digest_of_code(netmod.evidence)
