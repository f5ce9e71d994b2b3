"""IOS-XE: `copy` and `write memory`; what is copied to the running configuration is typed."""

from __future__ import annotations

from collections.abc import Generator

from netmod.lab.commands import Context
from netmod.lab.config_tree import ConfigTree
from netmod.lab.device import Device
from netmod.lab.editor import Editor
from netmod.lab.flash import NoSpace
from netmod.lab.iosxe.archive import save_and_archive
from netmod.lab.iosxe.files import Place, agreed, is_quiet, place, read
from netmod.lab.merging import enter, typed_lines
from netmod.lab.shell import Dialog, Question, Shell, terminal
from netmod.lab.text import transferred

REMOVE_USER = (
    "This operation will remove all username related configurations with same name."
    "Do you want to continue? [confirm]"
)


def copy(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`copy <source> <destination>`."""
    session = terminal(context)
    return session.converse(_copy(session, *arguments))


def save(context: Context, _: tuple[str, ...]) -> list[str]:
    """`write memory`."""
    return save_and_archive(context.device)


def _copy(session: Shell, source: str, target: str) -> Dialog:
    device = session.device
    content, error = read(device, source)
    origin, to = place(device, source), place(device, target)
    if error is not None or origin is None:
        return [error or ""]
    if to is None:
        return [f"%Error opening {target} (Invalid argument)"]
    if to.kind == "file" and not to.name:
        to = Place("file", origin.name, to.shown + origin.name)
    if not is_quiet(device):
        asked = yield from _ask_where(device, to)
        if asked is None:
            return [f"%Error writing {to.shown} (Permission denied)"]
        to = asked
    if to.kind == "running":
        printed = yield from merge(session, content.decode("utf-8", "replace").splitlines())
        return [*printed, transferred(len(content))]
    return _store(device, content, origin, to)


def _ask_where(device: Device, to: Place) -> Generator[Question, str, Place | None]:
    """Where to copy to after all; None where a file is there that is to stay."""
    typed = yield Question(f"Destination filename [{to.name}]? ")
    if typed and to.kind == "file":
        to = place(device, f"{to.shown.partition('/')[0]}/{typed}") or to
    if to.kind == "file" and to.name in device.flash.files:
        warning = "%Warning:There is a file already existing with this name "
        typed = yield Question("Do you want to over write? [confirm]", (warning,), key=True)
        if not agreed(typed):
            return None
    return to


def _store(device: Device, content: bytes, origin: Place, to: Place) -> list[str]:
    if to.kind == "startup":
        if origin.kind == "running":
            return save_and_archive(device)
        device.startup = device.persona.tree(device.persona.grammar)
        device.startup.load(content.decode("utf-8", "replace"))
    elif to.kind == "file":
        try:
            device.flash.write(to.name, content, device.now())
        except NoSpace:
            return [f"%Error writing {to.shown} (No space left on device)"]
    return [transferred(len(content))]


def merge(session: Shell, lines: list[str]) -> Dialog:
    """Enter lines into the running configuration as if they were typed, and go on after a fault."""
    device = session.device
    editor = Editor(device.running)
    printed: list[str] = []
    for line in typed_lines(editor, lines):
        if not editor.in_banner and removes_user(editor, line):
            agrees = agreed((yield Question(REMOVE_USER, tuple(printed), key=True)))
            printed = []
            if not agrees:
                continue
        printed += enter(device.persona, editor, line)
    _ = device.view  # the change has the time of now
    return printed


def removes_user(editor: Editor, line: str) -> bool:
    """Whether a line removes an account that there is, which IOS-XE wants confirmed."""
    words = line.split()
    return words[:2] == ["no", "username"] and any(
        known.split()[1:2] == words[2:3] for known in users(editor.tree)
    )


def users(tree: ConfigTree) -> list[str]:
    """The statements that make accounts."""
    return [one for one in tree.root.children if one.startswith("username ")]
