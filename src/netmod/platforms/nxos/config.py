"""The running config of NX-OS: interfaces, MACsec, key chains, identity and hardening."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from netmod.facts import PolicyFact
from netmod.platforms._config import Line, parse
from netmod.platforms._observations import (
    Block,
    Fact,
    Identity,
    InterfaceSeen,
    MacsecConfig,
    MacsecShutdown,
    Observation,
    Remark,
)
from netmod.platforms._sap import sap_config, sap_line
from netmod.platforms.nxos._names import cipher, ciphers, full_name
from netmod.platforms.nxos.hardening import config_hardening
from netmod.platforms.nxos.headers import read_headers
from netmod.platforms.nxos.keychains import config_key_chains
from netmod.platforms.nxos.macsec import enforcement, rekey_seconds

DEFAULT_POLICY = "system-default-macsec-policy"
_DEFAULT_CIPHER = "GCM-AES-XPN-256"
_DEFAULT_WINDOW = 148_809_600
_SECTIONS = re.compile(
    r"(?:interface|key chain|macsec policy|vrf context|line|router|vlan|role name|class-map"
    r"|policy-map|control-plane|ip access-list|ipv6 access-list|mac access-list|route-map|vdc"
    r"|vpc domain|callhome|aaa group|telemetry|spanning-tree mst configuration|object-group) ?\S*"
)
_BANNER = re.compile(r"banner (?:motd|exec|login) (?P<delimiter>\S)")
_NO_LINK = re.compile(r"(?:loopback|nve|null|inband|sup-eth|control)", re.IGNORECASE)
_PARTIAL_COMMAND = re.compile(r"show (?:running|startup)-config\S*\s+(?!all\b)\S")
_ELISION = re.compile(r"\s*(?:\(\.\.\.\)|\.\.\.|<(?:snip|(?:output )?omitted)>)\s*$", re.IGNORECASE)
_INTERFACE_MACSEC = re.compile(
    r"macsec (?:keychain (?P<chain>\S+)|eap)(?: policy (?P<policy>\S+))?"
    r"(?: fallback-keychain (?P<fallback>\S+))?"
)


def is_whole(block: Block, config: Line) -> bool:
    """Whether everything that is configured is in the block, so that what is absent is off.

    A filtered command, an elision and a text without host name or version line are not whole.
    """
    if not block.complete or _PARTIAL_COMMAND.match(block.command) or "|" in block.command:
        return False
    if any("..." in line or "<" in line for line in block.lines) and any(
        _ELISION.match(line) for line in block.lines if len(line) < 40
    ):
        return False
    return bool(config.find(r"(?:hostname|switchname) \S")) and bool(
        config.find(r"version \d|interface \S|feature \S|username \S")
    )


def read_config(block: Block) -> Iterator[Observation]:
    """`show running-config`, `show startup-config` and what backup tools keep of them."""
    yield from read_headers(block)
    config = parse(block.lines, sections=_SECTIONS, banner=_BANNER)
    whole = is_whole(block, config)
    yield from _identity(block, config)
    chains = list(config_key_chains(block, config, whole=whole))
    yield from chains
    policies = _policies(config)
    usages = list(_usages(config))
    yield from _policy_facts(block, policies, usages)
    names = _Names({chain.name: bool(chain.keys) for chain in chains}, set(policies), whole)
    ckns = {chain.name: chain.keys[0].id for chain in chains if len(chain.keys) == 1}
    covered = {usage.interface: usage for usage in usages}
    for section, match in config.matches(r"interface (\S+(?: \d\S*)?)$"):
        interface = full_name(match[1])
        if _NO_LINK.match(interface):
            continue
        yield _seen(block, section, interface)
        sap = sap_line(section)
        if interface in covered:
            yield _macsec(block, covered[interface], policies, names, ckns)
        elif sap is not None:
            source = block.source(section.index, sap.index)
            yield sap_config(source, interface, sap, shutdown=_is_shut(section))
    yield from _global_macsec(block, config, whole, bool(usages))
    yield from config_hardening(block, config, whole=whole)


def _identity(block: Block, config: Line) -> Iterator[Identity]:
    name = next(config.matches(r"(?:hostname|switchname) (\S+)"), None)
    version = next(config.matches(r"version (\d\S*)"), None)
    if name or version:
        lines = [found[0].index for found in (name, version) if found]
        yield Identity(
            block.source(*lines),
            rank=0,
            hostname=name[1][1].strip('"') if name else None,
            os="NX-OS",
            version=version[1][1] if version else None,
        )


def _seen(block: Block, section: Line, interface: str) -> InterfaceSeen:
    group = section.find(r"channel-group (\d+)")
    vrf = section.find(r"vrf member (\S+)")
    shut = section.find(r"(no )?shutdown$")
    parent = re.match(r"(\S+?)\.\d+$", interface)
    return InterfaceSeen(
        block.source(section.index),
        interface,
        shutdown=None if shut is None else shut[1] is None,
        lag=f"port-channel{group[1]}" if group else None,
        vrf=vrf[1] if vrf else None,
        parent=parent[1] if parent else None,
    )


def _is_shut(section: Line) -> bool:
    stated = section.find(r"(no )?shutdown$")
    return stated is not None and stated[1] is None


@dataclass(frozen=True, slots=True)
class _Usage:
    """`macsec keychain …` below one interface."""

    interface: str
    line: Line
    chain: str | None
    policy: str
    fallback: str | None
    shutdown: bool


@dataclass(frozen=True, slots=True)
class _Names:
    """What the config defines. `chains` tells of each whether it has a key."""

    chains: dict[str, bool]
    policies: set[str]
    whole: bool


def _usages(config: Line) -> Iterator[_Usage]:
    for section, name in config.matches(r"interface (\S+(?: \d\S*)?)$"):
        for line, match in section.matches(_INTERFACE_MACSEC):
            yield _Usage(
                full_name(name[1]),
                line,
                match["chain"],
                match["policy"] or DEFAULT_POLICY,
                match["fallback"],
                _is_shut(section),
            )


@dataclass(frozen=True, slots=True)
class _Policy:
    """A `macsec policy`, its defaults as Cisco documents them filled in."""

    line: Line | None = None
    cipher: str | None = _DEFAULT_CIPHER
    accepted: tuple[str, ...] = ()
    security: str = "should-secure"
    offset: int = 0
    window: int = _DEFAULT_WINDOW
    rekey: int | None = 0
    priority: int = 16
    ppk: str | None = None
    indexes: tuple[int, ...] = field(default=())


def _policies(config: Line) -> dict[str, _Policy]:
    policies = {DEFAULT_POLICY: _Policy()}
    for section, match in config.matches(r"macsec policy (\S+)"):
        policies[match[1]] = _policy(section)
    return policies


def _policy(section: Line) -> _Policy:
    suite = section.find(r"cipher-suite (.+)")
    accepted = ciphers(suite[1]) if suite else ()
    enforced = suite is not None and "enforce-peer" in suite[1].lower()
    offset = section.find(r"conf-offset CONF-OFFSET-(\d+)")
    security = section.find(r"security-policy (\S+)")
    window = section.find(r"window-size (\d+)")
    rekey = section.find(r"sak-expiry-time (\S+)")
    priority = section.find(r"key-server-priority (\d+)")
    ppk = section.find(r"ppk (?:crypto-qkd-profile|crypto-policy|profile) (\S+)")
    return _Policy(
        line=section,
        cipher=None if enforced else cipher(suite[1]) if suite else _DEFAULT_CIPHER,
        accepted=accepted,
        security=security[1] if security else "should-secure",
        offset=int(offset[1]) if offset else 0,
        window=int(window[1]) if window else _DEFAULT_WINDOW,
        rekey=rekey_seconds(rekey[1]) if rekey else 0,
        priority=int(priority[1]) if priority else 16,
        ppk=ppk[1] if ppk else None,
        indexes=(section.index, *(line.index for line in section.children)),
    )


def _policy_facts(
    block: Block, policies: dict[str, _Policy], usages: Sequence[_Usage]
) -> Iterator[Fact]:
    for name, policy in policies.items():
        interfaces = tuple(usage.interface for usage in usages if usage.policy == name)
        if policy.line is None and not interfaces:
            continue
        accepted = policy.accepted or ((policy.cipher,) if policy.cipher else ())
        fact = PolicyFact(
            name=name,
            cipher=policy.cipher,
            ciphers=accepted,
            security=enforcement(policy.security),
            offset=policy.offset,
            confidentiality_offset=policy.offset,
            sak_rekey=policy.rekey,
            replay_window=policy.window,
            key_server_priority=policy.priority,
            ppk_profile=policy.ppk,
            interfaces=interfaces,
            applied=bool(interfaces),
        )
        yield Fact(block.source(*policy.indexes), fact)


def _macsec(
    block: Block,
    usage: _Usage,
    policies: dict[str, _Policy],
    names: _Names,
    ckns: dict[str, str],
) -> MacsecConfig:
    policy = policies.get(usage.policy)
    return MacsecConfig(
        block.source(usage.line.index),
        usage.interface,
        policy=usage.policy,
        key_chain=usage.chain,
        ckn=ckns.get(usage.chain or ""),
        fallback_key=usage.fallback is not None,
        cipher=policy.cipher if policy else None,
        confidentiality_offset=policy.offset if policy else None,
        replay_window=policy.window if policy else None,
        sak_rekey_interval=policy.rekey if policy else None,
        enforcement=(enforcement(policy.security) if policy else None) or "unknown",
        undefined=tuple(_undefined(usage, names)),
        incomplete=None if names.chains.get(usage.chain or "", True) else "no key in the key chain",
        shutdown=usage.shutdown,
    )


def _undefined(usage: _Usage, names: _Names) -> Iterator[str]:
    if not names.whole:
        return
    if usage.policy not in names.policies:
        yield f"policy {usage.policy}"
    for chain in (usage.chain, usage.fallback):
        if chain is not None and chain not in names.chains:
            yield f"key chain {chain}"


def _global_macsec(block: Block, config: Line, whole: bool, used: bool) -> Iterator[Observation]:
    for line, _ in config.matches(r"macsec shutdown$"):
        yield MacsecShutdown(block.source(line.index))
        yield Remark(block.source(line.index), "macsec globally shutdown", finding=True)
    if whole and used and config.find(r"feature macsec$") is None:
        yield Remark(
            block.source(), "interfaces name MACsec, and feature macsec is off", finding=True
        )
