"""What a rollout's journal amounts to: where everything stands, and who did what when. Values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from netmod.rollout.journal import REQUEST, TAKE_OVER, Record
from netmod.rollout.locks import Lock
from netmod.rollout.model import Excluded, Value
from netmod.rollout.standing import ChangeStanding, Rollout, UnitStanding, stages_of
from netmod.rollout.states import CRASH, ROLLOUT_AT_WORK

NEEDS_RECONCILE = "needs-reconcile"
"""Shown for a rollout that should be at work and that no process carries out: netmod died."""


class ChangeReport(Value):
    """A change. `deadline` is when the device goes back by itself where nobody confirms; `known`
    says what is known of one that has not ended. `diff` is the device's own, redacted. `left` tells
    that files of the change lie on the device still, and may hold keys."""

    id: str
    device: str
    platform: str
    safety_class: str
    state: str
    since: AwareDatetime | None
    deadline: AwareDatetime | None = None
    known: str = ""
    code: str = ""
    message: str = ""
    diff: str = ""
    missing: tuple[str, ...] = ()
    left: bool = False


class GateReport(Value):
    """What a gate said last, at a place of a unit or a wave."""

    place: str
    gate: str
    outcome: str
    code: str
    parameters: dict[str, str] = Field(default_factory=dict)


class UnitReport(Value):
    """A unit, with its changes, those of its undo behind the others."""

    id: str
    trust: str
    site: str
    devices: tuple[str, ...]
    links: tuple[str, ...]
    state: str
    cause: str
    stage: int
    stages: int
    changes: tuple[ChangeReport, ...]
    gates: tuple[GateReport, ...] = ()


class WaveReport(Value):
    """A wave."""

    name: str
    canary: bool
    state: str
    cause: str
    units: tuple[UnitReport, ...]
    gates: tuple[GateReport, ...] = ()


class LockReport(Value):
    """A device or link that the rollout holds."""

    subject: str
    owner: str
    expires: AwareDatetime


class Entry(Value):
    """A record of the journal, without what is only for the next process."""

    seq: int
    time: AwareDatetime
    token: int
    act: str
    subject: str
    details: dict[str, Any]
    hash: str


class RolloutReport(Value):
    """A rollout, for people and for the ticket of the change.

    `state` is `needs-reconcile` where netmod died. `chain` is the hash of the newest record of the
    whole journal when all were verified: who keeps it can tell later whether records are gone.
    """

    schema_id: Literal["netmod-rollout-report/1"] = "netmod-rollout-report/1"
    id: str
    runbook: str
    plan_hash: str
    author: str
    host: str
    made_at: AwareDatetime
    approvals: tuple[str, ...]
    approvals_needed: int
    state: str
    reason: str
    parameters: dict[str, Any]
    at_work: bool
    started_at: AwareDatetime | None
    last_at: AwareDatetime | None
    waves: tuple[WaveReport, ...]
    excluded: tuple[Excluded, ...]
    locks: tuple[LockReport, ...]
    entries: tuple[Entry, ...]
    chain: str


class Approvals(Value):
    """Who approved, and how many must."""

    by: tuple[str, ...] = ()
    needed: int = 0


_FOR_THE_NEXT = ("record", "probe", "results")


def report(
    rollout: Rollout,
    records: Iterable[Record],
    approvals: Approvals,
    held: Iterable[Lock],
    *,
    at_work: bool,
    chain: str,
) -> RolloutReport:
    """Make the report of a rollout from its journal."""
    known = list(records)
    plan = rollout.plan
    died = rollout.state in ROLLOUT_AT_WORK and not at_work
    details = _details(known)
    gates = _gates(known)
    return RolloutReport(
        id=plan.id,
        runbook=plan.runbook,
        plan_hash=plan.hash,
        author=plan.author,
        host=plan.host,
        made_at=plan.made_at,
        approvals=approvals.by,
        approvals_needed=approvals.needed,
        state=NEEDS_RECONCILE if died else rollout.state,
        reason=rollout.reason,
        parameters=dict(rollout.parameters),
        at_work=at_work,
        started_at=known[0].time if known else None,
        last_at=known[-1].time if known else None,
        waves=tuple(
            WaveReport(
                name=wave.name,
                canary=wave.canary,
                state=rollout.waves[wave.name].state,
                cause=rollout.waves[wave.name].cause,
                units=tuple(
                    _unit(rollout, rollout.units[unit.id], details, gates) for unit in wave.units
                ),
                gates=gates.get(f"wave:{wave.name}", ()),
            )
            for wave in plan.waves
        ),
        excluded=plan.excluded,
        locks=tuple(
            LockReport(subject=one.subject, owner=one.owner, expires=one.expires)
            for one in held
            if one.rollout == plan.id
        ),
        entries=tuple(_entry(one) for one in known),
        chain=chain,
    )


def line_of(record: Record, rollout: Rollout, now: datetime) -> dict[str, Any]:
    """A record as one line for machines: who it is about, what happened, where that left it."""
    kind, _, name = record.subject.partition(":")
    line: dict[str, Any] = {
        "time": record.time.isoformat(),
        "seq": record.seq,
        "rollout": record.rollout,
        "event": record.act,
        "kind": kind or "rollout",
        "id": name or record.rollout,
    }
    line["state"] = _state(rollout, kind, name)
    if kind == "change":
        change = rollout.changes[name]
        line["device"] = change.plan.device
        if change.deadline is not None and change.deadline > now:
            line["reverts_at"] = change.deadline.isoformat()
    for key in ("code", "cause", "reason", "message", "outcome", "by", "why"):
        if record.payload.get(key):
            line[key] = record.payload[key]
    if record.act == "seen":
        line["gates"] = {
            name: {key: one[key] for key in ("outcome", "code", "parameters")}
            for name, one in record.payload.get("results", {}).items()
            if one["outcome"] != "pass"
        }
    if record.act == REQUEST:
        line["asks"] = record.payload.get("kind")
    return line


def _state(rollout: Rollout, kind: str, name: str) -> str:
    match kind:
        case "wave":
            return rollout.waves[name].state
        case "unit":
            return rollout.units[name].state
        case "change":
            return rollout.changes[name].state
        case _:
            return rollout.state


def _details(records: Iterable[Record]) -> dict[str, dict[str, Any]]:
    """By subject what several records of a change say of it: the diff, and what is left on it."""
    found: dict[str, dict[str, Any]] = {}
    for one in records:
        if one.subject.startswith("change:"):
            kept = found.setdefault(one.subject, {})
            kept.update({key: one.payload[key] for key in ("diff", "left") if key in one.payload})
    return found


def _gates(records: Iterable[Record]) -> dict[str, tuple[GateReport, ...]]:
    """By subject what each gate said last at each place."""
    found: dict[str, dict[tuple[str, str], GateReport]] = {}
    for one in records:
        if one.act != "seen":
            continue
        place = str(one.payload["place"])
        for name, result in dict(one.payload.get("results", {})).items():
            kept = found.setdefault(one.subject, {})
            kept[place, name] = GateReport(place=place, gate=name, **result)
    return {subject: tuple(kept.values()) for subject, kept in found.items()}


def _unit(
    rollout: Rollout,
    unit: UnitStanding,
    details: dict[str, dict[str, Any]],
    gates: dict[str, tuple[GateReport, ...]],
) -> UnitReport:
    changes = [one for stage in stages_of(unit.plan) for one in rollout.of_stage(stage)]
    return UnitReport(
        id=unit.id,
        trust=unit.plan.trust,
        site=unit.plan.site,
        devices=unit.plan.devices,
        links=unit.plan.links,
        state=unit.state,
        cause=unit.cause,
        stage=unit.stage,
        stages=len(unit.plan.stages),
        changes=tuple(_change(one, details.get(one.subject, {})) for one in changes),
        gates=gates.get(unit.subject, ()),
    )


def _change(one: ChangeStanding, details: dict[str, Any]) -> ChangeReport:
    begun = one.state != "queued" and one.state in CRASH
    return ChangeReport(
        id=one.id,
        device=one.plan.device,
        platform=one.plan.platform,
        safety_class=one.plan.safety_class,
        state=one.state,
        since=one.since,
        deadline=one.deadline,
        known=CRASH[one.state].known if begun else "",
        code=one.code,
        message=one.message,
        diff=details.get("diff", ""),
        missing=one.record.missing if one.record else (),
        left=bool(details.get("left", False)),
    )


def _entry(record: Record) -> Entry:
    details = {key: value for key, value in record.payload.items() if key not in _FOR_THE_NEXT}
    kept = record.payload.get("record")
    if record.act in ("commit", "pending", "in-force") and isinstance(kept, dict):
        details["marker"], details["user"] = kept.get("marker"), kept.get("user")
    return Entry(
        seq=record.seq,
        time=record.time,
        token=record.token,
        act=record.act,
        subject=record.subject,
        details=details,
        hash=record.hash,
    )


def processes(report: RolloutReport) -> tuple[Entry, ...]:
    """Who took the rollout up, and what was asked for: in order."""
    return tuple(one for one in report.entries if one.act in (TAKE_OVER, REQUEST))
