"""MACsec in a running config: MKA on routers and switches, and SAP under `cts`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from netmod.facts import PolicyFact
from netmod.platforms._config import Line
from netmod.platforms._observations import Fact, KeyChain, MacsecConfig
from netmod.platforms._sap import sap_config, sap_line
from netmod.platforms.ios.config_tree import RunningConfig
from netmod.platforms.ios.names import macsec_ciphers
from netmod.platforms.ios.secy import enforcement_of

_NUMBER = re.compile(r"\b\d{1,10}\b")
_KEYS = re.compile(r"mka pre-shared-key key-chain (\S+)(?: fallback-key-chain (\S+))?")
_BUILT_IN = ("*DEFAULT POLICY*", "DEFAULT POLICY", "DEFAULT-POLICY", "default-policy")
_REPLAY = re.compile(r"(?:macsec )?replay-protection window-size\s+(\d{1,10})\b")
_DYNAMIC = re.compile(
    r"(?:dot1x pae|authentication port-control|access-session port-control|mka default-policy"
    r"|service-policy type control|source template)\b"
)


def read_policies(config: RunningConfig) -> dict[str, tuple[Line, PolicyFact]]:
    """MKA policies by name. No confidentiality offset and no timed rekey are the defaults."""
    return {
        line.text.removeprefix("mka policy ").strip(): (line, _policy(line))
        for line in config.lines("mka policy")
    }


def policy_facts(config: RunningConfig) -> Iterator[Fact]:
    """The same as facts."""
    for line, policy in read_policies(config).values():
        yield Fact(config.source(line), policy)


def _policy(line: Line) -> PolicyFact:
    ciphers: tuple[str, ...] = ()
    numbers: dict[str, int] = {"offset": 0, "sak_rekey": 0}
    for child in line.walk():
        text = child.text
        number = _NUMBER.search(text)
        if text.startswith("macsec-cipher-suite"):
            ciphers += macsec_ciphers(text)
        elif number is None:
            continue
        elif text.startswith("confidentiality-offset"):
            numbers["offset"] = int(number.group())
        elif text.startswith(("sak-rekey interval", "sak rekey interval")):
            numbers["sak_rekey"] = int(number.group())
        elif text.startswith("key-server priority"):
            numbers["key_server_priority"] = int(number.group())
        elif text.startswith("replay-protection window-size"):
            numbers["replay_window"] = int(number.group())
    return PolicyFact(
        name=line.text.removeprefix("mka policy ").strip(),
        ciphers=ciphers,
        cipher=ciphers[0] if len(ciphers) == 1 else None,
        confidentiality_offset=numbers["offset"],
        **numbers,
    )


def macsec_config(
    config: RunningConfig,
    interface: str,
    line: Line,
    policies: Mapping[str, tuple[Line, PolicyFact]],
    chains: Mapping[str, KeyChain],
) -> MacsecConfig | None:
    """MACsec of one interface; None where it has none."""
    enabled = line.find(r"macsec(?: network-link)?$")
    keys = line.find(_KEYS)
    policy = line.find(r"mka policy (.+)$")
    sap = sap_line(line)
    if not enabled and not keys and not policy:
        if sap is None:
            return None
        shut = bool(line.find(r"shutdown$"))
        return sap_config(config.source(line, sap), interface, sap, shutdown=shut)
    name = policy[1].strip() if policy else None
    defined = policies[name][1] if name is not None and name in policies else None
    chain = chains.get(keys[1]) if keys else None
    replay, control = line.find(_REPLAY), line.find(r"macsec access-control (\S+)")
    linksec = line.find(r"(?:authentication|access-session) linksec policy (\S+)")
    stated = control or linksec
    key_names = [key.id for key in chain.keys] if chain else []
    return MacsecConfig(
        source=config.source(line, *_relevant(line)),
        interface=interface,
        policy=name,
        key_chain=keys[1] if keys else None,
        ckn=key_names[0] if len(key_names) == 1 else None,
        fallback_key=bool(keys[2]) if keys else None,
        cipher=defined.cipher if defined else None,
        confidentiality_offset=defined.offset if defined else None,
        replay_window=int(replay[1]) if replay else defined.replay_window if defined else None,
        replay_protect=False if line.find(r"no macsec replay-protection") else None,
        sak_rekey_interval=defined.sak_rekey if defined else None,
        enforcement=enforcement_of(stated[1]) if stated else "unknown",
        undefined=_undefined(config, name, keys, policies, chains),
        incomplete=_incomplete(line, enabled=bool(enabled), keyed=bool(keys), chain=chain),
        shutdown=bool(line.find(r"shutdown$")),
    )


def _relevant(line: Line) -> list[Line]:
    words = ("macsec", "mka", "eapol", "cts", "sap")
    return [child for child in line.children if child.text.startswith(words)]


def _undefined(
    config: RunningConfig,
    policy: str | None,
    keys: re.Match[str] | None,
    policies: Mapping[str, tuple[Line, PolicyFact]],
    chains: Mapping[str, KeyChain],
) -> tuple[str, ...]:
    """References that a config does not define."""
    if not config.headed:
        return ()
    missing = []
    if policy is not None and policy not in policies and policy not in _BUILT_IN:
        missing.append(f"policy {policy}")
    named = [name for name in keys.groups() if name is not None] if keys else []
    missing += [f"key chain {name}" for name in named if name not in chains]
    return tuple(missing)


def _incomplete(line: Line, *, enabled: bool, keyed: bool, chain: KeyChain | None) -> str | None:
    if not enabled:
        return "macsec is not enabled on the interface"
    if not keyed and not line.find(_DYNAMIC):
        return "no key chain"
    if chain is not None and chain.macsec is False:
        return f"key chain {chain.name} is not a MACsec key chain"
    return "the key chain holds no key" if chain is not None and not chain.keys else None
