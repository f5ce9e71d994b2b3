"""IOS-XE: `show macsec …`."""

from __future__ import annotations

from netmod.lab.commands import CommandError, Context
from netmod.lab.fabric import Counters, PortState
from netmod.lab.macsec import CIPHERS
from netmod.lab.mka import MkaSession
from netmod.lab.text import short_age


def _state(context: Context, arguments: tuple[str, ...]) -> PortState:
    name = context.device.persona.grammar.full_interface(arguments[0])
    state = context.fabric.port(context.device, name) if name else None
    if state is None:
        raise CommandError("invalid", 0)
    return state


def summary(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show macsec summary`: ports with MACsec and their secure channels."""
    lines = ["Interface                     Transmit SC         Receive SC"]
    for state in context.fabric.ports(context.device):
        if state.port.macsec:
            receive = int(state.active is not None)
            lines.append(f"{state.port.name:<37}{int(bool(state.sessions)):<20}{receive}")
    return lines


def interface(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show macsec interface X`, the form of Catalyst switches."""
    state = _state(context, arguments)
    if state.port.macsec is None:
        return [" MACsec is not enabled"]
    policy = state.port.macsec.policy
    active = state.active
    return [
        " MACsec is enabled",
        "  Replay protect : enabled",
        f"  Replay window : {policy.replay_window}",
        "  Include SCI : yes",
        "  Use ES Enable : no",
        "  Use SCB Enable : no",
        "  Admin Pt2Pt MAC : forceTrue(1)",
        "  Pt2Pt MAC Operational : no",
        f"  Cipher : {active.cipher if active else policy.ciphers[0]}",
        f"  Confidentiality Offset : {_offset(state)}",
        "",
        " Capabilities",
        "  ICV length : 16",
        "  Data length change supported: yes",
        "  Max. Rx SA : 16",
        "  Max. Tx SA : 16",
        "  Max. Rx SC : 8",
        "  Max. Tx SC : 8",
        "  Validate Frames : strict",
        "  PN threshold notification support : Yes",
        *_supported(),
        "",
        f" Access control : {'must secure' if policy.must_secure else 'should secure'}",
        "",
        *_clear_tags(policy.tags_in_clear),
        " Transmit Secure Channels",
        *(_transmit(context, active, state.counters) if active else []),
        "",
        "  Port Statistics",
        "   Egress untag pkts  0",
        "   Egress long pkts  0",
        "",
        " Receive Secure Channels",
        *(_receive(context, active, state.counters) if active else []),
        "",
        "  Port Statistics",
        "   Ingress untag pkts  0",
        "   Ingress notag pkts  0",
        "   Ingress badtag pkts  0",
        "   Ingress unknownSCI pkts  0",
        "   Ingress noSCI pkts  0",
        "   Ingress overrun pkts  0",
    ]


def _offset(state: PortState) -> int:
    active = state.active
    if active is not None:
        return active.offset
    return state.port.macsec.policy.confidentiality_offset if state.port.macsec else 0


def _supported() -> list[str]:
    first, *rest = CIPHERS
    return [f"  Ciphers supported : {first}", *(" " * 22 + name for name in rest)]


def _clear_tags(count: int) -> list[str]:
    if not count:
        return []
    return [" Cleartag Details", f"  Type    : {'one' if count == 1 else 'two'} dot1q in clear", ""]


def _channel(sci: str, session: MkaSession) -> list[str]:
    age = short_age(session.elapsed)
    return [
        f"  SCI : {sci.upper()}",
        "  SC state : inUse(1)",
        f"   Elapsed time : {age}",
        f"   Start time : {age}",
        f"   Current AN: {session.association_number}",
        f"   Previous AN: {_previous(session)}",
    ]


def _previous(session: MkaSession) -> str:
    return "-" if session.key_number == 1 else str((session.key_number - 2) % 4)


def _created(context: Context, session: MkaSession) -> str:
    view = context.device.view
    created = session.since.astimezone(view.time_zone)
    return f"{created:%H:%M:%S}"


def _transmit(context: Context, session: MkaSession, counters: Counters) -> list[str]:
    return [
        *_channel(session.local.sci, session),
        f"   Next PN: {counters.tx_sak + 1}",
        "   SA State: inUse(1)",
        "   Confidentiality : yes",
        "   SAK Unchanged : yes",
        f"   SA Create time : {_created(context, session)}",
        f"   SA Start time : {short_age(session.elapsed)}",
        "   SC Statistics",
        *_sent(counters.tx),
        "   SA Statistics",
        *_sent(counters.tx_sak),
    ]


def _sent(frames: int) -> list[str]:
    return [
        "    Auth-only Pkts : 0",
        "    Auth-only Bytes : 0",
        f"    Encrypted Pkts : {frames}",
        f"    Encrypted Bytes : {Counters.octets(frames)}",
    ]


def _receive(context: Context, session: MkaSession, counters: Counters) -> list[str]:
    if session.peer is None:
        return []
    return [
        *_channel(session.peer.sci, session),
        f"   Next PN: {counters.rx_sak + 1}",
        "   RX SA Count: 0",
        "   SA State: inUse(1)",
        "   SAK Unchanged : yes",
        f"   SA Create time : {_created(context, session)}",
        f"   SA Start time : {short_age(session.elapsed)}",
        "   SC Statistics",
        *_received(counters.rx),
        "   SA Statistics",
        *_received(counters.rx_sak),
    ]


def _received(frames: int) -> list[str]:
    return [
        "    Notvalid pkts 0",
        "    Invalid pkts 0",
        f"    Valid pkts {frames}",
        "    Late pkts 0",
        "    Uncheck pkts 0",
        "    Delay pkts 0",
        "    UnusedSA pkts 0",
        "    NousingSA pkts 0",
        "    Validated Bytes 0",
        f"    Decrypted Bytes {Counters.octets(frames)}",
    ]


def status(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show macsec status interface X`, the form of routers."""
    state = _state(context, arguments)
    if state.port.macsec is None:
        return ["% MACsec is not enabled on this interface"]
    policy = state.port.macsec.policy
    active = state.active
    lines = [
        " Capabilities:",
        _field("Ciphers Supported", " ".join(CIPHERS)),
        _field("Cipher", active.cipher if active else policy.ciphers[0]),
        _field("Confidentiality Offset", _offset(state)),
        _field("Replay Window", policy.replay_window),
        _field("Delay Protect Enable", str(policy.delay_protection).upper()),
        _field("Access Control", "must-secure" if policy.must_secure else "should-secure"),
    ]
    if policy.tags_in_clear:
        lines.append(_field("Dot1q In Clear", f"{policy.tags_in_clear} Tag(s)"))
    lines += [_field("Include-SCI", "TRUE"), "", " Transmit SC:"]
    if state.sessions:
        lines += [
            _field("SCI", state.sessions[0].local.sci.upper()),
            _field("Transmitting", str(active is not None).upper()),
        ]
    if active is None or active.peer is None:
        return lines
    number = active.association_number
    return [
        *lines,
        " Transmit SA:",
        _field("Next PN", state.counters.tx_sak + 1),
        _field("Delay Protect AN/nextPN", "NA/0"),
        "",
        " Receive SC:",
        _field("SCI", active.peer.sci.upper()),
        _field("Receiving", "TRUE"),
        " Receive SA:",
        _field("Next PN", state.counters.rx_sak + 1),
        _field("AN", number),
        _field("Delay Protect AN/LPN", f"{number}/0"),
    ]


def _field(label: str, value: object) -> str:
    return f"  {label + ':':<25} {value}"


def statistics(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show macsec statistics interface X`."""
    state = _state(context, arguments)
    counters, active = state.counters, state.active
    lines = [
        f"MACsec Statistics for {state.port.name}",
        " SecY Counters",
        *(
            _field(f"Ingress {kind} Pkts", 0)
            for kind in ("Untag", "No Tag", "Bad Tag", "Unknown SCI", "No SCI", "Overrun")
        ),
        _field("Ingress Validated Octets", 0),
        _field("Ingress Decrypted Octets", Counters.octets(counters.rx)),
        _field("Egress Untag Pkts", 0),
        _field("Egress Too Long Pkts", 0),
        _field("Egress Protected Octets", 0),
        _field("Egress Encrypted Octets", Counters.octets(counters.tx)),
        " Controlled Port Counters",
        _field("IF In Octets", Counters.octets(counters.rx)),
        _field("IF In Packets", counters.rx),
        _field("IF In Discard", 0),
        _field("IF In Errors", 0),
        _field("IF Out Octets", Counters.octets(counters.tx)),
        _field("IF Out Packets", counters.tx),
        _field("IF Out Errors", 0),
    ]
    if active is None or active.peer is None:
        return lines
    number = active.association_number
    return [
        *lines,
        f" Transmit SC Counters (SCI: {active.local.sci.upper()})",
        _field("Out Pkts Protected", 0),
        _field("Out Pkts Encrypted", counters.tx),
        f" Transmit SA Counters (AN {number})",
        _field("Out Pkts Protected", 0),
        _field("Out Pkts Encrypted", counters.tx_sak),
        f" Receive SA Counters (SCI: {active.peer.sci.upper()}  AN {number})",
        _field("In Pkts Unchecked", 0),
        _field("In Pkts Delayed", 0),
        _field("In Pkts OK", counters.rx_sak),
        *(
            _field(f"In Pkts {kind}", 0)
            for kind in ("Invalid", "Not Valid", "Not using SA", "Unused SA", "Late")
        ),
    ]
