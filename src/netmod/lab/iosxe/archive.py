"""IOS-XE: the archive of configurations, and the differences of two."""

from __future__ import annotations

import re

from netmod.lab.commands import Context
from netmod.lab.device import Device
from netmod.lab.flash import NoSpace, as_file, parse_url
from netmod.lab.iosxe.files import read
from netmod.lab.iosxe.system import file_systems, running_lines
from netmod.lab.outline import Outline, missing, outline
from netmod.lab.revert import reverting
from netmod.lab.statements import Statement

_DEFAULT_MAXIMUM = 10
NOTHING_PENDING = "%No Rollback Confirmed Change pending"


def _settings(device: Device) -> Statement:
    return device.running.root.children.get("archive") or Statement("archive")


def archive_path(device: Device) -> str | None:
    """Where copies of the configuration go to; None where nobody configured it."""
    path = _settings(device).find("path")
    return path.replace("$h", device.hostname) if path else None


def _archived(device: Device) -> list[str]:
    """The names of the copies that are on the flash, the oldest first."""
    stem = re.escape(parse_url(archive_path(device) or "").name)
    found = [name for name in device.flash.files if re.fullmatch(rf"{stem}-\S+-\d+", name)]
    return sorted(found, key=_number)


def _number(name: str) -> int:
    return int(name.rpartition("-")[2])


def _next_number(device: Device) -> int:
    return max(map(_number, _archived(device)), default=-1) + 1


def store_copy(device: Device) -> tuple[str, str | None]:
    """Put a copy of the running configuration into the archive: its path, and what went wrong.

    The oldest copies make room for it. A path to a server takes whatever is sent.
    """
    path = archive_path(device) or ""
    local = device.now().astimezone(device.view.time_zone)
    stamp = f"{local:%b}-{local.day:-2}-{local:%H-%M-%S}.{local.microsecond // 1000:03d}"
    shown = f"{path}-{stamp}-{_next_number(device)}"
    if parse_url(path).system not in file_systems(device):
        return shown, None
    maximum = int(_settings(device).find("maximum") or _DEFAULT_MAXIMUM)
    known = _archived(device)
    for name in known[: max(0, len(known) - maximum + 1)]:
        del device.flash.files[name]
    try:
        device.flash.write(parse_url(shown).name, as_file(running_lines(device)), device.now())
    except NoSpace:
        return shown, f"%Error writing {shown} (No space left on device)"
    return shown, None


def archive_config(context: Context, __: tuple[str, ...]) -> list[str]:
    """`archive config`."""
    if archive_path(context.device) is None:
        return ["Archive feature not enabled"]
    _, error = store_copy(context.device)
    return [error] if error else []


def save_and_archive(device: Device) -> list[str]:
    """Save; with `write-memory` in `archive` a copy goes there as well."""
    device.save()
    error = None
    if archive_path(device) is not None and "write-memory" in _settings(device).children:
        _, error = store_copy(device)
    return ["Building configuration...", *([error] if error else []), "[OK]"]


def show_archive(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show archive`."""
    device = context.device
    path = archive_path(device)
    if path is None:
        return ["Archive feature not enabled"]
    names = _archived(device)
    system = parse_url(path).system
    maximum = _settings(device).find("maximum") or str(_DEFAULT_MAXIMUM)
    rows = [f"   {index:<5}{system}{name}" for index, name in enumerate(names, start=1)]
    if rows:
        rows[-1] += " <- Most Recent"
    return [
        f"The maximum archive configurations allowed is {maximum}.",
        f"There are currently {len(names)} archive configurations saved.",
        f"The next archive file will be named {path}-<timestamp>-{_next_number(device)}",
        " Archive #  Name",
        *rows,
    ]


def rollback_timer(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show archive config rollback timer`."""
    device = context.device
    pending = reverting(device.running).pending
    if pending is None:
        return [NOTHING_PENDING]
    since = (pending.since + device.skew).astimezone(device.view.time_zone)
    return [
        f"Time configured: {since:%H:%M:%S %Z %a %b} {since.day} {since.year}",
        "Timer type: absolute timer",
        f"Timer value: {int(pending.span.total_seconds()) // 60} min",
        f"User: {pending.user}",
    ]


def differences(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show archive config differences [<base> [<new>]]`: running and startup where none is."""
    defaults = ("system:running-config", "nvram:startup-config")
    (old, wrong), (new, also) = (
        _outline(context.device, word) for word in (*arguments, *defaults[len(arguments) :])
    )
    if wrong or also:
        return [wrong or also or ""]
    lines = [*missing(new, old, sign="+"), *missing(old, new, sign="-")]
    return ["!Contextual Config Diffs:", *(lines or ["!No changes were found"])]


def incremental_diffs(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show archive config incremental-diffs <file>`."""
    return _incremental(context.device, arguments[0], ignore_case=False)


def incremental_diffs_ignorecase(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show archive config incremental-diffs <file> ignorecase`."""
    return _incremental(context.device, arguments[0], ignore_case=True)


def _incremental(device: Device, word: str, *, ignore_case: bool) -> list[str]:
    """The lines of a file that the running configuration does not have."""
    new, error = _outline(device, word)
    if error is not None:
        return [error]
    old, _ = _outline(device, "system:running-config")
    lines = missing(new, old, ignore_case=ignore_case)
    return ["!List of Commands:", *lines, "end", *([] if lines else ["!No changes were found"])]


def _outline(device: Device, word: str) -> tuple[Outline, str | None]:
    content, error = read(device, word)
    lines = content.decode("utf-8", "replace").splitlines()
    return outline(lines, device.persona.grammar), error
