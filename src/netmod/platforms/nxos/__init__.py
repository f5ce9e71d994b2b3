"""Cisco NX-OS: Nexus 3000, 5000, 7000 and 9000, and ACI leaves as far as they print the same."""

from __future__ import annotations

from netmod.platforms._observations import Platform
from netmod.platforms.nxos.config import read_config
from netmod.platforms.nxos.keychains import read_key_chains
from netmod.platforms.nxos.macsec import read_policies, read_sessions, read_summary
from netmod.platforms.nxos.macsec_counters import read_mka_statistics, read_secy_statistics
from netmod.platforms.nxos.modules import read_hardware, read_modules
from netmod.platforms.nxos.neighbors import read_cdp, read_lldp
from netmod.platforms.nxos.operational import (
    read_clock,
    read_copp,
    read_features,
    read_hostname,
    read_logging_servers,
    read_ntp,
    read_ntp_authentication,
    read_nxapi,
    read_password_strength,
    read_port_channels,
    read_snmp_communities,
    read_snmp_users,
    read_ssh,
    read_tacacs,
    read_telnet,
)
from netmod.platforms.nxos.version import read_inventory, read_version

__all__ = ["CISCO_NXOS", "PLATFORMS"]

CISCO_NXOS = Platform(
    id="cisco_nxos",
    netmiko="cisco_nxos",
    napalm="nxos_ssh",
    prompt=r"(?P<hostname>[A-Za-z0-9][\w.-]{0,62})(?:\(conf[^)]*\))?# ?(?P<command>.*)$",
    errors=(
        r"% ?Invalid (?:command|parameter|number|interface|ip address)",
        r"% ?Incomplete command",
        r"% ?Ambiguous command",
        r"% ?Permission denied for the role",
        r"Syntax error while parsing",
        r"Cmd exec error",
        r"ERROR: ",
    ),
    signatures=(
        (r"^!?\s*Cisco Nexus Operating System \(NX-OS\) Software\s*$", 10),
        (r"^!?\s+(?:kickstart|system): +version \d", 8),
        (r"^!?\s*NX-?OS:\s+version \d", 6),
        (r"^!?\s*cisco Nexus", 4),
        (r"^version \d+\.\d+\(\S+( Bios:version|$)", 6),
        (r"^!Command: (?:show running-config|Checkpoint)", 3),
        (r"^feature (?:nxapi|vpc|interface-vlan|lacp|ospf|bgp|macsec|bash-shell|telnet|lldp)\b", 4),
        (r"^vdc \S+ id \d", 6),
        (r"^copp profile ", 6),
        (r"^vrf context \S", 3),
        (r"^  vrf member \S", 3),
        (r"^key chain \S+ macsec\s*$", 2),
        (r"key-octet-string \d", 5),
        (r"^macsec policy \S+\n  (?:cipher-suite|key-server-priority|security-policy|window)", 3),
        (r"^snmp-server user \S+ .*localized(?:V2)?key", 4),
        (r"^Macsec is shutdown", 6),
        (r"^MACSec Policy\s+Cipher\s+Pri\s+Window", 8),
        (r"system-default-macsec-policy", 6),
        (r"MACSEC SecY Statistics:", 8),
        (r"^Interface\s+Local-TxSCI\s+# ?Peers", 7),
        (r"^Interface\s+Status\s+Cipher \(Operational\)\s+Key-Server", 7),
        (r"^\s*Interface Name\s+: (?:Ethernet|Eth)\d", 4),
        (r"^Key-Chain \S+ (?:Macsec|tunnel-encryption)?", 4),
        (r"^Device-ID\s+Local Intrfce\s+Hldtme", 8),
        (r"^Local Port id: (?:Eth|mgmt)", 7),
        (r"^Mod\s+Ports\s+Module-Type\s+Model\s+Status", 5),
        (r"^Feature Name\s+Instance\s+State", 6),
        (r"^NAME: \"Chassis\",\s+DESCR: \"(?:Nexus|NX-OS)", 6),
        (r"^Group Port-\s+Type\s+Protocol\s+Member Ports", 6),
        (r"\"(?:nxos_ver_str|kickstart_ver_str|TABLE_\w+)\"\s*:", 5),
        (r"^interface (?:Ethernet\d+/\d|mgmt0\b|nve1\b)", 2),
    ),
    collect=(
        "show version",
        "show clock",
        "show macsec mka session",
        "show macsec mka session details",
        "show macsec mka summary",
        "show macsec mka statistics",
        "show macsec policy",
        "show macsec secy statistics",
        "show key chain",
        "show running-config",
        "show inventory",
        "show lldp neighbors detail",
        "show cdp neighbors detail",
        "show port-channel summary",
    ),
    readers=(
        (r"show macsec mka sess\w*", read_sessions),
        (r"show macsec mka summary", read_summary),
        (r"show macsec mka stat\w*", read_mka_statistics),
        (r"show macsec secy stat\w*", read_secy_statistics),
        (r"show macsec policy", read_policies),
        (r"show key[ -]?chain", read_key_chains),
        (r"show (?:running|startup)-config|show run\b|show checkpoint", read_config),
        (r"show version", read_version),
        (r"show inventory", read_inventory),
        (r"show module", read_modules),
        (r"show hardware", read_hardware),
        (r"show cdp nei\w*|show cdp entry", read_cdp),
        (r"show lldp nei\w*", read_lldp),
        (r"show feature", read_features),
        (r"show ssh server", read_ssh),
        (r"show telnet server", read_telnet),
        (r"show nxapi", read_nxapi),
        (r"show snmp user", read_snmp_users),
        (r"show snmp community", read_snmp_communities),
        (r"show ntp peer", read_ntp),
        (r"show ntp authentication", read_ntp_authentication),
        (r"show tacacs-?server", read_tacacs),
        (r"show logging", read_logging_servers),
        (r"show copp (?:status|profile)", read_copp),
        (r"show password strength", read_password_strength),
        (r"show (?:hostname|switchname)", read_hostname),
        (r"show clock", read_clock),
        (r"show port-channel summary", read_port_channels),
        (r"(?!show\b)", read_config),
    ),
)

PLATFORMS = (CISCO_NXOS,)
