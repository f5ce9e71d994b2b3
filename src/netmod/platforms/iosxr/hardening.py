"""Hardening facts of an IOS-XR config.

A whole config decides what it does not mention, by the defaults that Cisco documents; a fragment
decides only what it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netmod.platforms._config import Line
from netmod.platforms._config_facts import ConfigFacts
from netmod.platforms._observations import Block, Hardening

_CLEAR = re.compile(r".{0,200}?\b(?:password|secret|key|key-string) (?:0|clear) \S")
_AUTH_ORDER = ("md5", "sha", "sha-224", "sha-256", "sha-384", "sha-512")
_LINES = r"line (?:default|console|template \S+)$"
_REMOTE_LINES = r"line (?:default|template \S+)$"
_ADDRESS = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)"
_SSH_ON = re.compile(r"ssh server(?: v2| vrf \S.*)?$")
"""Other lines of it only tune a server that one of these starts."""
_LOCAL_LOGGING = (
    "console|monitor|buffered|trap|facility|hostnameprefix|source-interface|suppress|events"
    "|correlator|archive|disable|format|history|localfilesize|ipv4|ipv6|yang|logging|container"
    "|file|severity|discriminator|tls-server|email|process"
)
_SYSLOG = (
    rf"logging (?:host )?(?:(?:ipv4|ipv6) )?({_ADDRESS}|(?!(?:{_LOCAL_LOGGING})\b)[A-Za-z][\w.-]*)"
    r"(?: (?:vrf|severity|port|operator|facility|source-address)\b|\s*$)"
)


def config_hardening(block: Block, config: Line, *, whole: bool) -> Iterator[Hardening]:
    """All hardening facts of one config."""
    facts = ConfigFacts(block, config, whole=whole)
    yield from facts.first("hostname", r'hostname "?([^\s"]+)')
    yield from _version(facts)
    yield from _services(facts)
    yield from _snmp(facts)
    yield from _ntp(facts)
    yield from _servers(facts)
    yield from _passwords(facts)
    yield from _lines(facts)
    for name in ("motd", "login"):
        yield from facts.present(f"banner_{name}", rf"banner {name} \S")


def _version(facts: ConfigFacts) -> Iterator[Hardening]:
    for index, line in enumerate(facts.block.lines[:200]):
        match = re.match(r"\s*!!? ?IOS XR (?:Admin )?Configuration (?:version = )?(\d[\w.]*)", line)
        if match:
            yield Hardening(facts.block.source(index), "version", match[1])
            return


def _services(facts: ConfigFacts) -> Iterator[Hardening]:
    yield from facts.present("telnet_enabled", r"telnet (?:vrf \S+ )?(?:(?:ipv4|ipv6) )?server\b")
    ssh = [line for line, _ in facts.lines(r"ssh server\b")]
    opened = [line for line in ssh if _SSH_ON.match(line.text)]
    if opened or (facts.whole and not ssh):
        yield facts.fact("ssh_enabled", bool(opened), *opened)
    version_two = [line for line in ssh if re.match(r"ssh server v2$", line.text)]
    if version_two:
        yield facts.fact("ssh_v2", True, *version_two)
    yield from facts.present("http_server", r"http server(?! ssl)\b")
    yield from facts.present("https_server", r"http server ssl\b")
    yield from facts.present("netconf", r"netconf(?:-yang)? agent\b|ssh server netconf\b")
    yield from _netconf_ssh(facts)
    yield from facts.present("grpc", r"grpc$")
    yield from facts.present("lldp", r"lldp$")
    yield from facts.present("cdp", r"cdp$")
    for line, match in facts.lines(r"(no )?(?:ipv4|ip) source-route\s*$")[-1:]:
        yield facts.fact("source_route", match[1] is None, line)


def _netconf_ssh(facts: ConfigFacts) -> Iterator[Hardening]:
    found = [line for line, _ in facts.lines(r"ssh server netconf\b")]
    for section, _ in facts.lines(r"netconf-yang agent$"):
        found += [child for child, _ in section.matches(r"ssh$")]
    found += [line for line, _ in facts.lines(r"netconf-yang agent ssh$|netconf agent ssh$")]
    if found or facts.whole:
        yield facts.fact("netconf_ssh", bool(found), *found)


def _snmp(facts: ConfigFacts) -> Iterator[Hardening]:
    communities = facts.lines(r"snmp-server community (?:(?:clear|encrypted) )?(\S+)(.*)")
    if communities or facts.whole:
        lines = [line for line, _ in communities]
        writers = [line for line, match in communities if re.search(r"(?i)\bRW\b", match[2])]
        yield facts.fact("snmp_v1v2_communities", len(lines), *lines)
        yield facts.fact("snmp_v1v2_rw", bool(writers), *(writers or lines))
    users = facts.lines(r"snmp-server user \S+ \S+ (?:remote \S+ (?:udp-port \d+ )?)?v3\b(.*)")
    if users or facts.whole:
        yield facts.fact("snmp_v3", bool(users), *(line for line, _ in users))
    auths = [(line, _word_behind("auth", match[1])) for line, match in users]
    named = [(line, name) for line, name in auths if name in _AUTH_ORDER]
    if named:
        line, weakest = min(named, key=lambda one: _AUTH_ORDER.index(one[1] or ""))
        yield facts.fact("snmp_v3_auth", weakest, line)
    for line, match in users:
        privacy = re.search(r"\bpriv (des56|3des|aes \d+|aes)", match[1])
        if privacy:
            yield facts.fact("snmp_v3_priv", privacy[1].replace(" ", "-"), line)
            break
    hosts = facts.lines(r"snmp-server host (\S+)(.*)")
    hosts += _children(facts.lines(r"snmp-server vrf \S+$"), r"host (\S+)(.*)")
    clear = [line for line, match in hosts if re.search(r"\bversion (?:1|2c)\b", match[2])]
    if clear or facts.whole:
        yield facts.fact("snmp_v2c_trap_host", bool(clear), *clear)


def _word_behind(keyword: str, text: str) -> str | None:
    match = re.search(rf"\b{keyword} (\S+)", text)
    return match[1].lower() if match else None


def _ntp(facts: ConfigFacts) -> Iterator[Hardening]:
    """The `ntp` section, or its lines one by one."""
    lines = [line for section, _ in facts.lines(r"ntp$") for line in section.walk()]
    lines += [
        Line(line.text.removeprefix("ntp "), line.index) for line, _ in facts.lines(r"ntp \S")
    ]
    servers = []
    for line in lines:
        match = re.match(r"server (?:vrf \S+ )?(?:(?:ipv4|ipv6) )?(\S+)(.*)", line.text)
        if match:
            servers.append((line, match))
    if servers or facts.whole:
        addresses = tuple(dict.fromkeys(match[1] for _, match in servers))
        keyed = {match[1] for _, match in servers if re.search(r"\bkey \d", match[2])}
        yield facts.fact("ntp_servers", addresses, *(line for line, _ in servers))
        yield facts.fact("ntp_servers_with_key", len(keyed), *(line for line, _ in servers))
    authenticate = [line for line in lines if line.text == "authenticate"]
    if authenticate or facts.whole:
        yield facts.fact("ntp_auth", bool(authenticate), *authenticate)


def _servers(facts: ConfigFacts) -> Iterator[Hardening]:
    yield from facts.first("aaa_login", r"aaa authentication login default (.*\S)")
    tacacs = {match[1]: line for line, match in facts.lines(r"tacacs-server host (\S+)")}
    for section, _ in facts.lines(r"aaa group server tacacs\+? \S"):
        for line, match in section.matches(r"server(?:-private)? (\S+)"):
            tacacs.setdefault(match[1], line)
    if tacacs or facts.whole:
        yield facts.fact("tacacs_servers", len(tacacs), *tacacs.values())
    syslog = {match[1]: line for line, match in facts.lines(_SYSLOG)}
    if syslog or facts.whole:
        yield facts.fact("logging_hosts", tuple(syslog), *syslog.values())


def _passwords(facts: ConfigFacts) -> Iterator[Hardening]:
    clear = [
        line
        for line in facts.config.walk()
        if len(line.text) < 500 and not line.text.startswith("| ") and _CLEAR.match(line.text)
    ]
    if clear or facts.whole:
        yield facts.fact("plaintext_passwords", len(clear), *clear)
    users = facts.lines(r"username \S+")
    reversible = [
        child
        for section, _ in users
        for child in [section, *section.children]
        if re.search(r"(?:^|\s)password 7 \S", child.text)
    ]
    if reversible or (facts.whole and users):
        yield facts.fact("user_password_type7", bool(reversible), *reversible)


def _children(
    sections: list[tuple[Line, re.Match[str]]], pattern: str
) -> list[tuple[Line, re.Match[str]]]:
    """The lines below any of `sections` that match."""
    return [found for section, _ in sections for found in section.matches(pattern)]


def _lines(facts: ConfigFacts) -> Iterator[Hardening]:
    remote = facts.lines(_REMOTE_LINES)
    transports = _children(remote, r"transport input (.*)")
    if transports:
        line, match = transports[0]
        yield facts.fact("vty_transport", match[1].strip(), line)
    for child, match in _children(remote, r"exec-timeout (\d+ \d+)")[:1]:
        yield facts.fact("exec_timeout_vty", match[1], child)
    classes = [line for line, _ in _children(remote, r"access-class (?:\S+ )?ingress\b")]
    if classes or facts.whole:
        yield facts.fact("vty_acl", bool(classes), *classes)
    timeouts = _children(facts.lines(_LINES), r"exec-timeout (\d+)(?: (\d+))?")
    never = [child for child, match in timeouts if not int(match[1]) and not int(match[2] or 0)]
    if timeouts:
        yield facts.fact("exec_timeout_disabled", bool(never), *(never or [timeouts[0][0]]))
