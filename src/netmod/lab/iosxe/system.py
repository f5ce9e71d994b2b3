"""IOS-XE: version, inventory, clock, configuration and neighbours."""

from __future__ import annotations

from netmod.lab.commands import Context
from netmod.lab.config_tree import ConfigTree
from netmod.lab.text import dotted_mac, milliseconds, uptime

MODEL = "C9500-48Y4C"
VERSION = "17.12.4"
SYSTEM_DESCRIPTION = (
    f"Cisco IOS Software [Dublin], Catalyst L3 Switch Software (CAT9K_IOSXE), Version {VERSION}, "
    "RELEASE SOFTWARE (fc4)",
    "Technical Support: http://www.cisco.com/techsupport",
    "Copyright (c) 1986-2024 by Cisco Systems, Inc.",
    "Compiled Tue 23-Jul-24 09:36 by mcpre",
)
_CAPABILITIES = [
    "Capability codes:",
    "    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device",
    "    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other",
    "",
]


def version(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show version`."""
    device = context.device
    running = int((device.lab_now() - device.booted).total_seconds())
    restarted = device.booted.astimezone(device.view.time_zone)
    return [
        f"Cisco IOS XE Software, Version {VERSION}",
        *SYSTEM_DESCRIPTION,
        "",
        "",
        "ROM: IOS-XE ROMMON",
        "BOOTLDR: System Bootstrap, Version 17.12.1r, RELEASE SOFTWARE (P)",
        "",
        f"{device.hostname} uptime is {uptime(running)}",
        f"Uptime for this control processor is {uptime(running)}",
        "System returned to ROM by Reload Command",
        f"System restarted at {restarted:%H:%M:%S} {restarted:%Z} {restarted:%a} "
        f"{restarted:%b} {restarted.day} {restarted.year}",
        'System image file is "flash:packages.conf"',
        "Last reload reason: Reload Command",
        "",
        "Technology Package License Information: ",
        "",
        "------------------------------------------------------------------------------",
        "Technology-package                                     Technology-package",
        "Current                        Type                       Next reboot  ",
        "------------------------------------------------------------------------------",
        "network-advantage    Smart License                    network-advantage   ",
        "",
        f"cisco {MODEL} (X86) processor with 2900319K/6147K bytes of memory.",
        f"Processor board ID {device.serial}",
        f"{len(device.view.ports)} Interfaces",
        "32768K bytes of non-volatile configuration memory.",
        "16777216K bytes of physical memory.",
        "",
        f"Base Ethernet MAC Address          : {_colons(device.mac('chassis'))}",
        f"Model Number                       : {MODEL}",
        f"System Serial Number               : {device.serial}",
        "",
        "Configuration register is 0x102",
        "",
    ]


def _colons(mac: str) -> str:
    return ":".join(mac[index : index + 2] for index in range(0, 12, 2))


def inventory(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show inventory`: the chassis and its supervisor."""
    serial = context.device.serial
    rows = [
        ("Chassis", f"Cisco Catalyst 9500 Series Chassis ({MODEL})", MODEL),
        ("Slot 1 Supervisor", "Cisco Catalyst 9500 Series Router Processor", MODEL),
    ]
    lines: list[str] = []
    for name, description, product in rows:
        lines += [
            f'NAME: "{name}", DESCR: "{description}"',
            f"PID: {product:<18}, VID: V02  , SN: {serial}",
            "",
        ]
    return lines


def clock(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show clock`."""
    local = context.device.now().astimezone(context.device.view.time_zone)
    return [f"{milliseconds(local)} {local:%Z} {local:%a} {local:%b} {local.day} {local.year}"]


def running_config(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show running-config`."""
    body = _config(context.device.running)
    size = sum(len(line) + 1 for line in body)
    return ["Building configuration...", "", f"Current configuration : {size} bytes", *body]


def startup_config(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show startup-config`."""
    body = _config(context.device.startup)
    size = sum(len(line) + 1 for line in body)
    return [f"Using {size} out of 33554432 bytes", *body]


def _config(tree: ConfigTree) -> list[str]:
    return ["!", *tree.render(block_end=False), "!", "end", ""]


def write_memory(context: Context, _: tuple[str, ...]) -> list[str]:
    """`write memory`."""
    context.device.save()
    return ["Building configuration...", "[OK]"]


def accepted(_: Context, __: tuple[str, ...]) -> list[str]:
    """A command that says nothing: terminal settings, `enable`."""
    return []


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
            *one.device.persona.system_description,
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
            f"{far.model[:9]:<9} {far.grammar.spaced_interface(one.port)}"
        )
        if len(name) > 16:
            lines += [name, " " * 17 + row]
        else:
            lines.append(f"{name:<17}{row}")
    return [*lines, "", f"Total cdp entries displayed : {len(found)}"]
