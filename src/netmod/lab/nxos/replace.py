"""NX-OS: `configure replace`, whose `commit-timeout` takes back what nobody commits."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Literal

from netmod.lab.commands import Context, Handler
from netmod.lab.device import Device
from netmod.lab.nxos.checkpoints import (
    parse,
    patch_between,
    read_source,
    replace_running,
    syntax_error,
)
from netmod.lab.nxos.system import VERSION, config_lines, dated, local_time
from netmod.lab.nxos.terminal import session
from netmod.lab.nxos.tree import Replacement, nxos_tree

Mode = Literal["atomic", "best-effort", "verify-only", "verify-and-commit", "show-patch"]

_MODES: dict[str, Mode] = {
    "": "atomic",
    " best-effort": "best-effort",
    " verify-only": "verify-only",
    " verify-and-commit": "verify-and-commit",
    " show-patch": "show-patch",
}
_CHECKED = (
    "Version match between user file and running configuration.",
    "Pre-check for User config PASSED",
)
_ADVISORY = (
    "ADVISORY: Config Replace operation started...",
    "Modifying running configuration from another VSH terminal in parallel",
    "is not recommended, as this may lead to Config Replace failure.",
    "",
)
_DONE = (
    "Configure replace completed successfully. "
    "Please run 'show config-replace log exec' to check if there is any configuration "
    "that requires reload to take effect."
)
_FAILED = "Configure replace failed. Use 'show config-replace log exec' to see reasons for failure"


def replace_commands() -> dict[str, Handler]:
    """`configure replace` with each combination of its options."""
    timeout = " commit-timeout <30-3600>"
    return {
        f"configure replace <file>{first}{second}{quiet}": _replacing(meant, timed=bool(timed))
        for (mode, meant), timed, quiet in product(
            _MODES.items(), ("", timeout), ("", " non-interactive")
        )
        for first, second in {(mode, timed), (timed, mode)}
    }


def _replacing(mode: Mode, *, timed: bool) -> Handler:
    def handler(context: Context, arguments: tuple[str, ...]) -> list[str]:
        device = context.device
        seconds = int(arguments[1]) if timed else None
        lines, refusal = read_source(device, "file", arguments[0])
        if refusal is None:
            refusal = _refusal(device, lines)
        if refusal is not None:
            return [refusal]
        if mode in ("verify-only", "show-patch"):
            return [*_CHECKED, *_look(device, lines, mode)]
        return _replace(device, session(context).user, lines, mode, seconds)

    return handler


def _refusal(device: Device, lines: list[str]) -> str | None:
    """Why the device does not even begin: a file of another release, or a change that waits."""
    release = next((line.split()[1] for line in lines if line.startswith("version ")), VERSION)
    if release != VERSION:
        return "Version mismatch between user file and running configuration."
    if nxos_tree(device.running).pending is not None:
        return "ERROR: Commit-timer is running. Commit the last configure replace first"
    return None


def _look(device: Device, lines: list[str], mode: Mode) -> list[str]:
    """What `verify-only` and `show-patch` say; they change nothing."""
    if mode == "show-patch":
        commands = patch_between(device, config_lines(device.running), lines)
        return ["Collecting Running-Config", "Generating Rollback Patch", "", "!!", *commands, ""]
    _, failing = parse(device, lines)
    if failing:
        return [*(syntax_error(line) for line in failing), "Configure replace verification failed."]
    return ["Configure replace verification completed successfully."]


def _replace(
    device: Device, user: str, lines: list[str], mode: Mode, seconds: int | None
) -> list[str]:
    tree = nxos_tree(device.running)
    if seconds is not None:
        tree.wait(device.lab_now(), timedelta(seconds=seconds), user)
    best = mode == "best-effort"
    printed, failing = replace_running(device, lines, "best-effort" if best else "atomic")
    failed = bool(failing) and not best
    if failed:
        tree.pending = None
    waits = seconds is not None and not failed
    tree.history.replacement = Replacement(
        "best-effort" if best else "atomic",
        device.now(),
        not failed,
        "Not Committed" if waits else "",
    )
    return [*_CHECKED, *_ADVISORY, *printed, _FAILED if failed else _DONE, ""]


def commit(context: Context, _: tuple[str, ...]) -> list[str]:
    """`configure replace commit`."""
    tree = nxos_tree(context.device.running)
    if tree.pending is None:
        return ["ERROR: Commit-timer is not running"]
    tree.pending = None
    tree.history.committed("Committed")
    return ["Commit Successful"]


def status(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show config-replace status`."""
    device = context.device
    tree = nxos_tree(device.running)
    last = tree.history.replacement
    if last is None:
        return ["Last operation : None"]
    moment = dated(local_time(device, last.at))
    lines = [
        "Last operation : Config-replace to user config",
        "Details:",
        f"  Rollback type: {last.kind} replace_tmp_1",
        f"  Start Time: {moment}",
        f"  End Time: {moment}",
    ]
    if tree.pending is not None:
        left = int((tree.pending.deadline - device.lab_now()).total_seconds())
        lines.append(f"  Time Left: {left} s")
    if last.commit:
        lines.append(f"  Commit Status: {last.commit}")
    return [*lines, f"  Operation Status: {'Success' if last.succeeded else 'Failed'}", ""]
