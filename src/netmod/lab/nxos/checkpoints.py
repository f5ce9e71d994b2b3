"""NX-OS: `checkpoint`, `rollback` and what differs between two configurations."""

from __future__ import annotations

from itertools import product
from typing import Literal

from netmod.lab.commands import Context, Handler
from netmod.lab.config_tree import ConfigTree
from netmod.lab.device import Device
from netmod.lab.flash import NoSpace, as_file
from netmod.lab.nxos.bootflash import NO_SPACE, name_of
from netmod.lab.nxos.files import content_of, missing
from netmod.lab.nxos.system import config_lines, dated, local_time
from netmod.lab.nxos.terminal import NxosShell, session
from netmod.lab.nxos.tree import Checkpoint, nxos_tree
from netmod.lab.outline import Outline, outline, patch
from netmod.lab.shell import Dialog, Question

Mode = Literal["atomic", "best-effort", "stop-at-first-failure"]

_MOST = 10
_RULE = "-" * 80
_MODES: dict[str, Mode] = {
    "": "atomic",
    " atomic": "atomic",
    " best-effort": "best-effort",
    " stop-at-first-failure": "stop-at-first-failure",
}


# --- taking and showing checkpoints


def _snapshot(device: Device) -> bytes:
    """The running configuration as a checkpoint holds it."""
    now = dated(local_time(device, device.now()))
    head = ["!Command: Checkpoint cmd vdc 1", f"!Time: {now}", ""]
    return as_file([*head, *config_lines(device.running)])


def checkpoint(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`checkpoint [<name> [description <text>]]`; the oldest of too many goes."""
    shell, device = session(context), context.device
    known = nxos_tree(device.running).history.checkpoints
    number = next(one for one in range(1, _MOST + 2) if f"user-checkpoint-{one}" not in known)
    name, description = (*arguments, *(f"user-checkpoint-{number}", "None")[len(arguments) :])
    if name in known:
        return [f"ERROR: Checkpoint {name} already exists"]
    if len(known) >= _MOST:
        del known[next(iter(known))]
    known[name] = Checkpoint(name, shell.user, device.now(), _snapshot(device), description)
    return [*([] if arguments else [f"{name} created Successfully"]), "Done"]


def checkpoint_file(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`checkpoint file <file>`."""
    shell = session(context)
    return shell.converse(_checkpoint_file(shell, arguments[0]))


def _checkpoint_file(shell: NxosShell, word: str) -> Dialog:
    device, name = shell.device, name_of(word)
    if not name:
        return ["ERROR: Invalid file name"]
    if name in device.flash.files and shell.asks:
        typed = yield Question("File already exists. Do you want to overwrite (y/n)?  [no] ")
        if typed.lower() not in ("y", "yes"):
            return []
    try:
        device.flash.write(name, _snapshot(device), device.now())
    except NoSpace:
        return [f"ERROR: {NO_SPACE}"]
    return ["Done"]


def remove_checkpoint(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`no checkpoint <name>`."""
    known = nxos_tree(context.device.running).history.checkpoints
    return [] if known.pop(arguments[0], None) else [_no_checkpoint(arguments[0])]


def clear_checkpoints(context: Context, _: tuple[str, ...]) -> list[str]:
    """`clear checkpoint database`."""
    nxos_tree(context.device.running).history.checkpoints.clear()
    return ["Done"]


def _no_checkpoint(name: str) -> str:
    return f"ERROR: Checkpoint {name} does not exist"


def show_checkpoints(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show checkpoint [all | <name>]`."""
    known = nxos_tree(context.device.running).history.checkpoints
    if arguments and arguments[0] not in known:
        return [_no_checkpoint(arguments[0])]
    lines: list[str] = []
    for name in arguments or known:
        lines += [_RULE, f"Name: {name}", "", *known[name].content.decode().splitlines()]
    return lines


def summary(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show checkpoint summary`."""
    device = context.device
    lines = ["User Checkpoint Summary", _RULE]
    for number, one in enumerate(nxos_tree(device.running).history.checkpoints.values(), start=1):
        taken = local_time(device, one.taken)
        lines += [
            f"{number}) {one.name}:",
            f"Created by {one.user}",
            f"Created at {taken:%a, %H:%M:%S %d %b %Y}",
            f"Size is {len(one.content):,} bytes",
            f"Description: {one.description}",
            "",
        ]
    return lines


# --- differences


def read_source(device: Device, kind: str, name: str) -> tuple[list[str], str | None]:
    """The lines of a configuration, and what the device says where there is none."""
    if kind == "running-config":
        return config_lines(device.running), None
    if kind == "startup-config":
        return config_lines(device.startup), None
    if kind == "file":
        content, refusal = content_of(device, name), f"ERROR: {missing(name)}"
    else:
        found = nxos_tree(device.running).history.checkpoints.get(name)
        content, refusal = None if found is None else found.content, _no_checkpoint(name)
    if content is None:
        return [], refusal
    return content.decode("utf-8", "replace").splitlines(), None


def outlined(device: Device, lines: list[str]) -> Outline:
    """The lines without that of the release, which no patch contains."""
    found = outline(lines, device.persona.grammar)
    return {line: below for line, below in found.items() if not line.startswith("version ")}


def patch_between(device: Device, old: list[str], new: list[str]) -> list[str]:
    """The commands that lead from one configuration to the other."""
    return patch(outlined(device, old), outlined(device, new), step="  ")


def diff_commands() -> dict[str, Handler]:
    """`show diff rollback-patch A B` for each kind of A and B."""
    kinds = ("checkpoint <name>", "file <file>", "running-config", "startup-config")
    return {
        f"show diff rollback-patch {one} {other}": _diffing(one.split()[0], other.split()[0])
        for one, other in product(kinds, repeat=2)
    }


def _diffing(old_kind: str, new_kind: str) -> Handler:
    def handler(context: Context, arguments: tuple[str, ...]) -> list[str]:
        names, sources, device = list(arguments), [], context.device
        for kind in (old_kind, new_kind):
            name = names.pop(0) if kind in ("checkpoint", "file") else ""
            lines, refusal = read_source(device, kind, name)
            if refusal is not None:
                return [refusal]
            sources.append(lines)
        commands = patch_between(device, *sources)
        collects = "running-config" in (old_kind, new_kind)
        return [
            *(["Collecting Running-Config"] if collects else []),
            "Generating Rollback Patch",
            *(["", "!!", *commands] if commands else ["Rollback Patch is Empty"]),
            "",
        ]

    return handler


# --- rollback


def rollback_commands() -> dict[str, Handler]:
    """`rollback running-config …` in each form."""
    sources = ("checkpoint <name>", "file <file>")
    return {
        f"rollback running-config {source}{mode}{verbose}": _rolling(source.split()[0], meant)
        for source, (mode, meant), verbose in product(sources, _MODES.items(), ("", " verbose"))
    }


def _rolling(kind: str, mode: Mode) -> Handler:
    def handler(context: Context, arguments: tuple[str, ...]) -> list[str]:
        device = context.device
        lines, refusal = read_source(device, kind, arguments[0])
        if refusal is not None:
            return [refusal]
        printed, failing = replace_running(device, lines, mode)
        head = ["Note: Applying config parallelly may fail Rollback verification"]
        if failing and mode != "best-effort":
            return [*head, *printed, "", "Rollback failed.", ""]
        return [*head, *printed, "", "Rollback completed successfully.", ""]

    return handler


def replace_running(device: Device, lines: list[str], mode: Mode) -> tuple[list[str], list[str]]:
    """Put the lines in the place of the running configuration.

    What is printed, and the lines that failed: `atomic` then changes nothing, `best-effort` does
    the rest, `stop-at-first-failure` keeps what was done before.
    """
    commands = patch_between(device, config_lines(device.running), lines)
    printed = ["Collecting Running-Config", "Generating Rollback Patch"]
    if not commands:
        return [*printed, "Rollback Patch is Empty"], []
    printed.append("Executing Rollback Patch")
    new, failing = parse(device, lines)
    if failing and mode == "stop-at-first-failure":
        new = _until_failure(device.running, commands)
    if not (failing and mode == "atomic"):
        device.running.replace(new.root)
        _ = device.view  # the change has the time of now
    if failing:
        return [*printed, *(syntax_error(line) for line in failing)], failing
    return [
        *printed,
        "Generating Running-config for verification",
        "Generating Patch for verification",
        "Verification is Successful.",
    ], []


def parse(device: Device, lines: list[str]) -> tuple[ConfigTree, list[str]]:
    """The configuration that the lines make, and those that the device does not take.

    The line of the release is the device's own, whatever a file says.
    """
    tree = device.persona.tree(device.persona.grammar)
    taken = (line for line in lines if not line.startswith("version "))
    return tree, [line for _, line in tree.load("\n".join(taken))]


def syntax_error(line: str) -> str:
    """What the device says of a line of a patch that it does not take."""
    return f"Syntax error while parsing '{line}'"


def _until_failure(running: ConfigTree, commands: list[str]) -> ConfigTree:
    """What runs after the commands of a patch before the first that fails."""
    rejected = running.copy().load("\n".join(commands))
    tree = running.copy()
    tree.load("\n".join(commands[: rejected[0][0] - 1] if rejected else commands))
    return tree
