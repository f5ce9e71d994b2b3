"""IOS-XR: `show macsec …` and `show key chain`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from netmod.lab.commands import CommandError, Context
from netmod.lab.fabric import PortState
from netmod.lab.macsec import CIPHERS, Policy
from netmod.lab.mka import MkaSession
from netmod.lab.text import dotted, dotted_mac, slashed_sci

_NODE = "NODE: node0_0_CPU0"
_STATUS = {
    "secured": "Secured",
    "standby": "Active",
    "incompatible": "Pending",
    "no-peer": "Pending",
}
_DETAIL_STATUS = {
    "secured": "Secured - Secured MKA Session with MACsec",
    "standby": "Active - Marked Peer as Live (Waiting for SAK generation/distribution)",
    "incompatible": "Pending - Marked Peer as Live (Waiting for SAK generation/distribution)",
    "no-peer": "Init - Searching for Peer (Waiting to receive first Peer MKPDU)",
}
_LABEL = 41


def _sessions(context: Context, arguments: tuple[str, ...]) -> list[tuple[PortState, MkaSession]]:
    states = context.fabric.ports(context.device)
    if arguments:
        name = context.device.persona.grammar.full_interface(arguments[0])
        states = [state for state in states if state.port.name == name]
        if not states:
            raise CommandError("invalid", 0)
    return [(state, session) for state in states for session in state.sessions]


def session(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show macsec mka session [interface X]`."""
    rule = "=" * 101
    short = context.device.persona.grammar.short_interface
    lines: list[str] = []
    for state, one in _sessions(context, arguments):
        lines.append(
            f" {short(state.port.name):<18} {slashed_sci(one.local.sci):<21} "
            f"{int(one.peer is not None)}      {_STATUS[one.status]:<11} "
            f"{'YES' if one.key_server else 'NO':<9} {one.source.upper():<11} {one.key.name}"
        )
    if not lines:
        return []
    return [
        "",
        _NODE,
        rule,
        " Interface-Name     Local-TxSCI         #Peers   Status   Key-Server   PSK/EAP      CKN",
        rule,
        *lines,
        "",
    ]


def summary(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show macsec mka summary`."""
    rule = "=" * 96
    short = context.device.persona.grammar.short_interface
    chosen = _sessions(context, ())
    rows = [
        f"  {short(state.port.name):^16}  {_STATUS[one.status]:^10}  "
        f"{one.cipher or '-':^16}  {one.key_chain:^16}  {one.source.upper():^10}  {one.key.name}"
        for state, one in chosen
    ]
    secured = sum(one.status in ("secured", "standby") for _, one in chosen)
    return [
        "",
        _NODE,
        rule,
        "   Interface-Name     Status      Cipher-Suite        KeyChain        PSK/EAP     CKN",
        rule,
        *rows,
        "",
        f"Total MACSec Sessions : {len(chosen)}",
        f"     Secured Sessions : {secured}",
        f"     Pending Sessions : {len(chosen) - secured}",
        "",
    ]


def session_detail(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show macsec mka session detail` and `… interface X detail`."""
    chosen = _sessions(context, arguments)
    lines: list[str] = ["", _NODE] if chosen else []
    for state, one in chosen:
        lines += ["", *_detail(context, state, one)]
    return lines


def _detail(context: Context, state: PortState, one: MkaSession) -> list[str]:
    local, policy = one.local, one.policy
    short = context.device.persona.grammar.short_interface
    cipher = one.cipher or policy.ciphers[0]
    extended = "XPN" in cipher
    above = one.peer is not None and local.sci < one.peer.sci
    rows: list[tuple[str, object] | None] = [
        (" Local Tx-SCI", slashed_sci(local.sci)),
        (" Local Tx-SSCI", (2 if above else 1) if extended else 0),
        (" Interface MAC Address", dotted_mac(local.sci)),
        (" MKA Port Identifier", local.port_number),
        (" Interface Name", short(state.port.name)),
        (" CAK Name (CKN)", one.key.name),
        (" CA Authentication Mode", f"{one.source.upper()}-PSK"),
        (" Keychain", one.key_chain),
        (" Member Identifier (MI)", local.member_id),
        (" Message Number (MN)", one.message_number),
        (" Authenticator", "NO"),
        (" Key Server", "YES" if one.key_server else "NO"),
        (" MKA Cipher Suite", one.key.algorithm),
        (" Configured MACSec Cipher Suite", policy.ciphers[0]),
        (" Key Distribution Mode", "SAK"),
        None,
        *_sak(one),
        None,
        (" MKA Policy Name", policy.name),
        (" Key Server Priority", policy.key_server_priority),
        (" Delay Protection", str(policy.delay_protection).upper()),
        (" Replay Window Size", policy.replay_window),
        (" Include ICV Indicator", str(policy.include_icv).upper()),
        (" Confidentiality Offset", one.offset),
        (" Algorithm Agility", "80C201"),
        (" SAK Cipher Suite", f"{CIPHERS[cipher]} ({cipher})" if one.cipher else "(NONE)"),
        (" MACsec Capability", "3 (MACsec Integrity, Confidentiality, & Offset)"),
        (" MACsec Desired", "YES"),
        None,
        ("# of MACsec Capable Live Peers", int(one.peer is not None)),
        (
            "# of MACsec Capable Live Peers Responded",
            int(one.status == "secured" and one.key_server),
        ),
    ]
    return [
        "MKA Detailed Status for MKA Session",
        "===================================",
        _row("Status", _DETAIL_STATUS[one.status]),
        "",
        *("" if row is None else _row(*row) for row in rows),
        "",
        *_peer_list("Live", one),
        *_peer_list("Potential", None),
        *_peer_status(context, one),
    ]


def _row(label: str, value: object) -> str:
    return f"{label:<{_LABEL}}: {value}"


def _sak(one: MkaSession) -> Iterator[tuple[str, object] | None]:
    secured = one.status == "secured"
    first = one.key_number <= 1
    old = one.key_number - 1
    identifier = one.key_identifier if secured else f"{one.local.member_id}00000000"
    yield (" Latest SAK Status", "Rx & Tx" if secured else "No Rx, No Tx")
    yield (" Latest SAK AN", one.association_number if secured else 0)
    yield (" Latest SAK KI (KN)", f"{identifier} ({one.key_number})")
    yield (" Old SAK Status", "FIRST-SAK" if first else "No Rx, No Tx")
    yield (" Old SAK AN", 0 if first else (old - 1) % 4)
    yield (" Old SAK KI (KN)", "FIRST-SAK (0)" if first else f"RETIRED ({old})")
    yield None
    yield (" SAK Transmit Wait Time", "0s (Not waiting for any peers to respond)")
    yield (" SAK Retire Time", "0s (No Old SAK to retire)")
    timed = one.key_server and one.rekey_in is not None
    yield (" Time to SAK Rekey", f"{one.rekey_in}s" if timed else "NA")
    yield (" Time to exit suspension", "NA")


def _peer_list(kind: str, one: MkaSession | None) -> list[str]:
    rule = "-" * 79
    lines = [
        f"{kind} Peer List:",
        rule,
        "           MI                      MN             Rx-SCI         SSCI  KS-Priority",
        rule,
    ]
    if one is not None and one.peer is not None:
        peer = one.peer
        ssci = 0
        if "XPN" in (one.cipher or ""):
            ssci = 1 if peer.sci > one.local.sci else 2
        lines.append(
            f"  {peer.member_id}   {one.message_number:>10}      {slashed_sci(peer.sci):<20} "
            f"{ssci}     {peer.priority}"
        )
    return [*lines, ""]


def _peer_status(context: Context, one: MkaSession) -> list[str]:
    sent = context.device.now() - timedelta(seconds=1)
    lines = [
        "Peers Status:",
        _row(" Last Tx MKPDU", _stamp(context, sent)),
        _row(" Peer Count", int(one.peer is not None)),
    ]
    if one.peer is not None:
        lines += [
            "",
            _row(" RxSCI", one.peer.sci.upper()),
            _row("  MI", one.peer.member_id),
            _row("  Peer CAK", "Match"),
            _row("  Latest Rx MKPDU", _stamp(context, sent)),
        ]
    return [*lines, ""]


def _stamp(context: Context, moment: datetime) -> str:
    local = moment.astimezone(context.device.view.time_zone)
    return f"{local:%Y %b %d %H:%M:%S}.{local.microsecond // 1000:03d}"


def statistics(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show macsec mka statistics [interface X]`."""
    short = context.device.persona.grammar.short_interface
    lines: list[str] = []
    for state, one in _sessions(context, arguments):
        title = f"MKA Statistics for Session on interface ({short(state.port.name)})"
        served = one.key_number if one.key_server else 0
        taken = 0 if one.key_server else one.key_number
        received = one.message_number if one.peer else 0
        lines += [
            title,
            "=" * len(title),
            dotted("Reauthentication Attempts", 0, 28),
            "",
            "CA Statistics",
            *_counted({"Pairwise CAKs Derived": 0, "Pairwise CAK Rekeys": 0}),
            *_counted({"Group CAKs Generated": 0, "Group CAKs Received": 0}),
            "",
            "SA Statistics",
            *_counted({"SAKs Generated": served, "SAKs Rekeyed": max(0, served - 1)}),
            *_counted({"SAKs Received": taken, "SAK Responses Received": served}),
            "",
            "MKPDU Statistics",
            *_counted({"MKPDUs Transmitted": one.message_number}),
            *_counted({"  Distributed SAK": served, "  Distributed CAK": 0}),
            *_counted({"MKPDUs Validated & Rx": received}),
            *_counted({"  Distributed SAK": taken, "  Distributed CAK": 0}),
            "",
        ]
    return lines


def _counted(values: dict[str, int]) -> list[str]:
    return ["   " + dotted(name, count, 28) for name, count in values.items()]


def secy_statistics(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show macsec secy stats interface X sc`: frames since the session began."""
    name = context.device.persona.grammar.full_interface(arguments[0])
    state = next(
        (one for one in context.fabric.ports(context.device) if one.port.name == name), None
    )
    if state is None:
        raise CommandError("invalid", 0)
    if state.active is None:
        return []
    counters = state.counters
    none = ("Untagged", "NoTag", "BadTag", "UnknownSCI", "NoSCI", "Overrun")
    unused = ("Unchecked", "Delayed", "Late")
    bad = ("Invalid", "NotValid", "NotUsingSA", "UnusedSA")
    return [
        "Interface Stats",
        *_stats(4, {f"InPkts{kind}": 0 for kind in none}),
        *_stats(4, {"InOctetsValidated": 0, "InOctetsDecrypted": counters.octets(counters.rx)}),
        *_stats(4, {"OutPktsUntagged": 0, "OutPktsTooLong": 0, "OutOctetsProtected": 0}),
        *_stats(4, {"OutOctetsEncrypted": counters.octets(counters.tx)}),
        "",
        "SC Stats",
        "  TxSC Stats",
        *_stats(4, {"OutPktsProtected": 0, "OutPktsEncrypted": counters.tx}),
        "",
        "  RxSC Stats",
        *_stats(4, {f"InPkts{kind}": 0 for kind in (*unused, *bad)}),
        *_stats(4, {"InPktsOK": counters.rx}),
        "",
    ]


def _stats(indent: int, values: dict[str, int]) -> list[str]:
    return [f"{' ' * indent}{name:<19}: {count}" for name, count in values.items()]


def policy(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show macsec policy`."""
    rule = "=" * 95
    rows = [
        f" {one.name:<24} {one.ciphers[0]:<16} {one.key_server_priority:<11} "
        f"{one.replay_window:<7} {one.confidentiality_offset:<8} "
        f"{str(one.delay_protection).upper()}"
        for one in _policies(context)
    ]
    return [
        f"Total Number of Policies = {len(rows)}",
        rule,
        " Policy                   Cipher           Key-Svr     Window  Conf     Delay",
        " Name                     Suite            Priority    Size    Offset   Protection",
        rule,
        *rows,
        "",
    ]


def _policies(context: Context) -> list[Policy]:
    view = context.device.view
    return [view.default_policy, *view.policies.values()]


def policy_detail(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show macsec policy detail`."""
    every = _policies(context)
    lines = [f"Total Number of Policies = {len(every)}"]
    for one in every:
        rekey = str(one.sak_rekey_interval) if one.sak_rekey_interval else "OFF"
        fields = {
            "Cipher Suite": one.ciphers[0],
            "Key-Server Priority": one.key_server_priority,
            "Window Size": one.replay_window,
            "Conf Offset": one.confidentiality_offset,
            "Replay Protection": "TRUE",
            "Delay Protection": str(one.delay_protection).upper(),
            "Security Policy": "Must Secure" if one.must_secure else "Should Secure",
            "Vlan Tags In Clear": one.tags_in_clear,
            "LACP In Clear": "FALSE",
            "LLDP In Clear": "TRUE",
            "Pause Frames In Clear": "FALSE",
            "Sak Rekey Interval": rekey,
            "Include ICV Indicator": str(one.include_icv).upper(),
            "Use Eapol PAE in ICV": "FALSE",
            "Disable Suspend On Request": "FALSE",
            "Disable Suspend For": "FALSE",
            "Enable legacy fallback": "FALSE",
        }
        lines += [
            "--------------------------------------------------",
            f"{'Policy Name':<35}: {one.name}",
            *(f"        {label:<27}: {value}" for label, value in fields.items()),
            "",
        ]
    return lines


def key_chain(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show key chain`: the key strings as they are stored."""
    view, now = context.device.view, context.device.now()

    def written(moment: datetime) -> str:
        return f"{moment.astimezone(view.time_zone):%H:%M:%S, %d %b %Y}"

    lines: list[str] = []
    for chain in view.key_chains.values():
        lines += ["", f"Key-chain: {chain.name} -macsec", ""]
        for key in chain.keys:
            start = written(key.start) if key.start else "Always valid"
            end = written(key.end) if key.end else "Always valid"
            valid = "[Valid now]" if key.valid_at(now) else ""
            lines += [
                f"  Key {key.name}",
                f"    Key-String -- {key.secret}",
                f"    Cryptographic-Algorithm -- ALG_{key.algorithm.replace('-', '_')}",
                f"    Send lifetime -- {start} - {end}  {valid}".rstrip(),
            ]
    return lines
