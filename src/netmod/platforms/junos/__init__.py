"""Juniper Junos and Junos Evolved: ACX, EX, MX, PTX, QFX and SRX, braces and `set` alike."""

from __future__ import annotations

from netmod.platforms._observations import Platform
from netmod.platforms.junos.chassis import read_hardware, read_virtual_chassis
from netmod.platforms.junos.config import read_config
from netmod.platforms.junos.interfaces import read_lacp, read_terse
from netmod.platforms.junos.ipsec import read_ike, read_ipsec
from netmod.platforms.junos.language import LANGUAGE
from netmod.platforms.junos.macsec import read_connections, read_statistics
from netmod.platforms.junos.mka import read_sessions
from netmod.platforms.junos.mka import read_statistics as read_mka_statistics
from netmod.platforms.junos.neighbors import read_isis, read_lldp
from netmod.platforms.junos.operational import (
    read_lldp_state,
    read_ntp,
    read_services,
    read_snmp_users,
    read_uptime,
)
from netmod.platforms.junos.version import read_version

__all__ = ["JUNIPER_JUNOS", "PLATFORMS"]

JUNIPER_JUNOS = Platform(
    id="juniper_junos",
    errors=(
        r"\s*\^\s*$",
        r"syntax error",
        r"unknown command",
        r"error: ",
        r"invalid (?:value|interface|command)",
        r"\S+ is ambiguous",
        r"permission denied",
        r"missing argument",
    ),
    commands=(
        (r"show (?:security|configuration|chassis|system|virtual-chassis|snmp v3)\b", 6),
        (r"show (?:isis adjacency|lacp interfaces|interfaces? terse)\b", 4),
        (r"show ntp associations\b", 1),
    ),
    signatures=(
        (r"^#?\s*Junos: \d", 12),
        (r"^#?\s*JUNOS .*\[\S+\]", 8),
        (r"^#?\s*Item\s+Version\s+Part number\s+Serial number\s", 12),
        (r"^(?:set )?version \d+\.\d+[A-Z]\S*;?$", 8),
        (r"^## Last (?:commit|changed): ", 10),
        (r"^set (?:system|interfaces|security|protocols|routing-options) \S", 6),
        (r"^(?:system|interfaces|protocols|security|chassis|policy-options) \{\s*$", 5),
        (r"^\s+host-name \S+;\s*$", 6),
        (r"^\{(?:master|backup|primary|secondary|linecard)(?::\w+)?\}", 6),
        (r"^\s*Interface name: (?:[gx]e|et|mge|ae)-?\d", 10),
        (r"^\s*CA name: \S", 6),
        (r"^\s*Outbound secure channels", 8),
        (r"^Aggregated interface: ae\d", 8),
        (r"^(?:[gx]e|et)-\d+/\d+/\d+(?::\d+)?(?:\.\d+)?\s", 5),
        (r"^Local Interface\s+Parent Interface\s+Chassis Id", 12),
        (r"^Local Interface\s+Chassis Id\s+Port info", 12),
        (r"^LLDP Neighbor Information:", 12),
        (r"^Local Interface    : ", 8),
        (r"^Interface\s+System\s+L State\s+Hold", 10),
        (r"^\s*Total active tunnels: \d", 12),
        (r"^\s*IKE peer \S+, Index \d", 10),
        (r"^Index\s+State\s+Initiator cookie\s+Responder cookie", 12),
        (r"^\s*ID: \d+ Virtual-system: ", 12),
        (r"^\s*connectivity-association \S+ \{", 8),
        (r"^\S+@\S+> show ", 3),
        (r"^(?:fpc|node|member)\d+:\s*\n-{20,}", 8),
        (r"^Model: \S", 2),
        (r"^#?\s*\d+ \(FPC \d+\)\s+(?:Prsnt|NotPrsnt|Inactive)", 12),
        (r"^LLDP\s+: (?:Enabled|Disabled)", 4),
        (r"^\s*remote\s+refid\s+auth\s+st t when poll reach", 3),
        (r"^<?>?\s*[<>]\d+\s+(?:ESP|AH):\S+\s+[0-9a-f]+", 8),
    ),
    collect=(
        "show version",
        "show system uptime",
        "show security macsec connections",
        "show security macsec statistics",
        "show security mka sessions detail",
        "show security mka statistics",
        "show security ike security-associations detail",
        "show security ipsec security-associations detail",
        "show configuration",
        "show chassis hardware",
        "show lldp neighbors",
        "show lacp interfaces",
        "show isis adjacency",
    ),
    language=LANGUAGE,
    readers=(
        (r"show security macsec conn\w*", read_connections),
        (r"show security macsec stat\w*", read_statistics),
        (r"show security mka sess\w*", read_sessions),
        (r"show security mka stat\w*", read_mka_statistics),
        (r"show security ike (?:security-associations|sa)\b", read_ike),
        (r"show security ipsec (?:security-associations|sa)\b", read_ipsec),
        (r"show configuration", read_config),
        (r"show version", read_version),
        (r"show chassis (?:hardware|inventory)", read_hardware),
        (r"show virtual-chassis", read_virtual_chassis),
        (r"show lldp nei\w*", read_lldp),
        (r"show lldp\b", read_lldp_state),
        (r"show isis adj\w*", read_isis),
        (r"show lacp int\w*", read_lacp),
        (r"show interfaces? terse", read_terse),
        (r"show ntp assoc\w*", read_ntp),
        (r"show snmp v3", read_snmp_users),
        (r"show system services", read_services),
        (r"show system uptime", read_uptime),
        (r"(?!show\b)", read_config),
    ),
    config_command="show configuration",
)

PLATFORMS = (JUNIPER_JUNOS,)
