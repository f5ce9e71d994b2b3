"""MACsec on IOS and IOS-XE: what each output states, in the dialects of several releases."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from textwrap import dedent

import pytest

from netmod.facts import HostFacts, LinkEndFact, PolicyFact
from netmod.platforms._assemble import assemble
from netmod.platforms._observations import (
    Block,
    Fact,
    KeyChain,
    MacsecCounters,
    MacsecSession,
    Observation,
    Remark,
)
from netmod.platforms.ios import CISCO_IOSXE

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def observe(command: str, text: str) -> list[Observation]:
    lines = tuple(dedent(text).strip("\n").split("\n"))
    reader = next(read for pattern, read in CISCO_IOSXE.readers if re.match(pattern, command))
    return list(reader(Block(command, lines, file="capture.txt")))


def facts(**captures: str) -> HostFacts:
    seen = [one for name, text in captures.items() for one in observe(name.replace("_", " "), text)]
    return assemble(seen, at=AT)


def session(command: str, text: str) -> MacsecSession:
    found = [one for one in observe(command, text) if isinstance(one, MacsecSession)]
    assert len(found) == 1
    return found[0]


def end(command: str, text: str) -> LinkEndFact:
    return assemble(observe(command, text), at=AT).link_ends[0]


TABLE = """
    Total MKA Sessions....... 3
          Secured Sessions... 1
          Pending Sessions... 2

    ====================================================================================
    Interface      Local-TxSCI         Policy-Name      Inherited         Key-Server
    Port-ID        Peer-RxSCI          MACsec-Peers     Status            CKN
    ====================================================================================
    Hu1/0/49       0a1b.2c3d.4e01/0021 *DEFAULT POLICY* NO                YES
    33             0a1b.2c3d.5f02/0034 1                Secured           A1B2C3

    Te1/1/1        0a1b.2c3d.4e02/0022 CORE-256         NO                NO
    34             0000.0000.0000/0000 0                Init              0102
    Twe1/0/3.200   0a1b.2c3d.4e03/0023 A-POLICY-WHOSE-NAME-IS-LONG NO     YES
    35             0a1b.2c3d.5f03/0036 2                Secured           0000000000000000000000000000000000000000
    000000000000000000000001
"""


def test_sessions_table_with_several_sessions_and_wrapped_key_name():
    first, second, third = observe("show mka sessions", TABLE)
    assert (first.interface, first.status, first.live_peers) == ("HundredGigE1/0/49", "secured", 1)
    assert (first.policy, first.key_server, first.ckn) == ("*DEFAULT POLICY*", True, "A1B2C3")
    assert (first.local_sci, first.peer_scis) == ("0A1B2C3D4E010021", ("0A1B2C3D5F020034",))
    assert (second.interface, second.status) == ("TenGigabitEthernet1/1/1", "pending")
    assert (second.live_peers, second.peer_scis, second.key_server) == (0, (), False)
    assert third.interface == "TwentyFiveGigE1/0/3.200"
    assert (third.policy, third.live_peers) == ("A-POLICY-WHOSE-NAME-IS-LONG", 2)
    assert third.ckn == "0" * 63 + "1"


@pytest.mark.parametrize(("kept", "state"), [(8, None), (9, "unknown"), (10, "secured")])
def test_a_cut_table_proves_nothing_of_the_row_that_was_cut(kept: int, state: str | None):
    text = "\n".join(dedent(TABLE).strip("\n").split("\n")[:kept])
    ends = {one.interface: one.state for one in facts(show_mka_sessions=text).link_ends}
    assert ends.get("HundredGigE1/0/49") == state


def test_old_table_without_number_of_peers():
    one = session(
        "show mka sessions",
        """
        Interface      Peer-RxSCI          Policy-Name          Audit-Session-ID
        Port-ID        Local-TxSCI         Key-Svr Status       CKN
        ================================================================================
        Gi3/10         0a0b.0c0d.0e0f/0000 replay-policy        0A05783B0000001700448BA8
        2              0a0b.0c0d.1e1f/0002 YES     Secured      3808F996026DFB8A2FCEC9A88BBD0680
        """,
    )
    assert (one.interface, one.policy, one.status) == (
        "GigabitEthernet3/10", "replay-policy", "secured",
    )  # fmt: skip
    assert (one.local_sci, one.peer_scis) == ("0A0B0C0D1E1F0002", ("0A0B0C0D0E0F0000",))
    assert one.ckn == "3808F996026DFB8A2FCEC9A88BBD0680"
    assert not one.prints_peers


def detail(
    *,
    status: str = "SECURED - Secured MKA Session with MACsec",
    sak: str = "Rx & Tx",
    live: int = 1,
    cipher: str = "0080C20001000004 (GCM-AES-XPN-256)",
    interface: str = "HundredGigE2/0/1",
    ckn: str = "BEEF01",
) -> str:
    return f"""
MKA Detailed Status for MKA Session
===================================
Status: {status}

Local Tx-SCI............. 0a1b.2c3d.4e01/0021
Interface MAC Address.... 0a1b.2c3d.4e01
MKA Port Identifier...... 33
Interface Name........... {interface}
Audit Session ID.........
CAK Name (CKN)........... {ckn}
Member Identifier (MI)... 7D04809825DDBB4FE461BBF1
Message Number (MN)...... 110
EAP Role................. NA
Key Server............... NO
MKA Cipher Suite......... AES-256-CMAC

Latest SAK Status........ {sak}
Latest SAK AN............ 1
Latest SAK KI (KN)....... 7D04809825DDBB4FE461BBF100000002 (2)
Old SAK Status........... No Rx, No Tx

SAK Transmit Wait Time... 0s (Not waiting for any peers to respond)
SAK Rekey Time........... 0s (SAK Rekey interval not applicable)

MKA Policy Name.......... CORE-256
Confidentiality Offset... 30
SAK Cipher Suite......... {cipher}
MACsec Capability........ 3 (MACsec Integrity, Confidentiality, & Offset)
MACsec Desired........... YES

# of MACsec Capable Live Peers............ {live}
# of MACsec Capable Live Peers Responded.. {live}

Live Peers List:
  MI                        MN          Rx-SCI (Peer)        KS        RxSA          SSCI
                                                             Priority  Installed
  ---------------------------------------------------------------------------------------
  1FD19F41DB6E84AF249521FA  67          0a1b.2c3d.5f02/0034  10        YES            0

Potential Peers List:
  MI                        MN          Rx-SCI (Peer)        KS        RxSA          SSCI
  ---------------------------------------------------------------------------------------
  2FD19F41DB6E84AF249521FB  68          0a1b.2c3d.6f03/0035  10        NO             0
"""


def test_detail_of_a_secured_session():
    fact = end("show mka sessions detail", detail())
    assert (fact.interface, fact.state) == ("HundredGigE2/0/1", "secured")
    assert (fact.cipher, fact.policy, fact.ckn) == ("GCM-AES-XPN-256", "CORE-256", "BEEF01")
    assert (fact.live_peers, fact.peers_responded, fact.key_server) == (1, 1, False)
    assert fact.confidentiality_offset == 30
    assert fact.peer_scis == ("0A1B2C3D5F020034",), "a potential peer is no live peer"
    assert fact.sak_rekey_interval is None, "only the key server's own value tells of rekeying"
    assert "M07" in fact.weaknesses


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"live": 0}, "partial"),
        ({"status": "INITIALIZING - Searching for Peer (Waiting to receive first Peer MKPDU)"},
         "unsecured"),
        ({"status": "NEGOTIATING - Waiting for Key Server"}, "unsecured"),
        ({"status": "NOT SECURED - Unsecured MKA Session"}, "unsecured"),
        ({"sak": "No Rx, No Tx"}, "partial"),
        ({"sak": "Rx Only"}, "partial"),
        ({"sak": "---"}, "secured"),
    ],
)  # fmt: skip
def test_detail_states(change: dict[str, str | int], state: str):
    assert end("show mka sessions detail", detail(**change)).state == state  # type: ignore[arg-type]


@pytest.mark.parametrize("kept", range(3, 40, 3))
def test_a_cut_detail_is_never_better(kept: int):
    text = "\n".join(detail().strip("\n").split("\n")[:kept])
    for fact in facts(show_mka_sessions_detail=text).link_ends:
        whole = "# of MACsec Capable Live Peers" in text
        assert fact.state == ("secured" if whole else "unknown")


def test_fallback_session_beside_the_primary_one_is_a_standby():
    text = detail() + detail(status="READY - Fallback MKA Session is ready", ckn="FA11")
    fact = end("show mka sessions detail", text)
    assert (fact.state, fact.ckn) == ("secured", "BEEF01")


def test_policies_in_columns():
    found = observe(
        "show mka policy",
        """
        MKA Policy Summary...

        Codes : CO - Confidentiality Offset, ICVIND - Include ICV-Indicator,
                SAKR OLPL - SAK-Rekey On-Live-Peer-Loss,
                DP - Delay Protect, KS Prio - Key Server Priority

        Policy            KS   DP    CO SAKR  ICVIND Cipher          Interfaces
        Name              Prio          OLPL         Suite(s)        Applied
        ===============================================================================
        *DEFAULT POLICY*  0    FALSE 0  FALSE TRUE   GCM-AES-128
                                                     GCM-AES-256

        WAN               10   TRUE  50 TRUE  TRUE   GCM-AES-XPN-256 Hu0/0/0    Hu0/0/1
                                                                     Fo0/1/0
        OTHER             11   FALSE 0  FALSE TRUE   GCM-AES-256     Hu0/0/0
        A-POLICY-WHOSE-NAME-IS-LONG
                          12   FALSE 0  FALSE TRUE   GCM-AES-256     Te0/0/1
        """,
    )
    policies = [one.fact for one in found if isinstance(one, Fact)]
    default, wan, _, long = policies
    assert isinstance(long, PolicyFact)
    assert (long.name, long.interfaces) == (
        "A-POLICY-WHOSE-NAME-IS-LONG", ("TenGigabitEthernet0/0/1",),
    )  # fmt: skip
    assert isinstance(default, PolicyFact)
    assert isinstance(wan, PolicyFact)
    assert (default.name, default.ciphers) == ("*DEFAULT POLICY*", ("GCM-AES-128", "GCM-AES-256"))
    assert (default.interfaces, default.cipher, default.applied) == ((), None, False)
    assert (wan.cipher, wan.offset, wan.key_server_priority) == ("GCM-AES-XPN-256", 50, 10)
    assert wan.interfaces == ("HundredGigE0/0/0", "HundredGigE0/0/1", "FortyGigabitEthernet0/1/0")
    assert [one.text for one in found if isinstance(one, Remark) and one.finding] == [
        "HundredGigE0/0/0 is listed under 2 MKA policies: WAN, OTHER"
    ]


def test_policies_in_the_columns_of_old_releases():
    (found,) = observe(
        "show mka policy",
        """
        Policy            KS       Delay   Replay  Window Conf   Interfaces
        Name              Priority Protect Protect Size   Offset Applied
        ====================================================================
        replay-policy     16       NO      YES     300    30     Gi3/10
        """,
    )
    policy = found.fact
    assert (policy.name, policy.replay_window, policy.offset) == ("replay-policy", 300, 30)
    assert policy.interfaces == ("GigabitEthernet3/10",)


def test_policy_page():
    (found,) = observe(
        "show mka policy p2 detail",
        """
        MKA Policy Configuration ("p2")
        ========================
        MKA Policy Name........ p2
        Key Server Priority.... 2
        Confidentiality Offset. 30
        Send Secure Announcement..DISABLED
        Cipher Suite(s)........ GCM-AES-256

        Applied Interfaces...
          GigabitEthernet1/0/1
        """,
    )
    policy = found.fact
    assert (policy.name, policy.offset, policy.ciphers) == ("p2", 30, ("GCM-AES-256",))
    assert policy.interfaces == ("GigabitEthernet1/0/1",)


def test_keychains_name_the_chain_of_an_interface_and_leave_lifetimes_open():
    found = observe(
        "show mka keychains",
        """
        MKA PSK Keychain(s) Summary...

        Keychain         Latest CKN                                    Interface(s)
        Name             Latest CAK                                    Applied
        ===========================================================================
        WAN-KEYS         C0FFEE01                                      Hu0/0/0
                         <HIDDEN>                                      Hu0/0/1
        """,
    )
    chains = [one for one in found if isinstance(one, KeyChain)]
    assert [(one.name, [key.id for key in one.keys]) for one in chains] == [
        ("WAN-KEYS", ["C0FFEE01"])
    ]
    assert not chains[0].keys[0].lifetime_printed
    ends = assemble(found, at=AT).link_ends
    assert [(one.interface, one.state, one.key_chain, one.ckn) for one in ends] == [
        ("HundredGigE0/0/0", "unknown", "WAN-KEYS", "C0FFEE01"),
        ("HundredGigE0/0/1", "unknown", "WAN-KEYS", "C0FFEE01"),
    ]


PAGE = """
     MACsec is enabled
      Replay protect : enabled
      Replay window : 0
      Include SCI : yes
      Cipher : GCM-AES-256
      Confidentiality Offset : 0

     Capabilities
      Validate Frames : strict
      Ciphers supported : GCM-AES-128
                          GCM-AES-256

     Access control : should secure

     Transmit Secure Channels
      SCI : 0A1B2C3D4E010021
      SC state : inUse(1)
       Current AN: 0
       SA State: inUse(1)
       Confidentiality : yes
       SA Statistics
        Auth-only Pkts : 0
        Encrypted Pkts : 77

      Port Statistics
       Egress untag pkts  0

     Receive Secure Channels
      SCI : 0A1B2C3D5F020034
      SC state : inUse(1)
       Current AN: 0
       SA State: inUse(1)
       SA Statistics
        Notvalid pkts 0
        Invalid pkts 3
        Valid pkts 81

      Port Statistics
       Ingress untag pkts  0
"""


def test_interface_page():
    fact = end("show macsec interface HundredGigE1/0/49", PAGE)
    assert (fact.interface, fact.state) == ("HundredGigE1/0/49", "secured")
    assert (fact.cipher, fact.enforcement) == ("GCM-AES-256", "should-secure")
    assert (fact.confidentiality, fact.rx_channels) == (True, 1)
    assert (fact.tx_encrypted, fact.rx_ok) == (77, 81)
    assert {"M01", "M13"} <= set(fact.weaknesses)


@pytest.mark.parametrize(
    ("old", "new", "state"),
    [
        ("Confidentiality : yes", "Confidentiality : no", "unsecured"),
        ("SA State: inUse(1)", "SA State: notInUse(2)", "unsecured"),
        ("MACsec is enabled", "MACsec is disabled", "unsecured"),
    ],
)
def test_interface_page_states(old: str, new: str, state: str):
    assert end("show macsec interface Te1/0/1", PAGE.replace(old, new)).state == state


def test_interface_page_without_receive_channel_is_one_sided():
    start = PAGE.index("      SCI : 0A1B2C3D5F020034")
    stop = PAGE.index("      Port Statistics\n       Ingress")
    assert end("show macsec interface Te1/0/1", PAGE[:start] + PAGE[stop:]).state == "partial"


@pytest.mark.parametrize("kept", range(2, 36, 3))
def test_a_cut_interface_page_is_never_better(kept: int):
    text = "\n".join(PAGE.strip("\n").split("\n")[:kept])
    states = {one.state for one in facts(show_macsec_interface_Te1=text).link_ends}
    assert states <= ({"secured", "unknown"} if kept > 31 else {"unknown", "partial"})


OLD_PAGE = """
 MACsec is enabled
  Replay protect : enabled
  Replay window : 0
  Cipher : GCM-AES-128
  Confidentiality Offset : 0
 Transmit Secure Channels
  SCI : 0A1B2C3D4E010002
   Elapsed time : 00:00:01
   Current AN: 0   Previous AN: 1
   SC Statistics
    Auth-only (0 / 0)
    Encrypt (2028 / 0)
 Receive Secure Channels
  SCI : 0A1B2C3D5F020003
   Elapsed time : 00:00:01
   Current AN: 0   Previous AN: 1
   SC Statistics
    Notvalid pkts 0     Invalid pkts 2
    Valid pkts 10       Late pkts 0
"""


def test_interface_page_of_old_releases_without_states():
    fact = end("show macsec interface GigabitEthernet1/0/1", OLD_PAGE)
    assert (fact.state, fact.cipher, fact.tx_encrypted, fact.rx_ok) == (
        "secured", "GCM-AES-128", 2028, 10,
    )  # fmt: skip
    assert "M13" in fact.weaknesses
    stop = OLD_PAGE.rindex("   Current AN")
    assert end("show macsec interface Gi1/0/1", OLD_PAGE[:stop]).state == "unknown"


def test_one_stale_receive_channel_of_two_is_not_secured():
    second = PAGE[PAGE.index("      SCI : 0A1B2C3D5F020034") :].replace("5F02", "6F03")
    text = PAGE + second.replace("SA State: inUse(1)", "SA State: notInUse(2)")
    assert end("show macsec interface Te1/0/1", text).state == "partial"


STATUS = """
 Capabilities:
  Ciphers Supported:        GCM-AES-128 GCM-AES-256
  Cipher:                   GCM-AES-256
  Confidentiality Offset:   0
  Replay Window:            64
  Delay Protect Enable:     FALSE
  Access Control:           must-secure
  Dot1q In Clear:           1 Tag(s)
  Include-SCI:              TRUE

 Transmit SC:
  SCI:                      0A1B2C3D4E010021
  Transmitting:             TRUE
 Transmit SA:
  Next PN:                  129

 Receive SC:
  SCI:                      0A1B2C3D5F020034
  Receiving:                TRUE
 Receive SA:
  Next PN:                  129
"""


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (("", ""), "secured"),
        (("Receiving:                TRUE", "Receiving:                FALSE"), "partial"),
        (("TRUE\n Transmit SA", "FALSE\n Transmit SA"), "partial"),
    ],
)
def test_status_page(change: tuple[str, str], state: str):
    fact = end("show macsec status interface TenGigabitEthernet0/0/9.110", STATUS.replace(*change))
    assert (fact.interface, fact.state) == ("TenGigabitEthernet0/0/9.110", state)
    assert (fact.cipher, fact.enforcement, fact.replay_window) == ("GCM-AES-256", "must-secure", 64)
    assert fact.tags_in_clear == 1


def test_an_interface_that_nothing_names_is_unknown_and_not_guessed():
    assert end("show macsec status interface", STATUS).interface == "unknown"


def test_statistics_are_counters_only():
    found = observe(
        "show macsec statistics interface Hu0/0/0",
        """
        SecY Counters
          Ingress Untag Pkts:       4
          Egress Encrypted Octets:  3519888
        Transmit SC Counters (SCI: 0A1B2C3D4E010021)
          Out Pkts Protected:       0
          Out Pkts Encrypted:       8630
        Receive SA Counters (SCI: 0A1B2C3D5F020034  AN 0)
          In Pkts OK:               100
          In Pkts Not Valid:        0
        Receive SA Counters (SCI: 0A1B2C3D5F020034  AN 1)
          In Pkts OK:               11
        """,
    )
    (one,) = found
    assert isinstance(one, MacsecCounters)
    assert (one.interface, one.tx_encrypted, one.tx_protected) == ("HundredGigE0/0/0", 8630, 0)
    assert (one.rx_ok, one.rx_bad) == (111, 4)


def test_summary_counts_channels_and_proves_no_session():
    states = {
        one.interface: (one.state, one.rx_channels)
        for one in facts(
            show_macsec_summary="""
            Interface                     Transmit SC         Receive SC
            Te2/0/13                           1                   1
            Hu2/0/1                            0                   0
            port-channel1                      1                   2
            """
        ).link_ends
    }
    assert states == {
        "TenGigabitEthernet2/0/13": ("unknown", 1),
        "HundredGigE2/0/1": ("unsecured", 0),
        "Port-channel1": ("unknown", 2),
    }


@pytest.mark.parametrize(
    ("mode", "state"), [("gcm-encrypt", "secured"), ("gmac", "unsecured"), ("null", "unsecured")]
)
def test_sap_of_cts(mode: str, state: str):
    fact = end(
        "show cts interface TenGigabitEthernet1/1/1",
        f"""
        Global Dot1x feature is Disabled
        Interface TenGigabitEthernet1/1/1:
            CTS is enabled, mode:    MANUAL
            IFC state:               OPEN
            SAP Status:              SUCCEEDED
                Version:             2
                Configured pairwise ciphers:
                    gcm-encrypt
                Replay protection:      enabled
                Selected cipher:        {mode}
        """,
    )
    assert (fact.interface, fact.state) == ("TenGigabitEthernet1/1/1", state)


@pytest.mark.parametrize(
    ("status", "state"), [("Unsecured", "unsecured"), ("Link Secured", "unknown")]
)
def test_8021x_states_its_policy_and_proves_nothing(status: str, state: str):
    fact = end(
        "show access-session interface Gi1/0/1 details",
        f"""
                    Interface:  GigabitEthernet1/0/1
                       Status:  Authorized
              Security Policy:  Must Secure
              Security Status:  {status}
        """,
    )
    assert (fact.interface, fact.state) == ("GigabitEthernet1/0/1", state)
    assert fact.enforcement == "must-secure"


def test_failed_integrity_checks_of_mka_are_a_finding():
    found = observe(
        "show mka statistics",
        """
        MKPDU Failures
           MKPDU Tx............................... 0
           MKPDU Rx ICV Verification.............. 44
           MKPDU Rx Fallback ICV Verification..... 0
        """,
    )
    assert [one.text for one in found if isinstance(one, Remark)] == [
        "44 MKA frames failed the ICV check (keys of the two ends differ)"
    ]


KEYS = """
Key-chain WAN:
    MacSEC key chain
    key C0FFEE01 -- text "<redacted>"
        cryptographic-algorithm: aes-256-cmac
        lifetime (00:00:00 UTC Jan 1 2026) - (23:59:59 UTC Dec 31 2026) [valid now]
    key C0FFEE02 -- text "<redacted>"
        cryptographic-algorithm: aes-256-cmac
        lifetime (00:00:00 CET Jan 1 2027) - (23:59:59 CET Dec 31 2027)
Key-chain IGP:
    key 1 -- text "<redacted>"
        accept lifetime (00:00:00 UTC Jan 1 2025) - (infinite) [valid now]
        send lifetime (00:00:00 UTC Jan 1 2025) - (06:00:00 UTC Jan 1 2026)
Key-chain AO:
TCP key chain
key 7 -- text "<redacted>"
cryptographic-algorithm: hmac-sha-256
accept lifetime (always valid) - (always valid) [valid now]
send lifetime (always valid) - (always valid) [valid now]
"""


def test_key_chains():
    wan, igp, ao = facts(show_key_chain=KEYS).key_chains
    assert (wan.name, wan.macsec, igp.macsec, ao.type) == ("WAN", True, False, "tcp-ao")
    assert [(key.id, key.valid) for key in wan.keys] == [("C0FFEE01", True), ("C0FFEE02", False)]
    assert wan.keys[0].end == datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert wan.keys[1].start == datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    assert [(key.id, key.valid) for key in igp.keys] == [("1", False)], "it may no longer be sent"
    assert [(key.id, key.valid) for key in ao.keys] == [("7", True)]
