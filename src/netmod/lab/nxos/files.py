"""NX-OS: the bootflash and what is copied from, to and within it."""

from __future__ import annotations

import hashlib

from netmod.lab.commands import Context
from netmod.lab.device import Device
from netmod.lab.editor import Editor
from netmod.lab.flash import NoSpace, as_file
from netmod.lab.merging import enter, typed_lines
from netmod.lab.nxos.bootflash import NO_SPACE, SYSTEM, name_of
from netmod.lab.nxos.system import running_lines, save, startup_lines
from netmod.lab.nxos.terminal import NxosShell, session
from netmod.lab.shell import Dialog, Question


def content_of(device: Device, word: str) -> bytes | None:
    """The content of a file, None where there is none."""
    name = name_of(word)
    return None if name is None else device.flash.read(name)


def directory(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`dir` and `dir <file>`."""
    device, flash = context.device, context.device.flash
    name = name_of(arguments[0]) if arguments else ""
    if name is None or (name and name not in flash.files):
        return ["No such file or directory"]
    rows = []
    for known, file in sorted(flash.files.items()):
        local = file.written.astimezone(device.view.time_zone)
        if name in ("", known):
            rows.append(f"{len(file.content):>11}    {local:%b %d %H:%M:%S %Y}  {known}")
    return [
        *rows,
        "",
        f"Usage for {SYSTEM}//sup-local",
        f"{flash.used:>12} bytes used",
        f"{flash.free:>12} bytes free",
        f"{flash.capacity:>12} bytes total",
    ]


def show_file(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show file <file>`."""
    content = content_of(context.device, arguments[0])
    if content is None:
        return [missing(arguments[0])]
    return content.decode("utf-8", "replace").splitlines()


def md5sum(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show file <file> md5sum`."""
    content = content_of(context.device, arguments[0])
    if content is None:
        return [missing(arguments[0])]
    return [hashlib.md5(content, usedforsecurity=False).hexdigest()]


def missing(word: str) -> str:
    """What the device says of a file that there is not."""
    return f"{word}: No such file or directory"


def delete(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`delete <file>`."""
    shell = session(context)
    return shell.converse(_delete(shell, arguments[0]))


def _delete(shell: NxosShell, word: str) -> Dialog:
    name, files = name_of(word), shell.device.flash.files
    if shell.asks:
        typed = yield Question(f'Do you want to delete "/{name}" ? (yes/no/abort)   [y] ')
        if typed and not "yes".startswith(typed.lower()):
            return []
    if name is None or files.pop(name, None) is None:
        return ["No such file or directory"]
    return []


def copy(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`copy <source> <destination>`."""
    shell = session(context)
    return shell.converse(_copy(shell, *arguments))


def _copy(shell: NxosShell, source: str, target: str) -> Dialog:
    device = shell.device
    content = _read(device, source)
    if content is None:
        return [missing(source)]
    if "running-config".startswith(target):
        return [*merge(device, content.decode("utf-8", "replace").splitlines()), _COPIED]
    if "startup-config".startswith(target):
        if "running-config".startswith(source):
            return save(shell, ())
        startup = device.persona.tree(device.persona.grammar)
        startup.load(content.decode("utf-8", "replace"))
        device.startup = device.running.copy()
        device.startup.replace(startup.root)
        return [_COPIED]
    name = name_of(target)
    if name is None:
        return ["Invalid path"]
    name = name or name_of(source) or source
    if name in device.flash.files and shell.asks:
        words = f"Warning: There is already a file existing with this name {name}. "
        typed = yield Question("Do you want to overwrite (y/n)?[n] ", (words,))
        if typed.lower() not in ("y", "yes"):
            return []
    try:
        device.flash.write(name, content, device.now())
    except NoSpace:
        return [NO_SPACE]
    return [_COPIED]


_COPIED = "Copy complete."


def _read(device: Device, source: str) -> bytes | None:
    if "running-config".startswith(source):
        return as_file(running_lines(device))
    if "startup-config".startswith(source):
        return as_file(startup_lines(device))
    return content_of(device, source)


def merge(device: Device, lines: list[str]) -> list[str]:
    """Enter lines into the running configuration as if they were typed, and go on after a fault."""
    editor = Editor(device.running)
    printed = [
        words
        for line in typed_lines(editor, lines)
        for words in enter(device.persona, editor, line)
    ]
    _ = device.view  # the change has the time of now
    return printed
