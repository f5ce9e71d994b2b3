"""Junos: LLDP, LACP and IS-IS."""

from __future__ import annotations

import re

from netmod.lab.commands import Context
from netmod.lab.fabric import Neighbor
from netmod.lab.junos.tree import part


def _colons(mac: str) -> str:
    return ":".join(re.findall("..", mac))


def _parent(context: Context, one: Neighbor) -> str:
    return context.device.view.ports[one.local_port].bundle or "-"


def lldp(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show lldp neighbors`."""
    lines = [
        f"{'Local Interface':<19}{'Parent Interface':<20}{'Chassis Id':<20}"
        f"{'Port info':<21} System Name"
    ]
    lines += [
        f"{one.local_port:<19}{_parent(context, one):<20}"
        f"{_colons(one.device.mac('chassis')):<20}{one.announced_port:<21} {one.device.hostname}"
        for one in context.fabric.neighbors(context.device, "lldp")
    ]
    return lines


def lldp_detail(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show lldp neighbors detail`."""
    lines: list[str] = []
    for index, one in enumerate(context.fabric.neighbors(context.device, "lldp"), start=1):
        lines += [
            "LLDP Neighbor Information:",
            "Local Information:",
            f"Index: {index} Time to live: 120 Time mark: Thu Jan  1 00:00:00 1970 Age: 12 secs ",
            f"Local Interface    : {one.local_port}",
            f"Parent Interface   : {_parent(context, one)}",
            f"Local Port ID      : {500 + index}",
            "Ageout Count       : 0",
            "",
            "Neighbour Information:",
            "Chassis type       : Mac address",
            f"Chassis ID         : {_colons(one.device.mac('chassis'))}",
            "Port type          : Interface name",
            f"Port ID            : {one.announced_port}",
            f"Port description   : {one.description}",
            f"System name        : {one.device.hostname}",
            "",
            f"System Description : {one.device.description[0]}",
            "",
            "System capabilities",
            "        Supported  : Bridge Router",
            "        Enabled    : Bridge Router",
            "",
        ]
    return lines


def lacp(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show lacp interfaces`."""
    members: dict[str, list[tuple[str, bool]]] = {}
    for state in context.fabric.ports(context.device):
        if state.port.bundle:
            members.setdefault(state.port.bundle, []).append((state.port.name, state.up))
    lines: list[str] = []
    for bundle, names in members.items():
        lines += [
            f"Aggregated interface: {bundle}",
            "    LACP state:       Role   Exp   Def  Dist  Col  Syn  Aggr  Timeout  Activity",
        ]
        for name, up in names:
            yes, no = ("Yes", "No") if up else ("No", "Yes")
            for role in ("Actor", "Partner"):
                lines.append(
                    f"      {name:<12}{role:>8}{'No':>6}{no:>6}{yes:>6}{yes:>5}{yes:>5}"
                    f"{'Yes':>6}{'Fast':>9}{'Active':>10}"
                )
        lines.append("    LACP protocol:        Receive State  Transmit State          Mux State ")
        for name, up in names:
            receive, mux = (
                ("Current", "Collecting distributing") if up else ("Port disabled", "Detached")
            )
            lines.append(f"      {name:<12}{receive:>21}   Fast periodic {mux}")
        lines.append("")
    return lines


def isis(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show isis adjacency`: no device of the lab speaks IS-IS."""
    if part(context.device.running.root, ("protocols", "isis")) is None:
        return ["IS-IS instance is not running"]
    return []
