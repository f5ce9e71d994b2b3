"""One of several collecting processes; see `processes`. It is no command for people."""

from __future__ import annotations

import os
import threading
from multiprocessing.connection import Connection
from typing import NoReturn

from netmod.devices.collection import Collector
from netmod.devices.logins import Logins
from netmod.devices.processes import Job


def main() -> None:
    """Take a job from standard input, send each host to standard output, and end."""
    orders = Connection(0, writable=False)
    results = Connection(os.dup(1), readable=False)
    os.dup2(2, 1)  # so that nothing printed gets in between
    job: Job = orders.recv()
    targets, logins, known_hosts, limits = job
    collector = Collector(targets, Logins.from_plain(logins), known_hosts, results.send, limits)
    threading.Thread(target=_heed, args=(orders, collector), daemon=True).start()
    collector.run()


def _heed(orders: Connection, collector: Collector) -> NoReturn:
    """Stop when told, and end when nobody is there to tell."""
    try:
        while True:
            orders.recv()
            collector.interrupt()
    except (EOFError, OSError):
        os._exit(1)


if __name__ == "__main__":
    main()
