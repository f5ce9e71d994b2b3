"""Configs of many devices compared: known from an earlier night, or compared on all cores.

A comparison is known by the texts, the platform and the code that compares. Texts of devices are
redacted and intended ones have placeholders, so that no secret is in what is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import netmod.drift
import netmod.evidence
import netmod.platforms
from netmod.drift import Compared, Configs, compare_configs, dump_compared, load_compared
from netmod.observe._cores import Cores, batches
from netmod.observe._store import Store, digest, digest_of_code
from netmod.platforms import platform, without_times

WORTH_A_POOL = 20_000_000
"""Characters: some five seconds of comparing."""
_HOSTS_AT_ONCE = 512


def compare_hosts(configs: Mapping[str, Configs], store: Store) -> Iterator[tuple[str, Compared]]:
    """What `compare_configs` gives for each host, in the given order. The platforms are known.

    What `store` does not know is compared, on all cores where it is much, and added to it.
    """
    with Cores(WORTH_A_POOL) as cores:
        for batch in batches(configs.items(), _HOSTS_AT_ONCE):
            kept = {host: store.read(host) for host, _ in batch}
            keys = {host: _key(one) for host, one in batch}
            known = {
                host: same
                for host, key in keys.items()
                if key in kept[host] and (same := load_compared(kept[host][key])) is not None
            }
            for host in known:
                store.write(host, kept[host], {keys[host]: kept[host][keys[host]]})
            work = {host: one for host, one in batch if host not in known}
            size = sum(len(one.intended) + len(one.running) for one in work.values())
            for host, found in zip(work, cores.map(_compare, [*work.values()], size), strict=True):
                if isinstance(found, bytes):
                    store.write(host, kept[host], {keys[host]: found})
                known[host] = _told(found)
            yield from ((host, known[host]) for host, _ in batch)


def _compare(configs: Configs) -> bytes | Compared:
    """A comparison, dumped where it can be: so it is sent and kept."""
    chosen = platform(configs.platform)
    if chosen is None:
        raise LookupError(configs.platform)
    compared = compare_configs(configs, chosen.language)
    return dump_compared(compared) or compared


def _told(found: bytes | Compared) -> Compared:
    compared = load_compared(found) if isinstance(found, bytes) else found
    if compared is None:
        raise ValueError("a comparison did not come back as it was")
    return compared


def _key(configs: Configs) -> str:
    startup = () if configs.startup is None else (without_times(configs.startup),)
    running = without_times(configs.running)
    return digest((_digest_of_rules(), configs.platform, configs.intended, running, *startup))


@cache
def _digest_of_rules() -> str:
    """Of all that decides what is a difference and how it is shown."""
    return digest_of_code(netmod.drift, netmod.platforms, netmod.evidence)
