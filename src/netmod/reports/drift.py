"""Drift at the terminal: devices with their differences, and one device side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from netmod.drift import DriftItem, DriftReport, HostDrift, Remediation

_STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "bright_black"}
_SIGNS = {"missing": "-", "extra": "+", "changed": "~", "reordered": "↕"}
_REASONS = {
    "unreachable": "could not be reached",
    "not-captured": "is not in the snapshot",
    "no-config": "has no running config in the snapshot",
    "config-cut": "has a running config that cannot be compared",
    "not-rendered": "has no intended config",
    "host-changed": "answers under another name",
}
_RISKS = {
    "non-disruptive": "",
    "disruptive": "yellow",
    "lock-out": "bold red",
    "secret": "magenta",
    "crypto": "magenta",
}
_WHYS = {
    "make-before-break": "remove it when what replaces it works",
    "lock-out": "a mistake here locks you out",
    "secret": "it holds a secret that was not captured",
    "order": "put it in order by hand",
    "banner": "enter the text by hand",
    "not-proved": "differs",
}
_SHOWN = 3


def write(report: DriftReport, target: Console) -> None:
    """Print every device that drifted or is unknown, gravest first, and the numbers of all."""
    drifted = [host for host in report.hosts if host.items]
    drifted.sort(key=lambda host: (_gravity(host.open_items), host.host))
    for host in drifted:
        _host(host, target)
    unknown = [host for host in report.hosts if host.status == "unknown"]
    for host in unknown:
        target.print(_reason(host))
    if drifted or unknown:
        target.print()
    _numbers(report, target)


def write_host(host: HostDrift, target: Console) -> None:
    """Print one device's differences side by side, in full."""
    target.print(Text(f"{host.host} ({host.platform}, {host.role} at {host.site})", style="bold"))
    if host.status == "unknown":
        target.print(_reason(host))
    if host.changed_by:
        target.print(Text(f"last changed by {host.changed_by} at {host.changed_at}"))
    if not host.items and host.status == "clean":
        target.print(Text("no drift", style="green"))
    for item in host.items:
        target.print()
        target.print(_title(item))
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bright_black")
        for name in ("intended", "running"):
            table.add_column(name, overflow="fold", ratio=1)
        # what is long on one side stays readable: a row for each line
        rows = max(len(item.intended), len(item.running))
        for row in range(rows):
            table.add_row(_cell(item.intended, row, "green"), _cell(item.running, row, "red"))
        target.print(Padding(table, (0, 0, 0, 2), expand=False))


def write_remediation(found: Remediation, target: Console) -> None:
    """Print the commands with their risks, then what is left to a human."""
    if not found.commands and not found.manual:
        target.print(Text("nothing to do", style="green"))
    path: tuple[str, ...] = ()
    for command in found.commands:
        for depth, section in enumerate(command.section):
            if path[: depth + 1] != command.section[: depth + 1]:
                target.print(Text(" " * depth + section))
        path = command.section
        text = Text(" " * len(path) + command.line, style=_RISKS[command.risk])
        if command.risk != "non-disruptive":
            text.append(f"  ! {command.risk}", style="bright_black")
        target.print(text)
    if found.manual:
        target.print()
        title = "left to a human" if found.converges else "no commands are proved to help"
        target.print(Text(title, style="bold yellow"))
    for one in found.manual:
        where = f" in {' / '.join(one.section)}" if one.section else ""
        target.print(Text(f"{_WHYS[one.why]}{where}", style="yellow"))
        for line in one.lines:
            target.print(Padding(Text(line), (0, 0, 0, 2), expand=False))


def _host(host: HostDrift, target: Console) -> None:
    who = f"  last changed by {host.changed_by} at {host.changed_at}" if host.changed_by else ""
    line = Text(host.host, style="bold")
    line.append(who, style="bright_black")
    target.print(line)
    for item in host.items:
        target.print(Padding(_title(item), (0, 0, 0, 2), expand=False))
        lines = [f"- {line}" for line in item.intended] + [f"+ {line}" for line in item.running]
        for text in lines[:_SHOWN]:
            style = "green" if text.startswith("-") else "red"
            target.print(Padding(Text(text, style=style), (0, 0, 0, 4), expand=False))
        if len(lines) > _SHOWN:
            more = f"… {len(lines) - _SHOWN} more lines: netmod drift show {host.host}"
            target.print(Padding(Text(more, style="bright_black"), (0, 0, 0, 4), expand=False))


def _title(item: DriftItem) -> Text:
    title = Text(f"{_SIGNS[item.change]} {item.severity:<8} ", style=_STYLES[item.severity])
    where = " / ".join(item.section)
    title.append(f"{item.kind} {item.change}" + (f" in {where}" if where else ""), style="")
    if item.accepted_by:
        title.append(f"  accepted: {item.accepted_by}", style="cyan")
    return title


def _cell(lines: tuple[str, ...], row: int, style: str) -> Text:
    return Text(lines[row], style=style) if row < len(lines) else Text("")


def _reason(host: HostDrift) -> Text:
    detail = f": {host.explanation}" if host.explanation else ""
    return Text(f"{host.host} {_REASONS[host.reason]}{detail}", style="red")


def _gravity(items: Iterable[DriftItem]) -> int:
    order = list(_STYLES)
    return min((order.index(item.severity) for item in items), default=len(order))


def _numbers(report: DriftReport, target: Console) -> None:
    total = len(report.hosts)
    counts = (
        f"{report.count('clean')} clean, {report.count('drift')} with drift, "
        f"{report.count('unknown')} unknown"
    )
    target.print(Text(f"{total} devices: {counts}", style="bold"))
    severities = Counter[str](item.severity for host in report.hosts for item in host.open_items)
    if severities:
        parts = [f"{severities[one]} {one}" for one in _STYLES if severities[one]]
        target.print(Text(f"{sum(severities.values())} differences: {', '.join(parts)}"))
    accepted = sum(len(host.items) - len(host.open_items) for host in report.hosts)
    if accepted:
        target.print(Text(f"{accepted} accepted by deviations"))
    unseen = sum(host.unseen_secrets for host in report.hosts)
    if unseen:
        target.print(Text(f"{unseen} secrets are set on both sides and were not compared"))
    for word, ids in (("expired", report.expired), ("cover nothing", report.unused)):
        if ids:
            target.print(Text(f"deviations that {word}: {', '.join(ids)}", style="yellow"))
