"""A rollout as text: for the terminal while it goes on, and for the ticket of the change.

Here stand the sentences for the codes of its states, causes and reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from netmod.rollout.report import (
    ChangeReport,
    Entry,
    GateReport,
    RolloutReport,
    UnitReport,
    processes,
)

_STATES = {
    "approved": "approved and not started",
    "running": "goes on",
    "pausing": "comes to rest",
    "paused": "is paused",
    "halting": "stops",
    "halted": "was stopped",
    "succeeded": "is done",
    "succeeded-with-exceptions": "is done, with exceptions",
    "rolling-back": "goes back",
    "rolled-back": "was taken back",
    "rollback-incomplete": "was not taken back completely",
    "needs-reconcile": "has no process any more: resume it, and every device is asked first",
}
_REASONS = {
    "operator": "somebody asked for it",
    "window": "the window is closed, or too short for what is left",
    "freeze": "changes are frozen",
    "unknown": "the calendar says nothing of today",
    "locked": "another rollout has the devices",
    "inconclusive": "gates could not tell",
    "canary": "the canary did not pass",
    "budget": "more failed than may",
    "budget-group": "more failed than may, within a trust, site or platform",
    "wave": "the gates behind a wave failed",
}
_CAUSES = {
    "stopped": "stopped",
    "dependency": "what must be done before it did not pass",
    "gate": "a gate failed",
    "inconclusive": "gates could not tell",
    "deadline": "the timer was too short for the gates",
    "interrupted": "netmod died while it was committed",
    "missing": "a device does not show all that it was asked for",
    "no-undo": "the plan has nothing that takes it back",
    "undo-failed": "taking it back failed",
    "unreachable": "a device did not answer",
    "drifted": "a device does not run what the plan was made from",
    "rejected": "a device refused the change",
    "absent": "a change did not reach the device",
    "unknown": "nobody knows whether a device took a change",
    "lost": "a device is silent",
    "unsaved": "a device could not save",
    "reverted-by-timer": "a device went back before it was confirmed",
    "quarantined": "a device runs what nobody expected",
    "rollback-failed": "a device did not go back",
}
_HELPLESS = ("quarantined", "rollback-failed", "lost", "unknown")


def headline(report: RolloutReport) -> str:
    """What a rollout does or came to, in a sentence."""
    text = f"{report.id} ({report.runbook}) {_STATES.get(report.state, report.state)}"
    reason = _REASONS.get(report.reason, report.reason)
    return f"{text}: {reason}" if reason else text


def cause(code: str) -> str:
    """Why a unit or wave did not pass."""
    return _CAUSES.get(code, code)


def event_line(line: Mapping[str, Any]) -> str:
    """An event for a person: the line for machines, in words."""
    moment = datetime.fromisoformat(str(line["time"])).strftime("%H:%M:%S")
    subject = line.get("device") or line["id"]
    text = f"{moment} {subject}: {line['event']}"
    if line["kind"] == "change":
        name = str(line["id"]).removeprefix(f"{line['rollout']}.")
        text += "" if name == subject else f" ({name})"
    for key in ("asks", "reason", "cause", "outcome", "code", "message", "why"):
        if line.get(key):
            text += f" · {line[key]}"
    for name, found in line.get("gates", {}).items():
        about = found["parameters"].get("subject")
        text += f" · {name}: {found['code']}" + (f" of {about}" if about else "")
    if "reverts_at" in line:
        until = datetime.fromisoformat(str(line["reverts_at"])).strftime("%H:%M:%S")
        text += f" · goes back at {until} unless confirmed"
    return text


def markdown(report: RolloutReport) -> str:
    """The report for the ticket, in Markdown."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: RolloutReport) -> Iterator[str]:
    yield f"# Rollout {report.id}"
    yield ""
    yield f"{headline(report)}."
    yield ""
    yield f"- Runbook: {report.runbook}"
    yield f"- Planned: {_time(report.made_at)} by {report.author} on {report.host}"
    yield f"- Plan hash: `{report.plan_hash}`"
    approved = ", ".join(report.approvals) or "nobody"
    yield f"- Approved by: {approved} ({report.approvals_needed} needed)"
    yield f"- Begun: {_time(report.started_at)}; last record: {_time(report.last_at)}"
    yield f"- Journal: every hash verified up to `{report.chain}`"
    yield ""
    yield "## Who did what"
    yield ""
    yield from _table(("time", "act", "by", "why"), [_process(one) for one in processes(report)])
    yield ""
    yield "## Result"
    for wave in report.waves:
        yield ""
        canary = ", canary" if wave.canary else ""
        why = f": {cause(wave.cause)}" if wave.cause else ""
        yield f"### Wave {wave.name} ({wave.state}{canary}){why}"
        yield ""
        yield from _table(("unit", "trust", "site", "state", "why"), [_row(u) for u in wave.units])
        yield from _gates(wave.gates)
    yield from _look_at(report)
    yield from _excluded(report)
    yield ""
    yield "## Changes"
    for wave in report.waves:
        for unit in wave.units:
            for change in unit.changes:
                if change.state != "queued":
                    yield from _change(change)
            yield from _gates(unit.gates)
    yield ""
    yield "## Journal"
    yield ""
    yield from _table(
        ("no", "time", "process", "act", "subject", "details"),
        [_entry(one) for one in report.entries],
    )


def _look_at(report: RolloutReport) -> Iterator[str]:
    """What a person has to look at."""
    found = [
        change
        for wave in report.waves
        for unit in wave.units
        for change in unit.changes
        if change.state in _HELPLESS or change.left or change.deadline is not None
    ]
    if not found:
        return
    yield ""
    yield "## To be looked at"
    yield ""
    for change in found:
        text = f"- {change.device}: {change.state}"
        text += f" ({change.known})" if change.known else ""
        text += f"; {change.message or change.code}" if change.message or change.code else ""
        if change.deadline is not None:
            text += f"; goes back by itself at {_time(change.deadline)}"
        if change.left:
            text += "; files of the change lie on it, and may hold keys"
        yield text


def _excluded(report: RolloutReport) -> Iterator[str]:
    if not report.excluded:
        return
    yield ""
    yield "## Left alone"
    yield ""
    yield from _table(
        ("subject", "kind", "reason", "details"),
        [(one.subject, one.kind, one.reason, _pairs(one.parameters)) for one in report.excluded],
    )


def _change(change: ChangeReport) -> Iterator[str]:
    yield ""
    yield f"### {change.device}: {change.id} ({change.state})"
    yield ""
    yield f"Platform {change.platform}, class {change.safety_class}, since {_time(change.since)}."
    if change.message or change.code:
        yield f"{change.code}: {change.message}" if change.message else change.code
    if change.missing:
        yield f"Asked for and not shown by the device: {'; '.join(change.missing)}"
    if change.diff:
        fence = "~~~~" if "~~~" in change.diff else "~~~"
        yield ""
        yield f"{fence}diff"
        yield from change.diff.splitlines()
        yield fence


def _gates(gates: tuple[GateReport, ...]) -> Iterator[str]:
    if gates:
        yield ""
        yield from _table(
            ("place", "gate", "outcome", "code", "details"),
            [(one.place, one.gate, one.outcome, one.code, _pairs(one.parameters)) for one in gates],
        )


def _row(unit: UnitReport) -> tuple[str, ...]:
    return (unit.id, unit.trust, unit.site, unit.state, cause(unit.cause) if unit.cause else "")


def _process(entry: Entry) -> tuple[str, ...]:
    what = str(entry.details.get("kind") or entry.details.get("command") or entry.act)
    asked = "asked for " if entry.act == "request" else ""
    return (
        _time(entry.time),
        asked + what,
        str(entry.details.get("by", "")),
        str(entry.details.get("why", "")),
    )


def _entry(entry: Entry) -> tuple[str, ...]:
    details = {key: value for key, value in entry.details.items() if key not in _ELSEWHERE}
    return (
        str(entry.seq),
        _time(entry.time),
        str(entry.token),
        entry.act,
        entry.subject or "rollout",
        _pairs(details),
    )


_ELSEWHERE = ("diff", "operator", "message")


def _pairs(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items() if value not in ("", None))


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "–"


def _table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(_cell(one) for one in row) + " |"


def _cell(text: str) -> str:
    return " ".join(text.replace("\\", "\\\\").replace("|", "\\|").split())
