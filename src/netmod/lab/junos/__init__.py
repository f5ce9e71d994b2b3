"""Junos: MX routers."""

from __future__ import annotations

from datetime import datetime

from netmod.lab.commands import CommandTable
from netmod.lab.grammar import Grammar, Mode
from netmod.lab.junos import macsec, neighbors, system
from netmod.lab.junos.netconf import open_netconf
from netmod.lab.junos.reading import read
from netmod.lab.junos.shell import JunosShell
from netmod.lab.junos.tree import JunosTree
from netmod.lab.persona import Persona

_KINDS = ("et-", "xe-", "ge-", "mge-", "ae", "fxp", "em", "me", "lo", "irb", "st")


def _prompt(hostname: str, mode: str) -> str:
    return f"{hostname}# " if mode else f"{hostname}> "


def _heading(_: datetime, __: str) -> list[str]:
    return []


PERSONA = Persona(
    platform="juniper_junos",
    grammar=Grammar({"global": Mode("", words=None)}, {kind: kind for kind in _KINDS}, comment="#"),
    read=read,
    prompt=_prompt,
    heading=_heading,
    model=system.MODEL,
    version=system.VERSION,
    describe=system.describe,
    candidate=True,
    serial_prefix="JN",
    tree=JunosTree,
    shell=JunosShell,
    services={"netconf": open_netconf},
    commands=CommandTable(
        {
            "cli": system.accepted,
            "set cli screen-width <number>": system.screen_width,
            "set cli screen-length <number>": system.screen_length,
            "set cli complete-on-space off": system.complete_on_space,
            "show version": system.version,
            "show chassis hardware": system.hardware,
            "show system uptime": system.system_uptime,
            "show interfaces terse": system.interfaces_terse,
            "show isis adjacency": neighbors.isis,
            "show lacp interfaces": neighbors.lacp,
            "show lldp neighbors": neighbors.lldp,
            "show lldp neighbors detail": neighbors.lldp_detail,
            "show security ike security-associations": system.no_associations,
            "show security ike security-associations detail": system.no_associations,
            "show security ipsec security-associations": system.no_associations,
            "show security ipsec security-associations detail": system.no_associations,
            "show security macsec connections": macsec.connections,
            "show security macsec connections interface <interface>": macsec.connections,
            "show security macsec statistics": macsec.statistics,
            "show security macsec statistics interface <interface>": macsec.statistics,
            "show security mka sessions": macsec.sessions,
            "show security mka sessions detail": macsec.sessions_detail,
            "show security mka sessions interface <interface>": macsec.sessions,
            "show security mka sessions interface <interface> detail": macsec.sessions_detail,
            "show security mka statistics": macsec.mka_statistics,
            "show security mka statistics interface <interface>": macsec.mka_statistics,
        }
    ),
)
