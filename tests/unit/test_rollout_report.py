"""The report of a rollout: all that the journal knows, for the ticket and for machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from netmod.reports.rollout import event_line, headline, markdown
from netmod.rollout.locks import locks
from netmod.rollout.model import Plan
from netmod.rollout.report import Approvals, RolloutReport, line_of, report
from netmod.rollout.standing import Rollout, fold
from tests.unit.rollout_bed import plan, single
from tests.unit.rollout_run import Bench
from tests.unit.test_rollout_execute import on


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, "abc")


def wanted() -> Plan:
    return plan(
        {"canary | first": [single("u0", "a", gates=("secured",))], "rest": [single("u1", "b")]}
    )


def reported(bench: Bench, made: Plan, *, at_work: bool = False) -> RolloutReport:
    with bench.journal() as journal:
        records = journal.records(made.id)
        return report(
            fold(made, records),
            records,
            Approvals(by=("kari",), needed=1),
            locks(journal),
            at_work=at_work,
            chain=journal.verify(),
        )


def test_it_says_who_did_what_and_what_each_device_was_told(bench: Bench) -> None:
    bench.run(wanted())
    found = reported(bench, wanted())
    text = markdown(found)
    for part in (
        "Planned: 2026-06-15 12:00:00 UTC by olav on here",
        "Approved by: kari (1 needed)",
        f"Plan hash: `{wanted().hash}`",
        f"verified up to `{found.chain}`",
        "### Wave canary | first (passed)",
        "### a: u0.do (verified)",
        "~~~diff\nline u0\n~~~",
        "| stage-0/middle | secured | pass | told |  |",
    ):
        assert part in text
    assert headline(found) == "r1 (test) is done"
    assert RolloutReport.model_validate_json(found.model_dump_json()) == found


def test_what_a_person_has_to_look_at_stands_out(bench: Bench) -> None:
    def lose() -> None:
        bench.devices["a"].reachable = False

    bench.run(wanted(), told=on("pending", "change:u0.do", lose))
    found = reported(bench, wanted())
    (change,) = [
        one for wave in found.waves for unit in wave.units for one in unit.changes if one.known
    ]
    assert (change.state, change.device) == ("lost", "a")
    assert "its timer goes on" in change.known
    text = markdown(found)
    assert "## To be looked at" in text
    assert "- a: lost (the device did not answer; its timer goes on where it has one)" in text
    assert "r1 (test) was stopped: more failed than may" in text


def test_one_without_a_process_is_said_to_need_somebody(bench: Bench) -> None:
    made = wanted()
    with bench.journal() as journal:
        execution = bench.execution(made, journal)
        execution.take_over({"by": "olav", "command": "start"})
        journal.append("r1", 1, "start", "", {}, bench.clock.now())
    assert reported(bench, made).state == "needs-reconcile"
    assert reported(bench, made, at_work=True).state == "running"
    assert "| start | olav |" in markdown(reported(bench, made))


def test_every_event_is_a_line_for_machines_and_one_for_people(bench: Bench) -> None:
    lines: list[dict[str, Any]] = []

    def told(record: Any, rollout: Rollout) -> None:
        lines.append(json.loads(json.dumps(line_of(record, rollout, bench.clock.now()))))

    bench.run(wanted(), told=told)
    assert {one["kind"] for one in lines} == {"rollout", "wave", "unit", "change"}
    (pending,) = [one for one in lines if one["event"] == "pending" and one["device"] == "a"]
    assert pending["state"] == "pending"
    assert pending["reverts_at"] == "2026-06-15T12:05:00+00:00"
    assert event_line(pending) == (
        "12:00:00 a: pending (u0.do) · goes back at 12:05:00 unless confirmed"
    )
    (seen,) = [one for one in lines if one["event"] == "seen"]
    assert seen["gates"] == {}
    assert event_line(seen) == "12:00:00 u0: seen · pass"
    found = {"outcome": "fail", "code": "sessions-lost", "parameters": {"subject": "a"}}
    assert event_line({**seen, "outcome": "fail", "gates": {"sessions": found}}) == (
        "12:00:00 u0: seen · fail · sessions: sessions-lost of a"
    )


def test_tables_are_not_broken_by_what_devices_say(bench: Bench) -> None:
    bench.run(wanted())
    found = reported(bench, wanted())
    (entry, *_) = found.entries
    odd = entry.model_copy(update={"details": {"by": "a | b\n| c", "kind": "x\\"}})
    text = markdown(found.model_copy(update={"entries": (odd,)}))
    assert "a \\| b \\| c" in text
