"""The running config of EOS: interfaces, MACsec and IPsec profiles, identity and hardening."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from netmod.facts import Enforcement, PolicyFact
from netmod.platforms._config import Line, parse
from netmod.platforms._observations import (
    Block,
    Fact,
    Identity,
    InterfaceSeen,
    IpsecConfig,
    MacsecConfig,
    Observation,
)
from netmod.platforms.eos._names import cipher, full_name
from netmod.platforms.eos.hardening import config_hardening
from netmod.platforms.eos.headers import read_headers
from netmod.platforms.eos.ipsec import IpSecurity, ip_security, policy_facts, protected
from netmod.platforms.eos.paths import path_groups, path_observations

_SECTIONS = re.compile(
    r"(?:interface|profile|ike policy|sa policy|management|daemon|line|router|vrf instance|vlan"
    r"|ip access-list|ipv6 access-list|route-map|policy-map|class-map|aaa group|path-group) \S"
    r"|(?:mac security|ip security|mlag configuration|(?:system )?control-plane)$"
)
_PRINTED = re.compile(r"! ?(?:Command: show running-config|device: )")
_BANNER = re.compile(r"\s*banner (?:login|motd|exec)\s*$")
_INLINE = re.compile(r"\s*protocol https certificate\s*$")
_NO_LINK = re.compile(r"(?:Loopback|Null|Vxlan|Dps|Register|Fabric)", re.IGNORECASE)
_PARTIAL_COMMAND = re.compile(r"show (?:running|startup)-config\S*\s+(?!all\b|sanitized\b)\S")
_ELISION = re.compile(r"\s*(?:\(\.\.\.\)|\.\.\.|<(?:snip|(?:output )?omitted)>)\s*$", re.IGNORECASE)


def without_free_text(lines: Sequence[str]) -> tuple[str, ...]:
    """`lines` with banners and certificates blanked: they may quote commands.

    A banner ends at a line `EOF`; one that is never closed ends the config.
    """
    kept: list[str] = []
    until: str | None = None
    for line in lines:
        if until is not None:
            kept.append("")
            if line.strip() == until:
                until = None
            continue
        kept.append(line)
        if _BANNER.match(line) or _INLINE.match(line):
            until = "EOF"
    return tuple(kept)


def is_unfiltered(block: Block, config: Line) -> bool:
    """Whether the config stands here from its start: profiles precede what refers to them.

    A filtered command, an elision and a text without a host name are not.
    """
    if not block.complete or _PARTIAL_COMMAND.match(block.command) or "|" in block.command:
        return False
    if any("..." in line or "<" in line for line in block.lines) and any(
        _ELISION.match(line) for line in block.lines if len(line) < 40
    ):
        return False
    return config.find(r"hostname \S") is not None


def is_whole(block: Block, config: Line) -> bool:
    """Whether everything that is configured is in the block, so that what is absent is off.

    What the device itself printed (it says so in its first lines) ends with `end`.
    """
    printed = any(_PRINTED.match(line) for line in block.lines[:10])
    ended = not printed or config.find(r"end$") is not None
    return ended and is_unfiltered(block, config)


def read_config(block: Block) -> Iterator[Observation]:
    """`show running-config`, `show startup-config` and what backup tools keep of them."""
    yield from read_headers(block)
    config = parse(without_free_text(block.lines), sections=_SECTIONS)
    whole = is_unfiltered(block, config)
    yield from _identity(block, config)
    profiles = {profile.name: profile for profile in _profiles(config)}
    security = ip_security(config)
    groups = path_groups(config)
    sections = [
        (full_name(match[1]), section)
        for section, match in config.matches(r"interface (\S+(?: \d\S*)?)$")
    ]
    yield from _profile_facts(block, profiles, sections)
    yield from policy_facts(block, security, _ipsec_usage(sections))
    for interface, section in sections:
        if _NO_LINK.match(interface):
            continue
        yield _seen(block, interface, section)
        yield from _macsec(block, interface, section, profiles, whole=whole)
        for tunnel in _ipsec(block, interface, section, security, whole=whole):
            yield replace(tunnel, local=_address(tunnel.local, sections))
    yield from path_observations(block, groups, sections, security, whole=whole)
    yield from config_hardening(block, config, whole=is_whole(block, config))


def _identity(block: Block, config: Line) -> Iterator[Identity]:
    for line, match in config.matches(r"hostname (\S+)"):
        yield Identity(block.source(line.index), rank=0, hostname=match[1], os="EOS")
        return


def _is_shut(section: Line) -> bool | None:
    shut = section.find(r"(no )?shutdown$")
    return None if shut is None else shut[1] is None


def _seen(block: Block, interface: str, section: Line) -> InterfaceSeen:
    group = section.find(r"channel-group (\d+)")
    vrf = section.find(r"vrf (?:forwarding )?(\S+)")
    parent = re.match(r"(\S+?)\.\d+$", interface)
    return InterfaceSeen(
        block.source(section.index),
        interface,
        shutdown=_is_shut(section),
        lag=f"Port-Channel{group[1]}" if group else None,
        vrf=vrf[1] if vrf else None,
        parent=parent[1] if parent else None,
    )


@dataclass(frozen=True, slots=True)
class _MacsecProfile:
    """`profile X` below `mac security`."""

    name: str
    lines: tuple[int, ...]
    cipher: str | None
    keys: tuple[str, ...]
    fallback_keys: tuple[str, ...]
    priority: int | None
    rekey: int | None
    unprotected: str | None
    window: int | None
    replay_protect: bool | None

    @property
    def enforcement(self) -> Enforcement:
        """Clear frames are dropped unless `traffic unprotected allow` is configured.

        `allow active-sak` sends under the last working key and blocks otherwise: no clear frame.
        """
        return "should-secure" if self.unprotected == "allow" else "must-secure"


_PROFILE_LINE = re.compile(
    r"cipher aes|key \S+ (?:[078] |8a )?\S+(?: fallback)?$|mka |traffic unprotected|sci$"
    r"|l2-protocol |replay protection|include"
)


def _profiles(config: Line) -> Iterator[_MacsecProfile]:
    for section, _ in config.matches(r"mac security$"):
        for line, match in section.matches(r"profile (\S+)$"):
            yield _profile(line, match[1])
    for line, match in config.matches(r"profile (\S+)$"):
        if line.children and all(_PROFILE_LINE.match(child.text) for child in line.children):
            yield _profile(line, match[1])


def _profile(section: Line, name: str) -> _MacsecProfile:
    keys = [match for _, match in section.matches(r"key (\S+) .*?(fallback)?$")]
    suite = section.find(r"cipher (\S+)")
    unprotected = section.find(r"traffic unprotected (\S.*)")
    priority = section.find(r"mka key-server priority (\d+)")
    rekey = section.find(r"mka session rekey-period (\d+)")
    window = section.find(r"replay protection window (\d+)")
    off = section.find(r"replay protection disabled")
    return _MacsecProfile(
        name=name,
        lines=(section.index, *(line.index for line in section.children)),
        cipher=cipher(suite[1]) if suite else None,
        keys=tuple(match[1] for match in keys if not match[2]),
        fallback_keys=tuple(match[1] for match in keys if match[2]),
        priority=int(priority[1]) if priority else None,
        rekey=int(rekey[1]) if rekey else None,
        unprotected=unprotected[1].strip() if unprotected else None,
        window=int(window[1]) if window else None,
        replay_protect=False if off else True if window else None,
    )


def _profile_facts(
    block: Block,
    profiles: dict[str, _MacsecProfile],
    sections: Sequence[tuple[str, Line]],
) -> Iterator[Fact]:
    for profile in profiles.values():
        interfaces = tuple(
            interface
            for interface, section in sections
            if any(match[1] == profile.name for _, match in section.matches(_USES))
        )
        fact = PolicyFact(
            name=profile.name,
            cipher=profile.cipher,
            ciphers=(profile.cipher,) if profile.cipher else (),
            security=profile.enforcement,
            sak_rekey=profile.rekey,
            replay_window=profile.window,
            key_server_priority=profile.priority,
            unprotected=profile.unprotected,
            keys=len(profile.keys) + len(profile.fallback_keys),
            fallback=bool(profile.fallback_keys),
            interfaces=interfaces,
            applied=bool(interfaces) if sections else None,
        )
        yield Fact(block.source(*profile.lines), fact)


_USES = re.compile(r"mac security profile (\S+)")


def _macsec(
    block: Block,
    interface: str,
    section: Line,
    profiles: dict[str, _MacsecProfile],
    *,
    whole: bool,
) -> Iterator[MacsecConfig]:
    for line, match in section.matches(_USES):
        profile = profiles.get(match[1])
        if profile is None:
            yield MacsecConfig(
                block.source(line.index),
                interface,
                policy=match[1],
                undefined=(f"profile {match[1]}",) if whole else (),
                shutdown=bool(_is_shut(section)),
            )
            continue
        keyed = bool(profile.keys or profile.fallback_keys)
        yield MacsecConfig(
            block.source(line.index),
            interface,
            policy=profile.name,
            ckn=profile.keys[0] if len(profile.keys) == 1 else None,
            fallback_key=bool(profile.fallback_keys),
            cipher=profile.cipher,
            replay_protect=profile.replay_protect,
            replay_window=profile.window,
            sak_rekey_interval=profile.rekey,
            enforcement=profile.enforcement,
            incomplete=None if keyed else f"no key in profile {profile.name}",
            shutdown=bool(_is_shut(section)),
        )


_TUNNEL_PROFILE = re.compile(r"tunnel ipsec profile (\S+)")


def _ipsec_usage(sections: Sequence[tuple[str, Line]]) -> dict[str, list[str]]:
    used: dict[str, list[str]] = {}
    for interface, section in sections:
        for _, match in section.matches(_TUNNEL_PROFILE):
            used.setdefault(match[1], []).append(interface)
    return used


def _address(source: str | None, sections: Sequence[tuple[str, Line]]) -> str | None:
    """A tunnel's source as an address; of an interface the one that the config gives it."""
    if source is None or not source[0].isalpha() or ":" in source:
        return source
    owner = next((section for name, section in sections if name == full_name(source)), None)
    stated = owner.find(r"ip address ([\d.]+)(?:/\d+|\s|$)") if owner is not None else None
    return stated[1] if stated else None


def _ipsec(
    block: Block, interface: str, section: Line, security: IpSecurity, *, whole: bool
) -> Iterator[IpsecConfig]:
    for line, match in section.matches(_TUNNEL_PROFILE):
        peer = section.find(r"tunnel destination (\S+)")
        local = section.find(r"tunnel source (?:interface )?(\S+)")
        under = section.find(r"tunnel underlay vrf (\S+)")
        yield protected(
            block,
            line,
            interface,
            match[1],
            security,
            whole=whole,
            peer=peer[1] if peer else None,
            local=local[1] if local else None,
            fvrf=under[1] if under else None,
            shutdown=bool(_is_shut(section)),
        )
