"""NX-OS: `show lldp neighbors` and `show cdp neighbors`."""

from __future__ import annotations

from netmod.lab.commands import CommandError, Context
from netmod.lab.text import dotted_mac

_CAPABILITIES = [
    "Capability codes:",
    "  (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device",
    "  (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other",
    "Device ID            Local Intf      Hold-time  Capability  Port ID",
]
_CDP_OFF = ["Note: CDP is not enabled", ""]


def _needs_feature(context: Context) -> None:
    """Without `feature lldp` the command does not exist."""
    if not context.device.view.lldp:
        raise CommandError("invalid", len("show "))


def lldp_neighbors(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show lldp neighbors`."""
    _needs_feature(context)
    short = context.device.persona.grammar.short_interface
    rows = [
        f"{one.device.hostname:<20} {short(one.local_port):<15} {120:<10} {'BR':<11} "
        f"{one.announced_port}"
        for one in context.fabric.neighbors(context.device, "lldp")
    ]
    return [*_CAPABILITIES, *rows, f"Total entries displayed: {len(rows)}"]


def lldp_neighbors_detail(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show lldp neighbors detail`."""
    _needs_feature(context)
    short = context.device.persona.grammar.short_interface
    found = context.fabric.neighbors(context.device, "lldp")
    lines = list(_CAPABILITIES)
    for one in found:
        description, *more = one.device.description
        lines += [
            "",
            f"Chassis id: {dotted_mac(one.device.mac('chassis'))}",
            f"Port id: {one.announced_port}",
            f"Local Port id: {short(one.local_port)}",
            f"Port Description: {one.description}",
            f"System Name: {one.device.hostname}",
            f"System Description: {description}",
            *more,
            "Time remaining: 101 seconds",
            "System Capabilities: B, R",
            "Enabled Capabilities: B, R",
            "Management Address: not advertised",
            "Management Address IPV6: not advertised",
            "Vlan ID: not advertised",
            "",
        ]
    return [*lines, f"Total entries displayed: {len(found)}"]


def cdp_neighbors(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show cdp neighbors`."""
    device = context.device
    if not device.view.cdp:
        return _CDP_OFF
    short = device.persona.grammar.short_interface
    found = context.fabric.neighbors(device, "cdp")
    lines = [
        "Capability Codes: R - Router, T - Trans-Bridge, B - Source-Route-Bridge",
        "                  S - Switch, H - Host, I - IGMP, r - Repeater,",
        "                  V - VoIP-Phone, D - Remotely-Managed-Device,",
        "                  s - Supports-STP-Dispute",
        "",
        "Device-ID          Local Intrfce  Hldtme Capability  Platform      Port ID",
    ]
    for one in found:
        row = (
            f"{short(one.local_port):<14} {150:<6} {'R S I s':<11} {one.device.model[:13]:<13} "
            f"{one.port}"
        )
        name = one.device.hostname
        if len(name) > 18:
            lines += [name, " " * 19 + row]
        else:
            lines.append(f"{name:<19}{row}")
    return [*lines, "", f"Total entries displayed: {len(found)}"]


def cdp_neighbors_detail(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show cdp neighbors detail`."""
    device = context.device
    if not device.view.cdp:
        return _CDP_OFF
    lines: list[str] = []
    for one in context.fabric.neighbors(device, "cdp"):
        lines += [
            "-" * 40,
            f"Device ID:{one.device.hostname}",
            f"System Name: {one.device.hostname}",
            "",
            "Interface address(es):",
            f"Platform: {one.device.model}, Capabilities: Router Switch IGMP Filtering",
            f"Interface: {one.local_port}, Port ID (outgoing port): {one.port}",
            "Holdtime: 150 sec",
            "",
            "Version:",
            *one.device.description,
            "",
            "Advertisement Version: 2",
            "",
        ]
    return lines
