"""The `ip security` section of an EOS config, and what a tunnel's profile resolves to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from netmod.facts import PolicyFact
from netmod.platforms._config import Line
from netmod.platforms._ipsec import encrypts, is_weak
from netmod.platforms._observations import Block, Fact, IpsecConfig

_UNITS = {"hours": 3600, "hour": 3600, "minutes": 60, "seconds": 1}


@dataclass(frozen=True, slots=True)
class SaPolicy:
    """`sa policy X`: what protects the packets. `transform` None where the defaults apply."""

    line: Line
    name: str
    encryption: str | None
    integrity: str | None
    pfs: str | None
    lifetime: int | None
    replay_off: bool

    @property
    def transform(self) -> str | None:
        """Encryption and integrity as one transform; `esp-null` where nothing is encrypted."""
        if self.encryption is None:
            return None
        cipher = "esp-null" if self.encryption == "null" else self.encryption
        integrity = None if self.integrity == "null" else self.integrity
        return f"{cipher} {integrity}" if integrity else cipher


@dataclass(frozen=True, slots=True)
class IkePolicy:
    """`ike policy X`."""

    line: Line
    name: str
    encryption: str | None
    integrity: str | None
    group: int | None


@dataclass(frozen=True, slots=True)
class Profile:
    """`profile X` below `ip security`."""

    line: Line
    name: str
    ike: str | None
    sa: str | None
    mode: str | None

    @property
    def is_empty(self) -> bool:
        return not self.line.children


@dataclass(frozen=True, slots=True)
class IpSecurity:
    """The `ip security` section."""

    sa_policies: dict[str, SaPolicy]
    ike_policies: dict[str, IkePolicy]
    profiles: dict[str, Profile]


def ip_security(config: Line) -> IpSecurity:
    """Everything below `ip security`, also where a capture has lost its indentation."""
    sections = [section for section, _ in config.matches(r"ip security$")]
    nested = [line for section in sections for line in section.children]
    lines = [*config.children, *nested]
    ours = [*nested, *(line for line in config.children if line.find(_PROFILE_LINE))]
    return IpSecurity(
        {name: _sa_policy(line, name) for line, name in _named(lines, r"sa policy (\S+)")},
        {name: _ike_policy(line, name) for line, name in _named(lines, r"ike policy (\S+)")},
        {name: _profile(line, name) for line, name in _named(ours, r"profile (\S+)")},
    )


_PROFILE_LINE = re.compile(
    r"ike-policy|sa-policy|shared-key|connection (?:add|start|route)|dpd |mode (?:tunnel|transport)"
)


def _named(lines: Sequence[Line], pattern: str) -> Iterator[tuple[Line, str]]:
    for line in lines:
        match = re.match(rf"{pattern}$", line.text)
        if match:
            yield line, match[1]


def _word(line: Line, pattern: str) -> str | None:
    match = line.find(pattern)
    return match[1] if match else None


def _esp(line: Line, what: str) -> str | None:
    """`esp encryption X`; older releases write `disabled` for `null`."""
    word = _word(line, rf"esp {what} (\S+)")
    return "null" if word == "disabled" else word


def _sa_policy(line: Line, name: str) -> SaPolicy:
    group = _word(line, r"pfs dh-group (\d+)")
    lifetime = line.find(r"sa lifetime (\d+) (\w+)$")
    unit = _UNITS.get(lifetime[2]) if lifetime else None
    return SaPolicy(
        line,
        name,
        encryption=_esp(line, "encryption"),
        integrity=_esp(line, "integrity"),
        pfs=f"group{group}" if group else None,
        lifetime=int(lifetime[1]) * unit if lifetime and unit else None,
        replay_off=line.find(r"anti-replay (?:disabled|window size 0)") is not None,
    )


def _ike_policy(line: Line, name: str) -> IkePolicy:
    group = _word(line, r"dh-group (\d+)")
    return IkePolicy(
        line,
        name,
        encryption=_word(line, r"encryption (\S+)"),
        integrity=_word(line, r"integrity (\S+)"),
        group=int(group) if group else None,
    )


def _profile(line: Line, name: str) -> Profile:
    return Profile(
        line,
        name,
        ike=_word(line, r"ike-policy (\S+)"),
        sa=_word(line, r"sa-policy (\S+)"),
        mode=_word(line, r"mode (tunnel|transport)"),
    )


def policy_facts(block: Block, security: IpSecurity, used: dict[str, list[str]]) -> Iterator[Fact]:
    """SA policies as transform sets, and profiles with the interfaces that name them."""
    for policy in security.sa_policies.values():
        fact = PolicyFact(
            name=policy.name,
            kind="transform-set",
            esp=policy.encryption,
            integrity=policy.integrity,
            transform=policy.transform,
            pfs=policy.pfs,
            confidentiality=encrypts(policy.transform) if policy.encryption else None,
            weak=is_weak(policy.transform) if policy.encryption else None,
        )
        yield Fact(block.source(policy.line.index), fact)
    for profile in security.profiles.values():
        policy_of = security.sa_policies.get(profile.sa or "")
        interfaces = tuple(used.get(profile.name, ()))
        fact = PolicyFact(
            name=profile.name,
            kind="ipsec-profile",
            transform=policy_of.transform if policy_of else None,
            pfs=policy_of.pfs if policy_of else None,
            mode=profile.mode,
            ikev2_profile=profile.ike,
            interfaces=interfaces,
            applied=bool(interfaces),
        )
        yield Fact(block.source(profile.line.index), fact)


def protected(
    block: Block,
    line: Line,
    interface: str,
    profile_name: str,
    security: IpSecurity,
    *,
    whole: bool,
    **values: Any,
) -> IpsecConfig:
    """IPsec on one interface with all that its profile resolves to."""
    profile = security.profiles.get(profile_name)
    sa = security.sa_policies.get(profile.sa or "") if profile else None
    ike = security.ike_policies.get(profile.ike or "") if profile else None
    undefined = []
    if whole and profile is None:
        undefined.append(f"profile {profile_name}")
    if whole and profile is not None and profile.sa and sa is None:
        undefined.append(f"sa policy {profile.sa}")
    if whole and profile is not None and profile.ike and ike is None:
        undefined.append(f"ike policy {profile.ike}")
    return IpsecConfig(
        block.source(line.index),
        interface,
        policy=profile_name,
        transforms=(sa.transform,) if sa and sa.transform else (),
        pfs=sa.pfs if sa else None,
        ike_dh=(ike.group,) if ike and ike.group else (),
        mode=profile.mode if profile else None,
        lifetime_sec=sa.lifetime if sa else None,
        replay_protect=False if sa and sa.replay_off else None,
        undefined=tuple(undefined),
        incomplete=f"profile {profile_name} is empty" if profile and profile.is_empty else None,
        **values,
    )
