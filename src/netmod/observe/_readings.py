"""What captures state, of many hosts at a time: known from an earlier night, or read.

A reading is known by its capture's redacted text, file and command, by the platform, by the code
of the readers and by the versions of what they are built on. As texts are redacted, so is it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import netmod.facts
import netmod.platforms
from netmod.evidence import Capture, HostCaptures
from netmod.observe._cores import Cores, batches
from netmod.observe._store import Store, digest, digest_of_code
from netmod.platforms import (
    CaptureReader,
    Platform,
    Readings,
    dump_readings,
    load_readings,
    platform,
    read_capture,
)

WORTH_A_POOL = 20_000_000
"""Characters: some five seconds of reading. A process needs one for its imports."""
_HOSTS_AT_ONCE = 512


def readers(
    hosts: Iterable[HostCaptures], store: Store
) -> Iterator[tuple[HostCaptures, CaptureReader]]:
    """Each host in the given order, with a reader that knows what its captures state.

    What `store` does not know is read, on all cores where it is much, and added to it. A host
    whose platform is not declared is not read here: its platform is told from all its captures.
    """
    with Cores(WORTH_A_POOL) as cores:
        for batch in batches((_Host(one, store) for one in hosts), _HOSTS_AT_ONCE):
            unread = [one.unread() for one in batch]
            size = sum(len(capture.text) for _, captures in unread for capture in captures)
            for one, found in zip(batch, cores.map(_read, unread, size), strict=True):
                one.learn(found)
                yield one.host, one.reader


def _read(work: tuple[str, Sequence[Capture]]) -> list[bytes | Readings]:
    """The readings of captures, dumped where they can be: so they are sent and kept."""
    chosen = platform(work[0])
    found = [read_capture(chosen, one) for one in work[1]] if chosen else []
    return [dump_readings(one) or one for one in found]


class _Host:
    """One host, and the readings of its captures, by place."""

    def __init__(self, host: HostCaptures, store: Store) -> None:
        self.host = host
        self._store = store
        self._platform = platform(host.platform) if host.platform else None
        self._known: dict[int, Readings] = {}
        self._used: dict[str, bytes] = {}
        self._kept = store.read(host.host) if self._platform else {}
        self._keys = [_key(self._platform, one) for one in host.captures if self._platform]
        for place, key in enumerate(self._keys):
            readings = load_readings(self._kept[key]) if key in self._kept else None
            if readings is not None:
                self._known[place], self._used[key] = readings, self._kept[key]

    def unread(self) -> tuple[str, Sequence[Capture]]:
        """The platform, and the captures that nothing is known of."""
        name = self._platform.id if self._platform else ""
        return name, [self.host.captures[place] for place in self._places()]

    def learn(self, fresh: Sequence[bytes | Readings]) -> None:
        """Take what was read of `unread`, and remember it for the next night."""
        for place, found in zip(self._places(), fresh, strict=True):
            readings = load_readings(found) if isinstance(found, bytes) else found
            if readings is not None:
                self._known[place] = readings
            if isinstance(found, bytes):
                self._used[self._keys[place]] = found
        if self._used:
            self._store.write(self.host.host, self._kept, self._used)

    def reader(self, chosen: Platform, capture: Capture) -> Readings:
        """What `read_capture` gives."""
        if chosen is self._platform:
            for place, one in enumerate(self.host.captures):
                if one is capture and place in self._known:
                    return self._known[place]
        return read_capture(chosen, capture)

    def _places(self) -> list[int]:
        return [place for place in range(len(self._keys)) if place not in self._known]


def _key(chosen: Platform, capture: Capture) -> str:
    command = "" if capture.command is None else f"={capture.command}"
    told = (_digest_of_readers(), chosen.id, capture.file, command, str(capture.exact))
    return digest((*told, capture.text))


@cache
def _digest_of_readers() -> str:
    """Of all that turns a text into observations, and observations into text."""
    return digest_of_code(netmod.platforms, netmod.facts)
