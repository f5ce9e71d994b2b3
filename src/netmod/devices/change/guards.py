"""What stands in the way of an act on a commit, by its record and what the device says of it.

Each check raises `ChangeFailed`; none sends anything.
"""

from __future__ import annotations

from netmod.devices.change.judging import is_after, is_before
from netmod.devices.change.means import State
from netmod.devices.change.records import PendingChange
from netmod.errors import ChangeFailed
from netmod.platforms._change import Timer


def check_ours(record: PendingChange, found: State) -> None:
    """Our commit waits."""
    if found.timer is None:
        went_back = is_before(record, found)
        raise ChangeFailed(
            f"{record.host} has no commit that waits"
            + (": it went back to what ran before" if went_back else ""),
            hint="its timer ran out, or somebody confirmed or reverted it",
            code="not-pending",
        )
    if not found.ours:
        raise other_pending(record.host, found.timer)


def check_got_in(record: PendingChange, found: State) -> None:
    """What waits is the change, and not the timer alone."""
    if is_after(record, found) is not True and is_before(record, found):
        raise ChangeFailed(
            f"{record.host} waits for a confirmation of what it ran before",
            hint="the change did not get in; let the timer run out, or revert it",
            code="reverted",
        )


def check_confirmed(record: PendingChange, found: State) -> None:
    """After a confirmation nothing waits, and the change runs."""
    if found.timer is not None:
        raise ChangeFailed(
            f"{record.host} still waits after the confirmation",
            hint="probe it: another change may have begun",
            code="unknown",
        )
    if is_after(record, found) is False or (not record.after and is_before(record, found)):
        raise ChangeFailed(
            f"{record.host} does not run what was confirmed",
            hint="the timer may have been faster; probe it",
            code="reverted" if is_before(record, found) else "unknown",
        )


def check_visible(record: PendingChange, found: State) -> None:
    """Where nothing waits any more, somebody can tell whether the change runs."""
    if found.timer is None and is_before(record, found) is None and record.seconds is not None:
        raise ChangeFailed(
            f"{record.host} has no commit that waits, and nobody can tell whether the "
            "change runs: it shows in secrets alone",
            hint="compare the secrets that it is about by hand",
            code="unknown",
        )


def check_taken_back(record: PendingChange, found: State) -> None:
    """The device runs again what it ran before."""
    if is_before(record, found) is False:
        raise ChangeFailed(
            f"{record.host} does not run again what it ran before",
            hint="compare its configuration with the one before the change, by hand",
            code="unknown",
        )


def check_settled(record: PendingChange, found: State) -> None:
    """Nothing waits, and what runs is what the commit left: it may be saved."""
    if found.timer is not None:
        raise ChangeFailed(
            f"{record.host} has a commit that waits: saving it would outlive the timer",
            hint="confirm or revert first",
            code="pending-other" if not found.ours else "pending",
        )
    check_unchanged(record, found, record.after)
    if is_after(record, found) is False:
        raise _drifted(record.host)


def check_unchanged(record: PendingChange, found: State, *known: str) -> None:
    """What runs is one of the configs that are known; nothing is refused where none is."""
    if record.after and found.running not in known:
        raise _drifted(record.host)


def _drifted(host: str) -> ChangeFailed:
    return ChangeFailed(
        f"{host} was changed by somebody else since",
        hint="compare its configuration with what was committed; it was not touched",
        code="drifted",
    )


def other_pending(host: str, timer: Timer) -> ChangeFailed:
    """The error for a commit that waits and is not ours."""
    who = f" of {timer.user}" if timer.user else ""
    return ChangeFailed(
        f"{host} has a commit{who} that waits and is not this change",
        hint="let them confirm or revert it first; it was not touched",
        code="pending-other",
    )
