"""Hardening facts of a configuration of Junos.

A whole configuration decides what it does not mention, where Juniper documents one default for all
releases and platforms; a part of it decides only what it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from netmod.evidence import REDACTED
from netmod.platforms._observations import Block, Hardening
from netmod.platforms.junos._tree import Node

_HASHES = {"$1$": "md5", "$5$": "sha256", "$6$": "sha512", "$sha1$": "sha1", "$2": "bcrypt"}
_AUTHENTICATIONS = ("none", "md5", "sha", "sha224", "sha256", "sha384", "sha512")
_SECRETS = (
    "secret", "ascii-text", "cak", "simple-password", "authentication-password",
    "privacy-password", "encrypted-password", "plain-text-password-value",
)  # fmt: skip
_NO_SYSLOG_HOST = ("other-routing-engine", "scc-master", "sfc0-master")


def config_hardening(block: Block, root: Node, *, whole: bool) -> Iterator[Hardening]:
    """All hardening facts of one configuration."""
    facts = _Facts(block, root, whole)
    yield from _names(facts)
    yield from _services(facts)
    yield from _root(facts)
    yield from _snmp(facts)
    yield from _servers(facts)
    yield from _accounts(facts)
    yield from _lldp(facts)


class _Facts:
    """Makes facts of one configuration."""

    def __init__(self, block: Block, root: Node, whole: bool) -> None:
        self.block = block
        self.root = root
        self.whole = whole

    def fact(self, name: str, value: Any, *nodes: Node) -> Hardening:
        lines = sorted({node.index for node in nodes if node.index >= 0})
        return Hardening(self.block.source(*lines), name, value)

    def present(self, name: str, *path: str) -> Iterator[Hardening]:
        """True where a path is there, False in a whole configuration without it."""
        node = self.root.at(*path)
        if node is not None or self.whole:
            yield self.fact(name, node is not None, *([node] if node else []))

    def words(self, name: str, *path: str, without: tuple[str, ...] = ()) -> Iterator[Hardening]:
        """The words behind a path, as a list."""
        nodes = [node for node in self.root.below(*path) if node.word not in without]
        if nodes or self.whole:
            yield self.fact(name, tuple(node.word for node in nodes), *nodes)

    def count(self, name: str, *path: str) -> Iterator[Hardening]:
        """How many words stand behind a path."""
        nodes = self.root.below(*path)
        if nodes or self.whole:
            yield self.fact(name, len(nodes), *nodes)


def _names(facts: _Facts) -> Iterator[Hardening]:
    for name, path in (("version", ("version",)), ("hostname", ("system", "host-name"))):
        for node in facts.root.below(*path)[:1]:
            yield facts.fact(name, node.word, node)


def _services(facts: _Facts) -> Iterator[Hardening]:
    services = ("system", "services")
    yield from facts.present("telnet_enabled", *services, "telnet")
    yield from facts.present("ssh_enabled", *services, "ssh")
    yield from facts.present("http_server", *services, "web-management", "http")
    yield from facts.present("https_server", *services, "web-management", "https")
    yield from facts.present("netconf", *services, "netconf")
    yield from facts.present("netconf_ssh", *services, "netconf", "ssh")
    yield from facts.present("grpc", *services, "extension-service", "request-response", "grpc")
    yield from facts.present("ftp", *services, "ftp")
    ssh = facts.root.at(*services, "ssh")
    if ssh is None:
        return
    versions = ssh.below("protocol-version")
    if versions:
        yield facts.fact("ssh_v2", [node.word for node in versions] == ["v2"], *versions)
    for word, value in (("tcp-forwarding", True), ("no-tcp-forwarding", False)):
        if word in ssh.children:
            yield facts.fact("ssh_tcp_forwarding", value, ssh.children[word])
    for node in ssh.below("root-login")[:1]:
        yield facts.fact("root_login_ssh", node.word == "allow", node)
        yield facts.fact("root_login", node.word, node)


def _root(facts: _Facts) -> Iterator[Hardening]:
    for node in facts.root.below("system", "root-authentication", "encrypted-password")[:1]:
        kind = next((kind for mark, kind in _HASHES.items() if node.word.startswith(mark)), None)
        if kind is not None:
            yield facts.fact("root_hash", kind, node)


def _snmp(facts: _Facts) -> Iterator[Hardening]:
    communities = facts.root.below("snmp", "community")
    yield from facts.count("snmp_v1v2_communities", "snmp", "community")
    if communities or facts.whole:
        writers = [node for node in communities if node.at("authorization", "read-write")]
        yield facts.fact("snmp_v1v2_rw", bool(writers), *(writers or communities))
    usm = facts.root.below("snmp", "v3", "usm", "local-engine", "user")
    access = facts.root.at("snmp", "v3")
    if access is not None or facts.whole:
        yield facts.fact("snmp_v3", bool(usm), *(usm or ([access] if access else [])))
    algorithms = [(node, _word(node, "authentication-")) for node in usm]
    named = [(node, word) for node, word in algorithms if word in _AUTHENTICATIONS]
    if named:
        node, weakest = min(named, key=lambda one: _AUTHENTICATIONS.index(one[1] or ""))
        yield facts.fact("snmp_v3_auth", weakest, node)
    for user in usm[:1]:
        privacy = _word(user, "privacy-")
        if privacy is not None:
            yield facts.fact("snmp_v3_priv", privacy, user)


def _word(node: Node, prefix: str) -> str | None:
    words = (word for word in node.children if word.startswith(prefix))
    return next((word.removeprefix(prefix) for word in words if "password" not in word), None)


def _servers(facts: _Facts) -> Iterator[Hardening]:
    yield from facts.words("ntp_servers", "system", "ntp", "server")
    keys = facts.root.below("system", "ntp", "authentication-key")
    if keys or facts.whole:
        trusted = facts.root.below("system", "ntp", "trusted-key")
        yield facts.fact("ntp_auth", bool(keys and trusted), *keys, *trusted)
    for name in ("logging_hosts", "syslog_hosts"):
        yield from facts.words(name, "system", "syslog", "host", without=_NO_SYSLOG_HOST)
    yield from facts.count("tacacs_servers", "system", "tacplus-server")
    yield from facts.count("radius_servers", "system", "radius-server")
    order = facts.root.below("system", "authentication-order")
    if order:
        yield facts.fact("aaa_login", " ".join(node.word for node in order), *order)


def _accounts(facts: _Facts) -> Iterator[Hardening]:
    yield from facts.present("banner_login", "system", "login", "message")
    yield from facts.present("banner_motd", "system", "login", "announcement")
    for name, path in (
        ("password_strength_check", ("system", "login", "password")),
        ("login_block", ("system", "login", "retry-options")),
    ):
        node = facts.root.at(*path)
        if node is not None:
            yield facts.fact(name, True, node)
    timeouts = [
        node
        for owner in facts.root.below("system", "login", "class")
        for node in owner.below("idle-timeout")
    ]
    if timeouts:
        never = [node for node in timeouts if node.word == "0"]
        yield facts.fact("exec_timeout_disabled", bool(never), *(never or timeouts))
    clear = [
        node
        for path, node in facts.root.walk()
        if node.word == REDACTED and len(path) > 1 and path[-2] in _SECRETS
    ]
    if clear or facts.whole:
        yield facts.fact("plaintext_passwords", len(clear), *clear)
    filters = _loopback_filters(facts.root)
    if filters:
        yield facts.fact("copp", True, *filters)


def _loopback_filters(root: Node) -> list[Node]:
    """Filters on the loopback interface are what protects the routing engine."""
    return [
        node
        for path, node in (root.at("interfaces", "lo0") or Node("", -1)).walk()
        if re.search(r"filter (?:input|input-list)$", " ".join(path))
    ]


def _lldp(facts: _Facts) -> Iterator[Hardening]:
    node = facts.root.at("protocols", "lldp")
    if node is None:
        if facts.whole:
            yield facts.fact("lldp", False)
        return
    everywhere = node.at("interface", "all", "disable") is not None
    yield facts.fact("lldp", "disable" not in node.children and not everywhere, node)
