"""Multigraphs of whole numbers: connected parts, and blocks with what hangs from them.

A block is a largest set of edges of which any two lie on a common cycle; a bridge is a block of
one edge. Between two vertices of a block there is, for every edge of it, a path across that edge
which visits no vertex twice: that is what makes paths countable without listing them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

Edge = tuple[int, int]


class Block(NamedTuple):
    """Positions of its edges, and by vertex how much weight hangs from it away from the block."""

    edges: tuple[int, ...]
    hanging: dict[int, int]

    @property
    def crossing(self) -> int:
        """Pairs of weight whose paths lead through the block."""
        return pairs_between(self.hanging.values())


def pairs_between(groups: Iterable[int]) -> int:
    """How many pairs have their two ends in different groups, from the sizes of the groups."""
    total, squares = 0, 0
    for size in groups:
        total += size
        squares += size * size
    return (total * total - squares) // 2


def parts(count: int, edges: Iterable[Edge]) -> list[int]:
    """The connected part of each vertex, named by one of its vertices."""
    parent = list(range(count))

    def find(vertex: int) -> int:
        while parent[vertex] != vertex:
            parent[vertex] = parent[parent[vertex]]
            vertex = parent[vertex]
        return vertex

    for one, other in edges:
        parent[find(one)] = find(other)
    return [find(vertex) for vertex in range(count)]


def blocks(count: int, edges: Sequence[Edge], weights: Sequence[int]) -> list[Block]:
    """The blocks of a graph without loops; parallel edges are edges of their own.

    Linear in vertices and edges (Hopcroft and Tarjan 1973), without recursion.
    """
    whole = [0] * count
    part = parts(count, edges)
    for vertex, weight in enumerate(weights):
        whole[part[vertex]] += weight
    found = []
    for top, below, members in _search(count, edges, weights):
        rest = whole[part[top]] - sum(below.values())
        found.append(Block(members, {top: rest, **below}))
    return found


def _search(
    count: int, edges: Sequence[Edge], weights: Sequence[int]
) -> Iterator[tuple[int, dict[int, int], tuple[int, ...]]]:
    """Depth first: each block as its topmost vertex, the weight below its others, its edges."""
    neighbors: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for position, (one, other) in enumerate(edges):
        neighbors[one].append((other, position))
        neighbors[other].append((one, position))
    order, low, below = [-1] * count, [0] * count, list(weights)
    visited = 0
    open_edges: list[int] = []
    for root in range(count):
        if order[root] != -1:
            continue
        order[root] = low[root] = visited
        visited += 1
        trail = [(root, -1, iter(neighbors[root]))]
        while trail:
            vertex, arrived_by, rest = trail[-1]
            for other, edge in rest:
                if order[other] == -1:
                    open_edges.append(edge)
                    order[other] = low[other] = visited
                    visited += 1
                    trail.append((other, edge, iter(neighbors[other])))
                    break
                if edge != arrived_by and order[other] < order[vertex]:
                    open_edges.append(edge)
                    low[vertex] = min(low[vertex], order[other])
            else:
                trail.pop()
                if not trail:
                    continue
                top = trail[-1][0]
                low[top] = min(low[top], low[vertex])
                if low[vertex] >= order[top]:
                    members = tuple(_taken(open_edges, arrived_by))
                    others = {end for edge in members for end in edges[edge]} - {top}
                    hanging = {end: below[end] for end in others}
                    below[top] += sum(hanging.values())
                    yield top, hanging, members


def _taken(stack: list[int], last: int) -> Iterator[int]:
    """Takes from the top of a stack, down to `last` and with it."""
    while True:
        top = stack.pop()
        yield top
        if top == last:
            return
