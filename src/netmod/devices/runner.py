"""A Nornir runner that hands over each result as it comes, and spares small sites.

Nornir's own threaded runner keeps every result until the last host is done, and knows no limit
but the number of its threads. This one bounds what is in flight: a host starts only when a thread
is free, its site has room, and the results before it were handed over.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from heapq import heappop, heappush
from queue import Empty, SimpleQueue

from nornir.core.inventory import Host
from nornir.core.task import AggregatedResult, MultiResult, Task

_Job = tuple[Task, Host] | None


class StreamingRunner:
    """Runs a task in threads; `on_result` is called in the caller's thread, host by host.

    What `on_result` leaves in the host's result is kept in the aggregated result, so it may drop
    what is large. The site of a host is its data `site`. After Ctrl-C no further host starts,
    `on_interrupt` is called, running ones get `grace` seconds, then `on_stop` is called to end
    them, and `KeyboardInterrupt` goes on to the caller.
    """

    def __init__(
        self,
        num_workers: int = 300,
        sessions_per_site: int = 10,
        *,
        on_result: Callable[[Host, MultiResult], None] | None = None,
        on_interrupt: Callable[[], None] | None = None,
        on_stop: Callable[[], None] | None = None,
        grace: float = 5.0,
    ) -> None:
        self.num_workers = num_workers
        self.sessions_per_site = sessions_per_site
        self._on_result = on_result
        self._on_interrupt = on_interrupt
        self._on_stop = on_stop
        self._grace = grace
        self._flight: _Flight | None = None
        self._interrupted = threading.Event()

    def interrupt(self) -> None:
        """As Ctrl-C does, from another thread; it waits for no result that is handed over."""
        self._interrupted.set()
        if self._flight:
            self._flight.wake()

    def run(self, task: Task, hosts: list[Host]) -> AggregatedResult:
        """Nornir's call. Raises what `on_result` raises, and `KeyboardInterrupt`."""
        flight = _Flight(task, hosts, self.num_workers, self.sessions_per_site)
        self._flight = flight
        results = AggregatedResult(task.name)
        try:
            while self._go_on(flight):
                if landed := flight.landed():
                    self._deliver(results, *landed)
        except KeyboardInterrupt:
            if self._on_interrupt:
                self._on_interrupt()
            self._wind_down(flight, results)
            raise
        finally:
            flight.dismiss()
            if flight.running and self._on_stop:
                self._on_stop()
        return results

    def _go_on(self, flight: _Flight) -> bool:
        """Start what may start; whether anything runs."""
        if self._interrupted.is_set():
            raise KeyboardInterrupt
        flight.launch()
        return flight.running > 0

    def _deliver(self, results: AggregatedResult, host: Host, result: MultiResult) -> None:
        if self._on_result:
            self._on_result(host, result)
        results[host.name] = result

    def _wind_down(self, flight: _Flight, results: AggregatedResult) -> None:
        """Let running hosts finish within the grace; a second Ctrl-C ends the wait."""
        deadline = time.monotonic() + self._grace
        try:
            while flight.running and (left := deadline - time.monotonic()) > 0:
                if landed := flight.landed(left):
                    self._deliver(results, *landed)
        except (Empty, KeyboardInterrupt):
            return


class _Flight:
    """The hosts that wait and that run, and the threads they run in."""

    def __init__(self, task: Task, hosts: list[Host], workers: int, per_site: int) -> None:
        self._task = task
        self._waiting: dict[str, deque[Host]] = {}
        for host in hosts:
            self._waiting.setdefault(_site(host), deque()).append(host)
        self._order = {site: number for number, site in enumerate(self._waiting)}
        self._at_site: Counter[str] = Counter()
        self._per_site = per_site
        # The sites that have both hosts that wait and room for one more, the longest queue first.
        self._open: list[tuple[int, int, str]] = []
        for site in self._waiting:
            self._offer(site)
        self._workers = min(workers, len(hosts))
        self._threads = 0
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._done: SimpleQueue[tuple[Host, MultiResult] | None] = SimpleQueue()
        self.running = 0

    def _offer(self, site: str) -> None:
        """Let the next host of a site start, if one waits and there is room."""
        if self._waiting[site] and self._at_site[site] < self._per_site:
            heappush(self._open, (-len(self._waiting[site]), self._order[site], site))

    def launch(self) -> None:
        """Start as many hosts as threads and sites allow, the longest queues first."""
        while self.running < self._workers and self._open:
            _, _, site = heappop(self._open)
            host = self._waiting[site].popleft()
            self._at_site[site] += 1
            self._offer(site)
            self.running += 1
            if self._threads < self.running:
                self._start_thread()
            self._jobs.put((self._task.copy(), host))

    def _start_thread(self) -> None:
        # A daemon: a device that hangs must not keep the process from ending.
        name = f"{self._task.name}-{self._threads}"
        threading.Thread(target=self._work, name=name, daemon=True).start()
        self._threads += 1

    def landed(self, timeout: float | None = None) -> tuple[Host, MultiResult] | None:
        """The next host that is done; None when woken.

        Raises `queue.Empty` after `timeout` seconds.
        """
        landed = self._done.get(timeout=timeout)
        if landed:
            self.running -= 1
            site = _site(landed[0])
            self._at_site[site] -= 1
            if self._at_site[site] == self._per_site - 1:  # it was full, and so not offered
                self._offer(site)
        return landed

    def wake(self) -> None:
        """Let who waits for a landing look around."""
        self._done.put(None)

    def dismiss(self) -> None:
        """Let each thread end after the host it is busy with."""
        for _ in range(self._threads):
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            task, host = job
            result = MultiResult(task.name)
            try:
                result = task.start(host)
            finally:  # whatever ended the thread, the host must land
                self._done.put((host, result))


def _site(host: Host) -> str:
    return str(host.get("site") or "")
