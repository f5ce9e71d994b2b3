"""The report as an Excel workbook: tables that sort and filter, figures as numbers, no formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netmod.reports._files import write_bytes
from netmod.reports.model import CoverageRow, Report
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
_GIGABIT = 10**9
Cell = str | int | float | None


def write(report: Report, target: Path) -> None:
    """Write the workbook to `target`. Raises `OutputError`."""
    from xlsxwriter import Workbook  # noqa: PLC0415  an extra, and a fifth of a second

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(stream, options) as book:
        _Book(book, report).write()
    write_bytes(target, stream.getvalue())


class _Book:
    """The sheets of one report."""

    def __init__(self, book: Workbook, report: Report) -> None:
        self.book, self.report = book, report
        self.texts: Texts = texts_of(report.language)
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

    def write(self) -> None:
        report, head = self.report, self.head
        properties = {"title": report.title, "subject": report.headline, "author": "netmod"}
        created = report.generated_at.astimezone(UTC).replace(tzinfo=None)
        self.book.set_properties(
            {**properties, "comments": report.classification, "created": created}
        )
        self._first()
        self._coverage()
        if report.requirements:
            self._requirements()
        self._links()
        if report.missing_hosts:
            missing = ((one.name, one.site, one.reason) for one in report.missing_hosts)
            self._table(head["missing"], (head["device"], head["site"], head["reason"]),
                        missing, (28, 28, 70))  # fmt: skip

    def _first(self) -> None:
        report, sheet = self.report, self.book.add_worksheet(self.head["summary"])
        self._prepare(sheet)
        sheet.set_column(0, 0, 120, self.wrapped)
        lines = [
            (report.title, self.title),
            (report.classification, self.bold),
            (report.headline, self.bold),
            (report.status_text, self.wrapped),
            (report.missing_text, self.bold),
            (f"{self.head['captured']}: {report.captured}", self.wrapped),
            (f"{self.head['generated']}: {report.generated}, netmod {report.tool_version}",
             self.wrapped),
            (self.head["limits"], self.bold),
            *((limit, self.wrapped) for limit in report.limits),
            *([(self.head["warnings"], self.bold)] if report.warnings else []),
            *((warning, self.wrapped) for warning in report.warnings),
        ]  # fmt: skip
        for row, (line, form) in enumerate(line for line in lines if line[0]):
            sheet.write_string(row, 0, line, form)

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

    def _table(
        self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]],
        widths: Sequence[int],
    ) -> Worksheet:  # fmt: skip
        """A sheet that is one table, with its heading held in view."""
        sheet = self.book.add_worksheet(name[:31])
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
        mark = self.report.classification.replace("&", "&&")
        sheet.set_footer(f"&L{mark}&R&P / &N")


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
