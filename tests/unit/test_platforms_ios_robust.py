"""No text makes a reader of IOS fail, get slow, or call a link better than the whole text does."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmod.platforms._assemble import assemble
from netmod.platforms._observations import Block, Reader
from netmod.platforms._split import PROMPT
from netmod.platforms.ios import CISCO_IOS, CISCO_IOSXE, PLATFORMS

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
COMMANDS = (
    "show mka sessions", "show mka sessions detail", "show mka policy", "show mka keychains",
    "show mka statistics", "show mka summary", "show mka policy X sessions",
    "show macsec summary", "show macsec interface Te1/0/1", "show macsec status interface Te1/0/1",
    "show macsec statistics interface Te1/0/1", "show cts interface", "show key chain",
    "show crypto ipsec sa", "show crypto ipsec transform-set", "show crypto ipsec profile",
    "show crypto session detail", "show crypto gdoi", "show crypto ikev2 sa detailed",
    "show crypto isakmp sa detail", "show crypto map", "show version", "show inventory",
    "show module", "show diag", "show cdp neighbors detail", "show cdp neighbors",
    "show lldp neighbors", "show lldp neighbors detail", "show clock", "show running-config",
    "show ip ssh", "show ip http server status", "show snmp user", "show snmp community",
    "show snmp group", "show ntp associations", "show logging", "show tacacs", "show line vty 0",
    "show control-plane host open-ports", "show cdp", "show lldp", "show netconf-yang status",
    "show gnxi state", "show etherchannel summary",
)  # fmt: skip
CONFIG = """version 17.9
hostname r1
key chain K macsec
 key 01
  cryptographic-algorithm aes-256-cmac
  lifetime local 00:00:00 Jan 1 2026 23:59:59 Dec 31 2026
mka policy P
 macsec-cipher-suite gcm-aes-256
crypto ipsec transform-set T esp-gcm 256
crypto ikev2 profile F
crypto ipsec profile F
 set transform-set T
 set ikev2-profile F
interface GigabitEthernet0/0/1
 macsec
 mka policy P
 mka pre-shared-key key-chain K
interface Tunnel1
 tunnel destination 192.0.2.9
 tunnel protection ipsec profile F
interface GigabitEthernet0/0/2
 ip address 192.0.2.1 255.255.255.0
line vty 0 4
 transport input ssh
end"""
SA = """interface: Tunnel1
    Crypto map tag: Tunnel1-head-0, local addr 192.0.2.1
   protected vrf: (none)
   local  ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)
   remote ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)
   current_peer 192.0.2.9 port 500
     current outbound spi: 0x2(2)
     PFS (Y/N): Y, DH group: group20
     inbound esp sas:
      spi: 0x1(1)
        transform: esp-gcm 256 ,
        in use settings ={Tunnel, esn}
     inbound ah sas:
     outbound esp sas:
      spi: 0x2(2)
        transform: esp-gcm 256 ,
     outbound ah sas:
     outbound pcp sas:"""
SESSIONS = """Status: SECURED - Secured MKA Session with MACsec
Local Tx-SCI............. 0a1b.2c3d.4e01/0021
Interface Name........... HundredGigE2/0/1
CAK Name (CKN)........... BEEF01
Latest SAK Status........ Rx & Tx
SAK Cipher Suite......... 0080C20001000004 (GCM-AES-XPN-256)
# of MACsec Capable Live Peers............ 1
Live Peers List:
  1FD19F41DB6E84AF249521FA  67          0a1b.2c3d.5f02/0034  10        YES            0"""
TABLE = """Total MKA Sessions....... 1
====
Interface      Local-TxSCI         Policy-Name      Inherited         Key-Server
Port-ID        Peer-RxSCI          MACsec-Peers     Status            CKN
====
Hu1/0/49       0a1b.2c3d.4e01/0021 *DEFAULT POLICY* NO                YES
33             0a1b.2c3d.5f02/0034 1                Secured           A1B2C3"""
CRYPTO_SESSION = """Interface: Tunnel1
Session status: UP-ACTIVE
Peer: 192.0.2.9 port 500 fvrf: (none) ivrf: (none)
  IKEv2 SA: local 192.0.2.1/500 remote 192.0.2.9/500 Active
  IPSEC FLOW: permit ip 0.0.0.0/0.0.0.0 0.0.0.0/0.0.0.0
        Active SAs: 2, origin: crypto map"""
SAMPLES = (
    ("show running-config", CONFIG), ("show crypto ipsec sa", SA),
    ("show mka sessions detail", SESSIONS), ("show mka sessions", TABLE),
    ("show crypto session detail", CRYPTO_SESSION),
)  # fmt: skip
RANK = ("unknown", "unsecured", "partial", "configured", "secured")


def reader_of(command: str) -> Reader:
    return next(read for pattern, read in CISCO_IOS.readers if re.match(pattern, command))


def states(command: str, text: str) -> dict[str, str]:
    block = Block(command, tuple(text.split("\n")), file="capture.txt")
    ends = assemble(reader_of(command)(block), at=AT).link_ends
    return {end.interface: end.state for end in ends}


@pytest.mark.parametrize(("command", "text"), SAMPLES)
def test_no_cut_is_better_than_the_whole(command: str, text: str):
    whole = states(command, text)
    assert whole
    for length in range(0, len(text), 3):
        for interface, state in states(command, text[:length]).items():
            if interface in whole:
                assert RANK.index(state) <= RANK.index(whole[interface])
            else:
                assert state not in ("secured", "configured") or interface in text


PIECES = st.sampled_from([line for _, text in SAMPLES for line in text.split("\n")])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=25))
@pytest.mark.parametrize("command", COMMANDS)
def test_no_text_makes_a_reader_fail(command: str, lines: list[str]):
    block = Block(command, tuple("\n".join(lines).split("\n")), file="capture.txt")
    assemble(reader_of(command)(block), at=AT)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), sample=st.sampled_from(SAMPLES))
def test_lines_dropped_doubled_and_shuffled(data: st.DataObject, sample: tuple[str, str]):
    command, text = sample
    lines = text.split("\n")
    chosen = data.draw(st.lists(st.sampled_from(lines), max_size=2 * len(lines)))
    states(command, "\n".join(chosen))


LONG = (
    "a" * 20_000, " " * 20_000, "." * 20_000, "a." * 10_000, "1 " * 10_000, "( " * 10_000,
    "key " * 5_000, "Gi1/0/1 " * 2_500, "spi: 0x" + "f" * 20_000, "{ " * 10_000, "a/" * 10_000,
    "A-" * 10_000, "esp-aes " * 2_500, "password " * 2_000, "username a " * 2_000,
    "Te 1" * 5_000, "-" * 20_000, "0:" * 10_000, "1" * 20_000, "²", "٣" * 30, "9" * 30,
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_long_lines_cost_no_more_than_linear_time(command: str):
    prefixes = (
        "", "interface ", "  key ", "transform: ", "Peer: ", "snmp-server user a b v3 ", "username ",
        "crypto map ", "logging host ", "lifetime (", "Interface: ", "Encr: ", "Version ",
        "Cisco ", "clock summer-time ", "Active SAs: ", "key chain K\n key 1\n  lifetime local ",
        "clock timezone X ", "# of MACsec Capable Live Peers.. ", "P  ", "Te1/1/1  ", "Replay window : ",
        "#pkts encaps: ", "sa timing: remaining key lifetime (sec): ", " group ",
        " lifetime 00:00:00 Jan 1 2026 duration ", "clock summer-time CEST recurring ", "SAK Rekey Time", 'NAME: "', "Device ID: ", "enable ",
        "username a password ",
    )  # fmt: skip
    heading = "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID\n"
    lines = (heading + "\n".join(prefix + text for text in LONG for prefix in prefixes)).split("\n")
    block = Block(command, tuple(lines), file="capture.txt")
    started = time.process_time()
    list(reader_of(command)(block))
    assert time.process_time() - started < 4, "7 MB of hostile lines"


def test_signatures_and_prompts_are_linear_too():
    started = time.process_time()
    for platform in PLATFORMS:
        for pattern, _ in platform.signatures:
            for text in LONG:
                re.search(pattern, text, re.MULTILINE)
    for text in LONG:
        PROMPT.match(text)
    assert time.process_time() - started < 4


def test_every_command_that_is_sent_has_a_reader():
    for command in CISCO_IOSXE.collect:
        assert any(re.match(pattern, command) for pattern, _ in CISCO_IOSXE.readers)
