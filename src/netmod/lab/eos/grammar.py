"""The configuration grammar of EOS, as far as the lab takes it."""

from __future__ import annotations

from netmod.lab.grammar import OF_INTERFACES, Grammar, Mode, beginning, elsewhere, words

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

_OF_AFS = (
    "aggregate-address bgp default distance graceful-restart maximum-paths neighbor network no \
    redistribute"
)
_OF_MANAGEMENT = r"(ip|ipv6) access-group .*|" + elsewhere(
    " ".join(_GLOBAL_WORDS - words("login mac no")) + " mac.security mac.access-list"
)

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
                r"aaa group server (tacacs\+|radius) \S+": "server group",
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
                r"qos profile \S+": "qos profile",
                r"route-map \S+ .*": "any",
                r"role \S+": "any",
                r"router \S+.*": "router",
                r"system control-plane": "control plane",
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
                "mtu": r"mtu [0-9]{2,5}",
                "mac": r"mac (security profile \S+|timestamp \S+)",
                "channel-group": r"channel-group \d+ mode (active|passive|on)",
            },
            own=OF_INTERFACES,
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
            own=_OF_MANAGEMENT,
        ),
        "http-commands": Mode(
            prompt="config-mgmt-api-http-cmds",
            words=words("cors default ip ipv6 no protocol qos session shutdown"),
            checked={
                "protocol": r"protocol (https?( port \d+| localhost.*)?|unix-socket|https .*)"
            },
            opens={r"vrf \S+": "http-commands"},
            single=r"protocol https? port|qos|session",
            explicit="shutdown",
            negated="protocol https",
            own=_OF_MANAGEMENT,
        ),
        "router": Mode(
            prompt="config-router-{name}",
            words=None,
            opens={
                r"address-family .*": "address family",
                r"vrf \S+": "router vrf",
                r"vlan \d+": "router vlan",
                r"vlan-aware-bundle \S+": "any",
            },
            own=elsewhere(" ".join(_GLOBAL_WORDS - words("bfd maximum-paths no"))),
            single=r"router-id",
            negated=r"bgp default ipv4-unicast",
            explicit=r"redistribute .*",
        ),
        "router vrf": Mode(
            prompt="config-router-vrf-{name}",
            words=None,
            opens={r"address-family .*": "address family"},
            single="router-id",
            explicit=r"redistribute .*",
            own=beginning(_OF_AFS + " address-family rd router-id route-target timers"),
        ),
        "router vlan": Mode(
            prompt="config-macvrf-{name}",
            words=None,
            own=beginning("no rd redistribute route-target"),
        ),
        "address family": Mode(
            prompt="config-router-af", words=None, own=beginning(_OF_AFS + " route")
        ),
        "server group": Mode(prompt="config-sg-{name}", words=None, own=beginning("server")),
        "qos profile": Mode(
            prompt="config-qos-profile-{name}",
            words=None,
            opens={r"(uc-)?tx-queue \d+": "tx-queue"},
            own=beginning("priority-flow-control qos service-policy shape tx-queue uc-tx-queue"),
        ),
        "tx-queue": Mode(
            prompt="config-qos-profile-txq-{name}",
            words=None,
            explicit="priority",
            own=beginning("bandwidth comment no priority random-detect shape"),
        ),
        "control plane": Mode(
            prompt="config-system-cp",
            words=None,
            own=r"(ip|ipv6) access-group .*|service-policy .*|no .*",
        ),
        "any": Mode(
            prompt="config-{name}",
            words=None,
            explicit="shutdown",
            own=elsewhere(" ".join(_GLOBAL_WORDS)),
        ),
    },
)
