"""Versions, hardware and neighbours of IOS and IOS-XE, in the words of their generations."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from textwrap import dedent

import pytest

from netmod.facts import HostFacts, NeighborFact
from netmod.platforms._assemble import assemble
from netmod.platforms._identify import detect
from netmod.platforms._observations import Block, LagMember, Observation
from netmod.platforms.ios import CISCO_IOS, PLATFORMS

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def observe(command: str, text: str) -> list[Observation]:
    lines = tuple(dedent(text).strip("\n").split("\n"))
    reader = next(read for pattern, read in CISCO_IOS.readers if re.match(pattern, command))
    return list(reader(Block(command, lines, file="capture.txt")))


def facts(command: str, text: str) -> HostFacts:
    return assemble(observe(command, text), at=AT)


CSR = """
Cisco IOS XE Software, Version 17.09.04a
Cisco IOS Software [Cupertino], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.9.4a, RELEASE SOFTWARE (fc6)
Technical Support: http://www.cisco.com/techsupport

edge-1 uptime is 2 weeks, 3 days
System image file is "bootflash:packages.conf"

cisco C8000V (VXE) processor (revision VXE) with 2071965K/3075K bytes of memory.
Processor board ID 9ABCDEF0123
Router operating mode: Autonomous
"""
STACK_XE = """
Cisco IOS XE Software, Version 16.12.05b
Cisco IOS Software [Gibraltar], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 16.12.5b, RELEASE SOFTWARE (fc3)

sw-stack uptime is 1 year, 2 weeks
System image file is "flash:packages.conf"

cisco C9300-48UXM (X86) processor with 1343576K/6147K bytes of memory.
Processor board ID FOC0001A0AA
2048K bytes of non-volatile configuration memory.

Base Ethernet MAC Address          : 00:11:22:33:44:55
Model Number                       : C9300-48UXM
System Serial Number               : FOC0001A0AA

Switch Ports Model              SW Version        SW Image              Mode
------ ----- -----              ----------        ----------            ----
*    1 65    C9300-48UXM        16.12.5b          CAT9K_IOSXE           INSTALL
     2 65    C9300-48UXM        16.12.5b          CAT9K_IOSXE           INSTALL

Switch 02
---------
Switch uptime                      : 1 year, 2 weeks
Model Number                       : C9300-48UXM
System Serial Number               : FOC0002B0BB
"""
C3850 = """
Cisco IOS Software, IOS-XE Software, Catalyst L3 Switch Software (CAT3K_CAA-UNIVERSALK9-M), Version 03.06.05E RELEASE SOFTWARE (fc2)
sw1 uptime is 5 days
cisco WS-C3850-48P (MIPS) processor (revision N0) with 4194304K bytes of physical memory.
Processor board ID FOC0003C0CC
"""
ASR = """
Cisco IOS XE Software, Version 03.13.02.S - Extended Support Release
Cisco IOS Software, ASR1000 Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 15.4(3)S2, RELEASE SOFTWARE (fc3)
asr uptime is 5 days
cisco ASR1001-X (1NG) processor (revision 1NG) with 3753575K/6147K bytes of memory.
Processor board ID FXS0004D0DD
"""
ISR_G2 = """
Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.2(4)M5, RELEASE SOFTWARE (fc2)
ROM: System Bootstrap, Version 15.0(1r)M16, RELEASE SOFTWARE (fc1)
branch uptime is 1 week
System image file is "flash0:c2900-universalk9-mz.SPA.152-4.M5.bin"
Cisco CISCO2911/K9 (revision 1.0) with 487424K/36864K bytes of memory.
Processor board ID FTX0005E0EE
"""
CAT3750 = """
Cisco IOS Software, C3750 Software (C3750-IPSERVICESK9-M), Version 12.2(55)SE9, RELEASE SOFTWARE (fc1)
old-stack uptime is 3 years, 4 weeks
System image file is "flash:c3750-ipservicesk9-mz.122-55.SE9.bin"
cisco WS-C3750G-24T (PowerPC405) processor (revision E0) with 131072K bytes of memory.
Processor board ID CAT0006F0FF
Model number                    : WS-C3750G-24T-S
System serial number            : CAT0006F0FF
Switch Ports Model              SW Version            SW Image
------ ----- -----              ----------            ----------
*    1 28    WS-C3750G-24T      12.2(55)SE9           C3750-IPSERVICESK9-M
     2 28    WS-C3750G-24T      12.2(55)SE9           C3750-IPSERVICESK9-M
Switch 02
---------
System serial number            : CAT0007A0AB
"""
ANCIENT = """
Cisco Internetwork Operating System Software
IOS (tm) C2600 Software (C2600-I-M), Version 12.2(8)T5,  RELEASE SOFTWARE (fc1)
old uptime is 5 weeks
cisco 2610 (MPC860) processor (revision 0x300) with 61440K/4096K bytes of memory.
Processor board ID JAB0008B0BC (1223838776)
"""
IOSV = """
Cisco IOS Software, IOSv Software (VIOS-ADVENTERPRISEK9-M), Version 15.6(2)T, RELEASE SOFTWARE (fc2)
lab uptime is 2 minutes
Cisco IOSv (revision 1.0) with  with 460137K/62464K bytes of memory.
Processor board ID 9XYZ
"""


@pytest.mark.parametrize(
    ("text", "os", "version", "model", "serials", "members"),
    [
        (CSR, "IOS-XE", "17.9.4a", "C8000V", ("9ABCDEF0123",), None),
        (STACK_XE, "IOS-XE", "16.12.5b", "C9300-48UXM", ("FOC0001A0AA", "FOC0002B0BB"), 2),
        (C3850, "IOS-XE", "03.06.05E", "WS-C3850-48P", ("FOC0003C0CC",), None),
        (ASR, "IOS-XE", "15.4(3)S2", "ASR1001-X", ("FXS0004D0DD",), None),
        (ISR_G2, "IOS", "15.2(4)M5", "CISCO2911/K9", ("FTX0005E0EE",), None),
        (CAT3750, "IOS", "12.2(55)SE9", "WS-C3750G-24T", ("CAT0006F0FF", "CAT0007A0AB"), 2),
        (ANCIENT, "IOS", "12.2(8)T5", "2610", ("JAB0008B0BC",), None),
        (IOSV, "IOS", "15.6(2)T", "IOSv", ("9XYZ",), None),
    ],
)  # fmt: skip
def test_show_version(
    text: str, os: str, version: str, model: str, serials: tuple[str, ...], members: int | None
):
    found = facts("show version", text)
    assert (found.version.os, found.version.version, found.version.model) == (os, version, model)
    assert (found.version.serials, found.version.members) == (serials, members)
    assert found.hostname is not None
    chosen, _ = detect(PLATFORMS, [text])
    assert chosen is not None
    assert chosen.id == ("cisco_iosxe" if os == "IOS-XE" else "cisco_ios")


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("interface: Tunnel1\n conn id: 1, flow_id: SW:1, sibling_flags 80000048, crypto map: X",
         "cisco_ios"),
        ("interface: Tunnel1\n conn id: 1, flow_id: X:1, sibling_flags FFFFFFFF80000048, crypto map: X",
         "cisco_iosxe"),
        ("version 15.2\nhostname a\nboot-start-marker\ninterface FastEthernet0/0", "cisco_ios"),
        ("version 15.5\nhostname a\nboot-start-marker\nsubscriber templating\n"
         "interface GigabitEthernet0/0/0", "cisco_iosxe"),
        ("version 17.3\nhostname a\nboot-start-marker", "cisco_iosxe"),
        ('NAME: "Chassis", DESCR: "x"\nPID: ISR4331/K9 , VID: V01 , SN: A', "cisco_iosxe"),
        ('NAME: "1", DESCR: "x"\nPID: WS-C2960X-48TS-L , VID: V01 , SN: A', "cisco_ios"),
        ("Total MKA Sessions....... 0\nPort-ID  Peer-RxSCI  MACsec-Peers  Status", "cisco_iosxe"),
    ],
)  # fmt: skip
def test_which_product_line_wrote_a_text(text: str, platform: str):
    chosen, _ = detect(PLATFORMS, [text])
    assert chosen is not None
    assert chosen.id == platform


def test_inventory_of_a_stack():
    found = facts(
        "show inventory",
        """
        NAME: "c93xx Stack", DESCR: "c93xx Stack"
        PID: C9300-24UX        , VID: V02  , SN: FOC0001A0AA

        NAME: "Switch 1", DESCR: "C9300-24UX"
        PID: C9300-24UX        , VID: V02  , SN: FOC0001A0AA

        NAME: "Switch 2", DESCR: "C9300-24UX"
        PID: C9300-24UX        , VID: V02  , SN: FOC0002B0BB

        NAME: "Switch 2 - Power Supply A", DESCR: "Switch 2 - Power Supply A"
        PID: PWR-C1-1100WAC    , VID: V02  , SN: ART0003

        NAME: "Te1/1/1", DESCR: "SFP-10GBase-SR"
        PID: Unknown PID       , VID:      , SN:
        """,
    )
    assert (found.version.model, found.version.serials) == (
        "C9300-24UX", ("FOC0001A0AA", "FOC0002B0BB"),
    )  # fmt: skip
    assert [(one.name, one.pid, one.serial) for one in found.inventory][-2:] == [
        ("Switch 2 - Power Supply A", "PWR-C1-1100WAC", "ART0003"),
        ("Te1/1/1", "Unknown PID", None),
    ]


def test_inventory_wrapped_and_of_a_router():
    found = facts(
        "show inventory",
        """
        NAME: "Chassis", DESCR: "Cisco ISR4331 Chassis"
        PID: ISR4331/K9        , VID: V04  ,
        SN: FDO0009
        NAME: "NIM subslot 0/0",
        DESCR: "Front Panel 3 ports Gigabitethernet Module"
        PID: ISR4331-3x1GE     , VID: V01  , SN:
        """,
    )
    assert found.version.serials == ("FDO0009",)
    assert [(one.name, one.pid, one.serial) for one in found.inventory] == [
        ("Chassis", "ISR4331/K9", "FDO0009"), ("NIM subslot 0/0", "ISR4331-3x1GE", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "description", "is_chassis"),
    [
        ("CISCO2911/K9 chassis", "CISCO2911/K9 chassis, Hw Serial#: FTX1", True),
        ("WS-C6509-E", "Cisco Systems Catalyst 6500 9-slot Chassis System", True),
        ("Switch System", "Cisco Systems, Inc. WS-C4507R+E 7 slot switch", True),
        ("Chassis 2", "Cisco Catalyst 9500 Series Chassis", True),
        ("Chassis 1 Power Supply Module 0", "Cisco Catalyst 9500 Series 650W AC", False),
        ("Chassis 1 Fan Tray 0", "Cisco Catalyst 9500 Series Fan Tray", False),
    ],
)
def test_whose_serial_number_is_the_chassis(name: str, description: str, is_chassis: bool):
    found = facts(
        "show inventory",
        'NAME: "Chassis", DESCR: "x Chassis"\nPID: A , VID: V01 , SN: FIRST\n'
        f'NAME: "{name}", DESCR: "{description}"\nPID: B , VID: V01 , SN: SECOND\n',
    )
    assert found.version.serials == (("FIRST", "SECOND") if is_chassis else ("FIRST",))


def test_modules_of_a_chassis_and_of_a_stack():
    found = facts(
        "show module",
        """
        Mod Ports Card Type                              Model              Serial No.
        --- ----- -------------------------------------- ------------------ -----------
          1   48  CEF720 48 port 10/100/1000mb Ethernet  WS-X6748-GE-TX     SAL0001AAAA
          5    5  Supervisor Engine 2T 10GE w/ CTS (Acti VS-SUP2T-10G       SAL0002BBBB

        Mod MAC addresses                       Hw    Fw           Sw           Status
        --- ---------------------------------- ------ ------------ ------------ -------
          1  0011.2233.4455 to 0011.2233.4484   3.0   12.2(18r)S1  15.1(2)SY4   Ok
        """,
    )
    assert [(one.name, one.pid, one.serial) for one in found.inventory] == [
        ("1", "WS-X6748-GE-TX", "SAL0001AAAA"), ("5", "VS-SUP2T-10G", "SAL0002BBBB"),
    ]  # fmt: skip
    stack = facts(
        "show module",
        """
        Switch  Ports    Model                Serial No.   MAC address     Hw Ver.       Sw Ver.
        ------  -----   ---------             -----------  --------------  -------       --------
         1       41     C9300-24UX            FOC0001A0AA  0011.2233.4400  V02           17.06.05
         2       41     C9300-24UX            FOC0002B0BB  0011.2233.5500  V02           17.06.05
        """,
    )
    assert (stack.version.serials, stack.version.members) == (("FOC0001A0AA", "FOC0002B0BB"), 2)


def rows(command: str, text: str) -> list[tuple[str | None, str | None, str | None]]:
    neighbors = facts(command, text).neighbors
    return [(one.local_interface, one.neighbor, one.neighbor_interface) for one in neighbors]


def test_cdp_table_wrapped_and_glued():
    found = rows(
        "show cdp neighbors",
        """
        Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge
                          S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone

        Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID
        core-1.net.example.com
                         Hun 1/0/49        173             R S I  C9500-32C Hun 1/0/1
        SEP001122334455  Gig 1/0/7         179              H P M Mitel 532 Port 1
        OLD-SW           Fas 0/1           167            T S     WS-C3524-XFas 0/13
        esx-1.example.com
                         Ten 1/1/2         154               S    VMware ES vmnic2
        R9               Ser 0/1/0:0       160             R S I  ISR4451-X Ser 0/1/0:0
        R8               Twe 1/0/3.20      160             R S I  ASR1001-X Multilink1

        Total cdp entries displayed : 6
        """,
    )
    assert found == [
        ("HundredGigE1/0/49", "core-1.net.example.com", "Hun 1/0/1"),
        ("GigabitEthernet1/0/7", "SEP001122334455", "Port 1"),
        ("FastEthernet0/1", "OLD-SW", "Fas 0/13"),
        ("TenGigabitEthernet1/1/2", "esx-1.example.com", "vmnic2"),
        ("Serial0/1/0:0", "R9", "Ser 0/1/0:0"),
        ("TwentyFiveGigE1/0/3.20", "R8", "Multilink1"),
    ]


def test_cdp_table_that_lost_its_columns():
    found = rows(
        "show cdp neighbors",
        """
        Device ID Local Intrfce Holdtme Capability Platform Port ID
        R5.example.com Gig 0/0 125 R B Gig 0/0
        R6 Gig 0 157 R S I C887VA-W-W Gi 0
        """,
    )
    assert found == [
        ("GigabitEthernet0/0", "R5.example.com", "Gig 0/0"), ("GigabitEthernet0", "R6", "Gi 0"),
    ]  # fmt: skip


def test_cdp_detail():
    found = rows(
        "show cdp neighbors detail",
        """
        -------------------------
        Device ID: core-1.example.com
        Entry address(es):
          IP address: 192.0.2.1
        Platform: cisco C9500-32C,  Capabilities: Router Switch IGMP
        Interface: HundredGigE1/0/49,  Port ID (outgoing port): HundredGigE1/0/1
        Holdtime : 150 sec

        Version :
        Cisco IOS Software [Cupertino], Device ID: in a text
        -------------------------
        Device ID: N9K(SAL0001)
        Interface: GigabitEthernet0/0, Port ID (outgoing port): Ethernet1/1

        Total cdp entries displayed : 2
        """,
    )
    assert found == [
        ("HundredGigE1/0/49", "core-1.example.com", "HundredGigE1/0/1"),
        ("GigabitEthernet0/0", "N9K(SAL0001)", "Ethernet1/1"),
    ]


def test_lldp_table_with_names_that_fill_their_column():
    found = rows(
        "show lldp neighbors",
        """
        Capability codes:
            (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device

        Device ID           Local Intf     Hold-time  Capability      Port ID
        core-1              Gi1/0/52       117        R               Gi0/0/0
        192.0.2.107         Gi1/0/14       155        B,T             0011.2233.4455
        0011.2233.9999      Gi1/0/33       3070                       0011.2233.9999
        Polycom Trio Visual+Gi2/0/28       120        T               0011.2233.1e30
        a-name-of-20-letter.Te1/1/1        120        B,R             Te1/0/1
        switch-with-a-very-long-name.example.com
                            Hu1/0/1        120        B               Eth 1/1

        Total entries displayed: 6
        """,
    )
    assert found == [
        ("GigabitEthernet1/0/52", "core-1", "Gi0/0/0"),
        ("GigabitEthernet1/0/14", "192.0.2.107", "0011.2233.4455"),
        ("GigabitEthernet1/0/33", "0011.2233.9999", "0011.2233.9999"),
        ("GigabitEthernet2/0/28", "Polycom Trio Visual+", "0011.2233.1e30"),
        ("TenGigabitEthernet1/1/1", "a-name-of-20-letter.", "Te1/0/1"),
        ("HundredGigE1/0/1", "switch-with-a-very-long-name.example.com", "Eth 1/1"),
    ]


def test_lldp_table_that_lost_its_columns():
    found = rows(
        "show lldp neighbors",
        """
        Device ID Local Intf Hold-time Capability Port ID
        core-1 Gi1/0/52 117 R Gi0/0/0
        0011.2233.9999 Gi1/0/33 3070 0011.2233.9999
        """,
    )
    assert found == [
        ("GigabitEthernet1/0/52", "core-1", "Gi0/0/0"),
        ("GigabitEthernet1/0/33", "0011.2233.9999", "0011.2233.9999"),
    ]


def test_lldp_detail_with_and_without_local_interface():
    text = """
    ------------------------------------------------
    Local Intf: Te1/1/1
    Chassis id: 0011.2233.4455
    Port id: Te1/0/1
    Port Description: to core
    System Name: core-1.example.com

    System Description:
    Cisco IOS Software, Version 15.2(2)E

    Management Addresses:
        IP: 192.0.2.1
    ------------------------------------------------
    Chassis id: 0011.2233.9999
    Port id: g2
    System Name - not advertised

    Total entries displayed: 2
    """
    assert rows("show lldp neighbors detail", text) == [
        ("TenGigabitEthernet1/1/1", "core-1.example.com", "Te1/0/1"),
        (None, None, "g2"),
    ]
    protocols = {one.protocol for one in facts("show lldp neighbors detail", text).neighbors}
    assert protocols == {"lldp"}
    assert isinstance(facts("show lldp neighbors detail", text).neighbors[0], NeighborFact)


def test_bundles():
    found = observe(
        "show etherchannel summary",
        """
        Flags:  D - down        P - bundled in port-channel

        Group  Port-channel  Protocol    Ports
        ------+-------------+-----------+-----------------------------------------------
        1      Po1(SU)         LACP      Te1/1/1(P)     Te1/1/2(P)
                                         Te2/1/1(D)
        2      Po2(SD)          -
        """,
    )
    assert [(one.lag, one.member) for one in found if isinstance(one, LagMember)] == [
        ("Port-channel1", "TenGigabitEthernet1/1/1"),
        ("Port-channel1", "TenGigabitEthernet1/1/2"),
        ("Port-channel1", "TenGigabitEthernet2/1/1"),
    ]


def test_clock():
    found = facts("show clock", "*10:30:00.123 CET Sun Mar 1 2026\nTime source is NTP\n")
    assert found.device_clock == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert facts("show clock", "10:30:00.123 IST Sun Mar 1 2026").device_clock is None


@pytest.mark.parametrize(
    ("command", "text", "expected"),
    [
        ("show ip ssh", "SSH Enabled - version 2.0", {"ssh_enabled": True, "ssh_v2": True}),
        ("show ip ssh", "SSH Enabled - version 1.99", {"ssh_enabled": True, "ssh_v2": False}),
        ("show ip ssh", "SSH Disabled - version 1.99", {"ssh_enabled": False, "ssh_v2": False}),
        ("show ip http server status",
         "HTTP server status: Disabled\nHTTP server port: 80\nHTTP secure server status: Enabled",
         {"http_server": False, "https_server": True}),
        ("show snmp user",
         "User name: ops\nEngine ID: 800000090300\nAuthentication Protocol: SHA\n"
         "Privacy Protocol: AES128\nGroup-name: G\n\nUser name: old\nAuthentication Protocol: MD5",
         {"snmp_v3": True, "snmp_v3_auth": "md5"}),
        ("show snmp community", "Community name: <redacted>\nCommunity Index: a\n\n"
         "Community name: <redacted>\n", {"snmp_v1v2_communities": 2}),
        ("show snmp group", "groupname: G       security model:v3 priv", {"snmp_v3": True}),
        ("show ntp associations",
         "  address         ref clock       st   when   poll reach  delay  offset   disp\n"
         "*~192.0.2.80      .GPS.            1     25     64   377  1.0    0.1      1.1\n"
         " ~127.127.1.1     .LOCL.           7      4     16   377  0.0    0.0      1.2\n"
         "+~2001:DB8::1\n                   192.0.2.1        2     25     64   377  1.0 0.1 1.1\n"
         " * sys.peer, # selected, + candidate, - outlyer, x falseticker, ~ configured",
         {"ntp_servers": ("192.0.2.80", "2001:DB8::1")}),
        ("show ntp associations", "%NTP is not enabled.", {"ntp_servers": ()}),
        ("show logging",
         "    Trap logging: level informational, 45 message lines logged\n"
         "        Logging to 192.0.2.70  (udp port 514, audit disabled,\n\n"
         "Log Buffer (4096 bytes):\nLogging to 6.6.6.6", {"logging_hosts": ("192.0.2.70",)}),
        ("show tacacs", "Tacacs+ Server -  public  :\n  Server address: 192.0.2.60\n"
         "Tacacs+ Server -  public  :\n  Server address: 192.0.2.61\n", {"tacacs_servers": 2}),
        ("show line vty 0", "Allowed input transports are telnet ssh.\n",
         {"telnet_enabled": True, "vty_transport": "telnet ssh"}),
        ("show control-plane host open-ports",
         "Prot               Local Address             Foreign Address      Service    State\n"
         " tcp                        *:22                         *:0   SSH-Server   LISTEN\n"
         " tcp                        *:23                         *:0       Telnet   LISTEN\n",
         {"ssh_enabled": True, "telnet_enabled": True, "http_server": None}),
        ("show cdp", "Global CDP information:\n\tSending CDP packets every 60 seconds", {"cdp": True}),
        ("show cdp", "% CDP is not enabled", {"cdp": False}),
        ("show lldp", "Global LLDP Information:\n    Status: ACTIVE", {"lldp": True}),
        ("show lldp", "% LLDP is not enabled", {"lldp": False}),
        ("show netconf-yang status", "netconf-yang: enabled\nnetconf-yang ssh port: 830",
         {"netconf": True}),
        ("show gnxi state", "State    Status\n---------------\nEnabled  Up", {"grpc": True}),
    ],
)  # fmt: skip
def test_services(command: str, text: str, expected: dict[str, object]):
    hardening = facts(command, text).hardening
    assert {name: hardening.value(name) for name in expected} == expected
