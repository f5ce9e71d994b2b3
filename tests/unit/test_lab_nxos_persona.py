"""NX-OS of the lab: what its terminal says, and what its configuration means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from netmod.inventory import Inventory, ManagedEnd, Trust
from netmod.lab import Lab, ManualClock
from netmod.lab.shell import open_shell
from tests.unit import lab_pair

PORT = "Ethernet1/1"

CONFIG = """\
hostname {name}
feature lldp
feature macsec
key chain KC macsec
  key 01aa
    key-octet-string <secret:macsec/kc/1> cryptographic-algorithm AES_256_CMAC
    send-lifetime local 00:00:00 Jan 01 2026 23:59:59 Dec 31 2026
macsec policy P
  cipher-suite GCM-AES-XPN-256
  key-server-priority 20
  sak-expiry-time 3600
  security-policy must-secure
interface Ethernet1/1
  description a cable
  no switchport
  macsec keychain KC policy P
  no shutdown
interface loopback0
  ip address 192.0.2.1/32
"""


def nexus(name: str) -> str:
    return CONFIG.format(name=name)


def lab_of(
    a: str,
    b: str,
    *,
    far: str = "cisco_nxos",
    far_port: str = PORT,
    clock: ManualClock | None = None,
) -> Lab:
    """Two devices `a` and `b` and one cable, at noon of 15 June 2026."""
    link = lab_pair.link(
        a=ManagedEnd(device="a", interface=PORT), b=ManagedEnd(device="b", interface=far_port)
    )
    inventory = Inventory(
        trusts={"trust": Trust(id="trust", name="Trust")},
        sites={name: lab_pair.site(name) for name in ("site-a", "site-b")},
        devices={"a": lab_pair.device("a", "cisco_nxos"), "b": lab_pair.device("b", far)},
        links={link.id: link},
    )
    return Lab(inventory, {"a": a, "b": b}, clock=clock or ManualClock(lab_pair.NOON))


def typed(lab: Lab, name: str, *lines: str) -> str:
    """What the device answers to the last of the lines, without echo and prompt."""
    shell = open_shell(lab.devices[name], lab.fabric)
    replies = list(shell.receive("".join(line + "\n" for line in lines)))
    return replies[-1].output.replace("\r\n", "\n")


def prompt(lab: Lab, *lines: str) -> str:
    shell = open_shell(lab.devices["a"], lab.fabric)
    return list(shell.receive("".join(line + "\n" for line in lines)))[-1].prompt


def traffic(lab: Lab, name: str = "a", port: str = PORT) -> str:
    state = lab.fabric.port(lab.devices[name], port)
    assert state is not None
    return state.traffic


@pytest.fixture
def lab() -> Lab:
    made = lab_of(nexus("a"), nexus("b"))
    assert made.rejected == {}
    return made


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["show clock"], "a# "),
        (["configure terminal"], "a(config)# "),
        (["conf", "interface eth1/1"], "a(config-if)# "),
        (["conf t", "macsec policy P"], "a(config-macsec-policy)# "),
        (["conf t", "key chain KC macsec"], "a(config-macseckeychain)# "),
        (["conf t", "key chain KC macsec", "key 01aa"], "a(config-macseckeychain-macseckey)# "),
        (["conf t", "interface eth1/1", "exit"], "a(config)# "),
        (["conf t", "interface eth1/1", "end"], "a# "),
    ],
)
def test_prompts(lab: Lab, lines: list[str], expected: str) -> None:
    assert prompt(lab, *lines) == expected


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("show nothing", 3 + 5, "% Invalid command at '^' marker."),
        ("show macsec", 3 + 11, "% Incomplete command at '^' marker."),
        ("show c", 3 + 5, "% Ambiguous command at '^' marker."),
        ("show clock | sum x", 3 + 13, "% Invalid command at '^' marker."),
    ],
)
def test_errors_are_in_the_vendors_words(lab: Lab, line: str, column: int, words: str) -> None:
    assert typed(lab, "a", line).splitlines() == [" " * column + "^", words]


@pytest.mark.parametrize("line", ["nonsense", "hostname -a", "macsec policy", "key chain"])
def test_lines_that_it_does_not_take(lab: Lab, line: str) -> None:
    assert "^" in typed(lab, "a", "conf t", line)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("cipher-suite GCM-AES-512", "cipher-suite GCM-AES-256"),
        ("security-policy maybe-secure", "security-policy should-secure"),
        ("key-server-priority 256", "key-server-priority 255"),
        ("conf-offset 30", "conf-offset CONF-OFFSET-30"),
    ],
)
def test_a_policy_takes_known_values_only(lab: Lab, wrong: str, right: str) -> None:
    assert "% In" in typed(lab, "a", "conf t", "macsec policy P", wrong)
    assert typed(lab, "a", "conf t", "macsec policy P", right) == ""
    assert f"  {right}\n" in typed(lab, "a", "show running-config")


def test_the_running_config_has_the_vendors_head_and_indentation(lab: Lab) -> None:
    lines = typed(lab, "a", "show running-config").splitlines()
    assert lines[:3] == [
        "",
        "!Command: show running-config",
        "!Running configuration last done at: " + lines[2].partition(": ")[2],
    ]
    assert lines[3] == "!Time: Mon Jun 15 12:00:00 2026"
    assert lines[5].startswith("version 10.3(5) Bios:version")
    assert "    send-lifetime local 00:00:00 Jan 01 2026 23:59:59 Dec 31 2026" in lines


def test_what_it_prints_it_takes_again(lab: Lab) -> None:
    text = typed(lab, "a", "show running-config")
    again = lab_of(text, nexus("b"))
    assert again.rejected == {}
    assert typed(again, "a", "show running-config") == text
    assert traffic(again) == "encrypted"


def test_running_and_startup_differ_until_they_are_saved(lab: Lab) -> None:
    typed(lab, "a", "conf t", "hostname other")
    assert "hostname a\n" in typed(lab, "a", "show startup-config")
    assert "Copy complete." in typed(lab, "a", "copy running-config startup-config")
    assert "hostname other\n" in typed(lab, "a", "show startup-config")


def test_either_form_of_shutdown_is_kept(lab: Lab) -> None:
    assert "  no shutdown\n" in typed(lab, "a", "show running-config")
    typed(lab, "a", "conf t", "interface e1/1", "shut")
    text = typed(lab, "a", "show running-config")
    assert "  shutdown\n" in text
    assert "no shutdown" not in text
    assert traffic(lab) == "none"


def test_a_secured_session(lab: Lab) -> None:
    brief = typed(lab, "a", "show macsec mka session").splitlines()
    assert brief[2].split()[0] == PORT
    assert brief[2].split()[2:4] == ["1", "Secured"]
    assert "Total Number of Sessions : 1" in typed(lab, "a", "show macsec mka session")
    assert "Secured  GCM-AES-XPN-256" in typed(lab, "a", "show macsec mka summary")
    detail = typed(lab, "a", "sh macsec mka session int e1/1 det")
    assert "Latest SAK Status                   : Rx & TX" in detail
    assert "must-secure" in typed(lab, "a", "show macsec policy")


def test_the_ends_marks_cross(lab: Lab) -> None:
    def field(name: str, label: str) -> str:
        for line in typed(lab, name, "show macsec mka session details").splitlines():
            if line.strip().startswith(label):
                return line.split(": ", 1)[1]
        raise AssertionError(label)

    assert field("a", "Local Tx-SCI") == field("b", "RxSCI")
    assert field("a", "Member Identifier") == field("b", "Peer MI")
    assert {field("a", "Key Server   "), field("b", "Key Server   ")} == {"Yes", "No"}
    assert field("a", "Latest SAK KI") == field("b", "Latest SAK KI")


def test_another_key_secures_nothing() -> None:
    lab = lab_of(nexus("a").replace("kc/1", "kc/9"), nexus("b"))
    assert "Init" in typed(lab, "a", "show macsec mka session")
    assert "No Cipher" in typed(lab, "a", "show macsec mka summary")
    assert "Rx & TX" not in typed(lab, "a", "show macsec mka session details")
    assert traffic(lab) == "blocked"


def test_macsec_shut_down_says_so_and_encrypts_nothing(lab: Lab) -> None:
    typed(lab, "a", "conf t", "macsec shutdown")
    for command in ("mka session", "mka session details", "mka summary", "secy statistics"):
        assert "Macsec is shutdown" in typed(lab, "a", f"show macsec {command}")
    assert "MACSec Policy" in typed(lab, "a", "show macsec policy")
    assert traffic(lab, "b") == "blocked"
    typed(lab, "a", "conf t", "no macsec shutdown")
    assert traffic(lab, "b") == "encrypted"


def test_without_the_feature_there_is_no_command() -> None:
    lab = lab_of(nexus("a").replace("feature macsec\n", ""), nexus("b"))
    assert "% Invalid command" in typed(lab, "a", "show macsec mka session")
    assert traffic(lab, "b") == "blocked"
    assert "% Invalid" in typed(
        lab_of(nexus("a").replace("feature lldp\n", ""), nexus("b")), "a", "show lldp neighbors"
    )


def test_the_default_policy_fails_open() -> None:
    open_ends = [nexus(name).replace(" policy P", "") for name in ("a", "b")]
    lab = lab_of(open_ends[0].replace("kc/1", "kc/9"), open_ends[1])
    assert traffic(lab) == "clear"


@pytest.mark.parametrize(("local", "hour"), [("local ", 22), ("", 0)])
def test_a_lifetime_is_local_where_it_says_so(local: str, hour: int) -> None:
    config = nexus("a").replace("send-lifetime local ", f"send-lifetime {local}")
    config += "clock timezone CET 1 0\nclock summer-time CEST recurring\n"
    config = config.replace("Jan 01 2026", "Jul 01 2026")
    lab = lab_of(config, nexus("b"))
    (key,) = lab.devices["a"].view.key_chains["KC"].keys
    day = timedelta(days=1) if hour else timedelta()
    assert key.start == datetime(2026, 7, 1, hour, tzinfo=UTC) - day


def test_it_meets_ios_xe() -> None:
    lab = lab_of(
        nexus("a"),
        lab_pair.XE.replace("hostname xe", "hostname b"),
        far="cisco_iosxe",
        far_port=lab_pair.XE_PORT,
    )
    assert lab.rejected == {}
    assert traffic(lab) == "encrypted"
    assert traffic(lab, "b", lab_pair.XE_PORT) == "encrypted"
    assert "System Name: b" in typed(lab, "a", "show lldp neighbors detail")
    assert "Device ID: a" in typed(lab, "b", "show cdp neighbors detail")


def test_counters_grow_under_a_sak(lab: Lab) -> None:
    text = typed(lab, "a", "show macsec secy statistics")
    assert f"Interface {PORT} MACSEC SecY Statistics:" in text
    encrypted = text.partition("Encrypted Protected Pkts: ")[2].split()[0]
    assert int(encrypted) > 0
    assert "MKPDUs Transmitted" in typed(lab, "a", "show macsec mka statistics")
