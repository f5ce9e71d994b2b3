"""States of link ends in dialects of MACsec and IPsec outputs, one output a row."""

from __future__ import annotations

import pytest

from netmod.platforms._ipsec import encrypts, is_weak
from tests.unit.platform_captures import ends_of, facts_of

# id: platform, command, output, states by interface
STATES: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "nxos titles beside their columns": (
        "cisco_nxos",
        "show macsec mka session",
        """
        Interface                       Local-TxSCI             # Peers         Status   Key-Server
        -------------    -------------------------    ---------    ------------    ----------
        Ethernet2/2      2c33.11b8.7d14/0001           1            Secured         No
        Ethernet2/3      2c33.11b8.7d18/0001           0            Pending         Yes
        """,
        {"Ethernet2/2": "secured", "Ethernet2/3": "unsecured"},
    ),
    "junos lone standby key": (
        "juniper_junos",
        "show security mka sessions summary",
        """
        Interface   Member-ID                  Type      Status   Tx   Rx   CAK Name
        et-0/0/8    8D5D4A06DFA2C2AE3AFB2C9B   fallback  active   12   11   1111
        """,
        {"et-0/0/8": "unknown"},
    ),
    "junos anonymised peer, no state line": (
        "juniper_junos",
        "show security mka sessions",
        """
        Interface name: ge-0/0/1
             Member identifier: B51CXXXXXXXXXXXXXXXXXXXX
             CAK name: AAAA0000
             CAK type: primary
             Outbound SCI: 02:00:00:00:00:06/1
             Latest SAK AN: 3               Latest SAK KI: B51CXXXXXXXXXXXXXXXXXXXX/8
             Peer list
               1. Member identifier: 0413XXXXXXXXXXXXXXXXXXXX (live)
                  SCI: 02:00:00:00:00:07/1
        """,
        {"ge-0/0/1": "secured"},
    ),
    "junos without an inbound channel": (
        "juniper_junos",
        "show security macsec connections",
        """
        Interface name: xe-0/1/0
            CA name: ca1
            Cipher suite: GCM-AES-256     Encryption: on
              Outbound secure channels
                SC Id: 02:00:00:00:00:01/1
                  Secure associations
                    AN: 0 Status: inuse Create time: 00:02:04
              Inbound secure channels
        Interface name: xe-0/1/1
            CA name: ca1
            Cipher suite: GCM-AES-256     Encryption: on
              Outbound secure channels
              Inbound secure channels
        Interface name: xe-0/1/2
            CA name: ca1
            Cipher suite: GCM-AES-256     Encryption: on
              Outbound secure channels
                SC Id: 02:00:00:00:00:01/1
                    AN: 0 Status: inuse Create time: 00:02:04
              Inbound secure channels
        """,
        {"xe-0/1/0": "partial", "xe-0/1/1": "unsecured", "xe-0/1/2": "unknown"},
    ),
    "eos key as an object": (
        "arista_eos",
        "show mac security interface | json",
        '{"interfaces": {"Ethernet1": {"controlledPort": true, "sci": "02:00:00:00:00:01::1",'
        ' "keyInUse": {"msgId": "ab", "keyNum": 2}}, "Ethernet2": {"controlledPort": true,'
        ' "sci": "02:00:00:00:00:02::1", "keyInUse": {"msgId": "", "keyNum": 0}}}}',
        {"Ethernet1": "secured", "Ethernet2": "unsecured"},
    ),
    "ios status page without a cipher": (
        "cisco_iosxe",
        "show macsec status interface Gi1/0/1",
        """
        Capabilities:
          Ciphers Supported:        GCM-AES-128 GCM-AES-256
          Cipher:                   NULL
        Transmit SC:
          SCI:                      0200000000010001
          Transmitting:             TRUE
        Transmit SA:
          Next PN:                  10
        Receive SC:
          SCI:                      0200000000020001
          Receiving:                TRUE
        Receive SA:
          AN:                       0
        """,
        {"GigabitEthernet1/0/1": "unsecured"},
    ),
    "nxos sessions without a cipher": (
        "cisco_nxos",
        "show macsec mka summary",
        """
        Interface      Status   Cipher (Operational)   Key-Server   MACSEC-policy   Keychain
        -------------  -------  ---------------------  -----------  --------------  ----------
        Ethernet1/1    Secured  No Cipher              Yes          mp1             kc1
        Ethernet1/2    Secured  GCM-AES-XPN-256        Yes          mp1             kc1
        """,
        {"Ethernet1/1": "unsecured", "Ethernet1/2": "secured"},
    ),
    "xr session without a cipher": (
        "cisco_iosxr",
        "show macsec mka session detail",
        """
        Status                                  : Secured - Secured MKA Session with MACsec

        Local Tx-SCI                            : 0200.0000.0001/0001
        Interface Name                          : Hu0/0/0/17
        SAK Cipher Suite                        : (NONE)
        # of MACsec Capable Live Peers          : 1
        """,
        {"HundredGigE0/0/0/17": "partial"},
    ),
    "junos associations without what they do": (
        "juniper_junos",
        "show security macsec connections",
        """
        Interface name: xe-0/1/0
            CA name: ca1
                AN: 0 Status: inuse Create time: 00:02:04
                AN: 0 Status: inuse Create time: 00:02:04
        """,
        {"xe-0/1/0": "unknown"},
    ),
    "ios transform of AH and ESP": (
        "cisco_iosxe",
        "show running-config",
        """
        version 17.6
        hostname vpn1
        crypto ipsec transform-set BOTH ah-sha256-hmac esp-aes
        crypto ipsec profile P
         set transform-set BOTH
        interface Tunnel1
         tunnel destination 192.0.2.1
         tunnel protection ipsec profile P
        """,
        {"Tunnel1": "configured"},
    ),
    "ios port where MACsec is not enabled": (
        "cisco_iosxe",
        "show macsec interface Gi1/0/1",
        "MACsec is not enabled\n",
        {"GigabitEthernet1/0/1": "unsecured"},
    ),
    "ios port that can only authenticate": (
        "cisco_iosxe",
        "show mka sessions detail",
        """
        MKA Detailed Status for MKA Session
        ===================================
        Status: SECURED - Secured MKA Session with MACsec

        Local Tx-SCI............. 0200.0000.0001/001f
        Interface Name........... HundredGigE1/0/51
        CAK Name (CKN)........... 03
        Latest SAK Status........ Rx & Tx
        SAK Cipher Suite......... 0080020001000001 (GCM-AES-128)
        MACsec Capability........ 1 (MACsec Integrity only)
        # of MACsec Capable Live Peers............ 1
        """,
        {"HundredGigE1/0/51": "unsecured"},
    ),
    "xr tunnels": (
        "cisco_iosxr",
        "show running-config",
        """
        hostname x
        interface tunnel-ipsec1
         profile P1
         tunnel source 192.0.2.1
         tunnel destination 192.0.2.2
        !
        interface tunnel-ip3
         tunnel mode gre ipv4
         tunnel destination 192.0.2.3
        !
        end
        """,
        {"tunnel-ipsec1": "configured", "tunnel-ip3": "unsecured"},
    ),
    "xr formal config": (
        "cisco_iosxr",
        "show running-config formal",
        """
        hostname xr2
        key chain KC macsec key 01
        key chain KC macsec key 01 key-string password 0 cryptographic-algorithm aes-256-cmac
        macsec-policy MP
        macsec-policy MP security-policy should-secure
        interface HundredGigE0/0/0/0
        interface HundredGigE0/0/0/0 macsec psk-keychain KC policy MP
        interface HundredGigE0/0/0/1 ipv4 address 192.0.2.1 255.255.255.0
        ssh server v2
        end
        """,
        {"HundredGigE0/0/0/0": "configured", "HundredGigE0/0/0/1": "unsecured"},
    ),
    "junos unit of a port": (
        "juniper_junos",
        "show configuration | display set",
        """
        set system host-name a
        set interfaces xe-0/0/5 unit 100 vlan-id 100
        set interfaces xe-0/0/5 unit 200 vlan-id 200
        set security macsec connectivity-association ca1 pre-shared-key ckn 1234
        set security macsec interfaces xe-0/0/5 unit 100 connectivity-association ca1
        """,
        {"xe-0/0/5.100": "configured", "xe-0/0/5.200": "unsecured"},
    ),
    "ios session that idles without a flow": (
        "cisco_iosxe",
        "show crypto session detail",
        """
        Crypto session current status

        Interface: Virtual-Access2
        Session status: UP-IDLE
        Peer: 192.0.2.5 port 500 fvrf: (none) ivrf: (none)
          IKEv1 SA: local 192.0.2.1/500 remote 192.0.2.5/500 Active
        """,
        {"Virtual-Access2": "unsecured"},
    ),
}


@pytest.mark.parametrize(
    ("platform", "command", "text", "states"), STATES.values(), ids=STATES.keys()
)
def test_states(platform: str, command: str, text: str, states: dict[str, str]) -> None:
    ends = ends_of(platform, command, text)
    assert {name: end.state for name, end in ends.items()} == states


def test_isakmp_sas_of_ipv6_stand_on_three_lines() -> None:
    text = """
        IPv4 Crypto ISAKMP SA
        dst             src             state          conn-id status
        192.0.2.2       192.0.2.1       QM_IDLE           1001 ACTIVE

        IPv6 Crypto ISAKMP SA
         dst: 2001:DB8::2
         src: 2001:DB8::1
         state: MM_KEY_EXCH         conn-id:   1003 status: ACTIVE
        """
    sas = facts_of("cisco_iosxe", ("show crypto isakmp sa", text)).ike_sas
    assert [(sa.remote, sa.local, sa.state) for sa in sas] == [
        ("192.0.2.2", "192.0.2.1", "QM_IDLE"),
        ("2001:DB8::2", "2001:DB8::1", "MM_KEY_EXCH"),
    ]


VPN = """
    version 17.6
    hostname vpn1
    crypto ikev2 proposal GOOD
     encryption aes-gcm-256
     group 20
    crypto ikev2 proposal UNUSED
     encryption 3des
     group 2
    crypto ikev2 policy POLICY
     proposal GOOD
    crypto ikev2 profile IKE
     authentication remote pre-share
    crypto ipsec transform-set GCM esp-gcm 256
    crypto ipsec transform-set NULL esp-null esp-sha256-hmac
    crypto ipsec profile ONE
     set transform-set GCM
     set pfs group20
     set ikev2-profile IKE
    crypto ipsec profile EITHER
     set transform-set GCM NULL
     set pfs group20
     set ikev2-profile IKE
    crypto gdoi group G
     identity number 1
    crypto map GM 10 gdoi
     set group G
    interface GigabitEthernet0/0/0
     ip address 192.0.2.100 255.255.255.0
    interface Tunnel1
     tunnel source GigabitEthernet0/0/0
     tunnel destination 192.0.2.1
     tunnel protection ipsec profile ONE
    interface Tunnel2
     tunnel source 192.0.2.101
     tunnel destination 192.0.2.2
     tunnel protection ipsec profile EITHER
    interface Tunnel3
     tunnel destination 192.0.2.3
     tunnel protection ipsec policy ipv4 FLOWS
     tunnel protection ipsec profile ONE
    end
    """


def test_a_vpns_config_is_judged_by_what_it_offers() -> None:
    facts = facts_of("cisco_iosxe", ("show running-config", VPN))
    ends = {end.interface: end for end in facts.link_ends}
    assert {name: ends[name].weaknesses for name in ("Tunnel1", "Tunnel2", "Tunnel3")} == {
        "Tunnel1": (),  # the weak proposal is named by no policy
        "Tunnel2": ("I01",),
        "Tunnel3": (),
    }
    assert [ends[name].local for name in ("Tunnel1", "Tunnel2")] == ["192.0.2.100", "192.0.2.101"]
    assert ends["Tunnel3"].policy == "ONE"
    gdoi = next(policy for policy in facts.policies if policy.name == "GM")
    assert gdoi.transform is None


def test_sap_of_a_nexus_7000_is_macsec() -> None:
    text = """
        version 6.2(16)
        hostname n7
        interface Ethernet2/2
          cts manual
            sap pmk 0 modelist gcm-encrypt
        interface Ethernet2/3
          cts manual
            sap pmk 0 modelist no-encap
        interface Ethernet2/4
          cts manual
            policy static sgt 0x2
        """
    ends = ends_of("cisco_nxos", "show running-config", text)
    assert {name: (end.state, end.cipher) for name, end in ends.items()} == {
        "Ethernet2/2": ("configured", "GCM-AES-128"),
        "Ethernet2/3": ("unsecured", None),
        "Ethernet2/4": ("unsecured", None),
    }


# id: transform, whether it encrypts, whether it is weak
TRANSFORMS = {
    "no hash": ("esp-aes 256", True, True),
    "no hash, as an output prints it": ("esp-256-aes", True, True),
    "no hash, as Junos prints it": ("aes-cbc-256/none", True, True),
    "hash": ("esp-aes 256 esp-sha256-hmac", True, False),
    "AH is the hash": ("ah-sha256-hmac esp-aes", True, False),
    "AH alone": ("ah-sha256-hmac", False, False),
    "combined mode": ("esp-gcm", True, False),
    "authentication alone": ("esp-gmac 256", False, False),
    "null": ("esp-null esp-sha256-hmac", False, False),
}


@pytest.mark.parametrize(
    ("transform", "encrypting", "weak"), TRANSFORMS.values(), ids=TRANSFORMS.keys()
)
def test_transforms(transform: str, encrypting: bool, weak: bool) -> None:
    assert (encrypts(transform), is_weak(transform)) == (encrypting, weak)


def test_a_clear_tag_of_a_port_is_one_of_its_sub_interfaces() -> None:
    text = """
        interface GigabitEthernet0/0/1
         macsec dot1q-in-clear 1
         macsec access-control should-secure
        !
        interface GigabitEthernet0/0/1.100
         encapsulation dot1Q 100
         macsec
         mka pre-shared-key key-chain K
        """
    ends = ends_of("cisco_iosxe", "show running-config | section interface", text)
    end = ends["GigabitEthernet0/0/1.100"]
    assert (end.vlan_in_clear, end.enforcement, end.weaknesses) == (
        100,
        "should-secure",
        ("M01", "M11"),
    )


def test_the_only_key_of_a_junos_chain_is_the_one_in_use() -> None:
    text = """
        set system host-name a
        set interfaces xe-0/0/0 unit 0
        set security macsec connectivity-association ca1 pre-shared-key-chain KC
        set security macsec interfaces xe-0/0/0 connectivity-association ca1
        set security authentication-key-chains key-chain KC key 0 key-name abcd01
        """
    ends = ends_of("juniper_junos", "show configuration | display set", text)
    assert (ends["xe-0/0/0"].key_chain, ends["xe-0/0/0"].ckn) == ("KC", "abcd01")
