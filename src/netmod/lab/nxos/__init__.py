"""NX-OS: Nexus 9000 switches."""

from __future__ import annotations

from datetime import datetime

from netmod.lab.commands import CommandError, CommandTable
from netmod.lab.device import Device
from netmod.lab.nxos import checkpoints, files, macsec, neighbors, replace, secy, system, terminal
from netmod.lab.nxos.bootflash import SYSTEM
from netmod.lab.nxos.grammar import GRAMMAR
from netmod.lab.nxos.reading import read
from netmod.lab.nxos.tree import NxosTree
from netmod.lab.persona import Persona
from netmod.lab.scp import scp_service


def _prompt(hostname: str, mode: str) -> str:
    return f"{hostname}({mode})# " if mode else f"{hostname}# "


def _heading(_: datetime, __: str) -> list[str]:
    return []


def _complaint(error: CommandError, _: str, prompt: str) -> list[str]:
    words = {"invalid": "Invalid", "ambiguous": "Ambiguous", "incomplete": "Incomplete"}
    column = len(prompt) + error.column
    return [" " * column + "^", f"% {words[error.kind]} command at '^' marker."]


def _takes_files(device: Device) -> bool:
    return "feature scp-server" in device.running.root.children


def _file_systems(_: Device) -> set[str]:
    return {SYSTEM}


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
    tree=NxosTree,
    shell=terminal.NxosShell,
    services={"scp": scp_service(_takes_files, "scp: not enabled", _file_systems)},
    json_commands=CommandTable({"show inventory": system.inventory_json}),
    commands=CommandTable(
        {
            "checkpoint": checkpoints.checkpoint,
            "checkpoint <name>": checkpoints.checkpoint,
            "checkpoint <name> description <text>": checkpoints.checkpoint,
            "checkpoint file <file>": checkpoints.checkpoint_file,
            "clear checkpoint database": checkpoints.clear_checkpoints,
            **replace.replace_commands(),
            "configure replace commit": replace.commit,
            "copy <source> <destination>": files.copy,
            "delete <file>": files.delete,
            "dir": files.directory,
            "dir <file>": files.directory,
            "no checkpoint <name>": checkpoints.remove_checkpoint,
            "no terminal dont-ask": terminal.do_ask,
            "reload": terminal.reload,
            **checkpoints.rollback_commands(),
            **checkpoints.diff_commands(),
            "show checkpoint": checkpoints.show_checkpoints,
            "show checkpoint <name>": checkpoints.show_checkpoints,
            "show checkpoint all": checkpoints.show_checkpoints,
            "show checkpoint summary": checkpoints.summary,
            "show config-replace status": replace.status,
            "show file <file>": files.show_file,
            "show file <file> md5sum": files.md5sum,
            "show hosts": system.hosts,
            "show interface status": system.interface_status,
            "show running-config all": system.running_config_all,
            "terminal dont-ask": terminal.dont_ask,
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
