"""What a comparison of intended and running gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences of one device's config.

    `unseen_secrets` counts secrets that are set on both sides and could not be compared.
    """

    differences: tuple[Difference, ...]
    unseen_secrets: int = 0
