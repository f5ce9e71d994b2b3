"""IPsec of an interface in a running config: tunnel protection and crypto maps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from netmod.platforms._config import Line
from netmod.platforms._observations import IpsecConfig
from netmod.platforms.ios.config_crypto import (
    DEFAULT_TRANSFORMS,
    Crypto,
    Rules,
    missing_in,
    mode_of,
    transforms_of,
    undefined_in,
)
from netmod.platforms.ios.config_tree import RunningConfig
from netmod.platforms.ios.names import is_interface

_PROTECTION = re.compile(
    r"tunnel protection ipsec profile (\S+)(?:.* (ikev2-profile|isakmp-profile) (\S+))?"
)
_MAP = re.compile(r"(?:ipv6 )?crypto map (?:ipv6 )?(\S+)")
_VRF = re.compile(r"(?:ip )?vrf forwarding (\S+)")


def vrf_of(line: Line) -> str | None:
    """The VRF that an interface forwards in."""
    match = line.find(_VRF)
    return match[1] if match else None


def applied_map(line: Line) -> str | None:
    """The crypto map on an interface."""
    match = line.find(_MAP)
    return match[1] if match else None


def ipsec_configs(
    config: RunningConfig, crypto: Crypto, interface: str, line: Line
) -> Iterator[IpsecConfig]:
    """One for a protected tunnel, one for each entry of a crypto map; none without IPsec."""
    protection = line.find(_PROTECTION)
    if protection:
        yield _protected(config, crypto, _tunnel(config, interface, line), protection)
    elif line.find(r"tunnel mode sdwan$"):
        yield _overlay(config, _tunnel(config, interface, line), line)
    elif line.find(r"tunnel mode ipsec ipv[46]"):
        yield replace(_tunnel(config, interface, line), incomplete="no tunnel protection")
    name = applied_map(line)
    if name is not None:
        yield from _mapped(config, crypto, interface, line, name)


def _is_shut(line: Line) -> bool:
    return line.find(r"shutdown$") is not None


def _tunnel(config: RunningConfig, interface: str, line: Line) -> IpsecConfig:
    """A tunnel's peer and local address, its VRF and the one that its outside is routed in."""
    destination = line.find(r"tunnel destination (?:ipv4 |ipv6 )?(\S+)")
    source = line.find(r"tunnel source (\S+)$")
    outside = line.find(r"tunnel vrf (\S+)")
    about = [child for child in line.children if "tunnel" in child.text]
    return IpsecConfig(
        source=config.source(line, *about),
        interface=interface,
        peer=destination[1] if destination and destination[1] != "dynamic" else None,
        local=_local(config, source[1]) if source else None,
        vrf=vrf_of(line),
        fvrf=outside[1] if outside else None,
        shutdown=_is_shut(line),
    )


def _local(config: RunningConfig, source: str) -> str | None:
    """The address of a tunnel's source; of an interface the one that the config gives it."""
    if not is_interface(source):
        return source
    owner = config.first(f"interface {source}")
    return _address(owner) if owner is not None and owner.text.endswith(f" {source}") else None


def _overlay(config: RunningConfig, tunnel: IpsecConfig, line: Line) -> IpsecConfig:
    """A tunnel of SD-WAN: its source's encapsulations say whether paths without IPsec exist."""
    source = line.find(r"tunnel source (\S+)$")
    encapsulations = {
        match[1]
        for overlay in config.lines("sdwan")
        for stanza, named in overlay.matches(r"interface (\S+)$")
        if source and named[1] == source[1]
        for child in stanza.walk()
        if (match := re.match(r"encapsulation (\w+)", child.text))
    }
    encrypted = "ipsec" in encapsulations or not config.headed
    return replace(
        tunnel,
        policy="sdwan",
        incomplete=None if encrypted else "no IPsec encapsulation",
        fail_open="gre" in encapsulations,
    )


def _protected(
    config: RunningConfig, crypto: Crypto, tunnel: IpsecConfig, protection: re.Match[str]
) -> IpsecConfig:
    name = protection[1]
    profile = crypto.profiles.get(name)
    observed = replace(tunnel, policy=name)
    if profile is None:
        missing = config.headed and name != "default"
        return replace(
            observed,
            undefined=(f"IPsec profile {name}",) if missing else (),
            transforms=DEFAULT_TRANSFORMS if config.headed and name == "default" else (),
        )
    if protection[2] == "ikev2-profile":
        profile = _with_ikev2(profile, protection[3])
    return _with_rules(config, crypto, observed, profile)


def _with_ikev2(profile: Rules, name: str) -> Rules:
    return replace(profile, ikev2_profile=name)


def _with_rules(
    config: RunningConfig, crypto: Crypto, observed: IpsecConfig, rules: Rules
) -> IpsecConfig:
    """What profile or map entry add to an interface's observation."""
    ikev2 = rules.ikev2_profile is not None
    lifetime = rules.lifetime if rules.lifetime is not None else crypto.lifetime
    protect = rules.replay_protect if rules.replay_protect is not None else crypto.replay_protect
    return replace(
        observed,
        transforms=transforms_of(crypto, rules),
        pfs=rules.pfs,
        ike="GDOI" if rules.kind == "gdoi" else "IKEv2" if ikev2 else "IKEv1",
        ike_dh=crypto.ikev2_groups if ikev2 else crypto.ikev1_groups,
        mode=mode_of(crypto, rules),
        lifetime_sec=lifetime,
        replay_protect=protect,
        undefined=tuple(undefined_in(crypto, rules)) if config.headed else (),
    )


def _mapped(
    config: RunningConfig, crypto: Crypto, interface: str, line: Line, name: str
) -> Iterator[IpsecConfig]:
    observed = IpsecConfig(
        source=config.source(line),
        interface=interface,
        policy=name,
        local=crypto.local_addresses.get(name) or _address(line),
        vrf=vrf_of(line),
        shutdown=_is_shut(line),
    )
    entries = crypto.maps.get(name, [])
    if not entries:
        missing = (f"crypto map {name}",) if config.headed else ()
        yield replace(observed, undefined=missing)
    for entry in entries:
        yield from _entry(config, crypto, observed, entry)


def _entry(
    config: RunningConfig, crypto: Crypto, observed: IpsecConfig, entry: Rules
) -> Iterator[IpsecConfig]:
    source = config.source(entry.line)
    if entry.dynamic_map is not None:
        templates = crypto.dynamic_maps.get(entry.dynamic_map, [])
        if not templates:
            missing = (f"dynamic map {entry.dynamic_map}",) if config.headed else ()
            yield replace(observed, source=source, undefined=missing)
        for template in templates:
            yield replace(_with_rules(config, crypto, observed, template), source=source)
        return
    filled = _with_rules(config, crypto, observed, entry)
    gdoi = entry.kind == "gdoi"
    yield replace(
        filled,
        source=source,
        peer=entry.peers[0] if entry.peers else None,
        transforms=() if gdoi else filled.transforms,
        pfs=None if gdoi else filled.pfs,
        incomplete=missing_in(entry),
        fail_open=gdoi and entry.name not in crypto.fail_closed,
    )


def _address(line: Line) -> str | None:
    match = line.find(r"ip address (\d[\d.]+) \d[\d.]+$")
    return match[1] if match else None
