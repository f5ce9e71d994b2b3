"""Arista EOS: hardware switches, vEOS, cEOS and CloudEOS."""

from __future__ import annotations

from netmod.platforms._observations import Platform
from netmod.platforms.eos.config import read_config
from netmod.platforms.eos.connections import read_connections
from netmod.platforms.eos.macsec import (
    read_interfaces,
    read_participants,
    read_status,
)
from netmod.platforms.eos.macsec_counters import read_counters, read_mka_counters
from netmod.platforms.eos.neighbors import read_lldp
from netmod.platforms.eos.operational import (
    read_clock,
    read_eapi,
    read_hostname,
    read_logging,
    read_ntp,
    read_port_channels,
    read_snmp_communities,
    read_snmp_users,
    read_ssh,
    read_tacacs,
    read_telnet,
)
from netmod.platforms.eos.version import read_inventory, read_modules, read_version

__all__ = ["ARISTA_EOS", "PLATFORMS"]

ARISTA_EOS = Platform(
    id="arista_eos",
    netmiko="arista_eos",
    napalm="eos",
    prompt=(
        r"(?P<hostname>[A-Za-z0-9][\w.-]{0,62})(?:\(s?\d*\))?(?:\([\w-]+\))?[>#] ?(?P<command>.*)$"
    ),
    errors=(
        r"% ?Invalid input",
        r"% ?Incomplete command",
        r"% ?Ambiguous command",
        r"% ?Unavailable command",
        r"% ?(?:Authorization denied|Permission denied)",
        r"% ?Internal error",
        r"% ?Not supported on this hardware platform",
    ),
    signatures=(
        (r"^[!#]+ ?device: \S+ \(.*EOS-\d", 10),
        (r"^[!#]? ?Arista (?:DCS|CCS|AWE|vEOS|cEOS|\S+)\S*$", 6),
        (r"^[!#]? ?Software image version: +\d", 6),
        (r"^! boot system flash:/?\S*EOS", 6),
        (r"^transceiver qsfp default-mode", 6),
        (r"^service routing protocols model", 6),
        (r"^management api http-commands", 6),
        (r"^management (?:ssh|security|telnet|console|api \S+)$", 4),
        (r"^!RANCID-CONTENT-TYPE: arista", 10),
        (r"^mac security$", 8),
        (r"^ip security$", 5),
        (r"^(?:no )?aaa root", 5),
        (r"^daemon TerminAttr", 6),
        (r"^interface (?:Ethernet\d+|Management\d+|Port-Channel\d+|Vxlan\d+)$", 3),
        (r"^vrf instance \S", 3),
        (r"^mlag configuration", 4),
        (r"^router bgp \d+$\n   ", 2),
        (r"^ntp (?:server|local-interface) (?:vrf \S+ )?\S+.*\b(?:iburst|local-interface)", 2),
        (r"^ntp local-interface", 4),
        (r"^ntp authentication-key \d+ (?:md5|sha1) (?:7|8a) ", 4),
        (r"^username \S+ .*secret sha512", 3),
        (r"^Interface \S+ detected \d+ LLDP neighbor", 8),
        (r"^Last table change time", 6),
        (r"^Port\s+Neighbor Device ID\s+Neighbor Port ID\s+TTL", 8),
        (r"^Interface\s+SCI\s+Controlled Port\s+Key in Use", 8),
        (r"^[ \t]*(?:Live|Potential) peer list:", 6),
        (r"^[ \t]*Controlled port:", 5),
        (r"^[ \t]*KeyServer SCI:", 5),
        (r"^Interface\s+Rx Success\s+Rx Failure\s+Tx Success", 8),
        (r"^System information$", 4),
        (r"\"(?:internalVersion|lldpNeighbors|systemInformation|bootupTimestamp)\"\s*:", 6),
        (r"\"(?:controlledPort|livePeerList|keyInUse|outPktsEncrypted|outPktsProtected)\"\s*:", 6),
        (r"^SSHD status", 6),
        (r"^Telnet status for ", 6),
        (r"^HTTPS server:\s+\w+, set to use port", 8),
        (r"^Community (?:access|name): ", 5),
        (r"^Security model +: v", 4),
        (r"^TACACS\+? server\s+: \S+/\d", 5),
        (r"^[ \t]+Logging to '", 4),
        (r"^Timezone(?::| is) ", 4),
        (r"^[ \t]*remote\s+refid\s+st t when poll reach", 3),
        (r"^Module\s+Ports\s+Card Type\s+Model\s+Serial No", 8),
        (r"^Tunnel\s+Source\s+Dest\s+Status", 6),
        (r"^[ \t]*(?:Inbound|Outbound) SPI: [0-9A-F]", 3),
        (r"\"(?:tunnelNs|pathDict)\"\s*:", 6),
        (r"^[ \t]+mac security profile \S", 5),
        (r"^[ \t]+tunnel ipsec profile \S", 2),
    ),
    collect=(
        "show version",
        "show clock",
        "show mac security status",
        "show mac security interface detail",
        "show mac security participants detail",
        "show mac security mka counters",
        "show mac security counters",
        "show ip security connection detail",
        "show running-config",
        "show inventory",
        "show lldp neighbors detail",
        "show port-channel dense",
    ),
    readers=(
        (r"show mac security int\w*", read_interfaces),
        (r"show mac security part\w*", read_participants),
        (r"show mac security mka count\w*", read_mka_counters),
        (r"show mac security count\w*", read_counters),
        (r"show mac security sak", read_mka_counters),
        (r"show mac security(?: status)?(?: \||$)", read_status),
        (r"show ip security conn\w*", read_connections),
        (r"show (?:running|startup)-config|show run\b", read_config),
        (r"show version", read_version),
        (r"show inventory", read_inventory),
        (r"show module", read_modules),
        (r"show lldp nei\w*", read_lldp),
        (r"show management ssh", read_ssh),
        (r"show management telnet", read_telnet),
        (r"show management api http-commands", read_eapi),
        (r"show snmp community", read_snmp_communities),
        (r"show snmp user", read_snmp_users),
        (r"show ntp assoc\w*", read_ntp),
        (r"show tacacs", read_tacacs),
        (r"show logging", read_logging),
        (r"show hostname", read_hostname),
        (r"show clock", read_clock),
        (r"show port-channel", read_port_channels),
        (r"(?!show\b)", read_config),
    ),
)

PLATFORMS = (ARISTA_EOS,)
