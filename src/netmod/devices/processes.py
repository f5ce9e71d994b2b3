"""Several collecting processes, so that more than one core does the work of SSH.

Whole sites go to a process, so that no site gets more sessions than its limit; the sessions and
logins per second are divided. The login is handed over in a pipe: it stands on no command line, in
no environment and in no file. A process ends when the pipe to it does, however its parent ended.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, Queue

from netmod.devices.logins import Logins, PlainLogins, environment_without_secrets
from netmod.devices.statuses import internal, interrupted, nothing_from
from netmod.devices.targets import Collection, HostOutput, HostStatus, Target
from netmod.settings import CollectSettings

_COMMAND = (sys.executable, "-P", "-m", "netmod.devices.worker")
_MARGIN = 5.0  # seconds beyond the grace that a process gives its running hosts
_END_SECONDS = 5.0
_IN_HAND = 16  # results that wait for the sink; a process with more waits

Share = tuple[Target, ...]
Job = tuple[Share, PlainLogins, Path, CollectSettings]
"""The targets, their logins, `known_hosts`, and limits."""


def shares_of(targets: Sequence[Target], processes: int) -> list[Share]:
    """The targets in at most so many parts of about one size; those of a site stay together."""
    sites: dict[str, list[Target]] = {}
    for target in targets:
        sites.setdefault(target.site, []).append(target)
    shares: list[list[Target]] = [[] for _ in range(min(processes, len(sites)))]
    for members in sorted(sites.values(), key=len, reverse=True):
        min(shares, key=len).extend(members)
    return [tuple(share) for share in shares]


def collect_in_processes(
    shares: Sequence[Share],
    logins: Logins,
    known_hosts: Path,
    sink: Callable[[HostOutput], None],
    limits: CollectSettings,
    progress: Callable[[HostStatus], None] | None,
    grace: float,
) -> Collection:
    """As `collect`, each share in a process of its own; statuses in the order of the shares."""
    statuses: dict[str, HostStatus] = {}

    def deliver(output: HostOutput) -> None:
        sink(output)
        statuses[output.status.host] = output.status
        if progress:
            progress(output.status)

    stopped = False
    workers = _Workers()
    try:
        workers.start(shares, logins, known_hosts, limits)
        try:
            while workers.running:
                workers.next(deliver)
        except KeyboardInterrupt:
            stopped = True
            workers.wind_down(deliver, grace + _MARGIN)
    finally:
        workers.end()
    targets = [target for share in shares for target in share]
    for target in targets:
        if target.name not in statuses:
            ended = internal(target.name, "its collecting process ended")
            failure = interrupted(target.name) if stopped else ended
            output = nothing_from(target.name, failure)
            statuses[target.name] = output.status
            sink(output)
    return Collection(tuple(statuses[target.name] for target in targets), stopped)


class _Workers:
    """The running processes, and what they found."""

    def __init__(self) -> None:
        self._found: Queue[HostOutput | None] = Queue(_IN_HAND)
        self._processes: list[tuple[subprocess.Popen[bytes], Connection]] = []
        self.running = 0

    def start(
        self, shares: Sequence[Share], logins: Logins, known_hosts: Path, limits: CollectSettings
    ) -> None:
        """Start a process for each share, and hand the shares over."""
        part = limits.model_copy(
            update={
                "processes": 1,
                "workers": ceil(limits.workers / len(shares)),
                "logins_per_second": limits.logins_per_second / len(shares),
            }
        )
        for _ in shares:
            self._spawn()
        for share, (_, orders) in zip(shares, self._processes, strict=True):
            secrets = logins.plain(target.name for target in share)
            job: Job = (share, secrets, known_hosts, part)
            with suppress(BrokenPipeError):  # it ended, which its results will show
                orders.send(job)

    def _spawn(self) -> None:
        process = subprocess.Popen(  # noqa: S603 our own interpreter and module
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment_without_secrets(),
            start_new_session=True,  # Ctrl-C is ours to pass on
        )
        orders, results = (
            Connection(os.dup(pipe.fileno()), readable=not write, writable=write)
            for pipe, write in ((process.stdin, True), (process.stdout, False))
            if pipe is not None
        )
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        self._processes.append((process, orders))
        self.running += 1
        threading.Thread(target=self._read, args=(results,), daemon=True).start()

    def _read(self, results: Connection) -> None:
        with results, suppress(EOFError, OSError):
            while True:
                self._found.put(results.recv())
        self._found.put(None)

    def next(self, deliver: Callable[[HostOutput], None], timeout: float | None = None) -> None:
        """Deliver one host, or count a process that ended. Raises `queue.Empty`."""
        found = self._found.get(timeout=timeout)
        if found is None:
            self.running -= 1
        else:
            deliver(found)

    def wind_down(self, deliver: Callable[[HostOutput], None], seconds: float) -> None:
        """Let running hosts finish in time; a second Ctrl-C ends the wait."""
        deadline = time.monotonic() + seconds
        for _, orders in self._processes:
            with suppress(OSError):
                orders.send(None)
        with suppress(Empty, KeyboardInterrupt):
            while self.running and (left := deadline - time.monotonic()) > 0:
                self.next(deliver, left)

    def end(self) -> None:
        """End what runs still."""
        for _, orders in self._processes:
            orders.close()
        for process, _ in self._processes:
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        while self.running:  # so that no thread waits for somebody to take what it has
            self.next(lambda _: None)
