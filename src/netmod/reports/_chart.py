"""The burn-up: links in scope and encrypted ones over time, as SVG for the page and for paper.

Colours are attributes, so that it looks the same in a document that allows no style.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from html import escape

from netmod.compliance import Point
from netmod.reports.parts import Chart, Mark

WIDTH, HEIGHT = 760.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 96.0, 34.0, 36.0
_INK, _SOFT, _RULE, _GREEN, _RED = "#1c2126", "#565e67", "#dfe1de", "#1d6b48", "#a01528"
_FONT = 'font-family="Libertinus Serif, Georgia, serif"'
_LABEL_APART = 13.0


def draw(chart: Chart) -> str:
    """The picture."""
    points, marks, expected = chart.points, chart.marks, chart.expected
    days = [one.day for one in points] + [mark.day for mark in marks]
    days += [expected] if expected else []
    frame = _Frame(min(days), max(days), max(one.total for one in points))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" '
        f'width="{WIDTH:.0f}" height="{HEIGHT:.0f}" {_FONT} font-size="11" fill="{_INK}">',
        f'<rect width="{WIDTH:.0f}" height="{HEIGHT:.0f}" fill="#ffffff"/>',
        *_axes(frame, chart),
        *_marks(frame, marks),
        _line(frame, [(one.day, one.total) for one in points], _SOFT, 1.5),
        _line(frame, [(one.day, one.encrypted) for one in points], _GREEN, 2.5),
        *_continued(frame, points[-1], expected),
        *_names(frame, points[-1], chart.names),
        "</svg>",
    ]
    return "".join(parts)


class _Frame:
    """From days and counts to points of the picture."""

    def __init__(self, first: date, last: date, most: int) -> None:
        self.first = first
        self._days = max((last - first).days, 1)
        self.most = max(most, 1)

    def x(self, day: date) -> float:
        share = (day - self.first).days / self._days
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    def y(self, count: int) -> float:
        return HEIGHT - _BOTTOM - count / self.most * (HEIGHT - _TOP - _BOTTOM)


def _axes(frame: _Frame, chart: Chart) -> Iterator[str]:
    right = WIDTH - _RIGHT
    for count, text in chart.scale:
        y = frame.y(count)
        yield f'<path d="M{_LEFT:.1f} {y:.1f}H{right:.1f}" stroke="{_RULE}"/>'
        yield _text(_LEFT - 8, y + 4, text, anchor="end", fill=_SOFT)
    bottom = HEIGHT - _BOTTOM + 18
    yield _text(_LEFT, bottom, chart.ends[0], fill=_SOFT)
    yield _text(right, bottom, chart.ends[1], anchor="end", fill=_SOFT)


def _marks(frame: _Frame, marks: Sequence[Mark]) -> Iterator[str]:
    taken: list[float] = []
    for mark in sorted(marks, key=lambda one: (one.day, one.label)):
        x = frame.x(mark.day)
        colour = _RED if mark.deadline else _SOFT
        dash = "" if mark.deadline else ' stroke-dasharray="3 3"'
        row = sum(abs(x - other) < 60 for other in taken) % 2
        taken.append(x)
        top = _TOP - 8 - row * _LABEL_APART
        bottom = HEIGHT - _BOTTOM
        yield f'<path d="M{x:.1f} {top + 3:.1f}V{bottom:.1f}" stroke="{colour}"{dash}/>'
        anchor = "start" if x < WIDTH / 2 else "end"
        shift = 3 if anchor == "start" else -3
        yield _text(x + shift, top + 1, mark.label, anchor=anchor, fill=colour)


def _line(frame: _Frame, steps: Sequence[tuple[date, int]], colour: str, width: float) -> str:
    """One line; a single point is a dot."""
    places = [(frame.x(day), frame.y(count)) for day, count in steps]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    x, y = places[-1]
    dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
    if len(places) == 1:
        return dot
    return f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>{dot}'


def _continued(frame: _Frame, last: Point, expected: date | None) -> Iterator[str]:
    if expected is not None:
        start = f"M{frame.x(last.day):.1f} {frame.y(last.encrypted):.1f}"
        end = f"L{frame.x(expected):.1f} {frame.y(last.total):.1f}"
        yield f'<path d="{start}{end}" fill="none" stroke="{_GREEN}" stroke-dasharray="2 4"/>'


def _names(frame: _Frame, last: Point, names: tuple[str, str]) -> Iterator[str]:
    x = WIDTH - _RIGHT + 8
    total, encrypted = frame.y(last.total) + 4, frame.y(last.encrypted) + 4
    if abs(total - encrypted) < _LABEL_APART:
        encrypted = total + _LABEL_APART
    yield _text(x, total, names[1], fill=_SOFT)
    yield _text(x, encrypted, names[0], fill=_GREEN)


def _text(x: float, y: float, text: str, *, anchor: str = "start", fill: str = _INK) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"'
    return f"<text {place}>{escape(text)}</text>"
