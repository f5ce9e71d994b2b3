"""NX-OS readers: names, values and single outputs; and that no text makes any of them raise."""

from __future__ import annotations

import time
from datetime import UTC, datetime
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
    InterfaceSeen,
    KeyChain,
    LagMember,
    MacsecConfig,
    MacsecCounters,
    MacsecSession,
    MacsecShutdown,
    Observation,
    Reader,
)
from netmod.platforms._tables import tables
from netmod.platforms.nxos import CISCO_NXOS
from netmod.platforms.nxos._names import cipher, ciphers, full_name, number
from netmod.platforms.nxos.config import read_config
from netmod.platforms.nxos.keychains import read_key_chains
from netmod.platforms.nxos.macsec import read_policies, read_sessions, read_summary, session_status
from netmod.platforms.nxos.macsec_counters import read_secy_statistics
from netmod.platforms.nxos.neighbors import read_cdp
from netmod.platforms.nxos.operational import read_port_channels
from netmod.platforms.nxos.version import model_name, read_version


def block(text: str, command: str = "show running-config") -> Block:
    return Block(command, tuple(text.strip("\n").split("\n")))


def hardening(text: str) -> dict[str, Any]:
    return {one.name: one.value for one in read_config(block(text)) if isinstance(one, Hardening)}


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Eth1/1", "Ethernet1/1"),
        ("Eth1/1/1", "Ethernet1/1/1"),
        ("Ethernet2/2", "Ethernet2/2"),
        ("Eth101/1/3", "Ethernet101/1/3"),
        ("Po10", "port-channel10"),
        ("mgmt0", "mgmt0"),
        ("Lo0", "loopback0"),
        ("Vlan10", "Vlan10"),
        ("fc1/1", "fc1/1"),
        ("odd name", "odd name"),
    ],
)
def test_interface_names(printed: str, name: str) -> None:
    assert full_name(printed) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("GCM-AES-XPN-256", "GCM-AES-XPN-256"),
        ("gcm-aes-128", "GCM-AES-128"),
        ("No Cipher", None),
        ("Enforce-Peer", None),
        ("-", None),
        (None, None),
    ],
)
def test_ciphers(text: str | None, name: str | None) -> None:
    assert cipher(text) == name


def test_cipher_list() -> None:
    assert ciphers("enforce-peer GCM-AES-256 GCM-AES-XPN-256") == ("GCM-AES-256", "GCM-AES-XPN-256")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11", 11),
        ("0 bytes", 0),
        ("1,024", 1024),
        ("N/A (N9K-X9736C-FX not supported)", None),
        ("9K", None),
        ("", None),
        (None, None),
    ],
)
def test_numbers(text: str | None, value: int | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("SECURED - Secured MKA Session with MACsec", "secured"),
        ("Secured", "secured"),
        ("Init", "pending"),
        ("INIT - Initializing MKA Session", "pending"),
        ("PENDING - Awaiting Peers", "pending"),
        ("down", "down"),
        ("Unsecured", "not-secured"),
        ("Not-Secured", "not-secured"),
        ("Secu", "not-secured"),
        ("-", None),
        ("", None),
        (None, None),
    ],
)
def test_session_status(text: str | None, status: str | None) -> None:
    assert session_status(text) == status


@pytest.mark.parametrize(
    ("line", "model"),
    [
        ("Nexus9000 C9396PX Chassis", "C9396PX"),
        ("Nexus9000 C93180YC-FX3 Chassis", "C93180YC-FX3"),
        ("Nexus9000 C9504 (4 Slot) Chassis", "C9504"),
        ('Nexus7000 C7009 (9 Slot) Chassis ("Supervisor Module-2")', "C7009"),
        ('Nexus 7000 C7010 (10 Slot) Chassis ("Supervisor module-1X")', "C7010"),
        ("Nexus3000 C3232C Chassis (Nexus 9000 Series)", "C3232C"),
        ('Nexus 5596 Chassis ("O2 48X10GE/Modular Supervisor")', "5596"),
        ('Nexus5548 Chassis ("O2 32X10GE/Modular Universal Platform Supervisor")', "5548"),
        ('Nexus 3048 Chassis ("48x1GE + 4x10G Supervisor")', "3048"),
        ('Nexus 56128P Chassis ("Nexus 56128 Supervisor")', "56128P"),
        ('N9K-C93180YC-EX ("supervisor")', "N9K-C93180YC-EX"),
        ('MDS 9148S 16G 48 FC (1 Slot) Chassis ("2/4/8/16 Gbps FC/Supervisor")', "9148S"),
        ("Nexus9000 9000v Chassis", "9000v"),
        ("NX-OSv Chassis", "NX-OSv"),
    ],
)
def test_models(line: str, model: str) -> None:
    assert model_name(line) == model


ACI_LEAF = """
Software
  BIOS:      version 07.66
  kickstart: version 15.2(3e) [build 15.2(3e)]
  system:    version 15.2(3e) [build 15.2(3e)]
  PE:        version 5.2(3e)
  kickstart image file is: /bootflash/aci-n9000-dk9.15.2.3e.bin
Hardware
  cisco N9K-C93180YC-FX ("supervisor")
  Processor Board ID FDO22242J64
  Device name: leaf-101
Last reset
  System version: 14.2(7f)
"""


def test_version_of_an_aci_leaf() -> None:
    identity, board = [one for one in read_version(block(ACI_LEAF)) if isinstance(one, Identity)]
    assert (identity.os, identity.version, identity.build) == (
        "ACI (NX-OS)",
        "15.2(3e)",
        "15.2(3e)",
    )
    assert (identity.model, board.serials) == ("N9K-C93180YC-FX", ("FDO22242J64",))
    assert identity.previous_version == "14.2(7f)"


def test_the_version_before_the_reset_is_not_the_version() -> None:
    text = "Last reset at 1 usecs after Wed May 28\n  Reason: Unknown\n  System version: 9.3(15)\n"
    assert list(read_version(block(text))) == []


@pytest.mark.parametrize(
    ("command", "interfaces"),
    [
        ("show macsec mka session", [None]),
        ("show macsec mka session interface Eth1/97/1 details", [None, "Ethernet1/97/1"]),
        ("show macsec mka session interface ethernet 1/2 details", [None, "Ethernet1/2"]),
    ],
)
def test_shutdown_banner(command: str, interfaces: list[str | None]) -> None:
    text = "---------\nMacsec is shutdown\n---------"
    seen = [one for one in read_sessions(block(text, command)) if isinstance(one, MacsecShutdown)]
    assert [one.interface for one in seen] == interfaces


@pytest.mark.parametrize(
    ("sak", "transmits", "receives"),
    [
        ("Rx & TX", True, True),
        ("Rx & Tx", True, True),
        ("Rx", False, True),
        ("Tx", True, False),
        ("No Rx, No Tx", False, False),
        ("", None, None),
    ],
)
def test_directions_of_the_sak(sak: str, transmits: bool | None, receives: bool | None) -> None:
    text = f"Interface Name : Ethernet1/1\n  Latest SAK Status : {sak}\n  CA Peer Count : 1"
    session = next(one for one in read_sessions(block(text)) if isinstance(one, MacsecSession))
    assert (session.tx_sa_in_use, session.rx_sa_in_use) == (transmits, receives)


def test_a_row_that_runs_over_its_columns() -> None:
    text = """
Interface   Local-TxSCI     # Peers  Status
----------- --------------- -------- -------
Ethernet101/1/48 6026.aa7e.0302/0001 1 Secured
"""
    (session,) = read_sessions(block(text))
    assert isinstance(session, MacsecSession)
    assert (session.interface, session.live_peers, session.status) == (
        "Ethernet101/1/48",
        1,
        "secured",
    )


def test_summary_without_a_state_claims_none() -> None:
    text = """
Interface     MACSEC-policy     Keychain
------------- ----------------- ---------------
Ethernet2/13  P1                KC1/1000
"""
    (session,) = read_summary(block(text))
    assert isinstance(session, MacsecSession)
    assert (session.status, session.policy, session.key_chain) == (None, "P1", "KC1")


def test_policy_table_of_an_early_release() -> None:
    text = """
MACSec Policy                    Cipher           Pri  Window       Offset   Security
-------------------------------- ---------------- ---- ------------ -------- --------------
system-default-macsec-policy     GCM-AES-XPN-256  16   148809600    0        should-secure
"""
    (found,) = read_policies(block(text, "show macsec policy"))
    assert isinstance(found, Fact)
    assert found.fact.model_dump(include={"name", "security", "sak_rekey"}) == {
        "name": "system-default-macsec-policy",
        "security": "should-secure",
        "sak_rekey": None,
    }


@pytest.mark.parametrize(
    ("lifetime", "start", "end", "unbounded", "marked"),
    [
        ("send lifetime (always valid) [active]", None, None, True, True),
        ("send lifetime (always valid)", None, None, True, None),
        (
            "send lifetime UTC (06:03:04 Nov 24 2025)-(06:03:04 Nov 24 2026) [active]",
            datetime(2025, 11, 24, 6, 3, 4, tzinfo=UTC),
            datetime(2026, 11, 24, 6, 3, 4, tzinfo=UTC),
            False,
            True,
        ),
        (
            "send lifetime local (06:03:04 Nov 24 2025)-(duration 10)",
            datetime(2025, 11, 24, 6, 3, 4),  # noqa: DTZ001 the zone is not printed
            datetime(2025, 11, 24, 6, 3, 14),  # noqa: DTZ001
            False,
            None,
        ),
        (
            "send lifetime UTC (06:03:04 Nov 24 2025)-(infinite)",
            datetime(2025, 11, 24, 6, 3, 4, tzinfo=UTC),
            None,
            True,
            None,
        ),
    ],
)
def test_lifetimes(
    lifetime: str,
    start: datetime | None,
    end: datetime | None,
    unbounded: bool,
    marked: bool | None,
) -> None:
    text = f'Key-Chain K Macsec\n  Key 1 -- text 7 "x"\n    {lifetime}'
    (chain,) = read_key_chains(block(text, "show key chain"))
    assert isinstance(chain, KeyChain)
    (key,) = chain.keys
    assert (key.start, key.end, key.unbounded, key.marked_valid) == (start, end, unbounded, marked)


def test_a_key_without_its_lifetime_was_cut_off() -> None:
    text = 'Key-Chain K Macsec\n  Key 1 -- text 7 "x"\n    cryptographic-algorithm AES_256_CMAC'
    (chain,) = read_key_chains(block(text, "show key chain"))
    assert isinstance(chain, KeyChain)
    assert chain.keys == ()


@pytest.mark.parametrize(
    ("clock", "offset"),
    [
        ("clock timezone CET 1 0", "+01:00"),
        ("clock timezone NST -3 30", "-03:30"),
        ("", "+00:00"),
        ("clock timezone CET 1 0\nclock summer-time CEST 5 Sun Mar 02:00 5 Sun Oct 03:00 60", ""),
    ],
)
def test_local_lifetimes(clock: str, offset: str) -> None:
    text = f"""
version 10.3(1)
hostname n1
{clock}
key chain K macsec
  key 01
    send-lifetime local 00:00:00 Jan 01 2026 infinite
"""
    chain = next(one for one in read_config(block(text)) if isinstance(one, KeyChain))
    start = chain.keys[0].start
    assert start is not None
    assert start.isoformat() == f"2026-01-01T00:00:00{offset}"


def test_counters_behind_a_filter_belong_to_the_interface_of_the_command() -> None:
    text = "SAK Tx Statistics for AN [0]:\n   Encrypted Protected Pkts: 11"
    command = 'show macsec secy statistics interface Eth4/19 | begin "SECY Rx"'
    (counters,) = read_secy_statistics(block(text, command))
    assert isinstance(counters, MacsecCounters)
    assert (counters.interface, counters.tx_encrypted, counters.rx_ok) == (
        "Ethernet4/19",
        11,
        None,
    )


@pytest.mark.parametrize(
    ("line", "fact", "value"),
    [
        ("feature telnet", "telnet_enabled", True),
        ("no feature ssh", "ssh_enabled", False),
        ("feature bash-shell", "bash_shell", True),
        ("feature netconf", "netconf_ssh", True),
        ("no password strength-check", "password_strength_check", False),
        ("snmp-server community <community-1> group vdc-admin", "snmp_v1v2_rw", True),
        ("snmp-server community <community-1> ro", "snmp_v1v2_rw", False),
        ("snmp-server community <community-1> group own-role", "snmp_v1v2_rw", None),
        ("snmp-server user a network-admin auth md5 <redacted>", "snmp_v3_auth", "md5"),
        ("snmp-server user a g auth sha <redacted> priv <redacted>", "snmp_v3_priv", "des"),
        ("snmp-server host 10.0.0.1 traps version 2c <c>", "snmp_v2c_trap_host", True),
        ("ntp server 2001:db8::1 use-vrf management", "ntp_servers", ("2001:db8::1",)),
        ("ntp peer 10.0.0.1", "ntp_servers", ()),
        ("logging server 10.0.0.1 6", "logging_hosts", ("10.0.0.1",)),
        ("username a password 0 <redacted>", "plaintext_passwords", 1),
        ("no copp profile", "copp", False),
        ("no cdp enable", "cdp", False),
        ("no ip source-route", "source_route", False),
        ("feature nxapi", "http_server", None),
    ],
)
def test_hardening_of_a_config(line: str, fact: str, value: object) -> None:
    assert hardening(f"version 9.3(9)\nhostname n1\n{line}").get(fact) == value


def test_control_plane_of_a_nexus_7000() -> None:
    text = "hostname n7\ncontrol-plane\n  service-policy input copp-system-p-policy-lenient"
    assert hardening(text)["copp"] == "lenient"


@pytest.mark.parametrize(
    "text",
    [
        "interface Ethernet1/1\n  no shutdown",
        "hostname n1\n(...)\nversion 9.3(9)",
    ],
)
def test_a_fragment_decides_no_absence(text: str) -> None:
    found = hardening(text)
    assert "telnet_enabled" not in found
    assert "ntp_servers" not in found


def test_interfaces_of_a_config() -> None:
    text = """
interface Ethernet1/1
  channel-group 12 force mode active
interface Ethernet1/2.30
  vrf member A
  shutdown
interface loopback0
interface nve1
"""
    seen = [one for one in read_config(block(text)) if isinstance(one, InterfaceSeen)]
    assert [(one.interface, one.lag, one.vrf, one.parent, one.shutdown) for one in seen] == [
        ("Ethernet1/1", "port-channel12", None, None, None),
        ("Ethernet1/2.30", None, "A", "Ethernet1/2", True),
    ]


def test_a_banner_configures_nothing() -> None:
    text = "hostname n1\nversion 9.3(9)\nbanner motd ^\nfeature telnet\n^\nfeature lldp"
    found = hardening(text)
    assert (found["telnet_enabled"], found["lldp"], found["banner_motd"]) == (False, True, True)


def test_fallback_chain_that_is_not_defined() -> None:
    text = """
version 10.3(1)
hostname n1
feature macsec
key chain K macsec
  key 01
interface Ethernet1/1
  macsec keychain K fallback-keychain GONE
"""
    config = next(one for one in read_config(block(text)) if isinstance(one, MacsecConfig))
    assert config.undefined == ("key chain GONE",)


def test_members_of_a_wrapped_bundle() -> None:
    text = """
Group Port-       Type     Protocol  Member Ports
      Channel
--------------------------------------------------------------------------------
10    Po10(SU)    Eth      LACP      Eth1/1(P)    Eth1/2(P)
                                     Eth1/3(D)
11    Po11(SD)    Eth      NONE      --
"""
    found = list(read_port_channels(block(text, "show port-channel summary")))
    assert [(one.lag, one.member) for one in found if isinstance(one, LagMember)] == [
        ("port-channel10", "Ethernet1/1"),
        ("port-channel10", "Ethernet1/2"),
        ("port-channel10", "Ethernet1/3"),
    ]


@pytest.mark.parametrize("indent", ["", "                    "])
def test_wrapped_device_ids_with_and_without_indentation(indent: str) -> None:
    text = f"""
Device-ID          Local Intrfce  Hldtme Capability  Platform      Port ID
spine1.example.org(SAL1819S6BE)
{indent}Eth1/1         133    R S s     N9K-C9396PX   Eth1/1
spine2.example.org(SAL1819S6BF)
{indent}Eth1/2         154    R S s     N9K-C9396PX   Eth1/2
"""
    facts = [one.fact for one in read_cdp(block(text)) if isinstance(one, Fact)]
    assert [list(fact.model_dump().values()) for fact in facts] == [
        ["Ethernet1/1", "spine1.example.org(SAL1819S6BE)", "Eth1/1", "cdp"],
        ["Ethernet1/2", "spine2.example.org(SAL1819S6BF)", "Eth1/2", "cdp"],
    ]


def test_tables_end_at_the_next_title() -> None:
    text = "A    B\n---- ----\n1    2\nC    D\n---- ----\n3    4"
    assert [[row.cells for row in table] for table in tables(text.split("\n"))] == [
        [{"a": "1", "b": "2"}],
        [{"c": "3", "d": "4"}],
    ]


READERS = sorted({reader for _, reader in CISCO_NXOS.readers}, key=lambda one: one.__qualname__)
VOCABULARY = """
Interface Ethernet1/1 Eth1/2 : - ---- Macsec Secured 1 N/A key chain macsec policy {} Key-Chain
Key -- send lifetime (always valid) NAME: PID: SN: , DESCR: Device ID Chassis id Port Local version
9.3(9) hostname feature banner motd ^ interface shutdown "TABLE_inv" snmp-server community user auth
ntp server Mod Total SAK Tx Statistics [0] OK Pkts
"""
WORDS = st.sampled_from(VOCABULARY.split())
LINES = st.lists(st.lists(WORDS | st.text(max_size=6), max_size=8).map(" ".join), max_size=12)


def observe(reader: Reader, text: str, command: str) -> list[Observation]:
    return list(reader(Block(command, tuple(text.split("\n")))))


@settings(max_examples=60, deadline=None)
@given(lines=LINES, indent=st.integers(0, 4))
def test_no_text_makes_a_reader_raise(lines: list[str], indent: int) -> None:
    text = ("\n" + " " * indent).join(lines)
    for reader in READERS:
        observe(reader, text, "show macsec mka session interface Eth1/1 details")


@pytest.mark.parametrize(
    "line",
    [
        " " * 20_000 + "x",
        "Ethernet1/1 " * 5_000,
        "a-" * 20_000,
        "NAME: " + '"' * 20_000,
        "PID: " + "," * 20_000,
        "1 " * 20_000,
        ": " * 20_000,
        "(" * 20_000,
        "--- " * 10_000,
        "key " * 10_000,
    ],
)
def test_readers_take_linear_time(line: str) -> None:
    text = "\n".join([line, "Interface Name : Ethernet1/1", line, "----- ----", line])
    begin = time.perf_counter()
    for reader in READERS:
        observe(reader, text, "show running-config")
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize(
    "text", ["\n" * 100_000, " \n" * 50_000, " " * 100_000, "Interface " * 9_000]
)
def test_signatures_take_linear_time(text: str) -> None:
    begin = time.perf_counter()
    detect([CISCO_NXOS], [text])
    assert time.perf_counter() - begin < 5
