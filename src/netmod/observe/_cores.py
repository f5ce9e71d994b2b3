"""The one process pool for reading and comparing: started where there is enough to do."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from itertools import islice
from types import TracebackType
from typing import Self, TypeVar

Work = TypeVar("Work")
Result = TypeVar("Result")
_CHUNKS_EACH = 4


class Cores:
    """A context manager. Processes of its own are used from `worth` on, in whatever measure the
    caller tells sizes: each of them takes a second to start."""

    def __init__(self, worth: int) -> None:
        self._worth = worth
        self._stack = ExitStack()
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def map(
        self, function: Callable[[Work], Result], work: Sequence[Work], size: int
    ) -> Iterator[Result]:
        """The results in order; `function` and `work` have to be picklable."""
        count = os.cpu_count() or 1
        if self._pool is None and size > self._worth:
            spawn = multiprocessing.get_context("spawn")
            self._pool = self._stack.enter_context(ProcessPoolExecutor(count, mp_context=spawn))
        if self._pool is None:
            return map(function, work)
        chunk = max(1, len(work) // (count * _CHUNKS_EACH))
        return self._pool.map(function, work, chunksize=chunk)


def batches(items: Iterable[Work], size: int) -> Iterator[list[Work]]:
    """Lists of `size` items, the last one shorter."""
    waiting = iter(items)
    while batch := list(islice(waiting, size)):
        yield batch
