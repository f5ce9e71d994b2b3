"""The configuration of Junos: identity, interfaces, key chains, MACsec, IPsec and hardening."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from netmod.facts import Source
from netmod.platforms._observations import Block, Identity, InterfaceSeen, Observation
from netmod.platforms.junos._names import carries_no_link
from netmod.platforms.junos._tree import Node, Tree, parse, words_of
from netmod.platforms.junos.config_ipsec import config_ipsec
from netmod.platforms.junos.config_macsec import config_macsec, units_covered
from netmod.platforms.junos.hardening import config_hardening
from netmod.platforms.junos.headers import read_headers

_COMMAND = re.compile(r"show configuration\s+(?P<path>[^|]*)")
# A file's name has lost the `|` in front of these.
_PIPES = re.compile(
    r"(?:^|\s)(?:display|no-more|match|except|find|last|count|trim|hold|compare)\b.*"
)
_FILTER = re.compile(
    r"show configuration\b.*[|\s](?:match|except|find|last|count|trim|hold|tee|save|compare)\b"
)
_ELISION = re.compile(r"\s*(?:\(\.\.\.\)|\.\.\.|<(?:snip|(?:output )?omitted)>)\s*$", re.IGNORECASE)
_BUNDLED = (
    ("gigether-options", "802.3ad"),
    ("ether-options", "802.3ad"),
    ("fastether-options", "802.3ad"),
    ("gigether-options", "redundant-parent"),
    ("fastether-options", "redundant-parent"),
    ("ether-options", "redundant-parent"),
)


@dataclass(frozen=True, slots=True)
class JunosConfig:
    """A configuration with its block.

    `unfiltered`: it stands here from its start, so that what it refers to and does not define is
    undefined. `whole`: to its end as well, so that what it does not mention is not configured.
    """

    block: Block
    root: Node
    unfiltered: bool
    whole: bool

    def source(self, *nodes: Node | None) -> Source:
        """Where nodes stand."""
        indexes = {node.index for node in nodes if node is not None and node.index >= 0}
        return self.block.source(*sorted(indexes))


def read_tree(block: Block) -> JunosConfig:
    """The tree of a block, and whether it is all of the device's configuration."""
    command = _COMMAND.match(block.command)
    path = words_of(_PIPES.sub("", command["path"])) if command else []
    tree = parse(block.lines, base=path)
    unfiltered = not path and _is_unfiltered(block, tree)
    whole = unfiltered and tree.balanced and "interfaces" in tree.root.children
    return JunosConfig(block, tree.root, unfiltered, whole)


def _is_unfiltered(block: Block, tree: Tree) -> bool:
    if not block.complete or _FILTER.match(block.command):
        return False
    if any(len(line) < 40 and _ELISION.match(line) for line in block.lines):
        return False
    return "system" in tree.root.children


def read_config(block: Block) -> Iterator[Observation]:
    """`show configuration [PATH] [| display set]`, and what backup tools keep of it."""
    yield from read_headers(block)
    config = read_tree(block)
    yield from _identity(config)
    yield from _interfaces(config)
    yield from config_macsec(config.block, config.root, unfiltered=config.unfiltered)
    yield from config_ipsec(config.block, config.root, unfiltered=config.unfiltered)
    yield from config_hardening(config.block, config.root, whole=config.whole)


def host_name(root: Node) -> Node | None:
    """The node of the host's name: its own, or that of a group for a routing engine or node."""
    own = next(iter(root.below("system", "host-name")), None)
    if own is not None:
        return own
    for group in ("node0", "re0", "member0", "node1", "re1"):
        named = next(iter(root.below("groups", group, "system", "host-name")), None)
        if named is not None:
            return named
    return None


def _identity(config: JunosConfig) -> Iterator[Identity]:
    version = next(iter(config.root.below("version")), None)
    name = host_name(config.root)
    if version is not None or name is not None:
        yield Identity(
            config.source(version, name),
            rank=0,
            hostname=name.word if name else None,
            os="Junos",
            version=version.word if version else None,
        )


def _interfaces(config: JunosConfig) -> Iterator[InterfaceSeen]:
    instances = _instances(config.root)
    by_unit = units_covered(config.root)
    for interface in config.root.below("interfaces"):
        name = interface.word
        if name.startswith("<") or carries_no_link(name) or not interface.children:
            continue
        units = [unit.word for unit in interface.below("unit")]
        named = {instances.get(f"{name}.{unit}") for unit in units}
        if name in by_unit or re.match(r"st\d", name):
            for unit in interface.below("unit"):
                yield InterfaceSeen(
                    config.source(unit),
                    f"{name}.{unit.word}",
                    shutdown="disable" in interface.children or "disable" in unit.children,
                    vrf=instances.get(f"{name}.{unit.word}"),
                    parent=name if name in by_unit else None,
                )
            continue
        bundles = (interface.value(*path) for path in _BUNDLED)
        yield InterfaceSeen(
            config.source(interface),
            name,
            shutdown="disable" in interface.children,
            lag=next((bundle for bundle in bundles if bundle), None),
            vrf=named.pop() if len(named) == 1 else None,
        )


def _instances(root: Node) -> dict[str, str]:
    """Unit → routing instance."""
    return {
        interface.word: instance.word
        for instance in root.below("routing-instances")
        for interface in instance.below("interface")
    }
