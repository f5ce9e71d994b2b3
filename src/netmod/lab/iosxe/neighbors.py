"""IOS-XE: `show lldp …` and `show cdp …`."""

from __future__ import annotations

from netmod.lab.commands import Context
from netmod.lab.text import dotted_mac

_CAPABILITIES = [
    "Capability codes:",
    "    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device",
    "    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other",
    "",
]


def lldp_neighbors(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show lldp neighbors`."""
    if not context.device.view.lldp:
        return ["% LLDP is not enabled"]
    grammar = context.device.persona.grammar
    found = context.fabric.neighbors(context.device, "lldp")
    rows = [
        f"{one.device.hostname[:20]:<20}{grammar.short_interface(one.local_port):<15}{120:<11}"
        f"{'R':<16}{one.announced_port}"
        for one in found
    ]
    return [
        *_CAPABILITIES,
        "Device ID           Local Intf     Hold-time  Capability      Port ID",
        *rows,
        "",
        f"Total entries displayed: {len(rows)}",
        "",
    ]


def lldp_neighbors_detail(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show lldp neighbors detail`."""
    if not context.device.view.lldp:
        return ["% LLDP is not enabled"]
    grammar = context.device.persona.grammar
    found = context.fabric.neighbors(context.device, "lldp")
    lines: list[str] = []
    for one in found:
        lines += [
            "------------------------------------------------",
            f"Local Intf: {grammar.short_interface(one.local_port)}",
            f"Chassis id: {dotted_mac(one.device.mac('chassis'))}",
            f"Port id: {one.announced_port}",
            f"Port Description: {one.description}",
            f"System Name: {one.device.hostname}",
            "",
            "System Description: ",
            *one.device.description,
            "",
            "Time remaining: 101 seconds",
            "System Capabilities: B,R",
            "Enabled Capabilities: R",
            "Management Addresses - not advertised",
            "Auto Negotiation - not supported",
            "Physical media capabilities - not advertised",
            "Media Attachment Unit type - not advertised",
            "Vlan ID: - not advertised",
            "",
        ]
    return [*lines, "", f"Total entries displayed: {len(found)}", ""]


def cdp_neighbors(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show cdp neighbors`."""
    device = context.device
    if not device.view.cdp:
        return ["% CDP is not enabled"]
    lines = [
        "Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge",
        "                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone, ",
        "                  D - Remote, C - CVTA, M - Two-port Mac Relay ",
        "",
        "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID",
    ]
    found = context.fabric.neighbors(device, "cdp")
    for one in found:
        name, far = one.device.hostname, one.device.persona
        row = (
            f"{device.persona.grammar.spaced_interface(one.local_port):<18}{150:<11}{'R S I':>11}  "
            f"{one.device.model[:9]:<9} {far.grammar.spaced_interface(one.port)}"
        )
        if len(name) > 16:
            lines += [name, " " * 17 + row]
        else:
            lines.append(f"{name:<17}{row}")
    return [*lines, "", f"Total cdp entries displayed : {len(found)}"]
