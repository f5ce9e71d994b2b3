"""EOS: `show mac security …`."""

from __future__ import annotations

import re

from netmod.lab.commands import Context
from netmod.lab.eos import system
from netmod.lab.fabric import PortState
from netmod.lab.mka import MkaSession

_TRAFFIC = {
    "encrypted": "Protected",
    "blocked": "Blocked",
    "clear": "Unprotected",
    "none": "Blocked",
}


def _states(context: Context, arguments: tuple[str, ...]) -> list[PortState]:
    """The ports with a profile, or the one that is named."""
    return [one for one in system.states(context, arguments) if one.port.macsec]


def sci(text: str) -> str:
    """An SCI of 16 hex digits as `00:1c:73:2b:ca:a9::4`, the port number in decimal."""
    return ":".join(re.findall("..", text[:12])) + f"::{int(text[12:], 16)}"


def _local_sci(context: Context, state: PortState) -> str:
    device, name = context.device, state.port.name
    return sci(f"{device.mac(name)}{device.port_number(name):04x}")


def _key_in_use(state: PortState) -> str:
    active = state.active
    return key_identifier(active) if active else "None"


def key_identifier(one: MkaSession) -> str:
    """A SAK's identifier as `f47bd3ebd9ab3a15cf2e2ca3:1`."""
    return f"{one.key_identifier[:24].lower()}:{one.key_number}"


def _opened(state: PortState) -> bool:
    """Whether the controlled port passes frames: with a key, or in the clear where that may be."""
    return state.traffic in ("encrypted", "clear")


def interface(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show mac security interface [X]`."""
    rows = [
        f"{state.port.name:<16} {_local_sci(context, state):<29} {_opened(state)!s:<20} "
        f"{_key_in_use(state)}"
        for state in _states(context, arguments)
    ]
    return [
        "Interface        SCI                           Controlled Port      Key in Use",
        "---------------- ----------------------------- -------------------- "
        "---------------------------",
        *rows,
        "",
    ]


def interface_detail(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show mac security interface [X] detail`."""
    lines: list[str] = []
    for state in _states(context, arguments):
        if state.port.macsec is None:
            continue
        policy, active = state.port.macsec.policy, state.active
        above = bool(active and active.peer and active.local.sci > active.peer.sci)
        lines += [
            f"Interface: {state.port.name}",
            f"    SCI: {_local_sci(context, state)}",
            f"    SSCI: {1 if above or not active else 2:08x}",
            f"    Controlled port: {_opened(state)}",
            f"    Key server priority: {policy.key_server_priority}",
            f"    Session rekey period: {policy.sak_rekey_interval}",
            f"    Traffic: {_TRAFFIC[state.traffic]}",
            f"    Key in use: {_key_in_use(state)}",
            "    Latest key: None",
            "    Old key: None",
            "",
        ]
    return lines


def participants(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show mac security participants [X]`."""
    return _participants(context, arguments, detail=False)


def participants_detail(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show mac security participants [X] detail`."""
    return _participants(context, arguments, detail=True)


def _participants(context: Context, arguments: tuple[str, ...], *, detail: bool) -> list[str]:
    lines: list[str] = []
    for state in _states(context, arguments):
        lines.append(f"Interface: {state.port.name}")
        for one in state.sessions:
            lines += [f"    CKN: {one.key.name}", *_participant(state, one, detail=detail), ""]
        if not state.sessions:
            lines.append("")
    return lines


def _participant(state: PortState, one: MkaSession, *, detail: bool) -> list[str]:
    """One MKA actor. The principal is the one in use, else the first."""
    principal = one is (state.active or state.sessions[0])
    server = one.local if one.key_server or one.peer is None else one.peer
    fields: dict[str, object] = {
        "Message ID": f"{one.local.member_id.lower()}:{one.message_number}",
        "Elected self": _yes(one.key_server),
        "Success": _yes(one.status in ("secured", "standby")),
        "Principal": _yes(principal),
        "Default": _yes(one.source == "fallback"),
    }
    if detail:
        in_use = one.status == "secured"
        peers = [one.peer.member_id.lower()] if one.peer else []
        fields |= {
            "KeyServer SCI": sci(server.sci),
            "SAK transmit": _yes(in_use and one.key_server),
            "LLPN exhaustion": 0,
            "Distributed key identifier": key_identifier(one) if in_use else "None",
            "Live peer list": peers,
            "Potential peer list": "[]",
        }
    return [f"        {label}: {value}" for label, value in fields.items()]


def _yes(value: object) -> str:
    return "Yes" if value else "No"


def mka_counters(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show mac security mka counters`."""
    rows = []
    for state in _states(context, arguments):
        sent = sum(one.message_number for one in state.sessions)
        received = sum(one.message_number for one in state.sessions if one.peer)
        rows.append(f"{state.port.name:<16} {received:<12} {0:<12} {sent:<12} {0}")
    return [
        "Interface        Rx Success   Rx Failure   Tx Success   Tx Failure",
        "---------------- ------------ ------------ ------------ ----------",
        *rows,
        "",
    ]


def counters(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show mac security counters`: the frames of the session."""
    lines: list[str] = []
    for state in _states(context, arguments):
        count = state.counters
        lines += [
            f"Interface: {state.port.name}",
            f"    Out pkts encrypted: {count.tx}",
            f"    Out octets encrypted: {count.octets(count.tx)}",
            "    Out pkts protected: 0",
            "    Out pkts untagged: 0",
            f"    In pkts decrypted: {count.rx}",
            f"    In octets decrypted: {count.octets(count.rx)}",
            "    In pkts not valid: 0",
            "    In pkts unknown SCI: 0",
            "    In pkts bad tag: 0",
            "    In pkts late: 0",
            "",
        ]
    return lines


def status(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show mac security status`."""
    states = _states(context, ())
    profiles = {one.port.macsec.policy.name for one in states if one.port.macsec}
    return [
        f"Active profiles: {len(profiles)}",
        "Data delay protection: no",
        "EAPoL destination MAC: 01:80:c2:00:00:03",
        "FIPS mode: no",
        f"Secured interfaces: {sum(one.traffic == 'encrypted' for one in states)}",
        "License: enabled",
        "",
    ]
