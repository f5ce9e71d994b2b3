"""Where sites and links stand on the map of the region: positions on paper, no figures."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netmod.reports.model import MapLink, MapSite

WIDTH = 700.0
_MARGIN = 54.0
_HEIGHT = (420.0, 700.0)
_APART = 34.0
_BEND = 0.62
_ROUNDS = 120
_LETTER, _LINE = 6.2, 13.0
_CELL = 40.0


@dataclass(frozen=True, slots=True)
class PlacedSite:
    """A site's point and where its label begins; `anchor` as SVG's text-anchor."""

    site: MapSite
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class PlacedLink:
    """A link as an SVG path."""

    link: MapLink
    path: str


@dataclass(frozen=True, slots=True)
class RegionMap:
    """The whole map in a view box of `width` × `height`."""

    width: float
    height: float
    sites: tuple[PlacedSite, ...]
    links: tuple[PlacedLink, ...]


def draw(sites: Sequence[MapSite], links: Sequence[MapLink]) -> RegionMap | None:
    """The map, None without sites. The same input gives the same map."""
    if not sites:
        return None
    points, height = _project(sites)
    _spread(points, height)
    at = {site.id: point for site, point in zip(sites, points, strict=True)}
    placed = _labels(sites, points, _dots(links, at))
    return RegionMap(WIDTH, height, tuple(placed), tuple(_paths(links, at)))


def _project(sites: Sequence[MapSite]) -> tuple[list[list[float]], float]:
    """Degrees to points: north is up, directions hold, far distances are drawn shorter.

    Half of a region's sites lie around one town. Shortening distances from the middle site
    (median) by a power gives them room.
    """
    middle = sorted(s.latitude for s in sites)[len(sites) // 2]
    center = sorted(s.longitude for s in sites)[len(sites) // 2]
    narrow = math.cos(math.radians(middle))
    bent = [_bend((s.longitude - center) * narrow, middle - s.latitude) for s in sites]
    left, top = min(x for x, _ in bent), min(y for _, y in bent)
    wide = max(max(x for x, _ in bent) - left, 0.01)
    tall = max(max(y for _, y in bent) - top, 0.01)
    scale = min((WIDTH - 2 * _MARGIN) / wide, (_HEIGHT[1] - 2 * _MARGIN) / tall)
    height = min(max(tall * scale + 2 * _MARGIN, _HEIGHT[0]), _HEIGHT[1])
    across, down = (WIDTH - wide * scale) / 2, (height - tall * scale) / 2
    points = [[across + (x - left) * scale, down + (y - top) * scale] for x, y in bent]
    return points, height


def _bend(x: float, y: float) -> tuple[float, float]:
    distance = math.hypot(x, y)
    factor = distance ** (_BEND - 1) if distance else 0.0
    return x * factor, y * factor


def _spread(points: list[list[float]], height: float) -> None:
    """Push sites of one town apart until each has room for its point."""
    for _ in range(_ROUNDS):
        moved = False
        for i, j in _near(points):
            moved |= _push(points[i], points[j], i + j)
        for point in points:
            point[0] = min(max(point[0], _MARGIN / 2), WIDTH - _MARGIN / 2)
            point[1] = min(max(point[1], _MARGIN / 2), height - _MARGIN / 2)
        if not moved:
            return


def _near(points: Sequence[Sequence[float]]) -> Iterator[tuple[int, int]]:
    """Pairs that may be too close, in order; what comes close in a round is in the next one's."""
    cells: dict[tuple[int, int], list[int]] = {}
    places = [(int(x // _APART), int(y // _APART)) for x, y in points]
    for number, place in enumerate(places):
        cells.setdefault(place, []).append(number)
    for number, (column, row) in enumerate(places):
        around = [
            other
            for across in (-1, 0, 1)
            for down in (-1, 0, 1)
            for other in cells.get((column + across, row + down), ())
            if other > number
        ]
        yield from ((number, other) for other in sorted(around))


def _push(one: list[float], other: list[float], seed: int) -> bool:
    dx, dy = other[0] - one[0], other[1] - one[1]
    distance = math.hypot(dx, dy)
    if distance >= _APART:
        return False
    if distance < 0.01:
        dx, dy = math.cos(seed), math.sin(seed)
        distance = 1.0
    shift = (_APART - min(distance, _APART)) / 2 * 0.6 + 0.05
    one[0] -= dx / distance * shift
    one[1] -= dy / distance * shift
    other[0] += dx / distance * shift
    other[1] += dy / distance * shift
    return True


Box = tuple[float, float, float, float]


def _dots(links: Sequence[MapLink], at: dict[str, list[float]]) -> list[Box]:
    """The links as rows of small boxes that labels keep clear of, one row for each two sites."""
    boxes = []
    for first, second in sorted({tuple(sorted((link.a, link.b))) for link in links}):
        (x1, y1), (x2, y2) = at[first], at[second]
        steps = int(math.hypot(x2 - x1, y2 - y1) / 6)
        for step in range(2, steps - 1):
            x, y = x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps
            boxes.append((x - 1.5, y - 1.5, x + 1.5, y + 1.5))
    return boxes


def _labels(
    sites: Sequence[MapSite], points: list[list[float]], dots: list[Box]
) -> list[PlacedSite]:
    """Each label on the side of its point where it covers the least of what is there already."""
    taken = _Boxes()
    for box in [*((x - 8, y - 8, x + 8, y + 8) for x, y in points), *dots]:
        taken.add(box)
    placed = []
    for site, (x, y) in zip(sites, points, strict=True):
        length = len(site.label) * _LETTER
        choices = (
            (x + 11, y + 4, "start"),
            (x - 11, y + 4, "end"),
            (x, y + 21, "middle"),
            (x, y - 12, "middle"),
            (x + 9, y + 15, "start"),
            (x + 9, y - 8, "start"),
            (x - 9, y + 15, "end"),
            (x - 9, y - 8, "end"),
        )
        best = min(choices, key=lambda choice: taken.covered(_box(choice, length)))
        taken.add(_box(best, length))
        placed.append(PlacedSite(site, x, y, *best))
    return placed


def _box(choice: tuple[float, float, str], length: float) -> Box:
    x, y, anchor = choice
    left = x - {"start": 0.0, "middle": length / 2, "end": length}[anchor]
    return (left, y - _LINE + 3, left + length, y + 3)


class _Boxes:
    """Boxes by the cells of a grid that they lie in, so that only neighbours are looked at."""

    def __init__(self) -> None:
        self._boxes: list[Box] = []
        self._cells: dict[tuple[int, int], list[int]] = {}

    def add(self, box: Box) -> None:
        for cell in _cells_of(box):
            self._cells.setdefault(cell, []).append(len(self._boxes))
        self._boxes.append(box)

    def covered(self, box: Box) -> float:
        """How much of what is there a box covers, and much more for what is outside the map."""
        outside = max(0.0, -box[0]) + max(0.0, box[2] - WIDTH)
        near = {number for cell in _cells_of(box) for number in self._cells.get(cell, ())}
        overlap = 0.0
        for number in sorted(near):
            other = self._boxes[number]
            wide = min(box[2], other[2]) - max(box[0], other[0])
            tall = min(box[3], other[3]) - max(box[1], other[1])
            if wide > 0 and tall > 0:
                overlap += wide * tall
        return overlap + outside * 100


def _cells_of(box: Box) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = (int(edge // _CELL) for edge in box)
    return ((column, row) for column in range(left, right + 1) for row in range(top, bottom + 1))


def _paths(links: Sequence[MapLink], at: dict[str, list[float]]) -> list[PlacedLink]:
    """Links as curves; several between the same two sites lie side by side."""
    pairs = Counter(frozenset((link.a, link.b)) for link in links)
    drawn: Counter[frozenset[str]] = Counter()
    placed = []
    for link in links:
        pair = frozenset((link.a, link.b))
        first, second = sorted((link.a, link.b))
        (x1, y1), (x2, y2) = at[first], at[second]
        side = (drawn[pair] - (pairs[pair] - 1) / 2) * 14
        drawn[pair] += 1
        length = math.hypot(x2 - x1, y2 - y1) or 1.0
        bend_x = (x1 + x2) / 2 - (y2 - y1) / length * side * 1.6
        bend_y = (y1 + y2) / 2 + (x2 - x1) / length * side * 1.6
        path = f"M{x1:.1f} {y1:.1f}Q{bend_x:.1f} {bend_y:.1f} {x2:.1f} {y2:.1f}"
        placed.append(PlacedLink(link, path))
    return placed
