"""What a text is whose command nothing names, by the heading that only that command prints."""

from __future__ import annotations

import re

from netmod.platforms._observations import Block, Reader
from netmod.platforms.ios import (
    config,
    crypto_definitions,
    crypto_session,
    ike,
    inventory,
    ipsec_sa,
    keychains,
    mka,
    mka_policy,
    neighbors,
    secy,
    version,
)

_HEAD = 40
_CONFIG = re.compile(
    r"(?:hostname \S|version \d|interface [A-Z]|Current configuration|Building configuration"
    r"|! Last configuration change|service timestamps|! ?Chassis type|crypto (?:map|ipsec|isakmp"
    r"|ikev2) |key chain \S|mka policy \S|! ?Image: )"
)
_HEADINGS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(r"Crypto session current status|Session status: "), crypto_session.read_session),
    (re.compile(r"interface: \S+$|Crypto map tag: |protected vrf: "), ipsec_sa.read_ipsec_sa),
    (re.compile(r"Tunnel-id\s+Local|IPv[46] Crypto IKEv2"), ike.read_ikev2),
    (re.compile(r"IPv[46] Crypto ISAKMP SA"), ike.read_isakmp),
    (re.compile(r'Crypto Map:? +(?:IPv[46] )?"'), crypto_definitions.read_crypto_map),
    (re.compile(r"MKA Policy Summary|MKA Policy defaults"), mka_policy.read_policy),
    (re.compile(r"MKA Detailed Status|Total MKA Sessions|Local Tx-SCI"), mka.read_sessions),
    (re.compile(r"MKA PSK Keychain"), mka_policy.read_keychains),
    (re.compile(r"MACsec is (?:enabled|disabled)|Ciphers Supported:"), secy.read_interface),
    (re.compile(r"Key-chain \S+:"), keychains.read_key_chain),
    (re.compile(r"Device ID\s+Local Intrfce|Device ID: "), neighbors.read_cdp),
    (re.compile(r"Device ID\s+Local Intf|Chassis id: "), neighbors.read_lldp),
    (re.compile(r"Cisco (?:IOS|Internetwork)[\w -]* Software|IOS \(tm\)"), version.read_version),
    (re.compile(r'NAME: "'), inventory.read_inventory),
)


def sniff(block: Block) -> Reader:
    """The reader of the first heading in a text; a config where it looks like one, or like none."""
    head = [line.strip() for line in block.lines if line.strip()][:_HEAD]
    if any(_CONFIG.match(line) for line in head):
        return config.read_config
    for line in head:
        for pattern, reader in _HEADINGS:
            if pattern.match(line):
                return reader
    return config.read_config
