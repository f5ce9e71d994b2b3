"""IOS-XR: routers of the NCS and ASR 9000 families."""

from __future__ import annotations

from datetime import datetime

from netmod.lab import cdp
from netmod.lab.commands import CommandTable
from netmod.lab.iosxr import commits, interface, macsec, system
from netmod.lab.iosxr.grammar import GRAMMAR
from netmod.lab.iosxr.netconf import open_netconf
from netmod.lab.iosxr.reading import read
from netmod.lab.iosxr.shell import IosxrShell
from netmod.lab.iosxr.tree import IosxrTree
from netmod.lab.persona import Persona
from netmod.lab.text import milliseconds


def _prompt(hostname: str, mode: str) -> str:
    return f"RP/0/RP0/CPU0:{hostname}" + (f"({mode})#" if mode else "#")


def _heading(local: datetime, command: str) -> list[str]:
    """The time line before the output of every show command."""
    if not command.lstrip().lower().startswith("s"):
        return []
    return [f"{local:%a %b} {local.day:>2} {milliseconds(local)} {local:%Z}"]


PERSONA = Persona(
    platform="cisco_iosxr",
    grammar=GRAMMAR,
    read=read,
    prompt=_prompt,
    heading=_heading,
    model=system.MODEL,
    version=system.VERSION,
    describe=system.describe,
    candidate=True,
    block_end=True,
    tree=IosxrTree,
    shell=IosxrShell,
    services={"netconf": open_netconf},
    commands=CommandTable(
        {
            "terminal length <number>": system.accepted,
            "terminal width <number>": system.accepted,
            "show clock": system.clock,
            "show version": system.version,
            "show inventory": system.inventory,
            "rollback configuration last <number>": commits.rollback_last,
            "rollback configuration to <commit>": commits.rollback_to,
            "show configuration": commits.pending,
            "show configuration failed": commits.failed,
            "show configuration commit list": commits.listed,
            "show configuration commit list detail": commits.listed_in_detail,
            "show configuration commit list <number>": commits.listed,
            "show configuration commit list <number> detail": commits.listed_in_detail,
            "show configuration commit changes <commit>": commits.changes_of,
            "show configuration commit changes last <number>": commits.changes_last,
            "show configuration commit changes last <number> diff": commits.changes_last_diff,
            "show configuration commit changes since <commit>": commits.changes_since,
            "show configuration rollback changes last <number>": commits.rollback_changes_last,
            "show running-config": system.running_config,
            "show interfaces brief": system.interfaces_brief,
            "show lldp neighbors": system.lldp_neighbors,
            "show lldp neighbors detail": system.lldp_neighbors_detail,
            "show key chain": macsec.key_chain,
            "show macsec policy": macsec.policy,
            "show macsec policy detail": macsec.policy_detail,
            "show cdp neighbors detail": cdp.neighbors_detail,
            "show macsec mka interface detail": interface.detail,
            "show macsec mka session": macsec.session,
            "show macsec mka session detail": macsec.session_detail,
            "show macsec mka session interface <interface>": macsec.session,
            "show macsec mka session interface <interface> detail": macsec.session_detail,
            "show macsec mka statistics": macsec.statistics,
            "show macsec mka statistics interface <interface>": macsec.statistics,
            "show macsec mka summary": macsec.summary,
            "show macsec secy stats interface <interface> sc": macsec.secy_statistics,
        }
    ),
)
