"""EOS: version, inventory, clock, configuration, bundles."""

from __future__ import annotations

import json
import re
from datetime import datetime

from netmod.lab.commands import Context
from netmod.lab.text import dotted_mac

MODEL = "DCS-7280CR3MK-32P4"
VERSION = "4.30.5M"
_BUILD = "35156751.4305M"
_BUILD_ID = "b2f1a6d0-7c1e-4d5b-9e0a-3f1c2d4e5a6b"
_MEMORY, _FREE = 16_280_088, 10_912_340


def describe(model: str) -> tuple[str, ...]:
    """The system description: release and product."""
    return (f"Arista Networks EOS version {VERSION} running on an Arista Networks {model}",)


def version(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show version`."""
    device = context.device
    mac = dotted_mac(device.mac("chassis"))
    return [
        f"Arista {device.model}",
        "Hardware version: 11.01",
        f"Serial number: {device.serial}",
        f"Hardware MAC address: {mac}",
        f"System MAC address: {mac}",
        "",
        f"Software image version: {VERSION}",
        "Architecture: i686",
        f"Internal build version: {VERSION}-{_BUILD}",
        f"Internal build ID: {_BUILD_ID}",
        "Image format version: 3.0",
        "Image optimization: Default",
        "",
        f"Uptime: {_uptime(int((device.lab_now() - device.booted).total_seconds()))}",
        f"Total memory: {_MEMORY} kB",
        f"Free memory: {_FREE} kB",
        "",
    ]


def _uptime(seconds: int) -> str:
    days, rest = divmod(seconds, 86400)
    weeks, days = divmod(days, 7)
    return f"{weeks} weeks, {days} days, {rest // 3600} hours and {rest % 3600 // 60} minutes"


def version_json(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show version | json`."""
    device = context.device
    mac = ":".join(re.findall("..", device.mac("chassis")))
    values = {
        "imageFormatVersion": "3.0",
        "uptime": (device.lab_now() - device.booted).total_seconds(),
        "modelName": device.model,
        "internalVersion": f"{VERSION}-{_BUILD}",
        "memTotal": _MEMORY,
        "mfgName": "Arista",
        "serialNumber": device.serial,
        "systemMacAddress": mac,
        "bootupTimestamp": device.booted.timestamp(),
        "memFree": _FREE,
        "version": VERSION,
        "configMacAddress": "00:00:00:00:00:00",
        "isIntlVersion": False,
        "imageOptimization": "Default",
        "internalBuildId": _BUILD_ID,
        "hardwareRevision": "11.01",
        "hwMacAddress": mac,
        "architecture": "i686",
    }
    return json.dumps(values, indent=4).splitlines()


def inventory(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show inventory`: the system alone."""
    device = context.device
    return [
        "System information",
        "    Model                    Description",
        "    ------------------------ " + "-" * 52,
        f"    {device.model:<24} {'MACsec 1RU Switch' if 'M' in device.model else '1RU Switch'}",
        "",
        "    HW Version  Serial Number  Mfg Date   Epoch",
        "    ----------- -------------- ---------- -----",
        f"    11.01       {device.serial:<14} 2023-03-14 01.00",
        "",
    ]


def clock(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show clock`."""
    view = context.device.view
    local = context.device.now().astimezone(view.time_zone)
    return [_dated(local), f"Timezone: {view.zone_name}", "Clock source: NTP server"]


def _dated(local: datetime) -> str:
    return f"{local:%a %b} {local.day:>2} {local:%H:%M:%S %Y}"


def hostname(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show hostname`."""
    name, domain = context.device.hostname, context.device.running.root.find("dns domain")
    return [f"Hostname: {name}", f"FQDN:     {f'{name}.{domain}' if domain else name}"]


def running_config(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show running-config`."""
    device = context.device
    return [
        "! Command: show running-config",
        *_head(context),
        *device.running.render(block_end=False),
        "end",
    ]


def startup_config(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show startup-config`."""
    device = context.device
    return [
        "! Command: show startup-config",
        *_head(context),
        *device.startup.render(block_end=False),
        "end",
    ]


def _head(context: Context) -> list[str]:
    device = context.device
    return [
        f"! device: {device.hostname} ({device.model}, EOS-{VERSION})",
        "!",
        f"! boot system flash:/EOS64-{VERSION}.swi",
        "!",
    ]


def save(context: Context, _: tuple[str, ...]) -> list[str]:
    """`write memory` and `copy running-config startup-config`."""
    context.device.save()
    return ["Copy completed successfully."]


def terminal_length(_: Context, arguments: tuple[str, ...]) -> list[str]:
    """`terminal length N`; 0 ends paging, and the lab never pages."""
    if arguments[0] == "0":
        return ["Pagination disabled."]
    return [f"Pagination enabled, length is set to {arguments[0]} lines."]


def terminal_width(_: Context, arguments: tuple[str, ...]) -> list[str]:
    """`terminal width N`."""
    return [f"Width set to {arguments[0]} columns."]


def accepted(_: Context, __: tuple[str, ...]) -> list[str]:
    """A command that says nothing."""
    return []


def port_channels(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show port-channel dense`."""
    device = context.device
    short = device.persona.grammar.short_interface
    states = context.fabric.ports(device)
    rows = []
    for state in states:
        if state.port.name.startswith("Port-Channel"):
            members = [one for one in states if one.port.bundle == state.port.name]
            ports = " ".join(
                f"{short(one.port.name)}({'PG+' if one.up else 'D'})" for one in members
            )
            channel = f"{short(state.port.name)}({'U' if state.up else 'D'})"
            rows.append(f"   {channel:<14} LACP(a)  {ports}")
    return [
        "",
        "                 Flags",
        "------------------------ ---------------------------- -------------------------",
        "  a - LACP Active          p - LACP Passive           * - static fallback",
        "  F - Fallback enabled     f - Fallback configured    ^ - individual fallback",
        "  U - In Use               D - Down",
        "  + - In-Sync              - - Out-of-Sync            i - incompatible with agg",
        "  P - bundled in Po        s - suspended              G - Aggregable",
        "",
        f"Number of channels in use: {sum('(U)' in row for row in rows)}",
        f"Number of aggregators: {len(rows)}",
        "",
        "   Port-Channel   Protocol Ports",
        "   -------------- -------- ------------------",
        *rows,
        "",
    ]
