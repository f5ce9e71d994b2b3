"""The IPsec objects that a running config defines: transform sets, profiles, maps, IKE."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from netmod.facts import PolicyFact
from netmod.platforms._config import Line
from netmod.platforms._observations import Fact
from netmod.platforms.ios.config_tree import RunningConfig
from netmod.platforms.ios.names import is_number
from netmod.platforms.ios.transforms import normal, transform_policy

DEFAULT_TRANSFORMS = ("esp-aes esp-sha-hmac",)
_TRANSFORM_SET = re.compile(r"crypto ipsec transform-set (\S+) (.+)$")
_MAP_ENTRY = re.compile(r"crypto (?:map|dynamic-map) (?:ipv6 )?(\S+) (\d+)(?: (\S+))?(.*)$")
_NO_KEYRING = ("default", "aaa")  # pre-shared keys without a keyring; keys from a server
_GROUP = re.compile(r"group\s+(\d{1,3}(?: \d{1,3}){0,30})\s*$")


@dataclass(slots=True)
class Rules:
    """What a profile or one entry of a crypto map sets."""

    line: Line
    name: str
    kind: str = ""
    transform_sets: list[str] = field(default_factory=list)
    peers: list[str] = field(default_factory=list)
    pfs: str | bool = False
    ikev2_profile: str | None = None
    isakmp_profile: str | None = None
    lifetime: int | None = None
    replay_protect: bool | None = None
    access_list: str | None = None
    gdoi_group: str | None = None
    dynamic_map: str | None = None
    fail_close: bool = False


@dataclass(frozen=True, slots=True)
class Crypto:
    """All of it, by name. `maps` and `dynamic_maps` hold a map's entries in order."""

    transforms: dict[str, tuple[Line, str, str]]
    profiles: dict[str, Rules]
    maps: dict[str, list[Rules]]
    dynamic_maps: dict[str, list[Rules]]
    fail_closed: frozenset[str]
    local_addresses: dict[str, str]
    ike_profiles: dict[str, tuple[str, ...]]
    keyrings: frozenset[str]
    gdoi_groups: frozenset[str]
    access_lists: frozenset[str]
    ikev1_groups: tuple[int, ...]
    ikev2_groups: tuple[int, ...]
    lifetime: int | None
    replay_protect: bool | None


def read_crypto(config: RunningConfig) -> Crypto:
    """Everything that tunnels and interfaces may refer to."""
    lifetime = next(
        (
            int(match[1])
            for line in config.lines("crypto ipsec security-association lifetime")
            if (match := re.search(r"seconds (\d{1,9})\b", line.text))
        ),
        None,
    )
    replay_off = config.first("crypto ipsec security-association replay disable")
    maps, fail_closed, local_addresses = _maps(config, "crypto map")
    return Crypto(
        transforms=_transforms(config),
        profiles={rules.name: rules for rules in _profiles(config)},
        maps=maps,
        dynamic_maps=_maps(config, "crypto dynamic-map")[0],
        fail_closed=fail_closed,
        local_addresses=local_addresses,
        ike_profiles=_ike_profiles(config),
        keyrings=_names(config, "crypto keyring") | _names(config, "crypto ikev2 keyring"),
        gdoi_groups=_names(config, "crypto gdoi group") | _names(config, "crypto gkm group"),
        access_lists=_access_lists(config),
        ikev1_groups=_groups(config.lines("crypto isakmp policy"), default=1),
        ikev2_groups=_groups(_offered_proposals(config), default=None),
        lifetime=lifetime,
        replay_protect=False if replay_off else None,
    )


def _names(config: RunningConfig, prefix: str) -> frozenset[str]:
    position = len(prefix.split())
    words = (line.text.split() for line in config.lines(prefix))
    return frozenset(
        word[position + 1]
        if word[position] == "ipv6" and len(word) > position + 1
        else word[position]
        for word in words
        if len(word) > position
    )


def _ike_profiles(config: RunningConfig) -> dict[str, tuple[str, ...]]:
    """The keyrings that each IKE profile takes its keys from."""
    found = {}
    for prefix in ("crypto isakmp profile", "crypto ikev2 profile"):
        for line in config.lines(prefix):
            keyrings = [match[1] for _, match in line.matches(r"keyring (?:local )?(\S+)")]
            name = line.text.removeprefix(prefix).strip()
            found[name] = tuple(one for one in keyrings if one not in _NO_KEYRING)
    return found


def _transforms(config: RunningConfig) -> dict[str, tuple[Line, str, str]]:
    """Transform and mode by name; the mode is tunnel unless it is set."""
    found = {}
    for line in config.lines("crypto ipsec transform-set"):
        match = _TRANSFORM_SET.match(line.text)
        if match:
            mode = line.find(r"mode (tunnel|transport)")
            found[match[1]] = (line, normal(match[2]), mode[1] if mode else "tunnel")
    return found


def _profiles(config: RunningConfig) -> Iterator[Rules]:
    for line in config.lines("crypto ipsec profile"):
        yield _rules(line, line.text.split()[-1])


def _rules(line: Line, name: str, kind: str = "") -> Rules:
    rules = Rules(line, name, kind)
    for child in line.children:
        _take(rules, child.text)
    return rules


def _take(rules: Rules, text: str) -> None:
    words = text.split()
    head, value = " ".join(words[:2]), words[2] if len(words) > 2 else None
    if head == "set transform-set":
        rules.transform_sets = words[2:]
    elif head == "set peer" and value:
        rules.peers.append(value)
    elif head == "set pfs":
        rules.pfs = value or "group1"
    elif head == "set ikev2-profile":
        rules.ikev2_profile = value
    elif head == "set isakmp-profile":
        rules.isakmp_profile = value
    elif head == "set group":
        rules.gdoi_group = value
    elif head == "match address" and value:
        rules.access_list = words[-1]
    elif text.startswith("set security-association replay disable"):
        rules.replay_protect = False
    elif text.startswith("set security-association lifetime seconds") and is_number(words[-1]):
        rules.lifetime = int(words[-1])
    elif text == "activate" and rules.kind == "fail-close":
        rules.fail_close = True


Maps = tuple[dict[str, list[Rules]], frozenset[str], dict[str, str]]


def _maps(config: RunningConfig, prefix: str) -> Maps:
    maps: dict[str, list[Rules]] = {}
    closed: set[str] = set()
    addresses: dict[str, str] = {}
    for line in config.lines(prefix):
        words = line.text.removeprefix(prefix).split()
        name = words[1] if words[:1] == ["ipv6"] and len(words) > 1 else words[0] if words else ""
        entry = _MAP_ENTRY.match(line.text)
        if entry:
            rules = _rules(line, entry[1], entry[3] or "")
            dynamic = re.match(r"\s*dynamic (\S+)", entry[4])
            rules.dynamic_map = dynamic[1] if dynamic else None
            maps.setdefault(entry[1], []).append(rules)
        elif "fail-close" in words:
            if _rules(line, name, "fail-close").fail_close:
                closed.add(name)
        elif "local-address" in words:
            addresses[name] = words[-1]
    return maps, frozenset(closed), addresses


def _access_lists(config: RunningConfig) -> frozenset[str]:
    named = [
        line.text.split()[-1]
        for prefix in ("ip access-list", "ipv6 access-list")
        for line in config.lines(prefix)
    ]
    numbered = [line.text.split()[1] for line in config.lines("access-list")]
    return frozenset([*named, *numbered])


def _offered_proposals(config: RunningConfig) -> Iterator[Line]:
    """The IKEv2 proposals that a policy names: no other is offered."""
    offered = {
        match[1]
        for policy in config.lines("crypto ikev2 policy")
        for _, match in policy.matches(r"proposal (\S+)")
    }
    for line in config.lines("crypto ikev2 proposal"):
        if line.text.removeprefix("crypto ikev2 proposal").strip() in offered:
            yield line


def _groups(lines: Iterable[Line], *, default: int | None) -> tuple[int, ...]:
    """Diffie-Hellman groups that any of the policies or proposals offers."""
    groups: list[int] = []
    for line in lines:
        match = line.find(_GROUP)
        if match:
            groups += [int(word) for word in match[1].split()]
        elif default is not None and line.children:
            groups.append(default)
    return tuple(dict.fromkeys(groups))


def transforms_of(crypto: Crypto, rules: Rules) -> tuple[str, ...]:
    """The transforms that may be negotiated; without a transform set the built-in default."""
    names = rules.transform_sets or ["default"]
    found = []
    for name in names:
        if name in crypto.transforms:
            found.append(crypto.transforms[name][1])
        elif name == "default":
            found += DEFAULT_TRANSFORMS
    return tuple(found)


def mode_of(crypto: Crypto, rules: Rules) -> str | None:
    """Tunnel or transport, of the first transform set that is defined."""
    return next(
        (crypto.transforms[name][2] for name in rules.transform_sets if name in crypto.transforms),
        None,
    )


def undefined_in(crypto: Crypto, rules: Rules) -> list[str]:
    """What the rules refer to and the config does not define."""
    missing = [
        f"transform set {name}"
        for name in rules.transform_sets
        if name not in crypto.transforms and name != "default"
    ]
    for kind, name in (("IKEv2", rules.ikev2_profile), ("ISAKMP", rules.isakmp_profile)):
        if name is not None and name not in crypto.ike_profiles and name != "default":
            missing.append(f"{kind} profile {name}")
        missing += [
            f"keyring {keyring}"
            for keyring in crypto.ike_profiles.get(name or "", ())
            if keyring not in crypto.keyrings
        ]
    if rules.access_list is not None and rules.access_list not in crypto.access_lists:
        missing.append(f"access list {rules.access_list}")
    if rules.gdoi_group is not None and rules.gdoi_group not in crypto.gdoi_groups:
        missing.append(f"GDOI group {rules.gdoi_group}")
    return missing


def policy_facts(
    config: RunningConfig, crypto: Crypto, applied: dict[str, list[str]]
) -> Iterator[Fact]:
    """Transform sets, profiles and maps as facts; `applied` are a map's interfaces by name."""
    for name, entries in crypto.maps.items():
        yield Fact(
            config.source(entries[0].line), _map_fact(crypto, name, entries, applied.get(name, []))
        )
    for profile in crypto.profiles.values():
        transforms = transforms_of(crypto, profile)
        fact = PolicyFact(
            name=profile.name,
            kind="ipsec-profile",
            transform=transforms[0] if transforms else None,
            pfs=profile.pfs if isinstance(profile.pfs, str) else None,
            ikev2_profile=profile.ikev2_profile,
        )
        yield Fact(config.source(profile.line), fact)
    for name, (line, transform, mode) in crypto.transforms.items():
        yield Fact(config.source(line), transform_policy(name, transform, mode))


def _map_fact(crypto: Crypto, name: str, entries: list[Rules], interfaces: list[str]) -> PolicyFact:
    peers = tuple(dict.fromkeys(peer for entry in entries for peer in entry.peers))
    own = [entry for entry in entries if entry.kind != "gdoi"]  # a group's come from its server
    transforms = [one for entry in own for one in transforms_of(crypto, entry)]
    groups = [entry.pfs for entry in entries if isinstance(entry.pfs, str)]
    return PolicyFact(
        name=name,
        kind="crypto-map",
        interfaces=tuple(interfaces),
        applied=bool(interfaces),
        complete=all(missing_in(entry) is None for entry in entries),
        manual=any(entry.kind == "ipsec-manual" for entry in entries),
        peer=peers[0] if len(peers) == 1 else None,
        peers=peers,
        transform=transforms[0] if transforms else None,
        pfs=groups[0] if groups else None,
        ikev2_profile=next((entry.ikev2_profile for entry in entries if entry.ikev2_profile), None),
    )


def missing_in(rules: Rules) -> str | None:
    """What an entry of a crypto map lacks to protect anything."""
    if rules.kind == "gdoi":
        return None if rules.gdoi_group else "crypto map without a group"
    if rules.dynamic_map is not None:
        return None
    if not rules.peers:
        return "crypto map without a peer"
    return None if rules.access_list else "crypto map without an access list"
