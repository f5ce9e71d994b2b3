"""An IOS-XE configuration as the fabric's values."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from netmod.lab.config_tree import ConfigTree
from netmod.lab.iosxe.tunnels import vpns
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

DEFAULT_POLICY = Policy("*DEFAULT POLICY*", ("GCM-AES-128",), key_server_priority=0)


def read(tree: ConfigTree) -> DeviceView:
    """The configuration as values; what is referred to and not defined is empty."""
    root = tree.root
    zone, zone_name = device_zone(root.find("clock timezone"), root.find("clock summer-time"))
    chains = {
        name.removesuffix(" macsec"): _key_chain(name.removesuffix(" macsec"), body, zone)
        for name, body in root.below("key chain ")
        if name.endswith(" macsec")
    }
    policies = {name: _policy(name, body) for name, body in root.below("mka policy ")}
    bodies = {name.split(" ")[0]: body for name, body in root.below("interface ")}
    tunnels = vpns(tree)
    ports = {}
    for name, body in bodies.items():
        port = _port(name, body, tree)
        parent = bodies.get(name.partition(".")[0], body)
        macsec = _macsec(body, parent, chains, policies)
        ports[name] = replace(port, macsec=macsec, vpn=tunnels.get(name))
    return DeviceView(
        hostname=root.find("hostname") or "",
        ports=ports,
        key_chains=chains,
        policies=policies,
        default_policy=DEFAULT_POLICY,
        lldp=root.find("lldp run") is not None,
        cdp=root.find("no cdp run") is None,
        time_zone=zone,
        zone_name=zone_name,
    )


def _key_chain(name: str, body: Statement, zone: tzinfo) -> KeyChain:
    return KeyChain(name, tuple(_key(key, below, zone) for key, below in body.below("key ")))


def _key(name: str, body: Statement, zone: tzinfo) -> Key:
    secret = (body.find("key-string") or "").split(" ")[-1]
    algorithm = (body.find("cryptographic-algorithm") or "aes-128-cmac").upper()
    lifetime = body.find("lifetime")
    start, end = lifetime_of(lifetime, zone) if lifetime else (None, None)
    return Key(name, secret, algorithm, start, end)


def _policy(name: str, body: Statement) -> Policy:
    ciphers = (body.find("macsec-cipher-suite") or "gcm-aes-128").upper().split()
    return Policy(
        name=name,
        ciphers=tuple(ciphers),
        key_server_priority=number(body.find("key-server priority")),
        confidentiality_offset=number(body.find("confidentiality-offset")),
        sak_rekey_interval=number(body.find("sak-rekey interval")),
        delay_protection=body.find("delay-protection") is not None,
        include_icv=body.find("no include-icv-indicator") is None,
    )


def _port(name: str, body: Statement, tree: ConfigTree) -> Port:
    bundle = (body.find("channel-group") or "").split(" ")[0]
    mtu = body.find("mtu")
    return Port(
        name=name,
        description=body.find("description") or "",
        shutdown=body.find("shutdown") is not None,
        bundle=tree.grammar.full_interface(f"Port-channel{bundle}") if bundle else None,
        lldp=body.find("no lldp transmit") is None and body.find("no lldp receive") is None,
        mtu=number(mtu) or None,
    )


def _macsec(
    body: Statement, parent: Statement, chains: dict[str, KeyChain], policies: dict[str, Policy]
) -> PortMacsec | None:
    """MACsec needs `macsec` (routers) or `macsec network-link` (switches), and a key chain.

    `parent` is the physical port of a sub-interface: tags in clear are configured there.
    """
    enabled = "macsec" in body.children or "macsec network-link" in body.children
    words = (body.find("mka pre-shared-key key-chain") or "").split()
    if not enabled or not words:
        return None
    fallback = words[2] if words[1:2] == ["fallback-key-chain"] else None
    fallback = fallback or body.find("mka pre-shared-key fallback-key-chain")
    policy = policies.get(body.find("mka policy") or "", DEFAULT_POLICY)
    window = (body.find("macsec replay-protection") or "").split()
    policy = replace(
        policy,
        must_secure=body.find("macsec access-control should-secure") is None,
        replay_window=number(window[-1] if window else None, policy.replay_window),
        tags_in_clear=number(parent.find("macsec dot1q-in-clear")),
    )
    return PortMacsec(
        policy=policy,
        key_chain=chains.get(words[0], KeyChain(words[0])),
        fallback_key_chain=chains.get(fallback, KeyChain(fallback)) if fallback else None,
    )
