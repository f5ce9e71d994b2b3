"""The report as an Excel workbook: tables that sort and filter, figures as numbers, no formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netmod.reports._files import write_bytes
from netmod.reports.document import Document
from netmod.reports.model import CoverageRow, Report
from netmod.reports.parts import Grid, Section
from netmod.reports.texts import Texts, texts_of

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_COLOURS = {
    "encrypted": "#D5EBD8",
    "attested": "#CFE8EE",
    "weak": "#FBE7B5",
    "configured": "#E9DAF0",
    "unknown": "#E3E5E8",
    "one-sided": "#FAD9B0",
    "unencrypted": "#F6C9C5",
}
_OUTCOMES = {"pass": "encrypted", "fail": "unencrypted", "unknown": "unknown", "error": "one-sided"}
_TONES = {"good": "encrypted", "warn": "weak", "bad": "unencrypted"}
_GIGABIT = 10**9
Cell = str | int | float | None


def write(report: Report | Document, target: Path) -> None:
    """Write the workbook to `target`. Raises `OutputError`."""
    from xlsxwriter import Workbook  # noqa: PLC0415  an extra, and a fifth of a second

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(stream, options) as book:
        if isinstance(report, Document):
            _DocumentBook(book, report).write()
        else:
            _ReportBook(book, report).write()
    write_bytes(target, stream.getvalue())


class _Book:
    """The sheets that every workbook can have."""

    def __init__(self, book: Workbook, shown: Report | Document) -> None:
        self.book, self.shown = book, shown
        self.texts: Texts = texts_of(shown.language)
        self.head = self.texts.headings
        self.bold = book.add_format({"bold": True})
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.top = book.add_format({"valign": "top"})
        self.percent = book.add_format({"num_format": "0.0 %", "valign": "top"})
        self.number = book.add_format({"num_format": "#,##0.###", "valign": "top"})
        self.fills = {
            name: book.add_format({"bg_color": colour}) for name, colour in _COLOURS.items()
        }
        self.tones = {tone: self.fills[name] for tone, name in _TONES.items()}
        self._names: set[str] = set()
        properties = {"title": shown.title, "subject": shown.headline, "author": "netmod"}
        created = shown.generated_at.astimezone(UTC).replace(tzinfo=None)
        book.set_properties({**properties, "comments": shown.classification, "created": created})

    def lines(self, lines: Iterable[tuple[str, Any]]) -> None:
        """The first sheet: one text a row, each with its format; empty ones are left out."""
        sheet = self.book.add_worksheet(self._name(self.head["summary"]))
        self._prepare(sheet)
        sheet.set_column(0, 0, 120, self.wrapped)
        for row, (line, form) in enumerate(line for line in lines if line[0]):
            sheet.write_string(row, 0, line, form)

    def front(self, basis: str, notice: str) -> Iterator[tuple[str, Any]]:
        """What a reader has to know before any table."""
        shown, head = self.shown, self.head
        yield shown.title, self.title
        yield shown.classification, self.bold
        yield shown.headline, self.bold
        yield shown.status_text, self.wrapped
        yield basis, self.wrapped
        yield notice, self.bold
        yield f"{head['captured']}: {shown.captured}", self.wrapped
        yield (f"{head['generated']}: {shown.generated}, netmod {shown.tool_version}",
               self.wrapped)  # fmt: skip

    def sections(self, sections: Iterable[Section]) -> None:
        """A sheet for each table, and one for the points of a chart."""
        for section in sections:
            if section.chart is not None:
                columns = (self.head["date"], *section.chart.names)
                rows = ((f"{one.day}", one.encrypted, one.total) for one in section.chart.points)
                self._table(section.title, columns, rows, (16, 16, 16))
            for grid in section.grids:
                self._grid(grid)

    def _grid(self, grid: Grid) -> None:
        rows = [[cell.text for cell in row] for row in grid.rows]
        columns = zip(grid.columns, *rows, strict=True)
        widths = [min(max(*map(len, texts), 10) + 2, 70) for texts in columns]
        sheet = self._table(grid.caption, _apart(grid.columns), rows, widths)
        for number, row in enumerate(grid.rows, start=1):
            for column, cell in enumerate(row):
                if cell.tone in self.tones:
                    sheet.write_string(number, column, cell.text, self.tones[cell.tone])

    def _name(self, wanted: str) -> str:
        """A name for a sheet, which no other one has; Excel allows 31 signs, and not all."""
        plain = "".join("-" if sign in "[]:*?/\\" else sign for sign in wanted).strip("'")
        name, number = plain[:31], 1
        while name.casefold() in self._names:
            number += 1
            name = f"{plain[:27]} {number}"
        self._names.add(name.casefold())
        return name

    def _table(
        self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]],
        widths: Sequence[int],
    ) -> Worksheet:  # fmt: skip
        """A sheet that is one table, with its heading held in view."""
        sheet = self.book.add_worksheet(self._name(name))
        self._prepare(sheet)
        listed = list(rows)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, self.wrapped if width > 40 else self.top)
        for row, cells in enumerate(listed, start=1):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif cell is not None:
                    sheet.write_number(row, column, cell)
        options: dict[str, Any] = {
            "columns": [{"header": one} for one in columns], "style": "Table Style Light 1",
        }  # fmt: skip
        sheet.add_table(0, 0, max(len(listed), 1), len(columns) - 1, options)
        sheet.freeze_panes(1, 0)
        return sheet

    def _prepare(self, sheet: Worksheet) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        mark = self.shown.classification.replace("&", "&&")
        sheet.set_footer(f"&L{mark}&R&P / &N")


class _DocumentBook(_Book):
    """The sheets of one document."""

    def __init__(self, book: Workbook, document: Document) -> None:
        super().__init__(book, document)
        self.document = document

    def write(self) -> None:
        """All sheets."""
        texts = (
            (line, self.wrapped)
            for section in self.document.sections
            for line in (*section.paragraphs, *section.bullets)
        )
        self.lines([*self.front(self.document.basis, self.document.notice), *texts])
        self.sections(self.document.sections)


class _ReportBook(_Book):
    """The sheets of one report."""

    def __init__(self, book: Workbook, report: Report) -> None:
        super().__init__(book, report)
        self.report = report

    def write(self) -> None:
        """All sheets."""
        report, head = self.report, self.head
        texts = [(line, self.wrapped) for one in report.sections for line in one.paragraphs]
        self.lines(
            [
                *self.front(report.basis, report.missing_text),
                *texts,
                (head["limits"], self.bold),
                *((limit, self.wrapped) for limit in report.limits),
                *([(head["warnings"], self.bold)] if report.warnings else []),
                *((warning, self.wrapped) for warning in report.warnings),
            ]
        )
        self._coverage()
        self.sections(report.sections)
        if report.requirements:
            self._requirements()
        self._links()
        if report.missing_hosts:
            missing = ((one.name, one.site, one.reason) for one in report.missing_hosts)
            columns = (head["device"], head["site"], head["reason"])
            self._table(head["missing"], columns, missing, (28, 28, 70))

    def _coverage(self) -> None:
        head, words = self.head, self.texts.verdicts
        shares = [
            f"{head[unit]}: {name}"
            for unit in ("links", "locations", "capacity")
            for name in (words["encrypted"], head["total"], head["share"])
        ]
        columns = (head["group"], *shares, *(words[one] for one in self.report.total.verdicts))
        report = self.report
        rows = [
            (report.total.label, report.total),
            *((f"{head['layer']}: {row.label}", row) for row in report.by_layer),
            *((f"{head['trust']}: {row.label}", row) for row in report.by_trust),
            (report.outside.label, report.outside),
        ]
        cells = [_coverage_row(label, row) for label, row in rows]
        sheet = self._table(head["coverage"], columns, cells, (42, *[14] * (len(columns) - 1)))
        for column in (3, 6, 9):
            sheet.set_column(column, column, 14, self.percent)
            bar = {"type": "data_bar", "bar_color": "#7DB58A",
                   "min_type": "num", "min_value": 0, "max_type": "num",
                   "max_value": 1}  # fmt: skip
            sheet.conditional_format(1, column, len(cells), column, bar)
        for column in (7, 8):
            sheet.set_column(column, column, 18, self.number)
        sheet.write_comment(0, 7, head["gigabit"])

    def _requirements(self) -> None:
        head = self.head
        columns = (head["requirement"], head["result"], self.texts.outcomes["pass"],
                   self.texts.outcomes["fail"], self.texts.outcomes["unknown"], head["deadline"],
                   head["sources"], "ID")  # fmt: skip
        rows = [
            (one.title, one.outcome_label, one.passed, one.failed, one.unknown,
             one.deadline.isoformat() if one.deadline else "",
             "; ".join(f"{s.name}, {s.reference} ({s.mark_label})" for s in one.sources), one.id)
            for one in self.report.requirements
        ]  # fmt: skip
        widths = (50, 20, 14, 14, 14, 14, 60, 32)
        sheet = self._table(head["requirements"], columns, rows, widths)
        fills = {self.texts.outcomes[code]: self.fills[name] for code, name in _OUTCOMES.items()}
        _colour(sheet, 1, len(rows), fills)

    def _links(self) -> None:
        head, words = self.head, self.texts.verdicts
        a, b = f"{head['end']} A", f"{head['end']} B"
        columns = (head["verdict"], head["link"], head["layer"], head["in-scope"],
                   f"{head['capacity']} ({head['gigabit']})", head["between"], a, b, head["why"],
                   head["weaknesses"])  # fmt: skip
        flags = {True: head["yes"], False: head["no"]}
        rows = [
            (one.verdict_label, one.id, one.layer_label, flags[one.in_scope],
             None if one.capacity is None else one.capacity / _GIGABIT, " – ".join(one.sites),
             one.ends[0].label, one.ends[1].label, one.why,
             "\n".join(dict.fromkeys(f"{w.code}: {w.text}" for w in one.weaknesses)))
            for one in (*self.report.links, *self.report.single_ends)
        ]  # fmt: skip
        widths = (22, 30, 24, 12, 16, 36, 36, 36, 70, 60)
        sheet = self._table(head["links"], columns, rows, widths)
        _colour(sheet, 0, len(rows), {words[code]: form for code, form in self.fills.items()})


def _apart(columns: Sequence[str]) -> list[str]:
    """Headings of a table, of which Excel allows none twice."""
    return [
        one if columns.index(one) == at else f"{one} ({at + 1})" for at, one in enumerate(columns)
    ]


def _coverage_row(label: str, row: CoverageRow) -> list[Cell]:
    cells: list[Cell] = [label]
    for share, unit in ((row.links, 1), (row.locations, 1), (row.capacity, _GIGABIT)):
        shown = [share.encrypted / unit, share.total / unit]
        ratio = None if share.permille is None else share.permille / 1000
        cells += [*shown, ratio]
    return [*cells, *row.verdicts.values()]


def _colour(sheet: Worksheet, column: int, rows: int, fills: dict[str, Any]) -> None:
    """The words of a column in their colours; what somebody edits later changes its colour too."""
    for word, form in fills.items():
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": form}
        sheet.conditional_format(1, column, max(rows, 1), column, rule)
