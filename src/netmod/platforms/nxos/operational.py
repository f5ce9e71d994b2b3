"""Hardening facts from NX-OS show commands: what runs wins over what is configured."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netmod.platforms._observations import Block, Clock, Hardening, LagMember, Observation
from netmod.platforms._tables import tables
from netmod.platforms._zones import zone_of
from netmod.platforms.nxos._names import full_name
from netmod.platforms.nxos.keychains import moment

_FEATURES = {
    "telnet": ("telnet_enabled",),
    "telnetServer": ("telnet_enabled",),
    "sshServer": ("ssh_enabled",),
    "scpServer": ("scp",),
    "netconf": ("netconf", "netconf_ssh"),
    "grpc": ("grpc",),
    "bash-shell": ("bash_shell",),
    "nxapi": ("nxapi",),
    "lldp": ("lldp",),
}
_FEATURE_ROW = re.compile(r"\s*([\w-]+)\s+\d+\s+(enabled|disabled)")
_ADDRESS = r"[0-9A-Fa-f:.]+|[A-Za-z][\w.-]+"
_MEMBER = re.compile(r"(Eth\d[\d/]*)\(\w+\)")
_BUNDLE = re.compile(r"\s*\d+\s+(Po\d+)\(\w+\)")


def _fact(block: Block, name: str, value: object, *lines: int) -> Hardening:
    return Hardening(block.source(*lines), name, value, operational=True)


def _search(block: Block, pattern: str) -> Iterator[tuple[int, re.Match[str]]]:
    for index, line in enumerate(block.lines):
        match = re.match(pattern, line, re.IGNORECASE) if len(line) < 400 else None
        if match:
            yield index, match


def read_features(block: Block) -> Iterator[Observation]:
    """`show feature`. `enabled(not-running)` counts as enabled: it is configured to run."""
    states: dict[str, tuple[bool, int]] = {}
    for index, line in enumerate(block.lines):
        match = _FEATURE_ROW.match(line)
        for name in _FEATURES.get(match[1], ()) if match else ():
            on = match is not None and match[2] == "enabled"
            if on or name not in states:
                states[name] = (on or states.get(name, (False, 0))[0], index)
    for name, (on, index) in states.items():
        yield _fact(block, name, on, index)
    if states.get("nxapi", (True, 0))[0] is False:
        for name in ("http_server", "https_server"):
            yield _fact(block, name, False, states["nxapi"][1])


def read_ssh(block: Block) -> Iterator[Observation]:
    """`show ssh server`: "ssh version 2 is enabled"."""
    for index, match in _search(
        block, r"\s*ssh (?:server|version (\d))\s+(?:is )?(enabled|disabled|not enabled)"
    ):
        on = match[2].lower() == "enabled"
        yield _fact(block, "ssh_enabled", on, index)
        if match[1]:
            yield _fact(block, "ssh_v2", on and match[1] == "2", index)


def read_telnet(block: Block) -> Iterator[Observation]:
    """`show telnet server`: "telnet service enabled"."""
    for index, match in _search(
        block, r"\s*telnet (?:service|server)\s+(?:is )?(enabled|disabled|not enabled)"
    ):
        yield _fact(block, "telnet_enabled", match[1].lower() == "enabled", index)


def read_nxapi(block: Block) -> Iterator[Observation]:
    """`show nxapi`: which protocols listen."""
    for index, match in _search(block, r"\s*nxapi\s+(enabled|disabled)"):
        on = match[1].lower() == "enabled"
        yield _fact(block, "nxapi", on, index)
        listening = {
            found[1].upper(): place
            for place, found in _search(block, r"\s*(HTTPS?)\s+Listen on port")
        }
        for name, protocol in (("http_server", "HTTP"), ("https_server", "HTTPS")):
            yield _fact(block, name, on and protocol in listening, listening.get(protocol, index))


def read_snmp_users(block: Block) -> Iterator[Observation]:
    """`show snmp user`: authentication and privacy of the v3 users; the weakest is stated."""
    rows = [row for table in tables(block.lines) for row in table if row.get("auth")]
    users = [row for row in rows if re.match(r"(?:md5|sha)", row.get("auth") or "")]
    if not rows:
        users_at = list(_search(block, r"(\S+)\s+(md5|sha(?:-\d+)?)\s+(\S+)\s"))
        auths = [(match[2].lower(), match[3], index) for index, match in users_at]
    else:
        auths = [
            ((row.get("auth") or "").lower(), row.get("priv(enforce)", "priv") or "", row.index)
            for row in users
        ]
    if not auths:
        return
    yield _fact(block, "snmp_v3", True, *(index for _, _, index in auths))
    weakest = min(auths, key=lambda one: (not one[0].startswith("md5"), one[0]))
    yield _fact(block, "snmp_v3_auth", weakest[0], weakest[2])
    privacy = re.match(r"(aes-?\d*|des|3des)", weakest[1])
    if privacy:
        yield _fact(block, "snmp_v3_priv", privacy[1], weakest[2])


def read_snmp_communities(block: Block) -> Iterator[Observation]:
    """`show snmp community`: how many, and whether any may write."""
    rows = [row for table in tables(block.lines) for row in table if row.get("community")]
    if not rows and not any("Community" in line for line in block.lines):
        return
    lines = [row.index for row in rows]
    access = [row.get("group / access", "group/access", "group") or "" for row in rows]
    groups = {words[0] for words in map(str.split, access) if words}
    yield _fact(block, "snmp_v1v2_communities", len({row.get("community") for row in rows}), *lines)
    yield _fact(block, "snmp_v1v2_rw", bool(groups & {"network-admin", "vdc-admin", "rw"}), *lines)


def read_ntp(block: Block) -> Iterator[Observation]:
    """`show ntp peers` and `show ntp peer-status`: configured servers, not peers of a peer."""
    servers: dict[str, int] = {}
    for index, match in _search(block, rf"\s*({_ADDRESS})\s+Server\s*\(configured\)"):
        servers.setdefault(match[1], index)
    if "peer-status" in block.command or "peer status" in block.command:
        for index, match in _search(
            block, rf"\s*[*=]?\s*({_ADDRESS})\s+[0-9A-Fa-f:.]+\s+\d+\s+\d+\s"
        ):
            if not match[1].startswith("127."):
                servers.setdefault(match[1], index)
    none = any("Total peers" in line for line in block.lines) or any(
        "Peer IP Address" in line for line in block.lines
    )
    if servers or none:
        yield _fact(block, "ntp_servers", tuple(servers), *servers.values())


def read_ntp_authentication(block: Block) -> Iterator[Observation]:
    """`show ntp authentication-status`."""
    for index, match in _search(block, r"\s*Authentication\s+(enabled|disabled)"):
        yield _fact(block, "ntp_auth", match[1].lower() == "enabled", index)


def read_tacacs(block: Block) -> Iterator[Observation]:
    """`show tacacs-server`: the servers that it lists, checked against the total it prints."""
    hosts = {match[1]: index for index, match in _search(block, rf"\s+({_ADDRESS}):?\s*$")}
    for index, match in _search(block, r"\s*total number of servers:\s*(\d+)"):
        yield _fact(block, "tacacs_servers", int(match[1]), index)
        return
    if hosts:
        yield _fact(block, "tacacs_servers", len(hosts), *hosts.values())


def read_logging_servers(block: Block) -> Iterator[Observation]:
    """`show logging server` and the servers in `show logging`."""
    hosts = {match[1]: index for index, match in _search(block, r"\s*\{([^}\s]+)\}")}
    disabled = list(_search(block, r"\s*Logging server:\s+disabled"))
    if hosts or disabled:
        yield _fact(block, "logging_hosts", tuple(hosts), *hosts.values())


def read_copp(block: Block) -> Iterator[Observation]:
    """`show copp status`: the profile or policy that is applied to the control plane."""
    for index, match in _search(block, r"\s*Policy-map attached to the control-plane:\s*(\S+)"):
        named = re.match(r"copp-system-(?:p-)?policy-(strict|moderate|lenient|dense)", match[1])
        value: str | bool = named[1] if named else match[1]
        yield _fact(block, "copp", False if match[1].lower() == "none" else value, index)
    for index, match in _search(
        block,
        r"[\w ]{0,20}CoPP (?:profile|Policy)[^:]*:\s*(strict|moderate|lenient|dense)",
    ):
        yield _fact(block, "copp", match[1].lower(), index)


def read_password_strength(block: Block) -> Iterator[Observation]:
    """`show password strength-check`."""
    for index, match in _search(
        block, r"\s*Password strength check\s+(?:is )?(?:not )?(enabled|disabled)"
    ):
        on = match[1].lower() == "enabled" and " not " not in match[0]
        yield _fact(block, "password_strength_check", on, index)


def read_aaa(block: Block) -> Iterator[Observation]:
    """`show aaa authentication`: what logs in by default."""
    for index, match in _search(block, r"\s*default:\s*(\S.*?)\s*$"):
        yield _fact(block, "aaa_login", match[1], index)
        return


def read_hostname(block: Block) -> Iterator[Observation]:
    """`show hostname` and `show switchname`."""
    for index, match in _search(block, r"([A-Za-z0-9][\w.-]*)\s*$"):
        yield _fact(block, "hostname", match[1].split(".")[0], index)
        return


def read_clock(block: Block) -> Iterator[Observation]:
    """`show clock`; a time with an ambiguous zone is none."""
    for index, line in enumerate(block.lines):
        match = re.match(
            r"\s*(\d\d:\d\d:\d\d)(?:\.\d+)? ([A-Za-z]{1,6}) \w{3} (\w{3} +\d+ \d{4})", line
        )
        zone = zone_of(match[2]) if match else None
        time = moment(f"{match[1]} {match[3]}", zone) if match and zone else None
        if time is not None:
            yield Clock(block.source(index), time)


def read_port_channels(block: Block) -> Iterator[Observation]:
    """`show port-channel summary`: the members of every bundle, wrapped rows included."""
    bundle: str | None = None
    for index, line in enumerate(block.lines):
        head = _BUNDLE.match(line)
        if head:
            bundle = full_name(head[1])
        elif line[:1] != " ":
            bundle = None
        if bundle is not None:
            for member in _MEMBER.findall(line):
                yield LagMember(block.source(index), bundle, full_name(member))
