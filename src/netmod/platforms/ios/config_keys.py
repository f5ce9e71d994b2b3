"""Key chains of a running config, with lifetimes in the zone that the same config sets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from netmod.platforms._config import Line
from netmod.platforms._observations import Key, KeyChain
from netmod.platforms.ios.clock import LocalClock, printed_time
from netmod.platforms.ios.config_tree import RunningConfig

_CHAIN = re.compile(r"key chain (\S+)(?: (macsec|tcp))?")
_LIFETIME = re.compile(r"(accept-lifetime|send-lifetime|lifetime)\s+(local\s+)?(.*)$")
_MOMENT = re.compile(
    r"(\d{1,2}:\d{2}(?::\d{2})?\s+(?:[A-Z][a-z]{2,8}\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]{2,8})\s+\d{4})"
)
_DURATION = re.compile(r"duration (\d{1,9})\b")


def local_clock(config: RunningConfig) -> LocalClock:
    """The zone of the device; UTC where a whole config sets none, not known in a part of one."""
    zone = config.first("clock timezone")
    summer = config.first("clock summer-time")
    daylight = summer.text.removeprefix("clock summer-time ") if summer else None
    if zone is None:
        return LocalClock(0 if config.whole else None, daylight)
    words = zone.text.split()[3:]
    try:
        hours = int(words[0][:4]) if words else 0
        minutes = int(words[1][:4]) if len(words) > 1 else 0
    except ValueError:
        return LocalClock(None, daylight)
    return LocalClock(hours * 60 + (-minutes if hours < 0 else minutes), daylight)


def read_key_chains(config: RunningConfig) -> Iterator[KeyChain]:
    """All key chains; where indentation was lost, a key's values follow it on the same level."""
    clock = local_clock(config)
    for line in config.lines("key chain"):
        match = _CHAIN.match(line.text)
        if match is None:
            continue
        kind = match[2]
        yield KeyChain(
            source=config.source(line),
            name=match[1],
            macsec=kind == "macsec",
            type="tcp-ao" if kind == "tcp" else None,
            keys=tuple(_keys(line, clock)),
            from_config=True,
        )


def _keys(chain: Line, clock: LocalClock) -> Iterator[Key]:
    key: Key | None = None
    for line in chain.walk():
        word, _, rest = line.text.partition(" ")
        if word == "key" and rest:
            if key:
                yield key
            key = Key(rest.split()[0])
        elif key and word == "cryptographic-algorithm":
            key = replace(key, algorithm=rest.strip())
        elif key:
            lifetime = _LIFETIME.match(line.text)
            if lifetime:
                key = _with_lifetime(key, lifetime, clock)
    if key:
        yield key


def _with_lifetime(key: Key, match: re.Match[str], clock: LocalClock) -> Key:
    moments = [
        _zoned(moment, clock if match[2] else LocalClock(0))
        for text in _MOMENT.findall(match[3][:200])
        if (moment := printed_time(text))
    ]
    start = moments[0] if moments else None
    end = moments[1] if len(moments) > 1 else None
    duration = _DURATION.search(match[3])
    if duration and start and end is None:
        end = start + timedelta(seconds=int(duration[1]))
    unbounded = "infinite" in match[3]
    if match[1] == "accept-lifetime":
        return replace(key, accept_start=start, accept_end=end)
    return replace(key, start=start, end=end, unbounded=unbounded)


def _zoned(moment: datetime, clock: LocalClock) -> datetime:
    zoned = clock.localise(moment)
    return zoned.astimezone(UTC) if zoned.tzinfo is not None else zoned
