"""IOS-XR: what was committed and what waits to be, and `rollback configuration`."""

from __future__ import annotations

from collections.abc import Sequence

from netmod.lab.commands import Context
from netmod.lab.device import Device
from netmod.lab.iosxr.shell import IosxrShell
from netmod.lab.iosxr.system import VERSION
from netmod.lab.iosxr.target import CommitRefused, iosxr_tree, roll_back
from netmod.lab.iosxr.tree import Author, Commit
from netmod.lab.netconf_xml import number
from netmod.lab.shell import terminal

_HEADER = ("Building configuration...", f"!! IOS XR Configuration {VERSION}")
_NO_COMMIT = "% No such configuration change was found"


def pending(context: Context, _: Sequence[str]) -> list[str]:
    """`show configuration`: what the session has not committed."""
    return [*_HEADER, *_session(context).target_lines(), "end", ""]


def failed(context: Context, _: Sequence[str]) -> list[str]:
    """`show configuration failed`: what the last commit of the session was refused for."""
    return list(_session(context).failed)


def listed(context: Context, arguments: Sequence[str]) -> list[str]:
    """`show configuration commit list [N]`."""
    rows = [
        f"{index:<4} {one.name:<21} {one.author.user:<9} {one.author.line:<19} "
        f"{one.author.client:<11} {_when(context.device, one)}"
        for index, one in _chosen(context.device, arguments)
    ]
    return [
        "SNo. Label/ID              User      Line                Client      Time Stamp",
        "~~~~ ~~~~~~~~              ~~~~      ~~~~                ~~~~~~      ~~~~~~~~~~",
        *rows,
        "",
    ]


def listed_in_detail(context: Context, arguments: Sequence[str]) -> list[str]:
    """`show configuration commit list [N] detail`."""
    lines = [""]
    for index, one in _chosen(context.device, arguments):
        lines += [
            f"   {index}) CommitId: {one.number:<24} Label: {one.label or 'NONE'}",
            f"      UserId:   {one.author.user:<24} Line:  {one.author.line}",
            f"      Client:   {one.author.client:<24} Time:  {_when(context.device, one)}",
            f"      Comment:  {one.comment or 'NONE'}",
            "",
        ]
    return lines


def changes_last(context: Context, arguments: Sequence[str]) -> list[str]:
    """`show configuration commit changes last N`: the lines of the last N commits together."""
    return _changes(context.device, number(arguments[0]), diff=False)


def changes_last_diff(context: Context, arguments: Sequence[str]) -> list[str]:
    """`show configuration commit changes last N diff`."""
    return _changes(context.device, number(arguments[0]), diff=True)


def changes_since(context: Context, arguments: Sequence[str]) -> list[str]:
    """`show configuration commit changes since ID`: that commit and all behind it."""
    position = iosxr_tree(context.device).position(arguments[0])
    return _changes(context.device, position, diff=False)


def changes_of(context: Context, arguments: Sequence[str]) -> list[str]:
    """`show configuration commit changes ID`: one commit, by number or label."""
    tree = iosxr_tree(context.device)
    position = tree.position(arguments[0])
    if position is None:
        return [_NO_COMMIT]
    entry = tree.commits.entries[position - 1]
    return [*_HEADER, *tree.changed_lines(entry.before, entry.after), "end", ""]


def rollback_changes_last(context: Context, arguments: Sequence[str]) -> list[str]:
    """`show configuration rollback changes last N`: what a rollback would do."""
    tree = iosxr_tree(context.device)
    before = tree.rolled_back(number(arguments[0]) or 0)
    if before is None:
        return [_NO_COMMIT]
    return [*_HEADER, *tree.changed_lines(tree.root, before), "end", ""]


def rollback_last(context: Context, arguments: Sequence[str]) -> list[str]:
    """`rollback configuration last N`."""
    count = number(arguments[0]) or 0
    return _rolled_back(context, count, f"rolled back {count} commits.")


def rollback_to(context: Context, arguments: Sequence[str]) -> list[str]:
    """`rollback configuration to ID`: that commit and all behind it are undone."""
    name = arguments[0]
    count = iosxr_tree(context.device).position(name) or 0
    return _rolled_back(context, count, f"rolled back to '{name}'.")


def _rolled_back(context: Context, count: int, words: str) -> list[str]:
    author = Author(_session(context).user, client="Rollback")
    try:
        done = roll_back(context.device, count, author)
    except CommitRefused as refused:
        return refused.lines
    if not done:
        return [_NO_COMMIT]
    return [
        "Loading Rollback Changes.",
        "Loaded Rollback Changes in 1 sec ",
        "Committing.",
        "1 items committed in 1 sec (1)items/sec",
        "Updating.",
        "Updated Commit database in 1 sec ",
        f"Configuration successfully {words}",
    ]


def _changes(device: Device, count: int | None, *, diff: bool) -> list[str]:
    tree = iosxr_tree(device)
    before = tree.rolled_back(count or 0)
    if before is None:
        return [_NO_COMMIT]
    after = tree.commits.entries[0].after
    lines = tree.difference_lines(before, after) if diff else tree.changed_lines(before, after)
    return [*_HEADER, *lines, "end", ""]


def _chosen(device: Device, arguments: Sequence[str]) -> list[tuple[int, Commit]]:
    entries = list(enumerate(iosxr_tree(device).commits.entries, start=1))
    return entries[: number(arguments[0])] if arguments else entries


def _when(device: Device, entry: Commit) -> str:
    local = (entry.moment + device.skew).astimezone(device.view.time_zone)
    return f"{local:%a %b} {local.day:>2} {local:%H:%M:%S %Y}"


def _session(context: Context) -> IosxrShell:
    session = terminal(context)
    if not isinstance(session, IosxrShell):
        raise TypeError(f"{context.device.name} is no IOS-XR device")
    return session
