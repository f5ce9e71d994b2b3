"""Ports of a running config that people plug into: whether they are used, and who may come in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal

from netmod.facts import PortFact
from netmod.platforms._config import Line
from netmod.platforms._observations import Fact
from netmod.platforms.ios.config_tree import RunningConfig
from netmod.platforms.ios.names import interface_name

_PORT = re.compile(r"(?i)(?:\w*Ethernet|\w*GigE?)\d[\d/]*")
_CONTROL = re.compile(r"(?:authentication|access-session|dot1x) port-control (\S+)")
_OPEN = re.compile(r"authentication open\b")
_TEMPLATE = re.compile(r"source template\b|service-policy type control subscriber\b")
_NO_USE = re.compile(
    r"no (?:ip address|shutdown|switchport|keepalive|mop|ip route-cache|cdp|lldp)\b|shutdown$"
    r"|(?:negotiation|duplex|speed|media-type|snmp|mtu|no snmp)\b"
)


def read_ports(config: RunningConfig) -> Iterator[Fact]:
    """Every Ethernet port of a config that holds its ports wholly; sub-interfaces are none."""
    if not config.headed:
        return
    ports = list(_ports(config))
    divided = {line.text.split()[1].partition(".")[0] for line in config.lines("interface")
               if "." in line.text}  # fmt: skip
    switched = any(child.text.startswith("switchport") for one in ports for child in one.children)
    asks = config.first("dot1x system-auth-control") is not None
    for line in ports:
        yield Fact(config.source(line), _port(line, divided, switched=switched, asks=asks))


def _ports(config: RunningConfig) -> Iterator[Line]:
    for line in config.lines("interface"):
        words = line.text.split()
        if len(words) == 2 and _PORT.fullmatch(words[1]):
            yield line


def _port(line: Line, divided: Collection[str], *, switched: bool, asks: bool) -> PortFact:
    name = line.text.split()[1]
    used = name in divided or any(not _NO_USE.match(child.text) for child in line.children)
    return PortFact(
        interface=interface_name(name),
        shutdown=any(child.text == "shutdown" for child in line.children),
        mode=_mode(line) if switched and used and name not in divided else None,
        used=used,
        authenticated=_authenticated(line, asks=asks),
    )


def _mode(line: Line) -> Literal["access", "trunk"] | None:
    """A switch's port without a mode is one that whoever plugs in decides: no trunk of ours."""
    if line.find(r"no switchport$|channel-group \d|ip(?:v6)? address \S"):
        return None
    return "trunk" if line.find(r"switchport mode trunk$") else "access"


def _authenticated(line: Line, *, asks: bool) -> bool | None:
    control, open_ = line.find(_CONTROL), line.find(_OPEN)
    if control is None:
        return None if line.find(_TEMPLATE) else False
    if control[1] != "auto" or open_ is not None:
        return False
    new_style = control[0].startswith("access-session")
    if new_style and line.find(r"access-session closed\b") is None:
        return None if line.find(_TEMPLATE) else False
    return True if asks else None
