"""MACsec in a running config of IOS-XR: policies, and what is bound to interfaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netmod.facts import PolicyFact
from netmod.platforms._config import Line
from netmod.platforms._observations import (
    Block,
    Fact,
    KeyChain,
    MacsecConfig,
    MacsecShutdown,
    Observation,
)
from netmod.platforms.iosxr._names import cipher
from netmod.platforms.iosxr.macsec_policy import enforcement, rekey_seconds

UNNAMED_POLICY = "(default)"
_BUILT_IN = ("DEFAULT-POLICY", "*DEFAULT POLICY*", "*DEFAULT-POLICY*")
# What Cisco documents for a policy that does not state it.
_DEFAULT = PolicyFact(
    name=UNNAMED_POLICY,
    cipher="GCM-AES-XPN-256",
    ciphers=("GCM-AES-XPN-256",),
    security="must-secure",
    offset=0,
    confidentiality_offset=0,
    sak_rekey=0,
    replay_window=64,
    key_server_priority=16,
)
_USE = re.compile(r"macsec(?:-service)?\b.*?\b(?:psk-keychain|eap)\b")
_CHAIN = re.compile(r".*?(?<!fallback-)\bpsk-keychain (\S+)")
_FALLBACK = re.compile(r".*?\bfallback-psk-keychain (\S+)")
_POLICY = re.compile(r".*?\bpolicy (\S+)")


@dataclass(frozen=True, slots=True)
class _Policy:
    """A policy, and how many VLAN tags it leaves in front of the MACsec header."""

    fact: PolicyFact
    lines: tuple[int, ...] = ()
    tags_in_clear: int | None = None


def config_macsec(
    block: Block,
    config: Line,
    interfaces: Sequence[tuple[Line, str]],
    chains: Sequence[KeyChain],
    *,
    unfiltered: bool,
) -> Iterator[Observation]:
    """Policies as facts, MACsec of every interface, and the switch that turns all of it off."""
    policies = dict(_policies(config))
    uses = [
        _use(block, section, interface, line, policies, chains, unfiltered=unfiltered)
        for section, interface in interfaces
        for line in _lines(section)
    ]
    for name, policy in policies.items():
        bound = tuple(use.interface for use in uses if use.policy == name)
        fact = policy.fact.model_copy(update={"interfaces": bound, "applied": bool(bound)})
        yield Fact(block.source(*policy.lines), fact)
    yield from uses
    for line, _ in config.matches(r"macsec[ -]shutdown$"):
        yield MacsecShutdown(block.source(line.index))


def _lines(section: Line) -> Iterator[Line]:
    """The one line that binds MACsec to an interface, `macsec` and its children joined."""
    for child in section.children:
        if len(child.text) > 600 or not child.text.startswith("macsec"):
            continue
        nested = " ".join([child.text, *(line.text for line in child.walk())])
        if _USE.match(nested):
            yield Line(nested, child.index)
            return


def _policies(config: Line) -> Iterator[tuple[str, _Policy]]:
    for section, match in config.matches(r"macsec-policy (\S+)"):
        texts = {line.index: line.text for line in section.walk()}
        changes: dict[str, object] = {"name": match[1]}
        tags = None
        for text in texts.values():
            changes.update(_change(text))
            clear = re.match(r"vlan-tags-in-clear (\d)", text)
            tags = int(clear[1]) if clear else tags
        fact = _DEFAULT.model_copy(update=changes)
        yield match[1], _Policy(fact, (section.index, *texts), tags)


def _change(text: str) -> dict[str, object]:
    """What one line of a policy says, as fields of the fact."""
    word, _, value = text.partition(" ")
    numbers = re.search(r"\d+", value)
    if word == "cipher-suite" and (suite := cipher(value)):
        return {"cipher": suite, "ciphers": (suite,)}
    if word == "security-policy":
        return {"security": enforcement(value)}
    if word == "conf-offset" and numbers:
        return {"offset": int(numbers[0]), "confidentiality_offset": int(numbers[0])}
    if word == "sak-rekey-interval":
        return {"sak_rekey": _rekey(value)}
    if word == "window-size" and numbers:
        return {"replay_window": int(numbers[0])}
    if word == "key-server-priority" and numbers:
        return {"key_server_priority": int(numbers[0])}
    return {}


def _rekey(value: str) -> int | None:
    """`sak-rekey-interval seconds 3600`, `… minutes 60`, and a bare number of seconds."""
    minutes = re.match(r"minutes (\d+)", value)
    return int(minutes[1]) * 60 if minutes else rekey_seconds(value.removeprefix("seconds").strip())


def _use(
    block: Block,
    section: Line,
    interface: str,
    line: Line,
    policies: dict[str, _Policy],
    chains: Sequence[KeyChain],
    *,
    unfiltered: bool,
) -> MacsecConfig:
    chain, fallback = _CHAIN.match(line.text), _FALLBACK.match(line.text)
    named = _POLICY.match(line.text)
    name = named[1] if named else UNNAMED_POLICY
    built_in = named is None or name in _BUILT_IN
    policy = _Policy(_DEFAULT) if built_in else policies.get(name)
    fact = policy.fact if policy else None
    keys = next((one.keys for one in chains if chain and one.name == chain[1]), ())
    defined = {one.name for one in chains}
    undefined = [] if policy else [f"policy {name}"]
    undefined += [
        f"key chain {one[1]}" for one in (chain, fallback) if one and one[1] not in defined
    ]
    tagged = section.find(r"encapsulation dot1(?:q|ad) (\d+)")
    clear = tagged is not None and policy is not None and bool(policy.tags_in_clear)
    eap = re.search(r"\beap\b", line.text) is not None
    return MacsecConfig(
        block.source(line.index),
        interface,
        policy=name,
        key_chain=chain[1] if chain else None,
        ckn=keys[0].id if len(keys) == 1 else None,
        fallback_key=fallback is not None,
        cipher=fact.cipher if fact else None,
        confidentiality_offset=fact.offset if fact else None,
        replay_window=fact.replay_window if fact else None,
        sak_rekey_interval=fact.sak_rekey if fact else None,
        enforcement=(fact.security if fact else None) or "unknown",
        vlan_in_clear=int(tagged[1]) if tagged and clear else None,
        undefined=tuple(undefined) if unfiltered else (),
        incomplete=_incomplete(section, chain, chains, eap=eap),
        shutdown=bool(section.find(r"shutdown$")),
    )


def _incomplete(
    section: Line, chain: re.Match[str] | None, chains: Sequence[KeyChain], *, eap: bool
) -> str | None:
    if eap:
        return None if section.find(r"dot1x profile \S") else "no dot1x profile"
    keyed = next((one for one in chains if chain and one.name == chain[1]), None)
    if keyed is None:
        return None
    if keyed.macsec is False:
        return f"key chain {keyed.name} is not a MACsec key chain"
    return "the key chain holds no key" if not keyed.keys else None
