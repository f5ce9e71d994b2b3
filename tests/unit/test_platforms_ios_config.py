"""What running configs of IOS and IOS-XE say about their links, keys and services."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from netmod.facts import HostFacts, LinkEndFact
from netmod.platforms._assemble import assemble
from netmod.platforms._observations import Block
from netmod.platforms.ios import CISCO_IOSXE

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WHOLE = "version 17.9\nhostname r1\n!\n{body}\n!\nline vty 0 4\n transport input ssh\n!\nend\n"


def read(text: str, command: str = "show running-config") -> HostFacts:
    reader = next(read for pattern, read in CISCO_IOSXE.readers if re.match(pattern, command))
    block = Block(command, tuple(text.split("\n")), file="config.txt")
    return assemble(reader(block), at=AT)


def whole(body: str) -> HostFacts:
    return read(WHOLE.format(body=body.strip("\n")))


def end(facts: HostFacts, interface: str) -> LinkEndFact:
    return next(one for one in facts.link_ends if one.interface == interface)


MACSEC = """
clock timezone CET 1 0
key chain WAN macsec
 key c0ffee01
  cryptographic-algorithm aes-256-cmac
  key-string 7 <redacted>
  lifetime local 00:00:00 Jan 1 2026 23:59:59 Dec 31 2026
key chain BACKUP macsec
 key fa11
  cryptographic-algorithm aes-256-cmac
  lifetime 00:00:00 Jan 1 2026 infinite
mka policy CORE
 key-server priority 10
 macsec-cipher-suite gcm-aes-xpn-256
 confidentiality-offset 30
 sak-rekey interval 3600
interface HundredGigE1/0/1
 macsec network-link
 mka policy CORE
 mka pre-shared-key key-chain WAN fallback-key-chain BACKUP
 macsec access-control must-secure
 macsec replay-protection window-size 64
interface TenGigabitEthernet0/0/1
 channel-group 5 mode active
interface TenGigabitEthernet0/0/2.100
 encapsulation dot1Q 100
 vrf forwarding BLUE
 macsec
 mka pre-shared-key key-chain WAN
interface Loopback0
 ip address 192.0.2.1 255.255.255.255
"""


def test_macsec_with_everything_that_it_refers_to():
    facts = whole(MACSEC)
    fact = end(facts, "HundredGigE1/0/1")
    assert (fact.technology, fact.state) == ("macsec", "configured")
    assert (fact.policy, fact.key_chain, fact.ckn) == ("CORE", "WAN", "c0ffee01")
    assert (fact.cipher, fact.enforcement, fact.fallback_key) == (
        "GCM-AES-XPN-256", "must-secure", True,
    )  # fmt: skip
    assert (fact.confidentiality_offset, fact.replay_window, fact.sak_rekey_interval) == (
        30, 64, 3600,
    )  # fmt: skip
    assert end(facts, "TenGigabitEthernet0/0/1").lag == "Port-channel5"
    sub = end(facts, "TenGigabitEthernet0/0/2.100")
    assert (sub.state, sub.vrf, sub.enforcement) == ("configured", "BLUE", "unknown")
    assert not any(one.interface.startswith("Loopback") for one in facts.link_ends)


def test_key_lifetimes_in_local_time():
    wan, backup = whole(MACSEC).key_chains
    assert wan.keys[0].start == datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
    assert wan.keys[0].end == datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)
    assert (wan.keys[0].algorithm, wan.keys[0].valid) == ("aes-256-cmac", True)
    assert backup.keys[0].start == datetime(2026, 1, 1, tzinfo=UTC), "without `local` it is UTC"
    assert backup.keys[0].end is None


@pytest.mark.parametrize(
    ("clock", "lifetime", "start"),
    [
        ("", "lifetime local 00:00:00 Jul 1 2026 infinite", datetime(2026, 7, 1, tzinfo=UTC)),
        ("clock timezone CET 1 0\nclock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00",
         "lifetime local 00:00:00 Jul 1 2026 infinite", datetime(2026, 6, 30, 22, 0, tzinfo=UTC)),
        ("clock timezone CET 1 0\nclock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00",
         "lifetime local 00:00:00 Dec 1 2026 infinite", datetime(2026, 11, 30, 23, 0, tzinfo=UTC)),
        ("clock timezone EST -5 0\nclock summer-time EDT recurring",
         "send-lifetime local 00:00:00 1 Jul 2026 infinite", datetime(2026, 7, 1, 4, 0, tzinfo=UTC)),
        ("clock timezone IST 5 30", "lifetime local 05:30:00 Jul 1 2026 duration 3600",
         datetime(2026, 7, 1, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_zones_of_lifetimes(clock: str, lifetime: str, start: datetime):
    (chain,) = whole(f"{clock}\nkey chain K macsec\n key 01\n  {lifetime}").key_chains
    assert chain.keys[0].start == start


def test_a_part_of_a_config_leaves_local_time_without_zone():
    text = "key chain K macsec\n key 01\n  lifetime local 00:00:00 Jan 1 2020 00:00:00 Mar 1 2026\n"
    (chain,) = read(text, "show running-config | section key chain").key_chains
    assert chain.keys[0].end == datetime(2026, 3, 1)  # noqa: DTZ001 no zone is known
    assert chain.keys[0].valid is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (" macsec\n mka policy NONE\n mka pre-shared-key key-chain K", "policy NONE"),
        (" macsec network-link\n mka pre-shared-key key-chain NONE", "key chain NONE"),
        (" macsec\n mka pre-shared-key key-chain K fallback-key-chain NONE", "key chain NONE"),
        (" macsec\n mka policy P", "no key chain"),
        (" mka policy P\n mka pre-shared-key key-chain K", "not enabled"),
        (" macsec\n mka pre-shared-key key-chain ROUTING", "not a MACsec key chain"),
        (" macsec\n mka pre-shared-key key-chain EMPTY", "holds no key"),
    ],
)
def test_macsec_that_cannot_work_is_partial(body: str, why: str):
    facts = whole(
        "key chain K macsec\n key 01\n  lifetime 00:00:00 Jan 1 2026 infinite\n"
        "key chain ROUTING\n key 1\nkey chain EMPTY macsec\nmka policy P\n"
        f"interface GigabitEthernet0/0/1\n{body}"
    )
    fact = end(facts, "GigabitEthernet0/0/1")
    assert fact.state == "partial"
    assert why in fact.why
    undefined = "NONE" in why
    assert ("M16" in fact.weaknesses) is undefined


def test_a_sub_interface_enforces_what_its_port_does():
    facts = whole(
        "key chain K macsec\n key 01\ninterface Te0/0/1\n macsec access-control should-secure\n"
        "interface Te0/0/1.5\n macsec\n mka pre-shared-key key-chain K"
    )
    fact = end(facts, "TenGigabitEthernet0/0/1.5")
    assert (fact.enforcement, "M01" in fact.weaknesses) == ("should-secure", True)


def test_a_part_of_a_config_calls_nothing_undefined():
    text = (
        "interface GigabitEthernet0/0/1\n macsec\n mka policy P\n mka pre-shared-key key-chain K\n"
    )
    facts = read(text, "show running-config interface GigabitEthernet0/0/1")
    assert end(facts, "GigabitEthernet0/0/1").state == "configured"
    assert facts.hardening.value("ntp_servers") is None


@pytest.mark.parametrize(
    ("modes", "state", "enforcement"),
    [
        ("gcm-encrypt", "configured", "must-secure"),
        ("gcm-encrypt gmac no-encap", "configured", "should-secure"),
        ("gmac null", "unsecured", "should-secure"),
    ],
)
def test_sap(modes: str, state: str, enforcement: str):
    facts = whole(
        f"interface TenGigabitEthernet1/1/1\n cts manual\n  sap pmk <redacted> mode-list {modes}"
    )
    fact = end(facts, "TenGigabitEthernet1/1/1")
    assert (fact.technology, fact.state, fact.enforcement) == ("macsec", state, enforcement)


def test_shut_down_interface_encrypts_nothing():
    facts = whole(MACSEC.replace(" macsec network-link", " shutdown\n macsec network-link"))
    assert end(facts, "HundredGigE1/0/1").state == "unsecured"


IPSEC = """
crypto ikev2 proposal P
 encryption aes-gcm-256
 group 20 21
crypto ikev2 profile FLEX
 match identity remote any
crypto isakmp policy 10
 encryption aes 256
 group 14
crypto ipsec security-association lifetime seconds 7200
crypto ipsec transform-set GCM esp-gcm 256
 mode transport
crypto ipsec transform-set OLD esp-3des esp-md5-hmac
crypto ipsec profile FLEX
 set transform-set GCM
 set pfs group20
 set ikev2-profile FLEX
crypto ipsec profile PLAIN
 set security-association replay disable
ip access-list extended SITE
 permit ip any any
crypto map WAN 10 ipsec-isakmp
 set peer 192.0.2.2
 set peer 192.0.2.3
 set transform-set OLD
 set security-association lifetime seconds 1800
 match address SITE
interface Tunnel1
 vrf forwarding BLUE
 tunnel source 192.0.2.1
 tunnel mode ipsec ipv4
 tunnel destination 192.0.2.9
 tunnel vrf INET
 tunnel protection ipsec profile FLEX
interface Tunnel2
 tunnel source GigabitEthernet0/0/0
 tunnel mode gre multipoint
 tunnel protection ipsec profile PLAIN shared
interface Tunnel3
 tunnel source GigabitEthernet0/0/0
 tunnel destination 192.0.2.8
interface Tunnel4
 tunnel mode ipsec ipv4
 tunnel destination 192.0.2.7
interface Tunnel5
 tunnel protection ipsec profile NONE
interface Tunnel6
 tunnel mode ipsec ipv4
 tunnel protection ipsec profile default
interface GigabitEthernet0/0/0
 ip address 192.0.2.1 255.255.255.0
 crypto map WAN
interface GigabitEthernet0/0/1
 crypto map NOWHERE
"""


def test_tunnels_and_maps():
    facts = whole(IPSEC)
    states = {one.interface: (one.technology, one.state) for one in facts.link_ends}
    assert states == {
        "Tunnel1": ("ipsec", "configured"),
        "Tunnel2": ("ipsec", "configured"),
        "Tunnel3": ("none", "unsecured"),
        "Tunnel4": ("ipsec", "partial"),
        "Tunnel5": ("ipsec", "partial"),
        "Tunnel6": ("ipsec", "configured"),
        "GigabitEthernet0/0/0": ("ipsec", "configured"),
        "GigabitEthernet0/0/1": ("ipsec", "partial"),
    }
    one = end(facts, "Tunnel1")
    assert (one.peer, one.local, one.vrf, one.fvrf) == ("192.0.2.9", "192.0.2.1", "BLUE", "INET")
    assert (one.policy, one.transform, one.mode) == ("FLEX", "esp-gcm 256", "transport")
    assert (one.pfs, one.ike, one.lifetime_sec) == ("group20", "IKEv2", 7200)
    two = end(facts, "Tunnel2")
    assert (two.transform, two.pfs, two.ike) == ("esp-aes esp-sha-hmac", False, "IKEv1")
    assert {"I02", "I07"} <= set(two.weaknesses)
    mapped = end(facts, "GigabitEthernet0/0/0")
    assert (mapped.policy, mapped.peer, mapped.transform) == (
        "WAN", "192.0.2.2", "esp-3des esp-md5-hmac",
    )  # fmt: skip
    assert mapped.lifetime_sec == 1800
    assert "M16" in end(facts, "Tunnel5").weaknesses
    assert "crypto map NOWHERE" in end(facts, "GigabitEthernet0/0/1").why


def test_policies_of_ipsec():
    policies = {(one.kind, one.name): one for one in whole(IPSEC).policies}
    crypto_map = policies["crypto-map", "WAN"]
    assert (crypto_map.peers, crypto_map.interfaces, crypto_map.complete) == (
        ("192.0.2.2", "192.0.2.3"), ("GigabitEthernet0/0/0",), True,
    )  # fmt: skip
    assert policies["transform-set", "OLD"].weak
    assert policies["ipsec-profile", "FLEX"].ikev2_profile == "FLEX"


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        ("match address SITE", "match address 199", "access list 199"),
        ("set transform-set OLD", "set transform-set LOST", "transform set LOST"),
        (" set peer 192.0.2.2\n set peer 192.0.2.3\n", "", "without a peer"),
        (" match address SITE\n", "", "without an access list"),
    ],
)
def test_a_map_that_cannot_work_is_partial(old: str, new: str, missing: str):
    fact = end(whole(IPSEC.replace(old, new)), "GigabitEthernet0/0/0")
    assert fact.state == "partial"
    assert missing in fact.why


def test_a_map_without_transform_set_takes_the_default():
    fact = end(whole(IPSEC.replace(" set transform-set OLD\n", "")), "GigabitEthernet0/0/0")
    assert (fact.state, fact.transform) == ("configured", "esp-aes esp-sha-hmac")


@pytest.mark.parametrize(
    ("keyring", "state"),
    [("", "partial"), ("crypto ikev2 keyring KEYS\n peer any\n", "configured")],
)
def test_the_keyring_of_an_ike_profile(keyring: str, state: str):
    profile = "crypto ikev2 profile FLEX\n keyring local KEYS"
    facts = whole(keyring + IPSEC.replace("crypto ikev2 profile FLEX", profile))
    assert end(facts, "Tunnel1").state == state


def test_an_undefined_ike_profile_is_partial():
    facts = whole(IPSEC.replace("crypto ikev2 profile FLEX", "crypto ikev2 profile OTHER"))
    assert "IKEv2 profile FLEX" in end(facts, "Tunnel1").why


@pytest.mark.parametrize(("closed", "weak"), [("", True), (" activate\n", False)])
def test_getvpn_is_open_unless_it_is_told_to_fail_closed(closed: str, weak: bool):
    facts = whole(
        "crypto gdoi group G\n identity number 7\n server address ipv4 192.0.2.50\n"
        "crypto map VPN gdoi fail-close\n" + closed + "crypto map VPN 10 gdoi\n set group G\n"
        "interface GigabitEthernet0/0/0\n crypto map VPN\n"
    )
    fact = end(facts, "GigabitEthernet0/0/0")
    assert (fact.state, fact.ike, "I06" in fact.weaknesses) == ("configured", "GDOI", weak)


def test_dynamic_map():
    facts = whole(
        "crypto ipsec transform-set T esp-aes 256 esp-sha256-hmac\n"
        "crypto dynamic-map D 10\n set transform-set T\n"
        "crypto map M 65535 ipsec-isakmp dynamic D\n"
        "crypto map M local-address Loopback0\n"
        "interface GigabitEthernet0/0/0\n crypto map M\n"
    )
    fact = end(facts, "GigabitEthernet0/0/0")
    assert (fact.state, fact.transform) == ("configured", "esp-aes 256 esp-sha256-hmac")


HARDENED = """
service password-encryption
aaa new-model
aaa group server tacacs+ ISE
 server-private 192.0.2.60 key 7 <redacted>
aaa authentication login default group ISE local
no ip source-route
login block-for 60 attempts 3 within 60
username ops privilege 15 secret 9 <redacted>
ip ssh version 2
ip scp server enable
no ip http server
ip http secure-server
lldp run
no cdp run
logging host 192.0.2.70
logging host 192.0.2.71 vrf Mgmt
logging 192.0.2.70
snmp-server group G v3 priv
snmp-server community <redacted> RO 10
tacacs server ONE
 address ipv4 192.0.2.61
netconf-yang
control-plane
 service-policy input COPP
banner motd ^C
  ntp server 6.6.6.6
  ip http server
^C
banner login ^CKeep out^C
ntp authenticate
"""
TAIL = """
line con 0
 exec-timeout 10 0
line vty 0 4
 access-class SSH in vrf-also
 exec-timeout 10 0
 transport input ssh
line vty 5 15
 access-class SSH in
 exec-timeout 10 0
 transport input ssh
ntp server vrf Mgmt 192.0.2.80
ntp server 192.0.2.81 prefer
end
"""


def test_hardening_that_the_config_states():
    hardening = read("version 17.9\nhostname r1\n" + HARDENED + TAIL).hardening
    expected: dict[str, Any] = {
        "hostname": "r1", "telnet_enabled": False, "ssh_v2": True, "http_server": False,
        "https_server": True, "scp": True, "netconf": True, "snmp_v1v2_communities": 1,
        "snmp_v1v2_rw": False, "snmp_v3": True, "aaa_new_model": True,
        "aaa_login": "group ISE local", "tacacs_servers": 2,
        "ntp_servers": ("192.0.2.80", "192.0.2.81"), "ntp_auth": True,
        "logging_hosts": ("192.0.2.70", "192.0.2.71"), "plaintext_passwords": 0,
        "password_encryption": True, "vty_transport": "ssh", "vty_acl": True,
        "exec_timeout_disabled": False, "banner_login": True, "banner_motd": True, "lldp": True,
        "cdp": False, "copp": True, "source_route": False, "login_block": True,
    }  # fmt: skip
    assert {name: hardening.value(name) for name in expected} == expected


def test_what_a_whole_config_leaves_out():
    hardening = whole("").hardening
    expected: dict[str, Any] = {
        "ssh_v2": False, "snmp_v1v2_communities": 0, "snmp_v1v2_rw": False, "snmp_v3": False,
        "aaa_new_model": False, "tacacs_servers": 0, "ntp_servers": (), "ntp_auth": False,
        "logging_hosts": (), "plaintext_passwords": 0, "password_encryption": False,
        "lldp": False, "source_route": True, "login_block": False, "vty_acl": False,
        "http_server": False, "https_server": False, "cdp": None,
    }  # fmt: skip
    assert {name: hardening.value(name) for name in expected} == expected


def test_a_cut_config_decides_no_absent_feature():
    text = ("version 17.9\nhostname r1\n" + HARDENED).replace("ntp authenticate\n", "")
    hardening = read(text).hardening
    absent = ("ntp_servers", "ntp_auth", "vty_transport", "telnet_enabled", "plaintext_passwords")
    assert {hardening.value(name) for name in absent} == {None}


@pytest.mark.parametrize(
    ("lines", "name", "value"),
    [
        ("line vty 0 2\n transport input ssh\nline vty 3 15\n transport input telnet",
         "telnet_enabled", True),
        ("line vty 0 4\n transport input all", "telnet_enabled", True),
        ("line vty 0 4\n transport input none", "telnet_enabled", False),
        ("line vty 0 4\n login local", "telnet_enabled", None),
        ("line vty 0 2\n transport input ssh\nline vty 3 15\n transport input telnet",
         "vty_transport", "ssh telnet"),
        ("line vty 0 4\n access-class 10 in\nline vty 5 15\n login", "vty_acl", False),
        ("line vty 0 4\n access-class 10 in\nline vty 5 15\n transport input none", "vty_acl", True),
        ("line con 0\n exec-timeout 0 0\nline vty 0 4", "exec_timeout_disabled", True),
        ("line vty 0 4\n no exec-timeout", "exec_timeout_disabled", True),
        ("username a password 0 x\nusername b password 7 x\nline vty 0 4\n password x",
         "plaintext_passwords", 2),
        ("enable password x\nusername b secret 5 x\nline vty 0 4\n password 7 x",
         "plaintext_passwords", 1),
        ("snmp-server community a RO\nsnmp-server community b view v RW 10\nline vty 0 4",
         "snmp_v1v2_rw", True),
        ("snmp-server user u g v3 auth md5 x priv des y\nline vty 0 4", "snmp_v3_auth", "md5"),
        ("ip ssh version 1\nline vty 0 4", "ssh_v2", False),
        ("tacacs-server host 192.0.2.1\ntacacs-server host 192.0.2.2\nline vty 0 4",
         "tacacs_servers", 2),
    ],
)  # fmt: skip
def test_lines_and_passwords(lines: str, name: str, value: object):
    hardening = read(f"version 15.2\nhostname r1\n{lines}\nend\n").hardening
    assert hardening.value(name) == value


def test_a_backups_header_gives_version_chassis_and_parts():
    facts = read(
        "! Cisco IOS Software, C3750E Software (C3750E-UNIVERSALK9-M), Version 15.2(4)E8, RELEASE\n"
        "!\n! Image: Software: C3750E-UNIVERSALK9-M, 15.2(4)E8, RELEASE SOFTWARE (fc3)\n"
        "! Image: flash:/c3750e.bin\n! Chassis type: WS-C3750X-24P\n! Processor ID: FDO0001A0AA\n"
        '! NAME: "1", DESCR: "WS-C3750X-24P"\n! PID: WS-C3750X-24P , VID: V05 , SN: FDO0001A0AA\n'
        '! NAME: "2", DESCR: "WS-C3750X-24P"\n! PID: WS-C3750X-24P , VID: V05 , SN: FDO0002A0BB\n'
        '! NAME: "Te2/1/1", DESCR: "SFP"\n! PID: SFP-10G-SR , VID: V03 , SN: AVD0003\n'
        + WHOLE.format(body="")
    )
    version = facts.version
    assert (version.os, version.version, version.model) == ("IOS", "15.2(4)E8", "WS-C3750X-24P")
    assert version.serials == ("FDO0001A0AA", "FDO0002A0BB")
    assert [one.name for one in facts.inventory] == ["1", "2", "Te2/1/1"]
    assert facts.hardening.ssh_v2 is None, "a backup leaves lines out"


@pytest.mark.parametrize(
    ("text", "interface"),
    [
        ("Crypto session current status\n\nInterface: Tunnel7\nSession status: DOWN", "Tunnel7"),
        ("MKA Detailed Status for MKA Session\nStatus: NOT SECURED\n"
         "Local Tx-SCI............. 0a1b.2c3d.4e01/0021\n"
         "Interface Name........... TenGigabitEthernet1/1/1", "TenGigabitEthernet1/1/1"),
        ("interface: Tunnel7\n  Crypto map tag: X, local addr 192.0.2.1\n"
         "  protected vrf: (none)", "Tunnel7"),
    ],
)  # fmt: skip
def test_a_file_that_names_no_command_is_read_as_what_it_looks_like(text: str, interface: str):
    assert [one.interface for one in read(text).link_ends] == [interface]


def test_what_would_run_after_a_reload_proves_nothing_of_what_runs():
    facts = read(WHOLE.format(body=MACSEC), "show startup-config")
    assert facts.link_ends == ()
    assert "after a reload" in facts.warnings[0]


def test_an_image_without_payload_encryption_is_a_finding():
    facts = read(
        "! Image: Software: PPC_LINUX_IOSD-UNIVERSALK9_NPE-M, 16.8.1b, RELEASE SOFTWARE (fc1)\n"
        + WHOLE.format(body="")
    )
    assert "no payload encryption" in facts.findings[0]
    assert facts.version.os == "IOS-XE"


@pytest.mark.parametrize(
    ("encapsulations", "state", "open_path"),
    [
        ("   encapsulation ipsec", "configured", False),
        ("   encapsulation ipsec\n   encapsulation gre", "configured", True),
        ("   color mpls", "partial", False),
    ],
)
def test_sdwan(encapsulations: str, state: str, open_path: bool):
    facts = whole(
        "interface Tunnel1\n tunnel source GigabitEthernet1\n tunnel mode sdwan\n"
        f"sdwan\n interface GigabitEthernet1\n  tunnel-interface\n{encapsulations}"
    )
    fact = end(facts, "Tunnel1")
    assert (fact.technology, fact.state, "I06" in fact.weaknesses) == ("ipsec", state, open_path)


def test_what_stands_before_the_interfaces_is_undefined_even_where_the_end_is_cut():
    text = "version 17.9\nhostname r1\ninterface Tunnel5\n tunnel protection ipsec profile NONE\n"
    assert end(read(text), "Tunnel5").state == "partial"


def test_the_licence_line_gives_model_and_serial():
    version = whole("license udi pid C8300-1N1S-4T2X sn FLM0001").version
    assert (version.os, version.version) == ("IOS-XE", "17.9")
    assert (version.model, version.serials) == ("C8300-1N1S-4T2X", ("FLM0001",))


def stripped(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n"))


def separated(text: str) -> str:
    """With `!` before each section, as IOS prints it."""
    return re.sub(r"\n(?=\S)", "\n!\n", text)


@pytest.mark.parametrize("body", [MACSEC, IPSEC], ids=["macsec", "ipsec"])
def test_lost_indentation_changes_no_link(body: str):
    text = separated(WHOLE.format(body=body))
    ends = {one.interface: (one.state, one.cipher, one.peer) for one in read(text).link_ends}
    flat = read(stripped(text))
    assert {one.interface: (one.state, one.cipher, one.peer) for one in flat.link_ends} == ends
    assert flat.hardening.value("vty_transport") == "ssh"


def test_a_banner_configures_nothing_even_without_indentation():
    text = "version 17.9\nhostname r1\n" + HARDENED + TAIL
    for variant in (text, stripped(text)):
        hardening = read(variant).hardening
        assert hardening.ntp_servers == ("192.0.2.80", "192.0.2.81")
        assert hardening.http_server is False


@pytest.mark.parametrize("text", [HARDENED, stripped(HARDENED)], ids=["indented", "stripped"])
def test_a_banner_that_was_cut_configures_nothing(text: str):
    cut = text[: text.index("^C\nbanner login")].replace(
        "  ntp server", "interface Gi1/0/1\n macsec"
    )
    assert read("version 17.9\nhostname r1\n" + cut).link_ends == ()


def test_a_banner_without_its_end_spares_the_rest_of_the_config():
    text = WHOLE.format(body="banner motd ^C\n Keep out\n!\ninterface GigabitEthernet1\n shutdown")
    facts = read(text)
    assert [one.interface for one in facts.link_ends] == ["GigabitEthernet1"]
    assert facts.hardening.banner_motd is True


def test_a_whole_config_of_18_000_lines_is_read():
    interfaces = "\n".join(
        f"interface GigabitEthernet{slot}/0/{port}\n description x\n no ip address\n shutdown\n!"
        for slot in range(1, 61)
        for port in range(1, 61)
    )
    assert len(whole(interfaces).link_ends) == 3600


def test_no_secret_is_taken_over():
    text = WHOLE.format(
        body="key chain K macsec\n key 01\n  key-string 7 CANARY1\n"
        "crypto isakmp key CANARY2 address 192.0.2.1\nusername a password 0 CANARY3\n"
        "snmp-server community CANARY4 RW\ntacacs-server host 192.0.2.1 key CANARY5\n"
        "snmp-server user u g v3 auth sha CANARY6 priv aes 128 CANARY7\n"
        "interface Te1/1/1\n cts manual\n  sap pmk CANARY8 mode-list gcm-encrypt"
    )
    assert "CANARY" not in read(text).model_dump_json()
