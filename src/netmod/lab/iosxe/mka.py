"""IOS-XE: `show mka …` and `show key chain`."""

from __future__ import annotations

from datetime import datetime

from netmod.lab.commands import Context
from netmod.lab.fabric import PortState
from netmod.lab.macsec import CIPHERS, DeviceView, Key, Policy
from netmod.lab.mka import MkaSession
from netmod.lab.text import dotted, dotted_mac, slashed_sci

_RULE = "=" * 100
_STATUS = {
    "secured": "Secured",
    "standby": "Ready",
    "incompatible": "Not Secured",
    "no-peer": "Init",
}
_DETAIL_STATUS = {
    "secured": "SECURED - Secured MKA Session with MACsec",
    "standby": "READY - Fallback MKA Session with Live Peer",
    "incompatible": "NOT SECURED - No SAK in use with Live Peer",
    "no-peer": "INIT - Searching for Peer (Waiting to receive first Peer MKPDU)",
}
_NO_PEER_PORT = "0000"


def _all_sessions(context: Context) -> list[tuple[PortState, MkaSession]]:
    states = context.fabric.ports(context.device)
    return [(state, session) for state in states for session in state.sessions]


def _totals(sessions: list[tuple[PortState, MkaSession]]) -> list[str]:
    secured = sum(session.status in ("secured", "standby") for _, session in sessions)
    return [
        "",
        f"Total MKA Sessions....... {len(sessions)}",
        f"      Secured Sessions... {secured}",
        f"      Pending Sessions... {len(sessions) - secured}",
        "",
    ]


def sessions(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show mka sessions [interface X]`."""
    chosen = _chosen(context, arguments)
    if not chosen:
        return _totals(chosen)
    lines = [
        *_totals(chosen),
        _RULE,
        "Interface      Local-TxSCI         Policy-Name      Inherited         Key-Server",
        "Port-ID        Peer-RxSCI          MACsec-Peers     Status            CKN",
        _RULE,
    ]
    short = context.device.persona.grammar.short_interface
    for state, session in chosen:
        local, peer = session.local, session.peer
        peer_sci = slashed_sci(peer.sci if peer else local.sci[:12] + _NO_PEER_PORT)
        server = "YES" if session.key_server else "NO"
        lines += [
            f"{short(state.port.name):<14} {slashed_sci(local.sci):<19} "
            f"{session.policy.name:<16} {'NO':<17} {server}",
            f"{local.port_number:<14} {peer_sci:<19} {int(peer is not None):<16} "
            f"{_STATUS[session.status]:<17} {session.key.name}",
            "",
        ]
    return lines


def _chosen(context: Context, arguments: tuple[str, ...]) -> list[tuple[PortState, MkaSession]]:
    chosen = _all_sessions(context)
    if arguments:
        name = context.device.persona.grammar.full_interface(arguments[0])
        chosen = [(state, session) for state, session in chosen if state.port.name == name]
    return chosen


def sessions_detail(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show mka sessions [interface X] detail`."""
    lines: list[str] = []
    for state, session in _chosen(context, arguments):
        lines += ["", *_detail(state, session)]
    return lines


def _detail(state: PortState, session: MkaSession) -> list[str]:
    local, policy = session.local, session.policy
    return [
        "MKA Detailed Status for MKA Session",
        "===================================",
        f"Status: {_DETAIL_STATUS[session.status]}",
        "",
        dotted("Local Tx-SCI", slashed_sci(local.sci)),
        dotted("Interface MAC Address", dotted_mac(local.sci)),
        dotted("MKA Port Identifier", local.port_number),
        dotted("Interface Name", state.port.name),
        dotted("Audit Session ID", ""),
        dotted("CAK Name (CKN)", session.key.name),
        dotted("Member Identifier (MI)", local.member_id),
        dotted("Message Number (MN)", session.message_number),
        dotted("EAP Role", "NA"),
        dotted("Key Server", "YES" if session.key_server else "NO"),
        dotted("MKA Cipher Suite", session.key.algorithm),
        "",
        *_sak(session),
        "",
        dotted("MKA Policy Name", policy.name),
        dotted("Key Server Priority", policy.key_server_priority),
        dotted("Delay Protection", "YES" if policy.delay_protection else "NO"),
        dotted("Delay Protection Timer", "0s (Not enabled)", 33),
        "",
        dotted("Confidentiality Offset", session.offset),
        dotted("Algorithm Agility", "80C201"),
        dotted("SAK Rekey On Live Peer Loss", "NO", 36),
        dotted("Send Secure Announcement", "DISABLED", 27),
        dotted("SCI Based SSCI Computation", "NO", 31),
        dotted("SAK Cipher Suite", _cipher(session)),
        dotted("MACsec Capability", "3 (MACsec Integrity, Confidentiality, & Offset)"),
        dotted("MACsec Desired", "YES"),
        "",
        dotted("# of MACsec Capable Live Peers", int(session.peer is not None), 43),
        dotted("# of MACsec Capable Live Peers Responded", _responded(session), 43),
        "",
        *_peer_list("Live", session),
        *_peer_list("Potential", None),
        *_peer_list("Dormant", None),
    ]


def _responded(session: MkaSession) -> int:
    """Peers that answered a SAK that this end distributed."""
    return int(session.status == "secured" and session.key_server)


def _cipher(session: MkaSession) -> str:
    cipher = session.cipher or session.policy.ciphers[0]
    return f"{CIPHERS[cipher]} ({cipher})"


def _sak(session: MkaSession) -> list[str]:
    if session.status != "secured":
        return [
            dotted("Latest SAK Status", "No Rx, No Tx"),
            dotted("Latest SAK AN", 0),
            dotted("Latest SAK KI (KN)", f"{session.local.member_id}00000000 (0)"),
            dotted("Old SAK Status", "FIRST-SAK"),
            dotted("Old SAK AN", 0),
            dotted("Old SAK KI (KN)", "FIRST-SAK (0)"),
            "",
            dotted("SAK Transmit Wait Time", "0s (Not waiting for any peers to respond)"),
            dotted("SAK Retire Time", "0s (No Old SAK to retire)"),
            dotted("SAK Rekey Time", "0s (SAK Rekey interval not applicable)"),
        ]
    first = session.key_number == 1
    old = session.key_number - 1
    rekey = "0s (SAK Rekey interval not applicable)"
    if session.key_server and session.rekey_in is not None:
        rekey = f"{session.rekey_in}s (remaining)"
    return [
        dotted("Latest SAK Status", "Rx & Tx"),
        dotted("Latest SAK AN", session.association_number),
        dotted("Latest SAK KI (KN)", f"{session.key_identifier} ({session.key_number})"),
        dotted("Old SAK Status", "FIRST-SAK" if first else "No Rx, No Tx"),
        dotted("Old SAK AN", 0 if first else (old - 1) % 4),
        dotted("Old SAK KI (KN)", "FIRST-SAK (0)" if first else f"RETIRED ({old})"),
        "",
        dotted("SAK Transmit Wait Time", "0s (Not waiting for any peers to respond)"),
        dotted("SAK Retire Time", "0s (No Old SAK to retire)"),
        dotted("SAK Rekey Time", rekey),
    ]


def _peer_list(kind: str, session: MkaSession | None) -> list[str]:
    lines = [
        f"{kind} Peers List:",
        "  MI                        MN          Rx-SCI (Peer)        KS        RxSA          SSCI",
        "                                                             Priority  Installed",
        "  " + "-" * 87,
    ]
    if session is not None and session.peer is not None:
        peer = session.peer
        installed = "YES" if session.status == "secured" else "NO"
        lines.append(
            f"  {peer.member_id}  {session.message_number:<11} {slashed_sci(peer.sci):<20} "
            f"{peer.priority:<9} {installed:<13} {_ssci(session)}"
        )
    return [*lines, ""]


def _ssci(session: MkaSession) -> int:
    """The peer's short SCI, used with extended packet numbering only: the higher SCI is 1."""
    if session.peer is None or "XPN" not in (session.cipher or ""):
        return 0
    return 1 if session.peer.sci > session.local.sci else 2


def policy(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show mka policy`."""
    view = context.device.view
    lines = [
        "",
        "MKA Policy defaults :",
        "          Send-Secure-Announcements: DISABLED",
        "",
        "MKA Policy Summary...",
        "",
        "Codes : CO - Confidentiality Offset, ICVIND - Include ICV-Indicator,",
        "        SAKR OLPL - SAK-Rekey On-Live-Peer-Loss,",
        "        DP - Delay Protect, KS Prio - Key Server Priority",
        "",
        "Policy            KS   DP    CO SAKR  ICVIND Cipher          Interfaces        ",
        "Name              Prio          OLPL         Suite(s)        Applied           ",
        "=" * 79,
    ]
    for one in (view.default_policy, *view.policies.values()):
        lines += [*_policy_rows(context, view, one), ""]
    return lines


def _policy_rows(context: Context, view: DeviceView, one: Policy) -> list[str]:
    short = context.device.persona.grammar.short_interface
    applied = [
        short(port.name)
        for port in view.ports.values()
        if port.macsec and port.macsec.policy.name == one.name
    ]
    pairs = [applied[index : index + 2] for index in range(0, len(applied), 2)]
    rows = []
    for index in range(max(1, len(one.ciphers), len(pairs))):
        cipher = one.ciphers[index] if index < len(one.ciphers) else ""
        used = pairs[index] if index < len(pairs) else []
        head = ""
        if index == 0:
            head = (
                f"{one.name:<17} {one.key_server_priority:<4} "
                f"{str(one.delay_protection).upper():<5} {one.confidentiality_offset:<2} "
                f"{'FALSE':<5} {str(one.include_icv).upper():<6} "
            )
        rows.append(f"{head:<45}{cipher:<16}" + "".join(f"{name:<11}" for name in used).rstrip())
    return rows


def keychains(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show mka keychains`: the key in use of each chain that a port refers to."""
    device = context.device
    used: dict[str, list[str]] = {}
    for port in device.view.ports.values():
        if port.macsec:
            for chain in (port.macsec.key_chain, port.macsec.fallback_key_chain):
                if chain is not None:
                    short = device.persona.grammar.short_interface(port.name)
                    used.setdefault(chain.name, []).append(short)
    lines = [
        "",
        "MKA PSK Keychain(s) Summary...",
        "",
        f"{'Keychain':<16} {'Latest CKN':<66} Interface(s)",
        f"{'Name':<16} {'Latest CAK':<66} Applied",
        "=" * 110,
    ]
    for name, chain in device.view.key_chains.items():
        key = chain.active(device.now())
        interfaces = " ".join(used.get(name, []))
        lines += [
            f"{name:<16} {key.name if key else '':<66} {interfaces}".rstrip(),
            " " * 17 + ("<HIDDEN>" if key else "<No valid key>"),
            "",
        ]
    return lines


def key_chain(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show key chain`, with the keys in clear, as IOS-XE prints them."""
    lines: list[str] = []
    for chain in context.device.view.key_chains.values():
        lines += [f"Key-chain {chain.name}:", "    MacSEC key chain "]
        for key in chain.keys:
            lines += [
                f'    key {key.name} -- text "{key.secret}"',
                f"        cryptographic-algorithm: {key.algorithm.lower()}",
                f"        lifetime {_lifetime(context, key)}",
            ]
    return lines


def _lifetime(context: Context, key: Key) -> str:
    view = context.device.view

    def written(moment: datetime) -> str:
        local = moment.astimezone(view.time_zone)
        return f"({local:%H:%M:%S} {local:%Z} {local:%b} {local.day} {local.year})"

    start = written(key.start) if key.start else "(always valid)"
    end = written(key.end) if key.end else "(infinite)" if key.start else "(always valid)"
    valid = " [valid now]" if key.valid_at(context.device.now()) else ""
    return f"{start} - {end}{valid}"


def statistics(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show mka statistics`: totals of all sessions."""
    every = [session for _, session in _all_sessions(context)]
    secured = [session for session in every if session.status == "secured"]
    served = [session for session in secured if session.key_server]
    taken = [session for session in secured if not session.key_server]
    received = sum(session.message_number for session in every if session.peer)
    sent = sum(session.message_number for session in every)
    generated = sum(session.key_number for session in served)
    installed = sum(session.key_number for session in taken)
    standby = sum(session.status == "standby" for session in every)
    return [
        "",
        "MKA Global Statistics",
        "=====================",
        "MKA Session Totals",
        *_counted({"Secured": len(secured), "Fallback Secured": standby}),
        *_counted({"Reauthentication Attempts": 0}),
        "",
        *_counted({"Deleted (Secured)": 0, "Keepalive Timeouts": 0}),
        "",
        "CA Statistics",
        *_counted({"Pairwise CAKs Derived": 0, "Pairwise CAK Rekeys": 0}),
        *_counted({"Group CAKs Generated": 0, "Group CAKs Received": 0}),
        "",
        "SA Statistics",
        *_counted({"SAKs Generated": generated, "SAKs Rekeyed": generated - len(served)}),
        *_counted({"SAKs Received": installed, "SAK Responses Received": generated}),
        "",
        "MKPDU Statistics",
        *_counted({"MKPDUs Validated & Rx": received}),
        *_counted({'   "Distributed SAK"': installed, '   "Distributed CAK"': 0}),
        *_counted({"MKPDUs Transmitted": sent}),
        *_counted({'   "Distributed SAK"': generated, '   "Distributed CAK"': 0}),
        "",
        "MKA Error Counter Totals",
        "========================",
        "Session Failures",
        *_counted({"Bring-up Failures": 0, "Reauthentication Failures": 0}, 33),
        *_counted({"Duplicate Auth-Mgr Handle": 0}, 33),
        "",
        "SAK Failures",
        *_counted({"SAK Generation": 0, "Hash Key Generation": 0}, 33),
        *_counted({"SAK Encryption/Wrap": 0, "SAK Decryption/Unwrap": 0}, 33),
        *_counted({"SAK Cipher Mismatch": len(every) - len(secured) - standby - _alone(every)}, 33),
        "",
        "MKPDU Failures",
        *_counted({"MKPDU Tx": 0, "MKPDU Rx ICV Verification": 0}, 33),
        *_counted({"MKPDU Rx Validation": 0, "MKPDU Rx Bad Peer MN": 0}, 33),
    ]


def _alone(sessions: list[MkaSession]) -> int:
    return sum(session.peer is None for session in sessions)


def _counted(values: dict[str, int], width: int = 28) -> list[str]:
    return ["   " + dotted(name, count, width) for name, count in values.items()]


def summary(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show mka summary`: the sessions, then the totals."""
    return [*sessions(context, arguments), *statistics(context, arguments)]
