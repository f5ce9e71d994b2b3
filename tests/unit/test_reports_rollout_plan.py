"""Plans at the terminal: every code has its sentence, and what is equal is told once."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from netmod.reports import rollout_plan as writer
from netmod.rollout import Plan
from netmod.rollout.approval import Standing
from netmod.rollout.model import Change, Excluded, Risk, Stage, Unit, Wave

ROOM = Path(__file__).parents[2] / "src" / "netmod" / "rollout"
DIGESTS = ("a" * 64, "b" * 64)


def codes(pattern: str) -> set[str]:
    """The codes that modules of the room give out."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(ROOM.glob("*.py"))]
    return {found for text in texts for found in re.findall(pattern, text)}


EXCLUDED = codes(r'\bexcluded\(\s*(?:self\.)?link,\s*"([a-z-]+)"') | codes(
    r'draft\.exclude\(\s*[a-z_.]+,\s*"([a-z-]+)"'
)
RISKS = codes(r'draft\.risk\(\s*[a-z_.]+,\s*"([a-z-]+)"') | codes(r'code="(not-restored)"')


@pytest.mark.parametrize("code", sorted(EXCLUDED))
def test_every_reason_to_leave_something_alone_has_a_sentence(code: str) -> None:
    assert len(EXCLUDED) > 20
    assert not writer.why_left_out(code, {}).startswith(code)


@pytest.mark.parametrize("code", sorted(RISKS))
def test_every_risk_has_a_sentence(code: str) -> None:
    assert len(RISKS) > 8
    assert not writer.risk(code, {}).startswith(code)


def test_a_code_of_tomorrow_is_shown_with_what_is_known() -> None:
    assert writer.risk("new-code", {"device": "a", "none": ""}) == "new-code (device a)"
    assert writer.why_left_out("new-code", {}) == "new-code"


def test_a_rule_that_was_overridden_shows_why() -> None:
    shown = writer.risk("no-way-back", {"override": "Hands are on site"})
    assert shown.endswith("; overridden: Hands are on site")


def unit(name: str, digest: str) -> Unit:
    change = Change(
        id=name, device=name, platform="cisco_iosxe", kind="replace", safety_class="A",
        text=digest, diff=digest, seconds=300,
    )  # fmt: skip
    return Unit(
        id=name, trust="t", site="s", devices=(name,),
        stages=(Stage(purpose="config", changes=(change,)),),
    )  # fmt: skip


def plan() -> Plan:
    units = (unit("one", DIGESTS[0]), unit("two", DIGESTS[0]), unit("three", DIGESTS[1]))
    return Plan.model_validate(
        {
            "id": "p1", "runbook": "r", "author": "a", "host": "h", "tool_version": "1",
            "made_at": "2026-11-28T12:00:00Z", "expires_at": "2026-12-01T12:00:00Z",
            "inventory": "0" * 64, "change": {"kind": "intended", "how": "replace"},
            "waves": (Wave(name="10 %", units=units[:1]), Wave(name="100 %", units=units[1:])),
            "excluded": (Excluded(subject="[bold]x", kind="device", reason="by-name",
                                  parameters={"why": "[red]no"}),),
            "risks": tuple(Risk(subject=one.id, code="lock-out") for one in units),
        }
    )  # fmt: skip


def shown(*diffs: str) -> str:
    console = Console(width=200, record=True, file=StringIO(), highlight=False)
    if diffs:
        texts = {DIGESTS[0]: "+a\n", DIGESTS[1]: "-b\n"}
        writer.write_diffs(plan(), texts.__getitem__, diffs, console)
    else:
        writer.write(plan(), Standing(1, (), ()), console)
    return console.export_text()


def test_what_is_true_of_many_is_told_once() -> None:
    text = shown()
    assert re.search(r"one, two, three\s+3  changes what lets people in", text)
    assert "approvals  0 of 1" in text


def test_what_comes_from_outside_is_no_markup() -> None:
    assert "[bold]x" in shown()
    assert "is excluded by the runbook: [red]no" in shown()


def test_an_equal_diff_is_shown_once_with_all_that_it_is_for() -> None:
    text = shown("one", "two", "three")
    assert "config, 2 devices: one, two" in text
    assert text.count("+a") == 1
    assert "-b" in text
    assert "-b" not in shown("one")
