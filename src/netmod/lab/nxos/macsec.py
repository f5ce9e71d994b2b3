"""NX-OS: `show macsec mka …`, `show macsec policy` and `show key chain`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from netmod.lab.commands import CommandError, Context
from netmod.lab.fabric import PortState
from netmod.lab.macsec import Key, Policy
from netmod.lab.mka import MkaSession
from netmod.lab.nxos.reading import has_macsec, is_shut_down
from netmod.lab.statements import Statement
from netmod.lab.text import dotted, slashed_sci

Show = Callable[[Context, tuple[str, ...]], list[str]]

_SHUT_DOWN = ["-" * 35, "Macsec is shutdown", "-" * 35]
_STATUS = {
    "secured": "Secured",
    "standby": "Secured",
    "incompatible": "Pending",
    "no-peer": "Init",
}
_DETAIL_STATUS = {
    "secured": "SECURED - Secured MKA Session with MACsec",
    "standby": "SECURED - Secured MKA Session with MACsec",
    "incompatible": "PENDING - Awaiting Peers to Secure MKA Session",
    "no-peer": "INIT - Searching for Peer (Waiting to receive first Peer MKPDU)",
}


def gated(show: Show) -> Show:
    """Without `feature macsec` there is no such command; with MACsec shut down it says so."""

    def answer(context: Context, arguments: tuple[str, ...]) -> list[str]:
        needs_feature(context)
        if is_shut_down(context.device.running):
            return _SHUT_DOWN
        return show(context, arguments)

    return answer


def needs_feature(context: Context) -> None:
    """Raise the error for a command that does not exist without `feature macsec`."""
    if not has_macsec(context.device.running):
        raise CommandError("invalid", len("show "))


def states(context: Context, arguments: tuple[str, ...]) -> list[PortState]:
    """The ports with MACsec in force, or the one that is named."""
    found = [one for one in context.fabric.ports(context.device) if one.port.macsec]
    if arguments:
        name = context.device.persona.grammar.full_interface(arguments[0])
        if name is None:
            raise CommandError("invalid", 0)
        found = [one for one in found if one.port.name == name]
    return found


def _sessions(context: Context, arguments: tuple[str, ...]) -> list[tuple[PortState, MkaSession]]:
    return [(state, one) for state in states(context, arguments) for one in state.sessions]


def _yes(value: object) -> str:
    return "Yes" if value else "No"


def _mode(one: MkaSession) -> str:
    return f"{one.source.upper()}-PSK"


@gated
def session(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show macsec mka session [interface X]`."""
    chosen = _sessions(context, arguments)
    rows = [
        f"{state.port.name:<17}  {slashed_sci(one.local.sci):<27}  {int(one.peer is not None):<19}"
        f"  {_STATUS[one.status]:<17}  {_yes(one.key_server):<17}  {_mode(one)}"
        for state, one in chosen
    ]
    secured = sum(_STATUS[one.status] == "Secured" for _, one in chosen)
    return [
        "Interface          Local-TxSCI                  # Peers              Status             "
        "Key-Server         Auth Mode",
        "  ".join("-" * width for width in (17, 27, 19, 17, 17, 18)),
        *rows,
        "",
        f"    Total Number of Sessions : {len(chosen)}",
        f"         Secured Sessions : {secured}",
        f"         Pending Sessions : {len(chosen) - secured}",
        "",
    ]


@gated
def session_details(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show macsec mka session [interface X] details`."""
    lines: list[str] = []
    for state, one in _sessions(context, arguments):
        lines += _details(context, state, one)
    return lines


def _details(context: Context, state: PortState, one: MkaSession) -> list[str]:
    policy, local = one.policy, one.local
    in_use = one.status == "secured"
    above = one.peer is not None and local.sci > one.peer.sci
    extended = "XPN" in policy.ciphers[0]
    fields: dict[str, object] = {
        "Session Status": _DETAIL_STATUS[one.status],
        "Local Tx-SCI": slashed_sci(local.sci),
        "Local Tx-SSCI": (1 if above else 2) if extended and one.peer else 0,
        "MKA Port Identifier": local.port_number,
        "CAK Name (CKN)": one.key.name.upper(),
        "CA Authentication Mode": _mode(one),
        "Member Identifier (MI)": local.member_id,
        "Message Number (MN)": one.message_number,
        "MKA Policy Name": policy.name,
        "Key Server Priority": policy.key_server_priority,
        "Key Server": _yes(one.key_server),
        "Include ICV": _yes(policy.include_icv),
        "SAK Cipher Suite": policy.ciphers[0],
        "SAK Cipher Suite (Operational)": one.cipher or "No Cipher",
        "Replay Window Size": policy.replay_window,
        "Confidentiality Offset": f"CONF-OFFSET-{policy.confidentiality_offset}",
        "Confidentiality Offset (Operational)": f"CONF-OFFSET-{one.offset}",
        "Latest SAK Status": "Rx & TX" if in_use else "No Rx, No TX",
        "Latest SAK AN": one.association_number if in_use else 0,
        "Latest SAK KI": one.key_identifier if in_use else "0" * 32,
        "Latest SAK KN": one.key_number if in_use else 0,
        "Last SAK key time": _dated(context, one.since) if in_use else "N/A",
        "CA Peer Count": int(one.peer is not None),
        "Eapol dest mac": "0180.c200.0003",
        "Ether-type": "0x888e",
    }
    lines = [
        f"{'Interface Name':<24}: {state.port.name}",
        *(f"    {label:<36}: {value}" for label, value in fields.items()),
    ]
    if one.peer is not None:
        lines += [
            "Peer Status:",
            f"    {'Peer MI':<36}: {one.peer.member_id}",
            f"    {'RxSCI':<36}: {slashed_sci(one.peer.sci)}",
            f"    {'Peer CAK':<36}: Match",
            f"    {'Latest Rx MKPDU':<36}: {_dated(context, context.device.lab_now())}",
        ]
    return [*lines, ""]


def _dated(context: Context, moment: datetime) -> str:
    local = moment.astimezone(context.device.view.time_zone)
    return f"{local:%H:%M:%S %Z %a %b %d %Y}"


@gated
def summary(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show macsec mka summary`: one row for each port."""
    rows = []
    for state in states(context, ()):
        macsec = state.port.macsec
        one = state.active or next(iter(state.sessions), None)
        if macsec is None:
            continue
        fallback = macsec.fallback_key_chain
        rows.append(
            f"{state.port.name:<17}  {_STATUS[one.status] if one else 'Init':<7}  "
            f"{(one and one.cipher) or 'No Cipher':<21}  {_yes(one and one.key_server):<11}  "
            f"{macsec.policy.name:<32} {macsec.key_chain.name:<32} "
            f"{fallback.name if fallback else 'no keychain'}"
        )
    return [
        "Interface          Status   Cipher (Operational)   Key-Server   MACSEC-policy       "
        "             Keychain                         Fallback-keychain",
        "-----------------  -------  ---------------------  -----------  "
        + " ".join(["-" * 32] * 3),
        *rows,
        "",
    ]


@gated
def statistics(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show macsec mka statistics [interface X]`: each key's, then the port's sums."""
    lines: list[str] = []
    for state in states(context, arguments):
        name = state.port.name
        for one in state.sessions:
            title = f"Per-CA MKA Statistics for Session on interface ({name}) with CKN "
            lines += [title + f"0x{one.key.name.upper()}", "=" * 44, *_counted([one]), ""]
        if state.sessions:
            title = f"MKA Statistics for Session on interface ({name})"
            lines += [title, "=" * 44, *_counted(list(state.sessions)), ""]
    return lines


def _counted(sessions: list[MkaSession]) -> list[str]:
    in_use = [one for one in sessions if one.status == "secured"]
    made = sum(one.key_number for one in in_use if one.key_server)
    taken = sum(one.key_number for one in in_use if not one.key_server)
    sent = sum(one.message_number for one in sessions)
    received = sum(one.message_number for one in sessions if one.peer)
    groups: dict[str, dict[str, int]] = {
        "CA Statistics": {"Pairwise CAK Rekeys": 0},
        "SA Statistics": {
            "SAKs Generated": made,
            "SAKs Rekeyed": max(0, made - 1),
            "SAKs Received": taken,
            "SAK Responses Received": made,
        },
        "MKPDU Statistics": {
            "MKPDUs Transmitted": sent,
            '  "Distributed SAK"': made,
            "MKPDUs Validated & Rx": received,
            '  "Distributed SAK" ': taken,
        },
    }
    lines: list[str] = []
    for title, counters in groups.items():
        rows = ["   " + dotted(label.rstrip(), count, 28) for label, count in counters.items()]
        lines += [title, *rows, ""]
    return lines[:-1]


def policy(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show macsec policy`, which a device with MACsec shut down answers as well."""
    needs_feature(context)
    view = context.device.view
    widths = (32, 16, 4, 12, 8, 14, 14, 13, 13)
    titles = (
        "MACSec Policy",
        "Cipher",
        "Pri",
        "Window",
        "Offset",
        "Security",
        "SAK Rekey time",
        "ICV Indicator",
        "Include-SCI",
    )
    rows = [_policy_cells(one) for one in (*view.policies.values(), view.default_policy)]
    return [
        _columns(titles, widths),
        " ".join("-" * width for width in widths),
        *(_columns(row, widths) for row in rows),
        "",
    ]


def _policy_cells(one: Policy) -> tuple[str, ...]:
    return (
        one.name,
        one.ciphers[0],
        str(one.key_server_priority),
        str(one.replay_window),
        str(one.confidentiality_offset),
        "must-secure" if one.must_secure else "should-secure",
        str(one.sak_rekey_interval or "pn-rollover"),
        str(one.include_icv).upper(),
        "TRUE",
    )


def _columns(cells: tuple[str, ...], widths: tuple[int, ...]) -> str:
    return " ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def key_chain(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show key chain`: the octet strings as they are stored."""
    device = context.device
    lines: list[str] = []
    for chain in device.view.key_chains.values():
        body = device.running.node((f"key chain {chain.name} macsec",))
        lines.append(f"Key-Chain {chain.name} Macsec")
        for key in chain.keys:
            below = body.children[f"key {key.name}"]
            lines += _key(key, below, device.view.time_zone, device.now())
        active = chain.active(device.now())
        lines += [f"  youngest active send key: {active.name if active else 'none'}", ""]
    return lines


def _key(key: Key, body: Statement, zone: tzinfo, now: datetime) -> list[str]:
    """A lifetime is printed in the time in which it is configured, `local` or UTC."""
    local = (body.find("send-lifetime") or "").startswith("local ")
    span = "(always valid)"
    if key.start is not None:
        start = _written(key.start, zone if local else UTC)
        end = _written(key.end, zone if local else UTC) if key.end else "infinite"
        span = f"({start})-({end})"
    active = " [active]" if key.valid_at(now) else ""
    return [
        f'  Key {key.name} -- text 7 "{key.secret}"',
        f"    cryptographic-algorithm {key.algorithm.replace('-', '_')}",
        f"    send lifetime {'local' if local else 'UTC'} {span}{active}",
    ]


def _written(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%H:%M:%S %b %d %Y}"
