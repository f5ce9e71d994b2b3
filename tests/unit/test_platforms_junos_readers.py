"""Readers of Junos: dialects that no folder of captures shows, cut texts, hostile lines."""

from __future__ import annotations

import re
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.facts import InventoryItem
from netmod.platforms._assemble import assemble
from netmod.platforms._observations import Block, Fact, Hardening, Identity, MacsecSession
from netmod.platforms.junos import JUNIPER_JUNOS

CAPTURES = Path(__file__).parent.parent / "captures" / "juniper_junos"


def observe(command: str, text: str) -> list[Any]:
    block = Block(command, tuple(text.split("\n")), file="capture.txt")
    reader = next(read for pattern, read in JUNIPER_JUNOS.readers if re.match(pattern, command))
    return list(reader(block))


def hardening(text: str) -> dict[str, Any]:
    found = observe("show configuration", text)
    return {one.name: one.value for one in found if isinstance(one, Hardening)}


WHOLE = "system {\n  host-name a;\n%s\n}\ninterfaces {\n  ge-0/0/0 {\n    unit 0;\n  }\n}\n"
HARDENING = {
    "root may log in": ("services { ssh { root-login allow; } }", "root_login_ssh", True),
    "root is denied": ("services { ssh { root-login deny; } }", "root_login_ssh", False),
    "root by key only": ("services { ssh { root-login deny-password; } }", "root_login_ssh", False),
    "root by default": ("services { ssh; }", "root_login_ssh", None),
    "telnet": ("services { telnet; }", "telnet_enabled", True),
    "no telnet": ("services { ssh; }", "telnet_enabled", False),
    "md5": ('root-authentication { encrypted-password "$1$<redacted>"; }', "root_hash", "md5"),
    "sha256": ('root-authentication { encrypted-password "$5$<redacted>"; }', "root_hash", "sha256"),
    "no servers": ("services { ssh; }", "ntp_servers", ()),
    "servers": ("ntp { server 10.0.0.1; server 10.0.0.2 prefer; }", "ntp_servers",
                ("10.0.0.1", "10.0.0.2")),
    "ntp key not trusted": ('ntp { authentication-key 1 type md5 value "$9$x"; }', "ntp_auth", False),
    "other engine is no host": ("syslog { host other-routing-engine { any any; } }",
                                "logging_hosts", ()),
    "banner": ('login { message "go away; {}"; }', "banner_login", True),
    "grpc": ("services { extension-service { request-response { grpc { ssl; } } } }", "grpc", True),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "name", "value"), HARDENING.values(), ids=HARDENING.keys())
def test_hardening(statement: str, name: str, value: object) -> None:
    assert hardening(WHOLE % statement).get(name) == value


def test_a_part_leaves_open_what_it_does_not_show() -> None:
    facts = hardening("system {\n  services {\n    ssh;\n  }\n")
    assert facts["ssh_enabled"] is True
    assert "telnet_enabled" not in facts
    assert "snmp_v1v2_communities" not in facts


COMMANDS = {
    "show configuration": True,
    "show configuration | display set": True,
    "show configuration display set": True,
    "show configuration | display set | no-more": True,
    "show configuration | match ssh": False,
    "show configuration match ssh": False,
    "show configuration system": False,
}


@pytest.mark.parametrize(("command", "whole"), COMMANDS.items())
def test_only_a_whole_configuration_decides_by_absence(command: str, whole: bool) -> None:
    text = "set version 20.4R3\nset system host-name a\nset interfaces ge-0/0/0 unit 0\n"
    names = {one.name for one in observe(command, text) if isinstance(one, Hardening)}
    assert ("telnet_enabled" in names) is whole


def test_bgp_communities_are_no_snmp_communities() -> None:
    text = WHOLE % "services { ssh; }" + "policy-options {\n  community x members target:1:1;\n}\n"
    assert hardening(text)["snmp_v1v2_communities"] == 0


VERSIONS = {
    "plain": ("Hostname: a\nModel: mx480\nJunos: 21.2R3-S1.7\n", "21.2R3-S1.7", "mx480", None),
    "evolved": ("Hostname: a\nModel: ptx10001-36mr\nJunos: 22.3R1.12-EVO\n", "22.3R1.12-EVO",
                "ptx10001-36mr", None),
    "no release line": ("Hostname: a\nModel: EX2200-48T-4G\nJUNOS Base OS boot [12.3R11.2]\n",
                        "12.3R11.2", "ex2200-48t-4g", None),
    "cluster": ("node0:\n---\nHostname: a\nModel: srx345\nJunos: 20.4R3.8\n\nnode1:\n---\n"
                "Hostname: a\nModel: srx345\nJunos: 20.4R3.8\n", "20.4R3.8", "srx345", 2),
    "host software is none": ("Hostname: a\nModel: qfx5100\nJUNOS Host Software [20.4R3-S4.8]\n"
                              "JUNOS libs [20211028.e1cef1d_builder_stable_11]\n"
                              "JUNOS Openconfig [21.4R3-S3.4]\n", "21.4R3-S3.4", "qfx5100", None),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "version", "model", "members"), VERSIONS.values(), ids=VERSIONS.keys()
)
def test_version(text: str, version: str, model: str, members: int | None) -> None:
    identity = next(one for one in observe("show version", text) if isinstance(one, Identity))
    assert (identity.version, identity.model, identity.members) == (version, model, members)


def test_filtered_connections_need_both_associations() -> None:
    head = "  Interface name: xe-0/0/0\n   Cipher suite: GCM-AES-256 Encryption: on\n"
    once, twice = " AN: 1 Status: inuse Create time: 1\n", " AN: 1 Status: inuse\n"
    one = observe("show security macsec connections", head + once)[0]
    two = observe("show security macsec connections", head + once + twice)[0]
    assert (one.tx_sa_in_use, one.rx_sa_in_use) == (True, None)
    assert (two.tx_sa_in_use, two.rx_sa_in_use) == (True, True)


def test_encryption_off_is_no_confidentiality() -> None:
    text = "Interface name: xe-0/0/0\n  Cipher suite: GCM-AES-128   Encryption: off\n"
    assert observe("show security macsec connections", text)[0].confidentiality is False


def test_second_session_of_an_interface_without_its_own_head() -> None:
    text = """
  Interface name: et-0/0/0
     Interface State: Secured - Primary
     CAK name: 11AA
     CAK type: primary
     Peer list
          1. Member identifier: 3016C583A4D0512BAB82CC86 (live)
     Member identifier: D5151079AEE4B6EF9FF764A7
     CAK name: FA11
     CAK type: fallback
     Peer list
          1. Member identifier: 3016C583A4D0512BAB82CC87 (live)
"""
    first, second = observe("show security mka sessions", text)
    assert (first.ckn, first.status) == ("11AA", "secured")
    assert (second.ckn, second.status) == ("FA11", "fallback-ready")


HARDWARE = """Hardware inventory:
Item             Version  Part number  Serial number     Description
Chassis                                TA3715250001      QFX5100-48S-6Q
FPC 0            REV 12   650-056264   TA3715250001      QFX5100-48S-6Q
  PIC 0                   BUILTIN      BUILTIN           48x10G-6x40G
    Xcvr 0       ]        NON-JNPR     AJR0N12           SFP+-10G-SR
    Xcvr 1       REV 01   740-021308   AD1110A00TBVERYLONGSERIAL01  SFP+-10G-SR
"""


def test_hardware() -> None:
    found = observe("show chassis hardware", HARDWARE)
    facts = [one.fact for one in found if isinstance(one, Fact)]
    items = {fact.name: fact for fact in facts if isinstance(fact, InventoryItem)}
    assert items["Chassis"].pid == "QFX5100-48S-6Q"
    assert items["FPC 0 PIC 0"].serial is None
    assert items["FPC 0 PIC 0 Xcvr 0"].serial == "AJR0N12"
    assert items["FPC 0 PIC 0 Xcvr 1"].serial == "AD1110A00TBVERYLONGSERIAL01"


STATES = {"unsecured": 0, "unknown": 1, "partial": 2, "configured": 3, "secured": 4}


def sessions_of(command: str, text: str) -> dict[str, str]:
    found = [one for one in observe(command, text) if isinstance(one, MacsecSession)]
    return {end.interface: end.state for end in assemble(found, at=None).link_ends}


@pytest.mark.parametrize(
    "path", sorted(CAPTURES.glob("*/*/show_security_m*.txt")), ids=lambda path: path.parent.name
)
def test_a_cut_text_is_never_better(path: Path) -> None:
    command = path.stem.replace("_", " ")
    lines = path.read_text(encoding="utf-8").split("\n")
    whole = sessions_of(command, "\n".join(lines))
    for end in range(len(lines)):
        for interface, state in sessions_of(command, "\n".join(lines[:end])).items():
            assert STATES[state] <= max(STATES[whole.get(interface, "unknown")], 1)


@given(st.lists(st.text(alphabet="aAe:- 019.,<>{}()/\t", max_size=60), max_size=12))
def test_no_text_fails(lines: list[str]) -> None:
    block = Block("", ("Interface name: xe-0/0/0", *lines))
    for _, reader in JUNIPER_JUNOS.readers:
        list(reader(block))


@pytest.mark.parametrize("unit", ["a ", "1. ", ": ", " -", "a:b ", "0/", "{", '"', "<*> "])
def test_long_lines_take_no_time(unit: str) -> None:
    block = Block("", ("Item             Version  Part number  Serial number     Description",
                       unit * 145, unit * 60_000))  # fmt: skip
    started = process_time()
    for _, reader in JUNIPER_JUNOS.readers:
        list(reader(block))
    assert process_time() - started < 2
