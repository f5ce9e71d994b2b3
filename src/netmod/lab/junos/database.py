"""The configuration database of a Junos device: what the command line and NETCONF both edit."""

from __future__ import annotations

from datetime import timedelta

from netmod.lab.device import Device
from netmod.lab.junos.reading import faults
from netmod.lab.junos.tree import JunosTree, compare
from netmod.lab.netconf_agent import Locks
from netmod.lab.statements import Path, Statement

Fault = tuple[Path, str, str]


class Database:
    """The one candidate of a device, and its commits."""

    def __init__(self, device: Device) -> None:
        self._device = device

    @property
    def tree(self) -> JunosTree:
        """What runs."""
        tree = self._device.running
        if not isinstance(tree, JunosTree):
            raise TypeError(f"{self._device.name} is no Junos device")
        return tree

    @property
    def locks(self) -> Locks:
        """Which session edits alone."""
        return self.tree.commits.locks

    @property
    def candidate(self) -> Statement:
        """The candidate, to be read."""
        return self.tree.commits.candidate or self.tree.root

    def edited(self) -> Statement:
        """The candidate, to be changed; what it changes is uncommitted."""
        commits = self.tree.commits
        if commits.candidate is None:
            commits.candidate = self.tree.root.copy()
        return commits.candidate

    def replace(self, root: Statement) -> None:
        """Make `root` the candidate."""
        self.tree.commits.candidate = root

    def discard(self) -> None:
        """The candidate is what runs."""
        self.tree.commits.candidate = None

    def is_changed(self) -> bool:
        """Whether there is something to commit."""
        candidate = self.tree.commits.candidate
        return candidate is not None and any(compare(self.tree.root, candidate))

    def committed(self, number: int) -> Statement | None:
        """What was committed `number` commits ago, 0 for what runs; None where nothing was."""
        history = [self.tree.root, *self.tree.commits.history]
        return history[number] if number < len(history) else None

    def rollback(self, number: int) -> bool:
        """Make an earlier commit the candidate; False where there is none."""
        chosen = self.committed(number)
        if chosen is not None:
            self.tree.commits.candidate = chosen.copy() if number else None
        return chosen is not None

    def compare(self, number: int) -> list[str] | None:
        """How the candidate differs from an earlier commit; None where there is none."""
        old = self.committed(number)
        return None if old is None else list(compare(old, self.candidate))

    def check(self) -> list[Fault]:
        """What a commit would refuse: where, the statement, and why.

        A check that finds nothing confirms a commit that waits.
        """
        found = list(faults(self.candidate))
        if not found and self.tree.commits.trial is not None:
            self.confirm()
        return found

    def confirm(self) -> None:
        """A commit that waits stays."""
        self.tree.confirm()
        self._device.save()

    def commit(
        self,
        user: str,
        client: str,
        *,
        wait: timedelta | None = None,
        comment: str = "",
        session: int | None = None,
    ) -> list[Fault]:
        """Put the candidate in force, or say what is wrong with it and change nothing."""
        found = list(faults(self.candidate))
        if found:
            return found
        if wait is not None:
            waiting = f"commit confirmed, rollback in {-(-int(wait.total_seconds()) // 60)}mins"
            comment = f"{waiting}\n{comment}".strip()
        record = self.tree.record(self._device.lab_now(), user, client, comment)
        self.tree.commit(record, wait=wait, session=session)
        _ = self._device.view  # the ports that this changed are marked with this moment
        if wait is None:
            self._device.save()
        return []
