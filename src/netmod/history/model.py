"""What history remembers and hands out: runs, transitions, and what stands now."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from netmod.evidence import Operator

RunStatus = Literal["running", "complete", "incomplete", "interrupted", "failed"]
Kind = Literal["device", "drift", "link", "requirement"]

FIXED, WITHDRAWN = "fixed", "withdrawn"
"""What ends: a drift that a device no longer has; a subject that nothing declares any more."""


def new_run_id(now: datetime) -> str:
    """UTC time plus random: `20261128T040000Z-9f3a61c2`. Sorts by time."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


class Model(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Run(Model):
    """One run: when, of what, by whom, and what it counted.

    `hashes` are content hashes by name (`inventory`, `templates`, `catalogue`). `observed_at` is
    when the devices were asked, None until something was recorded. `figures` are counts by name
    (`devices.drift`, `links.encrypted`, …), so that a trend needs no transitions.
    """

    id: str
    started_at: datetime
    tool_version: str
    operator: Operator
    reason: str = ""
    hashes: dict[str, str] = Field(default_factory=dict)
    status: RunStatus = "running"
    finished_at: datetime | None = None
    observed_at: datetime | None = None
    figures: dict[str, int] = Field(default_factory=dict)


class Transition(Model):
    """One change of state. `at` is when it was observed; `before` "" for what was never seen.

    `subject` is a device, link or requirement. `item` is the id of a drift item and "" otherwise.
    `reason` is the code that came with the new state.
    """

    run: str
    at: datetime
    kind: Kind
    subject: str
    item: str = ""
    before: str
    after: str
    reason: str = ""
    details: dict[str, Any] = Field(default_factory=dict)


class Standing(Model):
    """A state that holds. `opened_at` is when the subject was first seen without an end between,
    `since` when it came into this state, `last_seen` when that was last observed.

    What could not be looked at keeps its state and its `last_seen`.
    """

    kind: Kind
    subject: str
    item: str = ""
    state: str
    reason: str = ""
    details: dict[str, Any] = Field(default_factory=dict)
    opened_at: datetime
    since: datetime
    since_run: str
    last_seen: datetime
    last_run: str

    def age(self, now: datetime) -> timedelta:
        """How long it has been there."""
        return now - self.opened_at


@dataclass(frozen=True, slots=True)
class Timeline:
    """One subject over time: what stands now, and every change of state, oldest first."""

    subject: str
    standing: tuple[Standing, ...]
    transitions: tuple[Transition, ...]


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows a pruning took away."""

    transitions: int
    captures: int
    blobs: int
    runs: int


@dataclass(frozen=True, slots=True)
class Observed:
    """What a run saw of one subject."""

    kind: Kind
    subject: str
    item: str
    state: str
    reason: str
    details: Mapping[str, Any]

    @property
    def key(self) -> Key:
        return self.kind, self.subject, self.item


Key = tuple[str, str, str]
"""kind, subject, item."""
