"""Hardening facts of a NX-OS config.

A whole config decides what it does not mention, by the defaults that Cisco documents; a fragment
decides only what it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from netmod.platforms._config import Line
from netmod.platforms._config_facts import ConfigFacts
from netmod.platforms._observations import Block, Hardening

_WRITERS = ("network-admin", "vdc-admin", "rw")
_READERS = ("network-operator", "vdc-operator", "ro")
_CLEAR = re.compile(r".*\b(?:password|secret|key|key-string|key-octet-string|shared-secret) 0 \S")
_AUTH_ORDER = ("md5", "sha", "sha-224", "sha-256", "sha-384", "sha-512")


def config_hardening(block: Block, config: Line, *, whole: bool) -> Iterator[Hardening]:
    """All hardening facts of one config."""
    facts = ConfigFacts(block, config, whole=whole)
    yield from _names(facts)
    yield from _services(facts)
    yield from _snmp(facts)
    yield from _ntp(facts)
    yield from _aaa(facts)
    yield from _lines(facts)
    yield from _control_plane(facts)


def _names(facts: ConfigFacts) -> Iterator[Hardening]:
    yield from facts.first("hostname", r'(?:hostname|switchname) "?([^\s"]+)')
    yield from facts.first("version", r"version (\d\S*)")


def _services(facts: ConfigFacts) -> Iterator[Hardening]:
    yield from facts.switch("telnet_enabled", r"feature telnet|telnet server enable", default=False)
    ssh = list(facts.switch("ssh_enabled", r"feature ssh|ssh server enable", default=True))
    yield from ssh
    if ssh and ssh[0].value:
        yield Hardening(ssh[0].source, "ssh_v2", True)
    yield from facts.switch("scp", r"feature scp-server", default=False)
    yield from facts.switch("netconf", r"feature netconf", default=False)
    yield from facts.switch("netconf_ssh", r"feature netconf", default=False)
    yield from facts.switch("grpc", r"feature grpc", default=False)
    yield from facts.switch("bash_shell", r"feature bash-shell", default=False)
    yield from facts.switch("nxapi", r"feature nxapi", default=False)
    yield from facts.switch("lldp", r"feature lldp", default=False)
    yield from facts.switch("cdp", r"cdp enable", default=True)
    yield from facts.switch("source_route", r"ip source-route", default=True)
    yield from _nxapi(facts)


def _nxapi(facts: ConfigFacts) -> Iterator[Hardening]:
    """NX-API's protocols; which of them is on by default depends on the release: not guessed."""
    running = bool(facts.lines(r"feature nxapi\s*$"))
    for name, protocol in (("http_server", "http"), ("https_server", "https")):
        found = facts.lines(rf"(no )?nxapi {protocol}\b")
        if found and running:
            line, match = found[-1]
            yield facts.fact(name, match[1] is None, line)
        elif not running and facts.whole:
            yield facts.fact(name, False)


def _snmp(facts: ConfigFacts) -> Iterator[Hardening]:
    yield from _communities(facts)
    users = facts.lines(r"snmp-server user (\S+)(.*)")
    if users or facts.whole:
        yield facts.fact("snmp_v3", bool(users), *(line for line, _ in users))
    algorithms = [(line, _auth(match[2])) for line, match in users]
    named = [(line, name) for line, name in algorithms if name is not None]
    if named:
        line, weakest = min(named, key=lambda one: _AUTH_ORDER.index(one[1]))
        yield facts.fact("snmp_v3_auth", weakest, line)
    privacy = [(line, match) for line, match in users if re.search(r"\bpriv\b", match[2])]
    for line, match in privacy[:1]:
        yield facts.fact("snmp_v3_priv", _privacy(facts, match[2]), line)
    hosts = facts.lines(r"snmp-server host (\S+)(.*)")
    clear = [line for line, match in hosts if re.search(r"\bversion (?:1|2c)\b", match[2])]
    if clear or facts.whole:
        yield facts.fact("snmp_v2c_trap_host", bool(clear), *clear)
    for line, _ in facts.lines(r"snmp-server contact \S")[:1]:
        yield facts.fact("snmp_contact", True, line)


def _auth(text: str) -> str | None:
    match = re.search(r"\bauth (md5|sha(?:-\d{3})?)\b", text)
    return match[1] if match and match[1] in _AUTH_ORDER else None


def _privacy(facts: ConfigFacts, text: str) -> str | None:
    """`priv` without an algorithm is DES up to release 9; later releases differ."""
    match = re.search(r"\bpriv (aes(?:-\d{3})?|3des|des)\b", text)
    if match:
        return match[1]
    release = facts.lines(r"version (\d+)\.")
    return "des" if release and int(release[0][1][1]) < 10 else None


def _communities(facts: ConfigFacts) -> Iterator[Hardening]:
    found = facts.lines(r"snmp-server community (\S+)(?: (\S+) (\S+)| (ro|rw))?")
    if not found and not facts.whole:
        return
    lines = [line for line, _ in found]
    names = {match[1] for _, match in found}
    rights = {match[3] or match[4] for _, match in found if match[2] == "group" or match[4]}
    limited = {match[1] for _, match in found if re.match(r"use-(?:ipv[46])?acl$", match[2] or "")}
    granted = [line for line, match in found if match[2] == "group" or match[4]]
    yield facts.fact("snmp_v1v2_communities", max(len(names), len(granted)), *lines)
    if rights & set(_WRITERS):
        yield facts.fact("snmp_v1v2_rw", True, *lines)
    elif rights <= set(_READERS):
        yield facts.fact("snmp_v1v2_rw", False, *lines)
    if limited and limited != names:
        yield facts.fact("snmp_acl_partial", len(limited), *lines)


def _ntp(facts: ConfigFacts) -> Iterator[Hardening]:
    servers = facts.lines(r"ntp server (\S+)(.*)")
    if servers or facts.whole:
        lines = [line for line, _ in servers]
        addresses = tuple(dict.fromkeys(match[1] for _, match in servers))
        keyed = {match[1] for _, match in servers if re.search(r"\bkey \d", match[2])}
        yield facts.fact("ntp_servers", addresses, *lines)
        yield facts.fact("ntp_servers_total", len(addresses), *lines)
        yield facts.fact("ntp_servers_with_key", len(keyed), *lines)
    yield from facts.switch("ntp_auth", r"ntp authenticate", default=False)
    keys = facts.lines(r"ntp authentication-key \d+ (\S+)")
    if keys:
        names = tuple(dict.fromkeys(match[1] for _, match in keys))
        yield facts.fact("ntp_auth_algorithms", names, *(line for line, _ in keys))


def _aaa(facts: ConfigFacts) -> Iterator[Hardening]:
    yield from facts.first("aaa_login", r"aaa authentication login default (.*\S)")
    servers = facts.lines(r"tacacs-server host (\S+)")
    if servers or facts.whole:
        hosts = {match[1] for _, match in servers}
        yield facts.fact("tacacs_servers", len(hosts), *(line for line, _ in servers))
    syslog = facts.lines(r"logging server (\S+)")
    if syslog or facts.whole:
        hosts_in_order = tuple(dict.fromkeys(match[1] for _, match in syslog))
        yield facts.fact("logging_hosts", hosts_in_order, *(line for line, _ in syslog))
    clear = [line for line in facts.config.walk() if _is_clear(line)]
    if clear or facts.whole:
        yield facts.fact("plaintext_passwords", len(clear), *clear)
    yield from facts.switch("password_strength_check", r"password strength-check", default=True)
    for line, _ in facts.lines(r"feature password encryption aes\b")[:1]:
        yield facts.fact("password_encryption", True, line)
    yield from facts.present("login_block", r"(?:system )?login block-for \d")
    removed = facts.lines(r"(no )?username admin\b")
    if removed:
        line, match = removed[-1]
        yield facts.fact("user_admin_removed", match[1] is not None, line)


def _is_clear(line: Line) -> bool:
    text = line.text
    return " 0 " in text and len(text) < 500 and text[:2] != "| " and bool(_CLEAR.match(text))


def _lines(facts: ConfigFacts) -> Iterator[Hardening]:
    vty = facts.lines(r"line vty")
    classes = [
        child for line, _ in vty for child, _ in line.matches(r"(?:ipv6 )?access-class \S+ in")
    ]
    if classes or (facts.whole and vty):
        yield facts.fact("vty_acl", bool(classes), *classes)
    elif facts.whole:
        yield facts.fact("vty_acl", False)
    timeouts = [
        (child, match)
        for line, _ in facts.lines(r"line (?:vty|console)")
        for child, match in line.matches(r"exec-timeout (\d+)")
    ]
    never = [child for child, match in timeouts if int(match[1]) == 0]
    if timeouts:
        found: Sequence[Line] = never or [child for child, _ in timeouts]
        yield facts.fact("exec_timeout_disabled", bool(never), *found)
    yield from facts.present("banner_motd", r"banner motd \S")


def _control_plane(facts: ConfigFacts) -> Iterator[Hardening]:
    for line, match in facts.lines(r"(no )?copp profile ?(\S+)?")[-1:]:
        yield facts.fact("copp", False if match[1] else match[2], line)
    for section, _ in facts.lines(r"control-plane$"):
        for line, match in section.matches(r"service-policy input (\S+)"):
            named = re.match(
                r"copp-system-(?:p-)?policy-(strict|moderate|lenient|dense)$", match[1]
            )
            yield facts.fact("copp", named[1] if named else match[1], line)
