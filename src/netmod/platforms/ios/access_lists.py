"""Extended access lists of a running config, and the interfaces that they filter."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from netmod.facts import AccessListFact, AccessRule
from netmod.platforms._observations import Fact
from netmod.platforms.ios.config_tree import RunningConfig

_LIST = re.compile(r"ip access-list extended (\S+)$")
_NUMBERED = re.compile(r"access-list (1\d\d|2[0-6]\d\d) (.+)")
_REMARK = re.compile(r"(?:\d+ )?remark\b")
_RULE = re.compile(r"(?:\d+ )?(permit|deny) (\S+) (.+)")
_APPLIED = re.compile(r"ip access-group (\S+) (?:in|out)\b")
_QUIET = frozenset(("log", "log-input"))
_NAMED_PORTS = {
    "bootpc": 68, "bootps": 67, "domain": 53, "ftp": 21, "ftp-data": 20, "isakmp": 500,
    "ntp": 123, "pop3": 110, "smtp": 25, "snmp": 161, "snmptrap": 162, "ssh": 22, "sunrpc": 111,
    "syslog": 514, "tacacs": 49, "telnet": 23, "tftp": 69, "www": 80, "443": 443,
    "non500-isakmp": 4500, "bgp": 179, "ldap": 389, "lpd": 515,
}  # fmt: skip
_LAST_PORT = 65535
_ANY = "0.0.0.0/0"


def read_access_lists(config: RunningConfig) -> Iterator[Fact]:
    """Every extended list, named or numbered, in the order of the config."""
    applied: dict[str, list[str]] = defaultdict(list)
    for line in config.lines("interface"):
        for _, found in line.matches(_APPLIED):
            applied[found[1]].append(line.text.partition(" ")[2])
    for line in config.lines("ip access-list"):
        named = _LIST.match(line.text)
        if named is not None:
            rules = [one for child in line.children if (one := _rule(child.text)) is not None]
            yield Fact(config.source(line), _list(named[1], rules, applied))
    numbered: dict[str, list[AccessRule]] = defaultdict(list)
    for line in config.lines("access-list"):
        matched = _NUMBERED.match(line.text)
        if matched is not None and (rule := _rule(matched[2])) is not None:
            numbered[matched[1]].append(rule)
    for name, rules in numbered.items():
        yield Fact(config.anywhere, _list(name, rules, applied))


def _list(name: str, rules: list[AccessRule], applied: dict[str, list[str]]) -> AccessListFact:
    return AccessListFact(name=name, rules=tuple(rules), applied_to=tuple(applied.get(name, ())))


def _rule(text: str) -> AccessRule | None:
    """A rule; None for a remark. What is no plain rule (`evaluate`) may let anything through."""
    if _REMARK.match(text):
        return None
    found = _RULE.fullmatch(text)
    if found is None:
        return AccessRule(text=text, permit=True, understood=False)
    words = found[3].split()
    source = _address(words)
    source_ports = _ports(words)
    # A permit from some ports lets through less than it is taken for; a deny drops less.
    understood = source is not None and source_ports is not None
    understood = understood and not (source_ports and found[1] == "deny")
    destination = _address(words)
    ports = _ports(words)
    established = "established" in words
    rest = [one for one in words if one not in _QUIET and one != "established"]
    return AccessRule(
        text=text,
        permit=found[1] == "permit",
        protocol=found[2],
        source=source or _ANY,
        destination=destination or _ANY,
        ports=ports or (),
        established=established,
        understood=understood and destination is not None and ports is not None and not rest,
    )


def _address(words: list[str]) -> str | None:
    """Takes an address off the front: `any`, `host A`, `A WILDCARD`. None where it is another."""
    if words[:1] == ["any"]:
        del words[:1]
        return _ANY
    if len(words) < 2:
        return None
    first, second = words[:2]
    try:
        if first == "host":
            prefix = f"{IPv4Address(second)}/32"
        else:
            mask = int(IPv4Address(second)) ^ 0xFFFFFFFF
            prefix = f"{IPv4Network((first, f'{IPv4Address(mask)}'), strict=False)}"
    except ValueError:
        return None
    del words[:2]
    return prefix


def _ports(words: list[str]) -> tuple[tuple[int, int], ...] | None:
    """Takes ports off the front; empty where none are named, None where they are not known."""
    operator = words[0] if words else ""
    if operator not in ("eq", "range", "gt", "lt", "neq"):
        return ()
    count = 2 if operator == "range" else 1
    if operator == "eq":
        count = 0
        while count + 1 < len(words) and _port(words[count + 1]) is not None:
            count += 1
    values = [_port(one) for one in words[1 : 1 + count]]
    known = [one for one in values if one is not None]
    if not known or len(known) < len(values):
        return None
    del words[: 1 + count]
    if operator == "eq":
        return tuple((one, one) for one in known)
    if operator == "neq":
        return None
    if operator == "range":
        return ((known[0], known[1]),) if len(known) == 2 else None
    return ((known[0] + 1, _LAST_PORT),) if operator == "gt" else ((0, known[0] - 1),)


def _port(word: str) -> int | None:
    return int(word) if word.isdecimal() else _NAMED_PORTS.get(word)
