"""IOS-XE: `configure replace`, and changes that go back unless they are confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

from netmod.lab.commands import Context, Handler
from netmod.lab.config_tree import ConfigTree
from netmod.lab.device import Device
from netmod.lab.iosxe.archive import NOTHING_PENDING, archive_path, store_copy
from netmod.lab.iosxe.copying import REMOVE_USER, users
from netmod.lab.iosxe.files import agreed, read
from netmod.lab.iosxe.system import config_lines
from netmod.lab.outline import outline, patch
from netmod.lab.revert import reverting
from netmod.lab.shell import Dialog, Question, Shell, terminal

_PASSES = 5
_ARCHIVE_OFF = "%Please turn config archive on before using the rollback confirmed change feature"
_PENDING = "%Error: a rollback confirmed change is already pending"
_WARNING = (
    "This will apply all necessary additions and deletions",
    "to replace the current running configuration with the",
    "contents of the specified configuration file, which is",
    "assumed to be a complete configuration, not a partial",
)
_SURE = "configuration. Enter Y if you are sure you want to proceed. ? [no]: "
_REPLACE = "configure replace <file>"


def replace_commands() -> dict[str, Handler]:
    """`configure replace` with each combination of its options."""
    timers = ("", " timer <1-120>", " time <1-120>")
    reverts = ("", " revert", " revert trigger error")
    return {
        f"{_REPLACE}{listed}{forced}{case}{revert}{timer}": _replacing(
            forced=bool(forced), listed=bool(listed), revert=bool(revert), timed=bool(timer)
        )
        for listed, forced, case, revert, timer in product(
            ("", " list"), ("", " force"), ("", " ignorecase"), reverts, timers
        )
        if revert != " revert" or timer == timers[1]
    }


def _replacing(*, forced: bool, listed: bool, revert: bool, timed: bool) -> Handler:
    def handler(context: Context, arguments: tuple[str, ...]) -> list[str]:
        session = terminal(context)
        minutes = int(arguments[1]) if timed else None
        dialog = _replace(
            session, arguments[0], minutes, forced=forced, listed=listed, revert=revert
        )
        return session.converse(dialog)

    return handler


def _replace(
    session: Shell, word: str, minutes: int | None, *, forced: bool, listed: bool, revert: bool
) -> Dialog:
    device = session.device
    content, refusal = read(device, word)
    lines = content.decode("utf-8", "replace").splitlines()
    if refusal is None:
        refusal = _refusal(device, lines, guarded=revert or minutes is not None)
    if refusal is not None:
        return [refusal]
    if not forced and not "yes".startswith((yield Question(_SURE, _WARNING)).lower() or "no"):
        return []
    new = device.persona.tree(device.persona.grammar)
    failing = [line for _, line in new.load("\n".join(lines))]
    printed: list[str] = []
    if minutes is not None:
        path, error = store_copy(device)
        printed.append(f"Timed Rollback: Backing up current running config to {path}")
        if error is not None:
            return [*printed, error]
    for gone in _gone_users(device, new):
        if not agreed((yield Question(REMOVE_USER, tuple(printed), key=True))):
            new.store((), gone, None)
        printed = []
    commands = _commands(device, new)
    if listed:
        printed += ["!Pass 1", "!List of Rollback Commands:", *commands, "end", ""]
    if failing and revert:
        return [*printed, *_failed(failing), *_RESTORED]
    if minutes is not None:
        reverting(device.running).wait(device.lab_now(), timedelta(minutes=minutes), session.user)
    device.running.replace(new.root)
    _ = device.view  # the change has the time of now
    if failing:
        return [*printed, *_failed(failing)]
    return [*printed, f"Total number of passes: {1 if commands else 0}", "Rollback Done", ""]


def _refusal(device: Device, lines: list[str], *, guarded: bool) -> str | None:
    """Why the device does not even begin. A file that was cut off has no `end`."""
    if not any(line.strip() == "end" for line in lines):
        return "%The input file is not a valid config file."
    if guarded and archive_path(device) is None:
        return _ARCHIVE_OFF
    if guarded and reverting(device.running).pending is not None:
        return _PENDING
    return None


def _gone_users(device: Device, new: ConfigTree) -> Iterator[str]:
    kept = {one.split()[1] for one in users(new)}
    for statement in users(device.running):
        if statement.split()[1] not in kept:
            yield statement


def _commands(device: Device, new: ConfigTree) -> list[str]:
    grammar = device.persona.grammar
    old_outline = outline(config_lines(device.running), grammar)
    return patch(old_outline, outline(config_lines(new), grammar), step=" ")


_RESTORED = (
    "Error: could not replace the running configuration",
    "The original configuration has been successfully restored",
    "",
)


def _failed(lines: list[str]) -> list[str]:
    return [
        f"Rollback aborted after {_PASSES} passes",
        "The following commands are failing, which is undesireable:",
        "********",
        *lines,
        "********",
        "",
    ]


def configure_with_timer(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`configure terminal revert timer <minutes>`."""
    session, device = terminal(context), context.device
    if archive_path(device) is None:
        return [_ARCHIVE_OFF]
    tree = reverting(device.running)
    if tree.pending is not None:
        return [_PENDING]
    path, error = store_copy(device)
    printed = [f"Rollback Confirmed Change: Backing up current running config to {path}", ""]
    if error is not None:
        return [*printed, error]
    tree.wait(device.lab_now(), timedelta(minutes=int(arguments[0])), session.user)
    return [*printed, *session.enter_configuration()]


def confirm(context: Context, _: tuple[str, ...]) -> list[str]:
    """`configure confirm`."""
    tree = reverting(context.device.running)
    if tree.pending is None:
        return [NOTHING_PENDING]
    tree.pending = None
    return []


def revert_now(context: Context, __: tuple[str, ...]) -> list[str]:
    """`configure revert now`."""
    device = context.device
    tree = reverting(device.running)
    if tree.pending is None:
        return [NOTHING_PENDING]
    tree.go_back()
    _ = device.view  # the change has the time of now
    return [
        "Rollback Confirmed Change: Rollback immediately.",
        "",
        "Total number of passes: 1",
        "Rollback Done",
        "",
    ]


def revert_timer(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`configure revert timer <minutes>`: that long from now on."""
    tree = reverting(context.device.running)
    if tree.pending is None:
        return [NOTHING_PENDING]
    tree.extend(context.device.lab_now(), timedelta(minutes=int(arguments[0])))
    return []
