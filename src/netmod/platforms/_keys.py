"""Key chains: which key is valid when, and what is wrong with a chain's lifetimes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from netmod.facts import KeyChainFact, KeyFact
from netmod.platforms._observations import Key, KeyChain

_WIDEST_ZONE = timedelta(hours=14)


def _bounds(moment: datetime) -> tuple[datetime, datetime]:
    """Earliest and latest instant that `moment` can mean; a time without zone is 28 hours wide."""
    if moment.tzinfo is not None:
        return moment, moment
    utc = moment.replace(tzinfo=UTC)
    return utc - _WIDEST_ZONE, utc + _WIDEST_ZONE


def _within(start: datetime | None, end: datetime | None, at: datetime) -> bool | None:
    """Whether `at` is in the lifetime; None where an unknown zone leaves it open."""
    if start is not None:
        earliest, latest = _bounds(start)
        if at < earliest:
            return False
        if at < latest:
            return None
    if end is not None:
        earliest, latest = _bounds(end)
        if at > latest:
            return False
        if at > earliest:
            return None
    return True


def is_valid(key: Key, at: datetime | None) -> bool | None:
    """Whether a key can be used at `at`: the device's own mark first, then its lifetimes.

    A key must be valid both for sending and for accepting.
    """
    if key.marked_valid is not None:
        return key.marked_valid
    if at is None or not key.lifetime_printed:
        return None
    send = _within(key.start, key.end, at)
    accept = _within(key.accept_start, key.accept_end, at)
    if send is False or accept is False:
        return False
    return None if send is None or accept is None else True


def key_chain_fact(chain: KeyChain, at: datetime | None) -> KeyChainFact:
    """The chain as a fact, its keys judged at `at`."""
    keys = tuple(
        KeyFact(
            id=key.id,
            algorithm=key.algorithm,
            start=key.start,
            end=key.end,
            valid=is_valid(key, at),
        )
        for key in chain.keys
    )
    return KeyChainFact(name=chain.name, macsec=chain.macsec, type=chain.type, keys=keys)


def merge_chains(chains: list[KeyChain]) -> list[KeyChain]:
    """One chain per name. What the device prints wins over its config, which fills gaps.

    A table that lists key names only may cut a chain's name at the column's width: its keys then
    belong to the longer name that has them too, and to no chain of the short one.
    """
    cleaned = [(chain, _without_strays(chain, chains)) for chain in chains]
    kept = [after for before, after in cleaned if after.keys or not before.keys]
    merged: dict[str, KeyChain] = {}
    for chain in sorted(kept, key=lambda one: one.from_config):
        first = merged.get(chain.name)
        merged[chain.name] = chain if first is None else _merge(first, chain)
    return [merged[name] for name in dict.fromkeys(chain.name for chain in kept)]


def _without_strays(chain: KeyChain, chains: list[KeyChain]) -> KeyChain:
    if all(key.lifetime_printed for key in chain.keys):
        return chain
    elsewhere = {
        key.id.lower()
        for other in chains
        if other.name != chain.name and other.name.startswith(chain.name)
        for key in other.keys
    }
    keys = [key for key in chain.keys if key.lifetime_printed or key.id.lower() not in elsewhere]
    return replace(chain, keys=tuple(keys))


def _merge(first: KeyChain, second: KeyChain) -> KeyChain:
    others = {key.id.lower(): key for key in second.keys}
    keys = [_merge_key(key, others.pop(key.id.lower(), None)) for key in first.keys]
    return KeyChain(
        source=first.source,
        name=first.name,
        macsec=first.macsec if first.macsec is not None else second.macsec,
        type=first.type or second.type,
        keys=(*keys, *others.values()),
        from_config=first.from_config,
    )


def _merge_key(first: Key, second: Key | None) -> Key:
    """`first`, with its lifetime and algorithm from `second` where it prints none."""
    if second is None:
        return first
    algorithm = first.algorithm or second.algorithm
    if first.lifetime_printed:
        return replace(first, algorithm=algorithm)
    return replace(second, algorithm=algorithm, marked_valid=first.marked_valid)


def has_lifetime_weakness(chain: KeyChain, at: datetime | None) -> bool:
    """M09: a key without end, no key valid now, or a gap between two keys' lifetimes."""
    if not chain.keys:
        return True
    validity = [is_valid(key, at) for key in chain.keys]
    if True not in validity and at is not None:
        return True
    if any(key.end is None for key in chain.keys):
        return True
    spans = sorted(
        (_bounds(key.start)[0], _bounds(key.end)[1])
        for key in chain.keys
        if key.start is not None and key.end is not None
    )
    reach = spans[0][1] if spans else None
    for start, end in spans[1:]:
        if reach is not None and start > reach:
            return True
        reach = end if reach is None else max(reach, end)
    return False
