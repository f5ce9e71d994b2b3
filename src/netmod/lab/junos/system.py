"""Junos: version, hardware, clock, and interfaces."""

from __future__ import annotations

from datetime import datetime

from netmod.lab.commands import Context
from netmod.lab.text import uptime

MODEL = "MX204"
VERSION = "22.4R3.25"


def describe(model: str) -> tuple[str, ...]:
    """The system description that LLDP announces."""
    return (f"Juniper Networks, Inc. {model.lower()} , version {VERSION}",)


def version(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show version`."""
    device = context.device
    return [
        f"Hostname: {device.hostname}",
        f"Model: {device.model.lower()}",
        f"Junos: {VERSION}",
        f"JUNOS OS Kernel 64-bit  [{VERSION}]",
        f"JUNOS OS runtime [{VERSION}]",
        f"JUNOS Routing mpls-oam-basic [{VERSION}]",
        f"JUNOS Crypto Software Suite [{VERSION}]",
    ]


def hardware(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show chassis hardware`: the chassis and its routing engine."""
    device = context.device
    rows = [
        ("Item", "Version", "Part number", "Serial number", "Description"),
        ("Chassis", "", "", device.serial, device.model),
        ("Routing Engine 0", "", "BUILTIN", "BUILTIN", f"RE-{device.model}"),
        ("FPC 0", "", "BUILTIN", "BUILTIN", "MPC"),
        ("  PIC 0", "", "BUILTIN", "BUILTIN", "Ethernet"),
    ]
    return [
        "Hardware inventory:",
        *(
            f"{item:<17}{rev:<9}{number:<13}{serial:<18}{text}"
            for item, rev, number, serial, text in rows
        ),
    ]


def _ago(moment: datetime, now: datetime) -> str:
    seconds = max(0, int((now - moment).total_seconds()))
    weeks, rest = divmod(seconds, 604800)
    days, rest = divmod(rest, 86400)
    long = (f"{weeks}w" if weeks else "") + (f"{days}d " if weeks or days else "")
    return f"{long}{rest // 3600:02d}:{rest % 3600 // 60:02d}"


def system_uptime(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show system uptime`."""
    device = context.device
    zone, now, true = device.view.time_zone, device.now(), device.lab_now()

    def written(moment: datetime) -> str:
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"

    booted, changed = device.booted + device.skew, device.changed + device.skew
    local, running = now.astimezone(zone), int((true - device.booted).total_seconds())
    return [
        f"Current time: {written(now)}",
        "Time Source:  NTP CLOCK ",
        f"System booted: {written(booted)} ({_ago(booted, now)} ago)",
        f"Protocols started: {written(booted)} ({_ago(booted, now)} ago)",
        f"Last configured: {written(changed)} ({_ago(changed, now)} ago) by lab",
        f"{local:%-I:%M%p}  up {uptime(running)}, 1 users, load averages: 0.21, 0.18, 0.15",
    ]


def interfaces_terse(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show interfaces terse`: a bundle's members point to it, addresses stand on units."""
    device, lines = (
        context.device,
        ["Interface               Admin Link Proto    Local                 Remote"],
    )
    bundles = {port.name: port.bundle for port in device.view.ports.values() if port.bundle}
    interfaces = device.running.root.children.get("interfaces")
    for state in context.fabric.ports(device):
        name, admin = state.port.name, "down" if state.port.shutdown else "up"
        row = f"{name:<24}{admin:<6}{'up' if state.up else 'down':<5}"
        base, dot, unit = name.partition(".")
        if dot and base in bundles:
            lines.append(f"{row}aenet    --> {bundles[base]}.{unit}")
            continue
        families: list[tuple[str, str]] = []
        if dot and interfaces is not None:
            body = interfaces.children[base].children[f"unit {unit}"]
            for family, below in body.below("family "):
                addresses = list(below.find_all("address")) or [""]
                families += [
                    (family if index == 0 else "", one) for index, one in enumerate(addresses)
                ]
        first, *rest = families or [("", "")]
        lines.append(f"{row}{first[0]:<9}{first[1]}".rstrip())
        lines += [f"{'':<35}{family:<9}{address}".rstrip() for family, address in rest]
    for member, bundle in bundles.items():
        if f"{member}.0" not in device.view.ports and f"{bundle}.0" in device.view.ports:
            state_up = context.fabric.port(device, member)
            link = "up" if state_up is not None and state_up.up else "down"
            lines.append(f"{member + '.0':<24}up    {link:<5}aenet    --> {bundle}.0")
    return lines


def accepted(_: Context, __: tuple[str, ...]) -> list[str]:
    """A command that says nothing."""
    return []


def screen_width(_: Context, arguments: tuple[str, ...]) -> list[str]:
    """`set cli screen-width N`."""
    return [f"Screen width set to {arguments[0]}"]


def screen_length(_: Context, arguments: tuple[str, ...]) -> list[str]:
    """`set cli screen-length N`."""
    return [f"Screen length set to {arguments[0]}"]


def complete_on_space(_: Context, __: tuple[str, ...]) -> list[str]:
    """`set cli complete-on-space off`."""
    return ["Disabling complete-on-space"]


def no_associations(_: Context, __: tuple[str, ...]) -> list[str]:
    """IKE and IPsec of a device without IPsec."""
    return []
