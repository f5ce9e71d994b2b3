"""The command line of IOS-XE: what it asks before it obeys."""

from __future__ import annotations

from netmod.lab.commands import Context
from netmod.lab.editor import Editor
from netmod.lab.flash import NoSpace, as_file
from netmod.lab.iosxe.archive import save_and_archive
from netmod.lab.iosxe.copying import REMOVE_USER, removes_user
from netmod.lab.iosxe.files import agreed, place
from netmod.lab.iosxe.system import config_lines
from netmod.lab.shell import Dialog, Question, Shell, terminal

_MODIFIED = "System configuration has been modified. Save? [yes/no]: "


class IosxeShell(Shell):
    """One session; an account goes when somebody confirms it, `| redirect` makes a file."""

    def _filter(self, output: list[str], filtered: str, column: int) -> list[str]:
        word, _, url = filtered.partition(" ")
        if not (len(word) > 2 and "redirect".startswith(word.lower())):
            return super()._filter(output, filtered, column)
        to = place(self.device, url.strip())
        if to is None or to.kind != "file" or not to.name:
            return [f"%Error opening {url.strip()} (Invalid argument)"]
        try:
            self.device.flash.write(to.name, as_file(output), self.device.now())
        except NoSpace:
            return [f"%Error writing {to.shown} (No space left on device)"]
        return []

    def _configure(self, editor: Editor, line: str, prompt: str) -> list[str]:
        if not editor.in_banner and removes_user(editor, line.strip()):
            return self.converse(self._remove_user(editor, line, prompt))
        return super()._configure(editor, line, prompt)

    def _remove_user(self, editor: Editor, line: str, prompt: str) -> Dialog:
        if not agreed((yield Question(REMOVE_USER, key=True))):
            return []
        return super()._configure(editor, line, prompt)


def reload(context: Context, _: tuple[str, ...]) -> list[str]:
    """`reload`: the device boots its startup configuration, and the session is gone."""
    session = terminal(context)
    return session.converse(_reload(session))


def _reload(session: Shell) -> Dialog:
    device = session.device
    printed: list[str] = []
    if config_lines(device.running) != config_lines(device.startup):
        typed = (yield Question(_MODIFIED)).lower()
        if typed and "yes".startswith(typed):
            printed = save_and_archive(device)
    if not agreed((yield Question("Proceed with reload? [confirm]", tuple(printed), key=True))):
        return []
    device.reboot()
    session.hang_up()
    return []
