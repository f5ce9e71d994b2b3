"""Hardening facts of an EOS config.

A whole config decides what it does not mention, by the defaults that Arista documents; a fragment
decides only what it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netmod.platforms._config import Line
from netmod.platforms._config_facts import ConfigFacts
from netmod.platforms._observations import Block, Hardening

_CLEAR = re.compile(r".*\b(?:password|secret|key|shared-key) 0 \S")
_AUTH_ORDER = ("md5", "sha", "sha224", "sha256", "sha384", "sha512")
_PRIVACY_ORDER = ("des", "3des", "aes", "aes128", "aes192", "aes256")
_VRF = r"(?:vrf \S+ )?"


def config_hardening(block: Block, config: Line, *, whole: bool) -> Iterator[Hardening]:
    """All hardening facts of one config."""
    facts = ConfigFacts(block, config, whole=whole)
    yield from facts.first("hostname", r"hostname (\S+)")
    yield from _management(facts)
    yield from _http(facts)
    yield from _snmp(facts)
    yield from _ntp(facts)
    yield from _accounts(facts)
    yield from _logging(facts)
    yield from _misc(facts)


def _is_up(section: Line, *, default: bool) -> bool:
    """Whether a service runs in any VRF: its own `shutdown`, and that of each `vrf` below it."""
    own = section.find(r"(no )?shutdown$")
    if (own[1] is not None) if own else default:
        return True
    vrfs = [line for line, _ in section.matches(r"vrf \S+")]
    return any(line.find(r"no shutdown$") for line in vrfs)


def _management(facts: ConfigFacts) -> Iterator[Hardening]:
    """SSH runs unless it is shut down; telnet does not unless it is opened."""
    for name, pattern, default in (
        ("ssh_enabled", r"management ssh$", True),
        ("telnet_enabled", r"management telnet$", False),
    ):
        sections = [line for line, _ in facts.lines(pattern)]
        if sections:
            up = any(_is_up(line, default=default) for line in sections)
            yield facts.fact(name, up, *sections)
        elif facts.whole:
            yield facts.fact(name, default)
    ssh = [line for line, _ in facts.lines(r"management ssh$")]
    if ssh or facts.whole:
        if not ssh or _is_up(ssh[0], default=True):
            yield facts.fact("ssh_v2", True, *ssh)
        limits = [
            found
            for line in ssh
            for found in line.walk()
            if re.match(r"(?:ip|ipv6) access-group \S+", found.text)
        ]
        yield facts.fact("vty_acl", bool(limits), *limits)
    yield from _idle_timeouts(facts)
    yield from _apis(facts)


def _idle_timeouts(facts: ConfigFacts) -> Iterator[Hardening]:
    timeouts = [
        (child, int(match[1]))
        for line, _ in facts.lines(r"management (?:ssh|telnet|console)$")
        for child, match in line.matches(r"idle-timeout (\d+)")
    ]
    never = [child for child, minutes in timeouts if minutes == 0]
    if timeouts:
        found = never or [child for child, _ in timeouts]
        yield facts.fact("exec_timeout_disabled", bool(never), *found)


def _apis(facts: ConfigFacts) -> Iterator[Hardening]:
    for names, pattern, transport in (
        (("netconf", "netconf_ssh"), r"management api netconf$", r"transport ssh \S+"),
        (("grpc",), r"management api gnmi$", r"transport grpc \S+"),
    ):
        sections = [line for line, _ in facts.lines(pattern)]
        opened = [
            child
            for line in sections
            for child, _ in line.matches(transport)
            if child.find(r"shutdown$") is None
        ]
        if sections or facts.whole:
            for name in names:
                yield facts.fact(name, bool(opened), *opened)


def _http(facts: ConfigFacts) -> Iterator[Hardening]:
    """eAPI: HTTPS unless it is taken away, HTTP only where it is asked for."""
    sections = [line for line, _ in facts.lines(r"management api http-commands$")]
    if not sections:
        if facts.whole:
            yield facts.fact("http_server", False)
            yield facts.fact("https_server", False)
        return
    section = sections[-1]
    up = _is_up(section, default=False)
    clear = section.find(r"(no )?protocol http(?:$| port)")
    tls = section.find(r"(no )?protocol https(?:$| port)")
    yield facts.fact("http_server", up and clear is not None and clear[1] is None, section)
    yield facts.fact("https_server", up and (tls is None or tls[1] is None), section)
    vrfs = [match[1] for line, match in section.matches(r"vrf (\S+)") if line.find(r"no shutdown$")]
    if vrfs:
        yield facts.fact("eapi_vrf", ", ".join(vrfs), section)


def _snmp(facts: ConfigFacts) -> Iterator[Hardening]:
    communities = facts.lines(r"snmp-server community (\S+)(?: view \S+)?(?: (ro|rw)\b)?(.*)")
    if communities or facts.whole:
        lines = [line for line, _ in communities]
        names = {match[1] for _, match in communities}
        writing = any(match[2] == "rw" for _, match in communities)
        limited = {match[1] for _, match in communities if match[3].strip()}
        yield facts.fact("snmp_v1v2_communities", len(lines), *lines)
        yield facts.fact("snmp_v1v2_rw", writing, *lines)
        if limited and limited != names:
            yield facts.fact("snmp_acl_partial", len(limited), *lines)
    users = facts.lines(r"snmp-server user \S+ \S+ (?:remote \S+ (?:udp-port \d+ )?)?v3\b(.*)")
    yield from facts.present("snmp_v3", r"snmp-server user \S+ \S+ .*?\bv3\b")
    auths = [
        (line, found[1])
        for line, match in users
        if (found := re.search(r"\bauth (md5|sha(?:224|256|384|512)?)\b", match[1]))
    ]
    if auths:
        line, weakest = min(auths, key=lambda one: _AUTH_ORDER.index(one[1]))
        yield facts.fact("snmp_v3_auth", weakest, line)
    privacy = [
        (line, found[1])
        for line, match in users
        if (found := re.search(r"\bpriv (des|3des|aes(?:128|192|256)?)\b", match[1]))
    ]
    if privacy:
        line, weakest = min(privacy, key=lambda one: _PRIVACY_ORDER.index(one[1]))
        yield facts.fact("snmp_v3_priv", weakest, line)
    hosts = facts.lines(r"snmp-server host \S+ (.*)")
    clear = [line for line, match in hosts if re.search(r"\bversion (?:1|2c)\b", match[1])]
    if clear or facts.whole:
        yield facts.fact("snmp_v2c_trap_host", bool(clear), *clear)
    for line, _ in facts.lines(r"snmp-server contact \S")[:1]:
        yield facts.fact("snmp_contact", True, line)


def _ntp(facts: ConfigFacts) -> Iterator[Hardening]:
    servers = facts.lines(rf"ntp server {_VRF}(\S+)(.*)")
    if servers or facts.whole:
        lines = [line for line, _ in servers]
        addresses = tuple(dict.fromkeys(match[1] for _, match in servers))
        keyed = {match[1] for _, match in servers if re.search(r"\bkey \S", match[2])}
        yield facts.fact("ntp_servers", addresses, *lines)
        yield facts.fact("ntp_servers_total", len(addresses), *lines)
        yield facts.fact("ntp_servers_with_key", len(keyed), *lines)
    yield from facts.switch("ntp_auth", r"ntp authenticate(?: servers)?", default=False)
    keys = facts.lines(r"ntp authentication-key \d+ (\S+)")
    if keys:
        names = tuple(dict.fromkeys(match[1] for _, match in keys))
        yield facts.fact("ntp_auth_algorithms", names, *(line for line, _ in keys))


def _accounts(facts: ConfigFacts) -> Iterator[Hardening]:
    root = facts.lines(r"(no )?aaa root\b")
    if root:
        line, match = root[-1]
        yield facts.fact("aaa_root_disabled", match[1] is not None, line)
    admin = facts.lines(r"(no )?username admin\b")
    if admin:
        line, match = admin[-1]
        yield facts.fact("user_admin_removed", match[1] is not None, line)
    yield from facts.first("aaa_login", r"aaa authentication login default (.*\S)")
    servers = facts.lines(r"tacacs-server host (\S+)")
    if servers or facts.whole:
        hosts = {match[1] for _, match in servers}
        yield facts.fact("tacacs_servers", len(hosts), *(line for line, _ in servers))
    clear = [line for line in facts.config.walk() if _is_clear(line)]
    if clear or facts.whole:
        yield facts.fact("plaintext_passwords", len(clear), *clear)
    open_users = [line for line, _ in facts.lines(r"username \S+ .*\bnopassword\b")]
    if open_users or facts.whole:
        yield facts.fact("nopassword_users", len(open_users), *open_users)
    security = [line for line, _ in facts.lines(r"management security$")]
    encrypted = [
        child for line in security for child, _ in line.matches(r"password encryption-key common")
    ]
    if encrypted:
        yield facts.fact("password_encryption", True, *encrypted)
    strength = [
        child
        for line in security
        for child, _ in line.matches(r"password (?:minimum length \d|policy \S)")
    ]
    if strength or facts.whole:
        yield facts.fact("password_strength_check", bool(strength), *strength)
    yield from facts.present("login_block", r"aaa authentication policy lockout failure \d")


def _is_clear(line: Line) -> bool:
    return " 0 " in line.text and len(line.text) < 500 and bool(_CLEAR.match(line.text))


def _logging(facts: ConfigFacts) -> Iterator[Hardening]:
    hosts = facts.lines(rf"logging {_VRF}host (\S+)")
    if hosts or facts.whole:
        addresses = tuple(dict.fromkeys(match[1] for _, match in hosts))
        yield facts.fact("logging_hosts", addresses, *(line for line, _ in hosts))
    daemons = [
        line for line, _ in facts.lines(r"daemon TerminAttr\b") if line.find(r"shutdown$") is None
    ]
    if daemons or facts.whole:
        yield facts.fact("telemetry_agent", bool(daemons), *daemons)


def _misc(facts: ConfigFacts) -> Iterator[Hardening]:
    yield from facts.switch("lldp", r"lldp run", default=True)
    yield from facts.present("banner_login", r"banner login\b")
    yield from facts.present("banner_motd", r"banner motd\b")
