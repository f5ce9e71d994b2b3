"""A plan while it is made: what is known of the devices, and what has been found so far."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from netmod.inventory import Inventory
from netmod.rollout.impact import Impact
from netmod.rollout.model import Excluded, Risk, Unit
from netmod.rollout.runbook import Rule, Runbook


@dataclass(frozen=True, slots=True)
class Seen:
    """The running config of a device, redacted, and when it was captured; or why there is none.

    `software` is the version that it says it runs, where that was asked.
    """

    running: str | None = None
    captured_at: datetime | None = None
    failure: str = ""
    software: str | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """What a plan is made from. `plan` is its id, which makes the ids of its changes its own.

    `intended` are rendered configs with placeholders for secrets, `seen` what runs, by device.
    """

    plan: str
    runbook: Runbook
    inventory: Inventory
    impact: Impact
    today: date
    intended: Mapping[str, str]
    seen: Mapping[str, Seen]

    def reason_against(self, rule: Rule, subject: str) -> str | None:
        """Why a rule does not hold for a device or link; None where it does."""
        override = self.runbook.override(rule, subject, self.today)
        return override.reason if override else None

    def out_of_band(self, device: str) -> bool:
        """Whether a device is reached when its links are down."""
        return self.runbook.sites.of(self.inventory.devices[device].site).out_of_band


@dataclass
class Draft:
    """A plan while it is made. `texts` are by their SHA-256, `gates` those that its units need
    beside the runbook's."""

    units: list[Unit] = field(default_factory=list)
    excluded: list[Excluded] = field(default_factory=list)
    risks: list[Risk] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    gates: dict[str, dict[str, Any]] = field(default_factory=dict)

    def keep(self, text: str) -> str:
        """Keep a text; its SHA-256."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.texts[digest] = text
        return digest

    def exclude(
        self,
        subject: str,
        reason: str,
        kind: Literal["device", "link"] = "device",
        **parameters: str,
    ) -> None:
        """Leave a device or link alone."""
        self.excluded.append(
            Excluded(subject=subject, kind=kind, reason=reason, parameters=parameters)
        )

    def risk(self, subject: str, code: str, **parameters: str) -> None:
        """Something that may go wrong."""
        self.risks.append(Risk(subject=subject, code=code, parameters=parameters))
