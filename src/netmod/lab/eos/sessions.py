"""EOS: configuration sessions, and the one commit that may wait for its confirmation.

A session is a copy of the running configuration at the moment when it was opened; its commit puts
the whole of it in the place of what runs then. All sessions of a device share one table: whoever
enters one by its name works on the same lines.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from netmod.lab.commands import CommandError, Context
from netmod.lab.config_tree import ConfigTree
from netmod.lab.device import Device
from netmod.lab.grammar import Grammar
from netmod.lab.revert import RevertTree
from netmod.lab.statements import Statement

State = Literal["pending", "pendingCommitTimer", "completed"]

MOST_PENDING = 5
MOST_COMPLETED = 1


class Refused(Exception):
    """A command that EOS understands and does not carry out; `words` without the leading `% `."""

    def __init__(self, *words: str) -> None:
        super().__init__("; ".join(words))
        self.words = words


@dataclass(slots=True)
class ConfigSession:
    """One session: its lines, who opened it, and who committed it."""

    name: str
    tree: ConfigTree
    user: str
    state: State = "pending"
    committed_by: str = ""


class EosTree(RevertTree):
    """The running configuration with the device's sessions; a copy, and so a reboot, has none."""

    def __init__(self, grammar: Grammar) -> None:
        super().__init__(grammar)
        self.sessions: dict[str, ConfigSession] = {}

    @property
    def waiting(self) -> ConfigSession | None:
        """The session whose commit is taken back unless somebody confirms it."""
        found = (one for one in self.sessions.values() if one.state == "pendingCommitTimer")
        return next(found, None)

    @property
    def at_rest(self) -> bool:
        """Whether nothing waits, and there is no session."""
        return super().at_rest and not self.sessions

    def settle(self, now: datetime) -> datetime | None:
        """Take back a commit that was not confirmed in time, and forget its session."""
        moment = super().settle(now)
        if moment is not None and self.waiting is not None:
            del self.sessions[self.waiting.name]
        return moment

    def check_nothing_waits(self) -> None:
        """Raises `Refused` while a commit waits: what it goes back to would be lost."""
        if self.waiting is not None:
            raise Refused(
                f"Cannot commit: the commit timer of session {self.waiting.name} is running"
            )

    def put_in_force(self, root: Statement) -> None:
        """Let `root` be what runs; EOS has an order of its own, so what stays keeps its place."""
        self.replace(aligned(root, self.root))


def aligned(new: Statement, old: Statement) -> Statement:
    """A copy of `new` whose statements stand in the order of `old` where that has them."""
    order = [text for text in old.children if text in new.children]
    before = -1
    for text in new.children:
        if text in old.children:
            before = order.index(text)
        else:
            before += 1
            order.insert(before, text)
    below = {}
    for text in order:
        child = new.children[text]
        known = old.children.get(text)
        below[text] = child.copy() if known is None else aligned(child, known)
    return Statement(new.text, new.mode, below)


def tree_of(device: Device) -> EosTree:
    """The running configuration of an EOS device."""
    if not isinstance(device.running, EosTree):
        raise TypeError(f"{device.name} is no EOS device")
    return device.running


# --- what happens to a session


def enter(device: Device, name: str | None, user: str) -> ConfigSession:
    """The pending session of that name, opened where there is none. Raises `Refused`."""
    tree = tree_of(device)
    if name is None:
        name = next(one for number in range(1000) if (one := f"sess-{number}") not in tree.sessions)
    session = tree.sessions.get(name)
    if session is None:
        if sum(one.state == "pending" for one in tree.sessions.values()) >= MOST_PENDING:
            raise Refused(
                "Maximum number of pending sessions has been reached. Please commit or abort "
                "previous sessions before creating a new one."
            )
        session = tree.sessions[name] = ConfigSession(name, tree.copy(), user)
    if session.state != "pending":
        raise Refused(f"Cannot enter session {name} (session is already {_told(session)})")
    return session


def _told(session: ConfigSession) -> str:
    return "completed" if session.state == "completed" else "committed and waits for confirmation"


def rollback_clean(session: ConfigSession) -> None:
    """`rollback clean-config`: the lines of a device that nobody configured."""
    session.tree.replace(Statement("", session.tree.grammar.root))


def commit(device: Device, name: str, user: str, span: timedelta | None = None) -> None:
    """Put a session in force, for `span` only where it is given; or confirm the one that waits.

    With a span, the commit that waits gets that much from now. Raises `Refused`.
    """
    tree = tree_of(device)
    session = tree.sessions.get(name)
    if session is None or session.state == "completed":
        raise Refused(f"Cannot commit session {name} (session {_missing(session)})")
    now = device.lab_now()
    if tree.waiting is session:
        if tree.pending is not None and span is not None:
            tree.pending = replace(tree.pending, since=now, deadline=now + span)
            return
        tree.pending = None
    else:
        tree.check_nothing_waits()
        if span is not None:
            tree.wait(now, span, user)
        tree.put_in_force(session.tree.root)
    session.committed_by = user
    session.state = "completed" if span is None else "pendingCommitTimer"
    _forget_completed(tree, session)
    _ = device.view  # the ports that this changed are marked with this moment


def _forget_completed(tree: EosTree, latest: ConfigSession) -> None:
    done = [one for one in tree.sessions.values() if one.state == "completed" and one is not latest]
    kept = MOST_COMPLETED - (latest.state == "completed")
    for one in done[: len(done) - kept]:
        del tree.sessions[one.name]


def abort(device: Device, name: str) -> None:
    """Throw a session away; a commit that waits is taken back at once. Raises `Refused`."""
    tree = tree_of(device)
    session = tree.sessions.get(name)
    if session is None or session.state == "completed":
        raise Refused(f"Cannot abort session {name} (session {_missing(session)})")
    if tree.waiting is session:
        tree.go_back()
        _ = device.view
    del tree.sessions[name]


def _missing(session: ConfigSession | None) -> str:
    return "does not exist" if session is None else "is already completed"


def span_of(text: str) -> timedelta:
    """`HH:MM:SS` as a time span. Raises `CommandError` where it is none, or nothing."""
    match = re.fullmatch(r"(\d{1,2}):([0-5]?\d):([0-5]?\d)", text)
    hours, minutes, seconds = map(int, match.groups()) if match else (0, 0, 0)
    if not hours + minutes + seconds:
        raise CommandError("invalid", 0)
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def diffs(device: Device, session: ConfigSession) -> list[str]:
    """What the commit of a session would change, as a unified difference; empty for nothing."""
    tree = tree_of(device)
    return list(
        difflib.unified_diff(
            tree.render(block_end=False),
            _rendered(tree, aligned(session.tree.root, tree.root)),
            "system:/running-config",
            f"session:/{session.name}-session-config",
            lineterm="",
        )
    )


def _rendered(tree: EosTree, root: Statement) -> list[str]:
    other = ConfigTree(tree.grammar)
    other.root = root
    return other.render(block_end=False)


def named(context: Context, name: str) -> ConfigSession:
    """The session of that name. Raises `Refused`."""
    session = tree_of(context.device).sessions.get(name)
    if session is None:
        raise Refused(f"Cannot find session {name}")
    return session


# --- what is shown of them


def listed(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show configuration sessions`."""
    return _table(context, detail=False)


def listed_detail(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show configuration sessions detail`: with the time that is left."""
    return _table(context, detail=True)


def _table(context: Context, *, detail: bool) -> list[str]:
    tree = tree_of(context.device)
    left = tree.pending.deadline - context.device.lab_now() if tree.pending else None
    rows: list[tuple[str, ...]] = [("Name", "State", "User", "Commit by")]
    for one in tree.sessions.values():
        waits = detail and one is tree.waiting and left is not None
        rows.append((one.name, one.state, one.committed_by or one.user, _left(left, shown=waits)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    return [
        f"Maximum number of completed sessions: {MOST_COMPLETED}",
        f"Maximum number of pending sessions: {MOST_PENDING}",
        "Merge on commit is disabled",
        "Autosave to startup-config on commit is disabled",
        "",
        *(_row(row if detail else row[:-1], widths) for row in rows),
    ]


def _row(cells: Iterable[str], widths: list[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=False))
    return "  " + "  ".join(padded).rstrip()


def _left(left: timedelta | None, *, shown: bool) -> str:
    if left is None or not shown:
        return ""
    hours, seconds = divmod(int(left.total_seconds()), 3600)
    return f"{hours:02d}:{seconds // 60:02d}:{seconds % 60:02d} from now"


def model(context: Context, *, detail: bool) -> dict[str, object]:
    """The sessions as eAPI has them; `commitBy` counts from the device's start."""
    device = context.device
    tree = tree_of(device)
    found: dict[str, dict[str, object]] = {}
    for one in tree.sessions.values():
        values: dict[str, object] = {
            "state": one.state,
            "commitUser": one.committed_by,
            "description": "",
            "instances": {},
        }
        if detail and one is tree.waiting and tree.pending is not None:
            values["commitBy"] = (tree.pending.deadline - device.booted).total_seconds()
        found[one.name] = values
    return {
        "sessions": found,
        "maxSavedSessions": MOST_COMPLETED,
        "maxOpenSessions": MOST_PENDING,
        "mergeOnCommit": False,
        "saveToStartupConfigOnCommit": False,
    }
