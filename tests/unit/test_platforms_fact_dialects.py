"""Identity and hardening in dialects of configs and outputs, one capture a row."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.unit.platform_captures import facts_of

EOS_TUNNEL = """
    hostname wan1
    ip security
       sa policy SA
          esp encryption aes256gcm128
       profile P
          sa-policy SA
          shared-key 7 0
    interface Ethernet1
       ip address 192.0.2.1/24
    interface Tunnel1
       tunnel mode ipsec
       tunnel source interface Ethernet1
       tunnel destination 192.0.2.2
       tunnel ipsec profile P
    """


def test_a_tunnels_source_is_an_address() -> None:
    ends = facts_of("arista_eos", ("show running-config", EOS_TUNNEL)).link_ends
    assert next(end.local for end in ends if end.interface == "Tunnel1") == "192.0.2.1"


# id: command, text, platform
DETECTED = {
    "SAs of an old release": (
        "show crypto ipsec sa",
        "interface: Serial0/0\n    Crypto map tag: vpn, local addr. 192.0.2.1\n"
        "   current_peer: 192.0.2.2:500\n        slot: 0, conn id: 26, crypto map: vpn\n",
        "cisco_ios",
    ),
    "macsec summary": (
        "show macsec summary",
        "Interface      Transmit SC    Receive SC\nTe2/0/13       1              1\n",
        "cisco_iosxe",
    ),
    "sessions of XR under a double rule": (
        "show macsec mka session",
        "Interface    Local-TxSCI         # Peers   Status     Key-Server\n" + "=" * 60 + "\n"
        "Hu0/5/0/24   0200.0000.0001/0001    1     Secured       NO\n",
        "cisco_iosxr",
    ),
    "sessions of NX-OS under dashes": (
        "show macsec mka session",
        "Interface    Local-TxSCI         # Peers   Status     Key-Server\n"
        "---------    ------------------- -------   --------   ----------\n"
        "Ethernet1/1  0200.0000.0001/0001 1         Secured    NO\n",
        "cisco_nxos",
    ),
    "counters of XR": (
        "show macsec secy stats interface HundredGigE0/0/0/0 sc",
        "TxSC Stats\n    OutPktsEncrypted   : 13\n",
        "cisco_iosxr",
    ),
    "licence of EOS": ("show mac security", "License:    enabled\n", "arista_eos"),
    "services of Junos": ("show system services", "service ssh\n", "juniper_junos"),
    "a neighbour's software is not the host's": (
        "show lldp neighbors detail",
        "Local Intf: Hu1/0/49\nChassis id: 0200.0000.0001\nPort id: Gi0/2\n"
        "System Description:\nCisco IOS Software, C3750E Software, Version 12.2(58)SE2\n\n",
        "cisco_iosxe",
    ),
    "a chassis whose name begins like another's": (
        "show inventory",
        'NAME: "Rack 0", DESCR: "ASR 9006 Chassis"\nPID: ASR-9006-AC-V2, VID: V02, SN: FOX1\n',
        "cisco_iosxr",
    ),
    "nexus by its features": (
        "show running-config",
        "hostname nx\nfeature tacacs+\nsnmp-server community ops group vdc-operator\n"
        "ntp server 192.0.2.1 use-vrf management\nline vty\n  session-limit 5\n",
        "cisco_nxos",
    ),
    "key chains of MKA": (
        "show mka keychains",
        "MKA PSK Keychain(s) Summary...\n\nKeychain  Latest CKN  Interface(s)\n===\n",
        "cisco_iosxe",
    ),
}


@pytest.mark.parametrize(("command", "text", "platform"), DETECTED.values(), ids=DETECTED.keys())
def test_detection(command: str, text: str, platform: str) -> None:
    assert facts_of(None, (command, text)).platform == platform


# id: platform, config, fact, value
HARDENING = {
    "eos communities that were scrubbed": (
        "arista_eos",
        "hostname a\nsnmp-server community <removed> ro\nsnmp-server community <removed> rw\n",
        "snmp_v1v2_communities",
        2,
    ),
    "nxos communities that were scrubbed": (
        "cisco_nxos",
        "hostname a\nsnmp-server community <removed> group network-operator\n"
        "snmp-server community <removed> group network-admin\n"
        "snmp-server community <removed> use-ipv4acl A\n",
        "snmp_v1v2_communities",
        2,
    ),
    "xr communities that were scrubbed": (
        "cisco_iosxr",
        "hostname a\nsnmp-server community <removed> RO\nsnmp-server community <removed> RW\n",
        "snmp_v1v2_communities",
        2,
    ),
    "ios lines of which some take nobody": (
        "cisco_iosxe",
        "hostname a\nline vty 0 4\n transport input ssh\nline vty 5 15\n transport input none\n",
        "vty_transport",
        "ssh",
    ),
    "ios rules for passwords": (
        "cisco_ios",
        "version 15.2\nhostname a\nsecurity passwords min-length 12\nline vty 0 4\n login\nend\n",
        "password_strength_check",
        True,
    ),
    "ios netconf-yang": ("cisco_iosxe", "hostname a\nnetconf-yang\n", "netconf_ssh", True),
    "xr lines that only tune ssh": (
        "cisco_iosxr", "hostname a\nssh server rate-limit 60\nend\n", "ssh_enabled", None,
    ),
    "xr ssh of a vrf": (
        "cisco_iosxr", "hostname a\nssh server vrf Mgmt ipv4 access-list A\nend\n",
        "ssh_enabled", True,
    ),
    "xr trap hosts of a vrf": (
        "cisco_iosxr",
        "hostname a\nsnmp-server vrf M\n host 192.0.2.9 traps version 2c <community-1>\n!\nend\n",
        "snmp_v2c_trap_host",
        True,
    ),
    "xr formal": ("cisco_iosxr", "interface HundredGigE0/0/0/0 mtu 9100\nssh server v2\n",
                  "ssh_v2", True),
    "junos communities of a group": (
        "juniper_junos",
        "groups { G { snmp { community <community-1> { authorization read-write; } } } }\n"
        "apply-groups G;\nsystem { host-name a; }\ninterfaces { ge-0/0/0 { unit 0; } }\n",
        "snmp_v1v2_rw",
        True,
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("platform", "text", "name", "value"), HARDENING.values(), ids=HARDENING.keys()
)
def test_hardening(platform: str, text: str, name: str, value: object) -> None:
    facts = facts_of(platform, ("show running-config", text))
    assert facts.hardening.value(name) == value


def test_the_bare_name_of_a_virtual_eos_is_its_model() -> None:
    text = "vEOS\nHardware version:\nSerial number:\nSoftware image version: 4.21.1F\n"
    assert facts_of("arista_eos", ("show version", text)).version.model == "vEOS"


def test_inventory_rows_that_are_named_in_lower_case() -> None:
    text = 'Name: "Chassis", DESCR: "Router"\nPID: ASR1001-X , VID: V02, SN: FXS1234Q0AB\n'
    items = facts_of("cisco_iosxe", ("show inventory", text)).inventory
    assert [(item.name, item.pid, item.serial) for item in items] == [
        ("Chassis", "ASR1001-X", "FXS1234Q0AB")
    ]


def test_a_lifetime_of_junos_is_what_is_left_of_it() -> None:
    text = """
        ID: 131073 Virtual-system: root, VPN Name: VPN-A
          Local Gateway: 192.0.2.2, Remote Gateway: 192.0.2.1
          Version: IKEv2
          DF-bit: clear, Bind-interface: st0.1
          Direction: inbound, SPI: e2a7b2a0, AUX-SPI: 0
            Hard lifetime: Expires in 2741 seconds
            Protocol: ESP, Authentication: None, Encryption: aes-gcm (256 bits)
          Direction: outbound, SPI: 2b05c2d0, AUX-SPI: 0
            Hard lifetime: Expires in 2741 seconds
            Protocol: ESP, Authentication: None, Encryption: aes-gcm (256 bits)
        """
    command = "show security ipsec security-associations detail"
    (end,) = facts_of("juniper_junos", (command, text)).link_ends
    assert (end.state, end.lifetime_sec) == ("secured", 2741)


def test_a_shown_chain_of_xr_without_a_macsec_algorithm_is_a_routing_protocols() -> None:
    text = """
        Key-chain: OSPF/ -

          Key 1 -- text "0101"
            Cryptographic-Algorithm -- HMAC_SHA1_12
            Send lifetime:   00:00:00, 01 Jan 2024 - (Duration) infinite [Valid now]

        Key-chain: OLD/ -

          Key 1 -- text "0101"
            Cryptographic-Algorithm -- AES_256_CMAC
            Send lifetime:   00:00:00, 01 Jan 2024 - (Duration) infinite [Valid now]
        """
    chains = facts_of("cisco_iosxr", ("show key chain", text)).key_chains
    assert {chain.name: chain.macsec for chain in chains} == {"OSPF": False, "OLD": None}


def test_ntp_of_junos_with_the_state_of_authentication() -> None:
    text = (
        "   remote         refid           auth st t when poll reach   delay   offset  jitter\n"
        "===============================================================================\n"
        "*192.0.2.1       .GNSS.           -  1 u    1   64  377    0.1    0.0    0.0\n"
    )
    facts = facts_of("juniper_junos", ("show ntp associations", text))
    assert facts.hardening.ntp_servers == ("192.0.2.1",)


def test_the_stamp_above_an_output_is_the_devices_clock() -> None:
    text = (
        "Load for five secs: 1%/0%; one minute: 1%; five minutes: 1%\n"
        "Time source is NTP, 14:24:30.123 CET Wed May 15 2019\n\n% LLDP is not enabled\n"
    )
    facts = facts_of("cisco_iosxe", ("show lldp neighbors", text))
    assert facts.device_clock == datetime(2019, 5, 15, 13, 24, 30, tzinfo=UTC)
    assert facts.hardening.lldp is False


# id: platform, command, output, the clock in UTC
CLOCKS = {
    "nxos": ("cisco_nxos", "show clock", "Time source is NTP\n10:00:00.123 CET Mon Jan 01 2024\n"),
    "iosxr": ("cisco_iosxr", "show clock", "10:00:00.123 CET Mon Jan 01 2024\n"),
    "eos": ("arista_eos", "show clock", "Mon Jan  1 10:00:00 2024\nTimezone: Europe/Oslo\n"),
    "junos": ("juniper_junos", "show system uptime", "Current time: 2024-01-01 10:00:00 CET\n"),
    "ios": ("cisco_ios", "show clock", "*10:00:00.123 CET Mon Jan 1 2024\n"),
}


@pytest.mark.parametrize(("platform", "command", "text"), CLOCKS.values(), ids=CLOCKS.keys())
def test_clocks_in_central_european_time(platform: str, command: str, text: str) -> None:
    clock = facts_of(platform, (command, text)).device_clock
    assert clock is not None
    assert clock.astimezone(UTC) == datetime(2024, 1, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["IST", "CST", "LOCAL"])
def test_a_zone_with_several_meanings_gives_no_clock(zone: str) -> None:
    text = f"10:00:00.123 {zone} Mon Jan 01 2024\n"
    for platform in ("cisco_nxos", "cisco_iosxr", "cisco_ios"):
        clock = facts_of(platform, ("show clock", text)).device_clock
        assert clock is None


@pytest.mark.parametrize("text", ["<rpc-reply>\n</rpc-reply>\n", '{"a": 1}\n', '{\n  "a": 1\n}\n'])
def test_what_is_no_text_is_not_passed_over_in_silence(text: str) -> None:
    facts = facts_of("juniper_junos", ("show security macsec connections", text))
    assert any("is no text" in warning for warning in facts.warnings)


def test_a_name_that_was_not_received_is_none() -> None:
    text = """
        Interface Ethernet3/1 detected 1 LLDP neighbors:

          Neighbor 0200.0000.0001/"Eth 1", age 8 seconds
          - Port ID type: MAC address(3)
            Port ID     : 0200.0000.0001
          - System Name: Not received
        """
    (neighbor,) = facts_of("arista_eos", ("show lldp neighbors detail", text)).neighbors
    assert (neighbor.local_interface, neighbor.neighbor) == ("Ethernet3/1", None)


def test_what_is_in_a_routers_slots_and_a_stacks_members() -> None:
    router = """
        Chassis type: ASR1006

        Slot      Type                State                 Insert time (ago)
        --------- ------------------- --------------------- -----------------
        0         ASR1000-SIP40       ok                    00:33:53
         0/0      SPA-5X1GE-V2        ok                    00:32:14
        R0        ASR1000-RP2         ok, active            00:33:53
        P0        Unknown             N/A                   never

        Slot      CPLD Version        Firmware Version
        0         00200900            15.2(1r)S
        """
    stack = """
        Switch  Ports    Model                Serial No.   MAC address     Hw Ver.       Sw Ver.
        ------  -----   ---------             -----------  --------------  -------       --------
         1       32     C9300-24T             FCW1111A1AA  0200.0000.0001  V07           17.6.5
         2       32     C9300-24T             FCW2222A2AA  0200.0000.0002  V07           17.6.5
        """
    facts = facts_of("cisco_iosxe", ("show platform", router))
    assert facts.version.model == "ASR1006"
    assert [(item.name, item.pid) for item in facts.inventory] == [
        ("0", "ASR1000-SIP40"), ("0/0", "SPA-5X1GE-V2"), ("R0", "ASR1000-RP2"),
    ]  # fmt: skip
    facts = facts_of("cisco_iosxe", ("show platform", stack))
    assert [(item.name, item.serial) for item in facts.inventory] == [
        ("Switch 1", "FCW1111A1AA"),
        ("Switch 2", "FCW2222A2AA"),
    ]
    assert facts.version.members == 2
