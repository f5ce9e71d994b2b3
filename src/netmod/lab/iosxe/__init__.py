"""IOS-XE: Catalyst switches and Catalyst 8000 routers.

Each answers both forms of the MACsec commands, the switches' and the routers'.
"""

from __future__ import annotations

from datetime import datetime

from netmod.lab import cdp
from netmod.lab.commands import CommandTable
from netmod.lab.device import Device
from netmod.lab.iosxe import (
    archive,
    copying,
    crypto,
    files,
    macsec,
    mka,
    neighbors,
    replace,
    system,
)
from netmod.lab.iosxe.grammar import GRAMMAR
from netmod.lab.iosxe.reading import read
from netmod.lab.iosxe.terminal import IosxeShell, reload
from netmod.lab.persona import Persona
from netmod.lab.revert import RevertTree
from netmod.lab.scp import scp_service

_CONFIG_PROMPT_LENGTH = 20


def _prompt(hostname: str, mode: str) -> str:
    """IOS-XE cuts the host name so that the prompt of configuration mode stays short."""
    return f"{hostname[:_CONFIG_PROMPT_LENGTH]}({mode})#" if mode else f"{hostname}#"


def _heading(_: datetime, __: str) -> list[str]:
    return []


def _takes_files(device: Device) -> bool:
    return "ip scp server enable" in device.running.root.children


PERSONA = Persona(
    platform="cisco_iosxe",
    grammar=GRAMMAR,
    read=read,
    prompt=_prompt,
    heading=_heading,
    model=system.MODEL,
    version=system.VERSION,
    describe=system.describe,
    lldp_short=True,
    entering=("Enter configuration commands, one per line.  End with CNTL/Z.",),
    bare_configure=False,
    tree=RevertTree,
    shell=IosxeShell,
    services={
        "scp": scp_service(_takes_files, "Administratively disabled.", system.file_systems),
    },
    show_in_configuration=False,
    commands=CommandTable(
        {
            "enable": system.accepted,
            "terminal length <number>": system.accepted,
            "terminal width <number>": system.accepted,
            "show clock": system.clock,
            "show version": system.version,
            "show inventory": system.inventory,
            "show running-config": system.running_config,
            "show running-config all": system.running_config,
            "show startup-config": system.startup_config,
            "show cdp neighbors": neighbors.cdp_neighbors,
            "show cdp neighbors detail": cdp.neighbors_detail,
            "show crypto ikev2 sa": crypto.ikev2_sa,
            "show crypto ikev2 sa detailed": crypto.ikev2_sa_detail,
            "show crypto ipsec sa": crypto.ipsec_sa,
            "show crypto ipsec sa detail": crypto.ipsec_sa,
            "show crypto map": system.crypto_map,
            "show crypto session detail": crypto.session,
            "show ip ssh": system.ip_ssh,
            "show lldp neighbors": neighbors.lldp_neighbors,
            "show lldp neighbors detail": neighbors.lldp_neighbors_detail,
            "show key chain": mka.key_chain,
            "show mka keychains": mka.keychains,
            "show mka policy": mka.policy,
            "show mka sessions": mka.sessions,
            "show mka sessions detail": mka.sessions_detail,
            "show mka sessions interface <interface>": mka.sessions,
            "show mka sessions interface <interface> detail": mka.sessions_detail,
            "show mka statistics": mka.statistics,
            "show mka summary": mka.summary,
            "show macsec interface <interface>": macsec.interface,
            "show macsec statistics interface <interface>": macsec.statistics,
            "show macsec status interface <interface>": macsec.status,
            "show macsec summary": macsec.summary,
            "show archive": archive.show_archive,
            "show archive config rollback timer": archive.rollback_timer,
            "show archive config differences": archive.differences,
            "show archive config differences <base>": archive.differences,
            "show archive config differences <base> <new>": archive.differences,
            "show archive config incremental-diffs <file>": archive.incremental_diffs,
            "show archive config incremental-diffs <file> ignorecase": (
                archive.incremental_diffs_ignorecase
            ),
            "show hosts": system.hosts,
            "show ip interface brief": system.interfaces_brief,
            "archive config": archive.archive_config,
            "configure confirm": replace.confirm,
            "configure revert now": replace.revert_now,
            "configure revert timer <1-120>": replace.revert_timer,
            "configure terminal revert timer <1-120>": replace.configure_with_timer,
            **replace.replace_commands(),
            "copy <source> <destination>": copying.copy,
            "delete <file>": files.delete,
            "delete /force <file>": files.delete_forced,
            "dir": files.directory,
            "dir <file>": files.directory,
            "more <file>": files.more,
            "reload": reload,
            "verify /md5 <file>": files.verify_md5,
            "write": copying.save,
            "write memory": copying.save,
        }
    ),
)
