"""An EOS configuration as the fabric's values."""

from __future__ import annotations

import re
from datetime import UTC
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from netmod.lab.config_tree import ConfigTree
from netmod.lab.macsec import DeviceView, Key, KeyChain, Policy, Port, PortMacsec, number
from netmod.lab.statements import Statement

DEFAULT_PROFILE = Policy("", ("GCM-AES-XPN-128",), key_server_priority=16)
"""What a profile without statements does."""

_CIPHERS = {
    "aes128-gcm": "GCM-AES-128",
    "aes256-gcm": "GCM-AES-256",
    "aes128-gcm-xpn": "GCM-AES-XPN-128",
    "aes256-gcm-xpn": "GCM-AES-XPN-256",
}


def read(tree: ConfigTree) -> DeviceView:
    """The configuration as values; what is referred to and not defined is empty.

    A profile holds policy and keys; its keys make two key chains of its name, the second one
    those marked as fallback.
    """
    root = tree.root
    macsec = {name: _profile(name, body) for name, body in _profiles(root)}
    zone_text = root.find("clock timezone") or "UTC"
    try:
        zone = ZoneInfo(zone_text)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return DeviceView(
        hostname=root.find("hostname") or "",
        ports={name: _port(name, body, macsec, tree) for name, body in root.below("interface ")},
        key_chains={name: one.key_chain for name, one in macsec.items()},
        policies={name: one.policy for name, one in macsec.items()},
        default_policy=DEFAULT_PROFILE,
        lldp="no lldp run" not in root.children,
        cdp=False,
        time_zone=UTC if zone_text == "UTC" else zone,
        zone_name=zone_text,
    )


def _profiles(root: Statement) -> list[tuple[str, Statement]]:
    body = root.children.get("mac security")
    return list(body.below("profile ")) if body else []


def _profile(name: str, body: Statement) -> PortMacsec:
    policy = _policy(name, body)
    keys = [_key(text, policy.ciphers[0]) for text in body.find_all("key")]
    primary = tuple(key for key, fallback in keys if not fallback)
    fallback = tuple(key for key, fallback in keys if fallback)
    return PortMacsec(
        policy, KeyChain(name, primary), KeyChain(name, fallback) if fallback else None
    )


def _policy(name: str, body: Statement) -> Policy:
    window = re.fullmatch(r"window (\d+)", body.find("replay protection") or "")
    cipher = (body.find("cipher") or "").lower()
    return Policy(
        name=name,
        ciphers=(_CIPHERS.get(cipher, DEFAULT_PROFILE.ciphers[0]),),
        key_server_priority=number(
            body.find("mka key-server priority"), DEFAULT_PROFILE.key_server_priority
        ),
        must_secure=(body.find("traffic unprotected") or "drop").lower() != "allow",
        replay_window=number(window[1]) if window else 0,
        sak_rekey_interval=number(body.find("mka session rekey-period")),
    )


def _key(text: str, cipher: str) -> tuple[Key, bool]:
    """`CKN [0|7|8a] SECRET [fallback]`: the key, and whether it is the fallback one.

    The length of the key decides on the algorithm; a placeholder has none, and is taken to be
    as long as the cipher's.
    """
    words = text.split(" ")
    fallback = words[-1].lower() == "fallback"
    if fallback:
        del words[-1]
    secret = words[-1]
    bits = "256" if "256" in cipher else "128"
    if re.fullmatch(r"[0-9A-Fa-f]{32}|[0-9A-Fa-f]{64}", secret):
        bits = str(len(secret) * 4)
    return Key(words[0], secret, f"AES-{bits}-CMAC"), fallback


def _port(name: str, body: Statement, profiles: dict[str, PortMacsec], tree: ConfigTree) -> Port:
    bundle = (body.find("channel-group") or "").split(" ")[0]
    mtu = body.find("mtu")
    profile = body.find("mac security profile")
    undefined = PortMacsec(DEFAULT_PROFILE, KeyChain(profile or ""))
    return Port(
        name=name,
        description=body.find("description") or "",
        shutdown="shutdown" in body.children,
        bundle=tree.grammar.full_interface(f"Port-Channel{bundle}") if bundle else None,
        macsec=profiles.get(profile, undefined) if profile else None,
        lldp=not {"no lldp transmit", "no lldp receive"} & body.children.keys(),
        cdp=False,
        mtu=number(mtu) or None,
    )
