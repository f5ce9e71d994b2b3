"""What many devices have in common, worked out once: most blocks of their configurations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

_MOST = 5_000
_MOST_SEEN = 200_000

Value = TypeVar("Value")


class Repeated(Generic[Value]):
    """Values by blocks of lines; only a block that comes a second time is remembered.

    What one device alone has would fill the memory and never be asked for.
    """

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._values: dict[tuple[str, ...], Value | None] = {}

    def find(
        self, lines: tuple[str, ...], make: Callable[[tuple[str, ...]], Value | None]
    ) -> Value | None:
        """The value of a block, None where it was not seen before or `make` says None."""
        if lines in self._values:
            return self._values[lines]
        mark = hash(lines)
        if mark not in self._seen or len(self._values) >= _MOST:
            if len(self._seen) < _MOST_SEEN:
                self._seen.add(mark)
            return None
        value = self._values[lines] = make(lines)
        return value
