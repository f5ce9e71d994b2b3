"""Hardening facts of a running config.

A line that is there decides; a line that is absent decides only where the whole config was
captured and the default without it is the same in all releases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from netmod.platforms._config import Line
from netmod.platforms._observations import Hardening
from netmod.platforms.ios.config_tree import RunningConfig

# Fact, command, and its value where a whole config holds neither the command nor its negation.
_SWITCHES: tuple[tuple[str, str, bool | None], ...] = (
    ("aaa_new_model", "aaa new-model", False),
    ("http_server", "ip http server", False),  # printed wherever it is on, default or not
    ("https_server", "ip http secure-server", False),
    ("scp", "ip scp server enable", False),
    ("lldp", "lldp run", False),
    ("cdp", "cdp run", None),
    ("source_route", "ip source-route", True),
    ("password_encryption", "service password-encryption", False),
    ("login_block", "login block-for", False),
    ("banner_login", "banner login", False),
    ("banner_motd", "banner motd", False),
)
_CLEAR = re.compile(
    r"(?:username \S+ .*\b(?:password|secret) 0 |enable (?:password|secret)(?: level \d+)? 0 "
    r"|password 0 )"
)
_UNTYPED = re.compile(r"(?:enable )?password (?:level \d+ )?(?!\d+ )\S")
_UNTYPED_USER = re.compile(r"username \S+ (?:.* )?password (?!\d+ )\S")
_HOST = re.compile(
    r"logging (?:host )?(?:ipv6 )?((?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)"
)
_NAMED_HOST = re.compile(r"logging host (?:ipv6 )?(?!vrf\b)(\S+)")
_NTP = re.compile(r"ntp server (?:vrf \S+ )?(?:ipv6 |ip )?(\S+)")
_COMMUNITY = re.compile(r"snmp-server community \S+(.*)$")
_SNMP_V3_USER = re.compile(r"snmp-server user \S+ \S+ (?:remote \S+ )?v3(?:.{0,80}? auth (\S+))?")
_PRIVACY = re.compile(r" priv (des|3des|aes)(?: (128|192|256))?\b")


def read_hardening(config: RunningConfig) -> Iterator[Hardening]:
    """Everything that the config decides."""
    for name, command, absent in _SWITCHES:
        yield from _switch(config, name, command, absent)
    yield from _identity(config)
    yield from _ssh(config)
    yield from _lines(config)
    yield from _snmp(config)
    yield from _servers(config)
    yield from _passwords(config)
    yield from _remote_interfaces(config)


def _stated(
    config: RunningConfig, name: str, value: object, lines: Iterable[Line] = ()
) -> Hardening:
    return Hardening(config.source(*lines), name, value)


def _switch(
    config: RunningConfig, name: str, command: str, absent: bool | None
) -> Iterator[Hardening]:
    found = config.switch(command)
    if found is not None:
        yield _stated(config, name, found[1], [found[0]])
    elif config.whole and absent is not None:
        yield _stated(config, name, absent)


def _identity(config: RunningConfig) -> Iterator[Hardening]:
    line = config.first("hostname")
    if line is not None and len(line.text.split()) > 1:
        yield _stated(config, "hostname", line.text.split()[1].strip('"'), [line])


def _ssh(config: RunningConfig) -> Iterator[Hardening]:
    """Without `ip ssh version` both are served; a backup's missing line proves nothing."""
    line = config.first("ip ssh version")
    if line is not None:
        yield _stated(config, "ssh_v2", line.text.split()[-1] == "2", [line])
    elif config.whole and not config.backup:
        yield _stated(config, "ssh_v2", False)


def _lines(config: RunningConfig) -> Iterator[Hardening]:
    terminals = list(config.lines("line vty"))
    everything = list(config.lines("line"))
    if terminals:
        yield from _vty(config, terminals)
    unlimited = [
        line for line in everything if line.find(r"(?:exec-timeout 0(?: 0)?$|no exec-timeout)")
    ]
    if unlimited or (everything and config.whole):
        yield _stated(config, "exec_timeout_disabled", bool(unlimited), unlimited)
    if terminals:
        timeouts = {m[1] for line in terminals if (m := line.find(r"exec-timeout (\d+ \d+)$"))}
        if len(timeouts) == 1:
            yield _stated(config, "exec_timeout_vty", timeouts.pop(), terminals)
    privileged = [
        line for line in everything if line.text.startswith("line con") and
        line.find(r"privilege level 15$")
    ]  # fmt: skip
    if privileged or (everything and config.whole):
        yield _stated(config, "console_privilege_15", bool(privileged), privileged)


def _vty(config: RunningConfig, terminals: list[Line]) -> Iterator[Hardening]:
    """Every range of lines counts: the most open one decides."""
    transports = {
        line.text: match[1] if (match := line.find(r"transport input (.+)$")) else None
        for line in terminals
    }
    words = {word for value in transports.values() if value for word in value.split()}
    if words & {"telnet", "all"}:
        yield _stated(config, "telnet_enabled", True, terminals)
    elif None not in transports.values():
        yield _stated(config, "telnet_enabled", False, terminals)
    stated = list(dict.fromkeys(value for value in transports.values() if value))
    if stated:
        names = list(dict.fromkeys(word for value in stated for word in value.split()))
        opened = [name for name in names if name != "none"] or names
        yield _stated(config, "vty_transport", " ".join(opened), terminals)
    used = [line for line in terminals if transports[line.text] != "none"] or terminals
    restricted = all(line.find(r"(?:ipv6 )?access-class \S+ in\b") for line in used)
    yield _stated(config, "vty_acl", restricted, terminals)


def _snmp(config: RunningConfig) -> Iterator[Hardening]:
    communities = list(config.lines("snmp-server community"))
    if communities or config.whole:
        yield _stated(config, "snmp_v1v2_communities", len(communities), communities)
        writing = [
            line
            for line in communities
            if (match := _COMMUNITY.match(line.text)) and "RW" in match[1].upper().split()
        ]
        yield _stated(config, "snmp_v1v2_rw", bool(writing), writing)
    users = [
        m for line in config.lines("snmp-server user") if (m := _SNMP_V3_USER.match(line.text))
    ]
    groups = [line for line in config.lines("snmp-server group") if " v3" in line.text]
    if users or groups or config.whole:
        yield _stated(config, "snmp_v3", bool(users or groups), groups)
    protocols = {match[1].lower() for match in users if match[1]}
    if protocols:
        yield _stated(config, "snmp_v3_auth", "md5" if "md5" in protocols else min(protocols))
    privacy = [m for line in config.lines("snmp-server user") if (m := _PRIVACY.search(line.text))]
    if privacy:
        words = sorted("-".join(filter(None, match.groups())) for match in privacy)
        weak = [word for word in words if "des" in word]
        yield _stated(config, "snmp_v3_priv", (weak or words)[0])


def _servers(config: RunningConfig) -> Iterator[Hardening]:
    yield from _time_servers(config)
    logging = [line for line in config.lines("logging") if _HOST.match(line.text)]
    logging += [
        line
        for line in config.lines("logging host")
        if line not in logging and _NAMED_HOST.match(line.text)
    ]
    hosts = []
    for line in logging:
        match = _HOST.match(line.text) or _NAMED_HOST.match(line.text)
        if match:
            hosts.append(match[1])
    if hosts or config.whole:
        yield _stated(config, "logging_hosts", tuple(dict.fromkeys(hosts)), logging)
    tacacs = [*config.lines("tacacs-server host"), *config.lines("tacacs server")]
    for group in config.lines("aaa group server tacacs+"):
        tacacs += [line for line, _ in group.matches(r"server-private ")]
    if tacacs or config.whole:
        yield _stated(config, "tacacs_servers", len(tacacs), tacacs)
    login = config.first("aaa authentication login default")
    if login is not None:
        methods = login.text.removeprefix("aaa authentication login default").strip()
        yield _stated(config, "aaa_login", methods, [login])


def _time_servers(config: RunningConfig) -> Iterator[Hardening]:
    """NTP stands behind the lines: only the end of the config says that there is none."""
    servers = [m[1] for line in config.lines("ntp server") if (m := _NTP.match(line.text))]
    if servers or config.ended:
        found = tuple(dict.fromkeys(servers))
        yield _stated(config, "ntp_servers", found, config.lines("ntp server"))
    authenticate = config.switch("ntp authenticate")
    if authenticate is not None:
        yield _stated(config, "ntp_auth", authenticate[1], [authenticate[0]])
    elif config.ended or (config.whole and servers):
        yield _stated(config, "ntp_auth", False)


def _passwords(config: RunningConfig) -> Iterator[Hardening]:
    """How many passwords stand in clear: type 0, or no type where one would be printed."""
    if not config.whole:
        return
    clear = [
        line
        for word in ("username", "enable")
        for line in config.by_word.get(word, ())
        if _CLEAR.match(line.text) or _UNTYPED.match(line.text) or _UNTYPED_USER.match(line.text)
    ]
    for terminal in config.lines("line"):
        clear += [
            line
            for line in terminal.children
            if _CLEAR.match(line.text) or _UNTYPED.match(line.text)
        ]
    yield _stated(config, "plaintext_passwords", len(clear), clear)
    rules = [*config.lines("security passwords min-length")]
    rules += config.lines("aaa common-criteria policy")
    if rules:
        yield _stated(config, "password_strength_check", True, rules)
    users = [
        match[1]
        for line in config.lines("username")
        if (match := re.search(r" (?:secret|password) (\d) ", line.text))
    ]
    if users and len(set(users)) == 1:
        yield _stated(config, "user_hash", f"type {users[0]}")


def _remote_interfaces(config: RunningConfig) -> Iterator[Hardening]:
    netconf = [*config.lines("netconf-yang"), *config.lines("netconf ssh")]
    if netconf or config.ended:
        yield _stated(config, "netconf", bool(netconf), netconf)
    if netconf:  # NETCONF-YANG has no other transport
        yield _stated(config, "netconf_ssh", True, netconf)
    grpc = [line for word in ("gnxi", "gnmi-yang") for line in config.by_word.get(word, ())]
    if grpc:
        yield _stated(config, "grpc", True, grpc)
    planes = list(config.lines("control-plane"))
    policed = [line for line in planes if line.find(r"service-policy input \S+")]
    if policed or (planes and config.whole):
        yield _stated(config, "copp", bool(policed), policed)
