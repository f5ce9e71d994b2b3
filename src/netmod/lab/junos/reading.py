"""A Junos configuration as the fabric's values, and what a commit finds wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from netmod.lab.config_tree import ConfigTree
from netmod.lab.junos.statements import unquoted
from netmod.lab.junos.tree import part
from netmod.lab.macsec import DeviceView, Key, KeyChain, Policy, Port, PortMacsec, number
from netmod.lab.statements import Path, Statement

DEFAULT_POLICY = Policy("", ("GCM-AES-128",), key_server_priority=16)
_START = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)\.(\d\d?):(\d\d)(?::(\d\d))?(?: ?([+-]\d{4}))?")
_MACSEC = ("security", "macsec")
_CHAINS = ("security", "authentication-key-chains")
_EMPTY = Statement("")


def read(tree: ConfigTree) -> DeviceView:
    """The configuration as values; what is referred to and not defined is empty."""
    root = tree.root
    zone, zone_name = _zone(value(_at(root, "system"), "time-zone"))
    chains = {
        name: KeyChain(name, tuple(_chain_keys(body, zone)))
        for name, body in _at(root, "security", "authentication-key-chains").below("key-chain ")
    }
    macsec = _at(root, "security", "macsec")
    associations = dict(macsec.below("connectivity-association "))
    secured = {
        name: _macsec(ca, associations.get(ca), chains)
        for name, body in _at(macsec, "interfaces").children.items()
        if (ca := value(body, "connectivity-association"))
    }
    lldp = _lldp(_at(root, "protocols", "lldp"))
    ports: dict[str, Port] = {}
    for name, body in _at(root, "interfaces").children.items():
        ports[name] = _port(name, body, secured.get(name, secured.get("all")), lldp)
        for unit, below in body.below("unit "):
            ports[f"{name}.{unit}"] = Port(
                f"{name}.{unit}",
                value(below, "description"),
                shutdown="disable" in body.children or "disable" in below.children,
            )
    return DeviceView(
        hostname=value(_at(root, "system"), "host-name"),
        ports=ports,
        key_chains=chains,
        policies={one.policy.name: one.policy for one in secured.values()},
        default_policy=DEFAULT_POLICY,
        lldp=bool(lldp),
        cdp=False,
        time_zone=zone,
        zone_name=zone_name,
    )


def value(body: Statement, name: str) -> str:
    """The value of a leaf, out of its quotes; "" where it is not set."""
    return unquoted(body.find(name) or "")


def _at(node: Statement, *path: str) -> Statement:
    return part(node, path) or _EMPTY


def _zone(name: str) -> tuple[tzinfo, str]:
    if name in ("", "UTC"):
        return UTC, "UTC"
    try:
        return ZoneInfo(name), name
    except (ZoneInfoNotFoundError, ValueError):
        return UTC, "UTC"


def _lldp(body: Statement) -> dict[str, bool]:
    """Interface, or `all` → whether LLDP runs there."""
    return {name: "disable" not in below.children for name, below in body.below("interface ")}


def _port(name: str, body: Statement, macsec: PortMacsec | None, lldp: dict[str, bool]) -> Port:
    options = _at(body, "gigether-options")
    mtu = value(body, "mtu")
    return Port(
        name=name,
        description=value(body, "description"),
        shutdown="disable" in body.children,
        bundle=value(options, "802.3ad") or None,
        macsec=macsec,
        lldp=lldp.get(name, lldp.get(f"{name}.0", lldp.get("all", False))),
        cdp=False,
        mtu=number(mtu) or None,
    )


def _macsec(name: str, body: Statement | None, chains: dict[str, KeyChain]) -> PortMacsec:
    """MACsec of one connectivity association: without static CAKs it has no keys."""
    policy = replace(DEFAULT_POLICY, name=name)
    if body is None or value(body, "security-mode") != "static-cak":
        return PortMacsec(policy, KeyChain(name))
    mka = _at(body, "mka")
    policy = Policy(
        name=name,
        ciphers=((value(body, "cipher-suite") or DEFAULT_POLICY.ciphers[0]).upper(),),
        key_server_priority=number(value(mka, "key-server-priority"), 16),
        confidentiality_offset=number(value(body, "offset")),
        must_secure="should-secure" not in mka.children,
        replay_window=number(value(_at(body, "replay-protect"), "replay-window-size")),
        replay_protect="replay-protect" in body.children,
        sak_rekey_interval=number(value(mka, "sak-rekey-interval")),
        encrypts="no-encryption" not in body.children,
    )
    keys = _keys(body, "pre-shared-key", policy, chains)
    fallback = _keys(body, "fallback-key", policy, chains)
    return PortMacsec(policy, keys or KeyChain(name), fallback)


def _keys(
    body: Statement, kind: str, policy: Policy, chains: dict[str, KeyChain]
) -> KeyChain | None:
    """The key of an association, or its key chain; its algorithm follows from its length."""
    named = value(body, f"{kind}-chain")
    if named:
        chain = chains.get(named, KeyChain(named))
        keys = (replace(key, algorithm=_algorithm(key.secret, policy)) for key in chain.keys)
        return replace(chain, keys=tuple(keys))
    pair = _at(body, kind)
    name, secret = value(pair, "ckn"), value(pair, "cak")
    if not name or not secret:
        return None
    return KeyChain(policy.name, (Key(name, secret, _algorithm(secret, policy)),))


def _algorithm(secret: str, policy: Policy) -> str:
    """A key of up to 32 digits is one of 128 bits; a placeholder is as long as the cipher's."""
    if re.fullmatch(r"[0-9A-Fa-f]+", secret):
        bits = 128 if len(secret) <= 32 else 256
    else:
        bits = int(policy.ciphers[0].rpartition("-")[2])
    return f"AES-{bits}-CMAC"


def _chain_keys(body: Statement, zone: tzinfo) -> Iterator[Key]:
    """The keys of a chain: each holds until the next one starts."""
    keys = [
        Key(value(below, "key-name"), value(below, "secret"), start=_start(below, zone))
        for _, below in body.below("key ")
        if value(below, "key-name")
    ]
    beginning = datetime.min.replace(tzinfo=UTC)
    ordered = sorted(keys, key=lambda key: key.start or beginning)
    for index, key in enumerate(ordered):
        following = ordered[index + 1].start if index + 1 < len(ordered) else None
        yield replace(key, end=following)


def _start(body: Statement, zone: tzinfo) -> datetime | None:
    match = _START.fullmatch(value(body, "start-time"))
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    local = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    if match[7]:
        local = datetime.strptime(f"{local:%Y%m%d%H%M%S}{match[7]}", "%Y%m%d%H%M%S%z")
    return local.astimezone(UTC)


def faults(root: Statement) -> Iterator[tuple[Path, str, str]]:
    """What a commit refuses: where, the statement, and why."""
    security = _at(root, "security")
    macsec = _at(security, "macsec")
    chains = dict(_at(security, "authentication-key-chains").below("key-chain "))
    associations = dict(macsec.below("connectivity-association "))
    for name, body in _at(macsec, "interfaces").children.items():
        ca = value(body, "connectivity-association")
        if ca and ca not in associations:
            yield (
                (*_MACSEC, "interfaces", name),
                f"connectivity-association {ca}",
                "connectivity association not defined",
            )
    for name, body in associations.items():
        where: Path = (*_MACSEC, f"connectivity-association {name}")
        for kind in ("pre-shared-key", "fallback-key"):
            chain, pair = value(body, f"{kind}-chain"), _at(body, kind)
            if chain and chain not in chains:
                yield where, f"{kind}-chain {chain}", "key chain not defined"
            if pair.children and not (value(pair, "ckn") and value(pair, "cak")):
                yield where, kind, "both ckn and cak are needed"
        mka = _at(body, "mka")
        if {"must-secure", "should-secure"} <= mka.children.keys():
            yield (*where, "mka"), "should-secure", "must-secure is configured as well"
    for name, body in _at(security, "authentication-key-chains").below("key-chain "):
        for key, below in body.below("key "):
            start = value(below, "start-time")
            if start and not _is_moment(start):
                yield (*_CHAINS, f"key-chain {name}", f"key {key}"), "start-time", "no such moment"


def _is_moment(text: str) -> bool:
    try:
        return _start(Statement("", None, {f'start-time "{text}"': _EMPTY}), UTC) is not None
    except ValueError:
        return False
