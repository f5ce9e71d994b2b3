"""Captures → facts of many hosts: the one process pool of netmod.

Reading is CPU work and pure, so it runs in processes of its own and never starves the threads
that collect. A pool costs half a second to start; below `_WORTH_A_POOL` bytes nobody gains by it.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime

from netmod.evidence import HostCaptures, Snapshot
from netmod.facts import FactsDocument, HostFacts
from netmod.platforms import read_host

__all__ = ["read_hosts", "read_snapshot_facts"]

_WORTH_A_POOL = 2_000_000
_CHUNK = 8


def _captured_at(host: HostCaptures) -> datetime | None:
    return next((capture.captured_at for capture in host.captures if capture.captured_at), None)


def _read(work: tuple[HostCaptures, datetime | None]) -> HostFacts:
    host, at = work
    return read_host(host, at=at)


def read_hosts(
    hosts: Iterable[HostCaptures], *, at: datetime | None
) -> Iterator[tuple[str, HostFacts]]:
    """Name and facts of each host, in the given order.

    Key lifetimes are judged when the host was captured, or at `at` where nothing says when; None
    leaves them undecided.
    """
    known = tuple(hosts)
    work = [(host, _captured_at(host) or at) for host in known]
    size = sum(len(capture.text) for host in known for capture in host.captures)
    if size < _WORTH_A_POOL or len(known) < _CHUNK:
        yield from zip((host.host for host in known), map(_read, work), strict=True)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=os.cpu_count(), mp_context=context) as pool:
        results = pool.map(_read, work, chunksize=_CHUNK)
        yield from zip((host.host for host in known), results, strict=True)


def read_snapshot_facts(snapshot: Snapshot, *, now: datetime) -> FactsDocument:
    """The facts document of a snapshot.

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
        hosts=dict(read_hosts(snapshot.hosts, at=at)),
        warnings=tuple(warnings),
    )
