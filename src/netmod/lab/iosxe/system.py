"""IOS-XE: version, inventory, clock, configuration and neighbours."""

from __future__ import annotations

import re
from datetime import datetime

from netmod.lab.commands import Context
from netmod.lab.config_tree import ConfigTree
from netmod.lab.device import Device
from netmod.lab.text import milliseconds, uptime

MODEL = "C9500-48Y4C"
VERSION = "17.12.4"


def _is_switch(model: str) -> bool:
    return model.startswith("C9")


def describe(model: str) -> tuple[str, ...]:
    """The system description of a Catalyst switch or of a Catalyst 8000 router."""
    software = "c8000be Software (X86_64_LINUX_IOSD-UNIVERSALK9-M)"
    if _is_switch(model):
        software = "Catalyst L3 Switch Software (CAT9K_IOSXE)"
    return (
        f"Cisco IOS Software [Dublin], {software}, Version {VERSION}, RELEASE SOFTWARE (fc4)",
        "Technical Support: http://www.cisco.com/techsupport",
        "Copyright (c) 1986-2024 by Cisco Systems, Inc.",
        "Compiled Tue 23-Jul-24 09:36 by mcpre",
    )


def version(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show version`."""
    device = context.device
    running = int((device.lab_now() - device.booted).total_seconds())
    restarted = device.booted.astimezone(device.view.time_zone)
    switch = _is_switch(device.model)
    image = "flash:packages.conf" if switch else "bootflash:packages.conf"
    kind = "X86" if switch else "1RU"
    return [
        f"Cisco IOS XE Software, Version {VERSION}",
        *describe(device.model),
        "",
        "",
        "ROM: IOS-XE ROMMON",
        f"{device.hostname} uptime is {uptime(running)}",
        f"Uptime for this control processor is {uptime(running)}",
        "System returned to ROM by Reload Command",
        f"System restarted at {restarted:%H:%M:%S} {restarted:%Z} {restarted:%a} "
        f"{restarted:%b} {restarted.day} {restarted.year}",
        f'System image file is "{image}"',
        "Last reload reason: Reload Command",
        "",
        f"cisco {device.model} ({kind}) processor with 2900319K/6147K bytes of memory.",
        f"Processor board ID {device.serial}",
        "32768K bytes of non-volatile configuration memory.",
        "16777216K bytes of physical memory.",
        "",
        *(_switch_lines(device) if switch else []),
        "Configuration register is 0x2102",
        "",
    ]


def _switch_lines(device: Device) -> list[str]:
    mac = device.mac("chassis")
    return [
        f"Base Ethernet MAC Address          : {':'.join(re.findall('..', mac))}",
        f"Model Number                       : {device.model}",
        f"System Serial Number               : {device.serial}",
        "",
    ]


def inventory(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show inventory`: the chassis and what controls it."""
    device = context.device
    name = "Switch 1" if _is_switch(device.model) else "Chassis"
    lines: list[str] = []
    for part, description in ((name, f"Cisco {device.model} Chassis"), ("module R0", "Processor")):
        lines += [
            f'NAME: "{part}", DESCR: "{description}"',
            f"PID: {device.model:<18}, VID: V02  , SN: {device.serial}",
            "",
        ]
    return lines


def clock(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show clock`."""
    local = context.device.now().astimezone(context.device.view.time_zone)
    return [f"{milliseconds(local)} {local:%Z} {local:%a} {local:%b} {local.day} {local.year}"]


def running_config(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show running-config`."""
    body = running_lines(context.device)
    size = sum(len(line) + 1 for line in body)
    return ["Building configuration...", "", f"Current configuration : {size} bytes", *body, ""]


def startup_config(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show startup-config`."""
    body = config_lines(context.device.startup)
    size = sum(len(line) + 1 for line in body)
    return [f"Using {size} out of 33554432 bytes", *body, ""]


def running_lines(device: Device) -> list[str]:
    """The running configuration below the times of its last change and save."""
    times = (
        ("Last configuration change at", device.configured),
        ("NVRAM config last updated at", device.saved),
    )
    stamps = [f"! {words} {_stamp(device, moment)}" for words, moment in times if moment]
    return [*(["!", *stamps] if stamps else []), *config_lines(device.running)]


def config_lines(tree: ConfigTree) -> list[str]:
    """A configuration as the device writes it to a file."""
    return ["!", *tree.render(block_end=False), "!", "end"]


def _stamp(device: Device, moment: datetime) -> str:
    local = (moment + device.skew).astimezone(device.view.time_zone)
    return f"{local:%H:%M:%S %Z %a %b} {local.day} {local.year}"


def file_system(device: Device) -> str:
    """The file system that `dir` shows: a switch has `flash:`, a router `bootflash:`."""
    return "flash:" if _is_switch(device.model) else "bootflash:"


def file_systems(_: Device) -> set[str]:
    """The names under which the flash is known."""
    return {"flash:", "bootflash:"}


def hosts(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show hosts`."""
    root = context.device.running.root
    domain = root.find("ip domain name") or root.find("ip domain-name")
    servers = " ".join(root.find_all("ip name-server")) or "255.255.255.255"
    return [
        f"Default domain is {domain or 'not set'}",
        "Name/address lookup uses domain service",
        f"Name servers are {servers}",
        "",
    ]


def interfaces_brief(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show ip interface brief`."""
    lines = [
        "Interface              IP-Address      OK? Method Status                Protocol",
    ]
    for state in context.fabric.ports(context.device):
        name = state.port.name
        body = next(
            body
            for text, body in context.device.running.root.below("interface ")
            if text.split(" ")[0] == name
        )
        address = (body.find("ip address") or "unassigned").split(" ")[0]
        method = "unset" if address == "unassigned" else "NVRAM"
        status = "administratively down" if state.port.shutdown else "up" if state.up else "down"
        protocol = "up" if state.up else "down"
        lines.append(f"{name:<22} {address:<15} YES {method:<6} {status:<21} {protocol:<8}")
    return lines


def accepted(_: Context, __: tuple[str, ...]) -> list[str]:
    """A command that says nothing: terminal settings, `enable`."""
    return []


def ip_ssh(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show ip ssh`, from what is configured."""
    root = context.device.running.root
    chosen = (
        ("Hostkey", "hostkey", "rsa-sha2-512,rsa-sha2-256"),
        ("Encryption", "encryption", "aes256-gcm,aes256-ctr,aes128-ctr"),
        ("MAC", "mac", "hmac-sha2-512-etm@openssh.com,hmac-sha2-256"),
        ("KEX", "kex", "curve25519-sha256,ecdh-sha2-nistp521,ecdh-sha2-nistp384"),
    )
    version_2 = root.find("ip ssh version") == "2"
    timeout = root.find("ip ssh time-out") or "120"
    retries = root.find("ip ssh authentication-retries") or "3"
    size = root.find("ip ssh dh min size") or "2048"
    return [
        f"SSH Enabled - version {'2.0' if version_2 else '1.99'}",
        "Authentication methods:publickey,keyboard-interactive,password",
        *(
            f"{title} Algorithms:"
            + (root.find(f"ip ssh server algorithm {word}") or default).replace(" ", ",")
            for title, word, default in chosen
        ),
        f"Authentication timeout: {timeout} secs; Authentication retries: {retries}",
        f"Minimum expected Diffie Hellman key size : {size} bits",
    ]


def crypto_map(_: Context, __: tuple[str, ...]) -> list[str]:
    """`show crypto map` of a device without IPsec."""
    return ["No crypto maps found."]
