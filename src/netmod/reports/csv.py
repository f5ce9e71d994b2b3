"""The links as CSV (RFC 4180): one row each, columns with stable names, codes beside texts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from netmod.reports._files import write_text
from netmod.reports.model import LinkItem, Report

COLUMNS = (
    "link", "layer", "in_scope", "declared", "verdict", "verdict_text", "reason", "why",
    "weaknesses", "forbidden", "capacity_bps", "site_a", "site_b", "end_a", "state_a", "end_b",
    "state_b", "captured_a", "captured_b", "requirements",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(report: Report, target: Path) -> None:
    """Write the rows to `target`. Raises `OutputError`."""
    write_text(target, text(report))


def text(report: Report) -> str:
    """The rows. A text that a spreadsheet would take for a formula gets a `'` before it."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for item in report.links:
        writer.writerow([_safe(one) for one in _row(item)])
    return stream.getvalue()


def _row(item: LinkItem) -> Iterator[str]:
    a, b = item.ends
    yield from (item.id, item.layer, _flag(item.in_scope), _flag(item.declared))
    yield from (item.verdict, item.verdict_label, item.reason, item.why)
    yield " ".join(dict.fromkeys(one.code for one in item.weaknesses))
    yield " ".join(dict.fromkeys(one.code for one in item.weaknesses if one.forbidden))
    yield "" if item.capacity is None else str(item.capacity)
    yield from (*item.sites, "", "")[:2]
    yield from (a.label, a.state, b.label, b.state)
    for end in (a, b):
        yield end.captured_at.isoformat() if end.captured_at else ""
    yield " ".join(item.requirements)


def _flag(value: bool) -> str:
    return "yes" if value else "no"


def _safe(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
