"""Approved exceptions: `compliance/waivers.yaml`. A waiver stands beside a result, and never
instead of it; one that has expired is a finding."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from netmod.compliance._model import Model
from netmod.compliance.requirements import Id, Sentence, given, named_once


class Waiver(Model):
    """An exception of `subjects` (links, devices, or a device's part such as `sw1/KC-1`) from one
    requirement. It holds to the last second of `expires`, in UTC."""

    requirement: Id
    subjects: Annotated[tuple[str, ...], AfterValidator(named_once), AfterValidator(given)]
    reason: Sentence
    owner: Sentence
    ticket: Sentence
    approver: Sentence
    approved_on: date
    expires: date

    @model_validator(mode="after")
    def _in_order(self) -> Waiver:
        if self.expires <= self.approved_on:
            raise ValueError("expires before it was approved | exchange the two dates")
        return self

    def covers(self, requirement: str, subject: str) -> bool:
        """Whether it is about this result: a device's waiver covers its parts too."""
        if requirement != self.requirement:
            return False
        return any(subject == one or subject.startswith(f"{one}/") for one in self.subjects)

    def holds(self, today: date) -> bool:
        """Whether it is approved and has not expired."""
        return self.approved_on <= today <= self.expires


class WaiversFile(Model):
    """The whole file."""

    waivers: dict[Id, Waiver] = Field(default_factory=dict)


class WaiverNote(Model):
    """A waiver as an attribute of a result: its id, when it expires, and whether it holds."""

    id: str
    expires: date
    holds: bool


def note_of(
    waivers: Mapping[str, Waiver], requirement: str, subject: str, today: date
) -> WaiverNote | None:
    """The waiver of a result: one that holds before one that does not, the longest first."""
    if not waivers:
        return None
    notes = [
        WaiverNote(id=name, expires=waiver.expires, holds=waiver.holds(today))
        for name, waiver in sorted(waivers.items())
        if waiver.covers(requirement, subject)
    ]
    return max(notes, key=lambda one: (one.holds, one.expires), default=None)
