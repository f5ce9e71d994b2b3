"""What a persona is: one network OS as data, on the shared shell and the shared fabric."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from netmod.lab.commands import CommandTable, Complaint, ios_complaint
from netmod.lab.config_tree import ConfigTree
from netmod.lab.grammar import Grammar
from netmod.lab.macsec import DeviceView
from netmod.lab.service import HttpApi, OpenService

if TYPE_CHECKING:  # a shell serves a device, a device has a persona
    from netmod.lab.shell import Shell


@dataclass(frozen=True)
class Persona:
    """One network OS.

    `read` turns a configuration into the fabric's values. `prompt` makes the prompt from host
    name and configuration mode ("" outside). `candidate` says that lines of configuration wait for
    `commit`. `block_end` is how blocks of the running config end (see `ConfigTree.render`).
    `heading` is what the OS prints before the output of a show command. `describe` gives the
    system description that LLDP announces for a model; `model` is that of a device whose inventory
    names none. `lldp_short` says that LLDP announces short interface names. `complaint` gives the
    words in which a line is refused, `entering` is what `configure` prints, and `bare_configure`
    says that it needs no second word. `json_commands` answer a command that ends in `| json`.
    `services` open what answers beside the shell: by the name of an SSH subsystem, or by the first
    word of an SSH command (`scp`). `http_api` answers HTTPS. `serial_prefix` begins the serial
    numbers of the vendor's chassis. `tree` and `shell` are those of an OS whose configuration or
    command line is of another kind than IOS's.
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
    tree: type[ConfigTree] = ConfigTree
    shell: type[Shell] | None = None
    lldp_short: bool = False
    complaint: Complaint = ios_complaint
    entering: tuple[str, ...] = ()
    bare_configure: bool = True
    show_in_configuration: bool = True
    json_commands: CommandTable | None = None
    services: Mapping[str, OpenService] = field(default_factory=dict)
    http_api: HttpApi | None = None
    serial_prefix: str = "FOX"
