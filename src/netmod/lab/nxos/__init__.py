"""NX-OS: Nexus 9000 switches."""

from __future__ import annotations

from datetime import datetime

from netmod.lab.commands import CommandError, CommandTable
from netmod.lab.nxos import macsec, neighbors, secy, system
from netmod.lab.nxos.grammar import GRAMMAR
from netmod.lab.nxos.reading import read
from netmod.lab.persona import Persona


def _prompt(hostname: str, mode: str) -> str:
    return f"{hostname}({mode})# " if mode else f"{hostname}# "


def _heading(_: datetime, __: str) -> list[str]:
    return []


def _complaint(error: CommandError, _: str, prompt: str) -> list[str]:
    words = {"invalid": "Invalid", "ambiguous": "Ambiguous", "incomplete": "Incomplete"}
    column = len(prompt) + error.column
    return [" " * column + "^", f"% {words[error.kind]} command at '^' marker."]


PERSONA = Persona(
    platform="cisco_nxos",
    grammar=GRAMMAR,
    read=read,
    prompt=_prompt,
    heading=_heading,
    complaint=_complaint,
    model=system.MODEL,
    version=system.VERSION,
    describe=system.describe,
    entering=("Enter configuration commands, one per line. End with CNTL/Z.",),
    serial_prefix="FDO",
    commands=CommandTable(
        {
            "copy running-config startup-config": system.save,
            "terminal length <number>": system.accepted,
            "terminal width <number>": system.accepted,
            "show clock": system.clock,
            "show version": system.version,
            "show inventory": system.inventory,
            "show hostname": system.hostname,
            "show running-config": system.running_config,
            "show startup-config": system.startup_config,
            "show port-channel summary": system.port_channels,
            "show cdp neighbors": neighbors.cdp_neighbors,
            "show cdp neighbors detail": neighbors.cdp_neighbors_detail,
            "show lldp neighbors": neighbors.lldp_neighbors,
            "show lldp neighbors detail": neighbors.lldp_neighbors_detail,
            "show key chain": macsec.key_chain,
            "show macsec mka session": macsec.session,
            "show macsec mka session details": macsec.session_details,
            "show macsec mka session interface <interface>": macsec.session,
            "show macsec mka session interface <interface> details": macsec.session_details,
            "show macsec mka statistics": macsec.statistics,
            "show macsec mka statistics interface <interface>": macsec.statistics,
            "show macsec mka summary": macsec.summary,
            "show macsec policy": macsec.policy,
            "show macsec secy statistics": secy.statistics,
            "show macsec secy statistics interface <interface>": secy.statistics,
        }
    ),
)
