"""States of link ends in dialects of MACsec and IPsec outputs, one output a row."""

from __future__ import annotations

import pytest

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
