"""Hints for names that are not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache


def near(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint with the known name that looks most like `name`."""
    found = _closest(str(name), tuple(known))
    return f"did you mean {found!r}?" if found else otherwise


@lru_cache(maxsize=1024)
def _closest(name: str, known: tuple[str, ...]) -> str | None:
    """One wrong name often stands at thousands of hosts."""
    return next(iter(difflib.get_close_matches(name, known, n=1)), None)
