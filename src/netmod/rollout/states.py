"""What may follow what: one table each for a rollout, a wave, a unit and a change on a device.

A table reads: in this state, this event of the journal leads to that state. Nothing else decides
it: an event that does not stand here is refused before it is written, and makes a journal damaged
that has it. Events that a device act begins with are written before the act is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from netmod.errors import RolloutError

Kind = Literal["rollout", "wave", "unit", "change"]
Table = Mapping[str, Mapping[str, str]]

ROLLOUT: Table = {
    "approved": {"start": "running"},
    "running": {
        "pause": "pausing",
        "stop": "halting",
        "finish": "succeeded",
        "finish-with-exceptions": "succeeded-with-exceptions",
    },
    # Nothing new is begun; what was begun is brought to the end of its stage.
    "pausing": {"quiet": "paused", "stop": "halting"},
    "paused": {"resume": "running", "stop": "halting"},
    # What is not confirmed goes back.
    "halting": {"quiet": "halted"},
    "halted": {"roll-back": "rolling-back"},
    "succeeded": {"roll-back": "rolling-back"},
    "succeeded-with-exceptions": {"roll-back": "rolling-back"},
    "rolling-back": {"rolled-back": "rolled-back", "incomplete": "rollback-incomplete"},
    "rollback-incomplete": {"roll-back": "rolling-back"},
    "rolled-back": {},
}


def _looks(state: str) -> dict[str, str]:
    """What is observed, before and for gates, is written down and changes nothing."""
    return dict.fromkeys(("baseline", "baselined", "look", "seen"), state)


WAVE: Table = {
    "pending": {"admit": "admitted", "skip": "skipped"},
    # Gates before the wave are looked at.
    "admitted": {
        **_looks("admitted"),
        "begin": "running",
        "fail": "failed",
        "inconclusive": "held",
        "skip": "skipped",
    },
    "held": {"again": "admitted", "skip": "skipped"},
    "running": {"drained": "soaking", "skip": "stopped"},
    "soaking": {"soaked": "gate", "skip": "stopped"},
    # Gates after the wave are looked at.
    "gate": {
        **_looks("gate"),
        "pass": "passed",
        "fail": "failed",
        "inconclusive": "inconclusive",
        "skip": "stopped",
    },
    "inconclusive": {"again": "gate", "skip": "stopped"},
    "passed": {},
    "failed": {},
    "skipped": {},
    "stopped": {},
}

UNIT: Table = {
    "queued": {"begin": "running", "skip": "skipped"},
    "running": {
        **_looks("running"),
        "stage": "running",  # the next one is begun
        "pass": "passed",
        "fail": "reverting",
        "halt": "reverting",
    },
    # What is pending goes back; then what was confirmed is taken back by the plan's undo.
    "reverting": {
        **_looks("reverting"),  # the answer to what was asked before
        "left-alone": "left-alone",
        "reverted": "reverted",
        "halted": "halted",
        "undo": "undoing",
        "quarantine": "quarantined",
    },
    "undoing": {**_looks("undoing"), "undone": "undone", "quarantine": "quarantined"},
    "passed": {"undo": "undoing"},
    # Stopped between stages: some are confirmed, nothing is pending.
    "halted": {"undo": "undoing"},
    "quarantined": {"undo": "undoing"},
    "left-alone": {},
    "reverted": {},
    "undone": {},
    "skipped": {},
}

_FOUND = {
    "pending": "pending",
    "in-force": "in-force",
    "went-back": "reverted-by-timer",
    "stranger": "quarantined",
    "lost": "lost",
}
"""What a probe finds, wherever one is made. `unseen` is one that was not answered."""

CHANGE: Table = {
    "queued": {"check": "checking"},
    "checking": {
        "check": "checking",
        "checked": "checked",
        "drifted": "drifted",
        "rejected": "rejected",
        "unreachable": "unreachable",
    },
    "checked": {"prepare": "preparing"},
    "preparing": {
        "prepare": "preparing",
        "discard": "preparing",
        "discarded": "checked",
        "loaded": "loaded",
        "noop": "noop",
        "drifted": "drifted",
        "rejected": "rejected",
        "unreachable": "unreachable",
    },
    "loaded": {
        "commit": "committing",
        "prepare": "preparing",
        "discard": "loaded",
        "discarded": "checked",
    },
    "committing": {
        **_FOUND,
        "noop": "noop",  # some devices compare only when they commit
        "rejected": "rejected",
        "drifted": "drifted",
        "doubt": "unknown",
        "probe": "committing",
        "unseen": "committing",
        "absent": "queued",  # netmod died before the write arrived: all is looked at again
    },
    "unknown": {
        **_FOUND,
        "probe": "unknown",
        "unseen": "unknown",
        "absent": "absent",
        "confirmed": "confirmed",
        "reverted": "reverted",
        "failed": "rollback-failed",
    },
    "lost": {
        **_FOUND,
        "probe": "lost",
        "unseen": "lost",
        "absent": "absent",
        "confirmed": "confirmed",
        "reverted": "reverted",
    },
    "pending": {
        **_FOUND,
        "probe": "pending",
        "unseen": "pending",
        "confirmed": "confirmed",  # one in doubt that came through after all, as below
        "reverted": "reverted",
        "reconnected": "reconnected",
        "revert": "reverting",
    },
    "in-force": {
        **_FOUND,
        "probe": "in-force",
        "unseen": "in-force",
        "confirmed": "confirmed",
        "reverted": "reverted",
        "reconnected": "reconnected",
        "revert": "reverting",
        "failed": "rollback-failed",
        "absent": "absent",
    },
    "reconnected": {
        **_FOUND,
        "probe": "reconnected",
        "unseen": "reconnected",
        "confirmed": "confirmed",
        "reverted": "reverted",
        "reconnected": "reconnected",
        "confirm": "confirming",
        "revert": "reverting",
        "failed": "rollback-failed",
        "absent": "absent",
    },
    "confirming": {
        **_FOUND,
        "probe": "confirming",
        "unseen": "confirming",
        "confirmed": "confirmed",
        "doubt": "unknown",
    },
    "confirmed": {"save": "saving"},
    "saving": {
        "save": "saving",
        "unseen": "saving",
        "saved": "saved",
        "unsaved": "unsaved",
        "stranger": "quarantined",
        "lost": "lost",
    },
    "saved": {
        "verify": "saved",
        "unseen": "saved",
        "verified": "verified",
        "stranger": "quarantined",
        "lost": "lost",
    },
    "reverting": {
        **_FOUND,
        "probe": "reverting",
        "unseen": "reverting",
        "absent": "absent",
        "confirmed": "confirmed",
        "reverted": "reverted",
        "doubt": "unknown",
        "failed": "rollback-failed",
    },
    "verified": {},
    "unsaved": {},
    "noop": {},
    "drifted": {},
    "rejected": {},
    "unreachable": {},
    "absent": {},
    "reverted": {},
    "reverted-by-timer": {},
    "rollback-failed": {},
    "quarantined": {},
}

TABLES: Mapping[Kind, Table] = {"rollout": ROLLOUT, "wave": WAVE, "unit": UNIT, "change": CHANGE}
FIRST: Mapping[Kind, str] = {
    "rollout": "approved",
    "wave": "pending",
    "unit": "queued",
    "change": "queued",
}

NOTHING_IN_FORCE = frozenset(
    [
        "queued",
        "checking",
        "checked",
        "preparing",
        "loaded",
        "noop",
        "drifted",
        "rejected",
        "unreachable",
        "absent",
        "reverted",
        "reverted-by-timer",
    ]
)
"""Changes of which nothing runs, and nobody waits for anything."""
STAYS = frozenset({"confirmed", "saving", "saved", "verified", "unsaved"})
"""Changes that run and stay."""
OPEN = frozenset({"committing", "pending", "in-force", "reconnected", "confirming", "reverting"})
"""Changes that a next act has to bring to an end; so do unknown and lost ones."""
IN_DOUBT = frozenset({"unknown", "lost"})
HELPLESS = frozenset({"quarantined", "rollback-failed"})
"""Changes that a person has to look at."""
WENT_WRONG = frozenset(
    [
        "drifted",
        "rejected",
        "unreachable",
        "absent",
        "reverted",
        "reverted-by-timer",
        "unknown",
        "lost",
        "unsaved",
        "quarantined",
        "rollback-failed",
    ]
)
"""Changes that end their stage: what was begun beside them goes back."""

UNIT_ENDED = frozenset(
    {"passed", "left-alone", "reverted", "halted", "undone", "quarantined", "skipped"}
)
WAVE_ENDED = frozenset({"passed", "failed", "skipped", "stopped"})
ROLLOUT_AT_WORK = frozenset({"running", "pausing", "halting", "rolling-back"})
"""In these states a process is at work; where none is, netmod died: `resume` reconciles."""


class AfterCrash(NamedTuple):
    """A row of the crash table: what is known of a change whose last record is this, and the act
    that goes on with it."""

    known: str
    act: Literal["check", "prepare", "probe", "save", "verify"]


CRASH: Mapping[str, AfterCrash] = {
    "queued": AfterCrash("nothing was changed", "check"),
    "checking": AfterCrash("nothing was changed", "check"),
    "checked": AfterCrash("nothing was changed", "prepare"),
    "preparing": AfterCrash(
        "a candidate or a file may lie on the device; none of it runs", "check"
    ),
    "loaded": AfterCrash("a candidate or a file lies on the device; none of it runs", "prepare"),
    "committing": AfterCrash("unknown: the device may have taken the commit or not", "probe"),
    "unknown": AfterCrash("unknown: a write was sent and its answer was lost", "probe"),
    "lost": AfterCrash("the device did not answer; its timer goes on where it has one", "probe"),
    "pending": AfterCrash("the device reverts by itself at the deadline", "probe"),
    "in-force": AfterCrash("the change runs and nothing takes it back", "probe"),
    "reconnected": AfterCrash("the device reverts by itself, where it has a timer", "probe"),
    "confirming": AfterCrash("it stays or goes back; confirmed only while its timer runs", "probe"),
    "reverting": AfterCrash("it went back, or waits for its timer", "probe"),
    "confirmed": AfterCrash("running is new, startup unknown", "save"),
    "saving": AfterCrash("running is new, startup unknown", "save"),
    "saved": AfterCrash("running and startup are new", "verify"),
}
"""What `resume` does, by the state that the journal left a change in. States that are not here have
ended. Checks, probes and gates only read; saving what is confirmed may be done twice."""


def follow(kind: Kind, state: str, event: str) -> str:
    """The state that an event leads to. Raises `RolloutError` where the table has no such row."""
    after = TABLES[kind][state].get(event)
    if after is None:
        raise RolloutError(
            f"a {kind} that is {state} cannot have {event!r} happen to it",
            hint="this is an error of netmod, or the journal was tampered with; nothing was done",
            code="out-of-order",
        )
    return after


def may_follow(kind: Kind, state: str, event: str) -> bool:
    """Whether the table has a row for it."""
    return event in TABLES[kind][state]
