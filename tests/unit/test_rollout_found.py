"""What a probe means: for whatever a device may say, something that the tables allow."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from netmod.devices.change import PendingChange, Probe
from netmod.rollout.acts import found
from netmod.rollout.states import CHANGE, CRASH, STAYS, follow
from tests.unit.lab_pair import NOON

ASKED = [state for state, row in CRASH.items() if row.act == "probe"]
INTENTS = {
    "committing": ("commit",),
    "pending": ("commit", "confirm", "revert"),
    "in-force": ("commit", "confirm", "revert"),
    "reconnected": ("commit", "confirm", "revert"),
    "confirming": ("commit", "confirm"),
    "reverting": ("commit", "confirm", "revert"),
    "unknown": ("commit", "confirm", "revert"),
    "lost": ("commit", "confirm", "revert"),
}
HASHES = {"before": "b" * 64, "after": "a" * 64, "neither": "c" * 64}


def record(*, timer: bool, after: bool = True, both: bool = False) -> PendingChange:
    return PendingChange(
        host="a",
        platform="cisco_iosxe",
        marker="netmod-x",
        kind="merge",
        safety_class="A" if timer else "B",
        user="netmod",
        seconds=300 if timer else None,
        deadline=NOON + timedelta(seconds=300) if timer else None,
        before=HASHES["before"],
        after=(HASHES["before"] if both else HASHES["after"]) if after else "",
    )


def probe(pending: Any, matches: Any, *, marker: bool = True) -> Probe:
    return Probe(
        host="a", pending=pending, left=None, marker_found=marker, running="", matches=matches
    )


@pytest.mark.parametrize("state", ASKED)
def test_every_answer_leads_somewhere(state: str) -> None:
    choices = itertools.product(
        INTENTS[state],
        ("none", "ours", "another"),
        ("before", "after", "both", "neither"),
        (True, False),
        (True, False),
        (True, False),
        (0, 301, 400),
    )
    for intent, pending, matches, marker, timer, after, seconds in choices:
        if matches in ("after", "both") and not after:
            continue
        if pending == "ours" and not timer:
            continue
        now = NOON + timedelta(seconds=seconds)
        known = record(timer=timer, after=after)
        event, _ = found(state, intent, known, probe(pending, matches, marker=marker), now)
        if state == "pending" and not timer:
            continue  # only what has a timer waits
        ended = follow("change", state, event)
        if ended in STAYS:
            assert (intent, matches, pending) in [
                ("confirm", "after", "none"),
                ("confirm", "both", "none"),
            ]
        if pending == "another" or (pending == "none" and matches == "neither" and after):
            assert ended == "quarantined"


@pytest.mark.parametrize(
    ("state", "intent", "said", "seconds", "event"),
    [
        ("committing", "commit", probe("ours", "neither"), 0, "pending"),
        ("committing", "commit", probe("none", "before"), 0, "absent"),
        ("committing", "commit", probe("none", "before"), 400, "went-back"),
        ("committing", "commit", probe("none", "neither"), 0, "stranger"),
    ],
)
def test_of_a_commit_in_doubt(
    state: str, intent: str, said: Probe, seconds: int, event: str
) -> None:
    now = NOON + timedelta(seconds=seconds)
    assert found(state, intent, record(timer=True, after=False), said, now)[0] == event


@pytest.mark.parametrize(
    ("state", "intent", "said", "seconds", "event"),
    [
        ("pending", "commit", probe("ours", "after"), 0, "reconnected"),
        ("pending", "commit", probe("none", "before"), 0, "went-back"),
        ("pending", "commit", probe("none", "after"), 0, "in-force"),
        ("pending", "commit", probe("another", "after"), 0, "stranger"),
        ("confirming", "confirm", probe("ours", "after"), 0, "pending"),
        ("confirming", "confirm", probe("none", "after"), 0, "confirmed"),
        ("confirming", "confirm", probe("none", "after"), 299, "confirmed"),
        ("confirming", "confirm", probe("none", "after"), 301, "unseen"),
        ("confirming", "confirm", probe("none", "after"), 331, "confirmed"),
        ("pending", "commit", probe("none", "after"), 301, "unseen"),
        ("confirming", "confirm", probe("none", "before"), 301, "went-back"),
        ("confirming", "confirm", probe("none", "before"), 400, "went-back"),
        ("confirming", "confirm", probe("none", "both"), 0, "stranger"),
        ("reverting", "revert", probe("none", "before"), 0, "reverted"),
        ("reverting", "revert", probe("ours", "after"), 0, "pending"),
        ("lost", "confirm", probe("none", "after"), 0, "confirmed"),
        ("lost", "commit", probe("none", "before"), 400, "went-back"),
    ],
)
def test_of_a_change_with_a_timer(
    state: str, intent: str, said: Probe, seconds: int, event: str
) -> None:
    now = NOON + timedelta(seconds=seconds)
    assert found(state, intent, record(timer=True), said, now)[0] == event


@pytest.mark.parametrize(
    ("state", "intent", "said", "after", "event"),
    [
        ("committing", "commit", probe("none", "neither"), False, "in-force"),
        ("committing", "commit", probe("none", "before"), False, "in-force"),
        ("committing", "commit", probe("none", "before", marker=False), False, "absent"),
        ("committing", "commit", probe("none", "neither", marker=False), False, "stranger"),
        ("in-force", "commit", probe("none", "after"), True, "reconnected"),
        ("in-force", "commit", probe("none", "before"), True, "absent"),
        ("in-force", "commit", probe("none", "neither"), True, "stranger"),
        ("confirming", "confirm", probe("none", "after"), True, "confirmed"),
        ("reverting", "revert", probe("none", "after"), True, "in-force"),
        ("reverting", "revert", probe("none", "before"), True, "reverted"),
        ("lost", "commit", probe("none", "after"), True, "in-force"),
    ],
)
def test_of_a_change_without_a_timer(
    state: str, intent: str, said: Probe, after: bool, event: str
) -> None:
    assert found(state, intent, record(timer=False, after=after), said, NOON)[0] == event


def test_every_state_that_is_asked_about_is_tried() -> None:
    assert set(ASKED) == set(INTENTS) <= set(CHANGE)
