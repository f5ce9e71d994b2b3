"""The configuration grammar of IOS-XR, as far as the lab takes it."""

from __future__ import annotations

from netmod.lab.grammar import OF_INTERFACES, Grammar, Mode, beginning, words

INTERFACE_TYPES = {
    "FourHundredGigE": "FH",
    "TwoHundredGigE": "TH",
    "HundredGigE": "Hu",
    "FiftyGigE": "Fi",
    "FortyGigE": "Fo",
    "TwentyFiveGigE": "TF",
    "TenGigE": "Te",
    "GigabitEthernet": "Gi",
    "Bundle-Ether": "BE",
    "Loopback": "Lo",
    "MgmtEth": "Mg",
    "tunnel-ip": "ti",
    "Null": "Nu",
    "BVI": "BV",
}

_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_TIME = rf"\d\d:\d\d:\d\d ({_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH}) \d{{4}}"
LIFETIME = rf"lifetime {_TIME} (infinite|duration \d+|{_TIME})"
KEY_STRING = (
    r"key-string ((clear|password|password6) )?\S+ cryptographic-algorithm aes-(128|256)-cmac"
)
MACSEC = r"macsec psk-keychain \S+( fallback-psk-keychain \S+)?( policy \S+)?"

_GLOBAL_WORDS = words("""
        aaa banner bfd call-home cdp clock control-plane crypto domain fpd ftp http hw-module
    icmp ip ipv4 ipv6 l2transport line lldp lacp logging login mpls netconf no ntp
    performance-mgmt policy-global radius-server secret service snmp-server ssh tacacs-server
    tacacs tcp telnet tftp tpa username vty-pool xml
    """)

GRAMMAR = Grammar(
    interface_types=INTERFACE_TYPES,
    modes={
        "global": Mode(
            prompt="config",
            words=_GLOBAL_WORDS,
            checked={"hostname": r"hostname [A-Za-z0-9][A-Za-z0-9._-]{0,62}"},
            opens={
                r"interface (preconfigure )?[a-z-]+[\w/.:]+( l2transport)?": "interface",
                r"macsec-policy \S+": "macsec policy",
                r"key chain \S+": "key chain",
                r"aaa group server (tacacs\+|radius) \S+": "server group",
                r"aaa password-policy \S+": "any",
                r"call-home": "any",
                r"class-map .*": "class map",
                r"control-plane": "management plane",
                r"crypto ca trustpoint \S+": "trustpoint",
                r"(ipv4|ipv6) access-list \S+": "any",
                r"flow .*": "any",
                r"grpc": "any",
                r"hw-module .*": "any",
                r"l2vpn": "any",
                r"lldp": "any",
                r"line (console|default|template \S+)": "any",
                r"lpts pifib hardware police": "police",
                r"mpls (ldp|oam|traffic-eng)": "router",
                r"multicast-routing": "any",
                r"netconf-yang agent": "any",
                r"netconf agent .*": "any",
                r"ntp": "any",
                r"policy-map .*": "policy map",
                r"prefix-set \S+": "any",
                r"community-set \S+": "any",
                r"route-policy \S+": "route policy",
                r"router \S+.*": "router",
                r"segment-routing": "any",
                r"snmp-server vrf \S+": "any",
                r"tacacs-server host \S+.*": "any",
                r"radius-server host \S+.*": "any",
                r"taskgroup \S+": "any",
                r"telemetry model-driven": "any",
                r"tpa": "any",
                r"username \S+": "any",
                r"usergroup \S+": "any",
                r"vrf \S+": "vrf",
            },
            single=r"hostname|clock timezone|domain name|banner (login|motd|exec)|"
            r"logging (buffered|trap|facility|source-interface)|snmp-server (location|contact)",
        ),
        "interface": Mode(
            prompt="config-if",
            words=words("""
        arp bandwidth bfd bundle carrier-delay cdp dampening description eapol encapsulation
                ethernet flow fec ipv4 ipv6 l2transport lacp lldp load-interval logging mac-address
                monitor-session mtu negotiation no rewrite service-policy shutdown speed tunnel
                vrf
    """),
            checked={"mtu": r"mtu [0-9]{2,5}", "macsec": MACSEC},
            opens={"lldp": "any", "bfd": "any", "l2transport": "any", "ethernet cfm": "any"},
            own=OF_INTERFACES,
            single=r"description|ipv4 address(?! .* secondary$)|mtu|bandwidth|macsec psk-keychain|"
            r"bundle id|load-interval|speed|vrf|encapsulation|carrier-delay",
        ),
        "macsec policy": Mode(
            prompt="config-macsec-policy",
            words=frozenset({"no"}),
            checked={
                "cipher-suite": r"cipher-suite gcm-aes-(xpn-)?(128|256)",
                "conf-offset": r"conf-offset conf-offset-(0|30|50)",
                "security-policy": r"security-policy (must|should)-secure",
                "key-server-priority": r"key-server-priority ([01]?\d?\d|2[0-4]\d|25[0-5])",
                "window-size": r"window-size \d+",
                "sak-rekey-interval": r"sak-rekey-interval (seconds|minutes) \d+",
                "vlan-tags-in-clear": r"vlan-tags-in-clear [12]",
                "include-icv-indicator": "include-icv-indicator",
                "delay-protection": "delay-protection",
                "policy-exception": r"policy-exception lacp-in-clear",
                "allow": r"allow (lacp-in-clear|lldp-in-clear|pause-frames-in-clear)",
                "suspendFor": r"suspendfor disable",
                "suspendOnRequest": r"suspendonrequest disable",
            },
            single=r"cipher-suite|conf-offset|security-policy|key-server-priority|window-size|"
            r"sak-rekey-interval|vlan-tags-in-clear",
        ),
        "key chain": Mode(
            prompt="config-psk",
            words=frozenset({"no", "accept-tolerance", "timezone"}),
            opens={"macsec": "macsec key chain", r"key \d+": "any"},
        ),
        "macsec key chain": Mode(
            prompt="config-psk-MacSec",
            words=frozenset({"no"}),
            opens={r"key [0-9a-f]{1,64}": "macsec key"},
        ),
        "macsec key": Mode(
            prompt="config-psk-MacSec-key",
            words=frozenset({"no"}),
            checked={"key-string": KEY_STRING, "lifetime": LIFETIME},
            single=r"key-string|lifetime",
        ),
        "router": Mode(
            prompt="config-router",
            words=None,
            opens={
                r"interface \S+": "router part",
                r"neighbor \S+": "router part",
                r"(neighbor-group|session-group|af-group) .*": "router part",
                r"vrf \S+": "router part",
                r"area \S+": "router part",
                r"address-family .*": "any",
            },
        ),
        "router part": Mode(
            prompt="config-router-part",
            words=None,
            opens={r"(address-family|interface) .*": "any", r"neighbor \S+": "router part"},
        ),
        "route policy": Mode(prompt="config-rpl", words=None, closes="end-policy"),
        "server group": Mode(
            prompt="config-sg",
            words=None,
            opens={r"server-private .*": "any"},
            own=beginning("server server-private vrf"),
        ),
        "trustpoint": Mode(
            prompt="config-trustp",
            words=None,
            own=beginning(
                "auto-enroll crl enrollment ip-address rsakeypair serial-number "
                "sftp-password subject-name vrf"
            ),
        ),
        "police": Mode(prompt="config-pifib-policer", words=None, own=beginning("flow")),
        "class map": Mode(prompt="config-cmap", words=None, closes=" end-class-map"),
        "policy map": Mode(
            prompt="config-pmap", words=None, opens={r"class .*": "class"}, closes=" end-policy-map"
        ),
        "class": Mode(prompt="config-pmap-c", words=None, opens={r"police .*": "any"}),
        "vrf": Mode(
            prompt="config-vrf",
            words=None,
            opens={r"address-family .*": "vrf", r"(import|export) route-target": "any"},
        ),
        "management plane": Mode(
            prompt="config-ctrl",
            words=None,
            opens={
                "management-plane|inband|out-of-band": "management plane",
                r"interface .*": "managed interface",
            },
            own=beginning("inband interface management-plane out-of-band vrf"),
        ),
        "managed interface": Mode(prompt="config-mpp-if", words=None, opens={r"allow .*": "any"}),
        "any": Mode(prompt="config-mode", words=None),
    },
)
