"""The command line of NX-OS: whether it asks before it obeys."""

from __future__ import annotations

from netmod.lab.commands import Context
from netmod.lab.device import Device
from netmod.lab.fabric import Fabric
from netmod.lab.flash import NoSpace, as_file
from netmod.lab.nxos.bootflash import NO_SPACE, name_of
from netmod.lab.shell import Dialog, Question, Shell, terminal

_RELOAD = "This command will reboot the system. (y/n)?  [n] "
_WARNING = "WARNING: There is unsaved configuration!!!"


class NxosShell(Shell):
    """One session; `terminal dont-ask` is its own and ends with it."""

    def __init__(self, device: Device, fabric: Fabric, user: str = "netmod") -> None:
        super().__init__(device, fabric, user)
        self.asks = True

    def _split(self, line: str) -> tuple[str, str | None]:
        command, arrow, target = line.partition(" > ")
        return (command.rstrip(), f"> {target.strip()}") if arrow else super()._split(line)

    def _filter(self, output: list[str], filtered: str, column: int) -> list[str]:
        if not filtered.startswith("> "):
            return super()._filter(output, filtered, column)
        name = name_of(filtered[2:])
        if not name:
            return ["Invalid path"]
        try:
            self.device.flash.write(name, as_file(output), self.device.now())
        except NoSpace:
            return [NO_SPACE]
        return []


def session(context: Context) -> NxosShell:
    """The session that a command was typed in. Raises `TypeError` for a context that is none."""
    shell = terminal(context)
    if not isinstance(shell, NxosShell):
        raise TypeError(f"{context.device.name} is no NX-OS device")
    return shell


def dont_ask(context: Context, _: tuple[str, ...]) -> list[str]:
    """`terminal dont-ask`."""
    session(context).asks = False
    return []


def do_ask(context: Context, _: tuple[str, ...]) -> list[str]:
    """`no terminal dont-ask`."""
    session(context).asks = True
    return []


def reload(context: Context, _: tuple[str, ...]) -> list[str]:
    """`reload`: the device boots its startup configuration, and the session is gone."""
    shell = session(context)
    return shell.converse(_reload(shell))


def _reload(shell: NxosShell) -> Dialog:
    device = shell.device
    if shell.asks:
        unsaved = device.running.root != device.startup.root
        typed = yield Question(_RELOAD, (_WARNING, "") if unsaved else ())
        if typed.lower() not in ("y", "yes"):
            return []
    device.reboot()
    shell.hang_up()
    return []
