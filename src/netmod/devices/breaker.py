"""Which sites cannot be reached: their other devices are not tried one by one.

A device that does not answer costs its whole timeout, and again for each attempt. Where a site's
WAN is down that is so for every device of it, and they would hold sessions for nothing.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable

UNREACHED = frozenset(("unreachable", "jump-host"))
"""The failures that say nothing of the device: nobody got as far as that."""


class SiteBreaker:
    """Counts the devices of each site that could not be reached in a row. For many threads.

    A device counts where no other of its site has answered since its own attempt began: a few
    dead devices whose timeouts end together are no dead site while their neighbours answer. A
    site is given up after `limit` of them, for good; a device without a site counts for none.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._missed: Counter[str] = Counter()
        self._answered: dict[str, float] = {}
        self._lock = threading.Lock()

    def begin(self) -> float:
        """The moment at which an attempt begins, for `note`."""
        return self._clock()

    def note(self, site: str, began: float, failure: str) -> None:
        """How an attempt ended: the code of its failure, empty where it went well."""
        with self._lock:
            if failure not in UNREACHED:
                self._answered[site] = self._clock()
                if self._missed[site] < self._limit:
                    self._missed[site] = 0
            elif began >= self._answered.get(site, -math.inf):
                self._missed[site] += 1

    def missed(self, site: str) -> int:
        """How many devices of a site that was given up could not be reached; 0 for others."""
        with self._lock:
            count = self._missed[site] if site else 0
            return count if count >= self._limit else 0
