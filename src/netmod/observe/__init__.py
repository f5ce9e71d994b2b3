"""Captures → facts, and configs → differences, of many hosts at a time.

Both are CPU work and pure: much of it runs in processes of its own, and what was done in an
earlier night is not done again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from netmod.evidence import HostCaptures, Snapshot
from netmod.facts import FactsDocument, HostFacts
from netmod.observe._clean import KnownCleanTexts
from netmod.observe._comparisons import compare_hosts
from netmod.observe._readings import readers
from netmod.observe._store import Store
from netmod.platforms import read_host

__all__ = [
    "NOTHING_KEPT",
    "KnownCleanTexts",
    "Store",
    "compare_hosts",
    "read_hosts",
    "read_snapshot_facts",
]

NOTHING_KEPT = Store()
"""For who reads what nobody will read again."""


def read_hosts(
    hosts: Iterable[HostCaptures], *, at: datetime | None, store: Store = NOTHING_KEPT
) -> Iterator[tuple[str, HostFacts]]:
    """Name and facts of each host, in the given order.

    Key lifetimes are judged when the host was captured, or at `at` where nothing says when; None
    leaves them undecided. `store` keeps what each capture states, and nothing that was concluded.
    """
    for host, reader in readers(hosts, store):
        yield host.host, read_host(host, at=_captured_at(host) or at, reader=reader)


def _captured_at(host: HostCaptures) -> datetime | None:
    return next((capture.captured_at for capture in host.captures if capture.captured_at), None)


def read_snapshot_facts(
    snapshot: Snapshot, *, now: datetime, store: Store = NOTHING_KEPT
) -> FactsDocument:
    """The facts document of a snapshot; see `read_hosts` for `store`.

    Key lifetimes are judged at the snapshot's `captured_at`; where nothing says when it was
    captured, at `now`, with a warning in the document.
    """
    at = snapshot.captured_at or now
    warnings = list(snapshot.warnings)
    if snapshot.captured_at is None:
        warnings.append(
            "no captured_at in snapshot.yaml: key lifetimes are judged at "
            f"{now.isoformat(timespec='seconds')}"
        )
    return FactsDocument(
        captured_at=snapshot.captured_at,
        hosts=dict(read_hosts(snapshot.hosts, at=at, store=store)),
        warnings=tuple(warnings),
    )
