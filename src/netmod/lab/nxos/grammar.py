"""The configuration grammar of NX-OS, as far as the lab takes it."""

from __future__ import annotations

from netmod.lab.grammar import OF_INTERFACES, Grammar, Mode, words

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
                r"policy-map .*": "any",
                r"control-plane": "any",
                r"crypto ca trustpoint \S+": "any",
                r"evpn": "any",
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
                r"vrf context \S+": "any",
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
        "key": Mode(prompt="config-keychain-key", words=None, single=r"key-string"),
        "router": Mode(
            prompt="config-router",
            words=None,
            opens={
                r"neighbor \S+": "router part",
                r"template (peer|peer-policy|peer-session) \S+": "router part",
                r"vrf \S+": "router",
                r"address-family .*": "any",
            },
            single=r"router-id",
        ),
        "router part": Mode(
            prompt="config-router-neighbor", words=None, opens={r"address-family .*": "any"}
        ),
        "any": Mode(prompt="config-mode", words=None),
    },
)
