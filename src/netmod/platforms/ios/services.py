"""Hardening as the device runs it: SSH, HTTP, SNMP, NTP, logging, AAA, lines, discovery."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from netmod.platforms._observations import (
    Block,
    Hardening,
    LagMember,
    Observation,
    Reader,
)
from netmod.platforms.ios.names import interface_name, is_interface

Stated = Iterator[tuple[int, str, object]]


def _reader(states: Callable[[Block], Stated]) -> Reader:
    """A reader of operational hardening facts from (line, fact, value) statements."""

    def read(block: Block) -> Iterator[Observation]:
        for index, name, value in states(block):
            yield Hardening(block.source(index), name, value, operational=True)

    return read


_SSH = re.compile(r"\s*SSH (Enabled|Disabled) - version ([\d.]+)")


def _ssh(block: Block) -> Stated:
    """Version 1.99 serves SSH 1 as well."""
    for index, line in enumerate(block.lines):
        match = _SSH.match(line)
        if match:
            yield index, "ssh_enabled", match[1] == "Enabled"
            yield index, "ssh_v2", match[2] == "2.0"


_HTTP = re.compile(r"\s*HTTP (secure )?server status\s*:\s*(\w+)", re.IGNORECASE)


def _http(block: Block) -> Stated:
    for index, line in enumerate(block.lines):
        match = _HTTP.match(line)
        if match:
            name = "https_server" if match[1] else "http_server"
            yield index, name, match[2].lower() == "enabled"


def _snmp_users(block: Block) -> Stated:
    protocols = []
    privacy = []
    for index, line in enumerate(block.lines):
        text = line.strip()
        if text.startswith("User name:"):
            yield index, "snmp_v3", True
        elif text.startswith("Authentication Protocol:"):
            protocols.append((index, text.partition(":")[2].strip().lower()))
        elif text.startswith("Privacy Protocol:"):
            privacy.append((index, text.partition(":")[2].strip().lower()))
    if privacy:
        index, name = min(privacy, key=lambda one: (one[1] != "none", "des" not in one[1], one[1]))
        yield index, "snmp_v3_priv", name
    if protocols:
        order = ("none", "md5", "sha")
        index, name = min(
            protocols, key=lambda one: order.index(one[1]) if one[1] in order else len(order)
        )
        yield index, "snmp_v3_auth", name


def _snmp_communities(block: Block) -> Stated:
    names = [i for i, line in enumerate(block.lines) if line.strip().startswith("Community name:")]
    if names:
        yield names[0], "snmp_v1v2_communities", len(names)


_SNMP_GROUP = re.compile(r"\s*groupname:\s*\S+\s+security model:\s*v3")


def _snmp_groups(block: Block) -> Stated:
    for index, line in enumerate(block.lines):
        if _SNMP_GROUP.match(line):
            yield index, "snmp_v3", True
            return


_NTP_ROW = re.compile(
    r"\s?[*#+\-x ]?(?:~\s?(?P<configured>[0-9A-Za-z:.-]+)"
    r"|(?P<other>[0-9A-Fa-f:.]{3,45})\s+\S+\s+\d{1,2}\s+\S+\s+\d+\s+\d+)"
)


def _ntp(block: Block) -> Stated:
    """Servers, most marked `~` as configured; the device's own reference clock is none."""
    servers = []
    first = None
    for index, line in enumerate(block.lines):
        if "NTP is not enabled" in line:
            yield index, "ntp_servers", ()
            return
        match = _NTP_ROW.match(line)
        name = (match["configured"] or match["other"]) if match else None
        if name and not name.startswith("127.127."):
            first = index if first is None else first
            servers.append(name)
    if first is not None:
        yield first, "ntp_servers", tuple(dict.fromkeys(servers))


_LOGGING = re.compile(r"\s*Logging to (\S+)")


def _logging(block: Block) -> Stated:
    """Hosts of `show logging`, which are listed above the buffer."""
    hosts: list[str] = []
    first = None
    for index, line in enumerate(block.lines):
        if line.startswith("Log Buffer"):
            first = index if first is None else first
            break
        match = _LOGGING.match(line)
        if match:
            first = index if first is None else first
            hosts.append(match[1].rstrip(","))
    if first is not None:
        yield first, "logging_hosts", tuple(dict.fromkeys(hosts))


def _tacacs(block: Block) -> Stated:
    found = [
        i
        for i, line in enumerate(block.lines)
        if re.match(r"\s*Tacacs\+? Server\b", line, re.IGNORECASE)
    ]
    if found:
        yield found[0], "tacacs_servers", len(found)


_TRANSPORTS = re.compile(r"\s*Allowed (?:input transports are|transports are) ([\w -]+?)\.?\s*$")


def _line(block: Block) -> Stated:
    if "vty" not in block.command:
        return
    for index, line in enumerate(block.lines):
        match = _TRANSPORTS.match(line)
        if match:
            words = match[1].split()
            yield index, "telnet_enabled", "telnet" in words or "all" in words
            yield index, "vty_transport", " ".join(words)
            return


_PORT = re.compile(r"\s*(?:tcp|udp)6?\s+\S+?:(\d+)\s.*LISTEN")
_BY_PORT = {"23": "telnet_enabled", "80": "http_server", "443": "https_server", "830": "netconf"}


def _open_ports(block: Block) -> Stated:
    """Only what listens is stated: a list that ends early must not look better."""
    for index, line in enumerate(block.lines):
        match = _PORT.match(line)
        if match and match[1] in _BY_PORT:
            yield index, _BY_PORT[match[1]], True
        elif match and match[1] == "22":
            yield index, "ssh_enabled", True


def _cdp(block: Block) -> Stated:
    for index, line in enumerate(block.lines):
        if "CDP is not enabled" in line:
            yield index, "cdp", False
        elif line.startswith("Global CDP information"):
            yield index, "cdp", True


def _lldp(block: Block) -> Stated:
    for index, line in enumerate(block.lines):
        text = line.strip()
        if "LLDP is not enabled" in text:
            yield index, "lldp", False
        elif text.startswith("Status:"):
            yield index, "lldp", text.removeprefix("Status:").strip().upper() == "ACTIVE"


def _netconf(block: Block) -> Stated:
    for index, line in enumerate(block.lines):
        name, _, value = line.partition(":")
        if name.strip() == "netconf-yang":
            yield index, "netconf", value.strip().startswith("enabled")


def _gnxi(block: Block) -> Stated:
    for index, line in enumerate(block.lines):
        words = line.split()
        if words[:1] in (["Enabled"], ["Disabled"]):
            yield index, "grpc", words[0] == "Enabled"
            return


_BUNDLE = re.compile(r"\s*\d+\s+(Po\d+)\(\w+\)\s+\S+\s+(.*)$")
_MEMBER = re.compile(r"([A-Za-z]+[\d/.]+)\(\w+\)")


def read_etherchannel(block: Block) -> Iterator[Observation]:
    """`show etherchannel summary`: bundles and members, also where a row is continued."""
    lag = None
    for index, line in enumerate(block.lines):
        match = _BUNDLE.match(line)
        if match:
            lag = interface_name(match[1])
        elif line[:1] != " ":
            lag = None
        members = match[2] if match else line
        if lag:
            for name in _MEMBER.findall(members[:400]):
                if is_interface(name):
                    yield LagMember(block.source(index), lag=lag, member=interface_name(name))


READERS: tuple[tuple[str, Reader], ...] = (
    (r"show ip ssh$", _reader(_ssh)),
    (r"show ip http server (?:secure )?(?:status|all)", _reader(_http)),
    (r"show snmp user", _reader(_snmp_users)),
    (r"show snmp community", _reader(_snmp_communities)),
    (r"show snmp group", _reader(_snmp_groups)),
    (r"show ntp associations?", _reader(_ntp)),
    (r"show logging$", _reader(_logging)),
    (r"show tacacs", _reader(_tacacs)),
    (r"show line", _reader(_line)),
    (r"show (?:control-plane host open-ports|tcp brief all)", _reader(_open_ports)),
    (r"show cdp$", _reader(_cdp)),
    (r"show lldp$", _reader(_lldp)),
    (r"show netconf-yang status", _reader(_netconf)),
    (r"show gnxi state", _reader(_gnxi)),
    (r"show etherchannel summary", read_etherchannel),
)
