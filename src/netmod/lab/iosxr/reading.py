"""An IOS-XR configuration as the fabric's values."""

from __future__ import annotations

from datetime import tzinfo

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
    "DEFAULT-POLICY",
    ("GCM-AES-XPN-256",),
    key_server_priority=16,
    replay_window=64,
    include_icv=False,
)
_SECONDS = {"seconds": 1, "minutes": 60}


def read(tree: ConfigTree) -> DeviceView:
    """The configuration as values; what is referred to and not defined is empty."""
    root = tree.root
    zone, zone_name = device_zone(root.find("clock timezone"), root.find("clock summer-time"))
    chains = {
        name: _key_chain(name, macsec, zone)
        for name, body in root.below("key chain ")
        for _, macsec in body.below("macsec")
    }
    policies = {name: _policy(name, body) for name, body in root.below("macsec-policy ")}
    ports = {
        name: _port(name, body, chains, policies, tree)
        for text, body in root.below("interface ")
        for name in [text.removeprefix("preconfigure ").split(" ")[0]]
    }
    return DeviceView(
        hostname=root.find("hostname") or "",
        ports=ports,
        key_chains=chains,
        policies=policies,
        default_policy=DEFAULT_POLICY,
        lldp="lldp" in root.children,
        cdp="cdp" in root.children,
        time_zone=zone,
        zone_name=zone_name,
    )


def _key_chain(name: str, body: Statement, zone: tzinfo) -> KeyChain:
    return KeyChain(name, tuple(_key(key, below, zone) for key, below in body.below("key ")))


def _key(name: str, body: Statement, zone: tzinfo) -> Key:
    words = (body.find("key-string") or "").split(" ")
    secret, algorithm = (words[-3], words[-1].upper()) if len(words) >= 3 else ("", "")
    lifetime = body.find("lifetime")
    start, end = lifetime_of(lifetime, zone) if lifetime else (None, None)
    return Key(name, secret, algorithm, start, end)


def _policy(name: str, body: Statement) -> Policy:
    default = DEFAULT_POLICY
    rekey = (body.find("sak-rekey-interval") or "seconds 0").split(" ")
    offset = (body.find("conf-offset") or "CONF-OFFSET-0").rpartition("-")[2]
    return Policy(
        name=name,
        ciphers=((body.find("cipher-suite") or default.ciphers[0]).upper(),),
        key_server_priority=number(body.find("key-server-priority"), default.key_server_priority),
        confidentiality_offset=number(offset),
        must_secure=(body.find("security-policy") or "").lower() != "should-secure",
        replay_window=number(body.find("window-size"), default.replay_window),
        sak_rekey_interval=number(rekey[-1]) * _SECONDS.get(rekey[0].lower(), 1),
        delay_protection=body.find("delay-protection") is not None,
        include_icv=body.find("include-icv-indicator") is not None,
        tags_in_clear=number(body.find("vlan-tags-in-clear")),
    )


def _port(
    name: str,
    body: Statement,
    chains: dict[str, KeyChain],
    policies: dict[str, Policy],
    tree: ConfigTree,
) -> Port:
    bundle = (body.find("bundle id") or "").split(" ")[0]
    mtu = body.find("mtu")
    return Port(
        name=name,
        description=body.find("description") or "",
        shutdown=body.find("shutdown") is not None,
        bundle=tree.grammar.full_interface(f"Bundle-Ether{bundle}") if bundle else None,
        macsec=_macsec(body, chains, policies),
        mtu=number(mtu) or None,
    )


def _macsec(
    body: Statement, chains: dict[str, KeyChain], policies: dict[str, Policy]
) -> PortMacsec | None:
    words = (body.find("macsec psk-keychain") or "").split()
    if not words:
        return None
    named = dict(zip(words[1::2], words[2::2], strict=False))
    fallback = named.get("fallback-psk-keychain")
    return PortMacsec(
        policy=policies.get(named.get("policy", ""), DEFAULT_POLICY),
        key_chain=chains.get(words[0], KeyChain(words[0])),
        fallback_key_chain=chains.get(fallback, KeyChain(fallback)) if fallback else None,
    )
