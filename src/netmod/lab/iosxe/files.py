"""IOS-XE: the flash and what is copied from, to and within it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from netmod.lab.commands import Context
from netmod.lab.device import Device
from netmod.lab.flash import as_file, parse_url
from netmod.lab.iosxe.system import (
    config_lines,
    file_system,
    file_systems,
    running_lines,
)
from netmod.lab.shell import Dialog, Question, Shell, terminal

Kind = Literal["running", "startup", "null", "file"]

_FIRST_INODE = 12


@dataclass(frozen=True, slots=True)
class Place:
    """What a command names: a configuration, nothing, or a file; `shown` is its full path."""

    kind: Kind
    name: str
    shown: str


def place(device: Device, word: str) -> Place | None:
    """The place that a path names, None where the device has no such file system."""
    url = parse_url(word)
    if url.system in ("", "system:") and url.name and "running-config".startswith(url.name):
        return Place("running", "running-config", "system:running-config")
    if url.system in ("", "nvram:") and url.name and "startup-config".startswith(url.name):
        return Place("startup", "startup-config", "nvram:startup-config")
    if url.system == "null:":
        return Place("null", "", "null:")
    system = url.system or file_system(device)
    if system not in file_systems(device):
        return None
    return Place("file", url.name, f"{system}/{url.name}")


def read(device: Device, word: str) -> tuple[bytes, str | None]:
    """The content at a place, and what the device says where there is none."""
    found = place(device, word)
    if found is None:
        return b"", f"%Error opening {word} (Invalid argument)"
    if found.kind == "running":
        return as_file(running_lines(device)), None
    if found.kind == "startup":
        return as_file(config_lines(device.startup)), None
    content = device.flash.read(found.name) if found.kind == "file" else b""
    if content is None:
        return b"", f"%Error opening {found.shown} (No such file or directory)"
    return content, None


def directory(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`dir` and `dir <file>`."""
    device = context.device
    found = place(device, arguments[0] if arguments else file_system(device))
    if found is None or found.kind != "file":
        return [f"%Error opening {arguments[0]} (Invalid argument)"]
    files = device.flash.files
    if found.name and found.name not in files:
        return [f"%Error opening {found.shown} (No such file or directory)"]
    rows = []
    for inode, (name, file) in enumerate(files.items(), start=_FIRST_INODE):
        local = file.written.astimezone(device.view.time_zone)
        zone = f"{local:%z}"
        if found.name in ("", name):
            rows.append(
                f"{inode:<7} -rw-  {len(file.content):>15}  {local:%b} {local.day:>2} "
                f"{local:%Y %H:%M:%S} {zone[:3]}:{zone[3:]}  {name}"
            )
    flash = device.flash
    return [
        f"Directory of {found.shown}",
        "",
        *(rows or ["No files in directory"]),
        "",
        f"{flash.capacity} bytes total ({flash.free} bytes free)",
    ]


def verify_md5(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`verify /md5 <file>`."""
    found = place(context.device, arguments[0])
    content = context.device.flash.read(found.name) if found else None
    if found is None or content is None:
        shown = found.shown if found else arguments[0]
        return [f"%Error verifying {shown} (No such file or directory)"]
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return [f".MD5 of {found.shown} Done!", f"verify /md5 ({found.shown}) = {digest}", ""]


def more(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`more <file>`."""
    content, error = read(context.device, arguments[0])
    return content.decode("utf-8", "replace").splitlines() if error is None else [error]


def is_quiet(device: Device) -> bool:
    """Whether file commands ask nothing."""
    return "file prompt quiet" in device.running.root.children


def delete(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`delete <file>`."""
    session = terminal(context)
    return session.converse(_delete(session, arguments[0], asks=not is_quiet(session.device)))


def delete_forced(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`delete /force <file>`."""
    session = terminal(context)
    return session.converse(_delete(session, arguments[0], asks=False))


def _delete(session: Shell, word: str, *, asks: bool) -> Dialog:
    device = session.device
    found = place(device, word)
    if found is None or found.kind != "file":
        return [f"%Error deleting {word} (Invalid argument)"]
    if asks:
        typed = yield Question(f"Delete filename [{found.name}]? ")
        found = place(device, f"{found.shown.partition('/')[0]}/{typed}") if typed else found
        if found is None:
            return [f"%Error deleting {typed} (Invalid argument)"]
        if not agreed((yield Question(f"Delete {found.shown}? [confirm]", key=True))):
            return ["Delete of " + found.shown + " aborted!"]
    if device.flash.files.pop(found.name, None) is None:
        return [f"%Error deleting {found.shown} (No such file or directory)"]
    return []


def agreed(typed: str) -> bool:
    """Whether a key agrees: a `[confirm]` takes the return key, too."""
    return typed.lower() in ("", "y")
