"""Tables of which a line of dashes marks the columns, as NX-OS and EOS print them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_DASHES = re.compile(r"\s*-{2,}(?:\s+-+)*\s*$")
_WIDEST = 1000
_RUN = re.compile(r"-+")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its place in the block, and its cells by lower-case column title."""

    index: int
    cells: dict[str, str]

    def get(self, *titles: str) -> str | None:
        """The cell of the first title that the table has; None where it is empty or missing."""
        return next((self.cells[title] for title in titles if self.cells.get(title)), None)


def tables(lines: Sequence[str]) -> Iterator[list[Row]]:
    """Every table in `lines`: a title line, a line of dashes, rows up to a blank line, a line that
    stands further left, or the next table's title.

    Cells are cut where the dashes stand; a row that runs over its columns is cut at blanks, and
    so are titles that stand beside theirs. A lone line of dashes without a gap is a rule and no
    table.
    """
    for index in range(1, len(lines)):
        marks = lines[index]
        if (
            len(marks) > _WIDEST
            or not _DASHES.match(marks)
            or " " not in marks.strip()
            or not lines[index - 1].strip()
        ):
            continue
        spans = [match.span() for match in _RUN.finditer(marks)]
        rows = list(_rows(lines, index + 1, spans, _titles(lines[index - 1], spans)))
        if rows:
            yield rows


def _titles(line: str, spans: list[tuple[int, int]]) -> list[str]:
    """The titles in lower case: as blanks part them where that gives one for each column."""
    wide = re.split(r"\s{2,}", line.strip()[:_WIDEST])
    if len(wide) != len(spans):
        ends = [start for start, _ in spans[1:]] + [None]
        wide = [line[span[0] : end] for span, end in zip(spans, ends, strict=True)]
    return [" ".join(title.split()).lower() for title in wide]


def _rows(
    lines: Sequence[str], start: int, spans: list[tuple[int, int]], titles: list[str]
) -> Iterator[Row]:
    for index in range(start, len(lines)):
        line = lines[index]
        if not line.strip() or line[: spans[0][0]].strip() or _is_title(lines, index):
            return
        if _DASHES.match(line):
            continue
        yield Row(index, dict(zip(titles, _cells(line, spans), strict=False)))


def _is_title(lines: Sequence[str], index: int) -> bool:
    """Whether the line heads another table: dashes below it, and rows below those.

    Titles hold no digits. A row does, and may stand above the closing rule of its own table.
    """
    if any(character.isdigit() for character in lines[index]):
        return False
    below = lines[index + 1 : index + 3]
    return len(below) == 2 and bool(_DASHES.match(below[0]) and below[1].strip())


def _cells(line: str, spans: list[tuple[int, int]]) -> list[str]:
    starts = [start for start, _ in spans]
    fits = all(start >= len(line) or line[start - 1].isspace() for start in starts[1:])
    if fits:
        ends = [*starts[1:], len(line)]
        return [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    wide = re.split(r"\s{2,}", line.strip())
    if len(wide) == len(spans):
        return wide
    return line.split(None, len(spans) - 1)
