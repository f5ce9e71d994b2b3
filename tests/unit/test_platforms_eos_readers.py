"""EOS readers: names, values and single outputs; and that no text makes any of them raise."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmod.platforms._identify import detect
from netmod.platforms._observations import (
    Block,
    Fact,
    Hardening,
    Identity,
    IpsecConfig,
    LagMember,
    MacsecConfig,
    MacsecCounters,
    MacsecSession,
    Reader,
    Remark,
)
from netmod.platforms.eos import ARISTA_EOS
from netmod.platforms.eos._names import cipher, full_name, truth
from netmod.platforms.eos.config import read_config
from netmod.platforms.eos.macsec import (
    read_interfaces,
    read_participants,
    read_status,
)
from netmod.platforms.eos.macsec_counters import read_counters, read_mka_counters
from netmod.platforms.eos.operational import read_port_channels
from netmod.platforms.eos.version import read_inventory


def block(text: str, command: str = "show running-config") -> Block:
    return Block(command, tuple(text.strip("\n").split("\n")))


def hardening(text: str) -> dict[str, Any]:
    return {one.name: one.value for one in read_config(block(text)) if isinstance(one, Hardening)}


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Et1", "Ethernet1"),
        ("Et49/1", "Ethernet49/1"),
        ("Ma1", "Management1"),
        ("Ma1/1", "Management1/1"),
        ("Po3", "Port-Channel3"),
        ("Vl10", "Vlan10"),
        ("Tu7", "Tunnel7"),
        ("Ethernet3/1.100", "Ethernet3/1.100"),
    ],
)
def test_interface_names(printed: str, name: str) -> None:
    assert full_name(printed) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("aes128-gcm", "GCM-AES-128"),
        ("aes256-gcm", "GCM-AES-256"),
        ("aes128-gcm-xpn", "GCM-AES-XPN-128"),
        ("aes256-gcm-xpn", "GCM-AES-XPN-256"),
        ("GCM-AES-XPN-256", "GCM-AES-XPN-256"),
        ("gcm-aes-128", "GCM-AES-128"),
        ("aes256", None),
        ("none", None),
        (None, None),
    ],
)
def test_ciphers(text: str | None, name: str | None) -> None:
    assert cipher(text) == name


@pytest.mark.parametrize(
    ("text", "value"),
    [("Yes", True), ("true", True), (True, True), ("No", False), ("maybe", None), (1, None)],
)
def test_truth(text: object, value: bool | None) -> None:
    assert truth(text) is value


@pytest.mark.parametrize(
    ("port", "key", "status", "in_use"),
    [
        ("True", "84a4aa1dcf9ed2f6a50e1e9c:1", "secured", True),
        ("True", "None", None, False),
        ("False", "None", "not-secured", False),
        ("False", "84a4aa1dcf9ed2f6a50e1e9c:1", "not-secured", False),
    ],
)
def test_an_open_port_without_a_key_is_no_proof(
    port: str, key: str, status: str | None, in_use: bool
) -> None:
    text = f"""
Interface        SCI                        Controlled Port  Key in Use
---------------- -------------------------- ---------------- ---------------------------
Ethernet53/1     fc:bd:67:0a:1b:2c::111     {port:16} {key}
"""
    (session,) = read_interfaces(block(text, "show mac security interface"))
    assert isinstance(session, MacsecSession)
    assert (session.status, session.tx_sa_in_use) == (status, in_use)


@pytest.mark.parametrize(
    ("peers", "count"),
    [
        ("['a1b2']", 1),
        ("a1b2", 1),
        ("['a1b2', 'c3d4']", 2),
        ("[]", 0),
        ("None", 0),
        ("", 0),
    ],
)
def test_live_peers(peers: str, count: int) -> None:
    text = f"Interface: Ethernet1\n   CKN: ab\n     Success: True\n     Live peer list: {peers}"
    (session,) = read_participants(block(text, "show mac security participants detail"))
    assert isinstance(session, MacsecSession)
    assert session.live_peers == count


def test_participants_without_peers_do_not_promise_them() -> None:
    text = "Interface: Ethernet1\n   CKN: ab\n     Success: True\n     Principal: True"
    (brief,) = read_participants(block(text, "show mac security participants"))
    (detail,) = read_participants(block(text, "show mac security participants detail"))
    assert isinstance(brief, MacsecSession)
    assert isinstance(detail, MacsecSession)
    assert (brief.prints_peers, detail.prints_peers) == (False, True)


@pytest.mark.parametrize(
    "text",
    [
        "License is not installed",
        "License: Not installed",
        "License: Disabled",
        "% MAC security: license is not installed",
        "MAC security is not licensed",
    ],
)
def test_missing_licence(text: str) -> None:
    (remark,) = read_status(block(text, "show mac security status"))
    assert isinstance(remark, Remark)
    assert remark.finding


@pytest.mark.parametrize("text", ["License: Enabled", "Active profiles: 1", "License: valid"])
def test_present_licence(text: str) -> None:
    assert not list(read_status(block(text, "show mac security status")))


def test_mka_counters_prove_no_session() -> None:
    text = "Interface   Rx Success  Rx Failure  Tx Success  Tx Failure\nEthernet1   10   0   12   0"
    (counters,) = read_mka_counters(block(text, "show mac security mka counters"))
    assert counters == MacsecCounters(counters.source, "Ethernet1")


def test_counters_by_label() -> None:
    text = """
Interface: Ethernet1
   outPktsProtected: 0
   outPktsEncrypted: 7
   inPktsOK: 6
   inPktsUntagged: 2
"""
    (counters,) = read_counters(block(text, "show mac security counters detail"))
    assert isinstance(counters, MacsecCounters)
    assert (counters.tx_encrypted, counters.tx_protected, counters.rx_ok, counters.rx_bad) == (
        7,
        0,
        6,
        2,
    )


@pytest.mark.parametrize(
    ("statement", "enforcement"),
    [
        ("traffic unprotected allow", "should-secure"),
        ("traffic unprotected allow active-sak", "must-secure"),
        ("traffic unprotected drop", "must-secure"),
        ("sci", "must-secure"),
    ],
)
def test_clear_traffic(statement: str, enforcement: str) -> None:
    text = f"""
mac security
   profile P
      key ab 7 <redacted>
      {statement}
interface Ethernet1
   mac security profile P
"""
    config = next(one for one in read_config(block(text)) if isinstance(one, MacsecConfig))
    assert config.enforcement == enforcement


def test_profiles_without_indentation() -> None:
    text = """
hostname sw1
mac security
fips restrictions
!
profile A
cipher aes256-gcm
key ab 7 <redacted>
key cd 7 <redacted> fallback
!
profile B
key ef 7 <redacted>
traffic unprotected allow
!
interface Ethernet1
mac security profile A
!
interface Ethernet2
mac security profile B
!
end
"""
    configs = [one for one in read_config(block(text)) if isinstance(one, MacsecConfig)]
    assert [(one.interface, one.cipher, one.enforcement, one.ckn) for one in configs] == [
        ("Ethernet1", "GCM-AES-256", "must-secure", "ab"),
        ("Ethernet2", None, "should-secure", "ef"),
    ]
    assert not any(one.undefined or one.incomplete for one in configs)


def test_ipsec_of_a_sub_interface_peer() -> None:
    text = """
ip security
   sa policy S
      esp encryption aes128
      esp integrity sha256
   profile P
      sa-policy S
interface Tunnel5
   tunnel source 10.0.0.1
   tunnel destination 10.0.0.2
   tunnel underlay vrf WAN
   tunnel ipsec profile P
"""
    config = next(one for one in read_config(block(text)) if isinstance(one, IpsecConfig))
    assert config.transforms == ("aes128 sha256",)
    assert (config.local, config.peer, config.fvrf) == ("10.0.0.1", "10.0.0.2", "WAN")


@pytest.mark.parametrize(
    ("lines", "fact", "value"),
    [
        ("management telnet\n   no shutdown", "telnet_enabled", True),
        ("management telnet\n   vrf MGMT\n      no shutdown", "telnet_enabled", True),
        ("management ssh\n   shutdown", "ssh_enabled", False),
        (
            "management ssh\n   shutdown\n   vrf MGMT\n      no shutdown",
            "ssh_enabled",
            True,
        ),
        ("management api http-commands\n   no shutdown", "https_server", True),
        ("management api http-commands\n   no shutdown", "http_server", False),
        ("management api http-commands\n   shutdown", "https_server", False),
        ("management api netconf\n   transport ssh default", "netconf_ssh", True),
        ("management api gnmi\n   transport grpc default\n      shutdown", "grpc", False),
        ("logging vrf MGMT host 10.0.0.1 514 protocol tcp", "logging_hosts", ("10.0.0.1",)),
        ("ntp server vrf MGMT 2001:db8::3", "ntp_servers", ("2001:db8::3",)),
        ("snmp-server community <community-1> view V rw", "snmp_v1v2_rw", True),
        ("snmp-server user u g v3 auth sha512 <redacted>", "snmp_v3_auth", "sha512"),
        ("username admin secret 0 <redacted>", "plaintext_passwords", 1),
        ("username admin secret 0 <redacted>", "user_admin_removed", False),
        ("aaa root secret sha512 <redacted>", "aaa_root_disabled", False),
        ("daemon TerminAttr\n   shutdown", "telemetry_agent", False),
        ("banner motd\nmanagement telnet\n   no shutdown\nEOF", "telnet_enabled", False),
    ],
)
def test_hardening_of_a_config(lines: str, fact: str, value: object) -> None:
    assert hardening(f"hostname sw1\n!\n{lines}\n!\nend").get(fact) == value


@pytest.mark.parametrize(
    "text",
    [
        "interface Ethernet1",
        "! Command: show running-config\n! device: sw1 (vEOS, EOS-4.30.1F)\nhostname sw1\n!",
    ],
)
def test_a_fragment_decides_no_absence(text: str) -> None:
    assert "telnet_enabled" not in hardening(text)


def test_device_line() -> None:
    text = "! device: sw1 (DCS-7050SX3-48YC8, EOS-4.30.1F-3000.4301F (engineering build))"
    identity = next(one for one in read_config(block(text)) if isinstance(one, Identity))
    assert (identity.model, identity.version) == ("DCS-7050SX3-48YC8", "4.30.1F-3000.4301F")


def test_inventory_with_a_long_model() -> None:
    text = """
System information
    Model
    Description
    ------------------------------------------------------
    DCS-7280SR2K-48C6-M-F-WITH-MORE
    48x10GbE SFP+ and 6x100GbE QSFP100

    HW Version  Serial Number  Mfg Date   Epoch
    ----------- -------------- ---------- -----
    21.00       JPE18383456    2018-10-17 01.00
"""
    facts = [one.fact for one in read_inventory(block(text)) if isinstance(one, Fact)]
    assert [fact.model_dump() for fact in facts] == [
        {
            "name": "Chassis",
            "pid": "DCS-7280SR2K-48C6-M-F-WITH-MORE",
            "serial": "JPE18383456",
            "description": "48x10GbE SFP+ and 6x100GbE QSFP100",
        }
    ]


def test_members_of_a_bundle() -> None:
    text = """
   Port-Channel       Protocol    Ports
---------------- -------------- ------------------
   Po3(U)             LACP(a)     Et3(PG+) Et4(PG+)
                                  Et5(D)
"""
    found = list(read_port_channels(block(text, "show port-channel dense")))
    assert [(one.lag, one.member) for one in found if isinstance(one, LagMember)] == [
        ("Port-Channel3", "Ethernet3"),
        ("Port-Channel3", "Ethernet4"),
        ("Port-Channel3", "Ethernet5"),
    ]


def test_policies_are_stated_once() -> None:
    text = "mac security\n   profile P\n      cipher aes256-gcm\n      key ab 7 <redacted>"
    facts = [one.fact for one in read_config(block(text)) if isinstance(one, Fact)]
    assert [fact.model_dump()["name"] for fact in facts] == ["P"]


READERS = sorted({reader for _, reader in ARISTA_EOS.readers}, key=lambda one: one.__qualname__)
VOCABULARY = """
Interface: Interface Ethernet1 Et1 : - ---- CKN: Success: True Live peer list: profile P mac
security key 7 fallback cipher aes256-gcm ip sa policy Tunnel1 SPI: Inbound detected LLDP neighbors:
Port ID System Name: hostname banner login EOF interface shutdown { } [ ] "interfaces" license not
installed router path-selection path-group local
"""
WORDS = st.sampled_from(VOCABULARY.split())
KEYS = """
interfaces participants livePeerList controlledPort keyInUse connections pathDict tunnelDict
lldpNeighbors port systemInformation xcvrSlots modules peers enabled httpServer version
serialNumber utcTime stats Ethernet1
"""
LINES = st.lists(st.lists(WORDS | st.text(max_size=6), max_size=8).map(" ".join), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS.split()),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def observe(reader: Reader, text: str) -> None:
    list(reader(Block("show mac security participants detail", tuple(text.split("\n")))))


@settings(max_examples=60, deadline=None)
@given(lines=LINES, indent=st.integers(0, 4))
def test_no_text_makes_a_reader_raise(lines: list[str], indent: int) -> None:
    for reader in READERS:
        observe(reader, ("\n" + " " * indent).join(lines))


@settings(max_examples=100, deadline=None)
@given(value=VALUES)
def test_no_json_makes_a_reader_raise(value: object) -> None:
    for reader in READERS:
        observe(reader, json.dumps({"interfaces": value} if not isinstance(value, dict) else value))


@pytest.mark.parametrize(
    "line",
    [
        " " * 20_000 + "x",
        "Et1 " * 5_000,
        "a " * 20_000,
        "Interface: " * 5_000,
        ": " * 20_000,
        "[" * 20_000,
        "{" * 20_000,
        "--- " * 10_000,
        "license " * 10_000,
    ],
)
def test_readers_take_linear_time(line: str) -> None:
    text = "\n".join([line, "Interface: Ethernet1", line, "----- ----", line])
    begin = time.perf_counter()
    for reader in READERS:
        observe(reader, text)
        observe(reader, line)
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize(
    "text", ["\n" * 100_000, " \n" * 50_000, " " * 100_000, "Interface " * 9_000]
)
def test_signatures_take_linear_time(text: str) -> None:
    begin = time.perf_counter()
    detect([ARISTA_EOS], [text])
    assert time.perf_counter() - begin < 5
