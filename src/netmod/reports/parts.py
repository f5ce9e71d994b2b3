"""The parts that reports and documents are made of: cells, tables, pictures, sections."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from netmod.compliance import Point

Tone = Literal["", "good", "warn", "bad", "quiet"]


class Part(BaseModel):
    """Base: frozen, and an unknown key is an error."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True
    )


class Cell(Part):
    """One cell. `tone` repeats in colour what the text says, and never says more."""

    text: str
    tone: Tone = ""


class Grid(Part):
    """A table: a caption, headings, and rows of as many cells."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


class Mark(Part):
    """A day that a chart marks: a milestone, or the `deadline`."""

    day: date
    label: str
    deadline: bool = False


class Chart(Part):
    """The burn-up: links in scope over time, how many were encrypted, and what is to be met when.

    `title` says in words what the picture shows. `expected` is when the encrypted links meet their
    total. `scale` holds counts and how they are written; `names` are those of the two lines, the
    encrypted one first, `ends` the first and the last day in words.
    """

    title: str
    points: tuple[Point, ...] = Field(min_length=1)
    marks: tuple[Mark, ...] = ()
    expected: date | None = None
    scale: tuple[tuple[int, str], ...]
    names: tuple[str, str]
    ends: tuple[str, str]


class Section(Part):
    """A heading, paragraphs, a picture and tables, in this order."""

    title: str
    paragraphs: tuple[str, ...] = ()
    bullets: tuple[str, ...] = ()
    chart: Chart | None = None
    grids: tuple[Grid, ...] = ()


def plain(*texts: str) -> tuple[Cell, ...]:
    """A row of plain cells."""
    return tuple(Cell(text=text) for text in texts)
