"""EOS: `show lldp neighbors`."""

from __future__ import annotations

from netmod.lab.commands import Context
from netmod.lab.eos import system
from netmod.lab.fabric import Neighbor
from netmod.lab.text import dotted_mac

_OFF = ["% LLDP is not enabled"]


def brief(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show lldp neighbors [X]`."""
    device = context.device
    if not device.view.lldp:
        return _OFF
    short = device.persona.grammar.short_interface
    chosen = {state.port.name for state in system.states(context, arguments)}
    heard = context.fabric.neighbors(device, "lldp")
    found = [one for one in heard if one.local_port in chosen]
    age = int((device.lab_now() - device.booted).total_seconds())
    changed = f"{age // 86400} days, {age % 86400 // 3600}:{age % 3600 // 60:02d}:{age % 60:02d}"
    return [
        f"Last table change time   : {changed} ago",
        f"Number of table inserts  : {len(found)}",
        "Number of table deletes  : 0",
        "Number of table drops    : 0",
        "Number of table age-outs : 0",
        "",
        "Port          Neighbor Device ID       Neighbor Port ID    TTL",
        "---------- ------------------------ ---------------------- ---",
        *(
            f"{short(one.local_port):<13} {one.device.hostname:<24} {one.announced_port:<19} 120"
            for one in found
        ),
        "",
    ]


def detail(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show lldp neighbors [X] detail`: every port, those without a neighbour too."""
    device = context.device
    if not device.view.lldp:
        return _OFF
    found = {one.local_port: one for one in context.fabric.neighbors(device, "lldp")}
    lines: list[str] = []
    for name in (state.port.name for state in system.states(context, arguments)):
        if name.startswith(("Ethernet", "Management")) and "." not in name:
            one = found.get(name)
            count = "1 LLDP neighbors" if one else "0 LLDP neighbors"
            lines += [f"Interface {name} detected {count}:", ""]
            lines += _neighbor(one) if one else []
    return lines


def _neighbor(one: Neighbor) -> list[str]:
    chassis = dotted_mac(one.device.mac("chassis"))
    description = " ".join(one.device.description)
    return [
        f'  Neighbor {chassis}/"{one.announced_port}", age 12 seconds',
        "  Discovered 5 days, 3:58:58 ago; Last changed 5 days, 3:56:57 ago",
        "  - Chassis ID type: MAC address (4)",
        f"    Chassis ID     : {chassis}",
        "  - Port ID type: Interface name (5)",
        f'    Port ID     : "{one.announced_port}"',
        "  - Time To Live: 120 seconds",
        f'  - Port Description: "{one.description}"',
        f'  - System Name: "{one.device.hostname}"',
        f'  - System Description: "{description}"',
        "  - System Capabilities : Bridge, Router",
        "    Enabled Capabilities: Bridge, Router",
        "",
    ]
