"""What runs on a device, held against what a record knows of before and after.

Hashes are over redacted configs. Where they cannot tell two configs apart, because these differ in
secrets alone, seals do: of the same text, with a key that is in no record. A seal with another key
than that of the record says nothing.
"""

from __future__ import annotations

from typing import Literal

from netmod.devices.change.means import State
from netmod.devices.change.records import PendingChange

Match = Literal["before", "after", "both", "neither"]


def is_before(record: PendingChange, found: State) -> bool | None:
    """Whether the device runs what it ran before the change; None where nobody can tell."""
    if found.running != record.before:
        return False
    if record.after not in ("", record.before):
        return True
    return _same(record.before_seal, found.seal)


def is_after(record: PendingChange, found: State) -> bool | None:
    """Whether it runs what the commit left; None where nobody can tell, or the record does not."""
    if not record.after:
        return None
    if found.running != record.after:
        return False
    if record.after != record.before:
        return True
    return _same(record.after_seal, found.seal)


def match(record: PendingChange, found: State) -> Match:
    """Which of the two it runs; see `Probe.matches`."""
    before, after = is_before(record, found), is_after(record, found)
    if not record.after:
        return "neither" if before is False else "before"
    if before is None or after is None or (before and after):
        return "both"
    if before or after:
        return "before" if before else "after"
    return "neither"


def _same(sealed: str, found: str) -> bool | None:
    if not sealed or sealed.partition(":")[0] != found.partition(":")[0]:
        return None
    return sealed == found
