"""IPsec on IOS and IOS-XE as operational outputs show it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from textwrap import dedent

import pytest

from netmod.facts import HostFacts, IkeSaFact, LinkEndFact, PolicyFact
from netmod.platforms._assemble import assemble
from netmod.platforms._observations import Block, Fact, IpsecFlow, Observation
from netmod.platforms.ios import CISCO_IOS

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def observe(command: str, text: str) -> list[Observation]:
    lines = tuple(dedent(text).strip("\n").split("\n"))
    reader = next(read for pattern, read in CISCO_IOS.readers if re.match(pattern, command))
    return list(reader(Block(command, lines, file="capture.txt")))


def facts(command: str, text: str) -> HostFacts:
    return assemble(observe(command, text), at=AT)


def end(command: str, text: str) -> LinkEndFact:
    (one,) = facts(command, text).link_ends
    return one


def flow(command: str, text: str) -> IpsecFlow:
    (one,) = observe(command, text)
    assert isinstance(one, IpsecFlow)
    return one


def association(spi: str, transform: str, timing: str, replay: str = "Y") -> str:
    return f"""
      spi: {spi}(1)
        transform: {transform} ,
        in use settings ={{Transport UDP-Encaps, }}
        conn id: 2029, flow_id: SW:29, sibling_flags 80000048, crypto map: WAN
        {timing}
        IV size: 16 bytes
        replay detection support: {replay}
        Status: ACTIVE(ACTIVE)
"""


def sections(
    inbound: str = "", outbound: str = "", ah_in: str = "", ah_out: str = "", spi: str = "0x2"
) -> str:
    return f"""
     local crypto endpt.: 192.0.2.1, remote crypto endpt.: 192.0.2.2
     path mtu 1500, ip mtu 1500, ip mtu idb GigabitEthernet0/0
     current outbound spi: {spi}(2)
     PFS (Y/N): Y, DH group: group21

     inbound esp sas:
{inbound}
     inbound ah sas:
{ah_in}
     inbound pcp sas:

     outbound esp sas:
{outbound}
     outbound ah sas:
{ah_out}
     outbound pcp sas:
"""


TIMING = "sa timing: remaining key lifetime (k/sec): (4598422/3561)"
AES = "esp-256-aes esp-sha256-hmac"
PAIR = sections(association("0x1", AES, TIMING), association("0x2", AES, TIMING))


def ident(local: str = "10.1.0.0", remote: str = "10.2.0.0", vrf: str = "(none)") -> str:
    return f"""
   protected vrf: {vrf}
   local  ident (addr/mask/prot/port): ({local}/255.255.0.0/0/0)
   remote ident (addr/mask/prot/port): ({remote}/255.255.0.0/0/0)
   current_peer 192.0.2.2 port 4500
     PERMIT, flags={{origin_is_acl,}}
    #pkts encaps: 20, #pkts encrypt: 20, #pkts digest: 20
    #pkts decaps: 10, #pkts decrypt: 10, #pkts verify: 10
    #send errors 0, #recv errors 0
"""


HEAD = """interface: GigabitEthernet0/0
    Crypto map tag: WAN, local addr 192.0.2.1
"""


def test_a_whole_flow():
    fact = end("show crypto ipsec sa", HEAD + ident(vrf="BLUE") + PAIR)
    assert (fact.interface, fact.state, fact.policy) == ("GigabitEthernet0/0", "secured", "WAN")
    assert (fact.peer, fact.local, fact.vrf) == ("192.0.2.2", "192.0.2.1", "BLUE")
    assert (fact.transform, fact.key_bits, fact.mode) == (AES, 256, "transport")
    assert (fact.pfs, fact.lifetime_sec, fact.esn) == ("group21", 3561, False)
    assert (fact.inbound_spis, fact.outbound_spis) == (("0x00000001",), ("0x00000002",))


@pytest.mark.parametrize(
    ("timing", "seconds"),
    [
        ("sa timing: remaining key lifetime (k/sec): (4607999/83191)", 83191),
        ("sa timing: remaining key lifetime (sec): 632", 632),
        ("sa timing:remaining key lifetime (sec): (510)", 510),
        ("sa timing: remaining key lifetime 4 hours, 2 mins", 14520),
        ("sa timing: remaining key lifetime 1 day, 10 hours", 122_400),
        ("sa timing: remaining key lifetime (k/sec): (KB Vol Rekey Disabled/99)", 99),
        ("ekey has been disabled", None),
    ],
)
def test_lifetimes_in_every_phrase(timing: str, seconds: int | None):
    pair = sections(association("0x1", AES, timing), association("0x2", AES, timing))
    assert flow("show crypto ipsec sa", HEAD + ident() + pair).lifetime_sec == seconds


@pytest.mark.parametrize(
    ("body", "state", "weakness"),
    [
        (sections(spi="0x0"), "unsecured", None),
        (sections(association("0x1", AES, TIMING)), "partial", None),
        (sections(outbound=association("0x2", AES, TIMING)), "partial", None),
        (sections(ah_in=association("0x1", "ah-sha-hmac", TIMING),
                  ah_out=association("0x2", "ah-sha-hmac", TIMING)), "unsecured", "I01"),
        (sections(association("0x1", "esp-null esp-sha-hmac", TIMING),
                  association("0x2", "esp-null esp-sha-hmac", TIMING)), "unsecured", "I01"),
        (sections(association("0x1", "esp-gmac 256", TIMING),
                  association("0x2", "esp-gmac 256", TIMING)), "unsecured", "I01"),
        (sections(association("0x1", "esp-3des esp-md5-hmac", TIMING),
                  association("0x2", "esp-3des esp-md5-hmac", TIMING)), "secured", "I02"),
        (sections(association("0x1", AES, TIMING, "N"), association("0x2", AES, TIMING, "N")),
         "secured", "I07"),
    ],
)  # fmt: skip
def test_states_of_a_flow(body: str, state: str, weakness: str | None):
    fact = end("show crypto ipsec sa", HEAD + ident() + body)
    assert fact.state == state
    assert weakness is None or weakness in fact.weaknesses


def test_one_flow_of_several_without_sa_is_partial():
    text = HEAD + ident() + PAIR + ident("10.3.0.0", "10.4.0.0") + sections(spi="0x0")
    fact = end("show crypto ipsec sa", text)
    assert (fact.state, fact.why_parameters) == ("partial", {"covered": "1", "flows": "2"})


def test_several_interfaces_and_the_old_way_to_print_a_peer():
    old = ident().replace("current_peer 192.0.2.2 port 4500", "current_peer: 192.0.2.9:500")
    text = HEAD + ident() + PAIR + "interface: Tunnel7\n" + old + PAIR
    first, second = facts("show crypto ipsec sa", text).link_ends
    assert (first.interface, second.interface) == ("GigabitEthernet0/0", "Tunnel7")
    assert second.peer == "192.0.2.9"


def test_two_maps_of_one_interface_under_a_line_of_load():
    load = (
        "Load for five secs: 1%/0%; one minute: 1%; five minutes: 1%\nTime source is NTP, 10:00\n"
    )
    second = HEAD.partition("\n")[2].replace("WAN", "LAN") + ident() + PAIR
    flows = observe("show crypto ipsec sa", load + HEAD + ident() + PAIR + second)
    assert [(one.interface, one.policy) for one in flows if isinstance(one, IpsecFlow)] == [
        ("GigabitEthernet0/0", "WAN"), ("GigabitEthernet0/0", "LAN"),
    ]  # fmt: skip


def test_the_interface_from_the_name_of_a_tunnels_own_map():
    text = "    Crypto map tag: Tunnel9-head-0, local addr 192.0.2.1\n" + ident() + PAIR
    assert end("show crypto ipsec sa peer 192.0.2.2", text).interface == "Tunnel9"


def test_ospfv3_authentication_protects_a_protocol_and_no_link():
    text = """
    interface: GigabitEthernet0/1
        Crypto map tag: (none), local addr FE80::1
       IPsecv6 policy name: OSPFv3-256
       protected vrf: (none)
       local  ident (addr/mask/prot/port): (FE80::/10/89/0)
       remote ident (addr/mask/prot/port): (::/0/89/0)
       current_peer FF02::5 port 500
    """
    one = flow("show crypto ipsec sa", text)
    assert one.protocol_only
    assert (one.peer, one.local, one.policy) == ("FF02::5", "FE80::1", None)


WHOLE = (HEAD + ident() + PAIR).split("\n")


@pytest.mark.parametrize("kept", range(2, len(WHOLE), 4))
def test_a_cut_flow_is_never_better(kept: int):
    text = "\n".join(WHOLE[:kept])
    for one in observe("show crypto ipsec sa", text):
        assert isinstance(one, IpsecFlow)
        sections_printed = "outbound esp sas" in text
        assert one.cut is not sections_printed
    states = {one.state for one in facts("show crypto ipsec sa", text).link_ends}
    assert "secured" not in states or "transform" in text.partition("outbound esp sas")[2]


SESSION = """
Crypto session current status

Code: C - IKE Configuration mode, D - Dead Peer Detection

Interface: Tunnel11
Profile: FLEX
Uptime: 11:12:24
Session status: UP-ACTIVE
Peer: 192.0.2.2 port 4500 fvrf: INET ivrf: BLUE
      Phase1_id: hub.example.net
      Desc: (none)
  Session ID: 70
  IKEv2 SA: local 192.0.2.1/4500
          remote 192.0.2.2/4500 Active
          Capabilities:DN connid:4 lifetime:12:47:36
  IPSEC FLOW: permit 47 host 192.0.2.1 host 192.0.2.2
        Active SAs: 2, origin: crypto map
        Inbound:  #pkts dec'ed 4033155813 drop 33920 life (KB/Sec) 4607363/2513
        Outbound: #pkts enc'ed 1326659675 drop 0 life (KB/Sec) KB Vol Rekey Disabled/2513
"""


def test_a_session():
    fact = end("show crypto session detail", SESSION)
    assert (fact.interface, fact.state, fact.ike) == ("Tunnel11", "secured", "IKEv2")
    assert (fact.peer, fact.local) == ("192.0.2.2", "192.0.2.1")
    assert (fact.fvrf, fact.ivrf, fact.active_sas) == ("INET", "BLUE", 2)
    assert fact.transform is None, "a session prints no cipher, whatever its profile is called"
    assert fact.lifetime_sec == 2513


@pytest.mark.parametrize(
    ("old", "new", "state"),
    [
        ("UP-ACTIVE", "UP-IDLE", "unsecured"),
        ("UP-ACTIVE", "DOWN", "unsecured"),
        ("UP-ACTIVE", "DOWN-NEGOTIATING", "unsecured"),
        ("UP-ACTIVE", "UP-NO-IKE", "secured"),
        ("Active SAs: 2", "Active SAs: 0", "unsecured"),
        ("Active SAs: 2", "Active SAs: 1", "partial"),
        ("IKEv2 SA: local 192.0.2.1/4500\n          remote 192.0.2.2/4500 Active",
         "IKE SA: local 192.0.2.1/500 remote 192.0.2.2/500 Active", "secured"),
    ],
)  # fmt: skip
def test_session_states(old: str, new: str, state: str):
    assert end("show crypto session", SESSION.replace(old, new)).state == state


def test_sessions_of_two_interfaces_and_two_flows():
    second = SESSION[SESSION.index("Interface:") :].replace("Tunnel11", "GigabitEthernet0/1")
    second += (
        "  IPSEC FLOW: permit ip host 10.1.1.1 host 10.2.2.2\n        Active SAs: 0, origin: x\n"
    )
    states = {
        one.interface: one.state for one in facts("show crypto session", SESSION + second).link_ends
    }
    assert states == {"Tunnel11": "secured", "GigabitEthernet0/1": "partial"}


def test_two_peers_under_one_interface():
    second = SESSION[SESSION.index("Peer:") :].replace("203.0.113", "203.0.114")
    second = second.replace("Peer: 192.0.2.2", "Peer: 192.0.2.22").replace("SAs: 2", "SAs: 0")
    flows = observe("show crypto session detail", SESSION + second)
    assert [(one.interface, one.peer, one.active_sas) for one in flows] == [
        ("Tunnel11", "192.0.2.2", 2), ("Tunnel11", "192.0.2.22", 0),
    ]  # fmt: skip


def test_brief_sessions_tell_no_associations():
    text = """
    Status: A- Active, U - Up, D - Down, I - Idle, S - Standby, N - Negotiating
            K - No IKE
    ivrf = (none)
               Peer     I/F       Username           Group/Phase1_id    Uptime   Status
          192.0.2.2     Tu0                           192.0.2.2          00:12:33  UA
          192.0.2.3     Tu1                           192.0.2.3                    D
    """
    states = {
        one.interface: one.state for one in facts("show crypto session brief", text).link_ends
    }
    assert states == {"Tunnel0": "unknown", "Tunnel1": "unsecured"}


def test_gdoi_serves_both_directions_with_one_association():
    fact = end(
        "show crypto gdoi",
        """
        GROUP INFORMATION

            Group Name               : GETVPN
            Group Identity           : 1223
            Group Type               : GDOI (ISAKMP)
            IPSec SA Direction       : Both
             Group Server list       : 192.0.2.50

          Group member             : 192.0.2.1         vrf: None
             Local addr/port       : 192.0.2.1/848
             Registration status   : Registered
             Registered with       : 192.0.2.50

        TEK POLICY for the current KS-Policy ACEs Downloaded:
          GigabitEthernet0/0/1:
            IPsec SA:
                spi: 0x5A69F51E(1516893470)
                transform: esp-256-aes esp-sha256-hmac
                sa timing:remaining key lifetime (sec): (510)
        """,
    )
    assert (fact.interface, fact.state) == ("GigabitEthernet0/0/1", "secured")
    assert (fact.policy, fact.peer, fact.transform) == ("GETVPN", "192.0.2.50", AES)
    assert fact.lifetime_sec == 510


IKE = """
 IPv4 Crypto IKEv2  SA

Tunnel-id Local                 Remote                fvrf/ivrf            Status
7         192.0.2.1/4500        192.0.2.2/4500        INET/BLUE            READY
      Encr: AES-GCM, keysize: 256, PRF: SHA512, Hash: None, DH Grp:21, Auth sign: PSK, Auth verify: PSK, QR
      Life/Active Time: 86400/20635 sec
      Local id: a.example.net
      Remote id: b.example.net
      NAT-T is detected  outside

 IPv6 Crypto IKEv2  SA

Tunnel-id    fvrf/ivrf              Status
8          none/none             READY
Local  2001:DB8::1/500
Remote  2001:DB8::2/500
      Encr: 3DES, PRF: MD5, Hash: MD596, DH Grp:2, Auth sign: RSA, Auth verify: RSA
      NAT-T is not detected
"""


def test_ikev2_sas_of_both_address_families():
    first, second = facts("show crypto ikev2 sa detailed", IKE).ike_sas
    assert first == IkeSaFact(
        local="192.0.2.1", remote="192.0.2.2", version=2, state="READY", encr="AES-GCM-256",
        prf="SHA512", dh=21, auth="PSK", port=4500, fvrf="INET", ivrf="BLUE", nat=True, ppk=True,
        peer_id="b.example.net",
    )  # fmt: skip
    assert (second.local, second.remote, second.encr) == ("2001:DB8::1", "2001:DB8::2", "3DES")
    assert (second.weak, second.nat) == (("3des", "md5", "dh2"), False)


def test_an_ike_sa_that_is_negotiated_has_no_algorithms_yet():
    text = """
    Tunnel-id Local                 Remote                fvrf/ivrf            Status
    2         192.0.2.1/500         192.0.2.3/500         (none)/(none)        IN-NEG
          Encr: Unknown - 0, PRF: Unknown - 0, Hash: None, DH Grp:0, Auth sign: Unknown - 0, Auth verify: x
    """
    (one,) = facts("show crypto ikev2 sa", text).ike_sas
    assert (one.state, one.encr, one.prf, one.integrity, one.auth) == (
        "IN-NEG", None, None, None, None,
    )  # fmt: skip
    assert (one.fvrf, one.ivrf) == (None, None)


def test_an_ike_sa_makes_no_link_end():
    assert facts("show crypto ikev2 sa detailed", IKE).link_ends == ()


def test_ikev2_session_does_not_take_the_childs_cipher():
    text = """
     IPv4 Crypto IKEv2 Session

    Session-id:3, Status:UP-ACTIVE, IKE count:1, CHILD count:1

    Tunnel-id Local                 Remote                fvrf/ivrf            Status
    1         192.0.2.1/500         192.0.2.2/500         none/none            READY
          Encr: AES-CBC, keysize: 256, PRF: SHA256, Hash: SHA256, DH Grp:19, Auth sign: RSA, Auth verify: RSA
    Child sa: local selector  10.10.10.0/0 - 10.10.10.255/65535
              remote selector 20.20.20.0/0 - 20.20.20.255/65535
              ESP spi in/out: 0x232CB82D/0x30767B6E
              Encr: AES-CBC, keysize: 128, esp_hmac: SHA96
    """
    (one,) = facts("show crypto ikev2 session detailed", text).ike_sas
    assert (one.encr, one.integrity, one.auth, one.fvrf) == ("AES-CBC-256", "SHA256", "RSA", None)


def test_isakmp_sas():
    text = """
    IPv4 Crypto ISAKMP SA
    dst             src             state          conn-id status
    192.0.2.2       192.0.2.1       QM_IDLE           1064 ACTIVE
    192.0.2.3       192.0.2.1       MM_NO_STATE       1063 ACTIVE (deleted)

    IPv6 Crypto ISAKMP SA
    """
    found = [
        (one.remote, one.state, one.version) for one in facts("show crypto isakmp sa", text).ike_sas
    ]
    assert found == [("192.0.2.2", "QM_IDLE", 1), ("192.0.2.3", "MM_NO_STATE", 1)]


def test_isakmp_sas_in_detail():
    text = """
    C-id  Local           Remote          I-VRF    Status Encr Hash   Auth DH Lifetime Cap.

    29609 192.0.2.1       192.0.2.2                ACTIVE aes  sha    psk  16 00:01:47 D
           Engine-id:Conn-id =  SW:12609
    29610 192.0.2.1       192.0.2.3       RED      ACTIVE 3des md5    rsig 2  00:01:47 D
    """
    first, second = facts("show crypto isakmp sa detail", text).ike_sas
    assert (first.remote, first.ivrf, first.encr, first.auth, first.dh) == (
        "192.0.2.2", None, "aes", "PSK", 16,
    )  # fmt: skip
    assert (second.ivrf, second.auth, second.weak) == ("RED", "RSA", ("3des", "md5", "dh2"))


MAPS = """
Crypto Map IPv4 "WAN" 10 ipsec-isakmp
\tPeer = 192.0.2.2
\tIKEv2 Profile: FLEX
\tExtended IP access list 102
\tSecurity association lifetime: 4608000 kilobytes/3600 seconds
\tPFS (Y/N): Y
\tDH group:  group14
\tTransform sets={
\t\tSTRONG:  { esp-256-aes esp-sha256-hmac  } ,
\t}
\tInterfaces using crypto map WAN:
\t\tGigabitEthernet0/0
\t\tVlan12
Crypto Map "HALF" 20 ipsec-manual
\tWARNING: This crypto map is in an incomplete state!
\t\t(missing peer or access-list definitions)
\tInterfaces using crypto map HALF:
"""


def test_crypto_maps_are_definitions_and_no_state():
    found = facts("show crypto map", MAPS)
    assert [(one.interface, one.state) for one in found.link_ends] == [
        ("GigabitEthernet0/0", "unknown"), ("Vlan12", "unknown"),
    ]  # fmt: skip
    wan, half = found.policies
    assert (wan.complete, wan.interfaces, wan.peer) == (
        True, ("GigabitEthernet0/0", "Vlan12"), "192.0.2.2",
    )  # fmt: skip
    assert (wan.transform, wan.pfs, wan.ikev2_profile) == (AES, "group14", "FLEX")
    assert (half.complete, half.manual, half.interfaces) == (False, True, ())


def test_profiles_and_transform_sets():
    (profile,) = observe(
        "show crypto ipsec profile",
        """
        IPSEC profile FLEX
                IKEv2 Profile: HUB
                Security association lifetime: 4608000 kilobytes/3600 seconds
                PFS (Y/N): Y
                DH group:  group20
                Transform sets={
                        GCM:  { esp-gcm 256  } ,
                }
        """,
    )
    assert isinstance(profile, Fact)
    assert profile.fact == PolicyFact(
        name="FLEX", kind="ipsec-profile", transform="esp-gcm 256", pfs="group20",
        ikev2_profile="HUB",
    )  # fmt: skip
    sets = facts(
        "show crypto ipsec transform-set",
        """
        Transform set default: { esp-aes esp-sha-hmac  }
           will negotiate = { Transport,  },
        Transform set NONE: { esp-null esp-sha256-hmac  }
           will negotiate = { Tunnel,  },
        Transform set LONG: { esp-256-aes esp-sha512-hmac  }
           will negotiate = { Tunnel,  },
        """,
    ).policies
    assert [(one.name, one.esp, one.mode, one.confidentiality, one.weak) for one in sets] == [
        ("default", "aes-128", "transport", True, True),
        ("NONE", "null", "tunnel", False, False),
        ("LONG", "aes-256", "tunnel", True, False),
    ]
