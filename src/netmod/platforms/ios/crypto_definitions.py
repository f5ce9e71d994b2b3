"""IPsec as defined: `show crypto map`, `show crypto ipsec profile` and `transform-set`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from netmod.facts import PolicyFact
from netmod.platforms._observations import Block, Fact, IpsecConfig, Observation
from netmod.platforms.ios.names import interface_name, is_interface, unless_none
from netmod.platforms.ios.transforms import normal, transform_policy

_MAP = re.compile(r'Crypto Map:?\s+(?:IPv[46]\s+)?"([^"]+)"(?:\s+(\d+)\s+(\S+))?')
_SET = re.compile(r"([\w.*-]+):\s*\{\s*([^}]*)\}")
_LIFETIME = re.compile(r"Security association lifetime: .{0,60}?(\d{1,9}) seconds")
_TRANSFORM_SET = re.compile(r"Transform set ([^:]+): \{\s*([^}]*)\}")
_NEGOTIATES = re.compile(r"will negotiate = \{\s*(\w+)")


@dataclass(slots=True)
class _Definition:
    """One crypto map entry or one profile."""

    index: int
    name: str
    kind: str = ""
    peers: list[str] = field(default_factory=list)
    transforms: list[str] = field(default_factory=list)
    interfaces: list[str] = field(default_factory=list)
    incomplete: str | None = None
    ikev2_profile: str | None = None
    pfs: bool | None = None
    group: str | None = None
    lifetime: int | None = None
    listing_interfaces: bool = False

    def read(self, text: str) -> None:
        """Take what a line says."""
        name, colon, value = text.partition(":")
        lifetime = _LIFETIME.match(text)
        if text.startswith("WARNING") and "incomplete" in text:
            self.incomplete = "the device calls it incomplete"
        elif self.incomplete and text.startswith("(missing"):
            self.incomplete = text.strip("()")
        elif text.startswith("Peer = "):
            self.peers.append(text.removeprefix("Peer = ").split()[0])
        elif name in ("IKEv2 Profile", "IKEv2 profile") and colon:
            self.ikev2_profile = unless_none(value)
        elif text.startswith("PFS (Y/N):"):
            self.pfs = value.strip().upper().startswith("Y")
        elif name == "DH group" and colon:
            self.group = unless_none(value)
        elif lifetime:
            self.lifetime = int(lifetime[1])
        elif name.startswith("Interfaces using crypto map"):
            self.listing_interfaces = True
        elif self.listing_interfaces:
            self.interfaces += [interface_name(word) for word in text.split() if is_interface(word)]
        else:
            self.transforms += [normal(words) for _, words in _SET.findall(text[:400])]

    @property
    def pfs_group(self) -> str | bool | None:
        """The group where one is printed, else whether there is PFS at all."""
        return self.group if self.pfs and self.group else self.pfs


def read_crypto_map(block: Block) -> Iterator[Observation]:
    """`show crypto map`: maps, and the interfaces that they are applied to; never a state."""
    entries: dict[str, list[_Definition]] = {}
    entry: _Definition | None = None
    for index, line in enumerate(block.lines):
        text = line.strip()
        opening = _MAP.match(text)
        if opening:
            entry = _Definition(index, opening[1], kind=opening[3] or "")
            entries.setdefault(entry.name, []).append(entry)
        elif entry and text:
            entry.read(text)
    for name, parts in entries.items():
        interfaces = tuple(dict.fromkeys(one for part in parts for one in part.interfaces))
        yield Fact(block.source(parts[0].index), _map_policy(name, parts, interfaces))
        for interface in interfaces:
            for part in parts:
                if part.kind or len(parts) == 1:
                    yield _applied(block, part, interface)


def _map_policy(name: str, parts: list[_Definition], interfaces: tuple[str, ...]) -> PolicyFact:
    peers = tuple(dict.fromkeys(peer for part in parts for peer in part.peers))
    transforms = [transform for part in parts for transform in part.transforms]
    groups = [part.group for part in parts if part.pfs and part.group]
    return PolicyFact(
        name=name,
        kind="crypto-map",
        interfaces=interfaces,
        applied=bool(interfaces),
        complete=all(part.incomplete is None for part in parts),
        manual=any(part.kind == "ipsec-manual" for part in parts),
        peer=peers[0] if len(peers) == 1 else None,
        peers=peers,
        transform=transforms[0] if transforms else None,
        pfs=groups[0] if groups else None,
        ikev2_profile=next((part.ikev2_profile for part in parts if part.ikev2_profile), None),
    )


def _applied(block: Block, part: _Definition, interface: str) -> IpsecConfig:
    return IpsecConfig(
        source=block.source(part.index),
        interface=interface,
        policy=part.name,
        peer=part.peers[0] if part.peers else None,
        transforms=tuple(part.transforms),
        pfs=part.pfs_group,
        ike="IKEv2" if part.ikev2_profile else None,
        lifetime_sec=part.lifetime,
        incomplete=part.incomplete,
        from_running_config=False,
    )


_PROFILE = re.compile(r"IPSEC profile (\S+)")


def read_profile(block: Block) -> Iterator[Observation]:
    """`show crypto ipsec profile`."""
    profile: _Definition | None = None
    for index, line in enumerate(block.lines):
        text = line.strip()
        opening = _PROFILE.match(text)
        if opening:
            if profile:
                yield Fact(block.source(profile.index), _profile_policy(profile))
            profile = _Definition(index, opening[1])
        elif profile and text:
            profile.read(text)
    if profile:
        yield Fact(block.source(profile.index), _profile_policy(profile))


def _profile_policy(profile: _Definition) -> PolicyFact:
    return PolicyFact(
        name=profile.name,
        kind="ipsec-profile",
        transform=profile.transforms[0] if profile.transforms else None,
        pfs=profile.group if profile.pfs else None,
        ikev2_profile=profile.ikev2_profile,
    )


def read_transform_set(block: Block) -> Iterator[Observation]:
    """`show crypto ipsec transform-set`."""
    for index, line in enumerate(block.lines):
        match = _TRANSFORM_SET.search(line)
        if match:
            following = block.lines[index + 1].strip() if index + 1 < len(block.lines) else ""
            mode = _NEGOTIATES.match(following)
            policy = transform_policy(match[1].strip(), match[2], mode[1].lower() if mode else None)
            yield Fact(block.source(index), policy)
