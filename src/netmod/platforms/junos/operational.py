"""Hardening facts from outputs of Junos: `show ntp associations`, `show snmp v3`, `show lldp`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from netmod.platforms._observations import Block, Clock, Hardening, Observation
from netmod.platforms._zones import zone_of

_ASSOCIATION = re.compile(r"[ *+\-x#o.]?(?P<remote>\S+)\s+\S+\s+(?:\S+\s+)?\d{1,2}\s+[-lu bsA]\s")
_LLDP = re.compile(r"\s*LLDP\s*:\s*(Enabled|Disabled)\s*$", re.IGNORECASE)
_USER = re.compile(
    r"\s*(?P<user>\S+)\s+(?P<auth>none|md5|sha\d*)/(?P<priv>none|des|3des|aes\w*)\s", re.IGNORECASE
)
_TIME = re.compile(r"\s*Current time:\s*(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) ([A-Z]{1,5})\b")
_SERVICE = re.compile(
    r"\s*(?:system\s+)?(?P<name>ssh|telnet|ftp|netconf|xnm-ssl)\s+(?P<state>enabled|disabled)\s*$"
)


def read_ntp(block: Block) -> Iterator[Observation]:
    """`show ntp associations`: the remotes; names may be cut to the column's width: left out."""
    titles = [i for i, line in enumerate(block.lines) if re.match(r"\s*remote\s+refid\s", line)]
    if not titles:
        return
    rows = [
        (index, match["remote"])
        for index, line in enumerate(block.lines)
        if len(line) < 200 and index > titles[0] and (match := _ASSOCIATION.match(line))
    ]
    if rows and all(re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}", remote) for _, remote in rows):
        addresses = tuple(dict.fromkeys(remote for _, remote in rows))
        lines = (index for index, _ in rows)
        yield Hardening(block.source(*lines), "ntp_servers", addresses, operational=True)


def read_lldp_state(block: Block) -> Iterator[Observation]:
    """`show lldp`."""
    for index, line in enumerate(block.lines):
        match = _LLDP.match(line) if len(line) < 100 else None
        if match:
            on = match[1].lower() == "enabled"
            yield Hardening(block.source(index), "lldp", on, operational=True)


def read_snmp_users(block: Block) -> Iterator[Observation]:
    """`show snmp v3`: users with their authentication and privacy; the weakest is stated."""
    users = []
    for index, line in enumerate(block.lines):
        match = _USER.match(line) if len(line) < 200 else None
        if match:
            users.append((index, match["auth"].lower(), match["priv"].lower()))
    if not users:
        return
    order = ("none", "md5", "sha", "sha224", "sha256", "sha384", "sha512")
    index, weakest, privacy = min(
        users, key=lambda one: order.index(one[1]) if one[1] in order else len(order)
    )
    yield Hardening(block.source(index), "snmp_v3", True, operational=True)
    yield Hardening(block.source(index), "snmp_v3_auth", weakest, operational=True)
    yield Hardening(block.source(index), "snmp_v3_priv", privacy, operational=True)


def read_services(block: Block) -> Iterator[Observation]:
    """`show system services`: what is listed as enabled or disabled."""
    names = {"ssh": "ssh_enabled", "telnet": "telnet_enabled", "netconf": "netconf", "ftp": "ftp"}
    for index, line in enumerate(block.lines):
        match = _SERVICE.match(line) if len(line) < 100 else None
        if match and match["name"] in names:
            on = match["state"] == "enabled"
            yield Hardening(block.source(index), names[match["name"]], on, operational=True)


def read_uptime(block: Block) -> Iterator[Observation]:
    """`show system uptime`: the device's clock, where its zone has one meaning."""
    for index, line in enumerate(block.lines):
        match = _TIME.match(line) if len(line) < 200 else None
        zone = zone_of(match[3]) if match else None
        if match is None or zone is None:
            continue
        try:
            time = datetime.fromisoformat(f"{match[1]}T{match[2]}").replace(tzinfo=zone)
        except ValueError:
            continue
        yield Clock(block.source(index), time)
        return
