"""Junos: `show security macsec …` and `show security mka …`."""

from __future__ import annotations

import re

from netmod.lab.commands import Context
from netmod.lab.fabric import Counters, PortState
from netmod.lab.mka import MkaSession, Participant


def _states(context: Context, arguments: tuple[str, ...]) -> list[PortState]:
    states = [state for state in context.fabric.ports(context.device) if state.port.macsec]
    return [state for state in states if not arguments or state.port.name == arguments[0]]


def _sci(sci: str) -> str:
    mac, port = sci[:12].upper(), int(sci[12:], 16)
    return f"{':'.join(re.findall('..', mac))}/{port}"


def _age(seconds: int) -> str:
    days, rest = divmod(seconds, 86400)
    clock = f"{rest // 3600:02d}:{rest % 3600 // 60:02d}:{rest % 60:02d}"
    return f"{days}d {clock}" if days else clock


def _under_sak(one: MkaSession) -> str:
    return _age(one.elapsed % one.rekey_interval if one.rekey_interval else one.elapsed)


def connections(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show security macsec connections [interface X]`: ports with a SAK have associations."""
    lines: list[str] = []
    for state in _states(context, arguments):
        macsec, active = state.port.macsec, state.active
        if macsec is None or not state.sessions:
            continue
        policy = macsec.policy
        cipher = (active and active.cipher) or policy.ciphers[0]
        encrypts = active.encrypts if active else policy.encrypts
        offset = active.offset if active else policy.confidentiality_offset
        replay = "on" if policy.replay_protect else "off"
        lines += [
            f"    Interface name: {state.port.name}",
            f"        CA name: {policy.name}",
            f"        Cipher suite: {cipher}   Encryption: {'on' if encrypts else 'off'}",
            f"        Key server offset: {offset}        Include SCI: no",
            f"        Replay protect: {replay}       Replay window: {policy.replay_window}",
        ]
        if active and active.peer:
            for title, end in (("Outbound", active.local), ("Inbound", active.peer)):
                lines += _channel(title, end, active)
    return lines


def _channel(title: str, end: Participant, one: MkaSession) -> list[str]:
    return [
        f"          {title} secure channels",
        f"            SC Id: {_sci(end.sci)}",
        f"            {title} packets using offset: {one.offset}",
        "            Secure associations",
        f"            AN: {one.association_number}  Status: inuse Create time: {_under_sak(one)}",
    ]


def statistics(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show security macsec statistics [interface X]`: integrity alone counts as protected."""
    lines: list[str] = []
    for state in _states(context, arguments):
        active, counters = state.active, state.counters
        encrypts = active is not None and active.encrypts
        lines += [f"    Interface name: {state.port.name}"]
        lines += ["        Secure Channel transmitted"]
        lines += _transmitted(counters.tx, encrypts=encrypts)
        lines += ["        Secure Association transmitted"]
        lines += _transmitted(counters.tx_sak, encrypts=encrypts)
        lines += ["        Secure Channel received"]
        lines += _received(counters.rx, encrypts=encrypts)
        lines += ["        Secure Association received"]
        lines += _received(counters.rx_sak, encrypts=encrypts)
    return lines


def _transmitted(frames: int, *, encrypts: bool) -> list[str]:
    encrypted, protected = (frames, 0) if encrypts else (0, frames)
    return [
        f"            Encrypted packets: {encrypted}",
        f"            Encrypted bytes:   {Counters.octets(encrypted)}",
        f"            Protected packets: {protected}",
        f"            Protected bytes:   {Counters.octets(protected)}",
    ]


def _received(frames: int, *, encrypts: bool) -> list[str]:
    decrypted, validated = (frames, 0) if encrypts else (0, frames)
    return [
        f"            Accepted packets:  {frames}",
        f"            Validated bytes:   {Counters.octets(validated)}",
        f"            Decrypted bytes:   {Counters.octets(decrypted)}",
    ]


def _interface_state(state: PortState) -> str:
    active = state.active
    return f"Secured - {active.source.capitalize()}" if active else "In-progress"


def _head(one: MkaSession) -> list[str]:
    sak = one.cipher is not None
    latest = f"{one.key_identifier[:24]}/{one.key_number}" if sak else "0" * 24 + "/0"
    previous = "0" * 24 + "/0"
    if sak and one.key_number > 1:
        previous = f"{one.key_identifier[:24]}/{one.key_number - 1}"
    priority = one.local.priority
    an = one.association_number if sak else 0
    before = (an - 1) % 4 if one.key_number > 1 else 0
    return [
        "     Security mode: static",
        "     MKA suspended: 0(s)",
        "     Transmit interval: 2000(ms)",
        f"     SAK rekey interval: {one.policy.sak_rekey_interval}(s)",
        "     Preceding Key: enabled",
        "     Bounded Delay: disabled",
        f"     Outbound SCI: {_sci(one.local.sci)}",
        f"     Message number: {one.message_number:<10} Key number: {one.key_number}",
        "     MKA ICV Indicator: enabled",
        f"     Key server: {'yes' if one.key_server else 'no':<14} Key server priority: {priority}",
        f"     Latest SAK AN: {an:<11} Latest SAK KI: {latest}",
        f"     Previous SAK AN: {before:<9} Previous SAK KI: {previous}",
        "     MKA Suspend For: disabled  MKA Suspend On Request: disabled",
    ]


def _peer(one: MkaSession, counters: Counters, margin: str) -> list[str]:
    if one.peer is None:
        return []
    return [
        f"{margin}1. Member identifier: {one.peer.member_id} (live)",
        f"{margin}   Message number: {one.message_number:<11} Hold time: 6000 (ms)",
        f"{margin}   SCI: {_sci(one.peer.sci):<22} Uptime: {_age(one.elapsed)}",
        f"{margin}   Lowest acceptable PN: {counters.rx_sak if one.cipher else 0}",
    ]


def sessions(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show security mka sessions [interface X]`: the key in use, or the preferred one."""
    lines: list[str] = []
    for state in _states(context, arguments):
        if not state.sessions:
            continue
        one = state.active or state.sessions[0]
        lines += [
            f"  Interface name: {state.port.name}",
            f"     Interface State: {_interface_state(state)}",
            f"     Member identifier: {one.local.member_id}",
            f"     CAK name: {one.key.name.upper()}",
            f"     CAK type: {one.source}",
            *_head(one),
            *(["     Peer list", *_peer(one, state.counters, "          ")] if one.peer else []),
            " ",
        ]
    return lines


def sessions_detail(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show security mka sessions [interface X] detail`: all keys of each port."""
    lines: list[str] = []
    for state in _states(context, arguments):
        if not state.sessions:
            continue
        shown = state.active or state.sessions[0]
        lines += [
            f"  Interface name: {state.port.name}",
            f"     Interface state: {_interface_state(state)}",
            "     Ether-type profile: default - 0x888e",
            f"     Member identifier: {shown.local.member_id}",
            f"     CAK name: {shown.key.name.upper()}",
            *_head(shown),
            f"     CAK list: ({len(state.sessions)})",
        ]
        for number, one in enumerate(state.sessions, start=1):
            status = (
                "live" if one is shown and one.peer else "active" if one.peer else "in-progress"
            )
            member = f"Member identifier: {one.local.member_id}"
            peers = _peer(one, state.counters, " " * 14)
            lines += [
                f"        {number}. CAK name: {one.key.name.upper()}",
                f"           {'CAK type: ' + one.source:<46}Status: {status}",
                f"           {member:<46}Message number: {one.message_number}",
                f"           Peer list: ({1 if peers else 0})",
                *peers,
            ]
        lines.append(" ")
    return lines


def mka_statistics(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show security mka statistics [interface X]`."""
    lines: list[str] = []
    for state in _states(context, arguments):
        if not state.sessions:
            continue
        one = state.active or state.sessions[0]
        received = one.message_number if one.peer else 0
        rows = {
            "Received packets": received,
            "Transmitted packets": one.message_number,
            "Version mismatch packets": 0,
            "CAK mismatch packets": 0 if one.peer else received,
            "ICV mismatch packets": 0,
            "Duplicate message identifier packets": 0,
            "Duplicate message number packets": 0,
            "Duplicate address packets": 0,
            "Invalid destination address packets": 0,
            "Formatting error packets": 0,
            "Old Replayed message number packets": 0,
        }
        lines.append(f"  Interface name: {state.port.name}")
        lines += [f"     {label + ':':<38}{count}" for label, count in rows.items()]
        lines.append("")
    return lines
