"""The configuration grammar of EOS, as far as the lab takes it."""

from __future__ import annotations

from netmod.lab.grammar import Grammar, Mode, words

INTERFACE_TYPES = {
    "Ethernet": "Et",
    "Port-Channel": "Po",
    "Loopback": "Lo",
    "Management": "Ma",
    "Vlan": "Vl",
    "Vxlan": "Vx",
    "Tunnel": "Tu",
}

_GLOBAL_WORDS = words("""
    aaa agent alias arp boot clock daemon dhcp dns dot1x enable errdisable event-handler hardware
    hostname interface ip ipv6 l2-protocol lacp lldp logging mac management match-list mlag mpls
    no ntp peer-filter platform policy-map port-channel prompt ptp qos queue-monitor radius-server
    sflow schedule service snmp-server spanning-tree switch system tacacs-server terminal
    transceiver tcam username virtual-cable vlan vrf zerotouch
    """)

_INTERFACE_WORDS = words("""
    arp bandwidth bfd dcbx description dot1x encapsulation error-correction flowcontrol forwarding
    hardware ip ipv6 isis l2-protocol lacp link-debounce lldp load-interval logging mlag mpls mtu
    no phone pim port-channel priority-flow-control ptp qos queue-monitor service-policy
    service-profile sflow
    shutdown snmp spanning-tree speed storm-control switchport traffic-policy transceiver tunnel
    tx-queue unidirectional vrf vxlan
    """)

GRAMMAR = Grammar(
    interface_types=INTERFACE_TYPES,
    indent=3,
    banner=r"banner (?:login|motd)()$",
    modes={
        "global": Mode(
            prompt="config",
            words=_GLOBAL_WORDS - {"hostname", "interface"},
            checked={
                "banner": r"banner (login|motd)",
                "hostname": r"hostname [A-Za-z0-9][A-Za-z0-9._-]{0,62}",
            },
            opens={
                r"interface [a-z-]+[\d/.:]+": "interface",
                r"mac security": "mac security",
                r"aaa group server (tacacs\+|radius) \S+": "any",
                r"ip access-list (standard )?\S+": "any",
                r"ipv6 access-list (standard )?\S+": "any",
                r"mac access-list \S+": "any",
                r"class-map .*": "any",
                r"daemon \S+": "any",
                r"event-handler \S+": "any",
                r"ip security": "management",
                r"management (ssh|telnet|console|security|cvx|defaults|accounts)": "management",
                r"management api http-commands": "http-commands",
                r"management api \S+": "management",
                r"mlag configuration": "any",
                r"monitor .*": "any",
                r"peer-filter \S+": "any",
                r"policy-map .*": "any",
                r"qos profile \S+": "any",
                r"route-map \S+ .*": "any",
                r"role \S+": "any",
                r"router \S+.*": "router",
                r"system control-plane": "any",
                r"vlan [\d,-]+": "any",
                r"vrf instance \S+": "any",
            },
            single=r"hostname|clock timezone|dns domain|banner (login|motd)|"
            r"snmp-server (location|contact)|logging (buffered|trap|facility|level)|"
            r"service routing protocols model|ntp local-interface",
            negated=r"aaa root|ip icmp redirect|lldp run|logging (console|monitor)|"
            r"username admin|spanning-tree vlan-id \S+",
            explicit=r"ip routing( vrf \S+)?",
        ),
        "interface": Mode(
            prompt="config-if-{name}",
            words=_INTERFACE_WORDS,
            checked={
                "mac": r"mac (security profile \S+|timestamp \S+)",
                "channel-group": r"channel-group \d+ mode (active|passive|on)",
            },
            single=r"description|ip address(?! .* secondary$)|mtu|bandwidth|mac security profile|"
            r"channel-group|load-interval|speed|vrf|encapsulation|ip ospf cost|isis metric",
            negated=r"switchport|lldp (transmit|receive)|error-correction encoding",
        ),
        "mac security": Mode(
            prompt="config-mac-security",
            words=words("fips license no ptp"),
            opens={r"profile \S+": "mac security profile"},
        ),
        "mac security profile": Mode(
            prompt="config-mac-security-profile-{name}",
            words=frozenset({"no"}),
            checked={
                "cipher": r"cipher aes(128|256)-gcm(-xpn)?",
                "key": r"key [0-9a-f]{1,64} ([078]a? )?\S+( fallback)?",
                "mka": r"mka (key-server priority ([01]?\d?\d|2[0-4]\d|25[0-5])|"
                r"session (rekey-period \d+|lpn-zero disable))",
                "replay": r"replay protection (window \d+|disabled)",
                "sci": "sci",
                "l2-protocol": r"l2-protocol \S+ (bypass|flow-control .*)( \S+)?",
                "traffic": r"traffic unprotected (allow( active-sak)?|drop)",
            },
            single=r"cipher|key [0-9a-f]+|mka key-server priority|mka session rekey-period|"
            r"replay protection|traffic unprotected",
        ),
        "management": Mode(
            prompt="config-mgmt-{name}",
            words=None,
            opens={
                r"vrf \S+": "management",
                r"(ike|sa) policy \S+": "any",
                r"profile \S+": "any",
                r"ssl profile \S+": "any",
            },
            single=r"idle-timeout|cipher|key-exchange|mac",
            explicit="shutdown",
        ),
        "http-commands": Mode(
            prompt="config-mgmt-api-http-cmds",
            words=words("cors default no protocol qos session shutdown"),
            checked={
                "protocol": r"protocol (https?( port \d+| localhost.*)?|unix-socket|https .*)"
            },
            opens={r"vrf \S+": "http-commands"},
            single=r"protocol https? port|qos|session",
            explicit="shutdown",
            negated="protocol https",
        ),
        "router": Mode(
            prompt="config-router-{name}",
            words=None,
            opens={r"address-family .*": "any", r"vrf \S+": "router"},
            single=r"router-id",
            negated=r"bgp default ipv4-unicast",
            explicit=r"redistribute .*",
        ),
        "any": Mode(prompt="config-{name}", words=None, explicit="shutdown|priority"),
    },
)
