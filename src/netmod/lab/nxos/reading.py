"""An NX-OS configuration as the fabric's values."""

from __future__ import annotations

from datetime import UTC, tzinfo

from netmod.lab.config_tree import ConfigTree
from netmod.lab.macsec import (
    DeviceView,
    Key,
    KeyChain,
    Policy,
    Port,
    PortMacsec,
    lifetime_of,
    number,
)
from netmod.lab.statements import Statement
from netmod.lab.zones import device_zone

DEFAULT_POLICY = Policy(
    "system-default-macsec-policy",
    ("GCM-AES-XPN-256",),
    key_server_priority=16,
    must_secure=False,
    replay_window=148809600,
    include_icv=False,
)


def read(tree: ConfigTree) -> DeviceView:
    """The configuration as values; what is referred to and not defined is empty.

    Without `feature macsec`, and with `macsec shutdown`, no port has MACsec in force.
    """
    root = tree.root
    zone, zone_name = device_zone(root.find("clock timezone"), root.find("clock summer-time"))
    chains = {
        name.removesuffix(" macsec"): _key_chain(name.removesuffix(" macsec"), body, zone)
        for name, body in root.below("key chain ")
        if name.endswith(" macsec")
    }
    policies = {name: _policy(name, body) for name, body in root.below("macsec policy ")}
    in_force = has_macsec(tree) and not is_shut_down(tree)
    ports = {
        name: _port(name, body, chains if in_force else None, policies, tree)
        for name, body in root.below("interface ")
    }
    return DeviceView(
        hostname=root.find("hostname") or root.find("switchname") or "",
        ports=ports,
        key_chains=chains,
        policies=policies,
        default_policy=DEFAULT_POLICY,
        lldp="feature lldp" in root.children,
        cdp="no cdp enable" not in root.children,
        time_zone=zone,
        zone_name=zone_name,
    )


def has_macsec(tree: ConfigTree) -> bool:
    """Whether the device knows MACsec's commands."""
    return "feature macsec" in tree.root.children


def is_shut_down(tree: ConfigTree) -> bool:
    """Whether MACsec is off on every port of the device."""
    return "macsec shutdown" in tree.root.children


def _key_chain(name: str, body: Statement, zone: tzinfo) -> KeyChain:
    return KeyChain(name, tuple(_key(key, below, zone) for key, below in body.below("key ")))


def _key(name: str, body: Statement, zone: tzinfo) -> Key:
    words = (body.find("key-octet-string") or "").split(" ")
    secret, algorithm = (words[-3], words[-1]) if len(words) >= 3 else ("", "")
    lifetime = body.find("send-lifetime")
    start, end = None, None
    if lifetime:
        start, end = lifetime_of(lifetime, zone if lifetime.startswith("local ") else UTC)
    return Key(name, secret, algorithm.upper().replace("_", "-"), start, end)


def _policy(name: str, body: Statement) -> Policy:
    default = DEFAULT_POLICY
    offset = (body.find("conf-offset") or "CONF-OFFSET-0").rpartition("-")[2]
    return Policy(
        name=name,
        ciphers=((body.find("cipher-suite") or default.ciphers[0]).upper(),),
        key_server_priority=number(body.find("key-server-priority"), default.key_server_priority),
        confidentiality_offset=number(offset),
        must_secure=(body.find("security-policy") or "").lower() == "must-secure",
        replay_window=number(body.find("window-size"), default.replay_window),
        sak_rekey_interval=number(body.find("sak-expiry-time")),
        include_icv="include-icv-indicator" in body.children,
    )


def _port(
    name: str,
    body: Statement,
    chains: dict[str, KeyChain] | None,
    policies: dict[str, Policy],
    tree: ConfigTree,
) -> Port:
    """One port. `chains` is None where MACsec is not in force on the device."""
    words = (body.find("channel-group") or "").split(" ")
    mtu = body.find("mtu")
    return Port(
        name=name,
        description=body.find("description") or "",
        shutdown="shutdown" in body.children,
        bundle=tree.grammar.full_interface(f"port-channel{words[0]}") if words[0] else None,
        macsec=None if chains is None else _macsec(body, chains, policies),
        lldp=not {"no lldp transmit", "no lldp receive"} & body.children.keys(),
        cdp="no cdp enable" not in body.children,
        mtu=number(mtu) or None,
    )


def _macsec(
    body: Statement, chains: dict[str, KeyChain], policies: dict[str, Policy]
) -> PortMacsec | None:
    words = (body.find("macsec keychain") or "").split()
    if not words:
        return None
    named = dict(zip(words[1::2], words[2::2], strict=False))
    fallback = named.get("fallback-keychain")
    return PortMacsec(
        policy=policies.get(named.get("policy", ""), DEFAULT_POLICY),
        key_chain=chains.get(words[0], KeyChain(words[0])),
        fallback_key_chain=chains.get(fallback, KeyChain(fallback)) if fallback else None,
    )
