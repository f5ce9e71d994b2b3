"""EOS: Arista's switches."""

from __future__ import annotations

import re
from datetime import datetime

from netmod.lab.commands import CommandError, CommandTable
from netmod.lab.eos import macsec, neighbors, system
from netmod.lab.eos.grammar import GRAMMAR
from netmod.lab.eos.reading import read
from netmod.lab.persona import Persona


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
    kind = "Ambiguous command" if error.kind == "ambiguous" else "Invalid input"
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
    json_commands=CommandTable({"show version": system.version_json}),
    commands=CommandTable(
        {
            "copy running-config startup-config": system.save,
            "enable": system.accepted,
            "terminal length <number>": system.terminal_length,
            "terminal width <number>": system.terminal_width,
            "show clock": system.clock,
            "show version": system.version,
            "show inventory": system.inventory,
            "show hostname": system.hostname,
            "show running-config": system.running_config,
            "show startup-config": system.startup_config,
            "show port-channel dense": system.port_channels,
            "show lldp neighbors": neighbors.brief,
            "show lldp neighbors detail": neighbors.detail,
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
