"""Readers of IOS-XR: dialects that no folder of captures shows, cut texts, hostile lines."""

from __future__ import annotations

import re
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.platforms._assemble import assemble
from netmod.platforms._observations import (
    Block,
    Hardening,
    Identity,
    InterfaceSeen,
    KeyChain,
    MacsecConfig,
    MacsecSession,
    MacsecShutdown,
)
from netmod.platforms.iosxr import CISCO_IOSXR
from netmod.platforms.iosxr._names import full_name

CAPTURES = Path(__file__).parent.parent / "captures" / "cisco_iosxr"


def observe(command: str, text: str) -> list[Any]:
    block = Block(command, tuple(text.split("\n")), file="capture.txt")
    reader = next(read for pattern, read in CISCO_IOSXR.readers if re.match(pattern, command))
    return list(reader(block))


NAMES = {
    "Hu0/0/0/1": "HundredGigE0/0/0/1",
    "Fo0/0/0/1": "FortyGigE0/0/0/1",
    "FH0/0/0/1": "FourHundredGigE0/0/0/1",
    "Fou0/0/0/1": "FourHundredGigE0/0/0/1",
    "TF0/0/0/1": "TwentyFiveGigE0/0/0/1",
    "TH0/0/0/1": "TwoHundredGigE0/0/0/1",
    "Te0/0/0/1.20": "TenGigE0/0/0/1.20",
    "Gi0/0/0/1": "GigabitEthernet0/0/0/1",
    "BE12": "Bundle-Ether12",
    "Mg0/RSP0/CPU0/0": "MgmtEth0/RSP0/CPU0/0",
    "MgmtEth0/RP0/CPU0/0": "MgmtEth0/RP0/CPU0/0",
    "hundredGigE 0/0/0/1": "HundredGigE0/0/0/1",
}


@pytest.mark.parametrize(("short", "name"), NAMES.items())
def test_names(short: str, name: str) -> None:
    assert full_name(short) == name


SUMMARY = {
    "with key and CKN": ("Hu0/0/0/1 Secured GCM-AES-XPN-256 kc1 PRIMARY 01aa",
                         ("secured", "GCM-AES-XPN-256", "kc1", "primary", "01aa")),
    "older": ("Te0/0/0/1 Secured GCM-AES-256 kc1", ("secured", "GCM-AES-256", "kc1", None, None)),
    "no cipher yet": ("Te0/0/0/1 Init - kc1 PRIMARY 01", ("pending", None, "kc1", "primary", "01")),
    "on the fallback": ("Te0/0/0/1 Secured GCM-AES-256 fb FALLBACK 99",
                        ("secured", "GCM-AES-256", "fb", "fallback", "99")),
    "not secured": ("Te0/0/0/1 Unsecured GCM-AES-256 kc1 PRIMARY 01",
                    ("not-secured", "GCM-AES-256", "kc1", "primary", "01")),
}  # fmt: skip


@pytest.mark.parametrize(("row", "expected"), SUMMARY.values(), ids=SUMMARY.keys())
def test_summary(row: str, expected: tuple[str | None, ...]) -> None:
    text = f"NODE: node0_0_CPU0\n=====\n  Interface-Name Status\n=====\n   {row}\n"
    session = observe("show macsec mka summary", text)[0]
    stated = (session.status, session.cipher, session.key_chain, session.key_source, session.ckn)
    assert stated == expected


def test_long_names_of_keys_wrap() -> None:
    row = f" Hu0/0/0/1 40aa.55bb.0a10/0001 1 Secured YES PRIMARY {'ab' * 20}\n   {'cd' * 12}\n"
    session = observe("show macsec mka session", row)[0]
    assert session.ckn == "ab" * 20 + "cd" * 12


def test_shut_down_everywhere() -> None:
    found = observe("show macsec mka session", "*** NOTE: Global MACsec shutdown enabled ***")
    assert any(isinstance(one, MacsecShutdown) and one.interface is None for one in found)


CONFIG = "hostname a\n%s!\nend\n"
BINDINGS = {
    "default policy": ("macsec psk-keychain K", "(default)", "must-secure", ("key chain K",)),
    "options in another order": ("macsec psk-keychain K policy P fallback-psk-keychain F", "P",
                                 "unknown", ("policy P", "key chain K", "key chain F")),
    "nested": ("macsec\n  psk-keychain K policy P", "P", "unknown", ("policy P", "key chain K")),
    "built in": ("macsec psk-keychain K policy DEFAULT-POLICY", "DEFAULT-POLICY", "must-secure",
                 ("key chain K",)),
    "EAP": ("macsec eap policy P", "P", "unknown", ("policy P",)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "policy", "enforcement", "undefined"), BINDINGS.values(), ids=BINDINGS.keys()
)
def test_bindings(lines: str, policy: str, enforcement: str, undefined: tuple[str, ...]) -> None:
    text = CONFIG % f"interface HundredGigE0/0/0/0\n {lines}\n"
    config = next(
        one for one in observe("show running-config", text) if isinstance(one, MacsecConfig)
    )
    assert (config.policy, config.enforcement, config.undefined) == (policy, enforcement, undefined)


def test_a_text_without_its_end_decides_nothing_by_absence() -> None:
    text = "hostname a\ninterface HundredGigE0/0/0/0\n macsec psk-keychain K\n"
    found = observe("show running-config", text)
    # what is cut must not look better than the whole, of which it may be the true beginning
    config = next(one for one in found if isinstance(one, MacsecConfig))
    assert config.undefined == ("key chain K",)
    assert "telnet_enabled" not in {one.name for one in found if isinstance(one, Hardening)}


def test_no_link_on_loopbacks() -> None:
    text = CONFIG % "interface Loopback0\n!\ninterface Null0\n!\ninterface GigabitEthernet0/0/0/0\n"
    seen = [one for one in observe("show running-config", text) if isinstance(one, InterfaceSeen)]
    assert [one.interface for one in seen] == ["GigabitEthernet0/0/0/0"]


HARDENING = {
    "telnet": ("telnet vrf default ipv4 server max-servers 10\n", "telnet_enabled", True),
    "no telnet": ("", "telnet_enabled", False),
    "version 2": ("ssh server v2\n", "ssh_v2", True),
    "version not said": ("ssh server vrf default\n", "ssh_v2", None),
    "no communities": ("", "snmp_v1v2_communities", 0),
    "writer": ("snmp-server community <community-1> RW\n", "snmp_v1v2_rw", True),
    "clear": ("username a\n password 0 <redacted>\n!\n", "plaintext_passwords", 1),
    "reversible": ("username a\n password 7 <redacted>\n!\n", "user_password_type7", True),
    "no hosts": ("logging buffered 100\nlogging trap informational\n", "logging_hosts", ()),
    "host": ("logging 10.0.0.1 vrf MGMT severity info port default\n", "logging_hosts",
             ("10.0.0.1",)),
    "timeout": ("line default\n exec-timeout 10 0\n!\n", "exec_timeout_disabled", False),
    "acl": ("vty-pool default 0 4 line-template V\nline template V\n access-class ingress A\n!\n",
            "vty_acl", True),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "name", "value"), HARDENING.values(), ids=HARDENING.keys())
def test_hardening(lines: str, name: str, value: object) -> None:
    found = observe("show running-config", CONFIG % lines)
    facts = {one.name: one.value for one in found if isinstance(one, Hardening)}
    assert facts.get(name) == value


VERSIONS = {
    "64-bit": ("Cisco IOS XR Software, Version 6.6.3\n\ncisco NCS-5500 () processor\n", "6.6.3",
               "NCS-5500"),
    "virtual": ("Cisco IOS XR Software, Version 7.1.1\n\ncisco IOS-XRv 9000 () processor\n",
                "7.1.1", "IOS-XRv 9000"),
    "classic": ("Cisco IOS XR Software, Version 4.3.2[Default]\n\n"
                "cisco CRS-16/S (Intel Prestonia) processor with 1K bytes\n", "4.3.2", "CRS-16/S"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "version", "model"), VERSIONS.values(), ids=VERSIONS.keys())
def test_version(text: str, version: str, model: str) -> None:
    identity = next(one for one in observe("show version", text) if isinstance(one, Identity))
    assert (identity.version, identity.model) == (version, model)


def test_header_of_a_backup() -> None:
    text = (
        '! NAME: "Rack 0", DESCR: "NCS 540"\n! PID: N540-24Z8Q2C-SYS , VID: V01, SN: FOC11\n'
        "! Cisco IOS XR Software, Version 7.3.1\n!! IOS XR Configuration 7.3.1\nhostname a\nend\n"
    )
    places = [one for one in observe("show running-config", text) if isinstance(one, Identity)]
    assert any(place.serials == ("FOC11",) and place.rank == 1 for place in places)
    assert any(place.version == "7.3.1" for place in places)


STATES = {"unsecured": 0, "unknown": 1, "partial": 2, "configured": 3, "secured": 4}


def sessions_of(command: str, text: str) -> dict[str, str]:
    found = [one for one in observe(command, text) if isinstance(one, MacsecSession)]
    return {end.interface: end.state for end in assemble(found, at=None).link_ends}


@pytest.mark.parametrize(
    "path", sorted(CAPTURES.glob("*/*/show_macsec_*.txt")), ids=lambda path: path.stem
)
def test_a_cut_text_is_never_better(path: Path) -> None:
    command = path.stem.replace("_", " ")
    lines = path.read_text(encoding="utf-8").split("\n")
    whole = sessions_of(command, "\n".join(lines))
    for end in range(len(lines)):
        for interface, state in sessions_of(command, "\n".join(lines[:end])).items():
            assert STATES[state] <= max(STATES[whole.get(interface, "unknown")], 1)


@given(st.lists(st.text(alphabet="aAGi:-=* 019.,/\t", max_size=60), max_size=12))
def test_no_text_fails(lines: list[str]) -> None:
    block = Block("", ("Interface Name : HundredGigE0/0/0/2", "Status: Secured", *lines))
    for _, reader in CISCO_IOSXR.readers:
        list(reader(block))


@pytest.mark.parametrize("unit", ["a ", "Gi0/0/0/1 ", ": ", " -", "ab", "0/", "=", "lifetime 1 "])
def test_long_lines_take_no_time(unit: str) -> None:
    longest = unit * (290 // len(unit))
    block = Block("", ("Device ID", longest, longest + "x", unit * 60_000))
    started = process_time()
    for _, reader in CISCO_IOSXR.readers:
        list(reader(block))
    assert process_time() - started < 2


def test_key_chains_without_indentation() -> None:
    text = (
        "hostname a\nkey chain K\nmacsec\nkey 01\nkey-string password <redacted>\n"
        "lifetime 00:00:00 january 01 2026 infinite\n!\nkey 02\nkey-string password <redacted> "
        "cryptographic-algorithm aes-256-cmac\nlifetime 00:00:00 january 01 2027 infinite\n!\n!\n!\n"
        "interface HundredGigE0/0/0/0\nmacsec psk-keychain K\n!\nend\n"
    )
    found = observe("show running-config", text)
    chain = next(one for one in found if isinstance(one, KeyChain))
    assert [key.id for key in chain.keys] == ["01", "02"]
    assert chain.macsec is True
    assert next(one for one in found if isinstance(one, MacsecConfig)).undefined == ()
