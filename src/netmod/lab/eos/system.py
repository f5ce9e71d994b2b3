"""EOS: version, inventory, clock, configuration, bundles."""

from __future__ import annotations

import re
from datetime import datetime

from netmod.lab.commands import CommandError, Context
from netmod.lab.config_tree import ConfigTree
from netmod.lab.device import Device
from netmod.lab.fabric import PortState
from netmod.lab.text import dotted_mac

MODEL = "DCS-7280CR3MK-32P4"
VERSION = "4.30.5M"
BUILD = "35156751.4305M"
BUILD_ID = "b2f1a6d0-7c1e-4d5b-9e0a-3f1c2d4e5a6b"
_SECRET = re.compile(
    r"(\b(?:secret|password)(?: (?:0|5|7|8a|sha512))? "
    r"|\bcommunity "
    r"|\b(?:auth|priv|authentication-key \d+) [\w-]+ (?:(?:0|7|8a) )?"
    r"|\bkey (?:[0-9a-f]{2,64} )?(?:0|7|8a) )\S+"
)
MEMORY, FREE = 16_280_088, 10_912_340


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
        f"Internal build version: {VERSION}-{BUILD}",
        f"Internal build ID: {BUILD_ID}",
        "Image format version: 3.0",
        "Image optimization: Default",
        "",
        f"Uptime: {_uptime(int((device.lab_now() - device.booted).total_seconds()))}",
        f"Total memory: {MEMORY} kB",
        f"Free memory: {FREE} kB",
        "",
    ]


def _uptime(seconds: int) -> str:
    days, rest = divmod(seconds, 86400)
    weeks, days = divmod(days, 7)
    return f"{weeks} weeks, {days} days, {rest // 3600} hours and {rest % 3600 // 60} minutes"


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
    return [f"Hostname: {context.device.hostname}", f"FQDN:     {fqdn(context.device)}"]


def fqdn(device: Device) -> str:
    """The host name with the domain of the configuration."""
    domain = device.running.root.find("dns domain")
    return f"{device.hostname}.{domain}" if domain else device.hostname


def states(context: Context, arguments: tuple[str, ...]) -> list[PortState]:
    """Every port, or the one that is named. Raises `CommandError`."""
    found = context.fabric.ports(context.device)
    if arguments:
        name = context.device.persona.grammar.full_interface(arguments[0])
        if name is None:
            raise CommandError("invalid", 0)
        found = [one for one in found if one.port.name == name]
    return found


def interfaces(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show interfaces [X]`: state, description and addresses."""
    lines: list[str] = []
    for state in states(context, arguments):
        port, device = state.port, context.device
        line = "up" if state.up else "down"
        link = "connected" if state.up else "disabled" if port.shutdown else "notconnect"
        lines.append(
            f"{port.name} is {'administratively ' if port.shutdown else ''}{line}, "
            f"line protocol is {line} ({link})"
        )
        if not port.name.startswith("Loopback"):
            mac = dotted_mac(device.mac(port.name))
            lines.append(f"  Hardware is Ethernet, address is {mac} (bia {mac})")
        if port.description:
            lines.append(f"  Description: {port.description}")
        address = device.running.root.children[f"interface {port.name}"].find("ip address")
        if address:
            lines.append(f"  Internet address is {address}")
        lines.append(f"  IP MTU {port.mtu or 1500} bytes")
    return lines


def running_config(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show running-config`, also with `all`: the lab knows no defaults to add."""
    return config(context, "running-config", context.device.running)


def running_sanitized(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show running-config sanitized`."""
    return sanitized(running_config(context, ()))


def startup_config(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show startup-config`."""
    return config(context, "startup-config", context.device.startup)


def config(context: Context, name: str, tree: ConfigTree) -> list[str]:
    """A configuration as `show NAME` prints it."""
    lines = tree.render(block_end=False)
    return [f"! Command: show {name}", *_head(context), *lines, "end"]


def sanitized(lines: list[str]) -> list[str]:
    """The lines with every secret struck out."""
    return [_SECRET.sub(r"\1<removed>", line) for line in lines]


def _head(context: Context) -> list[str]:
    device = context.device
    return [
        f"! device: {device.hostname} ({device.model}, EOS-{VERSION})",
        "!",
        f"! boot system flash:/EOS64-{VERSION}.swi",
        "!",
    ]


def save(context: Context, _: tuple[str, ...]) -> list[str]:
    """`write memory`."""
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
