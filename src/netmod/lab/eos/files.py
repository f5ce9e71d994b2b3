"""EOS: `copy`, `configure replace`, `dir`, `more` and `delete` over the device's flash."""

from __future__ import annotations

from netmod.lab.commands import Context
from netmod.lab.config_tree import ConfigTree
from netmod.lab.eos import system
from netmod.lab.eos.sessions import Refused, tree_of
from netmod.lab.flash import NoSpace, parse_url

_COPIED = "Copy completed successfully."


def _content(context: Context, source: str) -> str:
    """What a URL names. Raises `Refused`."""
    url = parse_url(source)
    if url.name == "running-config" and url.system in ("", "system:"):
        return _text(system.running_config(context, ()))
    if url.name == "startup-config" and url.system in ("", "flash:"):
        return _text(system.startup_config(context, ()))
    content = context.device.flash.read(url.name) if url.system in ("", "flash:") else None
    if content is None:
        raise Refused(f"Error opening url {source} (No such file or directory)")
    return content.decode("utf-8", "replace")


def _text(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)


def copy(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`copy SOURCE DESTINATION`; onto the running configuration it adds lines."""
    source, destination = arguments
    device, url = context.device, parse_url(destination)
    if url.name == "startup-config" and url.system in ("", "flash:"):
        if parse_url(source).name == "running-config":
            device.save()
        else:
            device.startup = _loaded(context, source, _content(context, source))
            device.saved = device.lab_now()
    elif url.name == "running-config" and url.system in ("", "system:"):
        rejected = device.running.load(_content(context, source))
        _ = device.view
        return [*_rejections(rejected), _COPIED]
    elif url.system == "flash:" and url.name:
        content = _content(context, source).encode()
        try:
            device.flash.write(url.name, content, device.lab_now())
        except NoSpace:
            reason = "No space left on device"
            raise Refused(f"Error copying {source} to {destination} ({reason})") from None
    else:
        raise Refused(f"Error copying {source} to {destination} (Invalid destination)")
    return [_COPIED]


def _loaded(context: Context, source: str, text: str, *, ignore_errors: bool = False) -> ConfigTree:
    """A configuration of its own from a file. Raises `Refused` where EOS does not take a line."""
    device = context.device
    tree = device.persona.tree(device.persona.grammar)
    rejected = tree.load(text)
    if rejected and not ignore_errors:
        raise Refused(f"Errors in {source}:", *_rejections(rejected))
    return tree


def _rejections(rejected: list[tuple[int, str]]) -> list[str]:
    return [f"Invalid input at line {number}: '{line}'" for number, line in rejected]


def replace(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`configure replace SOURCE`: at once, without a session that anybody sees."""
    return _replace(context, arguments[0], ignore_errors=False)


def replace_ignoring(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`configure replace SOURCE ignore-errors`."""
    return _replace(context, arguments[0], ignore_errors=True)


def _replace(context: Context, source: str, *, ignore_errors: bool) -> list[str]:
    tree = tree_of(context.device)
    tree.check_nothing_waits()
    content = "" if source == "clean-config" else _content(context, source)
    tree.put_in_force(_loaded(context, source, content, ignore_errors=ignore_errors).root)
    _ = context.device.view
    return []


def directory(context: Context, _: tuple[str, ...]) -> list[str]:
    """`dir flash:`."""
    flash = context.device.flash
    rows = [
        f"       -rw-  {len(file.content):>12}  {file.written:%b} {file.written.day:>2} "
        f"{file.written:%H:%M}  {name}"
        for name, file in sorted(flash.files.items())
    ]
    return [
        "Directory of flash:/",
        "",
        *(rows or ["No files in directory"]),
        "",
        f"{flash.capacity} bytes total ({flash.free} bytes free)",
    ]


def more(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`more SOURCE`."""
    return _content(context, arguments[0]).splitlines()


def delete(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`delete FILE`."""
    url, files = parse_url(arguments[0]), context.device.flash.files
    if url.system != "flash:" or files.pop(url.name, None) is None:
        raise Refused(f"Error deleting {arguments[0]} (No such file or directory)")
    return []
