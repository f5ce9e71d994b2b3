"""What comparisons give: differences of configs, of state, and what is concluded of a device."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from netmod.platforms import Topic

Change = Literal["missing", "extra", "changed", "reordered"]
Severity = Literal["critical", "high", "medium", "low"]
SecretState = Literal["equal", "different", "unknown"]

SEVERITIES: dict[Topic, Severity] = {
    "management": "critical",
    "encryption": "critical",
    "routing": "high",
    "security": "high",
    "qos": "medium",
    "access": "medium",
    "other": "medium",
    "cosmetic": "low",
}
"""How bad a difference is, by what it touches: losing the way in, or the encryption, is worst."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between the two configs, without secrets.

    `section` is the path to the statements, outermost first. `intended` and `running` are the
    statements with those below them, indented; for `reordered` they are the moved statements in
    the order of each side. The line numbers count from 1 and are 0 where a side has nothing.
    """

    change: Change
    section: tuple[str, ...]
    intended: tuple[str, ...]
    running: tuple[str, ...]
    topic: Topic
    intended_line: int = 0
    running_line: int = 0

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return SEVERITIES[self.topic]


StateKind = Literal["software", "hardware", "cabling"]


@dataclass(frozen=True, slots=True)
class StateDifference:
    """What a device is or is cabled to, against what is declared; `found` "" is nothing.

    `subject` names the thing: `st-1: Ethernet1/1`, `version`, `chassis`.
    """

    kind: StateKind
    subject: str
    wanted: str
    found: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences of one device's config.

    `unseen_secrets` counts secrets that are set on both sides and could not be compared.
    """

    differences: tuple[Difference, ...]
    unseen_secrets: int = 0


DriftKind = Literal["config", "startup", "software", "hardware", "cabling"]
HostStatus = Literal["clean", "drift", "unknown"]
Reason = Literal[
    "", "unreachable", "not-captured", "no-config", "config-cut", "not-rendered", "host-changed"
]
STATE_SEVERITIES: dict[StateKind, Severity] = {
    "software": "medium",
    "hardware": "high",
    "cabling": "high",
}


class Model(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DriftItem(Model):
    """One drift of one device, as history keeps it and reports show it.

    `id` is the same as long as the drift is: UUIDv5 of device, kind, section and texts.
    `accepted_by` is the id of the deviation that covers it.
    """

    id: str
    kind: DriftKind
    change: Change
    severity: Severity
    topic: str
    section: tuple[str, ...] = ()
    intended: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
    intended_line: int = 0
    running_line: int = 0
    accepted_by: str | None = None


class HostDrift(Model):
    """What was found of one device. `unknown` is never clean; `reason` is its code.

    `compared` are the kinds of drift that could be told: of another one nothing is known.
    `changed_by` and `changed_at` are what the device says of its last change, as it prints it.
    """

    host: str
    platform: str
    site: str
    role: str
    status: HostStatus
    reason: Reason = ""
    explanation: str = ""
    compared: tuple[DriftKind, ...] = ()
    items: tuple[DriftItem, ...] = ()
    unseen_secrets: int = 0
    changed_by: str | None = None
    changed_at: str | None = None

    @property
    def open_items(self) -> tuple[DriftItem, ...]:
        """Those that no deviation covers."""
        return tuple(item for item in self.items if item.accepted_by is None)


class DriftReport(Model):
    """`netmod.drift/1`: every selected device is in it, also those that nothing is known of.

    `expired` are deviations that no longer hold, `unused` those that cover nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    schema_: Literal["netmod.drift/1"] = Field(default="netmod.drift/1", alias="schema")
    captured_at: datetime | None = None
    hosts: tuple[HostDrift, ...] = ()
    expired: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    def count(self, status: HostStatus) -> int:
        """How many devices have this status."""
        return sum(one.status == status for one in self.hosts)

    @property
    def exit_code(self) -> int:
        """3 where something is unknown, 1 where something drifted or expired, else 0."""
        if self.count("unknown") or not self.hosts:
            return 3
        return 1 if self.count("drift") or self.expired else 0
