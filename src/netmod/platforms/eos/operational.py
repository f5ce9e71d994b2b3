"""Hardening facts from EOS show commands: what runs wins over what is configured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from netmod.platforms._observations import Block, Clock, Hardening, LagMember, Observation
from netmod.platforms._zones import zone_of
from netmod.platforms.eos._names import folded, full_name, json_document, truth

_ADDRESS = r"[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]+|[A-Za-z][\w-]*(?:\.[\w-]+)+"
_AUTH_ORDER = ("md5", "sha", "sha224", "sha256", "sha384", "sha512")


def _fact(block: Block, name: str, value: object, *lines: int) -> Hardening:
    return Hardening(block.source(*lines), name, value, operational=True)


def _search(block: Block, pattern: str) -> Iterator[tuple[int, re.Match[str]]]:
    for index, line in enumerate(block.lines):
        match = re.match(pattern, line, re.IGNORECASE) if len(line) < 400 else None
        if match:
            yield index, match


def read_ssh(block: Block) -> Iterator[Observation]:
    """`show management ssh`: enabled where it is in any VRF. EOS speaks version 2 only."""
    pattern = r"\s*SSHD? status\b.*?(?:\bis|:)\s*(enabled|disabled)"
    states = [(index, match[1].lower() == "enabled") for index, match in _search(block, pattern)]
    if not states:
        return
    up = any(state for _, state in states)
    yield _fact(block, "ssh_enabled", up, *(index for index, _ in states))
    if up:
        yield _fact(block, "ssh_v2", True, *(index for index, _ in states))


def read_telnet(block: Block) -> Iterator[Observation]:
    """`show management telnet`, text and JSON."""
    document = json_document(block)
    if document is not None:
        state = truth(folded(document).get("serverstate"))
        if state is not None:
            yield _fact(block, "telnet_enabled", state, 0)
        return
    pattern = r"\s*Telnet (?:server )?status\b.*?(?:\bis|:)\s*(enabled|disabled)"
    states = [(index, match[1].lower() == "enabled") for index, match in _search(block, pattern)]
    if states:
        up = any(state for _, state in states)
        yield _fact(block, "telnet_enabled", up, *(index for index, _ in states))


def read_eapi(block: Block) -> Iterator[Observation]:
    """`show management api http-commands`, text and JSON."""
    document = json_document(block)
    if document is not None:
        yield from _json_eapi(block, document)
        return
    enabled = next(_search(block, r"\s*Enabled:\s*(Yes|No)"), None)
    if enabled is None:
        return
    on = truth(enabled[1][1])
    for name, protocol in (("http_server", "HTTP"), ("https_server", "HTTPS")):
        for index, match in _search(block, rf"\s*{protocol} server:\s*([a-z]+)"):
            yield _fact(block, name, bool(on) and match[1].lower() == "running", index)
    for index, match in _search(block, r"\s*VRFs?:\s*(\S.*?)\s*$"):
        yield _fact(block, "eapi_vrf", match[1], index)


def _json_eapi(block: Block, document: Any) -> Iterator[Observation]:
    values = folded(document)
    on = truth(values.get("enabled"))
    for name, key in (("http_server", "httpserver"), ("https_server", "httpsserver")):
        running = truth(folded(values.get(key)).get("running"))
        if on is not None and running is not None:
            yield _fact(block, name, on and running, 0)


def read_snmp_communities(block: Block) -> Iterator[Observation]:
    """`show snmp community`: how many, and whether any may write."""
    names = list(_search(block, r"\s*Community name:\s*(\S+)"))
    access = [match[1].lower() for _, match in _search(block, r"\s*Community access:\s*(\S+)")]
    if names:
        lines = [index for index, _ in names]
        yield _fact(block, "snmp_v1v2_communities", len({match[1] for _, match in names}), *lines)
        yield _fact(block, "snmp_v1v2_rw", any("write" in one or one == "rw" for one in access))


def read_snmp_users(block: Block) -> Iterator[Observation]:
    """`show snmp user`: authentication and privacy of the v3 users; the weakest is stated."""
    models = list(_search(block, r"\s*Security model\s*:\s*v3"))
    if not models:
        return
    yield _fact(block, "snmp_v3", True, *(index for index, _ in models))
    auths = [
        (match[1].lower().replace("-", ""), index)
        for index, match in _search(
            block, r"\s*Authentication\s*:\s*(MD5|SHA(?:-?(?:224|256|384|512))?)"
        )
    ]
    if auths:
        weakest = min(auths, key=lambda one: _AUTH_ORDER.index(one[0]))
        yield _fact(block, "snmp_v3_auth", weakest[0], weakest[1])
    for index, match in _search(block, r"\s*Privacy\s*:\s*((?:3?DES|AES)[\w-]*)"):
        yield _fact(block, "snmp_v3_priv", match[1].lower().replace("-", ""), index)
        return


def read_ntp(block: Block) -> Iterator[Observation]:
    """`show ntp associations`: the servers that are asked, text and JSON."""
    document = json_document(block)
    if document is not None:
        peers = folded(document).get("peers")
        if isinstance(peers, dict):
            yield _fact(block, "ntp_servers", tuple(peers), 0)
        return
    servers = {
        match[1]: index
        for index, match in _search(
            block, rf"\s?[*+#ox.\-~]?\s*({_ADDRESS})\s+\S+\s+\d+\s+[a-z-]\s+\S+\s+\d+\s+\d+\s"
        )
    }
    if servers or any(re.match(r"NTP is disabled", line) for line in block.lines):
        yield _fact(block, "ntp_servers", tuple(servers), *servers.values())


def read_tacacs(block: Block) -> Iterator[Observation]:
    """`show tacacs`: one paragraph per server."""
    servers = list(_search(block, r"\s*TACACS\+? server\s*:\s*(\S+)"))
    if servers:
        hosts = {match[1] for _, match in servers}
        yield _fact(block, "tacacs_servers", len(hosts), *(index for index, _ in servers))


def read_logging(block: Block) -> Iterator[Observation]:
    """`show logging`: the hosts that messages are sent to."""
    hosts = {
        match[1]: index
        for index, match in _search(
            block, r"\s*Logging to '?([^\s',]+)'?,? (?:port|on port|udp|tcp)"
        )
    }
    trap = any(re.match(r"\s*Trap logging:", line) for line in block.lines)
    if hosts or trap:
        yield _fact(block, "logging_hosts", tuple(hosts), *hosts.values())


def read_hostname(block: Block) -> Iterator[Observation]:
    """`show hostname`."""
    document = json_document(block)
    name = folded(document).get("hostname") if document is not None else None
    if isinstance(name, str):
        yield _fact(block, "hostname", name, 0)
    for index, match in _search(block, r"\s*Hostname:\s+(\S+)"):
        yield _fact(block, "hostname", match[1], index)


def read_clock(block: Block) -> Iterator[Observation]:
    """`show clock`; a time with an ambiguous zone is none."""
    document = json_document(block)
    if document is not None:
        seconds = folded(document).get("utctime")
        if isinstance(seconds, (int, float)) and 0 < seconds < 2**32:
            yield Clock(block.source(0), datetime.fromtimestamp(seconds, UTC))
        return
    named = next((match[1] for _, match in _search(block, r"\s*Timezone(?::| is)\s*(\S+)")), "")
    zone = zone_of(named)
    if zone is None:
        return
    for index, match in _search(block, r"\s*\w{3} (\w{3}) +(\d+) (\d\d:\d\d:\d\d) (\d{4})"):
        text = f"{match[1]} {match[2]} {match[3]} {match[4]}"
        try:
            time = datetime.strptime(text, "%b %d %H:%M:%S %Y").replace(tzinfo=zone)
        except ValueError:
            continue
        yield Clock(block.source(index), time)


def read_port_channels(block: Block) -> Iterator[Observation]:
    """`show port-channel summary` and `dense`: the members of every bundle, wrapped rows too."""
    bundle: str | None = None
    for index, line in enumerate(block.lines):
        head = re.match(r"\s*(Po\d+)\(\w+\)", line)
        if head:
            bundle = full_name(head[1])
        elif not line.strip():
            bundle = None
        if bundle is not None:
            for member in re.findall(r"\b((?:PE)?Et\d[\d/]*)\(", line):
                yield LagMember(block.source(index), bundle, full_name(member))
