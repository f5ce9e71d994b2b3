"""NX-OS: `show macsec secy statistics`, the frames of each port with MACsec."""

from __future__ import annotations

from netmod.lab.commands import Context
from netmod.lab.fabric import Counters, PortState
from netmod.lab.nxos.macsec import gated, states


@gated
def statistics(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show macsec secy statistics [interface X]`."""
    lines: list[str] = []
    for state in states(context, arguments):
        lines += _port(state)
    return lines


def _port(state: PortState) -> list[str]:
    """What a port counts: the whole session's frames, then those under the SAK in use.

    The frames of earlier association numbers are gone with their SAKs.
    """
    counters = state.counters
    lines = [f"Interface {state.port.name} MACSEC SecY Statistics:", "-" * 44]
    lines += _section(
        "Interface Rx",
        {
            "Controlled Pkts": counters.rx,
            "In-Octets Controlled": f"{Counters.octets(counters.rx)} bytes",
        },
    )
    lines += _section(
        "Interface Tx",
        {
            "Controlled Pkts": counters.tx,
            "Out-Octets Controlled": f"{Counters.octets(counters.tx)} bytes",
        },
    )
    bad = ("Untagged", "No Tag", "Bad Tag", "No SCI", "Unknown SCI", "Tagged Control")
    nothing = {"Transform Error Pkts": 0, "Control Pkts": 0}
    lines += _section("SECY Rx", {**nothing, **{f"{name} Pkts": 0 for name in bad}})
    lines += _section("SECY Tx", {**nothing, "Untagged Pkts": 0})
    return [*lines, *_sak(state)]


def _sak(state: PortState) -> list[str]:
    active, counters = state.active, state.counters
    if active is None:
        return []
    number = active.association_number
    unused = ("Unchecked", "Delayed", "Late")
    bad = ("Invalid", "Not Valid", "Not-Using-SA", "Unused-SA")
    received: dict[str, object] = {
        **{f"{name} Pkts": 0 for name in unused},
        "OK Pkts": counters.rx_sak,
        **{f"{name} Pkts": 0 for name in bad},
        "Decrypted In-Octets": f"{Counters.octets(counters.rx_sak)} bytes",
        "Validated In-Octets": "0 bytes",
    }
    sent: dict[str, object] = {
        "Encrypted Protected Pkts": counters.tx_sak,
        "Too Long Pkts": 0,
        "SA-not-in-use Pkts": 0,
        "Encrypted Protected Out-Octets": f"{Counters.octets(counters.tx_sak)} bytes",
    }
    return [
        *_section("SAK Rx", received, f" for AN [{number}]"),
        *_section("SAK Tx", sent, f" for AN [{number}]"),
    ]


def _section(title: str, values: dict[str, object] | dict[str, int], of: str = "") -> list[str]:
    rows = [f"   {label}: {value}" for label, value in values.items()]
    return [f"{title} Statistics{of}:", *rows, ""]
