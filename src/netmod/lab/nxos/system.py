"""NX-OS: version, inventory, clock, configuration, bundles."""

from __future__ import annotations

from datetime import datetime

from netmod.lab.commands import Context
from netmod.lab.config_tree import ConfigTree
from netmod.lab.text import milliseconds

MODEL = "N9K-C93180YC-FX3"
VERSION = "10.3(5)"
_IMAGE = "bootflash:///nxos64-cs.10.3.5.M.bin"


def describe(_: str) -> tuple[str, ...]:
    """The system description, which names no model."""
    return (f"Cisco Nexus Operating System (NX-OS) Software, Version {VERSION}",)


def version(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show version`."""
    device = context.device
    minutes, seconds = divmod(int((device.lab_now() - device.booted).total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return [
        "Cisco Nexus Operating System (NX-OS) Software",
        "TAC support: http://www.cisco.com/tac",
        "Copyright (C) 2002-2024, Cisco and/or its affiliates.",
        "All rights reserved.",
        "",
        "Software",
        "  BIOS: version 01.10",
        f"  NXOS: version {VERSION} [Maintenance Release]",
        "  Host NXOS: version 10.3(5)",
        "  BIOS compile time:  07/18/2023",
        f"  NXOS image file is: {_IMAGE}",
        "  NXOS compile time:  3/1/2024 12:00:00 [03/11/2024 18:52:35]",
        "",
        "",
        "Hardware",
        f"  cisco Nexus9000 {_chassis(device.model)} Chassis ",
        "  Intel(R) Xeon(R) CPU D-1526 @ 1.80GHz with 32823864 kB of memory.",
        f"  Processor Board ID {device.serial}",
        f"  Device name: {device.hostname}",
        "  bootflash:  115805708 kB",
        "",
        f"Kernel uptime is {days} day(s), {hours} hour(s), {minutes} minute(s), "
        f"{seconds} second(s)",
        "",
        "Last reset ",
        "  Reason: Unknown",
        f"  System version: {VERSION}",
        "  Service: ",
        "",
        "plugin",
        "  Core Plugin, Ethernet Plugin",
        "",
    ]


def _chassis(model: str) -> str:
    """NX-OS names the chassis without the family: `N9K-C93180YC-FX3` is a `C93180YC-FX3`."""
    return model.removeprefix("N9K-")


def inventory(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show inventory`: the chassis and its supervisor."""
    device = context.device
    chassis = f"Nexus9000 {_chassis(device.model)}"
    lines: list[str] = []
    for name, description in (("Chassis", f"{chassis} Chassis"), ("Slot 1", f"{chassis} Module")):
        lines += [
            f'NAME: "{name}",  DESCR: "{description}"',
            f"PID: {device.model:<20},  VID: V02 ,  SN: {device.serial}",
            "",
        ]
    return lines


def clock(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show clock`."""
    local = _local(context, context.device.now())
    return [f"{milliseconds(local)} {local:%Z %a %b %d %Y}", "Time source is NTP"]


def hostname(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show hostname`: with the domain where one is configured."""
    domain = context.device.running.root.find("ip domain-name")
    return [context.device.hostname + (f".{domain}" if domain else ""), ""]


def running_config(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show running-config`."""
    device = context.device
    changed, now = _local(context, device.changed), _local(context, device.now())
    return [
        "",
        "!Command: show running-config",
        f"!Running configuration last done at: {_dated(changed)}",
        f"!Time: {_dated(now)}",
        "",
        *_config(device.running),
    ]


def startup_config(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show startup-config`."""
    device = context.device
    now = _local(context, device.now())
    return [
        "",
        "!Command: show startup-config",
        f"!Time: {_dated(now)}",
        "",
        *_config(device.startup),
    ]


def _config(tree: ConfigTree) -> list[str]:
    """The release's own line and what is configured."""
    known = tree.root.find("version")
    head = [] if known else [f"version {VERSION} Bios:version 01.10"]
    return [*head, *tree.render(block_end=False), ""]


def _local(context: Context, moment: datetime) -> datetime:
    return moment.astimezone(context.device.view.time_zone)


def _dated(local: datetime) -> str:
    return f"{local:%a %b} {local.day:>2} {local:%H:%M:%S %Y}"


def save(context: Context, _: tuple[str, ...]) -> list[str]:
    """`copy running-config startup-config`."""
    context.device.save()
    done = "#" * 40
    return [
        f"[{done}] 100%",
        "Copy complete, now saving to disk (please wait)...",
        "Copy complete.",
    ]


def accepted(_: Context, __: tuple[str, ...]) -> list[str]:
    """A command that says nothing: terminal settings."""
    return []


def port_channels(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show port-channel summary`."""
    device, fabric = context.device, context.fabric
    short = device.persona.grammar.short_interface
    lines = [
        "Flags:  D - Down        P - Up in port-channel (members)",
        "        I - Individual  H - Hot-standby (LACP only)",
        "        s - Suspended   r - Module-removed",
        "        S - Switched    R - Routed",
        "        U - Up (port-channel)",
        "-" * 80,
        "Group Port-       Type     Protocol  Member Ports",
        "      Channel",
        "-" * 80,
    ]
    states = fabric.ports(device)
    for state in states:
        name = state.port.name
        if not name.startswith("port-channel"):
            continue
        number = name.removeprefix("port-channel")
        routed = f"interface {name}"
        layer = "R" if "no switchport" in device.running.node((routed,)).children else "S"
        status = layer + ("U" if state.up else "D")
        members = [one for one in states if one.port.bundle == name]
        ports = "".join(f"{short(one.port.name)}({'P' if one.up else 'D'})    " for one in members)
        lines.append(f"{number:<6}{f'{short(name)}({status})':<12}Eth      LACP      {ports}")
    return lines
