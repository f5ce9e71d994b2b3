"""Where MACsec of one port stands in each platform's config, and how enforcement is said there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from netmod.inventory import interface_key
from netmod.platforms import ConfigLanguage, Statement, platform

Path = tuple[str, ...]
Tree = dict[str, "Tree"]
"""Statements by their text, each with those below it."""
Carrier = Literal["interface", "policy", "profile"]
"""What says whether a port is must-secure: the interface itself, a policy that ports share, or a
profile (connectivity association) that holds a link's keys as well."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One platform's words. `{}` in a section is the name of what it defines."""

    carrier: Carrier
    chain: Path | None
    policy: Path
    port_line: re.Pattern[str]
    binding: re.Pattern[str]
    """Finds `chain`, `fallback` and `policy` in the lines of a port, joined by newlines."""
    relaxed: Path
    """The statement that makes the carrier should-secure, below it."""
    strict: Path
    typed: bool = True
    """Lines are typed one by one, and a block ends where one says so."""
    bind: str = ""
    """The line that binds a port, where a policy carries enforcement."""
    bind_fallback: str = ""


_NAMES = r"(?P<chain>\S+)"
DIALECTS: Mapping[str, Dialect] = {
    "cisco_iosxe": Dialect(
        carrier="interface",
        chain=("key chain {} macsec",),
        policy=("mka policy {}",),
        port_line=re.compile(r"(?:no )?(?:macsec|mka|eapol)\b"),
        binding=re.compile(
            rf"(?s:(?=(?:.*\n)?mka policy (?P<policy>\S+))?)"
            rf"(?s:(?=(?:.*\n)?mka pre-shared-key key-chain {_NAMES}"
            r"(?: fallback-key-chain (?P<fallback>\S+))?))"
        ),
        relaxed=("macsec access-control should-secure",),
        strict=("macsec access-control must-secure",),
    ),
    "cisco_iosxr": Dialect(
        carrier="policy",
        chain=("key chain {}",),
        policy=("macsec-policy {}",),
        port_line=re.compile(r"(?:macsec|eapol)\b"),
        binding=re.compile(
            rf"(?m:^)macsec psk-keychain {_NAMES}(?: fallback-psk-keychain (?P<fallback>\S+))?"
            r"(?: policy (?P<policy>\S+))?"
        ),
        relaxed=("security-policy should-secure",),
        strict=("security-policy must-secure",),
        typed=False,
        bind="macsec psk-keychain {chain}{fallback} policy {policy}",
        bind_fallback=" fallback-psk-keychain {}",
    ),
    "cisco_nxos": Dialect(
        carrier="policy",
        chain=("key chain {} macsec",),
        policy=("macsec policy {}",),
        port_line=re.compile(r"macsec\b"),
        binding=re.compile(
            rf"(?m:^)macsec keychain {_NAMES}(?: policy (?P<policy>\S+))?"
            r"(?: fallback-keychain (?P<fallback>\S+))?"
        ),
        relaxed=("security-policy should-secure",),
        strict=("security-policy must-secure",),
        bind="macsec keychain {chain} policy {policy}{fallback}",
        bind_fallback=" fallback-keychain {}",
    ),
    "arista_eos": Dialect(
        carrier="profile",
        chain=None,
        policy=("mac security", "profile {}"),
        port_line=re.compile(r"mac security\b"),
        binding=re.compile(r"(?m:^)mac security profile (?P<policy>\S+)"),
        relaxed=("traffic unprotected allow",),
        strict=("traffic unprotected drop",),
    ),
    "juniper_junos": Dialect(
        carrier="profile",
        chain=None,
        policy=("security", "macsec", "connectivity-association", "{}"),
        port_line=re.compile(r"connectivity-association\b"),
        binding=re.compile(r"(?m:^)connectivity-association (?P<policy>\S+)"),
        relaxed=("mka", "should-secure"),
        strict=("mka", "must-secure"),
    ),
}


@dataclass(frozen=True, slots=True)
class Binding:
    """What a port's lines name. `must` is whether it stops what is not encrypted."""

    chain: str | None
    fallback: str | None
    policy: str | None
    must: bool


def language_of(platform_id: str) -> ConfigLanguage:
    """The language of a platform with a dialect."""
    known = platform(platform_id)
    if known is None or known.language is None:
        raise KeyError(platform_id)
    return known.language


def tree_of(statement: Statement) -> Tree:
    """The statements below one, as nested mappings; what stands twice is merged."""
    tree: Tree = {}
    for child in statement.children:
        below = tree.setdefault(child.text, {})
        for text, deeper in tree_of(child).items():
            below.setdefault(text, {}).update(deeper)
    return tree


def at(tree: Tree, path: Path) -> Tree | None:
    """The statements below a path; None where it is not there."""
    node: Tree | None = tree
    for text in path:
        node = node.get(text) if node is not None else None
    return node


def put(tree: Tree, path: Path, below: Tree) -> None:
    """Set what stands below a path."""
    for text in path[:-1]:
        tree = tree.setdefault(text, {})
    tree[path[-1]] = below


def named(section: Path, name: str) -> Path:
    """The path of the section of that name."""
    return tuple(part.format(name) for part in section)


def names_in(tree: Tree, section: Path) -> Iterator[str]:
    """The names of all sections of a kind."""
    before, _, after = section[-1].partition("{}")
    for text in at(tree, section[:-1]) or {}:
        if text.startswith(before) and text.endswith(after) and len(text) > len(before + after):
            yield text[len(before) : len(text) - len(after) or None]


def port_section(tree: Tree, dialect: Dialect, port: str) -> Path:
    """The path of a port's own section, in the spelling of the config where it is there."""
    if dialect.policy[0] == "security":
        return ("security", "macsec", "interfaces", port)
    for text in tree:
        kind, _, rest = text.partition(" ")
        if kind == "interface" and interface_key(rest) == interface_key(port):
            return (text,)
    return (f"interface {port}",)


def binding_of(tree: Tree, dialect: Dialect, port: str) -> Binding | None:
    """How MACsec is bound to a port of a running config; None where it is not."""
    lines = _flat(at(tree, port_section(tree, dialect, port)) or {})
    own = [line for line in lines if dialect.port_line.match(line)]
    match = dialect.binding.search("\n".join(own))
    if match is None:
        return None
    names = match.groupdict()
    policy = names.get("policy")
    if dialect.carrier == "interface":
        must = dialect.relaxed[0] not in own
    else:
        section = at(tree, named(dialect.policy, policy)) if policy else None
        must = _is_strict(dialect, section)
    return Binding(names.get("chain"), names.get("fallback"), policy, must)


def _is_strict(dialect: Dialect, section: Tree | None) -> bool:
    """Whether a policy stops what is not encrypted, where its config leaves that to a default.

    NX-OS's own policy is should-secure, and so is one that says nothing; the others are not.
    """
    if section is not None and at(section, dialect.relaxed) is not None:
        return False
    if dialect is DIALECTS["cisco_nxos"]:
        return section is not None and at(section, dialect.strict) is not None
    return True


def _flat(tree: Tree) -> list[str]:
    """Statements as lines; on Junos a statement is a path of words."""
    lines = []
    for text, below in tree.items():
        lines += [f"{text} {line}" for line in _flat(below)] if below else [text]
    return lines


def lines_of(tree: Tree, *, words: bool, path: Path = ()) -> Iterator[str]:
    """A tree as the lines that a merge sends: indented, or `set` with the whole path."""
    for text, below in tree.items():
        if words and not below:
            yield " ".join(("set", *path, text))
        elif words:
            yield from lines_of(below, words=True, path=(*path, text))
        else:
            yield " " * len(path) + text
            yield from lines_of(below, words=False, path=(*path, text))
