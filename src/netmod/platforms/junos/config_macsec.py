"""MACsec in a configuration of Junos: connectivity associations and the interfaces they cover."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from netmod.facts import Enforcement, PolicyFact
from netmod.platforms._observations import (
    Block,
    Fact,
    Key,
    KeyChain,
    MacsecConfig,
    Observation,
)
from netmod.platforms.junos._names import cipher, number, physical
from netmod.platforms.junos._tree import Node

# What Juniper documents for an association that does not state it.
_DEFAULT_CIPHER = "GCM-AES-128"
_DEFAULT_REKEY = 0
_DEFAULT_OFFSET = 0
_START = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})\.(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(?:([+-]\d{2}):?(\d{2}))?"
)
_NOT_MACSEC = ("mka", "pre-shared-key", "secure-channel")


@dataclass(frozen=True, slots=True)
class _Association:
    """A connectivity association with its defaults filled in."""

    node: Node
    fact: PolicyFact
    chain: str | None
    fallback_chain: str | None
    ckn: str | None
    confidentiality: bool | None
    replay_protect: bool
    incomplete: str | None


def config_macsec(block: Block, root: Node, *, unfiltered: bool) -> Iterator[Observation]:
    """Key chains and associations as facts, and MACsec of every interface that has one."""
    macsec = root.at("security", "macsec")
    associations = {
        node.word: _association(node)
        for node in (macsec.below("connectivity-association") if macsec else ())
    }
    used = {
        name
        for one in associations.values()
        for name in (one.chain, one.fallback_chain)
        if name is not None
    }
    chains = list(_key_chains(block, root, used))
    yield from chains
    uses = list(_uses(root, macsec)) if macsec else []
    for name, association in associations.items():
        interfaces = tuple(one for one, _, target in uses if target == name)
        fact = association.fact.model_copy(
            update={"interfaces": interfaces, "applied": bool(interfaces)}
        )
        lines = sorted({node.index for _, node in association.node.walk()})
        yield Fact(block.source(*lines), fact)
    disabled = {node.word for node in root.below("interfaces") if "disable" in node.children}
    names = {one.name: one.keys[0].id if len(one.keys) == 1 else None for one in chains}
    known = _Known(names, disabled, unfiltered)
    for interface, node, target in uses:
        yield _config(block, interface, node, target, associations.get(target), known)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the configuration defines, and the interfaces that it disables.

    `chains` has the name of a chain's only key, which is then the one in use.
    """

    chains: dict[str, str | None]
    disabled: set[str]
    unfiltered: bool


def _uses(root: Node, macsec: Node) -> Iterator[tuple[str, Node, str]]:
    """Interface, node and association of each `interfaces` statement; `all` means every port.

    An association below a `unit` covers the frames of that unit alone.
    """
    for node in macsec.below("interfaces"):
        owners = [("", node), *((f".{unit.word}", unit) for unit in node.below("unit"))]
        for suffix, owner in owners:
            name = owner.value("connectivity-association")
            if name is None:
                continue
            for interface in _expanded(root, node.word):
                yield interface + suffix, owner, name


def units_covered(root: Node) -> set[str]:
    """The ports on which MACsec is configured unit by unit."""
    return {
        node.word
        for node in root.below("security", "macsec", "interfaces")
        if any(unit.at("connectivity-association") for unit in node.below("unit"))
    }


def _expanded(root: Node, name: str) -> list[str]:
    members = root.below("interfaces", "interface-range", name, "member")
    if members:
        ports = [one.word for one in root.below("interfaces")]
        return [
            port
            for member in members
            for port in ([member.word] if "*" not in member.word else ports)
            if fnmatchcase(port, member.word)
        ]
    if name == "all":
        return [one.word for one in root.below("interfaces") if re.match(r"[gx]e-|et-", one.word)]
    return [name]


def _association(node: Node) -> _Association:
    suite = cipher(node.value("cipher-suite")) or _DEFAULT_CIPHER
    offset = number(node.value("offset"))
    window = node.at("replay-protect", "replay-window-size")
    enforcement = _enforcement(node)
    fallback = node.at("fallback-key") or node.at("fallback-key-chain")
    keyed = node.value("pre-shared-key-chain")
    ckn = node.value("pre-shared-key", "ckn")
    replay = number(window.value()) if window else None
    fact = PolicyFact(
        name=node.word,
        cipher=suite,
        ciphers=(suite,),
        security=None if enforcement == "unknown" else enforcement,
        offset=_DEFAULT_OFFSET if offset is None else offset,
        confidentiality_offset=_DEFAULT_OFFSET if offset is None else offset,
        sak_rekey=_rekey(node),
        replay_window=replay,
        confidentiality=_confidentiality(node),
        fallback=fallback is not None,
        key_server_priority=number(node.value("mka", "key-server-priority")),
    )
    return _Association(
        node,
        fact,
        chain=keyed,
        fallback_chain=node.value("fallback-key-chain"),
        ckn=ckn,
        confidentiality=_confidentiality(node),
        replay_protect="replay-protect" in node.children,
        incomplete=_incomplete(node, keyed=keyed is not None or ckn is not None),
    )


def _rekey(node: Node) -> int:
    stated = number(node.value("mka", "sak-rekey-interval"))
    return _DEFAULT_REKEY if stated is None else stated


def _enforcement(node: Node) -> Enforcement:
    for owner in (node.at("mka"), node):
        if owner is not None and "should-secure" in owner.children:
            return "should-secure"
        if owner is not None and "must-secure" in owner.children:
            return "must-secure"
    return "unknown"


def _confidentiality(node: Node) -> bool | None:
    """Static SAKs encrypt only where a channel says so; MKA encrypts unless told not to."""
    if "no-encryption" in node.children:
        return False
    channels = node.below("secure-channel")
    if node.value("security-mode") == "static-sak" and channels:
        return all("encryption" in channel.children for channel in channels)
    return None


def _incomplete(node: Node, *, keyed: bool) -> str | None:
    mode = node.value("security-mode")
    if mode == "dynamic":
        return None
    if mode == "static-sak":
        return None if node.below("secure-channel") else "no secure channel"
    return None if keyed else "no pre-shared key"


def _config(
    block: Block,
    interface: str,
    node: Node,
    target: str,
    association: _Association | None,
    known: _Known,
) -> MacsecConfig:
    indexes = {node.index, *(one.index for _, one in node.walk())}
    disabled = physical(interface) in known.disabled
    if association is None:
        return MacsecConfig(
            block.source(*sorted(indexes)),
            interface,
            policy=target,
            undefined=(f"connectivity association {target}",) if known.unfiltered else (),
            shutdown=disabled,
        )
    fact = association.fact
    named = (association.chain, association.fallback_chain)
    missing = [f"key chain {name}" for name in named if name and name not in known.chains]
    return MacsecConfig(
        block.source(*sorted(indexes), association.node.index),
        interface,
        policy=target,
        key_chain=association.chain,
        ckn=association.ckn or known.chains.get(association.chain or ""),
        fallback_key=bool(fact.fallback),
        cipher=fact.cipher,
        confidentiality=association.confidentiality,
        confidentiality_offset=fact.offset,
        replay_protect=association.replay_protect,
        replay_window=fact.replay_window,
        sak_rekey_interval=fact.sak_rekey,
        enforcement=fact.security or "unknown",
        undefined=tuple(missing) if known.unfiltered else (),
        incomplete=association.incomplete,
        shutdown=disabled,
    )


def _key_chains(block: Block, root: Node, used: set[str]) -> Iterator[KeyChain]:
    """`security authentication-key-chains`: a key holds until the next one starts."""
    for chain in root.below("security", "authentication-key-chains", "key-chain"):
        keys = chain.below("key")
        named = any("key-name" in key.children for key in keys)
        macsec = chain.word in used or named
        lines = sorted({chain.index, *(node.index for _, node in chain.walk())})
        yield KeyChain(
            block.source(*lines),
            chain.word,
            macsec=macsec,
            keys=tuple(_keys(keys)),
            from_config=True,
        )


def _keys(keys: list[Node]) -> Iterator[Key]:
    starts = [_start(key.value("start-time")) for key in keys]
    for key, start in zip(keys, starts, strict=True):
        later = [one for one in starts if one is not None and start is not None and one > start]
        end = min(later, default=None)
        algorithm = key.value("algorithm")
        yield Key(
            id=key.value("key-name") or key.word,
            algorithm=algorithm,
            start=start,
            end=end,
            unbounded=end is None,
        )


def _start(text: str | None) -> datetime | None:
    """`2026-1-1.00:00:00 +0000`; Junos writes the offset, and the time is in UTC without one."""
    match = _START.search(text or "")
    if match is None:
        return None
    zone = f"{match[7]}:{match[8]}" if match[7] else "+00:00"
    try:
        return datetime.fromisoformat(
            f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
            f"T{int(match[4]):02}:{match[5]}:{match[6] or '00'}{zone}"
        )
    except ValueError:
        return None
