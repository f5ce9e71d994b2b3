"""The values of a plan: what a rollout will do, made concrete and hashed. None holds a secret.

A plan is waves of units; a unit is what stands or falls together (one device, or one link with
both its ends); a unit is stages, one after the other; a stage is changes that are committed in
their order, each under its own timer, then looked at together by gates, then confirmed in the same
order. Nothing of a stage is confirmed before all of it is committed and has passed.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ChangeKind = Literal["merge", "replace"]
SafetyClass = Literal["A", "B", "C"]
Purpose = Literal[
    "config", "remediation", "keys", "should-secure", "must-secure", "remove", "restore"
]


class Value(BaseModel):
    """What all values of a plan have in common: frozen, and no key that nobody knows."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Change(Value):
    """One text for one device.

    `text` and `diff` are SHA-256 of texts that lie beside the plan; secrets in them are
    placeholders. `before` is the `running_hash` that the plan was made from and that must run when
    the change starts, or what another unit of the same plan left there since; None where an earlier
    stage of the same unit leaves what this one starts from. `seconds` is the timer to ask the
    device for, None where it has none for this kind.
    `across` is the link that the new login goes over before anything is confirmed.
    """

    id: str
    device: str
    platform: str
    kind: ChangeKind
    safety_class: SafetyClass
    text: Sha256
    diff: Sha256
    before: Sha256 | None = None
    seconds: int | None = Field(default=None, gt=0)
    across: str | None = None


class Stage(Value):
    """Changes that are committed in this order, gated together, and confirmed in this order.

    `gates` are names in `Plan.gates`, looked at between the last commit and the first confirm.
    `soak` is in seconds, after the confirmation; the gates are then looked at again.
    """

    purpose: Purpose
    changes: tuple[Change, ...] = Field(min_length=1)
    gates: tuple[str, ...] = ()
    soak: int = Field(default=0, ge=0)


class Undo(Value):
    """A stage that takes back: it is run only where one of the stages `undoes` was begun."""

    undoes: tuple[int, ...] = Field(min_length=1)
    stage: Stage


class Unit(Value):
    """What stands or falls together; all its devices and links are locked while it runs.

    `undo` takes back what `stages` did, in an order of its own; the stages of it whose opposite was
    never begun are left out by the engine (`undoes` are the positions in `stages`). A unit without
    stages is only looked at, by the gates of its wave. `after` are units of the same or an earlier
    wave that must have passed before it begins.
    """

    id: str
    trust: str
    site: str
    devices: tuple[str, ...] = Field(min_length=1)
    links: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    undo: tuple[Undo, ...] = ()
    after: tuple[str, ...] = ()


class Wave(Value):
    """Units that run side by side within the plan's limits, between gates of their own."""

    name: str
    units: tuple[Unit, ...]
    gates_before: tuple[str, ...] = ()
    gates_after: tuple[str, ...] = ()
    soak: int = Field(default=0, ge=0)
    canary: bool = False


class Excluded(Value):
    """A device or link of the selection that the plan leaves alone, with the reason's code."""

    subject: str
    kind: Literal["device", "link"]
    reason: str
    parameters: dict[str, str] = {}


class Risk(Value):
    """What may go wrong with a subject, as a code: `cuts-off`, `lock-out`, `no-timer`, …"""

    subject: str
    code: str
    parameters: dict[str, str] = {}


class Plan(Value):
    """A runbook made concrete. `hash` is over all of it and is what an approval is bound to.

    `gates`, `windows`, `budget`, `approval`, `change`, `limits`, `sites`, `notify` and `overrides`
    are the runbook's own sections as JSON values, so that a plan reads the same whatever becomes of
    the runbook's file; of its calendars `windows` keeps what they say. `captured_at` is when the
    first of the running configs was captured that it was made from. `restores` is the id of the
    plan that it takes back. `inventory` is the SHA-256 of
    the files of the inventory, `clock` the largest difference in seconds allowed between devices.
    """

    schema_id: Literal["netmod-plan/1"] = "netmod-plan/1"
    id: str
    runbook: str
    author: str
    host: str
    made_at: AwareDatetime
    expires_at: AwareDatetime
    tool_version: str
    inventory: Sha256
    waves: tuple[Wave, ...]
    excluded: tuple[Excluded, ...] = ()
    gates: dict[str, dict[str, Any]] = {}
    windows: dict[str, Any] = {}
    budget: dict[str, Any] = {}
    approval: dict[str, Any] = {}
    change: dict[str, Any] = {}
    limits: dict[str, Any] = {}
    sites: dict[str, Any] = {}
    notify: dict[str, Any] = {}
    overrides: tuple[dict[str, Any], ...] = ()
    captured_at: AwareDatetime | None = None
    restores: str | None = None
    risks: tuple[Risk, ...] = ()

    @property
    def hash(self) -> str:
        """SHA-256 of the plan as canonical JSON, lower-case hex."""
        text = json.dumps(
            self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        return hashlib.sha256(text.encode()).hexdigest()


GateOutcome = Literal["pass", "fail", "inconclusive"]


class GateResult(Value):
    """What a gate says of a unit or a wave, as a code with parameters.

    `inconclusive` is what was not seen, or could not be told: it pauses the rollout and never
    counts as passed.
    """

    outcome: GateOutcome
    code: str
    parameters: dict[str, str] = {}
