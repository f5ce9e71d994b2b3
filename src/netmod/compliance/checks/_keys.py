"""Checks of MACsec key chains: lifetimes, and whether a next key takes over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from pydantic import Field

from netmod.compliance._model import Model
from netmod.compliance.checks._base import DeviceCheck, DeviceSubject, Judgement
from netmod.compliance.ends import zoned
from netmod.facts import KeyChainFact, KeyFact


def _chains(subject: DeviceSubject) -> Iterator[KeyChainFact]:
    """Key chains of MACsec, and those whose kind the captures do not tell."""
    for chain in sorted(subject.facts.key_chains, key=lambda one: one.name):
        if chain.macsec is not False:
            yield chain


_NONE = Judgement("not-applicable", "no-key-chain", "no MACsec key chain is seen")


class Lifetime(Model):
    """Days. `maximum_days` None sets no bound on a key's life."""

    maximum_days: int | None = Field(default=None, ge=1)
    warning_days: int = Field(default=30, ge=0, le=3650)


class KeyLifetime(DeviceCheck[Lifetime]):
    """Keys live for a bounded time, and one of each chain is valid now and for some time on.

    Pass: every key of the chain has an end, none lives longer than `maximum_days`, and the chain
        does not run out within `warning_days` (30 unless set).
    Fail: a key without end (a fallback chain of the inventory may have one), with too long a life,
        no key that is valid now, or the last one ends within `warning_days`.
    Not applicable: the captures of the device hold no MACsec key chain.
    Unknown: the captures do not print the lifetimes of a chain.

    Example:
        - key-lifetime: {maximum_days: 400, warning_days: 30}
    """

    id = "key-lifetime"
    inputs = Lifetime

    def judge(self, subject: DeviceSubject, inputs: Lifetime) -> Iterable[Judgement]:
        found = [
            _lifetime(chain, inputs, subject.at, fallback=chain.name in subject.fallback_chains)
            for chain in _chains(subject)
        ]
        return found or [_NONE]


def _lifetime(chain: KeyChainFact, inputs: Lifetime, at: datetime, *, fallback: bool) -> Judgement:
    name = chain.name
    if not chain.keys:
        return Judgement("fail", "chain-empty", "the chain has no key", part=name)
    if any(key.start is None and key.end is None for key in chain.keys):
        return _lifetimes_not_seen(name)
    endless = [key.id for key in chain.keys if key.end is None]
    if endless and not fallback:
        why = f"{len(endless)} keys without end"
        return Judgement("fail", "key-without-end", why, {"count": str(len(endless))}, name)
    if inputs.maximum_days is not None and not fallback:
        days = [_days(key) for key in chain.keys]
        longest = max((one for one in days if one is not None), default=0)
        if longest > inputs.maximum_days:
            why = f"a key lives for {longest} days; {inputs.maximum_days} are allowed"
            return Judgement("fail", "key-lives-too-long", why, {"days": str(longest)}, name)
        if None in days:
            return _lifetimes_not_seen(name)
    until = reach(chain, at)
    if until is None:
        return _no_key(chain)
    if until <= at + timedelta(days=inputs.warning_days):
        day = f"{until:%Y-%m-%d}"
        why = f"the keys run out on {day}"
        return Judgement("fail", "keys-run-out", why, {"until": day}, name)
    day = "" if until == ENDLESS else f"{until:%Y-%m-%d}"
    why = f"keys are valid until {day}" if day else "the fallback key has no end"
    return Judgement("pass", "keys-valid", why, {"until": day} if day else {}, name)


def _lifetimes_not_seen(name: str) -> Judgement:
    why = "the captures do not print the lifetimes of all keys"
    return Judgement("unknown", "lifetimes-not-seen", why, part=name)


def _no_key(chain: KeyChainFact) -> Judgement:
    """No key is known to be valid: none is, or a time without zone leaves it open."""
    if any(key.valid is None for key in chain.keys):
        why = "the captures leave open whether a key is valid now"
        return Judgement("unknown", "validity-not-decided", why, part=chain.name)
    return Judgement("fail", "no-valid-key", "no key is valid now", part=chain.name)


def _days(key: KeyFact) -> int | None:
    if key.start is None or key.end is None:
        return None
    return (zoned(key.end) - zoned(key.start)).days


ENDLESS = datetime.max.replace(tzinfo=UTC)


def reach(chain: KeyChainFact, at: datetime, overlap: timedelta = timedelta()) -> datetime | None:
    """Until when a key of the chain is valid without a break; None where none is known to be
    valid now, `ENDLESS` for ever. A next key must start `overlap` before the one before it ends.

    Whether a key is valid now is what its device says. A later key without a start that is
    printed is not counted on.
    """
    ends = [zoned(key.end) if key.end else ENDLESS for key in chain.keys if key.valid]
    until = max((end for end in ends if end > at), default=None)
    later = sorted(
        (zoned(key.start), zoned(key.end) if key.end else ENDLESS)
        for key in chain.keys
        if key.start is not None and zoned(key.start) > at
    )
    for start, end in later:
        if until is not None and until != ENDLESS and start <= until - overlap:
            until = max(until, end)
    return until


class Rollover(Model):
    """How long ahead a next key must be in place (days), and how long both are valid (hours)."""

    horizon_days: int = Field(default=90, ge=1, le=3650)
    overlap_hours: int = Field(default=0, ge=0)


class KeyRollover(DeviceCheck[Rollover]):
    """Before a key ends, a next one is valid that overlaps it: no link loses its session.

    Pass: keys that overlap by `overlap_hours` (0 unless set) cover the next `horizon_days` (90
        unless set) without a break.
    Fail: no key is valid now, or within the horizon one ends that none overlaps.
    Not applicable: the captures of the device hold no MACsec key chain.
    Unknown: the captures do not print the lifetimes of a chain.

    Example:
        - key-rollover: {horizon_days: 90, overlap_hours: 24}
    """

    id = "key-rollover"
    inputs = Rollover

    def judge(self, subject: DeviceSubject, inputs: Rollover) -> Iterable[Judgement]:
        return [_rollover(chain, inputs, subject.at) for chain in _chains(subject)] or [_NONE]


def _rollover(chain: KeyChainFact, inputs: Rollover, at: datetime) -> Judgement:
    name = chain.name
    if any(key.start is None and key.end is None for key in chain.keys):
        return _lifetimes_not_seen(name)
    until = reach(chain, at, timedelta(hours=inputs.overlap_hours))
    if until is None:
        return _no_key(chain)
    if until < at + timedelta(days=inputs.horizon_days):
        day = f"{until:%Y-%m-%d}"
        why = f"no next key overlaps the one that ends on {day}"
        return Judgement("fail", "no-next-key", why, {"until": day}, name)
    why = f"overlapping keys cover the next {inputs.horizon_days} days"
    return Judgement("pass", "next-key-ready", why, {"days": str(inputs.horizon_days)}, name)
