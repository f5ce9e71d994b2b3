"""The configuration of an IOS-XR device: what runs, the database of commits, trial commits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from netmod.lab.config_tree import ConfigTree
from netmod.lab.grammar import Grammar
from netmod.lab.netconf_agent import Locks
from netmod.lab.statements import Path, Statement

_KEPT = 100
_FIRST = 1_000_000_001

Edit = tuple[Path, str, Statement | None]
"""Path, text of the statement, and the statement; None where it is removed."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who commits: user, the line of the session, and `CLI`, `NETCONF` or `Rollback`."""

    user: str
    line: str = "vty0:node0_RP0_CPU0"
    client: str = "CLI"


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of the database; `before` and `after` are what ran."""

    number: int
    moment: datetime
    author: Author
    label: str
    comment: str
    before: Statement
    after: Statement

    @property
    def name(self) -> str:
        """The label, or the number where there is none."""
        return self.label or str(self.number)


@dataclass(frozen=True, slots=True)
class Trial:
    """A commit that waits for its confirmation.

    `session` is the NETCONF session with which it ends, and `persist` what confirms it from
    another one; both None for one of the command line.
    """

    deadline: datetime
    before: Statement
    session: int | None = None
    persist: str | None = None


@dataclass(slots=True)
class Commits:
    """The commits, the latest first; the trial; the locks."""

    entries: list[Commit] = field(default_factory=list)
    trial: Trial | None = None
    locks: Locks = field(default_factory=Locks)
    next: int = _FIRST


class IosxrTree(ConfigTree):
    """What runs is never edited: each commit puts another tree in its place."""

    def __init__(self, grammar: Grammar) -> None:
        super().__init__(grammar)
        self.commits = Commits()

    @property
    def at_rest(self) -> bool:
        """Whether nothing waits or is locked, and nothing was committed."""
        return self.commits == Commits()

    def copy(self) -> IosxrTree:
        """An independent copy; what was committed is on the disk, and shared."""
        other = IosxrTree(self.grammar)
        other.root, other.version, other.commits = self.root.copy(), self.version, self.commits
        return other

    def empty(self) -> IosxrTree:
        """A configuration without a statement."""
        return IosxrTree(self.grammar)

    def settle(self, now: datetime) -> datetime | None:
        """Take back a commit that was not confirmed in time; when that was."""
        trial = self.commits.trial
        if trial is None or now < trial.deadline:
            return None
        self.take_back(trial.deadline)
        return trial.deadline

    def boot(self) -> None:
        """What was on trial is gone, and who had locked what."""
        self.commits.trial = None
        self.commits.locks = Locks()

    def commit(
        self, root: Statement, moment: datetime, author: Author, label: str = "", comment: str = ""
    ) -> None:
        """Put `root` in force."""
        commits = self.commits
        entry = Commit(commits.next, moment, author, label, comment, self.root, root)
        commits.entries.insert(0, entry)
        del commits.entries[_KEPT:]
        commits.next += 1
        self.root = root
        self.version += 1

    def try_out(
        self,
        before: Statement,
        until: datetime,
        session: int | None = None,
        persist: str | None = None,
    ) -> None:
        """Let what was committed wait for its confirmation; a trial that runs keeps its origin."""
        trial = self.commits.trial
        self.commits.trial = Trial(until, trial.before if trial else before, session, persist)

    def take_back(self, moment: datetime) -> None:
        """Go back to what ran before the trial."""
        trial, self.commits.trial = self.commits.trial, None
        if trial is not None:
            self.commit(trial.before, moment, Author("root", "con0_RP0_CPU0", "Rollback"))

    def rolled_back(self, count: int) -> Statement | None:
        """What ran before the last `count` commits; None where there are not as many."""
        entries = self.commits.entries
        return entries[count - 1].before if 1 <= count <= len(entries) else None

    def position(self, name: str) -> int | None:
        """How many commits ago one was made, by its number or its label; 1 for the latest."""
        for index, entry in enumerate(self.commits.entries, start=1):
            if name in (entry.label, str(entry.number)):
                return index
        return None

    # --- differences

    def edits(self, old: Statement, new: Statement, above: Path = ()) -> Iterator[Edit]:
        """What makes `new` of `old`; a value that replaces another is one edit."""
        added = [one for text, one in new.children.items() if text not in old.children]
        kinds = {self._kind(new, one.text) for one in added} - {None}
        for text in old.children:
            if text not in new.children and self._kind(old, text) not in kinds:
                yield above, text, None
        for text, one in new.children.items():
            before = old.children.get(text)
            if before is None:
                yield above, text, one
            else:
                yield from self.edits(before, one, (*above, text))

    def apply(self, changes: Iterable[Edit]) -> None:
        """Make changes that were found in another tree."""
        for path, text, statement in changes:
            try:
                parent = self.node(path)
            except KeyError:
                continue
            if statement is None:
                parent.children.pop(text, None)
            else:
                self.store(path, text, statement.mode)
                parent.children[text] = statement.copy()
        self.version += 1

    def changed_lines(self, old: Statement, new: Statement) -> list[str]:
        """The lines that make `new` of `old`, as `show configuration` prints them."""
        lines = self.empty()
        for path, text, statement in self.edits(old, new):
            node, old_node = lines.root, old
            for step in path:
                old_node = old_node.children[step]
                node = node.children.setdefault(step, Statement(step, old_node.mode))
            if statement is None:
                kind = self._kind(old_node, text) or text
                gone = kind[3:] if kind.startswith("no ") else f"no {kind}"
                node.children[gone] = Statement(gone)
            else:
                node.children[text] = statement
        return lines.render(block_end=True)

    def difference_lines(self, old: Statement, new: Statement) -> list[str]:
        """Both sides of each change, as `show commit changes diff` prints them."""
        return [f"{sign}  {line}" for sign, line in self._signed(old, new, "")]

    def _signed(self, old: Statement, new: Statement, margin: str) -> Iterator[tuple[str, str]]:
        for text, one in old.children.items():
            if text not in new.children:
                yield from (("-", margin + line) for line in self._whole(one))
        for text, one in new.children.items():
            before = old.children.get(text)
            if before is None:
                yield from (("+", margin + line) for line in self._whole(one))
            elif below := list(self._signed(before, one, margin + " ")):
                yield " ", margin + text
                yield from below
                yield " ", f"{margin}!"

    def _whole(self, statement: Statement) -> list[str]:
        alone = self.empty()
        alone.root.children[statement.text] = statement
        return alone.render(block_end=True)
