"""How many logins may begin in a second, over all devices.

Every login goes through the same few AAA servers, and often through one jump host, whose sshd
drops connections when many begin at once. The number of sessions does not bound that: short
sessions follow each other quickly.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Turns:
    """Gives out turns to connect, evenly spaced. For use by many threads."""

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1 / per_second
        self._clock = clock
        self._next = -float("inf")
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def reserve(self) -> float:
        """Take the next free turn; how many seconds from now it is.

        A turn that nobody took is lost: a pause is not followed by a burst.
        """
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._interval
            return turn - now

    def wait(self, pause: float = 0.0) -> bool:
        """Block for `pause` seconds, then until it is this thread's turn.

        False, at once, where nothing may begin any more.
        """
        return not (self._ended.wait(pause) or self._ended.wait(self.reserve()))

    def end(self) -> None:
        """Let nothing begin any more; whoever waits stops waiting."""
        self._ended.set()
