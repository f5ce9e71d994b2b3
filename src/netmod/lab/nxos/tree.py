"""NX-OS: the configuration with the checkpoints of its device."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from netmod.lab.config_tree import ConfigTree
from netmod.lab.grammar import Grammar
from netmod.lab.revert import RevertTree

Commit = Literal["", "Not Committed", "Committed", "Reverted"]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A configuration that was kept under a name."""

    name: str
    user: str
    taken: datetime
    content: bytes
    description: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """What the device remembers of its last `configure replace`."""

    kind: str
    at: datetime
    succeeded: bool
    commit: Commit = ""


@dataclass(slots=True)
class History:
    """What is on the disk, and stays there when the device boots."""

    checkpoints: dict[str, Checkpoint] = field(default_factory=dict)
    replacement: Replacement | None = None

    def committed(self, commit: Commit) -> None:
        """Note what became of the last replacement."""
        if self.replacement is not None:
            self.replacement = replace(self.replacement, commit=commit)


class NxosTree(RevertTree):
    """A configuration; what was kept of earlier ones is shared by its copies."""

    def __init__(self, grammar: Grammar) -> None:
        super().__init__(grammar)
        self.history = History()

    @property
    def at_rest(self) -> bool:
        """Whether nothing waits, and no checkpoint or replacement is remembered."""
        return super().at_rest and self.history == History()

    def copy(self) -> ConfigTree:
        """An independent copy, with the same disk."""
        other = super().copy()
        nxos_tree(other).history = self.history
        return other

    def go_back(self) -> None:
        """Return to what stood before the replacement that waits, and note it."""
        super().go_back()
        self.history.committed("Reverted")


def nxos_tree(tree: ConfigTree) -> NxosTree:
    """A device's configuration as that of NX-OS. Raises `TypeError` for another kind."""
    if not isinstance(tree, NxosTree):
        raise TypeError("the configuration is not that of an NX-OS device")
    return tree
