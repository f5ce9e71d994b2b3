"""The configuration of a Junos device: statements, the forms in which they are printed, commits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from netmod.lab.config_tree import ConfigTree
from netmod.lab.grammar import Grammar
from netmod.lab.junos.statements import StatementError, Step, paths, statements
from netmod.lab.netconf_agent import Locks
from netmod.lab.statements import Path, Statement

_HISTORY = 50
_STEP = "    "


@dataclass(frozen=True, slots=True)
class Record:
    """A commit as `show system commit` lists it."""

    number: int
    moment: datetime
    user: str
    client: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A commit that waits for its confirmation.

    `session` is the NETCONF session with which it ends, None where it outlives the one that made
    it.
    """

    deadline: datetime
    before: Statement
    session: int | None = None


@dataclass(slots=True)
class Commits:
    """What was committed, the latest first, and what a commit that waits goes back to.

    `records` and `history` are those of the commits and of what ran before them. `candidate` is
    the shared one, None while nobody changed anything.
    """

    history: list[Statement] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    candidate: Statement | None = None
    trial: Trial | None = None
    locks: Locks = field(default_factory=Locks)


class JunosTree(ConfigTree):
    """Statements as Junos nests them; `mode` of a statement is how it is laid out."""

    def __init__(self, grammar: Grammar) -> None:
        super().__init__(grammar)
        self.commits = Commits()

    @property
    def at_rest(self) -> bool:
        """Whether nothing waits, is edited or locked, and nothing was committed."""
        return self.commits == Commits()

    def copy(self) -> JunosTree:
        """An independent copy; what was committed is on the disk, and shared."""
        other = JunosTree(self.grammar)
        other.root, other.version, other.commits = self.root.copy(), self.version, self.commits
        return other

    def load(self, text: str) -> list[tuple[int, str]]:
        """Take a whole configuration, `set` lines or braces; the statements that are rejected."""
        rejected = []
        for number, words in statements(text):
            try:
                set_statement(self.root, words)
            except StatementError:
                rejected.append((number, " ".join(words)))
        self.version += 1
        return rejected

    def render(self, *, block_end: bool = False) -> list[str]:
        """The lines in braces."""
        del block_end
        return braces(self.root)

    def settle(self, now: datetime) -> datetime | None:
        """Take back a commit that was not confirmed in time; when that was."""
        trial = self.commits.trial
        if trial is None or now < trial.deadline:
            return None
        self.take_back(trial.deadline)
        return trial.deadline

    def boot(self) -> None:
        """What was not committed for good is gone, and so is who edited it."""
        self.commits.candidate = self.commits.trial = None
        self.commits.locks = Locks()

    def commit(
        self, record: Record, *, wait: timedelta | None = None, session: int | None = None
    ) -> None:
        """Put the candidate in force, for as long as `wait` only where that is given.

        A further commit confirms one that waits, and is a commit even where it changes nothing.
        """
        commits = self.commits
        before = commits.trial.before if commits.trial else self.root
        self._replace(commits.candidate or self.root, record)
        deadline = record.moment + wait if wait is not None else None
        commits.trial = Trial(deadline, before, session) if deadline is not None else None

    def confirm(self) -> None:
        """What waits stays."""
        self.commits.trial = None

    def take_back(self, moment: datetime) -> None:
        """Go back to what ran before the commit that waits."""
        trial, self.commits.trial = self.commits.trial, None
        if trial is not None:
            self._replace(trial.before, self.record(moment, "root", "other"))

    def record(self, moment: datetime, user: str, client: str, comment: str = "") -> Record:
        """The record of a commit that is made now."""
        last = self.commits.records[0].number if self.commits.records else 0
        return Record(last + 1, moment, user, client, comment)

    def _replace(self, root: Statement, record: Record) -> None:
        self.commits.history.insert(0, self.root)
        self.commits.records.insert(0, record)
        del self.commits.history[_HISTORY - 1 :]
        del self.commits.records[_HISTORY:]
        self.root = root.copy()
        self.commits.candidate = None
        self.version += 1


def set_statement(root: Statement, words: list[str]) -> None:
    """`set <words>`. Raises `StatementError` and then changes nothing."""
    for path in list(paths(words)):
        node = root
        for step in path:
            node = _put(node, step)


def _put(parent: Statement, step: Step) -> Statement:
    if step.text not in parent.children:
        if step.kind == "value":
            for other in named(parent, step.text.partition(" ")[0]):
                del parent.children[other]
        mode = None if step.kind in ("value", "flag") else _mode(step)
        parent.children[step.text] = Statement(step.text, mode)
    return parent.children[step.text]


def _mode(step: Step) -> str:
    if step.kind == "list":
        return "list"
    return "presence" if step.kind == "presence" else _entry(step)


def _entry(step: Step) -> str:
    return f"entry {step.layout}" if step.kind == "entry" else step.layout


def named(parent: Statement, name: str) -> list[str]:
    """The children of one name, or all of an anonymous list."""
    if not name:
        return [text for text, one in parent.children.items() if (one.mode or "")[:5] == "entry"]
    return [text for text in parent.children if text == name or text.startswith(name + " ")]


def delete_statement(root: Statement, words: list[str]) -> bool:
    """`delete <words>`; False where there is nothing of that. Raises `StatementError`."""
    found = False
    for path in list(paths(words, partial=True)):
        above = [root]
        for step in path[:-1]:
            if step.text not in above[-1].children:
                break
            above.append(above[-1].children[step.text])
        else:
            last = path[-1]
            doomed = named(above[-1], last.text) if last.partial else [last.text]
            for text in doomed:
                found = above[-1].children.pop(text, None) is not None or found
            _prune(above)
    return found


def _prune(above: list[Statement]) -> None:
    """Remove containers that hold nothing any more."""
    while (
        len(above) > 1 and not above[-1].children and above[-1].mode in ("block", "short", "list")
    ):
        gone = above.pop()
        above[-1].children.pop(gone.text, None)


def part(root: Statement, path: Path) -> Statement | None:
    """What stands at a path; None where nothing does."""
    node = root
    for text in path:
        if text not in node.children:
            return None
        node = node.children[text]
    return node


def braces(node: Statement, depth: int = 0) -> list[str]:
    """What stands below a statement, in braces."""
    lines: list[str] = []
    for child in node.children.values():
        lines += _printed(child, _STEP * depth, depth)
    return lines


def _printed(statement: Statement, margin: str, depth: int) -> list[str]:
    secret = " ## SECRET-DATA" if _is_secret(statement.text) else ""
    below = list(statement.children.values())
    leaves = [leaf for child in below for leaf in _one_line(child)]
    if not below:
        return [f"{margin}{statement.text};{secret}"]
    if statement.mode == "list":
        shown = " ".join(leaves)
        return [f"{margin}{statement.text} {f'[ {shown} ]' if len(below) > 1 else shown};"]
    single = statement.mode == "short" and len(below) == 1
    if single or statement.mode == "entry line":
        secret = " ## SECRET-DATA" if any(map(_is_secret, leaves)) else ""
        return [f"{margin}{statement.text} {' '.join(leaves)};{secret}"]
    return [f"{margin}{statement.text} {{", *braces(statement, depth + 1), f"{margin}}}"]


def _one_line(statement: Statement) -> list[str]:
    return [
        statement.text,
        *(leaf for one in statement.children.values() for leaf in _one_line(one)),
    ]


def _is_secret(text: str) -> bool:
    words = ("encrypted-password ", "secret ", "cak ", "value ", "authentication-password ")
    return text.startswith((*words, "privacy-password ", 'authentication-key "'))


def set_lines(node: Statement, above: str = "set") -> Iterator[str]:
    """What stands below a statement, as `set` lines."""
    for child in node.children.values():
        text = f"{above} {child.text}"
        if child.children:
            yield from set_lines(child, text)
        else:
            yield text


def compare(old: Statement, new: Statement, above: Path = ()) -> Iterator[str]:
    """The difference as `show | compare` prints it."""
    gone = [one for text, one in old.children.items() if text not in new.children]
    come = [one for text, one in new.children.items() if text not in old.children]
    changed_lists = [
        (old.children[text], one)
        for text, one in new.children.items()
        if text in old.children and one.mode in ("list", "entry line", "short")
        if one.children.keys() != old.children[text].children.keys()
    ]
    gone += [before for before, _ in changed_lists]
    come += [after for _, after in changed_lists]
    if gone or come:
        yield "[edit" + "".join(f" {text}" for text in above) + "]"
        margin = " " * (len(" ".join(above).split()) + 1)
        for sign, side in (("-", gone), ("+", come)):
            for one in side:
                yield from (sign + margin + line for line in _printed(one, "", 0))
    for text, one in new.children.items():
        if text in old.children and one.mode not in ("list", "entry line", "short"):
            yield from compare(old.children[text], one, (*above, text))
