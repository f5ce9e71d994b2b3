"""Cisco IOS (classic) and IOS-XE: one grammar and one set of outputs, two product lines."""

from __future__ import annotations

from collections.abc import Iterator

from netmod.platforms._observations import Block, Observation, Platform, Reader, Remark
from netmod.platforms.ios import (
    certificates,
    clock,
    crypto_definitions,
    crypto_session,
    ike,
    inventory,
    ipsec_sa,
    keychains,
    link_security,
    mka,
    mka_policy,
    neighbors,
    secy,
    services,
    version,
)
from netmod.platforms.ios.language import LANGUAGE
from netmod.platforms.ios.sniff import sniff

__all__ = ["CISCO_IOS", "CISCO_IOSXE", "PLATFORMS"]


def _read_config(block: Block) -> Iterator[Observation]:
    """A config; a file that names no command is taken for one, and may be another output."""
    yield from sniff(block)(block)


def _read_startup(block: Block) -> Iterator[Observation]:
    """What would run after a reload says nothing of what runs: only that it was captured."""
    text = "show startup-config is what would run after a reload: no fact was read from it"
    yield Remark(block.source(), text)


_OUTPUTS: tuple[tuple[str, Reader], ...] = (
    (r"show mka polic(?:y|ies)\b.*\bsessions?\b", mka.read_sessions),
    (r"show mka polic(?:y|ies)\b", mka_policy.read_policy),
    (r"show mka (?:sessions?|summary)\b", mka.read_sessions),
    (r"show mka key-?chains?\b", mka_policy.read_keychains),
    (r"show mka statistics\b", mka.read_statistics),
    (r"show macsec summary\b", secy.read_summary),
    (r"show macsec statistics\b", secy.read_statistics),
    (r"show macsec (?:status )?(?:interface\b|[A-Z])", secy.read_interface),
    (r"show macsec status\b", secy.read_interface),
    (r"show cts interface\b", link_security.read_cts),
    (r"show (?:access-session|authentication sessions)\b", link_security.read_access_session),
    (r"show key[ -]chain\b", keychains.read_key_chain),
    (r"show crypto ipsec sa\b", ipsec_sa.read_ipsec_sa),
    (r"show crypto ipsec transform-set\b", crypto_definitions.read_transform_set),
    (r"show crypto ipsec profile\b", crypto_definitions.read_profile),
    (r"show crypto sessions?\b", crypto_session.read_session),
    (r"show crypto (?:gdoi|gkm)\b", crypto_session.read_gdoi),
    (r"show crypto ikev2 (?:sa|session)\b", ike.read_ikev2),
    (r"show crypto isakmp sa\b", ike.read_isakmp),
    (r"show crypto (?:dynamic-)?map\b", crypto_definitions.read_crypto_map),
    (r"show crypto (?:pki|ca) certificates?\b", certificates.read_certificates),
    (r"show version\b", version.read_version),
    (r"show inventory\b", inventory.read_inventory),
    (r"show (?:module|mod)\b", inventory.read_module),
    (r"show platform$", inventory.read_platform),
    (r"show diag\b", inventory.read_diag),
    (r"show cdp (?:neighbors|neighbours?|neighbor|entry)\b", neighbors.read_cdp),
    (r"show lldp (?:neighbors|neighbours?|neighbor|entry)\b", neighbors.read_lldp),
    (r"show clock\b", clock.read_clock),
    *services.READERS,
    (r"show (?:running-config|run\b|configuration|config\b|derived-config)", _read_config),
    (r"show startup-config", _read_startup),
)  # fmt: skip
_READERS = tuple((pattern, clock.stamped(reader)) for pattern, reader in _OUTPUTS)
_ERRORS = (
    r"% ?Invalid input detected",
    r"% ?Incomplete command",
    r"% ?Ambiguous command",
    r"% ?Unrecognized command",
    r"% ?Unknown command",
    r"% ?Bad IP address or host name",
    r"% ?Authorization failed",
    r"Command authorization failed",
    r"Line has invalid autocommand",
)
_COLLECT = (
    "show version",
    "show inventory",
    "show clock",
    "show running-config",
    "show startup-config",
    "show mka sessions",
    "show mka sessions detail",
    "show mka policy",
    "show mka keychains",
    "show mka statistics",
    "show macsec summary",
    "show crypto ikev2 sa detail",
    "show crypto ipsec sa detail",
    "show crypto session detail",
    "show crypto map",
    "show crypto gdoi",
    "show lldp neighbors detail",
    "show cdp neighbors detail",
    "show ip ssh",
)
# What both print; neither NX-OS, IOS-XR nor EOS does.
_COMMON_SIGNATURES = (
    (r"^Building configuration\.\.\.$", 2),
    (r"^Current configuration : \d+ bytes", 4),
    (r"^! Last configuration change at ", 2),
    (r"^version 1[0-9]\.\d+\s*$", 4),
    (r"^boot-start-marker", 4),
    (r"^service timestamps (?:debug|log) ", 3),
    (r"^(?:no )?aaa new-model", 4),
    (r"^line vty \d+ \d+\s*$", 2),
    (r"^(?:no )?ip http (?:secure-)?server", 3),
    (r"^interface (?:Gigabit|TenGigabit|Fast)Ethernet\d", 1),
    (r"^license udi pid ", 3),
    (r"^\s*crypto ipsec transform-set \S+ ", 4),
    (r"^crypto (?:isakmp|ikev2) ", 3),
    (r"^crypto map \S+ \d+ ipsec-", 3),
    (r"^interface: \S+\s*$", 4),
    (r"^\s+Crypto map tag: ", 6),
    (r"^Crypto session current status", 8),
    (r"^\s*Session status: (?:UP|DOWN)", 4),
    (r"^\s*Crypto Map (?:IPv[46] )?\"", 8),
    (r"^Tunnel-id\s+Local\s+Remote\s+fvrf/ivrf", 8),
    (r"^IPv4 Crypto I(?:KEv2|SAKMP)", 6),
    (r"^(?:MKA Detailed Status for MKA Session|Total MKA Sessions\.)", 8),
    (r"^MKA Policy Summary|^MKA PSK Keychain\(s\) Summary", 8),
    (r"^\s*MACsec is (?:enabled|disabled|not enabled)", 6),
    (r"^\s*Ciphers Supported:\s+GCM", 8),
    (r"^\s*Delay Protect AN/", 6),
    (r"^Key-chain \S+:", 5),
    (r"^Device ID +Local Intrfce +Holdtme +Capability +Platform +Port ID", 4),
    (r"^Device ID\s+Local Intf\s+Hold-time\s+Capability\s+Port ID", 3),
    (r"^Media Attachment Unit type", 2),
    (r"^Physical media capabilities", 2),
    (r"^\s*SSH (?:Enabled|Disabled) - version ", 4),
    (r"^NAME: \"[^\"]*\", DESCR: \"", 1),
    (r"^Processor board ID ", 2),
)  # fmt: skip

# What one types on both, and on nothing else.
_COMMON_COMMANDS = (
    (r"show (?:mka|crypto|cts) ", 6),
    (r"show macsec (?:summary|interface|status|statistics|hw|post|[A-Z])", 6),
    (r"show (?:ip ssh|ip http server|snmp group|line|control-plane|etherchannel|mod)\b", 3),
    (r"show (?:inventory raw|switch|diag|access-session|authentication|derived-config)\b", 2),
    (r"show (?:ntp (?:associations|status)|snmp user|tacacs|logging|cdp neighbors)\b", 1),
)
CISCO_IOSXE = Platform(
    id="cisco_iosxe",
    errors=_ERRORS,
    commands=(
        *_COMMON_COMMANDS,
        (r"show (?:mka|macsec|platform|netconf-yang|gnxi)(?: |$)", 2),
        (r"show crypto ", 1),
    ),
    signatures=(
        *_COMMON_SIGNATURES,
        (r"Cisco IOS[ -]XE Software|IOS-XE Software", 12),
        (r"LINUX_IOSD", 8),
        (r"^Cisco IOS Software \[", 8),
        (r"^version (?:1[6-9]|2\d)\.\d+\s*$", 8),
        (r"^(?:no )?platform (?:punt-keepalive|console|qfp|shell)", 4),
        (r"^interface GigabitEthernet\d/\d/\d", 3),
        (r"^interface (?:TwoGigabitEthernet|TwentyFiveGigE|FortyGigabitEthernet|HundredGigE)", 3),
        (r"^mka policy |^\s*mka pre-shared-key ", 3),
        (r"^license udi pid (?:C9|ISR4|ASR|CSR|C8|C11|IR1)", 6),
        (r"^netconf-yang|^restconf", 4),
        (r"MACsec-Peers|^# of MACsec Capable Live Peers|Send Secure Announcement", 2),
        (r"\b(?:Twe|Fif|Two|Hu|Hun|TwentyFiveGigE|HundredGigE) ?\d/\d+/\d+(?![/\d])", 2),
        # Flags are printed as 64 bits by IOS-XE, as 32 by classic IOS.
        (r"sibling_flags F{8}[0-9A-F]{8}\b|flow_id: (?:CAT9K|CSR|HW|ESG|IOSXE)\b", 4),
        (r"^Crypto Map IPv[46] \"|PEER TYPE: |MacSEC key chain", 1),
        (r"^vrf definition Mgmt-(?:vrf|intf)|^subscriber templating", 6),
        (r"^interface (?:Ten)?GigabitEthernet0/0/\d", 6),
        (r"PID: (?:C9\d|ISR4|ASR1|ASR-9\d\d(?!\d)|CSR|C8\d|C11|IR1|WS-C3[68]50|IE-3|VG4|ESS)", 6),
    ),
    collect=_COLLECT,
    language=LANGUAGE,
    readers=_READERS,
    startup_command="show startup-config",
    of_port=("show macsec statistics interface {}",),
)  # fmt: skip
CISCO_IOS = Platform(
    id="cisco_ios",
    errors=_ERRORS,
    commands=_COMMON_COMMANDS,
    signatures=(
        *_COMMON_SIGNATURES,
        (r"^Cisco IOS Software, (?!IOS-XE)(?!.*LINUX_IOSD).{0,80}Version 1[0-5]\.", 8),
        (r"^IOS \(tm\)|Cisco Internetwork Operating System", 8),
        (r"^version 1[0-5]\.\d+\s*$", 5),
        (r"^interface (?:Gigabit|Fast)?Ethernet\d/\d+\s*$", 2),
        (r"^interface Serial\d", 1),
        (r"sibling_flags [0-9A-F]{8}\b|flow_id: (?:Onboard VPN|SW|NETGX|AIM|Motorola)\b", 4),
        (r"^Crypto Map(?: |: )\"", 1),
        # How releases before 12.4 print SAs.
        (r"^\s+slot: \d+, conn id: \d|^\s+current_peer: \S|, local addr\. \d", 4),
        # A part of a config and a table of neighbours without any mark of IOS-XE.
        (r"^hostname \S", 1),
        (r"^Device ID|^Chassis id: |^NAME: \"", 1),
    ),
    collect=_COLLECT,
    language=LANGUAGE,
    readers=_READERS,
    startup_command="show startup-config",
    of_port=("show macsec statistics interface {}",),
)  # fmt: skip
PLATFORMS = (CISCO_IOSXE, CISCO_IOS)
