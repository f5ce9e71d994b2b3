"""EOS: Arista's switches."""

from __future__ import annotations

import re
from datetime import datetime

from netmod.lab.commands import CommandError, CommandTable
from netmod.lab.eos import (
    api_config,
    command_api,
    files,
    macsec,
    models,
    neighbors,
    sessions,
    shell,
    system,
)
from netmod.lab.eos.grammar import GRAMMAR
from netmod.lab.eos.models import as_json
from netmod.lab.eos.reading import read
from netmod.lab.eos.sessions import EosTree
from netmod.lab.eos.shell import EosShell
from netmod.lab.persona import Persona
from netmod.lab.service import HttpApi


def _prompt(hostname: str, mode: str) -> str:
    return f"{hostname}({mode})#" if mode else f"{hostname}#"


def _heading(_: datetime, __: str) -> list[str]:
    return []


def _complaint(error: CommandError, line: str, _: str) -> list[str]:
    """EOS counts the words of the line from 0."""
    if error.kind == "incomplete":
        return ["% Incomplete command"]
    starts = [(match.start(), match[0]) for match in re.finditer(r"\S+", line)]
    index = max((at for at, (start, _) in enumerate(starts) if start <= error.column), default=0)
    word = starts[index][1] if starts else ""
    kinds = {"ambiguous": "Ambiguous command", "partial": "Incomplete token"}
    kind = kinds.get(error.kind, "Invalid input")
    return [f"% {kind} (at token {index}: '{word}')"]


PERSONA = Persona(
    platform="arista_eos",
    grammar=GRAMMAR,
    read=read,
    prompt=_prompt,
    heading=_heading,
    complaint=_complaint,
    model=system.MODEL,
    version=system.VERSION,
    describe=system.describe,
    serial_prefix="JPE",
    http_api=HttpApi(command_api.PATH, api_config.enabled, command_api.answer),
    tree=EosTree,
    shell=EosShell,
    json_commands=CommandTable(
        {
            "show clock": as_json(models.clock),
            "show configuration sessions": as_json(models.listed),
            "show configuration sessions detail": as_json(models.listed_detail),
            "show hostname": as_json(models.hostname),
            "show interfaces": as_json(models.interfaces),
            "show interfaces <interface>": as_json(models.interfaces),
            "show lldp neighbors": as_json(models.lldp),
            "show lldp neighbors <interface>": as_json(models.lldp),
            "show lldp neighbors detail": as_json(models.lldp_detail),
            "show lldp neighbors <interface> detail": as_json(models.lldp_detail),
            "show management api http-commands": as_json(models.command_api),
            "show running-config": as_json(models.running_config),
            "show startup-config": as_json(models.startup_config),
            "show version": as_json(models.version),
        }
    ),
    commands=CommandTable(
        {
            "configure replace <url>": files.replace,
            "configure replace <url> ignore-errors": files.replace_ignoring,
            "configure session <name> abort": shell.abort,
            "configure session <name> commit": shell.commit,
            "configure session <name> commit timer <time>": shell.commit_timer,
            "copy <source> <destination>": files.copy,
            "delete <url>": files.delete,
            "dir": files.directory,
            "dir flash:": files.directory,
            "enable": system.accepted,
            "more <url>": files.more,
            "terminal length <number>": system.terminal_length,
            "terminal width <number>": system.terminal_width,
            "show clock": system.clock,
            "show version": system.version,
            "show inventory": system.inventory,
            "show hostname": system.hostname,
            "show running-config": system.running_config,
            "show running-config all": system.running_config,
            "show running-config all sanitized": system.running_sanitized,
            "show running-config sanitized": system.running_sanitized,
            "show configuration sessions": sessions.listed,
            "show configuration sessions detail": sessions.listed_detail,
            "show interfaces": system.interfaces,
            "show interfaces <interface>": system.interfaces,
            "show management api http-commands": api_config.shown,
            "show session-config": shell.session_config,
            "show session-config diffs": shell.session_diffs,
            "show session-config named <name>": shell.session_config,
            "show session-config named <name> diffs": shell.session_diffs,
            "show session-config named <name> sanitized": shell.session_sanitized,
            "show startup-config": system.startup_config,
            "show port-channel dense": system.port_channels,
            "show lldp neighbors": neighbors.brief,
            "show lldp neighbors detail": neighbors.detail,
            "show lldp neighbors <interface>": neighbors.brief,
            "show lldp neighbors <interface> detail": neighbors.detail,
            "show ip security connection": system.accepted,
            "show ip security connection detail": system.accepted,
            "show mac security counters": macsec.counters,
            "show mac security counters interface <interface>": macsec.counters,
            "show mac security interface": macsec.interface,
            "show mac security interface detail": macsec.interface_detail,
            "show mac security interface <interface>": macsec.interface,
            "show mac security interface <interface> detail": macsec.interface_detail,
            "show mac security mka counters": macsec.mka_counters,
            "show mac security mka counters interface <interface>": macsec.mka_counters,
            "show mac security participants": macsec.participants,
            "show mac security participants detail": macsec.participants_detail,
            "show mac security participants interface <interface>": macsec.participants,
            "show mac security participants interface <interface> detail": (
                macsec.participants_detail
            ),
            "show mac security status": macsec.status,
            "write memory": system.save,
        }
    ),
)
