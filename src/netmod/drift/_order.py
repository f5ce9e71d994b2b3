"""Which statements of a sequence were moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def moved(intended: Sequence[int]) -> set[int]:
    """Positions whose place differs, as few as can be.

    `intended` gives, for each statement in running order, its rank in the intended order. The
    longest rising run of ranks stays where it is; O(n log n).
    """
    tails: list[int] = []
    ends: list[int] = []
    before = [-1] * len(intended)
    for position, rank in enumerate(intended):
        length = bisect_left(tails, rank)
        before[position] = ends[length - 1] if length else -1
        if length == len(tails):
            tails.append(rank)
            ends.append(position)
        else:
            tails[length] = rank
            ends[length] = position
    kept = set[int]()
    position = ends[-1] if ends else -1
    while position >= 0:
        kept.add(position)
        position = before[position]
    return set(range(len(intended))) - kept
