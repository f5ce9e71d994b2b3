"""The configuration grammar of IOS-XE, as far as the lab takes it."""

from __future__ import annotations

import re
from ipaddress import IPv4Address

from netmod.lab.grammar import OF_INTERFACES, Grammar, Mode, typed, words

INTERFACE_TYPES = {
    "FourHundredGigE": "Fou",
    "TwoHundredGigE": "TwoH",
    "HundredGigE": "Hu",
    "FiftyGigE": "Fi",
    "FortyGigabitEthernet": "Fo",
    "TwentyFiveGigE": "Twe",
    "TenGigabitEthernet": "Te",
    "FiveGigabitEthernet": "Fiv",
    "TwoGigabitEthernet": "Tw",
    "GigabitEthernet": "Gi",
    "FastEthernet": "Fa",
    "Port-channel": "Po",
    "Loopback": "Lo",
    "Tunnel": "Tu",
    "Vlan": "Vl",
    "nve": "nv",
    "AppGigabitEthernet": "Ap",
}

_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_TIME = rf"\d\d:\d\d:\d\d ({_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH}) \d{{4}}"
LIFETIME = rf"lifetime (local )?{_TIME} (infinite|duration \d+|{_TIME})"

_GLOBAL_WORDS = words("""
        aaa access-list archive authentication banner boot call-home cdp clock control-plane
    cts device-tracking diagnostic dot1x enable errdisable exception file hw-module ip ipv6 l2vpn
    license lldp logging login mac macsec memory monitor multilink netconf-yang no ntp password
    platform port-channel power privilege process qos radius-server redundancy restconf scheduler
    sdm security service sflow snmp snmp-server spanning-tree stackwise-virtual standby switch
    system tacacs-server telemetry transceiver tunnel udld username version vtp
    """)

_INTERFACE_WORDS = words("""
        arp authentication auto bandwidth bfd carrier-delay cdp clns crypto delay description dot1x
    duplex encapsulation eapol fec hold-queue ip ipv6 isis keepalive lacp lldp load-interval
    logging mab mac-address media-type mpls mtu negotiation no ntp ospfv3 power private-vlan qos
    service-policy shutdown snmp spanning-tree speed standby storm-control switchport trust tunnel
    udld vrf vrrp
    """)

_PART = typed(
    """
        access-class address attributes authorization auto-enroll automate-tester bandwidth client
    cache collect crl default deny description destination dh-group dpd dscp encoding encryption
    enrollment eap escape-character exec exec-timeout export-protocol exporter fair-queue filter
    fqdn frequency group hash hidekeys history icmp-echo identity initiator integrity keyring length
    lifetime local main-cpu match media mode name notify option owner pac party peer permit police
    policy port-channel-protocol prf priority pre-shared-key proposal public-key query-certificate
    queue-limit random-detect receiver record regeneration remark remote retransmit revocation-check
    responder-only rotary rsakeypair serial-number server server-key session-limit session-timeout
    service-policy set shape shutdown single-connection size source source-interface speed stopbits
    stream subject-alt-name subject-name sync tag template threshold timeout timers tos transport
    ttl udp-jitter update-policy usage vlan-name width
    """,
    r"authentication (local|remote|pre-share|rsa-sig).*",
    r"ip (vrf forwarding|tacacs source-interface|radius source-interface|address) .*",
    r"key (?!chain ).*",
    r"logging (synchronous|enable|size|persistent|event)( .*)?",
    r"privilege level \d+",
    r"vrf (?!definition ).*",
)
_ROUTER = typed(
    """
        address-family area auto-cost bfd bgp default-information default-metric distance
    distribute-list exit-address-family fast-reroute is-type ispf log-adjacency-changes
    lsp-gen-interval lsp-refresh-interval max-lsp-lifetime max-metric maximum-paths metric
    metric-style neighbor net network nsf nsr passive-interface prc-interval redistribute
    router-id set-overload-bit shutdown spf-interval summary-address table-map timers
    """,
    r"authentication (mode|key-chain|send-only)( .*)?",
    r"mpls (ldp|traffic-eng)( .*)?",
)
_FAMILY = typed(
    """
        advertise aggregate-address auto-summary bgp default-information default-metric distance
    export import inter-as-hybrid maximum-paths mdt neighbor network redistribute route-target
    table-map
    """
)
_KEY = typed("accept-lifetime cryptographic-algorithm description key-string send-lifetime")

_FULL = 0xFFFFFFFF
_SHORTEST_WITHOUT_NETWORK = 31


def _objection(statement: str) -> str | None:
    """An address with a mask that has holes, or that leaves nothing of the address."""
    match = re.fullmatch(r"ip address ([\d.]+) ([\d.]+)( secondary)?", statement)
    if match is None:
        return None
    try:
        address, mask = (int(IPv4Address(text)) for text in match.groups()[:2])
    except ValueError:
        return None
    hosts = mask ^ _FULL
    if hosts & (hosts + 1):
        return f"Bad mask 0x{mask:X} for address {match[1]}"
    length = mask.bit_count()
    if length < _SHORTEST_WITHOUT_NETWORK and address & hosts in (0, hosts):
        return f"Bad mask /{length} for address {match[1]}"
    return None


GRAMMAR = Grammar(
    interface_types=INTERFACE_TYPES,
    objection=_objection,
    modes={
        "global": Mode(
            prompt="config",
            words=_GLOBAL_WORDS | {"hostname", "do"},
            checked={"hostname": r"hostname [A-Za-z][A-Za-z0-9._-]{0,62}"},
            opens={
                r"interface [a-z-]+[\d/.:]+( point-to-point)?": "interface",
                r"mka policy \S+": "mka policy",
                r"key chain \S+ macsec": "macsec key chain",
                r"key chain \S+( tcp)?": "key chain",
                r"aaa group server (tacacs\+|radius) \S+": "any",
                r"aaa server radius dynamic-author": "any",
                r"archive": "archive",
                r"class-map .*": "any",
                r"control-plane": "any",
                r"crypto ikev2 keyring \S+": "ikev2 keyring",
                r"crypto ikev2 proposal \S+": "ikev2 proposal",
                r"crypto ikev2 policy \S+": "ikev2 policy",
                r"crypto ikev2 profile \S+": "ikev2 profile",
                r"crypto ipsec transform-set \S+ .*": "transform set",
                r"crypto ipsec profile \S+": "ipsec profile",
                r"crypto (pki|ikev2|ipsec|map|isakmp|keyring) .*": "any",
                r"flow (record|exporter|monitor) \S+": "any",
                r"ip access-list (standard|extended) \S+": "any",
                r"ip sla \d+": "any",
                r"ipv6 access-list \S+": "any",
                r"line (con|aux|vty) .*": "any",
                r"mpls .*": "any",
                r"policy-map .*": "policy map",
                r"redundancy": "any",
                r"route-map \S+ .*": "any",
                r"router \S+.*": "router",
                r"tacacs server \S+": "any",
                r"radius server \S+": "any",
                r"telemetry ietf subscription \d+": "any",
                r"vlan [\d,-]+": "any",
                r"vlan internal .*": "any",
                r"vrf definition \S+": "vrf",
            },
            single=r"hostname|version|clock timezone|enable secret|ip domain name|"
            r"banner (login|motd|exec)|file prompt|snmp-server (location|contact)|ip ssh version|"
            r"logging (buffered|trap|source-interface)|logging facility|"
            r"crypto ipsec transform-set \S+",
            explicit=r"ip http (server|secure-server)",
            negated=r"ip source-route|service (pad|config)|"
            r"cdp run|ip domain lookup|logging console|platform punt-keepalive .*|"
            r"ip bootp server|ip finger|ip gratuitous-arps|service dhcp|vstack|"
            r"ip dhcp snooping information option",
        ),
        "interface": Mode(
            prompt="config-if",
            words=_INTERFACE_WORDS,
            checked={
                "mtu": r"mtu [0-9]{2,5}",
                "macsec": r"macsec( network-link| dot1q-in-clear \d| access-control "
                r"(must|should)-secure| replay-protection window-size \d+)?",
                "mka": r"mka (policy \S+|pre-shared-key (fallback-)?key-chain \S+"
                r"( fallback-key-chain \S+)?|default-policy)",
                "channel-group": r"channel-group \d+ mode (active|passive|on|auto|desirable)",
            },
            own=OF_INTERFACES,
            single=r"description|ip address(?! .* secondary$)|mtu|bandwidth|mka policy|"
            r"mka pre-shared-key (fallback-)?key-chain|macsec access-control|channel-group|"
            r"macsec dot1q-in-clear|macsec replay-protection|load-interval|speed|vrf forwarding|"
            r"tunnel (source|destination|mode|protection|vrf)|encapsulation|ip mtu|"
            r"ip ospf cost|carrier-delay|isis metric",
            negated=r"switchport|ip redirects|ip proxy-arp|ip unreachables|cdp enable|"
            r"lldp (transmit|receive)|ip address|keepalive|mop enabled",
        ),
        "ikev2 keyring": Mode(
            prompt="config-ikev2-keyring",
            words=frozenset({"no"}),
            opens={r"peer \S+": "ikev2 peer"},
        ),
        "ikev2 peer": Mode(
            prompt="config-ikev2-keyring-peer",
            words=words("address description hostname identity no pre-shared-key"),
            single=r"address|description|pre-shared-key( local| remote)?",
        ),
        "ikev2 proposal": Mode(
            prompt="config-ikev2-proposal",
            words=words("encryption group integrity no prf"),
            single=r"encryption|group|integrity|prf",
        ),
        "ikev2 policy": Mode(
            prompt="config-ikev2-policy", words=words("match no proposal"), single=r"match fvrf"
        ),
        "ikev2 profile": Mode(
            prompt="config-ikev2-profile",
            words=words(
                "aaa authentication config-exchange description dpd identity initial-contact ivrf "
                "keyring lifetime match nat no pki reconnect redirect"
            ),
            single=r"authentication (local|remote)|description|dpd|identity local|keyring local|"
            r"lifetime|match fvrf",
        ),
        "transform set": Mode(
            prompt="cfg-crypto-trans", words=words("esn mode no"), single=r"mode"
        ),
        "ipsec profile": Mode(
            prompt="ipsec-profile",
            words=words("description no responder-only set"),
            single=r"description|set (pfs|transform-set|ikev2-profile|mixed-mode"
            r"|security-association (lifetime seconds|lifetime kilobytes|replay))",
        ),
        "archive": Mode(
            prompt="config-archive",
            words=frozenset({"no"}),
            checked={
                "path": r"path \S+",
                "maximum": r"maximum ([1-9]|1[0-4])",
                "rollback": r"rollback (filter|retry) .+",
                "time-period": r"time-period \d+",
                "write-memory": "write-memory",
            },
            opens={"log config": "any"},
            single="path|maximum|time-period",
        ),
        "mka policy": Mode(
            prompt="config-mka-policy",
            words=frozenset({"no"}),
            checked={
                "key-server": r"key-server priority ([01]?\d?\d|2[0-4]\d|25[0-5])",
                "macsec-cipher-suite": r"macsec-cipher-suite( gcm-aes-(xpn-)?(128|256))+",
                "confidentiality-offset": r"confidentiality-offset (0|30|50)",
                "sak-rekey": r"sak-rekey (interval \d+|on-live-peer-loss)",
                "delay-protection": "delay-protection",
                "include-icv-indicator": "include-icv-indicator",
                "send-secure-announcements": "send-secure-announcements",
                "use-updated-eth-header": "use-updated-eth-header",
            },
            single=r"key-server priority|macsec-cipher-suite|confidentiality-offset|"
            r"sak-rekey interval",
            negated="include-icv-indicator",
        ),
        "macsec key chain": Mode(
            prompt="config-keychain-macsec",
            words=frozenset({"no", "description"}),
            opens={r"key [0-9a-f]{1,64}": "macsec key"},
        ),
        "macsec key": Mode(
            prompt="config-keychain-macsec-key",
            words=frozenset({"no"}),
            checked={
                "key-string": r"key-string ([067] )?\S+",
                "cryptographic-algorithm": r"cryptographic-algorithm aes-(128|256)-cmac",
                "lifetime": LIFETIME,
            },
            single=r"key-string|cryptographic-algorithm|lifetime",
        ),
        "key chain": Mode(prompt="config-keychain", opens={r"key \d+": "key"}),
        "key": Mode(prompt="config-keychain-key", words=None, own=_KEY, single=r"key-string"),
        "router": Mode(
            prompt="config-router",
            words=None,
            own=_ROUTER,
            opens={r"address-family .*": "address family"},
            single=r"router-id|net \d",
            negated=r"bgp default (ipv4-unicast|route-target filter)",
        ),
        "vrf": Mode(
            prompt="config-vrf",
            words=frozenset({"rd", "route-target", "description", "vnet", "no"}),
            opens={r"address-family .*": "address family"},
            single=r"rd|description",
        ),
        "address family": Mode(
            prompt="config-af", words=None, own=_FAMILY, closes="exit-address-family"
        ),
        "policy map": Mode(
            prompt="config-pmap",
            words=None,
            own="class .*|description .*",
            opens={r"class .*": "any"},
        ),
        "any": Mode(prompt="config-mode", words=None, own=_PART),
    },
)
