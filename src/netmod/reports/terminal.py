"""The report at the terminal: coverage first, then what fails, readable at 80 columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from netmod.reports.model import CoverageRow, LinkItem, Report, Share
from netmod.reports.texts import texts_of

_STYLES = {
    "encrypted": "green",
    "attested": "cyan",
    "weak": "yellow",
    "configured": "magenta",
    "unknown": "bright_black",
    "one-sided": "yellow",
    "unencrypted": "red",
}
_STATUS_STYLES = {"fine": "green", "findings": "red", "incomplete": "red"}


def write(report: Report, target: Console, *, all_links: bool = True) -> None:
    """Print the report. Values are printed as they are, never as markup.

    Links that no requirement asks anything of are only counted. With `all_links` False the links
    that are encrypted are left out of the list.
    """
    head = texts_of(report.language).headings
    target.print(Text(report.headline, style="bold"))
    target.print(Text(report.status_text, style=_STATUS_STYLES[report.status]))
    captured = f"{head['captured']} {report.captured}"
    target.print(Text(f"{report.classification} · {captured}", style="bright_black"))
    if report.missing_text:
        target.print()
        target.print(Text(report.missing_text, style="red"))
        for host in report.missing_hosts:
            words = [host.name, f"({host.site})" if host.site else "", host.reason]
            line = Text(" ".join(word for word in words if word))
            target.print(Padding(line, (0, 0, 0, 2), expand=False))
    if report.links:
        _coverage(report, target)
    if report.requirements:
        _requirements(report, target)
    for title, items in (("links", report.links), ("ends", report.single_ends)):
        shown = [
            item for item in items if item.in_scope and (all_links or item.verdict != "encrypted")
        ]
        if shown:
            _links(head[title], shown, head, target)
    _lines(head["limits"], report.limits, target)
    _lines(head["warnings"], report.warnings, target)


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, pad_edge=False,
        header_style="bright_black", padding=(0, 2, 0, 0),
    )  # fmt: skip
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _coverage(report: Report, target: Console) -> None:
    head = texts_of(report.language).headings
    figures = (head["links"], head["locations"], head["capacity"])
    for title, first, rows in (
        (head["by-layer"], head["layer"], (*report.by_layer, report.total)),
        (head["by-trust"], head["trust"], report.by_trust),
    ):
        if rows:
            table = _table(title, first, *figures)
            for row in rows:
                table.add_row(*_row(row))
            target.print()
            target.print(table)
    outside = report.outside
    if outside.links.total:
        target.print(Text(f"{outside.label}: {outside.links.detail}", style="bright_black"))


def _row(row: CoverageRow) -> list[Text]:
    return [Text(row.label), *(_share(one) for one in (row.links, row.locations, row.capacity))]


def _share(share: Share) -> Text:
    whole = share.permille == 1000
    return Text.assemble(
        (f"{share.percent:>6}", "green" if whole else ""), " ", (share.detail, "bright_black")
    )


def _requirements(report: Report, target: Console) -> None:
    head = texts_of(report.language).headings
    table = _table(head["requirements"], head["requirement"], head["result"], head["links"])
    styles = {"pass": "green", "fail": "red"}
    for one in report.requirements:
        outcome = Text(one.outcome_label, style=styles.get(one.outcome, "bright_black"))
        table.add_row(Text(one.title), outcome, _share(one.links))
    target.print()
    target.print(table)


def _links(title: str, items: Sequence[LinkItem], head: Mapping[str, str], target: Console) -> None:
    table = _table(title, head["verdict"], head["link"], head["why"])
    table.columns[0].no_wrap = True
    table.columns[1].max_width = 24
    for item in items:
        why = Text(item.why)
        forbidden = (f"{one.code}: {one.text}" for one in item.weaknesses if one.forbidden)
        for line in dict.fromkeys(forbidden):
            why.append(f"\n{line}", style="bright_black")
        label = Text(item.verdict_label, style=_STYLES[item.verdict])
        table.add_row(label, Text(item.id), why)
    target.print()
    target.print(table)


def _lines(title: str, lines: Sequence[str], target: Console) -> None:
    if lines:
        target.print()
        target.print(Text(title, style="bold"))
        for line in lines:
            target.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
