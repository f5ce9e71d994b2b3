"""What is done on a device: one act each, which tells the journal what it is about to do and what
came of it. Writes are sent once; whoever does not know what became of one says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from netmod.devices.change import ChangeSession, PendingChange, Probe, Resolve
from netmod.errors import ChangeFailed, ConnectionFailed, NetmodError, RolloutError
from netmod.platforms._change import running_hash
from netmod.rollout.model import Change

Tell = Callable[[str, Mapping[str, Any]], None]
"""Writes an event of the change with its payload; it is on the disk when this returns."""


class Way(Protocol):
    """How one device is reached; see `netmod.jobs.change.Way`."""

    def open(self, change: str) -> ChangeSession:
        """Log in for the change of that id."""

    def resume(self, record: PendingChange) -> ChangeSession:
        """A new login for a change that was committed."""

    def probe(self, record: PendingChange) -> Probe:
        """What the device says of a change, from a new login."""


@dataclass(frozen=True, slots=True)
class Work:
    """A change as it stands when an act on it begins. `name` is its id for this try; `expected` the
    hash of what must run before it, None where nobody knows; `text` reads the text that is to be
    sent, with placeholders; `kept` are sessions of changes just confirmed.
    """

    name: str
    change: Change
    expected: str | None
    state: str
    intent: str
    record: PendingChange | None
    text: Callable[[], str]
    resolve: Resolve
    now: Callable[[], datetime]
    kept: dict[str, ChangeSession] = field(default_factory=dict)

    @property
    def pending(self) -> PendingChange:
        """The record, of an act that needs one."""
        if self.record is None:
            raise RolloutError(
                f"the journal has no record of the change {self.change.id}",
                hint="look at the device by hand; nothing was done",
                code="damaged",
            )
        return self.record


def perform(act: str, work: Work, way: Way, tell: Tell) -> None:
    """Do an act whose beginning is written already. Raises `RolloutError` alone, where the journal
    does not take what came of it."""
    _ACTS[act](work, way, tell)


def failure(error: Exception) -> dict[str, str]:
    """An error as a record has it: a code and a message without secrets."""
    if isinstance(error, NetmodError):
        return {"code": error.code or type(error).__name__, "message": error.message}
    # What a library says may hold what was sent.
    return {"code": "unexpected", "message": f"unexpected {type(error).__name__}"}


def _check(work: Work, way: Way, tell: Tell) -> None:
    try:
        with way.open(work.name) as session:
            session.check_hostname()
            found = running_hash(session.running())
    except RolloutError:
        raise
    except ConnectionFailed as error:
        return tell("unreachable", failure(error))
    except Exception as error:  # noqa: BLE001 nothing was sent: whatever it is, the change ends
        return tell("rejected", failure(error))
    if work.expected is not None and found != work.expected:
        return tell("drifted", _drift(found, work.expected))
    return tell("checked", {"running": found})


def _drift(found: str, expected: str) -> dict[str, str]:
    message = "it does not run what it ran when the plan was made, or after the step before"
    return {"code": "running", "message": message, "running": found, "expected": expected}


def _commit(work: Work, way: Way, tell: Tell) -> None:
    try:
        session = way.open(work.name)
    except ConnectionFailed as error:
        return tell("unreachable", failure(error))
    except Exception as error:  # noqa: BLE001 as above
        return tell("rejected", failure(error))
    with session:
        record = _load(work, session, tell)
        if record is None:
            return None
        tell("commit", {"record": record.model_dump(mode="json")})
        return _put_in_force(session, record, tell)


def _load(work: Work, session: ChangeSession, tell: Tell) -> PendingChange | None:
    """Give the device the text and compare; None where that is the end of it."""
    change = work.change
    try:
        session.load(_approved(work), work.resolve, kind=change.kind)
        diff = session.diff()
        record = session.intent(change.seconds, work.now())
    except ConnectionFailed as error:
        tell("unreachable", failure(error))
        return None
    except Exception as error:  # noqa: BLE001 nothing is in force: whatever it is, the change ends
        tell("rejected", {**failure(error), "left": not _clean(session, change)})
        return None
    if work.expected is not None and record.before != work.expected:
        left = not _clean(session, change)
        tell("drifted", {**_drift(record.before, work.expected), "left": left})
        return None
    if not diff.strip():
        tell("noop", {"left": not _clean(session, change)})
        return None
    tell("loaded", {"diff": diff, "record": record.model_dump(mode="json")})
    return record


def _approved(work: Work) -> str:
    """The text of the change. Raises `ChangeFailed` where it is not the approved one."""
    text = work.text()
    if hashlib.sha256(text.encode()).hexdigest() != work.change.text:
        raise ChangeFailed(
            f"the text for {work.change.device} is not the one that was approved",
            hint="make the plan again and have it approved; nothing was sent",
            code="text",
        )
    return text


def _put_in_force(session: ChangeSession, record: PendingChange, tell: Tell) -> None:
    try:
        done = session.commit(record)
    except ChangeFailed as error:
        event = _NOT_COMMITTED.get(error.code, "doubt")
        payload: dict[str, Any] = dict(failure(error))
        if event != "doubt":
            payload["left"] = not _discarded(session, record)
        return tell(event, payload)
    except Exception as error:  # noqa: BLE001 it may be in force: that is for a probe to tell
        return tell("doubt", failure(error))
    event = "pending" if done.seconds is not None else "in-force"
    return tell(event, {"record": done.model_dump(mode="json")})


_NOT_COMMITTED = {
    "nothing": "noop",
    "drifted": "drifted",
    **dict.fromkeys(
        ("refused", "pending-other", "locked", "exists", "unsupported", "not-loaded"), "rejected"
    ),
}
"""What a commit that did not come about means, by the code of its failure."""


def _probe(work: Work, way: Way, tell: Tell) -> None:
    record = work.pending
    try:
        probe = way.probe(record)
    except Exception as error:  # noqa: BLE001 nothing was learned, and nothing was sent
        return tell("unseen", failure(error))
    event, code = found(work.state, work.intent, record, probe, work.now())
    payload = {"probe": probe.model_dump(mode="json")}
    return tell(event, {**payload, "code": code} if code else payload)


def found(
    state: str, intent: str, record: PendingChange, probe: Probe, now: datetime
) -> tuple[str, str]:
    """The event that a probe means for a change in `state` whose last write was `intent`, and the
    code of what is wrong, "" where nothing is. Closed: what cannot be told is a stranger's."""
    if probe.pending == "another":
        return "stranger", "pending-other"
    steady = state in ("pending", "in-force", "reconnected")
    if probe.pending == "ours":
        if record.after and probe.matches == "neither":
            return "stranger", "drifted"
        return "reconnected" if steady else "pending", ""
    if record.seconds is None:
        return _found_without_timer(state, intent, record, probe)
    return _found_behind_timer(state, intent, record, probe, now)


_GOING_BACK = timedelta(seconds=30)
"""How long a device may take to go back. Some do not show their timer, so that right behind it a
change that stayed and one that is about to go look alike; the deadline counts from before the
commit."""


def _found_behind_timer(
    state: str, intent: str, record: PendingChange, probe: Probe, now: datetime
) -> tuple[str, str]:
    """Nothing waits any more of a change that had a timer."""
    match probe.matches:
        case "before" if intent == "revert" and not record.expired(now):
            return "reverted", ""
        case "before" if intent == "commit" and state in ("committing", "unknown"):
            return ("went-back", "timer") if record.expired(now) else ("absent", "absent")
        case "before":
            return "went-back", "timer"
        case "after" if record.deadline and timedelta() <= now - record.deadline < _GOING_BACK:
            return "unseen", "going-back"
        case "after" if intent == "confirm":
            return "confirmed", ""
        case "after":
            return ("reconnected" if state == "in-force" else "in-force"), "confirmed-by-another"
        case "both":
            return "stranger", "cannot-tell"
        case _:
            return "stranger", "drifted"


def _found_without_timer(
    state: str, intent: str, record: PendingChange, probe: Probe
) -> tuple[str, str]:
    begun = not record.after and probe.marker_found
    match probe.matches:
        case "before" if intent == "revert":
            return "reverted", ""
        case "before" if not begun:
            return ("went-back" if state == "confirming" else "absent"), "absent"
        case "neither" if not begun:
            return "stranger", "drifted"
        case "before" | "neither":
            return "in-force", "in-part"  # it may have taken lines; secrets do not show
        case _ if intent == "confirm":
            return "confirmed", ""
        case _:
            reached = state in ("in-force", "reconnected") and intent != "revert"
            return ("reconnected" if reached else "in-force"), ""


def _confirm(work: Work, way: Way, tell: Tell) -> None:
    try:
        session = way.resume(work.pending)
    except Exception as error:  # noqa: BLE001 nothing was sent
        return tell("unseen", failure(error))
    try:
        session.confirm(work.pending)
    except Exception as error:  # noqa: BLE001 a probe tells
        session.close()
        return tell("doubt", failure(error))
    # IOS-XR does not tell another session before the timer's end that it was confirmed.
    work.kept[work.change.id] = session
    return tell("confirmed", {})


def _revert(work: Work, way: Way, tell: Tell) -> None:
    try:
        session = way.resume(work.pending)
    except Exception as error:  # noqa: BLE001 nothing was sent
        return tell("unseen", failure(error))
    with session:
        try:
            session.revert(work.pending)
        except ChangeFailed as error:
            event = "doubt"
            if work.pending.seconds is None:
                event = _REVERT_FAILED.get(error.code, "doubt")
            return tell(event, failure(error))
        except Exception as error:  # noqa: BLE001 a probe tells
            return tell("doubt", failure(error))
        return tell("reverted", {"left": not _discarded(session, work.pending)})


_REVERT_FAILED = {
    "drifted": "stranger",
    "pending-other": "stranger",
    "refused": "failed",
    "unsupported": "failed",
}


def _save(work: Work, way: Way, tell: Tell) -> None:
    try:
        session = work.kept.pop(work.change.id, None) or way.resume(work.pending)
    except Exception as error:  # noqa: BLE001 nothing was sent
        return tell("unseen", failure(error))
    with session:
        try:
            session.save(work.pending)
        except ChangeFailed as error:
            return tell(_NOT_SAVED.get(error.code, "unsaved"), failure(error))
        except Exception as error:  # noqa: BLE001 saving once more does no harm
            return tell("unseen", failure(error))
        return tell("saved", {"left": not _discarded(session, work.pending)})


_NOT_SAVED = {
    "drifted": "stranger",
    "pending": "unseen",
    "pending-other": "unseen",
    "unknown": "unseen",
    "wrong-device": "unseen",
}


def _verify(work: Work, way: Way, tell: Tell) -> None:
    try:
        probe = way.probe(work.pending)
    except Exception as error:  # noqa: BLE001 nothing was learned
        return tell("unseen", failure(error))
    well = probe.pending != "another" and probe.matches in ("after", "both")
    payload = {"probe": probe.model_dump(mode="json")}
    if well:
        return tell("verified", payload)
    code = "pending-other" if probe.pending == "another" else "drifted"
    return tell("stranger", {**payload, "code": code})


def _discard(work: Work, way: Way, tell: Tell) -> None:
    """What a process that is gone loaded: only the marker knows it."""
    left = True
    with suppress(NetmodError), way.open(work.name) as session:
        session.abandon()
        left = False
    return tell("discarded", {"left": left})


def _clean(session: ChangeSession, change: Change) -> bool:
    """Remove what this session loaded; whether that went well."""
    blank = PendingChange(
        host=change.device,
        platform=change.platform,
        marker=session.marker,
        kind=change.kind,
        safety_class=change.safety_class,
        user=session.means.access.login.username,
        seconds=change.seconds,
        deadline=None,
        files=session.files(),
        before="",
    )
    return _discarded(session, blank)


def _discarded(session: ChangeSession, record: PendingChange) -> bool:
    try:
        session.discard(record)
    except Exception:  # noqa: BLE001 files that are left do not undo what was done; it is told
        return False
    return True


_ACTS: Mapping[str, Callable[[Work, Way, Tell], None]] = {
    "check": _check,
    "commit": _commit,
    "probe": _probe,
    "confirm": _confirm,
    "revert": _revert,
    "save": _save,
    "verify": _verify,
    "discard": _discard,
}
