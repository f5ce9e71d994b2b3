"""IOS-XE: Catalyst switches and Catalyst 8000 routers.

Each answers both forms of the MACsec commands, the switches' and the routers'.
"""

from __future__ import annotations

from datetime import datetime

from netmod.lab import cdp
from netmod.lab.commands import CommandTable
from netmod.lab.iosxe import macsec, mka, neighbors, system
from netmod.lab.iosxe.grammar import GRAMMAR
from netmod.lab.iosxe.reading import read
from netmod.lab.persona import Persona

_CONFIG_PROMPT_LENGTH = 20


def _prompt(hostname: str, mode: str) -> str:
    """IOS-XE cuts the host name so that the prompt of configuration mode stays short."""
    return f"{hostname[:_CONFIG_PROMPT_LENGTH]}({mode})#" if mode else f"{hostname}#"


def _heading(_: datetime, __: str) -> list[str]:
    return []


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
            "show startup-config": system.startup_config,
            "show cdp neighbors": neighbors.cdp_neighbors,
            "show cdp neighbors detail": cdp.neighbors_detail,
            "show crypto ikev2 sa detail": system.accepted,
            "show crypto ipsec sa detail": system.accepted,
            "show crypto map": system.crypto_map,
            "show crypto session detail": system.crypto_session,
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
            "write memory": system.write_memory,
        }
    ),
)
