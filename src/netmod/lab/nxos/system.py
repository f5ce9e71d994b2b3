"""NX-OS: version, inventory, clock, configuration, bundles."""

from __future__ import annotations

import json
from datetime import datetime

from netmod.lab.commands import Context
from netmod.lab.config_tree import ConfigTree
from netmod.lab.device import Device
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


def inventory_json(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show inventory | json`: the chassis and its supervisor."""
    device = context.device
    chassis = f"Nexus9000 {_chassis(device.model)}"
    rows = [
        {
            "name": name,
            "desc": description,
            "productid": device.model,
            "vendorid": "V02",
            "serialnum": device.serial,
        }
        for name, description in (
            ("Chassis", f"{chassis} Chassis"),
            ("Slot 1", f"{chassis} Module"),
        )
    ]
    return [json.dumps({"TABLE_inv": {"ROW_inv": rows}})]


def clock(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show clock`."""
    local = local_time(context.device, context.device.now())
    return [f"{milliseconds(local)} {local:%Z %a %b %d %Y}", "Time source is NTP"]


def hostname(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show hostname`: with the domain where one is configured."""
    domain = context.device.running.root.find("ip domain-name")
    return [context.device.hostname + (f".{domain}" if domain else ""), ""]


def running_config(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show running-config`."""
    return running_lines(context.device)


def running_config_all(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show running-config all`: the lab knows no defaults that nobody configured."""
    return running_lines(context.device, "show running-config all")


def startup_config(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show startup-config`."""
    return startup_lines(context.device)


def running_lines(device: Device, command: str = "show running-config") -> list[str]:
    """The running configuration below the times of its last change and of now."""
    return [
        "",
        f"!Command: {command}",
        f"!Running configuration last done at: {dated(local_time(device, device.changed))}",
        f"!Time: {dated(local_time(device, device.now()))}",
        "",
        *config_lines(device.running),
    ]


def startup_lines(device: Device) -> list[str]:
    """The startup configuration below the time of now."""
    return [
        "",
        "!Command: show startup-config",
        f"!Time: {dated(local_time(device, device.now()))}",
        "",
        *config_lines(device.startup),
    ]


def config_lines(tree: ConfigTree) -> list[str]:
    """The release's own line and what is configured."""
    known = tree.root.find("version")
    head = [] if known else [f"version {VERSION} Bios:version 01.10"]
    return [*head, *tree.render(block_end=False), ""]


def local_time(device: Device, moment: datetime) -> datetime:
    """A moment in the zone of the device."""
    return moment.astimezone(device.view.time_zone)


def dated(local: datetime) -> str:
    """`Mon Jun 15 12:00:00 2026`."""
    return f"{local:%a %b} {local.day:>2} {local:%H:%M:%S %Y}"


def hosts(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show hosts`."""
    root = context.device.running.root
    domain = root.find("ip domain-name")
    servers = " ".join(root.find_all("ip name-server")) or "255.255.255.255"
    return [
        f"DNS lookup {'disabled' if 'no ip domain-lookup' in root.children else 'enabled'}",
        *([f"Default domain is {domain}"] if domain else []),
        "Name/address lookup uses domain service",
        f"Name servers are {servers}",
        "",
    ]


def interface_status(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show interface status`."""
    device = context.device
    short = device.persona.grammar.short_interface
    rule = "-" * 80
    lines = [
        "",
        rule,
        "Port          Name               Status    Vlan      Duplex  Speed   Type",
        rule,
    ]
    for state in context.fabric.ports(device):
        port = state.port
        routed = "no switchport" in device.running.node((f"interface {port.name}",)).children
        status = "disabled" if port.shutdown else "connected" if state.up else "notconnec"
        lines.append(
            f"{short(port.name):<14}{port.description[:18] or '--':<19}{status:<10}"
            f"{'routed' if routed else '1':<10}{'full':<8}{'auto':<8}--"
        )
    return lines


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
