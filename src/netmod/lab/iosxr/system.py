"""IOS-XR: version, inventory, clock, configuration, neighbours and interfaces."""

from __future__ import annotations

import re

from netmod.lab.commands import Context
from netmod.lab.config_tree import ConfigTree
from netmod.lab.device import Device
from netmod.lab.text import dotted_mac, milliseconds, uptime

MODEL = "NCS-57C1"
VERSION = "7.11.2"
_CAPABILITIES = [
    "Capability codes:",
    "        (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device",
    "        (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other",
    "",
]
SPEEDS = {
    "FourHundredGigE": 400_000_000,
    "TwoHundredGigE": 200_000_000,
    "HundredGigE": 100_000_000,
    "FiftyGigE": 50_000_000,
    "FortyGigE": 40_000_000,
    "TwentyFiveGigE": 25_000_000,
    "TenGigE": 10_000_000,
    "GigabitEthernet": 1_000_000,
    "MgmtEth": 1_000_000,
}


def describe(model: str) -> tuple[str, ...]:
    """The system description: release and product."""
    return (f"{VERSION}, {model}",)


def version(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show version`."""
    device = context.device
    running = int((device.lab_now() - device.booted).total_seconds())
    return [
        f"Cisco IOS XR Software, Version {VERSION} LNT",
        "Copyright (c) 2013-2024 by Cisco Systems, Inc.",
        "",
        "Build Information:",
        " Built By     : swtools",
        " Built On     : Mon Apr 22 21:32:40 UTC 2024",
        f" Version      : {VERSION}",
        f" Label        : {VERSION}",
        "",
        f"cisco {device.model} (D-1530 @ 2.40GHz) processor with 32GB of memory",
        f"{device.hostname} uptime is {uptime(running)}",
        f"{device.model} Chassis",
        "",
    ]


def inventory(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show inventory`: the chassis and its route processor."""
    device = context.device
    lines: list[str] = []
    for name, description in (("Rack 0", "Chassis"), ("0/RP0/CPU0", "Route Processor")):
        lines += [
            f'NAME: "{name}", DESCR: "{device.model} {description}"',
            f"PID: {device.model:<18}, VID: V01, SN: {device.serial}",
            "",
        ]
    return lines


def clock(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show clock`."""
    local = context.device.now().astimezone(context.device.view.time_zone)
    return [f"{milliseconds(local)} {local:%Z} {local:%a} {local:%b} {local.day} {local.year}"]


def running_config(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show running-config`."""
    device = context.device
    return ["Building configuration...", *configuration(device, device.running), ""]


def configuration(device: Device, tree: ConfigTree) -> list[str]:
    """A configuration with the lines above and below it."""
    changed = device.changed.astimezone(device.view.time_zone)
    return [
        f"!! IOS XR Configuration {VERSION}",
        f"!! Last configuration change at {changed:%a %b} {changed.day:>2} {changed:%H:%M:%S %Y} "
        "by lab",
        "!",
        *tree.render(block_end=True),
        "end",
    ]


def accepted(_: Context, __: tuple[str, ...]) -> list[str]:
    """A command that says nothing: terminal settings."""
    return []


def lldp_neighbors(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show lldp neighbors`."""
    if not context.device.view.lldp:
        return ["% LLDP is not enabled"]
    short = context.device.persona.grammar.short_interface
    rows = [
        f"{one.device.hostname:<16}{short(one.local_port):<24} {120:<10} {'R':<15} "
        f"{one.announced_port}"
        for one in context.fabric.neighbors(context.device, "lldp")
    ]
    return [
        *_CAPABILITIES,
        "Device ID       Local Intf               Hold-time  Capability      Port ID",
        *rows,
        "",
        f"Total entries displayed: {len(rows)}",
        "",
    ]


def lldp_neighbors_detail(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show lldp neighbors detail`."""
    if not context.device.view.lldp:
        return ["% LLDP is not enabled"]
    found = context.fabric.neighbors(context.device, "lldp")
    lines = list(_CAPABILITIES)
    for one in found:
        mac = one.device.mac(one.port)
        lines += [
            "------------------------------------------------",
            f"Local Interface: {one.local_port}",
            f"Chassis id: {dotted_mac(one.device.mac('chassis'))}",
            f"Port id: {one.announced_port}",
            f"Port Description: {one.description}",
            f"System Name: {one.device.hostname}",
            "",
            "System Description: ",
            *one.device.description,
            "",
            "Time remaining: 101 seconds",
            "Hold Time: 120 seconds",
            "Age: 61200 seconds",
            "System Capabilities: R",
            "Enabled Capabilities: R",
            "Management Addresses - not advertised",
            "",
            "Peer MAC Address: " + ":".join(re.findall("..", mac)),
            "",
            "",
        ]
    return [*lines, f"Total entries displayed: {len(found)}", ""]


def interfaces_brief(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show interfaces brief`."""
    short = context.device.persona.grammar.short_interface
    lines = [
        "",
        "               Intf       Intf        LineP              Encap  MTU        BW",
        "               Name       State       State               Type (byte)    (Kbps)",
        "-" * 80,
    ]
    for state in context.fabric.ports(context.device):
        name = state.port.name
        kind = re.split(r"\d", name, maxsplit=1)[0]
        status = "admin-down" if state.port.shutdown else "up" if state.up else "down"
        encapsulation = "Loopback" if kind == "Loopback" else "ARPA"
        mtu = state.port.mtu or (1500 if kind == "Loopback" else 1514)
        bandwidth = SPEEDS.get(kind, 0)
        lines.append(
            f"{short(name):>19}{status:>12}{status:>12}{encapsulation:>19}{mtu:>6}{bandwidth:>11}"
        )
    return [*lines, ""]
