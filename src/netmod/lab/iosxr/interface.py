"""IOS-XR: `show macsec mka interface detail`, the secure channels of each port."""

from __future__ import annotations

import re

from netmod.lab.commands import Context
from netmod.lab.device import Device
from netmod.lab.fabric import PortState
from netmod.lab.macsec import KeyChain, PortMacsec
from netmod.lab.mka import MkaSession
from netmod.lab.text import dotted_mac

_TRAFFIC = {
    "encrypted": "Protected",
    "blocked": "Blocked",
    "clear": "Unprotected",
    "none": "Blocked",
}


def detail(context: Context, _: tuple[str, ...]) -> list[str]:
    """Every port with MACsec configured."""
    lines: list[str] = []
    for state in context.fabric.ports(context.device):
        if state.port.macsec is not None:
            lines += ["", *_port(context.device, state, state.port.macsec)]
    return lines


def _port(device: Device, state: PortState, macsec: PortMacsec) -> list[str]:
    name = state.port.name
    active = state.active
    actor = active.source.capitalize() if active else "Primary"
    return [
        f"Interface-name : {name}",
        _row("Interface-Namestring", re.sub(r"/", "_", name)),
        _row("Interface short name", device.persona.grammar.short_interface(name)),
        _row("Interface MAC", dotted_mac(device.mac(name))),
        _row("Ethertype", "888E"),
        _row("EAPoL Destination Addr", "0180.c200.0003"),
        _row("MACsec Shutdown", "FALSE"),
        _row("Config Received", "TRUE"),
        _row("IM notify Complete", "TRUE"),
        _row("MACsec Power Status", "Allocated"),
        _row("Interface CAPS Add", "TRUE"),
        _row("RxSA CAPS Add", "TRUE" if active else "FALSE"),
        _row("TxSA CAPS Add", "TRUE" if active else "FALSE"),
        _row("Principal Actor", actor),
        "    MKA PSK Info",
        *_key_chain(device, macsec.key_chain),
        "    MKA fallback_PSK Info",
        *_fallback(device, macsec.fallback_key_chain),
        _row("Policy", macsec.policy.name),
        _row("SKS Profile", "N/A"),
        _row("Traffic Status", _TRAFFIC[state.traffic]),
        *(_channels(state, active) if active else []),
    ]


def _row(label: str, value: object, indent: int = 4) -> str:
    return f"{' ' * indent}{label:<{28 - indent}}: {value}"


def _key_chain(device: Device, chain: KeyChain) -> list[str]:
    key = chain.active(device.now())
    return [
        _row("Key Chain Name", chain.name, 6),
        _row("MKA Cipher Suite", key.algorithm if key else "- NA -", 6),
        _row("CKN", " ".join(re.findall("..?", key.name)) if key else "- NA -", 6),
    ]


def _fallback(device: Device, chain: KeyChain | None) -> list[str]:
    if chain is None:
        return [_row("fallback keychain Name", "- NA -", 6)]
    _, *rest = _key_chain(device, chain)
    return [_row("fallback keychain Name", chain.name, 6), *rest]


def _channels(state: PortState, active: MkaSession) -> list[str]:
    if active.peer is None:
        return []
    extended = "XPN" in (active.cipher or "")
    above = active.local.sci < active.peer.sci
    number = active.association_number
    peer_mac = ":".join(re.findall("..", active.peer.sci[:12]))
    return [
        "    Rx SC 1",
        _row("Rx SCI", active.peer.sci, 6),
        _row("Rx SSCI", (1 if above else 2) if extended else 0, 6),
        _row("Peer MAC", peer_mac, 6),
        _row("Is XPN", "YES" if extended else "NO", 6),
        _row("SC State", "Provisioned", 6),
        _row(f"SAK State[{number}]", "Provisioned", 6),
        *_sak(active, number),
        "    Tx SC",
        _row("Tx SCI", active.local.sci, 6),
        _row("Tx SSCI", (2 if above else 1) if extended else 0, 6),
        _row("Active AN", number, 6),
        _row("Old AN", 255 if active.key_number == 1 else (number - 1) % 4, 6),
        _row("Is XPN", "YES" if extended else "NO", 6),
        _row("Next PN", state.counters.tx_sak + 1, 6),
        _row("SC State", "Provisioned", 6),
        _row(f"SAK State[{number}]", "Provisioned", 6),
        *_sak(active, number),
    ]


def _sak(active: MkaSession, number: int) -> list[str]:
    cipher = active.cipher or ""
    return [
        "      SAK Data",
        _row(f"SAK[{number}]", "***", 8),
        _row("SAK Len", 16 if cipher.endswith("128") else 32, 8),
        _row("SAK Version", active.key_number, 8),
        _row(f"HashKey[{number}]", "***", 8),
        _row("HashKey Len", 16, 8),
        _row("Conf offset", active.offset, 8),
        _row("Cipher Suite", cipher, 8),
    ]
