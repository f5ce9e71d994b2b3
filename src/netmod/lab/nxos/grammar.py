"""The configuration grammar of NX-OS, as far as the lab takes it."""

from __future__ import annotations

from netmod.lab.grammar import OF_INTERFACES, Grammar, Mode, beginning, typed, words

INTERFACE_TYPES = {
    "Ethernet": "Eth",
    "port-channel": "Po",
    "loopback": "Lo",
    "mgmt": "mgmt",
    "Vlan": "Vlan",
    "nve": "nve",
    "Tunnel": "Tunnel",
}

_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_TIME = rf"\d\d:\d\d:\d\d {_MONTH} \d{{1,2}} \d{{4}}"
LIFETIME = rf"send-lifetime (local )?{_TIME} (infinite|duration \d+|{_TIME})"
KEY_STRING = r"key-octet-string ([067] )?\S+ cryptographic-algorithm aes_(128|256)_cmac"

_GLOBAL_WORDS = words("""
    aaa banner bfd boot cdp clock copp crypto cts errdisable evpn fabric feature hardware icam
    ip ipv6 l2vpn lacp license lldp logging login logout mac monitor name-server nfm no ntp nv nxapi
    password platform port-profile power radius-server rmon role sampler service sflow snmp-server
    spanning-tree ssh switchname system tacacs-server telnet terminal udld userpassphrase username
    version vlan vtp xml
    """)

_INTERFACE_WORDS = words("""
    bandwidth beacon bfd carrier-delay cdp delay description duplex encapsulation fabric fec
    flowcontrol hardware host-reachability hsrp ip ipv6 isis lacp link lldp load-interval logging
    mac mac-address medium member mpls mtu negotiate no ntp port-channel port-type
    priority-flow-control private-vlan
    service-policy shutdown snmp source-interface spanning-tree speed storm-control switchport
    system tunnel udld vpc vrf
    """)

_PARTS = """
        absolute-timeout access-class action advertise aggregate-address auto-recovery bandwidth
    client collect congestion-control default-information delay deny description destination-group
    destination-profile dampening deadtime delete dscp enrollment exec-timeout export exporter
    feature-set import ingress-replication interface-vlan layer3 limit-resource maximum-paths
    maximum-prefix mcast-group match media mode name network nexthop next-hop-self path peer-gateway
    peer-keepalive peer-switch permit police policy priority prefix-list queue-limit random-detect
    rd record redistribute remark retain revocation-check role-priority rsakeypair rule
    send-community sensor-group server session-limit set shape shutdown source source-interface
    statistics subscription suppress-inactive table-map template timeout timers track transport ttl
    use-vrf vn-segment vni weight
    """
_PART = typed(
    _PARTS,
    r"ip (access-group|arp synchronize|vrf)( .*)?",
    r"logging synchronous",
    r"route-map \S+ (in|out)",
    r"route-target .*",
    r"service-policy .*",
    r"system-priority \d+",
)
_CONTEXT = typed(
    _PARTS,
    r"ip (route|name-server|domain-name|domain-list|host|multicast|pim|igmp) .*",
    r"ipv6 route .*",
    r"route-target .*",
)
_ROUTER_VRF = typed(
    """
        address-family advertise area auto-cost bestpath bfd cluster-id confederation
    default-information default-metric distance enforce-first-as event-history
    fast-external-fallover graceful-restart is-type log-adjacency-changes log-neighbor-changes
    lsp-gen-interval max-lsp-lifetime maximum-paths metric-style neighbor net network
    passive-interface redistribute router-id set-overload-bit shutdown spf-interval template timers
    """,
    r"authentication.*",
)
_ROUTER = rf"{_ROUTER_VRF}|vrf (?!context )\S+"
_NEIGHBOR = typed(
    """
        address-family capability description disable-connected-check dynamic-capability
    ebgp-multihop inherit local-as low-memory maximum-peers peer-type remote-as shutdown timers
    transport ttl-security update-source
    """,
    r"bfd( (singlehop|multihop))?",
    r"password .*",
    r"log-neighbor-changes.*",
)
_FAMILY = typed(
    """
        advertise advertise-map aggregate-address allowas-in as-override capability dampening
    default-information default-originate disable-peer-as-check distance export filter-list import
    inherit maximum-paths maximum-prefix network next-hop-self next-hop-third-party nexthop
    redistribute retain rewrite-evpn-rt-asn route-reflector-client route-target send-community
    soft-reconfiguration suppress-inactive table-map timers unsuppress-map weight
    """,
    r"prefix-list \S+ (in|out)",
    r"route-map \S+ (in|out)",
)
_KEY = typed("accept-lifetime cryptographic-algorithm key-string send-lifetime")

GRAMMAR = Grammar(
    interface_types=INTERFACE_TYPES,
    indent=2,
    separator="",
    modes={
        "global": Mode(
            prompt="config",
            words=_GLOBAL_WORDS,
            checked={
                "hostname": r"hostname [A-Za-z0-9][A-Za-z0-9._-]{0,62}",
                "macsec": r"macsec shutdown",
            },
            opens={
                r"interface [a-z-]+[\d/.:]+": "interface",
                r"macsec policy \S{1,32}": "macsec policy",
                r"key chain \S+ macsec": "macsec key chain",
                r"key chain \S+": "key chain",
                r"aaa group server (tacacs\+|radius|ldap) \S+": "any",
                r"ip access-list \S+": "any",
                r"ipv6 access-list \S+": "any",
                r"mac access-list \S+": "any",
                r"object-group .*": "any",
                r"class-map .*": "any",
                r"policy-map .*": "policy map",
                r"control-plane": "any",
                r"crypto ca trustpoint \S+": "any",
                r"evpn": "evpn",
                r"flow (record|exporter|monitor) \S+": "any",
                r"line (console|vty)": "any",
                r"role name \S+": "any",
                r"route-map \S+ .*": "any",
                r"router \S+.*": "router",
                r"system qos": "any",
                r"telemetry": "any",
                r"track \d+ .*": "any",
                r"vdc \S+ id \d+": "any",
                r"vlan [\d,-]+": "any",
                r"vpc domain \d+": "any",
                r"vrf context \S+": "context",
            },
            single=r"hostname|version|clock timezone|clock protocol|ip domain-name|"
            r"banner (motd|exec)|snmp-server (location|contact)|logging (logfile|timestamp)|"
            r"ssh login-attempts|copp profile",
            negated=r"feature ssh|cdp enable|ip source-route|password strength-check|"
            r"logging (console|monitor)",
            explicit=r"feature (telnet|nxapi)|ip domain-lookup",
        ),
        "interface": Mode(
            prompt="config-if",
            words=_INTERFACE_WORDS,
            checked={
                "mtu": r"mtu [0-9]{2,5}",
                "macsec": r"macsec keychain \S+( policy \S+)?( fallback-keychain \S+)?",
                "channel-group": r"channel-group \d+( force)? mode (active|passive|on)",
            },
            opens={r"member vni \d+": "any"},
            own=OF_INTERFACES,
            single=r"description|ip address(?! .* secondary$)|mtu|bandwidth|macsec keychain|"
            r"channel-group|load-interval|speed|duplex|vrf member|encapsulation|ip ospf cost|"
            r"carrier-delay|medium|delay",
            explicit="shutdown",
            negated=r"switchport|ip redirects|ipv6 redirects|cdp enable|"
            r"lldp (transmit|receive)|negotiate auto",
        ),
        "macsec policy": Mode(
            prompt="config-macsec-policy",
            words=frozenset({"no"}),
            checked={
                "cipher-suite": r"cipher-suite gcm-aes-(xpn-)?(128|256)",
                "conf-offset": r"conf-offset conf-offset-(0|30|50)",
                "include-icv-indicator": "include-icv-indicator",
                "include-sci": "include-sci",
                "key-server-priority": r"key-server-priority ([01]?\d?\d|2[0-4]\d|25[0-5])",
                "sak-expiry-time": r"sak-expiry-time \d+",
                "security-policy": r"security-policy (must|should)-secure",
                "window-size": r"window-size \d+",
            },
            single=r"cipher-suite|conf-offset|key-server-priority|sak-expiry-time|"
            r"security-policy|window-size",
            negated="include-sci",
        ),
        "macsec key chain": Mode(
            prompt="config-macseckeychain",
            words=frozenset({"no"}),
            opens={r"key [0-9a-f]{1,64}": "macsec key"},
        ),
        "macsec key": Mode(
            prompt="config-macseckeychain-macseckey",
            words=frozenset({"no"}),
            checked={"key-octet-string": KEY_STRING, "send-lifetime": LIFETIME},
            single=r"key-octet-string|send-lifetime",
        ),
        "key chain": Mode(prompt="config-keychain", opens={r"key \d+": "key"}),
        "key": Mode(prompt="config-keychain-key", words=None, own=_KEY, single=r"key-string"),
        "router": Mode(
            prompt="config-router",
            words=None,
            own=_ROUTER,
            opens={
                r"neighbor \S+": "router part",
                r"template (peer|peer-policy|peer-session) \S+": "router part",
                r"vrf \S+": "router vrf",
                r"address-family .*": "family",
            },
            single=r"router-id",
        ),
        "router vrf": Mode(
            prompt="config-router-vrf",
            words=None,
            own=_ROUTER_VRF,
            opens={r"neighbor \S+": "router part", r"address-family .*": "family"},
            single=r"router-id",
        ),
        "router part": Mode(
            prompt="config-router-neighbor",
            words=None,
            own=_NEIGHBOR,
            opens={r"address-family .*": "family"},
        ),
        "context": Mode(
            prompt="config-vrf",
            words=None,
            own=_CONTEXT,
            opens={r"address-family .*": "family"},
        ),
        "family": Mode(prompt="config-router-af", words=None, own=_FAMILY),
        "evpn": Mode(
            prompt="config-evpn",
            words=None,
            own="vni .*|esi .*|multisite .*",
            opens={r"vni \d+ l2": "evpn part"},
        ),
        "policy map": Mode(
            prompt="config-pmap",
            words=None,
            own="class .*|description .*",
            opens={r"class .*": "any"},
        ),
        "evpn part": Mode(
            prompt="config-evpn-evi", words=None, own=beginning("rd route-target table-map")
        ),
        "any": Mode(prompt="config-mode", words=None, own=_PART),
    },
)
