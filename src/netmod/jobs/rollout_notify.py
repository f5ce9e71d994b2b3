"""Telling people how a rollout goes: messages that are sent beside it and never hold it up."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from netmod.errors import NetmodError
from netmod.jobs.notify import check_targets, notify
from netmod.reports import Message
from netmod.rollout.journal import Record
from netmod.rollout.model import Plan
from netmod.rollout.runbook import Event, Notify
from netmod.rollout.standing import Rollout
from netmod.settings import Project

Told = Callable[[Record, Rollout], None]
Send = Callable[[Message], None]

_EVENTS: Mapping[str, Event] = {
    "running": "started",
    "paused": "paused",
    "halted": "halted",
    "rolled-back": "rolled-back",
    "rollback-incomplete": "rolled-back",
    "succeeded": "finished",
    "succeeded-with-exceptions": "finished",
}
"""States of a rollout, and the event that entering them is."""
_LAST_WAIT = 60.0
"""Seconds that what was not sent yet is waited for when the rollout rests."""
_log = logging.getLogger(__name__)


@contextmanager
def telling(project: Project, plan: Plan, told: Told, send: Send | None = None) -> Iterator[Told]:
    """Hands each record on to `told`, and tells those whom the plan names, while the block runs.

    A message that cannot be sent is logged: timers run, and nobody waits for a mail server, nor
    does a way back for a library that is not installed.
    """
    wanted = Notify.model_validate(plan.notify)
    if wanted.to and send is None:
        send = _sender(project, wanted)
    if not wanted.to or send is None:
        yield told
        return
    waiting: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
    thread = threading.Thread(target=_sent, args=(waiting, send), daemon=True)
    thread.start()
    state = ""

    def heard(record: Record, rollout: Rollout) -> None:
        nonlocal state
        told(record, rollout)
        event = _EVENTS.get(rollout.state) if rollout.state != state else None
        state = rollout.state
        kind, _, subject = record.subject.partition(":")
        if event is None and (kind, record.act) == ("wave", "begin"):
            event = "wave"
        if event in wanted.on:
            waiting.put(_message(plan, rollout, subject if event == "wave" else ""))

    try:
        yield heard
    finally:
        waiting.put(None)
        thread.join(_LAST_WAIT)


def _sender(project: Project, wanted: Notify) -> Send | None:
    try:
        check_targets(wanted.to)
    except NetmodError as error:
        _log.warning("nobody is told of this rollout: %s", error.message)
        return None
    return lambda message: notify(project, message, wanted.to)


def _sent(waiting: queue.SimpleQueue[Message | None], send: Send) -> None:
    while (message := waiting.get()) is not None:
        try:
            send(message)
        except NetmodError as error:
            _log.warning("%s: %s", message.title, error.message)
        except Exception as error:  # noqa: BLE001 what a library says may hold the URL's token
            _log.warning("%s: not sent: %s", message.title, type(error).__name__)


def _message(plan: Plan, rollout: Rollout, wave: str) -> Message:
    title = f"netmod: {plan.runbook} {f'begins wave {wave}' if wave else f'is {rollout.state}'}"
    body = f"Plan {plan.id} by {plan.author} on {plan.host}.\n"
    return Message(title, f"{body}See netmod rollout status {plan.id}.\n")
