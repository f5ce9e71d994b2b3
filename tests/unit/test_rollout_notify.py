"""Who is told of a rollout, of what, and that nobody holds it up."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from netmod.errors import NightlyError
from netmod.jobs.rollout_notify import telling
from netmod.reports import Message
from netmod.rollout import Plan
from netmod.settings import Project, Settings

PROJECT = Project(root=Path("/nowhere"), settings=Settings())
STEPS = [
    ("start", "", "running"),
    ("begin", "wave:10 %", "running"),
    ("commit", "change:p1.d", "running"),
    ("pause", "", "pausing"),
    ("quiet", "", "paused"),
    ("resume", "", "running"),
    ("finish", "", "succeeded"),
]


def plan(**notify: Any) -> Plan:
    return Plan.model_validate(
        {
            "id": "p1", "runbook": "lan", "author": "kari", "host": "desk", "tool_version": "1",
            "made_at": datetime(2026, 11, 28, tzinfo=UTC), "inventory": "0" * 64, "waves": (),
            "expires_at": datetime(2026, 12, 1, tzinfo=UTC), "notify": notify,
        }
    )  # fmt: skip


def told(of: Plan, send: Any) -> list[str]:
    """Carry the steps out; the acts that were heard."""
    heard: list[str] = []
    with telling(PROJECT, of, lambda record, _: heard.append(record.act), send) as hear:
        for act, subject, state in STEPS:
            record: Any = SimpleNamespace(act=act, subject=subject)
            standing: Any = SimpleNamespace(state=state)
            hear(record, standing)
    return heard


def test_each_event_that_is_wanted_is_told_once() -> None:
    sent: list[Message] = []
    heard = told(plan(to=["chat/ops"], on=["started", "wave", "paused", "finished"]), sent.append)
    assert heard == [act for act, _, _ in STEPS]
    assert [one.title for one in sent] == [
        "netmod: lan is running", "netmod: lan begins wave 10 %", "netmod: lan is paused",
        "netmod: lan is running", "netmod: lan is succeeded",
    ]  # fmt: skip
    assert "netmod rollout status p1" in sent[0].body


def test_what_nobody_asked_for_is_told_to_nobody() -> None:
    sent: list[Message] = []
    told(plan(to=["chat/ops"], on=["halted"]), sent.append)
    told(plan(on=["started"]), sent.append)
    told(plan(), sent.append)
    assert sent == []


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (NightlyError("the message was not taken by: chat/ops"), "was not taken by: chat/ops"),
        (ValueError("https://hooks.example/t0k3n"), "not sent: ValueError"),
    ],
)
def test_what_cannot_be_sent_is_logged_without_its_address(
    error: Exception, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    def send(message: Message) -> None:
        raise error

    with caplog.at_level(logging.WARNING):
        assert len(told(plan(to=["chat/ops"]), send)) == len(STEPS)
    assert shown in caplog.text
    assert "t0k3n" not in caplog.text


def test_a_rollout_goes_on_while_a_message_is_being_sent() -> None:
    may_end = threading.Event()
    heard: list[str] = []

    def send(message: Message) -> None:
        assert may_end.wait(300)

    def hears(record: Any, rollout: Any) -> None:
        heard.append(record.act)
        if len(heard) == len(STEPS):
            may_end.set()

    with telling(PROJECT, plan(to=["chat/ops"]), hears, send) as hear:
        for act, subject, state in STEPS:
            record: Any = SimpleNamespace(act=act, subject=subject)
            standing: Any = SimpleNamespace(state=state)
            hear(record, standing)
    assert may_end.is_set()
