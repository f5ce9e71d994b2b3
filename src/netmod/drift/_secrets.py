"""Statements with a secret in them, compared without the secret being seen."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from itertools import pairwise

from netmod.drift.model import SecretState
from netmod.evidence import REDACTED, redact

PLACEHOLDER = re.compile(r"<secret:([^<>]*)>")
HIDDEN = re.compile(rf"{re.escape(REDACTED)}|<community-\d+>")
"""What stands in a capture where a secret was."""

_TYPE = r"(?:(?:\d|8a|10|encrypted|hidden|md5|sha512|localizedkey|localizedV2key) )?"
_TYPED = re.compile(r"(?:(?<= )|\A)(\d|8a|10|sha512) \Z")

SecretJudge = Callable[[str, str], SecretState]
"""(reference, the text on the device from the type on) → whether it is that secret."""


def unseen(reference: str, found: str) -> SecretState:
    """The judge of those who know no secret."""
    del reference, found
    return "unknown"


def same_statement(intended: str, running: str, judge: SecretJudge) -> SecretState | None:
    """Whether two statements differ in nothing but how a secret is written; None where they do.

    Where `intended` names the type of a hash, a device that shows another type differs. A
    captured line whose secret was removed, and with it what stood behind, is compared up to
    there.
    """
    match = _pattern(intended).fullmatch(running)
    if match is None:
        cut = HIDDEN.search(running) is not None
        return "unknown" if cut and _masked(redact(intended)) == _masked(running) else None
    states = set[SecretState]()
    for place, found in zip(PLACEHOLDER.finditer(intended), match.groups(), strict=True):
        kind = _TYPED.search(intended[: place.start()])
        told = f"{kind[1]} {found}" if kind else found.strip('"')
        states.add("unknown" if HIDDEN.search(found) else judge(place[1], told))
    if "different" in states:
        return "different"
    return "unknown" if "unknown" in states else "equal"


class Candidates:
    """The running statements that may be an intended one with its secret written otherwise, found
    without asking each of them."""

    def __init__(self, running: Iterable[str]) -> None:
        self._places = {text: place for place, text in enumerate(running)}
        self._sorted = sorted(self._places)
        self._masked: dict[str, list[str]] = {}
        for text in self._places:
            if HIDDEN.search(text):
                self._masked.setdefault(_masked(text), []).append(text)

    def of(self, intended: str) -> list[str]:
        """Those for one intended statement, in the order of the running config."""
        found: set[str] = set()
        match = PLACEHOLDER.search(intended)
        if match:
            prefix = intended[: match.start()]
            for place in range(bisect_left(self._sorted, prefix), len(self._sorted)):
                if not self._sorted[place].startswith(prefix):
                    break
                found.add(self._sorted[place])
        if self._masked:
            found.update(self._masked.get(_masked(redact(intended)), ()))
        return sorted(found, key=self._places.__getitem__)


def _masked(line: str) -> str:
    return HIDDEN.sub(REDACTED, line)


def _pattern(intended: str) -> re.Pattern[str]:
    parts = PLACEHOLDER.split(intended)[::2]
    pattern = re.escape(parts[0])
    for before, after in pairwise(parts):
        kind = "" if _TYPED.search(before) else _TYPE
        pattern += rf'({kind}"?[^\s"]+"?)' + re.escape(after)
    return re.compile(pattern)
