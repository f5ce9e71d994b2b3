"""Commits of an IOS-XR device, whichever way in they come by: verified, tried out, confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from netmod.lab.device import Device
from netmod.lab.iosxr.tree import Author, IosxrTree
from netmod.lab.statements import Path, Statement

FAILED = (
    "% Failed to commit one or more configuration items during a pseudo-atomic operation. "
    "All changes made have been reverted. Please issue 'show configuration failed [inheritance]' "
    "from this session to view the errors"
)
_SEMANTIC = (
    "!! SEMANTIC ERRORS: This configuration was rejected by ",
    "!! the system due to semantic errors. The individual ",
    "!! errors with each failed configuration command can be ",
    "!! found below.",
    "",
    "",
)
_ATTACHED = re.compile(r"route-policy ([^\s(]+)\S* (?:in|out)")


@dataclass(frozen=True, slots=True)
class Failure:
    """A line that the device does not take at a commit, and in which words it says so."""

    path: Path
    line: str
    words: str


class CommitRefused(Exception):
    """A commit that changed nothing; the lines are those of `show configuration failed`."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines[0])
        self.lines = lines


def iosxr_tree(device: Device) -> IosxrTree:
    """What runs on the device."""
    if not isinstance(device.running, IosxrTree):
        raise TypeError(f"{device.name} is no IOS-XR device")
    return device.running


def verify(new: Statement) -> None:
    """Raises `CommitRefused` for what the device finds wrong with a configuration."""
    failures = list(_failures(new, new, ()))
    if failures:
        raise CommitRefused(_failed_lines(failures))


def put_in_force(
    device: Device, root: Statement, author: Author, label: str = "", comment: str = ""
) -> bool:
    """Commit a whole configuration; False where it changes nothing. Raises `CommitRefused`.

    Whether it stays is for `confirm` and `IosxrTree.try_out` to say.
    """
    tree = iosxr_tree(device)
    if root == tree.root:
        return False
    verify(root)
    tree.commit(root, device.lab_now(), author, label, comment)
    _ = device.view  # the ports that this changed are marked with this moment
    return True


def confirm(device: Device) -> None:
    """What runs stays, whatever was on trial."""
    iosxr_tree(device).commits.trial = None
    device.save()


def try_out(
    device: Device,
    before: Statement,
    seconds: int,
    *,
    session: int | None = None,
    persist: str | None = None,
) -> None:
    """Let what was committed wait so long for its confirmation."""
    until = device.lab_now() + timedelta(seconds=seconds)
    iosxr_tree(device).try_out(before, until, session, persist)


def roll_back(device: Device, count: int, author: Author) -> bool:
    """Undo the last `count` commits by a new one; False where there are not as many."""
    root = iosxr_tree(device).rolled_back(count)
    if root is None:
        return False
    put_in_force(device, root, author)
    confirm(device)
    return True


def _failures(node: Statement, root: Statement, path: Path) -> Iterator[Failure]:
    """Policies that are attached and not defined."""
    for text, one in node.children.items():
        attached = _ATTACHED.fullmatch(text)
        if attached and path and f"route-policy {attached[1]}" not in root.children:
            words = f"!!% Could not find entry in list: Policy [{attached[1]}] is not defined"
            yield Failure(path, text, words)
        yield from _failures(one, root, (*path, text))


def _failed_lines(failures: list[Failure]) -> list[str]:
    lines, above = list(_SEMANTIC), Path()
    for one in failures:
        shared = 0
        while shared < min(len(above), len(one.path)) and above[shared] == one.path[shared]:
            shared += 1
        lines += [f"{' ' * depth}!" for depth in range(len(above) - 1, shared - 1, -1)]
        lines += [" " * depth + one.path[depth] for depth in range(shared, len(one.path))]
        lines += [" " * len(one.path) + one.line, one.words]
        above = one.path
    lines += [f"{' ' * depth}!" for depth in range(len(above) - 1, -1, -1)]
    return [*lines, "end", ""]
