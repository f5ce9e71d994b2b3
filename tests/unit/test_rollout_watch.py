"""The eyes of a rollout: what is asked of devices, when, and what is kept for a later process."""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from netmod.compliance import Parameters
from netmod.evidence import Capture, HostCaptures, redact
from netmod.facts import FactsDocument
from netmod.lab.shell import open_shell
from netmod.platforms import platform
from netmod.rollout.gate_parameters import GATE, Gate
from netmod.rollout.looking import Scope
from netmod.rollout.observations import CheckSeen
from netmod.rollout.watch import Watch
from tests.unit.link_bed import Bed

SCOPE = Scope("unit", "l1", ("far", "near"), ("l1",))
GATES: Mapping[str, Gate] = {
    name: GATE.validate_python({"kind": kind})
    for name, kind in {
        "reached": "reachability", "cabled": "neighbours", "secured": "secured",
        "counting": "counters", "same": "running", "checked": "checks", "clock": "clock",
        "frames": "mtu",
    }.items()
}  # fmt: skip


class Eyes:
    """A watch on a bed, and what it asked."""

    def __init__(self, bed: Bed, folder: Path) -> None:
        self.bed, self.asked, self.silent = bed, list[Mapping[str, Sequence[str]]](), set[str]()
        self.checks = 0
        self.watch = Watch(
            inventory=bed.inventory,
            gates=GATES,
            bounds={"l1": Parameters()},
            collect=self.collect,
            check=self.check,
            now=bed.clock.now,
            wait=lambda seconds: bed.clock.advance(timedelta(seconds=seconds)),
            folder=folder / "before",
        )

    def collect(self, commands: Mapping[str, Sequence[str]]) -> Mapping[str, HostCaptures]:
        self.asked.append(commands)
        return {
            name: HostCaptures(name, failure="unreachable")
            if name in self.silent
            else HostCaptures(name, self._captures(name, more), self.bed.platforms[name])
            for name, more in commands.items()
        }

    def _captures(self, name: str, more: Sequence[str]) -> tuple[Capture, ...]:
        known = platform(self.bed.platforms[name])
        assert known is not None
        shell = open_shell(self.bed.device(name), self.bed.fabric)
        found = []
        for command in (*known.collect, *more):
            text = redact(next(iter(shell.receive(f"{command}\n"))).output.replace("\r\n", "\n"))
            found.append(
                Capture(name, command, text, command, "0" * 64, True, self.bed.clock.now())
            )
        return tuple(found)

    def check(self, document: FactsDocument, moment: datetime) -> Sequence[CheckSeen]:
        assert set(document.hosts) <= {"far", "near"}
        self.checks += 1
        return [
            CheckSeen(check="macsec", requirement="R1", subject="l1", outcome="pass"),
            CheckSeen(check="ssh", requirement="R2", subject="elsewhere", outcome="fail"),
        ]

    def codes(self, *gates: str) -> dict[str, str]:
        return {name: one.code for name, one in self.watch.look(SCOPE, gates).items()}


@pytest.fixture
def eyes(tmp_path: Path) -> Eyes:
    bed = Bed("cisco_iosxe", "cisco_iosxr")
    for name, text in bed.ground().intended["l1"].items():
        bed.merge(name, text)
    bed.traffic()
    bed.clock.advance(timedelta(minutes=10))
    return Eyes(bed, tmp_path)


def test_everything_is_well_on_a_link_that_is_encrypted(eyes: Eyes) -> None:
    eyes.watch.baseline(SCOPE, GATES)
    assert eyes.codes(*GATES) == dict.fromkeys(GATES, "all-well")
    assert eyes.checks == 2, "before, as it was asked for, and now"
    ports = {name: eyes.bed.port(name) for name in ("far", "near")}
    assert eyes.asked[-1]["far"] == (f"show macsec statistics interface {ports['far']}",)
    assert eyes.asked[-1]["near"] == (f"show macsec secy stats interface {ports['near']} sc",)


def test_devices_are_asked_as_often_as_gates_need(eyes: Eyes) -> None:
    eyes.watch.baseline(SCOPE, ["reached", "secured"])
    assert eyes.asked == []
    eyes.codes("reached", "secured")
    assert len(eyes.asked) == 1
    before = eyes.bed.clock.now()
    eyes.codes("counting")
    assert len(eyes.asked) == 3
    assert eyes.bed.clock.now() - before == timedelta(seconds=6)
    assert eyes.codes() == {}
    assert len(eyes.asked) == 3


def test_what_was_before_is_kept_for_another_process(eyes: Eyes, tmp_path: Path) -> None:
    assert eyes.codes("cabled") == {"cabled": "nothing-before"}
    eyes.watch.baseline(SCOPE, ["cabled", "same"])
    (kept,) = (tmp_path / "before").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "macsec/l1" not in kept.read_text()
    later = Eyes(eyes.bed, tmp_path)
    assert later.codes("cabled", "same") == {"cabled": "all-well", "same": "all-well"}
    eyes.bed.merge("far", "lldp run\nhostname far\nno lldp run\n")
    assert later.codes("cabled", "same")["same"] == "running-differs"
    kept.write_text("{")
    assert later.codes("cabled") == {"cabled": "nothing-before"}


def test_a_device_that_is_silent_is_unreachable_and_the_rest_is_not_known(eyes: Eyes) -> None:
    eyes.watch.baseline(SCOPE, GATES)
    eyes.silent.add("near")
    outcomes = {name: one.outcome for name, one in eyes.watch.look(SCOPE, GATES).items()}
    wanted: dict[str, Any] = dict.fromkeys(GATES, "inconclusive") | {"reached": "fail"}
    wanted["checked"] = outcomes["checked"]
    assert outcomes == wanted


def test_a_gate_that_the_plan_does_not_have_is_not_answered(eyes: Eyes) -> None:
    assert eyes.codes("nowhere") == {}
