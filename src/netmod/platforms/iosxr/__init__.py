"""Cisco IOS-XR: ASR 9000, NCS, Cisco 8000, CRS and XRv, classic, 64-bit (eXR) and XR7."""

from __future__ import annotations

from netmod.platforms._observations import Platform
from netmod.platforms.iosxr._times import read_clock, timed
from netmod.platforms.iosxr.config import read_config
from netmod.platforms.iosxr.inventory import read_diag, read_inventory, read_platform
from netmod.platforms.iosxr.keychains import read_key_chains
from netmod.platforms.iosxr.language import LANGUAGE
from netmod.platforms.iosxr.macsec import read_sessions, read_summary
from netmod.platforms.iosxr.macsec_counters import (
    read_hardware_associations,
    read_mka_statistics,
    read_secy_stats,
)
from netmod.platforms.iosxr.macsec_policy import read_interfaces, read_policies
from netmod.platforms.iosxr.neighbors import read_cdp, read_lldp
from netmod.platforms.iosxr.operational import (
    read_bundles,
    read_ntp,
    read_snmp_users,
    read_ssh,
)
from netmod.platforms.iosxr.version import read_version

__all__ = ["CISCO_IOSXR", "PLATFORMS"]

CISCO_IOSXR = Platform(
    id="cisco_iosxr",
    errors=(
        r"% ?Invalid (?:input|command|interface)",
        r"% ?Incomplete command",
        r"% ?Ambiguous command",
        r"% ?This command is not authorized",
        r"% ?Permission denied",
        r"Command authorization failed",
        r"% ?.*not supported on this platform",
    ),
    commands=(
        (r"show macsec (?:mka|secy|policy)\b", 4),
        (r"show macsec (?:mka interface|mka session detail$|policy detail|platform|secy stats)", 4),
        (r"admin show |show (?:bundle|install|ssh(?: session)?|redundancy summary)\b", 4),
        (r"show (?:ntp associations|snmp users?|platform)\b", 1),
    ),
    signatures=(
        (r"^!*\s*Cisco IOS XR (?:Admin )?Software, Version", 12),
        (r"^!! IOS XR (?:Admin )?Configuration", 12),
        (r"^RP/\d+/\w+/CPU\d+:\S", 8),
        (r"^NODE: node\d+_", 6),
        (r"\bMgmtEth0/R\w+\d?/CPU\d/\d", 5),
        (r"\bBundle-Ether\d", 4),
        (r"^\s*macsec psk-keychain \S", 8),
        (r"^macsec-policy \S", 5),
        (r"^ macsec\n  key [0-9A-Fa-f]+\n", 5),
        (r"^interface (?:Hundred|Forty|FourHundred|Ten|TwentyFive)GigE\d+/\d+/\d+/\d", 4),
        (r"^interface GigabitEthernet\d+/\d+/\d+/\d", 3),
        (r"^interface (?:tunnel-(?:ip|te|mte|ipsec) ?\d|MgmtEth|PW-Ether|BVI)", 4),
        (r"^(?:\S+)?\s+(?:Gi|Te|Hu|Fo|FH|TF|TH|EH)\d+/\d+/\d+/\d+(?:\.\d+)?\s+\d+ ", 12),
        (r"^(?:\S+)?\s+Mg(?:mtEth)?0/R\w+/CPU\d/\d", 12),
        (r"^(?:Local Interface|Interface): \w*GigE\d+/\d+/\d+/\d", 5),
        (r"^ {1,6}(?:Hu|Te|Gi|Fo|FH|TF)\d+/\d+/\d+/\d", 2),
        (r"^router static\n address-family ", 4),
        (r"^end-policy$", 4),
        (r"^ssh server v2", 3),
        (r"^telnet vrf default ", 4),
        (r"^line default$", 3),
        (r"^ group root-lr$", 4),
        (r"^\s+ipv4 address \d", 2),
        (r"^Key-chain: \S+", 4),
        (r"^Status: [^\n]*\n\s*\n?\s*Local Tx-SCI\s+: ", 20),
        (r"^\s*MKA Policy Name\s+: ", 3),
        (r"^\s*Interface-[Nn]ame\s+(?:Status|Local-TxSCI|KeyChain)", 6),
        (r"^Total MACSec Sessions", 6),
        (r"^Interface\s+Local-TxSCI\s+# ?Peers.*\n={3,}", 7),
        (r"^\s*Policy\s+Cipher\s+Key-Svr\s+Window\s+Conf", 8),
        (r"^\s*MacSecControllerIfh\s+:", 8),
        (r"^\s*\d+/(?:R[SP]P?)?\d+/(?:CPU|SP)\d+(?:\(\w+\))?\s", 6),
        (r"^\*~\S+ vrf \S", 5),
        (r"^\s*Security Policy\s+: (?:Must|Should) Secure", 5),
        (r"^Device ID\s+Local Intf\s+Hold-time\s+Capability\s+Port ID", 1),
        (r"^Local Interface: \S", 30),
        (r"^SysName ?:", 25),
        (r"^NAME: \"(?:Rack \d|module (?:mau|\d+/)|\d+/R[SP]?P?\d)", 8),
        (r"^\s*(?:In|Out)Pkts[A-Z]\w+\s*:\s*\d", 5),
    ),
    collect=(
        "show version",
        "show clock",
        "show macsec mka session",
        "show macsec mka session detail",
        "show macsec mka summary",
        "show macsec mka interface detail",
        "show macsec mka statistics",
        "show macsec policy detail",
        "show key chain",
        "show running-config",
        "show inventory",
        "show lldp neighbors detail",
        "show cdp neighbors detail",
    ),
    of_port=("show macsec secy stats interface {} sc",),
    language=LANGUAGE,
    readers=(
        (r"show macsec mka sess\w*", timed(read_sessions)),
        (r"show macsec mka summary", timed(read_summary)),
        (r"show macsec mka interface", timed(read_interfaces)),
        (r"show macsec mka stat\w*", timed(read_mka_statistics)),
        (r"show macsec policy", timed(read_policies)),
        (r"show macsec secy", timed(read_secy_stats)),
        (r"show macsec platform hardware sa", timed(read_hardware_associations)),
        (r"show key[ -]?chain", timed(read_key_chains)),
        (r"show (?:running|startup)-config|show run\b|show configuration running", read_config),
        (r"(?:admin )?show version", timed(read_version)),
        (r"(?:admin )?show inventory", timed(read_inventory)),
        (r"(?:admin )?show platform", timed(read_platform)),
        (r"(?:admin )?show diag", timed(read_diag)),
        (r"show lldp nei\w*|show lldp entry", timed(read_lldp)),
        (r"show cdp nei\w*|show cdp entry", timed(read_cdp)),
        (r"show clock", read_clock),
        (r"show bundle", timed(read_bundles)),
        (r"show ntp assoc\w*", timed(read_ntp)),
        (r"show ssh", timed(read_ssh)),
        (r"show snmp users?", timed(read_snmp_users)),
        (r"(?!show\b|admin\b)", read_config),
    ),
)

PLATFORMS = (CISCO_IOSXR,)
