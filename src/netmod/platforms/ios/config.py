"""Running configs, backups and the sections of one: what they say about every interface."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from netmod.platforms._config import Line
from netmod.platforms._observations import (
    Block,
    Identity,
    InterfaceSeen,
    KeyChain,
    MacsecConfig,
    Observation,
)
from netmod.platforms.ios.access_lists import read_access_lists
from netmod.platforms.ios.config_crypto import Crypto, policy_facts, read_crypto
from netmod.platforms.ios.config_hardening import read_hardening
from netmod.platforms.ios.config_header import read_header
from netmod.platforms.ios.config_ipsec import applied_map, ipsec_configs, vrf_of
from netmod.platforms.ios.config_keys import read_key_chains
from netmod.platforms.ios.config_macsec import macsec_config, read_policies
from netmod.platforms.ios.config_macsec import policy_facts as macsec_policy_facts
from netmod.platforms.ios.config_tree import RunningConfig, read_tree
from netmod.platforms.ios.names import carries_no_link, interface_name, parent_of
from netmod.platforms.ios.ports import read_ports
from netmod.platforms.ios.secy import enforcement_of

_LICENSE = re.compile(r"license udi pid (\S+) sn (\S+)")
_PROVISION = re.compile(r"switch \d+ provision (\S+)")
_OF_MACSEC = {"macsec", "mka", "cts", "sap"}
_OF_IPSEC = {"tunnel", "crypto", "ipv6"}
_FIRST_IOSXE = 16
_LAST_IOS_ALONE = 12


def read_config(block: Block) -> Iterator[Observation]:
    """`show running-config` in whole or in part, `show startup-config`, or a backup file."""
    config = read_tree(block)
    if config.backup or not config.by_word.get("hostname"):
        yield from read_header(block)
    yield from _identity(config)
    chains = list(read_key_chains(config))
    yield from chains
    crypto = read_crypto(config)
    yield from _interfaces(config, crypto, {chain.name: chain for chain in chains})
    yield from macsec_policy_facts(config)
    yield from policy_facts(config, crypto, _applied_maps(config))
    yield from read_hardening(config)
    yield from read_ports(config)
    yield from read_access_lists(config)


def _identity(config: RunningConfig) -> Iterator[Identity]:
    hostname, version = config.first("hostname"), config.first("version")
    license_line = next(config.lines("license udi"), None)
    udi = _LICENSE.match(license_line.text) if license_line else None
    members = [line for line in config.lines("switch") if _PROVISION.match(line.text)]
    if hostname is None and version is None and udi is None:
        return
    number = version.text.split()[1] if version and len(version.text.split()) > 1 else None
    major = re.match(r"\d{1,3}", number or "")
    yield Identity(
        source=config.source(*[line for line in (hostname, version, license_line) if line]),
        rank=0,
        hostname=hostname.text.partition(" ")[2].strip().strip('"') if hostname else None,
        os=_system(int(major.group())) if major else None,
        version=number,
        model=udi[1] if udi else None,
        serials=(udi[2],) if udi else (),
        members=len(members) or None,
    )


def _system(major: int) -> str | None:
    """Versions 13 to 15 were numbers of both product lines."""
    if major >= _FIRST_IOSXE:
        return "IOS-XE"
    return "IOS" if major <= _LAST_IOS_ALONE else None


def _stanzas(config: RunningConfig) -> Iterator[tuple[str, Line]]:
    """Interfaces that can carry a link, with their lines; the name without a trailing type."""
    for line in config.lines("interface"):
        words = line.text.split()
        if len(words) < 2 or words[1] == "range":
            continue
        joined = words[1] + words[2] if len(words) > 2 and words[2][:1].isdigit() else words[1]
        name = interface_name(joined)
        if not carries_no_link(name):
            yield name, line


def _interfaces(
    config: RunningConfig, crypto: Crypto, chains: dict[str, KeyChain]
) -> Iterator[Observation]:
    policies = read_policies(config)
    lines = dict(_stanzas(config))
    for name, line in lines.items():
        words = {child.text.partition(" ")[0] for child in line.children}
        channel = line.find(r"channel-group (\d+)") if "channel-group" in words else None
        yield InterfaceSeen(
            source=config.source(line),
            interface=name,
            shutdown="shutdown" in words,
            lag=f"Port-channel{channel[1]}" if channel else None,
            vrf=vrf_of(line) if words & {"vrf", "ip"} else None,
            parent=parent_of(name),
        )
        if words & _OF_MACSEC:
            macsec = macsec_config(config, name, line, policies, chains)
            if macsec is not None:
                yield _as_its_parent_says(macsec, name, lines)
        if words & _OF_IPSEC:
            yield from ipsec_configs(config, crypto, name, line)


def _as_its_parent_says(
    macsec: MacsecConfig, interface: str, lines: Mapping[str, Line]
) -> MacsecConfig:
    """Clear frames and clear tags are set for a port as a whole: its sub-interfaces inherit it."""
    parent = lines.get(parent_of(interface) or "")
    if parent is None:
        return macsec
    control = parent.find(r"macsec access-control (\S+)")
    if control is not None and macsec.enforcement == "unknown":
        macsec = replace(macsec, enforcement=enforcement_of(control[1]))
    tag = lines[interface].find(r"encapsulation dot1q (\d{1,4})\b|encapsulation dot1Q (\d{1,4})\b")
    if tag is not None and parent.find(r"macsec dot1q-in-clear [12]\b"):
        macsec = replace(macsec, vlan_in_clear=int(tag[1] or tag[2]))
    return macsec


def _applied_maps(config: RunningConfig) -> dict[str, list[str]]:
    applied: dict[str, list[str]] = {}
    for name, line in _stanzas(config) if config.by_word.get("crypto") else ():
        crypto_map = applied_map(line)
        if crypto_map is not None:
            applied.setdefault(crypto_map, []).append(name)
    return applied
