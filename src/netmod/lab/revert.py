"""A configuration that goes back by itself: what `timer` and `commit-timeout` promise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from netmod.lab.config_tree import ConfigTree
from netmod.lab.grammar import Grammar
from netmod.lab.statements import Statement


@dataclass(frozen=True, slots=True)
class Revert:
    """What the device returns to at `deadline` unless somebody confirms before."""

    before: Statement
    since: datetime
    deadline: datetime
    user: str

    @property
    def span(self) -> timedelta:
        """How long the change was given."""
        return self.deadline - self.since


class RevertTree(ConfigTree):
    """A configuration with at most one change that waits to be confirmed.

    The timer is in the memory of the running system: a copy, and so a reboot, knows none.
    """

    def __init__(self, grammar: Grammar) -> None:
        super().__init__(grammar)
        self.pending: Revert | None = None

    @property
    def at_rest(self) -> bool:
        return self.pending is None

    def settle(self, now: datetime) -> datetime | None:
        """Go back where the time is over; when that was."""
        if self.pending is None or now < self.pending.deadline:
            return None
        moment = self.pending.deadline
        self.go_back()
        return moment

    def wait(self, now: datetime, span: timedelta, user: str) -> None:
        """From now on, return to what stands at this moment when `span` is over."""
        self.pending = Revert(self.root.copy(), now, now + span, user)

    def extend(self, now: datetime, span: timedelta) -> None:
        """Let what waits wait for `span` from now on."""
        if self.pending is not None:
            self.pending = replace(self.pending, since=now, deadline=now + span)

    def go_back(self) -> None:
        """Return to what stood before the change that waits."""
        if self.pending is not None:
            self.replace(self.pending.before)
            self.pending = None


def reverting(tree: ConfigTree) -> RevertTree:
    """A device's configuration as one that goes back. Raises `TypeError` for another kind."""
    if not isinstance(tree, RevertTree):
        raise TypeError("the persona's configuration does not go back by itself")
    return tree
