"""What a persona is: one network OS as data, on the shared shell and the shared fabric."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from netmod.lab.commands import CommandTable
from netmod.lab.config_tree import ConfigTree
from netmod.lab.grammar import Grammar
from netmod.lab.macsec import DeviceView


@dataclass(frozen=True)
class Persona:
    """One network OS.

    `read` turns a configuration into the fabric's values. `prompt` makes the prompt from host
    name and configuration mode ("" outside). `candidate` says that lines of configuration wait for
    `commit`. `block_end` is how blocks of the running config end (see `ConfigTree.render`).
    `heading` is what the OS prints before the output of a show command. `describe` gives the
    system description that LLDP announces for a model; `model` is that of a device whose inventory
    names none. `lldp_short` says that LLDP announces short interface names.
    """

    platform: str
    grammar: Grammar
    read: Callable[[ConfigTree], DeviceView]
    commands: CommandTable
    prompt: Callable[[str, str], str]
    heading: Callable[[datetime, str], list[str]]
    model: str
    version: str
    describe: Callable[[str], tuple[str, ...]]
    candidate: bool = False
    block_end: bool = False
    lldp_short: bool = False
